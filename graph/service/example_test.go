package service_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/service"
)

func ExampleNew() {
	schema := generated.Service(resolver.Resolver{})
	environment := []string{"WEFT_UPSTREAM_JSONPLACEHOLDER_URL=http://localhost:3000"} // os.Environ()
	conf, err := config.Load(config.Program{Name: "posts", Upstreams: schema.Upstreams}, nil, environment)
	if err != nil {
		fmt.Println(err)
		return
	}
	posts, err := service.New(schema, conf, service.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer posts.Close()
	mux := http.NewServeMux() // of a program that serves other things, too
	mux.Handle("/api/", http.StripPrefix("/api", posts))

	request := httptest.NewRequest(http.MethodPost, "/api/graphql", strings.NewReader(`{"query": "{ greet }"}`))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, request)
	fmt.Println(answer.Body)
	// Output: {"data":{"greet":"Hello World!"}}
}
