package operation

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/cost"
	"weft/graph/document"
	"weft/graph/protocol"
)

// prices find out what operations cost before they run, where that matters.
type prices struct {
	schema *ast.Schema
	costs  *cost.Schema
	most   int  // 0: any cost will do
	always bool // some field requires exactly one of its slicing arguments (@listSize)
}

func newPrices(schema *ast.Schema, o Options) prices {
	p := prices{schema: schema, costs: o.Said.Costs, most: o.MaxCost}
	if p.costs == nil {
		p.costs = new(cost.Schema)
	}
	p.always = p.costs.RequiresArguments()
	return p
}

// price is a cost, or why there is none.
type price struct {
	cost cost.Cost
	err  *gqlerror.Error
}

// check returns why an operation with these variables is not executed; nil: it may be. It notes the cost for a report.
func (p prices) check(op *graphql.OperationContext, o *document.Operation, w *watched) *gqlerror.Error {
	if p.most == 0 && !w.report && (!p.always || p.complete(o)) {
		return nil
	}
	found := p.of(o, op.Variables)
	if found.err != nil {
		return found.err
	}
	w.cost = &found.cost
	if most := found.cost.Most(); p.most > 0 && most > float64(p.most) {
		err := gqlerror.ErrorPosf(o.AST.Position,
			"the operation may cost %g, and the limit is %d: select fewer fields, or smaller pages", most, p.most)
		err.Extensions = map[string]any{"code": protocol.CodeTooExpensive, "limit": "cost", "most": p.most, "cost": found.cost}
		return err
	}
	return nil
}

// arguments is the key under which an operation keeps what [cost.Schema.Complete] says of it.
type arguments struct{ *cost.Schema }

// complete reports whether no variables of an operation can leave out a slicing argument that some field wants.
func (p prices) complete(o *document.Operation) bool {
	return o.Derive(arguments{p.costs}, func() any { return p.costs.Complete(p.schema, o.Document.AST, o.AST) }).(bool)
}

// of returns the price of an operation. One without variables has the same each time, and keeps it.
func (p prices) of(o *document.Operation, variables map[string]any) price {
	find := func() price {
		c, err := p.costs.Of(p.schema, o.Document.AST, o.AST, variables)
		return price{c, err}
	}
	if len(o.AST.VariableDefinitions) > 0 {
		return find()
	}
	return o.Derive(p.costs, func() any { return find() }).(price)
}
