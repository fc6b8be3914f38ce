package service

import (
	"context"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/compiled"
	"weft/graph/config"
	"weft/graph/edge/playground"
	"weft/graph/inspect"
)

// page is what the playground offers: what a program says, and beside it what is known of the schema, to those who may know it.
// Of a service that runs listed operations only, these are all.
func (s *Service) page(of compiled.Schema, schema *ast.Schema, listed func() []playground.Operation) playground.Options {
	o := s.options.Playground
	o.Operations = listed
	if len(o.Tabs) == 0 && listed == nil && s.conf.Introspection {
		o.Tabs = playground.Examples(schema, func(typeName, field string) bool {
			t := of.Tables.Types[typeName]
			return t != nil && t.Fields[field] != nil && t.Fields[field].Bound != nil
		})
	}
	o.Upstreams = nil
	if s.conf.Report == config.ReportAll { // reports name them
		o.Upstreams = upstreams(of, s.options.Playground.Upstreams)
	}
	if s.conf.Report == config.ReportAll && listed == nil {
		o.Explain = explained(inspector(of, s.conf, s.options, s.conf.Limits.UpstreamCalls))
	}
	return o
}

// upstreams are those of a schema, with the URLs that a program says.
func upstreams(of compiled.Schema, said []playground.Upstream) (all []playground.Upstream) {
	for _, u := range of.Upstreams {
		known := playground.Upstream{Name: u.Name, Headers: u.ForwardHeaders}
		if i := slices.IndexFunc(said, func(s playground.Upstream) bool { return s.Name == u.Name }); i >= 0 {
			known.URL = said[i].URL
		}
		all = append(all, known)
	}
	return all
}

// explained says what the command explain says.
func explained(i *inspect.Inspector) func(context.Context, playground.Question) playground.Explanation {
	return func(ctx context.Context, q playground.Question) (e playground.Explanation) {
		for _, o := range i.Text(ctx, q.Query, q.Variables) {
			if o.Plan == nil || q.OperationName != "" && q.OperationName != o.Name {
				continue
			}
			var text strings.Builder
			_ = inspect.Explain(&text, &o) // a builder takes all
			e.Text = text.String()
			if o.Forecast.Unbounded == nil {
				e.Calls = &o.Forecast.Calls
			}
			return e
		}
		return e
	}
}
