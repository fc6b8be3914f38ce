package executor

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/fetch"
	"weft/graph/gqlgen"
)

// Where extensions intercept root fields, each of these runs as a plan of its own inside of them, as gqlgen's executor runs
// it: what an extension puts into the context reaches everything below its field, a field that it does not let through
// asks for nothing, and it sees the field's value and errors when the field, and not the whole operation, is done. Equal calls of
// several root fields still are one; batches are of one root field.

// runRoots runs an operation whose root fields are intercepted: those of a mutation one after another, others at the same time.
func (p *Prepared) runRoots(ctx context.Context, op *graphql.OperationContext, x fetch.Planned) (json.RawMessage, gqlerror.List) {
	ctx, pass := gqlgen.Collect(ctx, nil, nil)
	ctx = p.attach(ctx, x)
	roots := p.serial
	if roots == nil {
		roots = []*Prepared{p}
	}
	members := make([][]byte, len(roots))
	if op.Operation.Operation == ast.Mutation {
		for i, root := range roots {
			members[i] = root.runRoot(ctx, op, x, nil)
		}
	} else {
		var all sync.WaitGroup // without a limit: each root's calls have theirs, and early calls of all of them are made together
		together := new(early)
		for i, root := range roots {
			all.Go(func() { members[i] = root.runRoot(ctx, op, x, together) })
		}
		all.Wait()
		together.end()
	}
	data := join(members)
	if err := cmp.Or(x.Excess(), x.Limits().Check(fetch.Size{Bytes: len(data)})); err != nil {
		return json.RawMessage("null"), gqlerror.List{gqlerror.WrapIfUnwrapped(err)}
	}
	pass()
	return data, nil
}

// runRoot runs one root field inside of what intercepts it, and returns the member of the answer; nil: the whole answer is null. What it
// asks for early ends with e; nil: with the field.
func (p *Prepared) runRoot(ctx context.Context, op *graphql.OperationContext, x fetch.Planned, e *early) (member []byte) {
	if len(p.plan.Root.Nodes) == 0 {
		return []byte{}
	}
	n := p.plan.Root.Nodes[0]
	if n.Field == nil { // __typename is no field of the type's
		return p.plan.Root.Written.Prefix(0)
	}
	null := append(bytes.Clone(p.plan.Root.Written.Prefix(0)), "null"...)
	if n.Field.Type.NonNull {
		null = nil
	}
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: p.plan.Root.Type.Name})
	field := graphql.CollectedField{Field: n.AST, Selections: n.AST.SelectionSet}
	ctx = graphql.WithRootFieldContext(ctx, &graphql.RootFieldContext{Object: field.Name, Field: field})
	defer func() {
		if v := recover(); v != nil {
			graphql.AddError(ctx, op.Recover(graphql.WithPathContext(ctx, graphql.NewPathWithField(n.AST.Alias)), v))
			member = null
		}
	}()
	value := op.RootResolverMiddleware(ctx, func(ctx context.Context) graphql.Marshaler {
		return p.rootValue(ctx, op, x, e)
	})
	if value == graphql.Null {
		return null
	}
	text := bytes.NewBuffer(bytes.Clone(p.plan.Root.Written.Prefix(0)))
	value.MarshalGQL(text)
	return text.Bytes()
}

// rootValue is what a root field's plan answers.
func (p *Prepared) rootValue(ctx context.Context, op *graphql.OperationContext, x fetch.Planned, e *early) graphql.Marshaler {
	w := newPartWriter(int(p.size.Load())+256, &x.Budget)
	p.runOne(ctx, op, x, w, e)
	if w.ended {
		return graphql.Null
	}
	for _, err := range w.errs {
		graphql.AddError(ctx, err)
	}
	if !w.failed {
		x.NameStale(w.stale...)
	}
	p.size.Store(int64(len(w.dst)))
	text := w.dst[min(len(w.dst), len(p.plan.Root.Written.Prefix(0))):]
	if w.failed || string(text) == "null" {
		return graphql.Null
	}
	return graphql.WriterFunc(func(w io.Writer) { _, _ = w.Write(text) })
}

// join makes an answer of its members; nil for one of them makes it null.
func join(members [][]byte) []byte {
	if slices.ContainsFunc(members, func(m []byte) bool { return m == nil }) {
		return []byte("null")
	}
	data := slices.Concat(members...)
	if len(data) == 0 {
		data = []byte("{")
	}
	return append(data, '}')
}
