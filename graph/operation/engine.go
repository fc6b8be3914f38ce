package operation

import (
	"cmp"
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/coercion"
	"weft/graph/cost"
	"weft/graph/document"
	"weft/graph/limit"
	"weft/graph/plan"
	"weft/graph/protocol"
)

const (
	defaultTimeout = 10 * time.Second

	// maxTimeout is the longest time that an operation may take, whatever is configured.
	maxTimeout = 30 * time.Second
)

// Options are what an engine holds operations to. The zero value is right for production, except that it answers introspection.
type Options struct {
	// Timeout bounds an operation, from Run's beginning to its answer: the deadline of the context that resolvers see. 0 means
	// 10 s; more than maxTimeout is taken as that.
	Timeout time.Duration

	// Limits bounds what a document and its variables may have, so that nothing costs much before it is executed. Its fields
	// say what 0 means.
	Limits limit.Document

	// Said is what the schema says that gqlgen does not know of.
	Said Said

	// MaxCost bounds the field cost and the type cost of an operation, each by itself: one that may cost more is not executed.
	// 0 means that nothing does.
	MaxCost int

	// Admit, when not nil, says why an operation with these coerced variables, and the variant that they choose, may not start; nil: it
	// may. It is asked last, when the operation is valid and within all limits. There is no variant where gqlgen's executor runs all
	// operations.
	Admit func(ctx context.Context, o *document.Operation, v *plan.Variant, variables map[string]any) *gqlerror.Error

	// MaxDocumentBytes bounds the memory, in bytes, that documents are kept in once they are valid, with the plans made of
	// them. 0 means 32 MiB.
	MaxDocumentBytes int

	// Conceal is what of the schema is not told.
	Conceal Conceal

	// Reasons tells clients why an upstream's answer cannot be used: extensions.reason has a pointer into the answer, what is wanted there
	// and what is there, and no value.
	Reasons bool

	// Reports makes the request headers "Weft-Report: calls" and "Weft-Without" work: what an operation did becomes extensions.weft,
	// and it does without techniques. False ignores them.
	Reports bool

	// ReportToken is what has to be sent as Weft-Report-Token for that; "": nothing has to be.
	ReportToken string

	// Room is whether there is time for an operation now.
	Room Room

	// Persisted says what ids in requests stand for, and whether texts run.
	Persisted Persisted

	// Callers says how it is found out who asks, and what becomes of what they may not see.
	Callers CallerOptions

	// Extensions are gqlgen's, run inside of this package's own, in order.
	Extensions []graphql.HandlerExtension

	// Logger receives the errors that clients see as INTERNAL. Nil means slog.Default().
	Logger *slog.Logger
}

// Said is what a schema says of operations, beside its types.
type Said struct {
	Costs     *cost.Schema      // what is said of costs, and of arguments that say how long lists are; nil: nothing
	Scalars   []string          // the scalars that are those of package scalar
	Fallbacks map[string]string // values of enums that are only answered, by the enum
}

// Conceal is what of a schema is not told.
type Conceal struct {
	Introspection bool // __schema and __type are refused
	Suggestions   bool // "did you mean" is left out of validation errors: it tells names
}

// Engine makes operations of what clients ask for, and runs them, with gqlgen's extensions, as gqlgen's executor does but in fewer
// steps, and within limits. Every transport passes it, so what holds for all operations belongs here. It may be used by any number
// of goroutines at once.
type Engine struct {
	schema    graphql.ExecutableSchema
	documents *documents
	refusals  refusals
	prices    prices
	admit     func(context.Context, *document.Operation, *plan.Variant, map[string]any) *gqlerror.Error
	timeout   time.Duration
	turning
	reports   bool
	token     string // of reports; "": none is needed
	persisted *persistedOperations
	callers   callers
	off       atomic.Pointer[map[string]bool] // see TurnOff

	present   graphql.ErrorPresenterFunc
	recovered graphql.RecoverFunc
	extensions
}

// New returns an engine for a schema. It panics, as gqlgen does, on an extension whose Validate refuses the schema, or that does
// nothing.
//
// Executors report errors with graphql.AddError, in any goroutine; each passes the presenter in errors.go.
func New(schema graphql.ExecutableSchema, o Options) *Engine {
	o.Logger = cmp.Or(o.Logger, slog.Default())
	o.Limits = o.Limits.WithDefaults()
	errs := newPresenter(schema, o)
	e := &Engine{
		schema:    schema,
		documents: newDocuments(coercion.Schema{Schema: schema.Schema(), Shipped: o.Said.Scalars, Fallbacks: o.Said.Fallbacks}, o),
		refusals:  refusals{introspection: o.Conceal.Introspection},
		prices:    newPrices(schema.Schema(), o),
		admit:     o.Admit,
		turning:   turning{o.Room, newTurns(o.Room.Gate)},
		timeout:   min(cmp.Or(o.Timeout, defaultTimeout), maxTimeout),
		reports:   o.Reports,
		token:     o.ReportToken,
		persisted: newPersisted(o.Persisted, o.Logger),
		callers:   callers{CallerOptions: o.Callers, guards: guardsOf(schema), logger: o.Logger},
		present:   errs.present,
		recovered: errs.recovered,
	}
	around := executor.New(schema) // what surrounds fields: gqlgen keeps how extensions do that to itself
	for _, x := range o.Extensions {
		executor.New(schema).Use(x) // for its panics
		e.use(x, around)
	}
	ctx := graphql.StartOperationTrace(context.Background())
	op, _ := around.CreateOperationContext(ctx, &graphql.RawParams{}) // given also with errors
	e.fields, e.roots = op.ResolverMiddleware, op.RootResolverMiddleware
	return e
}

// Headers are the names of the request headers that answers depend on because of the engine; those that upstreams are sent come on
// top of them.
func (e *Engine) Headers() []string {
	if !e.reports {
		return nil
	}
	headers := []string{protocol.ReportHeader, protocol.FormerReportHeader, protocol.WithoutHeader}
	if e.token != "" {
		headers = append(headers, protocol.ReportTokenHeader)
	}
	return headers
}

// furnish gives an operation what every one has.
func (e *Engine) furnish(op *graphql.OperationContext) {
	op.RecoverFunc, op.ResolverMiddleware, op.RootResolverMiddleware = e.recovered, e.fields, e.roots
	op.DisableIntrospection = e.refusals.introspection
}
