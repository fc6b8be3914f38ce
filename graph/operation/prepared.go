package operation

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/admit"
	"weft/graph/document"
	"weft/graph/fetch"
	"weft/graph/guard"
	"weft/graph/plan"
	"weft/graph/protocol"
)

// Prepared is an operation that is ready to run: parsed, checked, valid and chosen, and planned where it can be. Nobody changes it,
// and any number of requests may run it at once, each with its own variables. It belongs to the engine that made it.
type Prepared struct {
	// Operation has the document, with its text. What executors make of an operation, plans above all, they leave there.
	Operation *document.Operation

	// Variant is what all runs have in common: plan, policy, and the name that answers begin with. It is nil where variables choose among
	// several, one of them with each request, or who asks does, and where gqlgen's executor runs all operations.
	Variant *plan.Variant

	answerer fetch.Answerer // of Variant; nil: the schema's Exec answers

	// Priority is whose turn comes first where there is more to do than can be done: what a manifest says, or that of its kind.
	Priority admit.Priority

	// Needs are what who asks has to meet to see all of it; none: it is the same for everybody.
	Needs guard.Needs
}

// Kind is what the operation is: a query or a mutation.
func (p *Prepared) Kind() ast.Operation { return p.Operation.AST.Operation }

// Bytes is what the operation weighs by now: its document, with all operations in it, and their plans. It grows while variables
// choose plans that nobody needed before, of which few are kept.
func (p *Prepared) Bytes() int { return p.Operation.Document.Bytes() }

// planner is a schema that plans operations before they run. Its context has what Exec's has.
type planner interface {
	// Variant returns the variant of the context's operation that its variables choose, and what answers it; nil: gqlgen's executor does.
	// Its error is that of a context that has ended.
	Variant(ctx context.Context) (*plan.Variant, fetch.Answerer, error)
	// Variants makes those that variables choose among, and keeps a few. Its error is that of a context that has ended.
	Variants(ctx context.Context) error
}

// Prepare makes an operation ready for a caller that keeps it, and runs it by [Request].Prepared. It is outside of the memory for
// documents: who keeps many bounds their Bytes. name is that of an operation in the document; "": the only one. The error is a
// gqlerror.List that says what is wrong with the document; ErrFull; or ctx's.
func (e *Engine) Prepare(ctx context.Context, text, name string) (*Prepared, error) {
	doc, err := e.documents.make(ctx, text)
	if err != nil {
		return nil, err
	}
	return e.prepared(ctx, doc, name)
}

// Find returns an operation that was made ready not long ago, by its document's text; nil: there is none, or no text runs. It does not
// keep text.
func (e *Engine) Find(text []byte, name string) *Prepared {
	if e.persisted.mode == Locked {
		return nil
	}
	return e.ready(e.documents.cache.Find(text), name)
}

// ready returns an operation of a document, if both are there and it was made ready before.
func (e *Engine) ready(doc *document.Document, name string) *Prepared {
	if doc == nil {
		return nil
	}
	o := doc.Operation(name)
	if o == nil {
		return nil
	}
	p, _ := o.Derived(e).(*Prepared)
	return p
}

// prepared returns the operation of a name in a document. The document keeps it.
func (e *Engine) prepared(ctx context.Context, doc *document.Document, name string) (*Prepared, error) {
	o := doc.Operation(name)
	if o == nil {
		err := gqlerror.Errorf("operation %s not found", name)
		if name == "" {
			err = gqlerror.Errorf("the document has several operations: name one of them")
		}
		return nil, coded(protocol.CodeValidation, err)
	}
	if known, ok := o.Derived(e).(*Prepared); ok {
		return known, nil
	}
	if err := e.refusals.check(o); err != nil {
		return nil, coded(protocol.CodeValidation, err)
	}
	p := &Prepared{Operation: o, Needs: e.callers.guards.Needs(e.schema.Schema(), o.Document.AST, o.AST)}
	if len(p.Needs) == 0 && len(plan.Conditions(o.Document.AST, o.AST)) == 0 {
		var err error
		if p.Variant, p.answerer, err = e.variant(e.planning(ctx, p), p); err != nil {
			return nil, err
		}
	}
	return o.Derive(e, func() any { return p }).(*Prepared), nil
}

// variant returns what the context's operation, which is p, runs by with its variables; nil: gqlgen's executor runs all operations.
func (e *Engine) variant(ctx context.Context, p *Prepared) (*plan.Variant, fetch.Answerer, error) {
	s, ok := e.schema.(planner)
	if !ok || p.Variant != nil {
		return p.Variant, p.answerer, nil
	}
	return s.Variant(ctx)
}

// variants makes those variants of an operation that variables choose among.
func (e *Engine) variants(ctx context.Context, p *Prepared) error {
	s, ok := e.schema.(planner)
	if !ok || p.Variant != nil {
		return nil
	}
	return s.Variants(e.planning(ctx, p))
}

// planning returns a context for planning an operation, without variables, for who may see all of it.
func (e *Engine) planning(ctx context.Context, p *Prepared) context.Context {
	op, o := new(graphql.OperationContext), p.Operation
	e.furnish(op)
	op.Doc, op.Operation = o.Document.AST, o.AST
	if e.callers.guards != nil {
		ctx = guard.With(ctx, e.callers.guards.All(p.Needs))
	}
	return document.With(graphql.WithOperationContext(ctx, op), o)
}
