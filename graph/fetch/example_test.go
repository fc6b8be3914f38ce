package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/view"
	"weft/upstream"
)

// Three fields of an operation ask for a product each: one call, whose answer is matched by key.
func Example() {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.URL)
		fmt.Fprint(w, `{"data": [{"id": 7, "name": "Rug"}, {"id": 3, "name": "Lamp"}]}`)
	}))
	defer service.Close()
	clients, err := upstream.NewClients([]upstream.Spec{{Name: "catalog"}}, map[string]upstream.Options{"catalog": {URL: service.URL}})
	if err != nil {
		panic(err)
	}
	defer clients.Close()

	// Generated code holds such tables.
	product := binding.New(binding.Spec{
		Name: "Product", Entity: true, Vars: []binding.Var{{Name: "id", Type: &binding.Type{Scalar: "ID"}}},
		Origin: binding.Origin{
			Upstream: "catalog",
			Batch:    &binding.Batch{Call: binding.Call{Template: "/products{?ids}", At: "/data"}, Keys: "ids", Match: []string{"/id"}},
		},
		Result: binding.Result{Shape: view.NewShape("/id", "/name")},
	})
	field := &binding.Field{Binding: product, Sources: []binding.Source{{Argument: "id"}}}

	x := fetch.Begin(&fetch.Service{Clients: clients}, fetch.Options{Behalf: fetch.Behalf{Header: http.Header{}}})
	defer x.Close()
	for _, found := range x.Fetch(context.Background(), []fetch.Member{
		{Field: field, Args: binding.Arguments{"id": "3"}, Parents: make([]view.Object, 1)},
		{Field: field, Args: binding.Arguments{"id": int64(10)}, Parents: make([]view.Object, 1)},
		{Field: field, Args: binding.Arguments{"id": "7"}, Parents: make([]view.Object, 1)},
	}) {
		r := found.Results[found.Of[0]]
		if !r.Found {
			fmt.Println("null", r.Err)
			continue
		}
		name, err := view.Get(r.Objects[0], 2, view.String)
		fmt.Println(name, err)
	}
	// Output:
	// GET /products?ids=3,7,10
	// Lamp <nil>
	// null <nil>
	// Rug <nil>
}
