package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Options says how the services run. The zero value is what a demo wants.
type Options struct {
	// Host is the address that the services listen on, each on a free port. Empty is 127.0.0.1.
	Host string

	// Latency is how long an answer takes.
	Latency Latency

	// Log hears where each service listens, and of each change of a [Fault]. Nil is silence.
	Log *slog.Logger
}

// Latency is the delay that every answer is given, drawn per request between Min and Max from a fixed seed.
// Zero for both is 5 to 40 ms; a negative Max is none. Recommendations take three times as long.
// Probes, descriptions and the fault switch answer at once.
type Latency struct {
	Min, Max time.Duration
}

func (l Latency) draw(rng *rand.Rand) time.Duration {
	switch {
	case l.Max < 0:
		return 0
	case l == Latency{}:
		l = Latency{Min: 5 * time.Millisecond, Max: 40 * time.Millisecond}
	}
	return l.Min + time.Duration(rng.Int64N(int64(max(0, l.Max-l.Min))+1))
}

// Token is a bearer token that accounts and orders accept, in two forms, each to be sent as "Authorization: Bearer".
type Token struct {
	User   int      // id of the account
	Name   string   // of its holder
	Scopes []string // what its holder may do
	Value  string   // the same on every start: whoever gets it asks the issuer whose it is
	Signed string   // a JSON Web Token, which the issuer has signed at the start, for a week
}

// Services is the demo services, running. It is safe for concurrent use.
type Services struct {
	urls   map[string]string
	faults map[string]*faults
	tokens []Token
	stop   context.CancelFunc
	group  *errgroup.Group
}

// Start starts all services, each on a free port of its own. They accept requests when it returns, and run until
// [Services.Close] or until ctx ends. Starting takes some tens of milliseconds.
func Start(ctx context.Context, o Options) (*Services, error) {
	shop, err := newShop()
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	issuer, err := newIssuer(shop)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	if o.Host == "" {
		o.Host = "127.0.0.1"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	ctx, stop := context.WithCancel(ctx)
	s := &Services{urls: map[string]string{}, faults: map[string]*faults{}, tokens: issuer.tokens, stop: stop, group: &errgroup.Group{}}
	for _, svc := range newServices(shop, issuer) {
		if err := s.run(ctx, svc, o); err != nil {
			return nil, fmt.Errorf("demo: %w", errors.Join(err, s.Close()))
		}
	}
	return s, nil
}

// newServices lists the services in the order of the package's table.
func newServices(shop *shop, issuer *issuer) []*service {
	tokens := holders{shop, issuer}
	return []*service{
		newCatalog(shop), newPricing(shop), newInventory(shop), newReviews(shop),
		newAccounts(shop, tokens), newOrders(shop, tokens), newRecommendations(shop), newPictures(shop), issuer.service(),
	}
}

// run serves svc until ctx ends, then waits for its requests. What handlers wait for ends with ctx as well.
func (s *Services) run(ctx context.Context, svc *service, o Options) error {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", net.JoinHostPort(o.Host, "0"))
	if err != nil {
		return fmt.Errorf("%s: %w", svc.name, err)
	}
	svc.latency, svc.log = o.Latency, o.Log.With("service", svc.name)
	server := &http.Server{
		Handler:           svc.handler(),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          slog.NewLogLogger(svc.log.Handler(), slog.LevelWarn),
	}
	s.urls[svc.name] = "http://" + listener.Addr().String()
	s.faults[svc.name] = &svc.faults
	s.group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("%s: %w", svc.name, err)
		}
		return nil
	})
	s.group.Go(func() error {
		<-ctx.Done()
		return shutDown(context.WithoutCancel(ctx), server)
	})
	svc.log.Info("demo service listens", "url", s.urls[svc.name])
	return nil
}

// shutDown gives requests a second to finish, then cuts their connections.
func shutDown(ctx context.Context, server *http.Server) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
		return server.Close()
	} else {
		return err
	}
}

// Close stops all services and waits for them. It may be called more than once.
func (s *Services) Close() error {
	s.stop()
	return s.group.Wait()
}

// URLs is the base URL of every service by name, but for the image service and the issuer, which answer no fields.
func (s *Services) URLs() map[string]string {
	urls := maps.Clone(s.urls)
	delete(urls, picturesName)
	delete(urls, issuerName)
	return urls
}

// Pictures is the image service: its base URL, and what its URLs are signed with, as imgproxy's are.
func (s *Services) Pictures() (url string, key, salt []byte) {
	return s.urls[picturesName], []byte(pictureKey), []byte(pictureSalt)
}

// Tokens lists the bearer tokens that accounts and orders accept: of two customers, and of one who is the administrator, too.
func (s *Services) Tokens() []Token { return slices.Clone(s.tokens) }

// Faults returns the mode of every service of [Services.URLs] by name.
func (s *Services) Faults() map[string]string {
	modes := map[string]string{}
	for name, f := range s.faults {
		modes[name] = string(cmp.Or(f.get().Mode, None))
	}
	delete(modes, picturesName)
	delete(modes, issuerName)
	return modes
}

// SetFault makes a service misbehave in a [Mode], or behave: [None].
func (s *Services) SetFault(service, mode string) error {
	f, ok := s.faults[service]
	if !ok {
		return fmt.Errorf("there is no service %q: choose of %s", service, strings.Join(slices.Sorted(maps.Keys(s.faults)), ", "))
	}
	return f.set(Fault{Mode: Mode(mode)})
}
