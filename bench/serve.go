package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	front "weft/graph/service"
	"weft/upstream"
)

// loopback is where every server listens: a free port.
const loopback = "127.0.0.1:0"

// role is a server that this program is when it is started as `bench serve ROLE`.
type role struct {
	upstream string // its URL
	executor string // of the posts service
	share    bool   // a limit's identical calls in flight are one
	gets     int    // calls of a limit for a request
	size     int    // bytes of a limit's answer
	profile  string // the file of a CPU profile; "" none
}

// serve is one server until ctx ends. It announces its URL on stderr, as the posts service does.
func serve(ctx context.Context, args []string, stderr io.Writer) error {
	if len(args) == 0 {
		return errors.New("serve: which one? upstream, limit or posts")
	}
	var r role
	flags := flag.NewFlagSet("serve "+args[0], flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&r.upstream, "upstream", "", "`URL` of the upstream")
	flags.StringVar(&r.executor, "executor", "stock", "`executor` of the posts service")
	flags.BoolVar(&r.share, "share", false, "a limit's identical calls in flight are one")
	flags.IntVar(&r.gets, "gets", 0, "`number` of calls that a limit makes for a request")
	flags.IntVar(&r.size, "size", 0, "`bytes` of a limit's answer")
	flags.StringVar(&r.profile, "profile", "", "write a CPU profile to this `file`")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	stop, err := profileTo(r.profile)
	if err != nil {
		return err
	}
	err = r.serve(ctx, args[0], stderr)
	return errors.Join(err, stop())
}

func (r role) serve(ctx context.Context, name string, stderr io.Writer) error {
	switch name {
	case "upstream":
		return listen(ctx, newService(newFixture()), stderr)
	case "limit":
		return r.serveLimit(ctx, stderr)
	case "posts":
		return r.servePosts(ctx, stderr)
	}
	return fmt.Errorf("serve: there is no %q; there are upstream, limit and posts", name)
}

// clients are the posts service's clients, configured as little as bench/posts' are.
func (r role) clients() (upstream.Clients, error) {
	return upstream.NewClients(generated.Upstreams, map[string]upstream.Options{"jsonplaceholder": {URL: r.upstream}})
}

// serveLimit is a limit; one that makes no calls has no client.
func (r role) serveLimit(ctx context.Context, stderr io.Writer) error {
	l := &limit{gets: r.gets, share: r.share, answer: make([]byte, r.size)}
	if r.gets > 0 {
		clients, err := r.clients()
		if err != nil {
			return err
		}
		defer clients.Close()
		l.client = clients["jsonplaceholder"]
	}
	return listen(ctx, l, stderr)
}

// servePosts is bench/posts, but that neither calls nor operations are shared, and nothing is kept.
func (r role) servePosts(ctx context.Context, stderr io.Writer) error {
	environ := []string{"WEFT_UPSTREAM_JSONPLACEHOLDER_URL=" + r.upstream, "WEFT_CACHE_ENABLED=false", "WEFT_PLAYGROUND=false", "WEFT_REPORT=all"}
	args := []string{"-addr", loopback, "-executor", r.executor}
	return front.Program{Name: "posts", Options: front.Options{Middleware: []func(http.Handler) http.Handler{unshared}}}.
		Run(ctx, generated.Service(resolver.Resolver{}), args, environ, stderr)
}

// unshared has each operation load all that it needs, though others load the same at this moment. No configuration can say that.
func unshared(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header["Weft-Without"] = []string{"shared"}
		next.ServeHTTP(w, r)
	})
}

// listen serves h as plainly as net/http can, until ctx ends.
func listen(ctx context.Context, h http.Handler, stderr io.Writer) error {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", loopback)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	_, _ = fmt.Fprintf(stderr, "served at http://%s/\n", l.Addr())
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	err = server.Close()
	<-ended
	return err
}
