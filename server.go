// Command weft serves one GraphQL endpoint over many REST services.
//
// Without configuration it serves the storefront of graph/schema over seven demo services that run in the same process;
// with -config FILE over your own. Read graph/doc.go next: it follows an operation through the packages.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"weft/graph/config"
	"weft/graph/edge"
	"weft/graph/edge/playground"
	"weft/graph/executor"
	"weft/graph/generated"
	"weft/graph/resolver"
	"weft/graph/schema/examples"
	"weft/graph/service"
	"weft/upstream/demo"
)

//go:generate go run tools.go

func main() { edge.Main(run) }

func run(ctx context.Context, args []string, getenv func(string) string, stderr io.Writer) error {
	var latency time.Duration
	var healthcheck bool
	conf, err := config.Load(config.Program{
		Name:      "weft",
		About:     "Weft serves one GraphQL endpoint over many REST services. While no upstream has a URL it\nserves a storefront over seven demo services of its own.",
		Upstreams: generated.Upstreams,
		Flags: func(f *flag.FlagSet) {
			f.DurationVar(&latency, "demo-latency", 40*time.Millisecond, "the demo services take an eighth of this `duration` to all of it; 0s: they answer at once")
			f.BoolVar(&healthcheck, "healthcheck", false, "ask the server at addr whether it lives, and exit with 0 if so: a container's health check")
		},
		Environ: os.Environ(),
		Output:  stderr,
	}, args, getenv)
	if err != nil {
		return err
	}
	if healthcheck {
		return edge.CheckHealth(ctx, conf.Addr)
	}

	var services *demo.Services // nil: real ones
	switch {
	case conf.HasURL():
	case conf.File != "":
		return fmt.Errorf("%s: no upstream has a URL: add upstreams.NAME.url for each, or leave the file out to see the demo", conf.File)
	default:
		services, err = startDemo(context.WithoutCancel(ctx), latency, &conf) // requests in flight need them
		if err != nil {
			return err
		}
		defer services.Close()
	}

	definition := generated.Service(resolver.Resolver{}, generated.Functions{DeliveryByWeight: resolver.DeliveryByWeight})
	s, err := service.Open(conf, generated.Upstreams, generated.CacheClasses)
	if err != nil {
		return err
	}
	defer s.Close()
	schema, err := definition.NewSchema(executor.Settings{
		Clients:       s.Clients,
		Executor:      conf.Executor,
		MaxAnswer:     int(conf.MaxAnswer),
		MaxObjects:    conf.MaxObjects,
		Cache:         s.Cache.Cache,
		CachePolicies: s.CachePolicies,
		Unshared:      s.Unshared,
	})
	if err != nil {
		return err
	}
	return s.Serve(ctx, schema, service.Options{
		Playground: playground.Handler(playgroundOptions(services)),
		Ready:      func(addr net.Addr) { announce(stderr, addr, conf, services) },
		AdminReady: func(addr net.Addr) { _, _ = fmt.Fprintf(stderr, "  %-12s%s\n", "Admin", edge.URL(addr)) },
	})
}

// startDemo starts the demo services and makes conf a demo's: their URLs, and traces.
func startDemo(ctx context.Context, latency time.Duration, conf *config.Config) (*demo.Services, error) {
	services, err := demo.Start(ctx, demo.Options{Latency: demoLatency(latency)})
	if err != nil {
		return nil, err
	}
	for name, url := range services.URLs() {
		o := conf.Upstreams[name]
		o.URL = url
		conf.Upstreams[name] = o
	}
	conf.Trace = true
	return services, nil
}

func demoLatency(slowest time.Duration) demo.Latency {
	if slowest <= 0 {
		return demo.Latency{Max: -1} // none
	}
	return demo.Latency{Min: slowest / 8, Max: slowest}
}

// playgroundOptions are the examples as tabs and, over the demo services, their tokens.
func playgroundOptions(services *demo.Services) playground.Options {
	var o playground.Options
	for _, e := range examples.All() {
		o.Tabs = append(o.Tabs, playground.Tab{Name: e.Name, Query: e.Query, Variables: e.Variables})
	}
	if services != nil {
		for _, t := range services.Tokens() {
			o.Tokens = append(o.Tokens, playground.Token{Name: t.Name, Value: t.Value, Description: "Shop as " + t.Name})
		}
	}
	return o
}

// announce says where the service is and what to try first.
func announce(w io.Writer, addr net.Addr, conf config.Config, services *demo.Services) {
	url := edge.URL(addr)
	say := func(label, text string) { _, _ = fmt.Fprintf(w, "  %-12s%s\n", label, text) }
	_, _ = fmt.Fprintln(w, "Weft is ready.")
	if conf.Playground {
		say("Playground", url+"/")
	}
	say("Endpoint", url+edge.Endpoint)
	if services == nil {
		return
	}
	label, urls := "Services", services.URLs()
	for _, u := range generated.Upstreams {
		say(label, fmt.Sprintf("%-17s%s", u.Name, urls[u.Name]))
		label = ""
	}
	for _, t := range services.Tokens() {
		say("Token", "Authorization: Bearer "+t.Value+"  ("+t.Name+")")
	}
	say("Try", "curl -s "+url+edge.Endpoint+` -H 'Content-Type: application/json' -H 'Weft-Trace: calls' -d '{"query":"{ products(first: 2) { nodes { name price { amount } } } }"}'`)
	say("Break one", "curl -d '{\"mode\": \"down\"}' "+urls["reviews"]+"/_fault   (or slow, errors, malformed; none mends it)")
}
