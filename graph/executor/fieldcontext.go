package executor

import (
	"context"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/gqlgen"
	"weft/graph/plan"
)

// fieldContext is the context of a hand-written field for one of its parents. What gqlgen says of the field, where in the answer it
// is above all, is found out only if somebody asks, since hardly anybody does.
type fieldContext struct {
	context.Context
	resolving *resolving
	parent    int // its index in the scope's column

	mu    sync.Mutex // guards what follows
	field *graphql.FieldContext
	ended bool // the run may be gone
}

// resolving is a hand-written field and its arguments.
type resolving struct {
	*run
	plan.Member
	args    map[string]any
	refused error // what is wrong with them
}

// Value implements context.Context.
func (c *fieldContext) Value(key any) any {
	if key == gqlgen.FieldKey {
		return c.fieldContext()
	}
	return c.Context.Value(key)
}

func (c *fieldContext) fieldContext() *graphql.FieldContext {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.field == nil {
		m := c.resolving.Member
		c.field = fieldOf(m.Scope.Type.Name, m.Node)
		c.field.Args, c.field.IsMethod, c.field.IsResolver = c.resolving.args, true, true
		if !c.ended {
			c.field.Parent = c.resolving.above(c.Context, m.Scope, c.parent)
		}
	}
	return c.field
}

// end is called when the field has been resolved: whoever asks later is not told where it was.
func (c *fieldContext) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
}

func fieldOf(object string, n *plan.Node) *graphql.FieldContext {
	field := graphql.CollectedField{Field: n.AST, Selections: n.AST.SelectionSet}
	return &graphql.FieldContext{Object: object, Field: field}
}

// above is what gqlgen says of the object at an index of a scope's column: the element of a list, or the field, that it is. Each
// object is in one place, as it is where fields are hand-written, and the columns above are complete.
func (r *run) above(ctx context.Context, s *plan.Scope, index int) *graphql.FieldContext {
	if len(s.Place.Feeders) == 0 {
		return graphql.GetFieldContext(ctx)
	}
	is := elem{scope: int32(slices.Index(s.Place.Scopes, s)), index: int32(index)}
	for _, n := range s.Place.Feeders {
		above := r.aboveElem
		if n.Page != nil {
			above = r.aboveNode
		}
		if field := above(ctx, s.Place, n, is); field != nil {
			return field
		}
	}
	return nil
}

// fieldAt is what gqlgen says of a field of the parent at an index of its scope's column.
func (r *run) fieldAt(ctx context.Context, n *plan.Node, parent int) *graphql.FieldContext {
	field := fieldOf(n.Scope.TypeOf(r.columns[n.Scope.Index].list[parent]), n)
	field.Parent = r.above(ctx, n.Scope, parent)
	return field
}

// aboveElem is above for an object that may be a feeder's; nil: it is another's.
func (r *run) aboveElem(ctx context.Context, _ *plan.Place, n *plan.Node, is elem) *graphql.FieldContext {
	e := &r.edges[n.Edge]
	at := int32(slices.Index(e.elems, is))
	if at < 0 {
		return nil
	}
	parent := slices.IndexFunc(e.places, func(p place) bool { return p.start <= at && at < p.end })
	field := r.fieldAt(ctx, n, parent)
	if n.Field.Type.Elem == nil {
		return field
	}
	return element(field, int(at-e.places[parent].start))
}

// aboveNode is aboveElem for a feeder that is a page.
func (r *run) aboveNode(ctx context.Context, at *plan.Place, n *plan.Node, is elem) *graphql.FieldContext {
	e := &r.edges[n.Edge]
	list := slices.IndexFunc(n.Page.Nodes, func(c *plan.Children) bool { return c.Place == at })
	for parent := range e.pages {
		if e.places[parent].state != there {
			continue
		}
		p := e.pages[parent].nodes[list]
		if at := slices.Index(e.elems[p.start:p.end], is); at >= 0 {
			inside, _ := within(r.fieldAt(ctx, n, parent), n.Page.Entries, list, at)
			return inside
		}
	}
	return nil
}

// within follows a page's entries to a list of nodes, and to the element at an index of it or of its edges.
func within(above *graphql.FieldContext, entries []plan.PageEntry, list, index int) (*graphql.FieldContext, bool) {
	for i := range entries {
		e := &entries[i]
		field := &graphql.FieldContext{
			Parent: above, Object: e.Object, Field: graphql.CollectedField{Field: e.AST, Selections: e.AST.SelectionSet},
		}
		if e.HoldsNodes() && e.Nodes == list {
			if e.Type.Elem != nil {
				field = element(field, index)
			}
			return field, true
		}
		if e.Name == "edges" {
			if inside, ok := within(element(field, index), e.Entries, list, index); ok {
				return inside, true
			}
		}
	}
	return nil, false
}

// element is what gqlgen says of a list's element.
func element(list *graphql.FieldContext, index int) *graphql.FieldContext {
	return &graphql.FieldContext{Parent: list, Index: &index}
}
