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
func Build(s *Schema, doc *ast.QueryDocument, op *ast.OperationDefinition, variables map[string]any) (p *Plan, err error) {
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
	if op.Operation == ast.Query || len(fields) < 2 {
		b.plan.Root = b.selection(t, fields, 0, 0)
		b.together()
		if op.Operation == ast.Query {
			b.early()
		}
		return b.plan, nil
	}
	p = &Plan{}
	for i := range fields {
		b := newBuilder(s, doc, variables)
		b.plan.Root = b.selection(t, fields[i:i+1], i, 0)
		b.together()
		p.Serial = append(p.Serial, b.plan)
	}
	return p, nil
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

// selected is one response key's merged fields.
type selected struct {
	key   string
	field *ast.Field
	sets  []ast.SelectionSet
}

// collect gathers what sets select of a type, as CollectFields of the specification does, but once for all objects.
func (b *builder) collect(t *Type, sets []ast.SelectionSet) []*selected {
	var list []*selected
	index := map[string]*selected{}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				if !b.included(s.Directives) {
					continue
				}
				f := index[s.Alias]
				if f == nil {
					f = &selected{key: s.Alias, field: s}
					index[s.Alias] = f
					list = append(list, f)
				}
				if len(s.SelectionSet) > 0 {
					f.sets = append(f.sets, s.SelectionSet)
				}
			case *ast.InlineFragment:
				if b.included(s.Directives) && (s.TypeCondition == "" || slices.Contains(t.Satisfies, s.TypeCondition)) {
					walk(s.SelectionSet)
				}
			case *ast.FragmentSpread:
				f := b.doc.Fragments.ForName(s.Name)
				if b.included(s.Directives) && slices.Contains(t.Satisfies, f.TypeCondition) {
					walk(f.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		walk(set)
	}
	return list
}

func (b *builder) included(list ast.DirectiveList) bool {
	for _, d := range list {
		switch d.Name {
		case "skip", "include":
			v, err := d.Arguments.ForName("if").Value.Value(b.variables)
			condition, ok := v.(bool)
			if err != nil || !ok {
				refuse("a condition is no boolean")
			}
			if condition == (d.Name == "skip") {
				return false
			}
		case "defer", "stream":
			refuse("@%s is not planned", d.Name)
		}
	}
	return true
}

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
	n := &Node{Key: ast.PathName(f.key), Prefix: prefix(f.key, first), AST: f.field, Edge: -1, Static: !usesVariables(f.field.Arguments)}
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
	} else {
		n.Children = b.children(n.Field, composite, f.sets, depth)
		for _, child := range n.Children.Scopes {
			child.Of = n
		}
		n.Direct = n.Fetch == nil && direct(n.Children)
	}
	return n
}

// join makes a node a member of a fetch: that of its binding at its depth, or one of its own if it is hand-written.
func (b *builder) join(s *Scope, n *Node, key groupKey, depth int) {
	f := b.groups[key]
	if f == nil {
		f = &Fetch{Index: len(b.plan.Fetches), Depth: depth}
		b.groups[key] = f
		b.plan.Fetches = append(b.plan.Fetches, f)
	}
	n.Fetch = f
	f.Members = append(f.Members, Member{s, n})
}

// early finds the fetches that need not wait for the entities they hang on: all of their members are selected of an
// object that a root field asks for by its key, and need no more than that key and arguments.
func (b *builder) early() {
	for _, f := range b.plan.Fetches {
		var with *Fetch
		for i, m := range f.Members {
			parent := earlyParent(m)
			if parent == nil || i > 0 && parent != with {
				with = nil
				break
			}
			with = parent
		}
		if with != nil {
			with.Early = append(with.Early, f)
		}
	}
}

// earlyParent is the fetch that a member can begin with; nil: none.
func earlyParent(m Member) *Fetch {
	of := m.Scope.Of
	if of == nil || m.Node.Field.Bound == nil || of.Fetch == nil || of.Fetch.Depth > 0 || of.Field.Bound == nil {
		return nil
	}
	entity := of.Field.Bound
	if !entity.Binding.Entity || entity.Keys || entity.Binding.Func != "" || !m.Node.Field.Bound.EarlyKey(entity.Binding) {
		return nil
	}
	return of.Fetch
}

// direct reports whether nested objects can be read while they are written: there is one type of them, and nothing below them is
// fetched.
func direct(c *Children) bool {
	return c.Which == nil && !slices.ContainsFunc(c.Scopes[0].Nodes, func(n *Node) bool {
		return n.Fetch != nil || n.Edge >= 0 && !n.Direct
	})
}

// together marks the fetches that wait for hand-written fields running at the same time: all batched ones, if there are
// such fields.
func (b *builder) together() {
	hand := slices.ContainsFunc(b.plan.Fetches, func(f *Fetch) bool { return f.Members[0].Node.Field.Resolve != nil })
	for _, f := range b.plan.Fetches {
		bound := f.Members[0].Node.Field.Bound
		f.Together = hand && (bound == nil || bound.Binding.Batched())
	}
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
