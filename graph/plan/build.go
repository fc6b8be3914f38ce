package plan

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/view"
)

// Refused says why an operation has no plan. It is no fault of the operation's.
type Refused struct{ Reason string }

func (r *Refused) Error() string { return "no plan: " + r.Reason }

// Build compiles an operation. variables are looked at for @skip and @include only; a plan fits all variables with the
// same values of those (see [Conditions]). Its error is a *[Refused].
func Build(s *Schema, doc *ast.QueryDocument, op *ast.OperationDefinition, variables map[string]any) (*Plan, error) {
	return build(s, doc, op, variables, op.Operation != ast.Query)
}

// Apart is [Build] for whoever has something to do around each root field: those of a query, too, are a plan each, in Serial,
// though they need not run one after another. No fetch is of two of them.
func Apart(s *Schema, doc *ast.QueryDocument, op *ast.OperationDefinition, variables map[string]any) (*Plan, error) {
	return build(s, doc, op, variables, true)
}

func build(s *Schema, doc *ast.QueryDocument, op *ast.OperationDefinition, variables map[string]any, apart bool) (p *Plan, err error) {
	root := map[ast.Operation]string{ast.Query: s.Query, ast.Mutation: s.Mutation}[op.Operation]
	t := s.Types[root]
	if t == nil {
		return nil, &Refused{string(op.Operation) + " is not planned"}
	}
	defer func() {
		if refused, ok := recover().(*Refused); ok {
			p, err = nil, refused
		}
	}()
	b := newBuilder(s, doc, variables)
	fields := b.collect(t, []ast.SelectionSet{op.SelectionSet})
	if !apart || len(fields) < 2 {
		return b.operation(op, t, fields, 0), nil
	}
	p = &Plan{Policy: &Policy{MaxAge: -1}}
	for i := range fields {
		root := newBuilder(s, doc, variables).operation(op, t, fields[i:i+1], i)
		p.Serial = append(p.Serial, root)
		p.Policy.merge(root.Policy)
	}
	return p, nil
}

// operation is the plan of root fields; before is how many the answer has before them.
func (b *builder) operation(op *ast.OperationDefinition, t *Type, fields []*selected, before int) *Plan {
	b.plan.Root = b.selection(t, fields, before, 0)
	b.together()
	if op.Operation == ast.Query {
		b.early()
	}
	b.plan.Policy = policy(b.plan.Root)
	return b.plan
}

func newBuilder(s *Schema, doc *ast.QueryDocument, variables map[string]any) *builder {
	return &builder{schema: s, doc: doc, variables: variables, plan: &Plan{}, groups: map[groupKey]*Fetch{}}
}

// Conditions are the variables that an operation's @skip and @include use, sorted: the same values, the same plan.
func Conditions(doc *ast.QueryDocument, op *ast.OperationDefinition) []string {
	var names []string
	add := func(list ast.DirectiveList) {
		for _, d := range list {
			if a := d.Arguments.ForName("if"); a != nil && a.Value.Kind == ast.Variable {
				names = append(names, a.Value.Raw)
			}
		}
	}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				add(s.Directives)
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				add(s.Directives)
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				add(s.Directives)
			}
		}
	}
	walk(op.SelectionSet)
	for _, f := range doc.Fragments {
		walk(f.SelectionSet)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// builder is one run of Build. It panics with *Refused.
type builder struct {
	schema    *Schema
	doc       *ast.QueryDocument
	variables map[string]any
	plan      *Plan
	groups    map[groupKey]*Fetch
}

type groupKey struct {
	binding *binding.Binding
	alone   *Node
	depth   int
}

func refuse(format string, args ...any) { panic(&Refused{fmt.Sprintf(format, args...)}) }

func (b *builder) scope(t *Type, sets []ast.SelectionSet, depth int) *Scope {
	return b.selection(t, b.collect(t, sets), 0, depth)
}

// selection is the scope of collected fields; before is how many members the answer's object has before them.
func (b *builder) selection(t *Type, fields []*selected, before, depth int) *Scope {
	s := &Scope{Type: t, Column: b.plan.Columns}
	b.plan.Columns++
	for i, f := range fields {
		s.Nodes = append(s.Nodes, b.node(s, t, f, before+i == 0, depth))
	}
	return s
}

func (b *builder) node(s *Scope, t *Type, f *selected, first bool, depth int) *Node {
	n := &Node{Scope: s, Key: ast.PathName(f.key), Prefix: prefix(f.key, first), AST: f.field, Edge: -1, Static: !usesVariables(f.field.Arguments)}
	if f.field.Name == "__typename" {
		n.Prefix = append(n.Prefix, quote(t.Name)...)
		return n
	}
	n.Field = t.Fields[f.field.Name]
	if n.Field == nil {
		refuse("%s.%s is not planned", t.Name, f.field.Name)
	}
	if n.Field.Each != "" {
		path := view.NewPath(n.Field.Each)
		n.Each = &path
	}
	switch {
	case n.Field.Bound != nil:
		b.join(s, n, groupKey{n.Field.Bound.Binding, nil, depth}, depth)
		depth++
	case n.Field.Resolve != nil:
		b.join(s, n, groupKey{nil, n, depth}, depth)
		depth++
	}
	if n.Field.Leaf != nil {
		if n.Fetch == nil && n.Field.Type.Elem == nil {
			n.Scalar = n.Field.Leaf
		}
		return n
	}
	if n.Field.Type.Depth() > 1 {
		refuse("%s.%s is a list of lists", t.Name, f.field.Name)
	}
	n.Edge = b.plan.Edges
	b.plan.Edges++
	if composite := b.typeOf(n.Field.Type.Name()); composite.Kind == Connection {
		n.Page = &Page{}
		n.Page.Entries = b.entries(n.Page, composite, f.sets, depth)
		for _, nodes := range n.Page.Nodes {
			n.own(nodes)
		}
	} else {
		n.Children = b.children(n.Field, composite, f.sets, depth)
		n.own(n.Children)
		n.Direct = n.Fetch == nil && direct(n.Children)
	}
	return n
}

// own makes children the node's.
func (n *Node) own(c *Children) {
	for _, s := range c.Scopes {
		s.Of = n
	}
}

// join makes a node a member of a fetch: that of its binding at its depth, or one of its own if it is hand-written.
func (b *builder) join(s *Scope, n *Node, key groupKey, depth int) {
	f := b.groups[key]
	if f == nil {
		f = &Fetch{Index: len(b.plan.Fetches), Depth: depth}
		b.groups[key] = f
		b.plan.Fetches = append(b.plan.Fetches, f)
	}
	n.Fetch, n.Member = f, len(f.Members)
	f.Members = append(f.Members, Member{s, n})
}

func (b *builder) typeOf(name string) *Type {
	t := b.schema.Types[name]
	if t == nil {
		refuse("%s is not planned", name)
	}
	return t
}

// children are the scopes of a composite type: one for each concrete type that its values may have.
func (b *builder) children(f *Field, t *Type, sets []ast.SelectionSet, depth int) *Children {
	c := &Children{NonNull: f.Type.NonNull}
	if f.Type.Elem != nil {
		c.NonNull = f.Type.Elem.NonNull
	}
	if t.Kind == Abstract && f.Bound != nil && f.Bound.Binding.Entity {
		t = b.typeOf(f.Bound.Binding.Object)
	}
	if t.Kind != Abstract {
		c.Scopes = []*Scope{b.scope(t, sets, depth)}
		return c
	}
	if t.Variants == nil {
		refuse("%s has no discriminator", t.Name)
	}
	var names []string
	for _, name := range t.Variants {
		names = append(names, name)
	}
	slices.Sort(names)
	c.Which = &Which{Want: "a known " + t.Name, Pointer: t.Discriminator, Path: view.NewPath(t.Discriminator), Types: t.Variants}
	for _, name := range slices.Compact(names) {
		c.Scopes = append(c.Scopes, b.scope(b.typeOf(name), sets, depth))
	}
	return c
}

// entries are what is selected of a connection, or of an edge or pageInfo below it.
func (b *builder) entries(p *Page, t *Type, sets []ast.SelectionSet, depth int) []PageEntry {
	var list []PageEntry
	for i, f := range b.collect(t, sets) {
		e := PageEntry{Prefix: prefix(f.key, i == 0), Name: f.field.Name, Key: ast.PathName(f.key), Object: t.Name, AST: f.field, Nodes: -1}
		if f.field.Name == "__typename" {
			e.Name = ""
			e.Prefix = append(e.Prefix, quote(t.Name)...)
			list = append(list, e)
			continue
		}
		field := t.Fields[f.field.Name]
		if field == nil {
			refuse("%s.%s is not planned", t.Name, f.field.Name)
		}
		e.Type = field.Type
		switch f.field.Name {
		case "nodes", "node":
			e.Nodes = len(p.Nodes)
			p.Nodes = append(p.Nodes, nil)
			p.Nodes[e.Nodes] = b.children(field, b.typeOf(field.Type.Name()), f.sets, depth)
		case "edges", "pageInfo":
			e.Entries = b.entries(p, b.typeOf(field.Type.Name()), f.sets, depth)
		}
		list = append(list, e)
	}
	return list
}

func prefix(key string, first bool) []byte {
	separator := byte(',')
	if first {
		separator = '{'
	}
	return append(append([]byte{separator}, quote(key)...), ':')
}

func quote(s string) []byte {
	b, _ := json.Marshal(s) // a string always marshals
	return b
}

func usesVariables(args ast.ArgumentList) bool {
	var uses func(*ast.Value) bool
	uses = func(v *ast.Value) bool {
		return v.Kind == ast.Variable || slices.ContainsFunc(v.Children, func(c *ast.ChildValue) bool { return uses(c.Value) })
	}
	return slices.ContainsFunc(args, func(a *ast.Argument) bool { return uses(a.Value) })
}
