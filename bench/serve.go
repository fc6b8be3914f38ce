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

	"weft/upstream"
)

// loopback is where every server listens: a free port.
const loopback = "127.0.0.1:0"

// role is a server that this program is when it is started as `bench serve ROLE`.
type role struct {
	upstream string        // its URL
	delay    time.Duration // before each answer of the upstream
	calls    string        // the operation whose calls a limit makes; "" none
	share    bool          // its identical calls in flight are one
	size     int           // bytes of its answer
}

// serve is one server until ctx ends. It announces its URL on stderr, as a service does.
func serve(ctx context.Context, args []string, stderr io.Writer) error {
	if len(args) == 0 {
		return errors.New("serve: which one? upstream or limit")
	}
	var r role
	flags := flag.NewFlagSet("serve "+args[0], flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&r.upstream, "upstream", "", "`URL` of the upstream")
	flags.DurationVar(&r.delay, "delay", 0, "`time` before each answer of the upstream")
	flags.StringVar(&r.calls, "calls", "", "the `operation` whose calls a limit makes for each request; without it none")
	flags.BoolVar(&r.share, "share", false, "a limit's identical calls in flight are one")
	flags.IntVar(&r.size, "size", 0, "`bytes` of a limit's answer")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	switch args[0] {
	case "upstream":
		return listen(ctx, newService(r.delay), stderr)
	case "limit":
		return r.serveLimit(ctx, stderr)
	}
	return fmt.Errorf("serve: there is no %q; there are upstream and limit", args[0])
}

// serveLimit is a limit; one that makes no calls has no client.
func (r role) serveLimit(ctx context.Context, stderr io.Writer) error {
	l := &limit{share: r.share, answer: make([]byte, r.size)}
	if r.calls == "" {
		return listen(ctx, l, stderr)
	}
	of, err := chooseOperations(r.calls)
	if err != nil {
		return err
	}
	l.rounds = of[0].rounds
	const name = "all"
	clients, err := upstream.NewClients([]upstream.Spec{{Name: name}}, map[string]upstream.Options{name: {URL: r.upstream}})
	if err != nil {
		return err
	}
	defer clients.Close()
	l.client = clients[name]
	return listen(ctx, l, stderr)
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
