package executor

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/cost"
	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/schedule"
	"weft/graph/stock"
	"weft/upstream"
)

// Definition is a schema, compiled: all that is known of a service before it is configured. The function Service of a generated
// package returns one. Nobody changes it, so any number of services may be made of it.
type Definition struct {
	Upstreams []upstream.Spec            // the services that the schema names
	Failures  map[string]binding.Failure // where these say in a 2xx answer that they failed, by name
	Classes   cache.Classes              // of the tags that values carry

	// What Go answers.
	Functions   map[string]fetch.Func // the entities that say @entity(func:); nil for one that is missing
	Resolvers   any                   // the fields that say @resolver
	HandWritten bool                  // there are such fields: Resolvers must not be nil
	// Attach adds the typed loaders to the context of hand-written fields.
	Attach func(context.Context, *fetch.Execution) context.Context

	// What operations run by.
	Types  map[string]*stock.ObjectType
	Tables *plan.Schema
	Costs  *cost.Schema             // what they cost, and how many elements lists have
	Stock  graphql.ExecutableSchema // gqlgen's executor
}

// Settings are what a configuration adds to a [Definition]. Only Clients are required.
type Settings struct {
	Clients    upstream.Clients // one for each of [Definition].Upstreams
	Executor   string           // "" or "planned": plans, and gqlgen's executor for what has none; "stock": gqlgen's executor only
	MaxObjects int              // objects in one answer; 0 = the default of fetch.Service
	MaxAnswer  int              // bytes of the data of one answer; 0 = the default of fetch.Service
	MaxCalls   int              // calls to services for one answer; 0 = the default of fetch.Service
	BatchWait  time.Duration    // how long a batch collects keys; 0 = the default of loaders.Options

	Tags          int                            // that an answer's Cache-Tag has at most; 0 = the default of answers.Cache
	Cache         *cache.Cache                   // over tiers with [Definition].Classes; nil: nothing outlives its operation
	CachePolicies map[string]binding.CachePolicy // of upstreams, for what the schema says nothing about
	Unshared      map[string]bool                // upstreams whose operations always run by themselves
	Schedule      *schedule.Scheduler            // runs refreshes off the request path; nil: there are none

	Logger *slog.Logger // nil = slog.Default()
}

// NewSchema returns the schema that answers operations. Its error joins all that is missing.
func (d Definition) NewSchema(s Settings) (graphql.ExecutableSchema, error) {
	if err := errors.Join(d.check(), d.checkSettings(s)); err != nil {
		return nil, err
	}
	service := &fetch.Service{
		Clients: s.Clients, Failures: d.Failures, Functions: d.Functions,
		MaxObjects: s.MaxObjects, MaxAnswer: s.MaxAnswer, MaxCalls: s.MaxCalls, BatchWait: s.BatchWait,
		Cache: s.Cache, Policies: s.CachePolicies, Unshared: s.Unshared, Twins: binding.Twins(d.bindings()),
		Schedule: s.Schedule, Logger: s.Logger,
	}
	gqlgens := stock.NewSchema(d.Stock, service, d.Types, d.Attach)
	if s.Executor == "stock" {
		return gqlgens, nil
	}
	return New(gqlgens, Options{Tables: d.Tables, Service: service, Resolvers: d.Resolvers, Attach: d.Attach, Tags: s.Tags}), nil
}

// bindings are those that answer fields.
func (d Definition) bindings() iter.Seq[*binding.Binding] {
	return func(yield func(*binding.Binding) bool) {
		for _, t := range d.Tables.Types {
			for _, f := range t.Fields {
				if f.Bound != nil && !yield(f.Bound.Binding) {
					return
				}
			}
		}
	}
}

// check returns what of the hand-written Go is missing.
func (d Definition) check() error {
	var errs []error
	if d.HandWritten && d.Resolvers == nil {
		errs = append(errs, errors.New("generated.Service: its resolvers are nil: give it what answers the fields that say @resolver"))
	}
	for _, name := range slices.Sorted(maps.Keys(d.Functions)) {
		if d.Functions[name] == nil {
			errs = append(errs, fmt.Errorf("generated.Service: Functions.%s is nil: give it what answers the entity that says @entity(func:)", name))
		}
	}
	return errors.Join(errs...)
}

func (d Definition) checkSettings(s Settings) error {
	var errs []error
	for _, u := range d.Upstreams {
		if s.Clients[u.Name] == nil {
			errs = append(errs, fmt.Errorf("Settings.Clients has no client for upstream %s", u.Name))
		}
	}
	switch s.Executor {
	case "", "planned", "stock":
	default:
		errs = append(errs, fmt.Errorf("Settings.Executor: there is no executor %q: choose planned or stock", s.Executor))
	}
	return errors.Join(errs...)
}
