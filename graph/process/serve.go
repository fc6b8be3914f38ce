package process

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"
)

// Bounds on connections. An answer is written within writeTimeout of its request's headers, so it must be
// above the longest time of an operation, 30 s.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second
	writeTimeout      = time.Minute
	idleTimeout       = 75 * time.Second
	maxHeaderBytes    = 32 << 10

	defaultDrain = 20 * time.Second
)

// ServeOptions change how a server starts and ends. The zero value serves, and drains without delay.
type ServeOptions struct {
	// Ready, when not nil, is called once, when connections are accepted and WarmUp has returned, with the address listened on.
	Ready func(net.Addr)

	// WarmUp, when not nil, is called once, when connections are accepted and before Ready. Until it has returned /readyz is 503, and
	// everything else is answered. It must return soon after its context has ended, which it does with Serve's.
	WarmUp func(context.Context)

	// LameDuck is how long to go on serving after /readyz turned 503, so that load balancers stop sending
	// before connections are refused. 0 does not wait, which is right where nothing watches /readyz; under
	// Kubernetes take 5 s, or the readiness probe's period × threshold if that is longer.
	LameDuck time.Duration

	// Drain is how long the requests in flight have to end after that; then their connections are closed. 0
	// means 20 s. Kubernetes' terminationGracePeriodSeconds must be above LameDuck + Drain + the 3 s that [Main] leaves for
	// what is closed afterwards.
	Drain time.Duration

	// Admin is a second listener, without TLS. The zero value is none.
	Admin Admin

	// TLS is how clients are spoken to over TLS, by HTTP/1.1 or HTTP/2, whichever they like better. The zero value is not at all.
	TLS TLS

	// H2C lets clients that know of it speak HTTP/2 without TLS (RFC 9113 §3.3), as proxies in front of a service do.
	H2C bool

	// Lane is what serves requests of one path without net/http. The zero value is nothing.
	Lane Lane

	// Connections are those of clients, but for administrators'. Nil means connections of its own, of which there are 10,000 at most.
	Connections *Connections

	// Logger receives what net/http has to say of connections, 10 lines of a kind in a minute. Nil means slog.Default().
	Logger *slog.Logger
}

// Admin is a second listener, for those who run the service: see package admin.
type Admin struct {
	// Addr is where it listens, host:port. "" means that there is none.
	Addr string

	// Handler answers on it. It must not be nil where Addr is given.
	Handler http.Handler

	// Ready, when not nil, is called once, before ServeOptions.Ready, with the address listened on.
	Ready func(net.Addr)
}

// ListenAndServe listens on addr, host:port, and serves h until ctx ends; then it drains as Serve does. An
// address that is in use is an error that says what to do about it. When ctx has ended before, nothing is served: nil.
func ListenAndServe(ctx context.Context, addr string, h http.Handler, o ServeOptions) error {
	if ctx.Err() != nil {
		return nil
	}
	l, err := listen(ctx, addr, "-addr")
	if err != nil {
		return err
	}
	return Serve(ctx, l, h, o)
}

// listen listens on addr, which setting can change.
func listen(ctx context.Context, addr, setting string) (net.Listener, error) {
	var config net.ListenConfig
	config.SetMultipathTCP(false) // its sockets know no filter, see refuse
	l, err := config.Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use: stop the other program or choose another port with %s", addr, setting)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return l, nil
}

// Serve serves h on l, which it closes, and o.Admin, until ctx ends; /readyz is 200 once it has warmed up. Then it drains: /readyz turns 503 and answers ask
// for their connection's end; after LameDuck nothing new is accepted on l; what is in flight has Drain to finish. The admin
// listener is there before and ends last. ctx's end does not reach the requests' contexts, so that they can.
//
// It returns nil when every request in flight was answered, and an error when some were cut off, or when
// listening or accepting failed.
func Serve(ctx context.Context, l net.Listener, h http.Handler, o ServeOptions) error {
	limit := cmp.Or(o.Drain, defaultDrain)
	defer graceOf(ctx).serving(o.LameDuck + limit)()
	requests, cutOff := context.WithCancel(context.WithoutCancel(ctx))
	defer cutOff()
	var p phase
	p.starting.Store(o.WarmUp != nil)
	base := context.WithValue(requests, phaseKey{}, &p)

	lines := newErrorLog(cmp.Or(o.Logger, slog.Default()))
	defer lines.close()
	srv := newServer(base, closeWhile(&p.draining, h), lines)
	if err := o.speak(srv); err != nil {
		return errors.Join(err, l.Close())
	}
	all := newServers()
	if err := all.startAdmin(ctx, base, &p, o, lines); err != nil {
		return errors.Join(err, l.Close())
	}
	if o.Connections == nil {
		o.Connections = NewConnections(0)
	}
	all.start(l, srv, o.Connections, o.Lane)
	if err := all.warmUp(ctx, o.WarmUp); err != nil {
		return err
	}
	p.starting.Store(false)
	if o.Ready != nil {
		o.Ready(l.Addr())
	}
	if err := all.wait(ctx); err != nil {
		return err
	}

	p.draining.Store(true)
	if o.LameDuck > 0 {
		over, cancel := context.WithTimeout(requests, o.LameDuck)
		defer cancel()
		if err := all.wait(over); err != nil {
			return err
		}
	}
	deadline, cancel := context.WithTimeout(requests, limit)
	defer cancel()
	if all.shutdown(deadline) != nil {
		cutOff()
		return errors.Join(fmt.Errorf("%s were not enough to answer the requests in flight: they were cut off", limit), all.close())
	}
	return nil
}

// newServer returns a server whose requests' contexts are children of ctx.
func newServer(ctx context.Context, h http.Handler, lines *errorLog) *http.Server {
	return &http.Server{
		Handler:           h,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          lines.printer(),
	}
}

// closeWhile lets each connection end with its next answer while the server drains, so that a client with a pool of
// connections moves to another replica instead of meeting a closed one.
func closeWhile(draining *atomic.Bool, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if draining.Load() {
			w.Header().Set("Connection", "close")
		}
		h.ServeHTTP(w, r)
	})
}
