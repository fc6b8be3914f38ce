// Command posts serves posts, users, comments, todos and albums of any JSONPlaceholder-compatible service: the public
// workload that gateways are compared on.
//
//	go run ./bench/posts -addr localhost:8081 -upstream http://localhost:3000
package main

import (
	"context"
	"flag"
	"io"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/edge"
	"weft/upstream"
)

//go:generate go run ../../tools.go

func main() { edge.Main(run) }

func run(ctx context.Context, args []string, getenv func(string) string, stderr io.Writer) error {
	url := ""
	conf, err := config.Load(config.Program{
		Name: "posts", About: "GraphQL over a JSONPlaceholder-compatible service.",
		Upstreams: generated.Upstreams, Output: stderr,
		Flags: func(f *flag.FlagSet) {
			f.StringVar(&url, "upstream", "", "base `URL` of the service; sets upstreams.jsonplaceholder.url")
		},
	}, args, getenv)
	if err != nil {
		return err
	}
	if url != "" {
		o := conf.Upstreams["jsonplaceholder"]
		o.URL = url
		conf.Upstreams["jsonplaceholder"] = o
	}
	clients, err := upstream.NewClients(generated.Upstreams, conf.Upstreams)
	if err != nil {
		return err
	}
	defer clients.Close()
	schema, err := generated.NewSchema(generated.Options{Clients: clients, Resolvers: resolver.Resolver{}, Executor: conf.Executor})
	if err != nil {
		return err
	}
	o := edge.Options{Timeout: conf.Timeout}
	if conf.Trace {
		o.Trace = upstream.Trace
	}
	return edge.ListenAndServe(ctx, conf.Addr, edge.NewHandler(schema, o), edge.ServeOptions{
		LameDuck: conf.LameDuck,
		Ready:    edge.Announce(stderr),
	})
}
