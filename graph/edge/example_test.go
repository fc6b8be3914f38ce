package edge_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"weft/graph/edge"
	"weft/graph/operation"
)

// An engine answers operations, and a handler lets clients send them by HTTP.
func Example() {
	engine := operation.New(newSchema(greet), operation.Options{})
	handler := edge.NewHandler(engine, edge.Options{})
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query": "{greeting}"}`))
	r.Header.Set("Content-Type", "application/json")
	handler.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
	// Output:
	// 200 {"data":{"greeting":"hello"}}
}
