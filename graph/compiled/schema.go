// Package compiled has a schema as the compiler of schemas leaves it: one value, a [Schema], that the function Service of each generated
// package returns, with nothing decided that a configuration decides. [Schema.Executable] adds the [Settings], and makes of the two
// what answers operations: plans with gqlgen's executor beside them, or gqlgen's executor alone.
//
// It decides nothing itself, and knows those who do: operations run by plans in package planned, on gqlgen's executor in package stock, and
// both call services by package fetch.
package compiled

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
	"weft/graph/answers"
	"weft/graph/binding"
	"weft/graph/cost"
	"weft/graph/executor"
	"weft/graph/fetch"
	"weft/graph/guard"
	"weft/graph/imageurl"
	"weft/graph/plan"
	"weft/graph/planned"
	"weft/graph/prefetch/rule"
	"weft/graph/stock"
	"weft/upstream"
)

// Schema is a schema, compiled: all that is known of a service before it is configured. Nobody changes it, so any number of services may
// be made of it.
type Schema struct {
	Upstreams []upstream.Spec            // the services that the schema names
	Failures  map[string]binding.Failure // where these say in a 2xx answer that they failed, by name
	Classes   cache.Classes              // of the tags that values carry
	Images    []string                   // the image services that the schema names

	// What Go answers.
	Functions   map[string]fetch.Func // the entities that say @entity(func:); nil for one that is missing
	Resolvers   any                   // the fields that say @resolver
	HandWritten bool                  // there are such fields: Resolvers must not be nil
	// Attach adds the typed loaders to the context of hand-written fields.
	Attach func(context.Context, *fetch.Execution) context.Context

	// What operations run by.
	Types  map[string]*stock.ObjectType
	Tables *plan.Schema
	Stock  graphql.ExecutableSchema // gqlgen's executor

	Said

	Values    Values   // what it says of values that clients give
	Spellings []string // of enum values in JSON, where they are not their names; sorted
}

// Values are what a schema says of what clients give, beside its types.
type Values struct {
	Scalars   []string          // the scalars that are package scalar's
	Fallbacks map[string]string // values of enums that are only answered, by the enum
}

// Said is what a schema says of operations, beside who answers them.
type Said struct {
	Costs      *cost.Schema  // what they cost, and how many elements lists have
	Guards     *guard.Schema // what not everybody may see; nil: everybody may see all
	Prefetches []rule.Rule   // what is likely asked for next
}

// Settings are what a configuration adds to a [Schema]. Only Clients are required.
type Settings struct {
	fetch.Limits // of operations

	Clients   upstream.Clients  // one for each of [Schema].Upstreams
	Images    imageurl.Services // those of [Schema].Images that are configured
	Executor  string            // "" or "planned": plans, and gqlgen's executor for what has none; "stock": gqlgen's executor only
	BatchWait time.Duration     // how long a batch collects keys; 0 = the default of loaders.Options

	Tags          int                            // that an answer's Cache-Tag has at most; 0 = the default of answers.Cache
	Callers       fetch.Callers                  // how who asks is known, and told to services
	Cache         *cache.Cache                   // over tiers with [Schema].Classes; nil: nothing outlives its operation
	CachePolicies map[string]binding.CachePolicy // of upstreams, for what the schema says nothing about
	Unshared      map[string]bool                // upstreams whose operations always run by themselves

	Background fetch.Background // what is done off the request path

	Logger *slog.Logger // nil = slog.Default()
}

// Executable returns what answers operations of the schema. Its error joins all that is missing.
func (c Schema) Executable(s Settings) (graphql.ExecutableSchema, error) {
	if err := errors.Join(c.check(), c.checkSettings(s)); err != nil {
		return nil, err
	}
	service := &fetch.Service{
		Clients: s.Clients, Failures: c.Failures, Functions: c.Functions,
		Limits: s.Limits, BatchWait: s.BatchWait,
		Cache: s.Cache, Policies: s.CachePolicies, Unshared: s.Unshared, Twins: binding.Twins(c.bindings()),
		Readable: c.Tables.Readable(),
		Callers:  s.Callers, Background: s.Background, Logger: s.Logger,
	}
	images := s.Images.With(c.Images)
	gqlgens := stock.NewSchema(c.Stock, service, stock.Options{Images: images, Types: c.Types, Guards: c.Guards, Attach: c.Attach})
	if s.Executor == "stock" {
		return gqlgens, nil
	}
	return planned.New(gqlgens, planned.Options{
		Tables: c.Tables, Guards: c.Guards, Service: service, Answers: answers.Options{Tags: s.Tags, Callers: s.Callers.Headers},
		Executor: executor.Executor{Images: images, Resolvers: c.Resolvers, Attach: c.Attach},
	}), nil
}

// bindings are those that answer fields.
func (c Schema) bindings() iter.Seq[*binding.Binding] {
	return func(yield func(*binding.Binding) bool) {
		for _, t := range c.Tables.Types {
			for _, f := range t.Fields {
				if f.Bound != nil && !yield(f.Bound.Binding) {
					return
				}
			}
		}
	}
}

// check returns what of the hand-written Go is missing.
func (c Schema) check() error {
	var errs []error
	if c.HandWritten && c.Resolvers == nil {
		errs = append(errs, errors.New("generated.Service: its resolvers are nil: give it what answers the fields that say @resolver"))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Functions)) {
		if c.Functions[name] == nil {
			errs = append(errs, fmt.Errorf("generated.Service: Functions.%s is nil: give it what answers the entity that says @entity(func:)", name))
		}
	}
	for _, name := range c.Guards.PolicyNames() {
		if c.Guards.Policies[name] == nil {
			errs = append(errs, fmt.Errorf("generated.Service: Policies.%s is nil: give it what says who meets @policy(name: %[1]q)", name))
		}
	}
	return errors.Join(errs...)
}

func (c Schema) checkSettings(s Settings) error {
	var errs []error
	for _, u := range c.Upstreams {
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
