package playground_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"weft/graph/edge/playground"
)

func ExampleHandler() {
	page := playground.Handler(playground.Options{
		Tabs:   []playground.Tab{{Name: "My account", Query: "query Me { me { name } }"}},
		Tokens: []playground.Token{{Name: "Alice", Value: "alice-demo", Description: "A customer with orders"}},
	})
	mux := http.NewServeMux() // of the service, which answers /graphql too
	mux.Handle("GET /{$}", page)
	mux.Handle("GET /playground/", page)

	for _, path := range []string{"/", "/playground/config.json", "/playground/other"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(path, w.Code, w.Header().Get("Content-Type"))
	}
	// Output:
	// / 200 text/html; charset=utf-8
	// /playground/config.json 200 application/json
	// /playground/other 404 text/plain; charset=utf-8
}
