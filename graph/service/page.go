package service

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/edge/playground"
	"weft/graph/executor"
)

// page is what the playground offers: what a program says, and beside it what is known of the schema. Operations that somebody else
// knows belong here, too.
func page(d executor.Definition, schema *ast.Schema, o playground.Options) playground.Options {
	if len(o.Tabs) == 0 {
		o.Tabs = playground.Examples(schema, func(typeName, field string) bool {
			t := d.Tables.Types[typeName]
			return t != nil && t.Fields[field] != nil && t.Fields[field].Bound != nil
		})
	}
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
