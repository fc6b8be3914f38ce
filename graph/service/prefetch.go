package service

import (
	"slices"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/operation"
	"weft/graph/prefetch"
	"weft/graph/prefetch/ledger"
	"weft/graph/prefetch/rule"
	"weft/upstream"
)

// mostUsed is the share of an upstream's calls in flight above which nothing is loaded ahead of time.
const mostUsed = 0.6

// ahead is what is loaded before anybody asks for it.
type ahead struct {
	clients upstream.Clients
	rules   []rule.Rule
	ledger  *ledger.Ledger // nil: nothing is loaded ahead of time by itself
	load    prefetch.Load
	off     atomic.Bool // an operator has turned it off
}

// newAhead follows those rules of a schema that the configuration does not leave out. What is not kept is not loaded ahead of time, and
// gqlgen's executor keeps nothing.
func (s *Service) newAhead(rules []rule.Rule) *ahead {
	a := &ahead{clients: s.clients}
	conf := s.conf.Cache.Prefetch
	if s.conf.Cache.Enabled && s.conf.Executor != "stock" {
		a.rules = slices.DeleteFunc(slices.Clone(rules), func(r rule.Rule) bool {
			return !map[string]bool{"page": conf.Page, "rest": conf.Rest, "load": conf.Load, "operation": conf.Operation && len(s.conf.Operations.Manifests) > 0}[r.Form()]
		})
	}
	if len(a.rules) > 0 {
		a.ledger = ledger.New(ledger.Options{Busy: a.busy})
	}
	return a
}

// riding are the fields whose next keys ride in calls that are made anyway, each with the name that the ledger has for that.
func (a *ahead) riding() map[string]string {
	var fields map[string]string
	for _, r := range a.rules {
		if r.Rest == "" {
			continue
		}
		if fields == nil {
			fields = map[string]string{}
		}
		fields[r.Field] = r.String()
	}
	return fields
}

// busy reports whether an upstream has no room for calls that nobody waits for.
func (a *ahead) busy(name string) bool {
	client := a.clients[name]
	return a.off.Load() || client == nil || client.Used() > mostUsed
}

// late reports whether the process has no time for what nobody waits for.
func (a *ahead) late() bool { return a.off.Load() || a.load.Busy() }

// speculate reports whether what calls some upstreams, or any where nobody knows which, may run for a client that may not need it.
func (a *ahead) speculate(upstreams []string) bool {
	if a.late() {
		return false
	}
	if upstreams == nil {
		for name := range a.clients {
			upstreams = append(upstreams, name)
		}
	}
	return !slices.ContainsFunc(upstreams, a.busy)
}

// after returns what has operations followed by others; nil: nothing does.
func (s *Service) after(engine *operation.Engine, schema *ast.Schema, headers []string) func(*operation.Request, *operation.Answer) func() {
	if s.ahead.ledger == nil {
		return nil
	}
	return prefetch.New(prefetch.Options{
		Rules: s.ahead.rules, Engine: engine, Schema: schema, Schedule: s.tasks, Ledger: s.ahead.ledger,
		Headers: headers, Busy: s.ahead.late, Logger: s.options.Logger,
	}).After
}

// PrefetchStatus is what operators are shown of what is loaded ahead of time.
type PrefetchStatus struct {
	Upstreams []ledger.Stats `json:"upstreams"`
	Sources   []ledger.Stats `json:"sources"` // the rules of the schema
}

// status is nil where nothing is.
func (a *ahead) status() *PrefetchStatus {
	if a.ledger == nil {
		return nil
	}
	upstreams, sources := a.ledger.Stats()
	return &PrefetchStatus{upstreams, sources}
}
