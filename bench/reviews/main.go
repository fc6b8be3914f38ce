// Command reviews serves users, products, their stock and their reviews, each from a REST service of its own: the public workload of
// gateways that join services.
//
//	go run ./bench/reviews -addr localhost:8081 -upstream http://localhost:3000
//
// The four services are below one URL: /accounts, /catalogue, /inventory and /reviews.
package main

import (
	"weft/bench/measured"
	"weft/bench/reviews/generated"
)

//go:generate go run ../../tools.go

func main() {
	measured.Program("reviews", "GraphQL over services of users, products, stock and reviews.", map[string]string{
		"accounts": "/accounts", "catalogue": "/catalogue", "inventory": "/inventory", "reviews": "/reviews",
	}).Main(generated.Service())
}
