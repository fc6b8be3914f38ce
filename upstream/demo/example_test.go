package demo_test

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"weft/upstream/demo"
)

func Example() {
	services, err := demo.Start(context.Background(), demo.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer services.Close()

	resp, err := http.Get(services.URLs()["catalog"] + "/categories/d-kitchen")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	http.DefaultClient.CloseIdleConnections()
	fmt.Println(string(body), err)
	// Output: {"id":"d-kitchen","name":"Kitchen","about":"Tools for people who cook most days.","productCount":126,"parent":null} <nil>
}
