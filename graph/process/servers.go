package process

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
)

// servers are those of one process, which start and end together.
type servers struct {
	running []server   // in the order of their start
	ended   chan error // one for each that ended, whatever the cause
}

// server is one that runs.
type server struct {
	*http.Server

	listener *listener
	clients  *inbound
	lot      *lot // nil: no connection is parked
}

func newServers() *servers { return &servers{ended: make(chan error, 2)} }

// start serves on l, which the server closes, over TLS where the server has a certificate. Its connections have places in c; nil: it may have
// any number of them. Those that have, and are not spoken to over TLS, are first on the lane, if there is to be one.
func (s *servers) start(l net.Listener, srv *http.Server, c *Connections, first Lane) {
	handler, secure := srv.Handler, srv.TLSConfig != nil
	running := server{Server: srv, listener: newListener(l), clients: watch(srv)}
	var accepting net.Listener = running.listener
	if c != nil {
		if !secure {
			running.clients.lane = first.server(srv, handler, srv.BaseContext(l))
			running.lot = newLot(c, running.clients, l.Addr())
		}
		accepting = c.serve(running.listener, srv, running.lot)
	}
	if running.lot != nil {
		go func() { _ = srv.Serve(running.lot) }() // ends with the other
	}
	s.running = append(s.running, running)
	serve := srv.Serve
	if secure {
		serve = func(l net.Listener) error { return srv.ServeTLS(l, "", "") }
	}
	go func() { s.ended <- fmt.Errorf("serve %s: %w", l.Addr(), serve(accepting)) }()
}

// startAdmin starts the admin listener, if there is to be one.
func (s *servers) startAdmin(ctx, base context.Context, p *phase, o ServeOptions, lines *errorLog) error {
	if o.Admin.Addr == "" {
		return nil
	}
	if o.Admin.Handler == nil {
		return errors.New("the admin listener has no handler")
	}
	l, err := listen(ctx, o.Admin.Addr, "admin.addr")
	if err != nil {
		return err
	}
	s.start(l, newServer(base, closeWhile(&p.draining, o.Admin.Handler), lines), nil, Lane{})
	if o.Admin.Ready != nil {
		o.Admin.Ready(l.Addr())
	}
	return nil
}

// warmUp returns when f has. When a server ends before, it returns why, and all have ended.
func (s *servers) warmUp(ctx context.Context, f func(context.Context)) error {
	if f == nil {
		return nil
	}
	warming, cancel := context.WithCancel(ctx)
	defer cancel()
	warm, stop := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer stop()
		f(warming)
	}()
	err := s.wait(warm)
	cancel()
	<-warm.Done()
	return err
}

// wait returns when ctx ends. When a server ends before, it returns why, and all have ended.
func (s *servers) wait(ctx context.Context) error {
	select {
	case err := <-s.ended:
		s.ended <- nil // close waits for as many as have started
		return errors.Join(err, s.close())
	case <-ctx.Done():
		return nil
	}
}

// shutdown ends the servers, the last started first, when their requests in flight have ended. Its error says that those of
// some have not when ctx ended: then close ends them.
func (s *servers) shutdown(ctx context.Context) error {
	for len(s.running) > 0 {
		last := len(s.running) - 1
		if err := s.running[last].shutdown(ctx); err != nil {
			return err
		}
		s.running = s.running[:last]
		<-s.ended
	}
	return nil
}

// shutdown ends the server, in an order in which nobody's request is lost: first nothing new is accepted, then clients that are answered are told that their
// connection ends, and last, when all are quiet, connections are closed. net/http's own Shutdown closes what is idle at once, also where the
// next request is on its way.
func (s server) shutdown(ctx context.Context) error {
	s.listener.stop()
	s.clients.settle(ctx)
	s.clear()
	if s.clients.settle(ctx); s.clients.onLane() { // what came back a moment before
		return ctx.Err()
	}
	return s.Shutdown(ctx)
}

// clear closes the connections that are parked.
func (s server) clear() {
	if s.lot != nil {
		s.lot.clear()
	}
}

// close ends the servers at once.
func (s *servers) close() error {
	var errs []error
	for _, srv := range s.running {
		srv.clients.lane.Close()
		srv.clear()
		errs = append(errs, srv.Close())
	}
	for range s.running {
		<-s.ended
	}
	s.running = nil
	return errors.Join(errs...)
}
