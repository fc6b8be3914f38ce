package plan

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/selection"
	"weft/graph/view"
)

// Refused says why an operation has no plan. It is no fault of the operation's.
type Refused struct{ Reason string }

func (r *Refused) Error() string { return "no plan: " + r.Reason }

// Build compiles an operation. variables are looked at for @skip and @include only; a plan fits all variables with the
// same values of those (see [Conditions]). What depends on one that has no value is in the plan: without any, the plan has all
// that an operation may need. denial says why who asks may not see a field as it is selected of objects of a type: in the plan, that is
// an error where the field's value would be, and nothing else is made of it. nil: they may see all. Build's error is a *[Refused], or that
// of ctx, which it looks at now and then.
func Build(
	ctx context.Context, s *Schema, doc *ast.QueryDocument, op *ast.OperationDefinition, variables map[string]any, denial Denial,
) (*Plan, error) {
	return build(ctx, s, doc, op, variables, denial, op.Operation != ast.Query)
}

// Denial is why a field may not be seen, as it is selected of objects of a type; nil: it may.
type Denial func(object string, f *ast.Field) error

// Apart is [Build] for whoever has something to do around each root field: those of a query, too, are a plan each, in Serial,
// though they need not run one after another. No fetch is of two of them.
func Apart(
	ctx context.Context, s *Schema, doc *ast.QueryDocument, op *ast.OperationDefinition, variables map[string]any, denial Denial,
) (*Plan, error) {
	return build(ctx, s, doc, op, variables, denial, true)
}

func build(
	ctx context.Context, s *Schema, doc *ast.QueryDocument, op *ast.OperationDefinition, variables map[string]any, denial Denial, apart bool,
) (p *Plan, err error) {
	root := map[ast.Operation]string{ast.Query: s.Query, ast.Mutation: s.Mutation}[op.Operation]
	t := s.Types[root]
	if t == nil {
		return nil, &Refused{string(op.Operation) + " is not planned"}
	}
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *Refused:
			p, err = nil, v
		case stopped:
			p, err = nil, v.error
		default:
			panic(v)
		}
	}()
	d := &draft{
		ctx: ctx, schema: s, doc: doc, variables: variables, denial: denial, budget: budget(doc, op),
		types: map[*Type][]*Type{}, shared: map[*Type]map[string]*Field{},
	}
	fields := newBuilder(d).collect(t, []ast.SelectionSet{op.SelectionSet})
	if !apart || len(fields) < 2 {
		p = newBuilder(d).operation(op, t, fields, 0)
		p.Steps = d.steps
		return p, nil
	}
	p = &Plan{Policy: &Policy{}}
	for i := range fields {
		root := newBuilder(d).operation(op, t, fields[i:i+1], i)
		p.Serial = append(p.Serial, root)
		p.Policy.merge(root.Policy)
	}
	p.Steps = d.steps
	return p, nil
}

// draft is what all plans of one operation have in common while they are built.
type draft struct {
	ctx       context.Context
	schema    *Schema
	doc       *ast.QueryDocument
	variables map[string]any
	denial    Denial                      // nil: all may be seen
	types     map[*Type][]*Type           // see objects
	shared    map[*Type]map[string]*Field // see fieldsOfAll
	steps     int
	budget    int
}

// builder makes one plan. It panics with *Refused, or stopped.
type builder struct {
	*draft
	plan    *Plan
	fetches map[fetchKey]*Fetch
	places  map[placeKey]*Place

	collector selection.Collector
}

type fetchKey struct {
	binding *binding.Binding
	alone   *Node // hand-written: a fetch of its own
	depth   int
}

type placeKey struct {
	declared *Type
	sets     int // the number of their list
	depth    int
	stub     *binding.Stub
}

func newBuilder(d *draft) *builder {
	return &builder{
		draft: d, plan: &Plan{}, fetches: map[fetchKey]*Fetch{}, places: map[placeKey]*Place{},
		collector: selection.Collector{Fragments: d.doc.Fragments, Step: func() { d.step(1) }, Included: d.included},
	}
}

func refuse(format string, args ...any) { panic(&Refused{fmt.Sprintf(format, args...)}) }

// operation is the plan of root fields; before is how many the answer has before them.
func (b *builder) operation(op *ast.OperationDefinition, t *Type, fields []*selected, before int) *Plan {
	b.plan.Root = b.scope(&Scope{Place: &Place{Type: t}, Type: t}, fields, before, 0)
	b.together()
	b.plan.selects()
	b.plan.needs()
	if op.Operation == ast.Query {
		b.early()
		b.lists()
	}
	b.plan.Policy = policy(b.plan)
	return b.plan
}

// scope fills a scope with collected fields; before is how many members the answer's object has before them.
func (b *builder) scope(s *Scope, fields []*selected, before, depth int) *Scope {
	s.Index = len(b.plan.Scopes)
	b.plan.Scopes = append(b.plan.Scopes, s)
	for _, f := range fields {
		s.Nodes = append(s.Nodes, b.node(s, f, depth))
	}
	s.write(before == 0)
	return s
}

func (b *builder) node(s *Scope, f *selected, depth int) *Node {
	n := &Node{Scope: s, AST: f.Field.Field}
	if len(f.More) > 0 {
		if b.plan.Merged == nil {
			b.plan.Merged = map[*Node][]*ast.Field{}
		}
		b.plan.Merged[n] = f.More
	}
	if f.Name == "__typename" {
		n.Slot = s.Name
		return n
	}
	n.Field, n.Slot = f.of, f.slot
	if n.Field == nil {
		refuse("%s.%s is not planned", s.Type.Name, f.Name)
	}
	if n.Field.Denied != nil {
		return n
	}
	if n.Field.Args != nil && !usesVariables(f.Arguments) {
		n.Static, n.Constant = true, b.plan.Static
		b.plan.Static++
	}
	if n.Field.Each != "" {
		path := view.NewPath(n.Field.Each)
		n.Each = &path
	}
	switch {
	case n.Field.Bound != nil:
		if stub := s.Stub; stub != nil && !stub.MayLack(n.Field.Bound.Members()) {
			if s.Fill != nil {
				s.Fill.Ahead = append(s.Fill.Ahead, n)
			}
			depth--
		}
		b.join(s, n, fetchKey{n.Field.Bound.Binding, nil, depth}, depth)
		depth++
	case n.Field.Resolve != nil:
		b.join(s, n, fetchKey{nil, n, depth}, depth)
		depth++
	}
	if n.Field.Leaf != nil {
		if n.Fetch == nil && n.Field.Type.Elem == nil && n.Field.Image == "" {
			n.Scalar = n.Field.Leaf
		}
		return n
	}
	if n.Field.Type.Depth() > 1 {
		refuse("%s.%s is a list of lists", s.Type.Name, f.Name)
	}
	b.below(n, f.Sets, depth)
	return n
}

// below plans what is selected of a node's values.
func (b *builder) below(n *Node, sets []ast.SelectionSet, depth int) {
	n.Edge = b.plan.Edges
	b.plan.Edges++
	if t := b.typeOf(n.Field.Type.Name()); t.Kind == Connection {
		n.Page = &Page{}
		n.Page.Entries = b.entries(n, t, sets, depth)
		for _, nodes := range n.Page.Nodes {
			nodes.Feeders = append(nodes.Feeders, n)
		}
		return
	}
	n.Children = b.children(n, n.Field, sets, depth)
	if n.Direct = n.Fetch == nil && direct(n.Children.Place); !n.Direct {
		n.Children.Feeders = append(n.Children.Feeders, n)
	}
}

// join makes a node a member of a fetch: that of its binding at its depth, or one of its own if it is hand-written.
func (b *builder) join(s *Scope, n *Node, key fetchKey, depth int) {
	f := b.fetches[key]
	if f == nil {
		f = &Fetch{Index: len(b.plan.Fetches), Depth: depth}
		b.fetches[key] = f
		b.plan.Fetches = append(b.plan.Fetches, f)
	}
	n.Fetch, n.Member = f, len(f.Members)
	f.Members = append(f.Members, Member{Scope: s, Node: n})
}

func (d *draft) typeOf(name string) *Type {
	t := d.schema.Types[name]
	if t == nil {
		refuse("%s is not planned", name)
	}
	return t
}

// children is the place of a field's values, which are those of a node, or of the nodes of its page.
func (b *builder) children(n *Node, f *Field, sets []ast.SelectionSet, depth int) *Children {
	c := &Children{NonNull: f.Type.NonNull}
	if f.Type.Elem != nil {
		c.NonNull = f.Type.Elem.NonNull
	}
	stub, entity := n.Field.Stub, (*binding.Binding)(nil)
	switch bound := n.Field.Bound; {
	case bound != nil && bound.Lift != nil:
	case bound != nil && bound.Binding.Entity:
		entity = bound.Binding
	case bound != nil:
		stub = bound.Binding.Stub
	case stub != nil:
		entity = stub.Entity
	}
	t := b.typeOf(f.Type.Name())
	if t.Kind == Abstract && entity != nil {
		t = b.typeOf(entity.Object)
	}
	c.Place = b.place(t, sets, depth, stub, n.AST)
	return c
}

// entries are what is selected of a connection, or of an edge or pageInfo below it.
func (b *builder) entries(n *Node, t *Type, sets []ast.SelectionSet, depth int) []PageEntry {
	var list []PageEntry
	p := n.Page
	for i, f := range b.collect(t, sets) {
		e := PageEntry{Prefix: prefix(f.Alias, i == 0), Name: f.Name, Object: t.Name, AST: f.Field.Field, Merged: f.More}
		if f.Name == "__typename" {
			e.Name = ""
			e.Prefix = strconv.AppendQuote(e.Prefix, t.Name)
			list = append(list, e)
			continue
		}
		field := f.of
		if field == nil {
			refuse("%s.%s is not planned", t.Name, f.Name)
		}
		e.Type, e.Denied = field.Type, field.Denied
		switch {
		case e.Denied != nil:
		case e.HoldsNodes():
			e.Nodes = len(p.Nodes)
			p.Nodes = append(p.Nodes, b.children(n, field, f.Sets, depth))
		case f.Name == "edges", f.Name == "pageInfo":
			e.Entries = b.entries(n, b.typeOf(field.Type.Name()), f.Sets, depth)
		}
		list = append(list, e)
	}
	return list
}

// prefix is what is written before a member's value. Keys and types are names, which quoting does not change.
func prefix(key string, first bool) []byte {
	b := append(make([]byte, 0, len(key)+4), ',')
	if first {
		b[0] = '{'
	}
	return append(strconv.AppendQuote(b, key), ':')
}

func usesVariables(args ast.ArgumentList) bool {
	var uses func(*ast.Value) bool
	uses = func(v *ast.Value) bool {
		return v.Kind == ast.Variable || slices.ContainsFunc(v.Children, func(c *ast.ChildValue) bool { return uses(c.Value) })
	}
	return slices.ContainsFunc(args, func(a *ast.Argument) bool { return uses(a.Value) })
}
