package process_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"weft/graph/process"
)

// A service's run: a handler, an address, and a context that ends with the process's signals.
func Example() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := process.ListenAndServe(ctx, "localhost:0", handler(greet), process.ServeOptions{
		Ready: func(addr net.Addr) {
			go func() {
				defer cancel()
				res, err := http.Post("http://"+addr.String()+"/graphql", "application/json", strings.NewReader(`{"query": "{greeting}"}`))
				if err != nil {
					fmt.Println(err)
					return
				}
				defer res.Body.Close()
				body, _ := io.ReadAll(res.Body)
				fmt.Printf("%s\n", body)
			}()
		},
	})
	fmt.Println(err)
	// Output:
	// {"data":{"greeting":"hello"}}
	// <nil>
}
