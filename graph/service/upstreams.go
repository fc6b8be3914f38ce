package service

import (
	"cmp"
	"log/slog"

	"weft/graph/config"
	"weft/graph/oauth"
	"weft/graph/schedule"
	"weft/upstream"
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
		options[name] = o
	}
	if c.clients, err = upstream.NewClients(specs, options); err != nil {
		c.close()
		return called{}, err
	}
	return c, nil
}

// close lets go of the clients, which waits for their calls, and then of tokens.
func (c called) close() {
	c.clients.Close()
	for _, source := range c.tokens {
		source.Close()
	}
}
