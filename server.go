// Command weft serves one GraphQL endpoint over many REST services.
//
// Without configuration it serves the storefront of graph/schema over seven demo services that run in the same process;
// with -config FILE over your own. Read graph/doc.go next: it follows an operation through the packages.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"weft/graph/auth"
	"weft/graph/config"
	"weft/graph/edge"
	"weft/graph/edge/playground"
	"weft/graph/generated"
	"weft/graph/imageurl"
	"weft/graph/process"
	"weft/graph/resolver"
	"weft/graph/schema/examples"
	"weft/graph/schema/tour"
	"weft/graph/service"
	"weft/upstream/demo"
)

//go:generate go run tools.go
//go:generate go run ./graph/bindgen/weft directives -o directives.graphql

func main() {
	var latency time.Duration // of the demo services
	service.Program{
		Name:  "weft",
		About: "Weft serves one GraphQL endpoint over many REST services. While no upstream has a URL it\nserves a storefront over seven demo services of its own.",
		Flags: func(f *flag.FlagSet) {
			f.DurationVar(&latency, "demo-latency", 40*time.Millisecond, "the demo services take an eighth of this `duration` to all of it; 0s: they answer at once")
		},
		Before: func(ctx context.Context, conf *config.Config, o *service.Options) (func() error, error) {
			for _, e := range examples.All() {
				o.Playground.Tabs = append(o.Playground.Tabs, playground.Tab{Name: e.Name, Query: e.Query, Variables: e.Variables})
			}
			if conf.HasURL() {
				return nil, nil
			}
			return startDemo(ctx, latency, conf, o)
		},
		Commands: []service.Command{{Name: "tour", About: "ask the service at addr for the shop window in eight ways, and show what each technique saves", Define: tourOf}},
	}.Main(resolver.Service())
}

// tourOf defines the command tour.
func tourOf(f *flag.FlagSet) func(context.Context, config.Config, io.Writer) error {
	curl := f.Bool("curl", false, "say below each row how to ask the same with curl")
	return func(ctx context.Context, conf config.Config, out io.Writer) error {
		_, err := tour.Run(ctx, tour.Options{URL: conf.Scheme() + "://" + conf.Addr, Curl: *curl, Out: out})
		return err
	}
}

// startDemo starts the demo services, and makes conf and o a demo's: their URLs and tokens, reports, and a hint what to try.
func startDemo(ctx context.Context, latency time.Duration, conf *config.Config, o *service.Options) (end func() error, err error) {
	if conf.File != "" {
		return nil, fmt.Errorf("%s: no upstream has a URL: add upstreams.NAME.url for each, or leave the file out to see the demo", conf.File)
	}
	speed := demo.Latency{Min: latency / 8, Max: latency}
	if latency <= 0 {
		speed = demo.Latency{Max: -1} // none
	}
	services, err := demo.Start(context.WithoutCancel(ctx), demo.Options{Latency: speed}) // requests in flight need them
	if err != nil {
		return nil, err
	}
	for name, url := range services.URLs() {
		u := conf.Upstreams[name]
		u.URL = url
		conf.Upstreams[name] = u
		o.Playground.Upstreams = append(o.Playground.Upstreams, playground.Upstream{Name: name, URL: url})
	}
	if conf.Images, err = demoImages(services); err != nil {
		return nil, errors.Join(err, services.Close())
	}
	o.Playground.Faults = services
	conf.Report = cmp.Or(conf.Report, config.ReportAll)
	if conf.CORS.Origins == nil { // a page that somebody is writing may try it
		conf.CORS.Origins = []string{"http://localhost:*", "http://127.0.0.1:*"}
	}
	conf.Authentication = demoAuthentication(services.Issuer())
	for _, t := range services.Tokens() {
		about := fmt.Sprintf("Shop as %s: sub %d, scope %s", t.Name, t.User, strings.Join(t.Scopes, " "))
		o.Playground.Tokens = append(o.Playground.Tokens, playground.Token{Name: t.Name, Value: t.Signed, Description: about})
	}
	o.Ready = func(addr net.Addr) { announce(process.URL(conf.Scheme(), addr)+edge.Endpoint, services) }
	return func() error { services.Close(); return nil }, nil
}

// demoAuthentication believes the demo's issuer: what it has signed, and what it says of other tokens.
func demoAuthentication(i demo.Issuer) config.Authentication {
	return config.Authentication{
		Issuers: []auth.IssuerOptions{{Name: "demo", Issuer: i.Issuer, Keys: i.Keys, Audience: []string{i.Audience}, Algorithms: i.Methods}},
		Introspection: &config.Introspection{Secret: config.Secret(i.Secret), IntrospectionOptions: auth.IntrospectionOptions{
			URL: i.Introspection, Issuer: i.Issuer, ClientID: i.ClientID, Audience: []string{i.Audience},
		}},
	}
}

// demoImages are the demo's image services: the one that shrinks the catalog's pictures.
func demoImages(services *demo.Services) (imageurl.Services, error) {
	url, key, salt := services.Pictures()
	catalog, sizes := services.URLs()["catalog"], []int{80, 160, 320, 640}
	pictures, err := imageurl.New(imageurl.Settings{
		Name: "pictures", Imgproxy: url, Key: key, Salt: salt,
		Base: catalog + "/", Hosts: []string{strings.TrimPrefix(catalog, "http://")}, Widths: sizes, Heights: sizes,
	})
	return imageurl.Services{"pictures": pictures}, err
}

// announce says where the demo services are, and what to try first at the endpoint.
func announce(endpoint string, services *demo.Services) {
	say := func(label, text string) { _, _ = fmt.Fprintf(os.Stderr, "  %-12s%s\n", label, text) }
	label, urls := "Services", services.URLs()
	for _, u := range generated.Upstreams {
		say(label, fmt.Sprintf("%-17s%s", u.Name, urls[u.Name]))
		label = ""
	}
	pictures, _, _ := services.Pictures()
	say("", fmt.Sprintf("%-17s%s", "pictures", pictures))
	say("", fmt.Sprintf("%-17s%s", "issuer", services.Issuer().URL))
	for _, t := range services.Tokens() {
		say("Token", "Authorization: Bearer "+t.Value+"  ("+t.Name+map[bool]string{true: ", administrator"}[slices.Contains(t.Scopes, "admin")]+")")
	}
	say("Sign one", "curl -s "+services.Issuer().URL+"/token/mara   (a JSON Web Token, for an hour; or jonas, aoife)")
	say("Try", "curl -s "+endpoint+` -H 'Content-Type: application/json' -H 'Weft-Report: calls' -d '{"query":"{ products(first: 2) { nodes { name price { amount } } } }"}'`)
	say("Break one", "curl -d '{\"mode\": \"down\"}' "+urls["reviews"]+"/_fault   (or slow, errors, malformed; none mends it)")
}
