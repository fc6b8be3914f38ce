// Command posts serves posts, users, comments, todos and albums of any JSONPlaceholder-compatible service: the public
// workload that gateways are compared on.
//
//	go run ./bench/posts -addr localhost:8081 -upstream http://localhost:3000
package main

import (
	"context"
	"flag"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/service"
)

//go:generate go run ../../tools.go

func main() {
	var url, profile string
	service.Program{
		Name:  "posts",
		About: "GraphQL over a JSONPlaceholder-compatible service.",
		Flags: func(f *flag.FlagSet) {
			f.StringVar(&url, "upstream", "", "base `URL` of the service; sets upstreams.jsonplaceholder.url")
			f.StringVar(&profile, "profile", "", "write a CPU profile to this `file`")
		},
		Before: func(_ context.Context, conf *config.Config, _ *service.Options) (func() error, error) {
			if url != "" {
				u := conf.Upstreams["jsonplaceholder"]
				u.URL = url
				conf.Upstreams["jsonplaceholder"] = u
			}
			return profileTo(profile)
		},
	}.Main(generated.Service(resolver.Resolver{}))
}
