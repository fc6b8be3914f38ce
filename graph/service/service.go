// Package service makes a running service of a configuration and a generated schema, so that a service's main is a few lines:
//
//	s, err := service.Open(conf, generated.Upstreams, generated.CacheClasses)
//	…
//	defer s.Close()
//	schema, err := generated.NewSchema(generated.Options{Clients: s.Clients, Cache: s.Cache.Cache, …})
//	…
//	return s.Serve(ctx, schema, service.Options{Ready: edge.Announce(stderr)})
//
// It decides nothing: what it hands on is in the configuration, and each package says itself what that means.
package service

import (
	"context"
	"maps"
	"net"
	"net/http"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"weft/cache"
	"weft/cache/tiers"
	"weft/graph/binding"
	"weft/graph/config"
	"weft/graph/edge"
	"weft/graph/edge/admin"
	"weft/upstream"
)

// Service is what outlives operations.
type Service struct {
	Clients       upstream.Clients
	Cache         *tiers.Caching
	CachePolicies map[string]binding.CachePolicy // by upstream
	Unshared      map[string]bool                // by upstream

	conf    config.Config
	forward []string // names of all headers that upstreams are sent
}

// Open makes the clients of the upstreams and the cache. It connects to nothing. The error joins all that is wrong with the
// clients, or says what is wrong with the cache; it holds no secret.
func Open(conf config.Config, upstreams []upstream.Spec, classes cache.Classes) (*Service, error) {
	clients, err := upstream.NewClients(upstreams, conf.Upstreams)
	if err != nil {
		return nil, err
	}
	caching, err := tiers.Open(tiers.Options{
		Off: !conf.Cache.Enabled, MaxBytes: conf.Cache.MaxBytes, Prefix: conf.Cache.Prefix, Secret: string(conf.Cache.Secret),
		RedisURL: string(conf.Redis.URL), Classes: classes,
	})
	if err != nil {
		clients.Close()
		return nil, err
	}
	s := &Service{Clients: clients, Cache: caching, CachePolicies: map[string]binding.CachePolicy{}, Unshared: map[string]bool{}, conf: conf}
	for name, c := range conf.UpstreamCache {
		s.Unshared[name] = !c.Share
		if c.MaxAge > 0 || c.StaleWhileRevalidate > 0 || c.StaleIfError > 0 {
			s.CachePolicies[name] = binding.CachePolicy{
				MaxAge: c.MaxAge, HasMaxAge: c.MaxAge > 0, StaleWhileRevalidate: c.StaleWhileRevalidate, StaleIfError: c.StaleIfError,
			}
		}
	}
	forwarded := map[string]bool{}
	for _, u := range upstreams {
		for _, name := range u.ForwardHeaders {
			forwarded[http.CanonicalHeaderKey(name)] = true
		}
	}
	s.forward = slices.Sorted(maps.Keys(forwarded))
	return s, nil
}

// Close lets go of the clients, which waits for their calls, and then of the cache. Nothing may be served any more.
func (s *Service) Close() {
	s.Clients.Close()
	s.Cache.Close()
}

// Options are what a configuration cannot say.
type Options struct {
	// Playground answers / and below /playground/, unless the configuration leaves it out; nil: nothing does.
	Playground http.Handler
	// Ready is called once, when connections are accepted, with the address listened on; nil: nothing is.
	Ready func(net.Addr)
	// AdminReady is called before, with the address of the admin listener, where there is one; nil: nothing is.
	AdminReady func(net.Addr)
}

// Serve answers requests until ctx ends, and then those in flight. See [edge.ListenAndServe].
func (s *Service) Serve(ctx context.Context, schema graphql.ExecutableSchema, o Options) error {
	e := edge.Options{Timeout: s.conf.Timeout, Limits: s.conf.Limits, Vary: s.forward}
	if s.conf.Trace {
		e.Trace = binding.Trace
	}
	if s.conf.Playground {
		e.Playground = o.Playground
	}
	serve := edge.ServeOptions{LameDuck: s.conf.LameDuck, Ready: o.Ready}
	if s.conf.Admin.Addr != "" {
		handler, err := s.admin()
		if err != nil {
			return err
		}
		serve.Admin = edge.Admin{Addr: s.conf.Admin.Addr, Handler: handler, Ready: o.AdminReady}
	}
	return edge.ListenAndServe(ctx, s.conf.Addr, edge.NewHandler(schema, e), serve)
}

func (s *Service) admin() (http.Handler, error) {
	return admin.Handler(admin.Options{
		Token:  string(s.conf.Admin.Token),
		Status: func() any { return s.Cache.Status() },
		Invalidate: func(ctx context.Context, i admin.Invalidation) error {
			return s.Cache.InvalidateNames(ctx, cache.Invalidation(i))
		},
	})
}
