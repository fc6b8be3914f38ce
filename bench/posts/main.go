// Command posts serves posts, users, comments, todos and albums of any JSONPlaceholder-compatible service: the public
// workload that gateways are compared on.
//
//	go run ./bench/posts -addr localhost:8081 -upstream http://localhost:3000
package main

import (
	"context"
	"errors"
	"flag"
	"io"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/edge"
	"weft/graph/executor"
	"weft/graph/service"
)

//go:generate go run ../../tools.go

func main() { edge.Main(run) }

func run(ctx context.Context, args []string, getenv func(string) string, stderr io.Writer) error {
	var url, profile string
	conf, err := config.Load(config.Program{
		Name: "posts", About: "GraphQL over a JSONPlaceholder-compatible service.",
		Upstreams: generated.Upstreams, Output: stderr,
		Flags: func(f *flag.FlagSet) {
			f.StringVar(&url, "upstream", "", "base `URL` of the service; sets upstreams.jsonplaceholder.url")
			f.StringVar(&profile, "profile", "", "write a CPU profile to this `file`")
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
	stop, err := profileTo(profile)
	if err != nil {
		return err
	}
	return errors.Join(serve(ctx, conf, stderr), stop())
}

func serve(ctx context.Context, conf config.Config, stderr io.Writer) error {
	s, err := service.Open(conf, generated.Upstreams, generated.CacheClasses)
	if err != nil {
		return err
	}
	defer s.Close()
	schema, err := generated.Service(resolver.Resolver{}).NewSchema(executor.Settings{
		Clients: s.Clients, Executor: conf.Executor, MaxAnswer: int(conf.MaxAnswer), MaxObjects: conf.MaxObjects,
		Cache: s.Cache.Cache, CachePolicies: s.CachePolicies, Unshared: s.Unshared,
	})
	if err != nil {
		return err
	}
	return s.Serve(ctx, schema, service.Options{Ready: edge.Announce(stderr)})
}
