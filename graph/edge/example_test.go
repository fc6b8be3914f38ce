package edge_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"weft/graph/edge"
	"weft/graph/operation"
)

// An engine answers operations, and a handler lets clients send them by HTTP.
func Example() {
	engine := operation.New(newSchema(greet), operation.Options{})
	handler := edge.NewHandler(engine, edge.Options{})
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/graphql?query={greeting}", nil))
	fmt.Println(w.Code, w.Body)
	// Output:
	// 200 {"data":{"greeting":"hello"}}
}
