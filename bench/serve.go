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
	"weft/graph/edge"
	"weft/graph/executor"
	engine "weft/graph/operation"
	shell "weft/graph/process"
	"weft/upstream"
)

// loopback is where every server listens: a free port.
const loopback = "127.0.0.1:0"

// role is a server that this program is when it is started as `bench serve ROLE`.
type role struct {
	upstream string // its URL
	executor string
	share    bool // identical calls in flight are one
	gets     int
	size     int
	profile  string
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

// servePosts is bench/posts, but that neither calls nor operations are shared.
func (r role) servePosts(ctx context.Context, stderr io.Writer) error {
	clients, err := r.clients()
	if err != nil {
		return err
	}
	defer clients.Close()
	schema, err := generated.Service(resolver.Resolver{}).NewSchema(executor.Settings{
		Clients: clients, Executor: r.executor,
		Unshared: map[string]bool{"jsonplaceholder": true}, Alone: true,
	})
	if err != nil {
		return err
	}
	handler := edge.NewHandler(engine.New(schema, engine.Options{}), edge.Options{})
	return shell.ListenAndServe(ctx, loopback, handler, shell.ServeOptions{Ready: func(addr net.Addr) {
		_, _ = fmt.Fprintf(stderr, "GraphQL is served at %s%s\n", shell.URL("http", addr), edge.Endpoint)
	}})
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
