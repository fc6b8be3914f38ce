package service

import (
	"cmp"
	"log/slog"

	"weft/graph/config"
	"weft/upstream"
)

// newClients makes the clients of upstreams, as a configuration says.
func newClients(specs []upstream.Spec, conf config.Config, logger *slog.Logger) (upstream.Clients, error) {
	options := make(map[string]upstream.Options, len(conf.Upstreams))
	for name, o := range conf.Upstreams {
		o.Files.Logger = cmp.Or(o.Files.Logger, logger)
		options[name] = o
	}
	return upstream.NewClients(specs, options)
}
