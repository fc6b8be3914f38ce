// Command posts serves posts, users, comments, todos and albums of any JSONPlaceholder-compatible service: the public
// workload that gateways are compared on.
//
//	go run ./bench/posts -addr localhost:8081 -upstream http://localhost:3000
package main

import (
	"weft/bench/measured"
	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
)

//go:generate go run ../../tools.go

func main() {
	measured.Program("posts", "GraphQL over a JSONPlaceholder-compatible service.", map[string]string{"jsonplaceholder": ""}).
		Main(generated.Service(resolver.Resolver{}))
}
