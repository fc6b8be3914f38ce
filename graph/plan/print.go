package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Print writes a plan for people: what is selected, indented as it nests, with types, and behind an arrow the fetch that answers a
// field; then the fetches in the order in which they were found, each with its binding, its depth, and the fields that share it,
// by their places in the answer. What is selected at a place that several fields lead to is written once.
// Programs must not read it.
func Print(p *Plan) string {
	w := &printer{nodes: map[*Node]string{}, places: map[*Place]string{}}
	if p.Serial == nil {
		w.plan(p)
	}
	for i, field := range p.Serial {
		w.line(0, "step %d", i+1)
		w.plan(field)
	}
	return w.String()
}

type printer struct {
	strings.Builder

	nodes  map[*Node]string  // where they are in the answer, from the plan's root
	places map[*Place]string // likewise: where they were written
}

func (w *printer) line(indent int, format string, args ...any) {
	w.WriteString(strings.Repeat("  ", indent))
	fmt.Fprintf(w, format, args...)
	w.WriteByte('\n')
}

func (w *printer) plan(p *Plan) {
	w.scope(0, "", p.Root)
	for _, f := range p.Fetches {
		w.fetch(f)
	}
}

func (w *printer) scope(indent int, place string, s *Scope) {
	text := strings.Join(s.TypeNames(), " | ")
	if s.Fill != nil {
		w.nodes[s.Fill.Node] = strings.TrimSuffix(place, ".") + ", what it lacks"
		text += fmt.Sprintf("  ← fetch %d for what it lacks", s.Fill.Node.Fetch.Index+1)
	}
	w.line(indent, "%s", text)
	for _, n := range s.Nodes {
		w.node(indent+1, place+n.AST.Alias, n)
	}
}

func (w *printer) node(indent int, place string, n *Node) {
	w.nodes[n] = place
	text := written(n.AST)
	if n.Field != nil {
		text += " " + n.Field.Type.String()
	}
	if n.Field != nil && n.Field.Denied != nil {
		text += "  ← denied"
	}
	if n.Fetch != nil {
		text += fmt.Sprintf("  ← fetch %d", n.Fetch.Index+1)
	}
	if n.Field != nil && n.Field.Image != "" {
		text += "  ← URL of image service " + n.Field.Image
	}
	w.line(indent, "%s", text)
	switch {
	case n.Page != nil:
		w.entries(indent+1, place+".", n.Page, n.Page.Entries)
	case n.Children != nil:
		w.children(indent+1, place+".", n.Children)
	}
}

func (w *printer) children(indent int, place string, c *Children) {
	if first, ok := w.places[c.Place]; ok {
		w.line(indent, "as in %s", first)
		return
	}
	w.places[c.Place] = strings.TrimSuffix(place, ".")
	if c.Which != nil {
		by := c.Which.Pointer
		if c.Which.Having != nil {
			by = "members"
		}
		w.line(indent, "one of, by %s:", by)
		indent++
	}
	for _, s := range c.Scopes {
		w.scope(indent, place, s)
	}
}

// TypeNames returns the names of the types that the scope's objects may have, sorted.
func (s *Scope) TypeNames() []string {
	if s.Name == 0 {
		return []string{s.Type.Name}
	}
	var names []string
	for name, at := range s.Place.Which.Scope {
		if s.Place.Scopes[at] == s {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (w *printer) entries(indent int, place string, p *Page, entries []PageEntry) {
	for _, e := range entries {
		text := written(e.AST)
		if e.Denied != nil {
			text += "  ← denied"
		}
		w.line(indent, "%s", text)
		if e.HoldsNodes() {
			w.children(indent+1, place+e.AST.Alias+".", p.Nodes[e.Nodes])
		}
		w.entries(indent+1, place+e.AST.Alias+".", p, e.Entries)
	}
}

func (w *printer) fetch(f *Fetch) {
	text := fmt.Sprintf("fetch %d, depth %d: %s", f.Index+1, f.Depth, answerer(f.Members[0]))
	var early []string
	for _, e := range f.Early {
		early = append(early, fmt.Sprint(e.Index+1))
	}
	if len(early) > 0 {
		text += "; early with it: " + strings.Join(early, ", ")
	}
	var lists []string
	for _, l := range f.Lists {
		lists = append(lists, fmt.Sprint(l.Index+1))
	}
	if len(lists) > 0 {
		text += "; may be brought by: " + strings.Join(lists, ", ")
	}
	if f.Together {
		text += "; shares batches with hand-written fields"
	}
	w.line(0, "%s", text)
	for _, m := range f.Members {
		w.line(1, "%s", w.nodes[m.Node])
	}
}

// answerer is what answers a member.
func answerer(m Member) string {
	if m.Node.Field.Bound == nil {
		return "hand-written"
	}
	switch b := m.Node.Field.Bound.Binding; {
	case b.Func != "":
		return b.Name + " by Go function " + b.Func
	case b.Batched():
		return b.Name + " by batches of " + b.Upstream
	default:
		return b.Name + " by single calls of " + b.Upstream
	}
}

// written is a field as the operation has it, without what is selected below.
func written(f *ast.Field) string {
	text := f.Name
	if f.Alias != f.Name {
		text = f.Alias + ": " + f.Name
	}
	var args []string
	for _, a := range f.Arguments {
		args = append(args, a.Name+": "+a.Value.String())
	}
	slices.Sort(args)
	if len(args) > 0 {
		text += "(" + strings.Join(args, ", ") + ")"
	}
	return text
}
