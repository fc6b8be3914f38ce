package service

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"

	"weft/graph/auth"
	"weft/graph/config"
	"weft/graph/oauth"
	"weft/graph/schedule"
	"weft/upstream"
	"weft/upstream/files"
)

// called are the upstreams, and what has the tokens of their calls.
type called struct {
	clients upstream.Clients
	tokens  []*oauth.Source
}

// newCalled makes the clients of upstreams, as a configuration says, and has their tokens asked for off the request path.
func newCalled(specs []upstream.Spec, conf config.Config, tasks *schedule.Scheduler, logger *slog.Logger) (c called, err error) {
	options := make(map[string]upstream.Options, len(conf.Upstreams))
	for name, o := range conf.Upstreams {
		o.Files.Logger = cmp.Or(o.Files.Logger, logger)
		if settings, ok := conf.OAuth[name]; ok {
			source, err := oauth.New(oauth.Options{Settings: settings, Upstream: name, Schedule: tasks, Files: o.Files, Logger: logger})
			if err != nil {
				c.close()
				return called{}, err
			}
			c.tokens = append(c.tokens, source)
			o.Authorizer = source
		}
		if o.Network.Failing.Changed == nil {
			o.Network.Failing.Changed = logChanges(logger)
		}
		options[name] = o
	}
	if c.clients, err = upstream.NewClients(specs, options); err != nil {
		c.close()
		return called{}, err
	}
	return c, nil
}

// logChanges logs each new state of a breaker.
func logChanges(logger *slog.Logger) func(name, endpoint string, s upstream.State) {
	return func(name, endpoint string, s upstream.State) {
		level, message := slog.LevelInfo, "an endpoint is called again"
		switch s {
		case upstream.Open:
			level, message = slog.LevelWarn, "an endpoint fails, and is not called for a while"
		case upstream.HalfOpen:
			message = "an endpoint that has failed is tried once"
		case upstream.Closed:
		}
		logger.Log(context.Background(), level, message, "upstream", name, "endpoint", endpoint, "breaker", s.String())
	}
}

// status are the counters of all upstreams, by name.
func (c called) status() []upstream.Stats {
	list := []upstream.Stats{}
	for _, name := range slices.Sorted(maps.Keys(c.clients)) {
		list = append(list, c.clients[name].Stats())
	}
	return list
}

// signers sign what services are told of who asks.
func (s *Service) signers(specs []upstream.Spec) (auth.Signers, error) {
	signers, claimed := auth.Signers{}, map[string][]string{}
	for _, spec := range specs {
		if len(spec.Claims.Headers) > 0 {
			for _, name := range slices.Concat(spec.Headers, spec.ForwardHeaders) {
				claimed[spec.Name] = append(claimed[spec.Name], http.CanonicalHeaderKey(name))
			}
		}
	}
	for name, o := range s.conf.SignClaims {
		signer, err := auth.NewSigner(name, o, files.Options{Logger: s.options.Logger})
		if err != nil {
			return nil, fmt.Errorf("upstreams.%s.signClaims: %w", name, err)
		}
		signers[name] = signer
	}
	return signers, signers.Check(claimed)
}

// close lets go of the clients, which waits for their calls, and then of tokens.
func (c called) close() {
	c.clients.Close()
	for _, source := range c.tokens {
		source.Close()
	}
}
