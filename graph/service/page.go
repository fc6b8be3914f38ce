package service

import (
	"slices"

	"weft/graph/edge/playground"
	"weft/graph/executor"
)

// page is what the playground offers: what a program says, and beside it what is known of the schema.
func page(d executor.Definition, o playground.Options) playground.Options {
	said := o.Upstreams
	o.Upstreams = nil
	for _, u := range d.Upstreams {
		known := playground.Upstream{Name: u.Name, Headers: u.ForwardHeaders}
		if i := slices.IndexFunc(said, func(s playground.Upstream) bool { return s.Name == u.Name }); i >= 0 {
			known.URL = said[i].URL
		}
		o.Upstreams = append(o.Upstreams, known)
	}
	return o
}
