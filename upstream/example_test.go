package upstream_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"weft/upstream"
)

func Example() {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/products" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `[{"id": 1, "name": "Loom"}]`)
	}))
	defer service.Close()

	specs := []upstream.Spec{{Name: "catalog", ForwardHeaders: []string{"Accept-Language"}}}
	clients, err := upstream.NewClients(specs, map[string]upstream.Options{"catalog": {URL: service.URL + "/v1"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer clients.Close()

	recorder := new(upstream.Recorder)
	recorder.Begin()
	ctx := context.Background()
	res, err := clients["catalog"].Do(ctx, upstream.Request{Endpoint: "Query.products", Path: "/products?limit=1", Recorder: recorder})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Status, string(res.Body))

	_, err = clients["catalog"].Do(ctx, upstream.Request{Endpoint: "Query.stock", Path: "/stock/1", Recorder: recorder})
	var failure *upstream.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Kind, "·", err)
	}
	for _, call := range recorder.Calls() {
		fmt.Printf("%s %s %d %q\n", call.Method, call.Path, call.Status, call.Err)
	}
	// Output:
	// 200 [{"id": 1, "name": "Loom"}]
	// not_found · upstream catalog, Query.stock: not found (status 404)
	// GET /products?limit=1 200 ""
	// GET /stock/1 404 "not_found"
}
