// Package inspect looks at operations without running them: whether they are valid and within limits, how deep they are, what they
// cost, and how many calls to upstreams they take at most. Of the files of an app it makes what its client sends (join.go). The commands
// check and explain show what it finds (formats.go, explain.go); an engine that runs nothing but what is known beforehand asks it before an
// operation starts (admit.go).
//
// It needs a schema and a configuration, and reaches no upstream.
package inspect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/compiled"
	"weft/graph/cost"
	"weft/graph/document"
	"weft/graph/forecast"
	"weft/graph/limit"
	"weft/graph/operation"
	"weft/graph/plan"
)

// Options are what operations are held to. The zero value has the limits of a service without configuration, but allows any number
// of calls.
type Options struct {
	Limits     limit.Document
	MaxCost    int  // 0: any cost will do
	MaxCalls   int  // to upstreams; 0: any number, though not an unbounded one
	Stock      bool // gqlgen's executor runs all operations
	Extensions []graphql.HandlerExtension
}

// Inspector looks at operations of one schema. It may be used by any number of goroutines at once.
type Inspector struct {
	options Options
	engine  *operation.Engine // makes documents of texts; it runs nothing
	tables  *plan.Schema
	tell    forecast.Tables
	build   func(context.Context, *plan.Schema, *ast.QueryDocument, *ast.OperationDefinition, map[string]any, plan.Denial) (*plan.Plan, error)
	noPlans string // why no operation runs by a plan; "": they do
}

// New returns an inspector of the operations of a schema.
func New(schema compiled.Schema, o Options) *Inspector {
	i := &Inspector{
		options: o, tables: schema.Tables, build: plan.Build,
		engine: operation.New(schema.Stock, operation.Options{Limits: o.Limits, Said: operation.Said{Scalars: schema.Values.Scalars, Fallbacks: schema.Values.Fallbacks}}),
		tell:   forecast.Tables{Schema: schema.Stock.Schema(), Costs: cmp.Or(schema.Costs, new(cost.Schema))},
	}
	if o.Stock {
		i.noPlans = "executor is stock: gqlgen's executor, whose batches depend on time, runs all operations"
	}
	for _, x := range o.Extensions {
		if _, fields := x.(graphql.FieldInterceptor); fields {
			i.noPlans = x.ExtensionName() + " intercepts fields: gqlgen's executor, whose batches depend on time, runs all operations"
		}
		if _, roots := x.(graphql.RootFieldInterceptor); roots {
			i.build = plan.Apart
		}
	}
	return i
}

// Operation is what is found out about an operation.
type Operation struct {
	Name string // "": it has none
	Kind ast.Operation
	At   *ast.Position
	AST  *ast.OperationDefinition

	Depth    int
	Cost     cost.Cost
	Plan     *plan.Plan         // nil: it has none, and NoPlan says why
	Forecast *forecast.Forecast // nil: without a plan
	NoPlan   string

	Findings []Finding
}

// Rule is what a finding is about.
type Rule string

// The rules.
const (
	Invalid   Rule = "invalid"   // it is no operation of the schema, or not within its limits
	TooCostly Rule = "cost"      // it may cost too much
	TooMany   Rule = "calls"     // it may take too many calls
	Unbounded Rule = "unbounded" // it may take any number of calls
	Unknown   Rule = "unknown"   // nobody knows how many calls it takes
)

// Finding is something that is wrong with an operation.
type Finding struct {
	Rule         Rule
	Message      string
	File         string // "": what was looked at is a text
	Line, Column int    // 0: none
}

// Text looks at all operations of a document. Variables are as JSON has them, with numbers as json.Number; nil: they are not known, and
// may have any values. Of a document that is none, or not valid, there is one Operation, which says so.
func (i *Inspector) Text(ctx context.Context, text string, variables map[string]any) []Operation {
	parsed, err := i.options.Limits.Parse(text)
	if err != nil || len(parsed.Operations) == 0 {
		_, err := i.engine.Prepare(ctx, text, "")
		return []Operation{{Findings: invalid(err)}}
	}
	prepared, wrong := i.engine.Prepare(ctx, text, parsed.Operations[0].Name)
	if wrong != nil {
		return []Operation{{Findings: invalid(wrong)}}
	}
	var list []Operation
	for _, op := range prepared.Operation.Document.AST.Operations {
		list = append(list, i.operation(ctx, prepared.Operation.Document, op, variables))
	}
	return list
}

// One looks at one operation of a document, as [Inspector.Text] looks at all: that of a name; "": the only one.
func (i *Inspector) One(ctx context.Context, text, name string, variables map[string]any) Operation {
	prepared, err := i.engine.Prepare(ctx, text, name)
	if err != nil {
		return Operation{Name: name, Findings: invalid(err)}
	}
	return i.operation(ctx, prepared.Operation.Document, prepared.Operation.AST, variables)
}

func invalid(err error) []Finding {
	list, ok := errors.AsType[gqlerror.List](err)
	if !ok {
		return []Finding{{Rule: Invalid, Message: err.Error()}}
	}
	var found []Finding
	for _, e := range list {
		f := Finding{Rule: Invalid, Message: e.Message}
		if len(e.Locations) > 0 {
			f.Line, f.Column = e.Locations[0].Line, e.Locations[0].Column
		}
		if !slices.Contains(found, f) { // a fragment is validated wherever it is spread
			found = append(found, f)
		}
	}
	return found
}

// operation looks at a valid operation.
func (i *Inspector) operation(ctx context.Context, doc *document.Document, op *ast.OperationDefinition, raw map[string]any) Operation {
	o := Operation{Name: op.Name, Kind: op.Operation, At: op.Position, AST: op}
	var variables map[string]any
	if raw != nil {
		var errs gqlerror.List
		if variables, errs = i.engine.Variables(op, raw); errs != nil {
			o.Findings = invalid(errs)
			return o
		}
	}
	o.Depth = i.options.Limits.DepthOf(doc.AST, op)
	var err *gqlerror.Error
	if o.Cost, err = i.tell.Costs.Of(i.tell.Schema, doc.AST, op, variables); err != nil {
		o.Findings = invalid(gqlerror.List{err})
		return o
	}
	o.Plan, o.NoPlan = i.plan(ctx, doc.AST, op, variables)
	if o.Plan != nil {
		o.Forecast = i.tell.Of(o.Plan, variables)
	}
	o.Findings = i.judge(&o)
	return o
}

// judge returns what of a valid operation is beyond the options.
func (i *Inspector) judge(o *Operation) (found []Finding) {
	add := func(r Rule, at *ast.Position, format string, args ...any) {
		found = append(found, Finding{Rule: r, Message: fmt.Sprintf(format, args...), Line: at.Line, Column: at.Column})
	}
	if most := o.Cost.Most(); i.options.MaxCost > 0 && most > float64(i.options.MaxCost) {
		add(TooCostly, o.At, "it may cost %g, and limits.cost is %d", most, i.options.MaxCost)
	}
	switch f := o.Forecast; {
	case f == nil && o.NoPlan != "":
		add(Unknown, o.At, "nobody knows how many calls it takes: %s", o.NoPlan)
	case f == nil:
	case f.Unbounded != nil:
		add(Unbounded, f.Unbounded.At, "it may take any number of calls: %s", f.Unbounded)
	case i.options.MaxCalls > 0 && f.Calls > i.options.MaxCalls:
		add(TooMany, o.At, "it may take %d calls, and %d are allowed", f.Calls, i.options.MaxCalls)
	}
	return found
}

// plan returns the plan of an operation, or why it has none. One that asks about the schema only has neither.
func (i *Inspector) plan(
	ctx context.Context, doc *ast.QueryDocument, op *ast.OperationDefinition, variables map[string]any,
) (p *plan.Plan, why string) {
	if i.noPlans != "" {
		return nil, i.noPlans
	}
	p, err := i.build(ctx, i.tables, doc, op, variables, nil)
	switch refused, ok := errors.AsType[*plan.Refused](err); {
	case err == nil:
		return p, ""
	case ok:
		return nil, refusal(doc, op, refused)
	}
	return nil, err.Error()
}

// refusal says why an operation was refused a plan; "": it asks about the schema only, and needs none.
func refusal(doc *ast.QueryDocument, op *ast.OperationDefinition, refused *plan.Refused) string {
	if asksAboutSchema(doc, op.SelectionSet) {
		return ""
	}
	return "gqlgen's executor, whose batches depend on time, runs it, since " + refused.Reason
}

// asksAboutSchema reports whether a selection set of a root has nothing but the specification's own fields.
func asksAboutSchema(doc *ast.QueryDocument, set ast.SelectionSet) bool {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if !strings.HasPrefix(s.Name, "__") {
				return false
			}
		case *ast.InlineFragment:
			if !asksAboutSchema(doc, s.SelectionSet) {
				return false
			}
		case *ast.FragmentSpread:
			if !asksAboutSchema(doc, doc.Fragments.ForName(s.Name).SelectionSet) {
				return false
			}
		}
	}
	return true
}
