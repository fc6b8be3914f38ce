package forecast

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/plan"
)

// counter counts what one plan takes.
type counter struct {
	Tables

	plan      *plan.Plan
	variables map[string]any
	objects   map[*plan.Place]amount
	said      []string // long keys that the operation says, of fetches before
}

// fetches are what all fetches take. They are counted by depth, since a key that the operation says above may come again below, and
// conditions change the plan's order.
func (c *counter) fetches() []Fetch {
	list := make([]Fetch, len(c.plan.Fetches))
	byDepth := slices.SortedStableFunc(slices.Values(c.plan.Fetches), func(f, g *plan.Fetch) int { return f.Depth - g.Depth })
	for _, f := range byDepth {
		list[f.Index] = c.fetch(f)
	}
	return list
}

// fetch is what a fetch takes.
func (c *counter) fetch(f *plan.Fetch) Fetch {
	out := Fetch{Fetch: f}
	if f.Members[0].Node.Field.Bound == nil {
		return out
	}
	b := f.Members[0].Node.Field.Bound.Binding
	seen := map[wish]bool{}
	var keys []together
	index := map[string]int{} // in keys, by all that is no key
	for _, m := range f.Members {
		w := wish{field: m.Node.Field.Bound, arguments: arguments(m.Node.AST)}
		if takesMembers(w.field) {
			w.place = m.Scope.Place
		}
		if w.field.Selects != nil {
			w.node = m.Node // conditions may leave out of one what they leave in the other
		}
		if seen[w] { // the same, under another name
			continue
		}
		seen[w] = true
		rest := w.arguments
		if b.Entity {
			rest = ""
		}
		at, ok := index[rest]
		if !ok {
			at = len(keys)
			index[rest], keys = at, append(keys, together{})
		}
		args := c.arguments(m.Node.AST, w.field)
		keys[at].add(c.wishes(m.Node, w), w.field.KnownKeys(args))
		keys[at].long = max(keys[at].long, w.field.Length(args))
	}
	for _, k := range keys {
		again := c.again(b, k)
		out.Keys = plus(out.Keys, k.n)
		out.Calls = plus(out.Calls, b.Calls(k.others-len(again), k.long, slices.Concat(k.known, again)...))
		if out.Unbounded == nil {
			out.Unbounded = k.unbounded
		}
	}
	return out
}

// again are those long keys that may be among the ones that nobody knows: objects that were asked for by such a key have it, and what is
// asked for of them may take it from there. It takes note of those that the operation says here; a byte takes up to three in a URL.
func (c *counter) again(b *binding.Binding, t together) (keys []string) {
	known := make(map[string]bool, len(t.known)) // they may be as many as variables have values
	for _, key := range t.known {
		known[key] = true
	}
	for _, key := range c.said {
		if len(keys) < t.others && !known[key] && b.Possible(key) {
			keys = append(keys, key)
		}
	}
	for _, key := range c.said {
		delete(known, key)
	}
	for key := range known {
		if 3*len(key) > binding.LongKey {
			c.said = append(c.said, key)
		}
	}
	slices.SortFunc(c.said, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return keys
}

// together are keys that travel together.
type together struct {
	amount
	known  []string // those of them that the operation says
	others int
	long   int // how long the others are, see [binding.Field.Length]
}

func (t *together) add(all amount, known []string) {
	t.amount = t.plus(all)
	t.known = append(t.known, known...)
	t.others = plus(t.others, max(all.n-len(known), 0))
}

// wish is what members of a fetch ask for: equal ones ask for the same.
type wish struct {
	field     *binding.Field
	arguments string
	place     *plan.Place // nil: the parents do not matter
	node      *plan.Node  // of a field that asks for what is selected; nil: that does not matter
}

// takesMembers reports whether a field takes values from its parent.
func takesMembers(f *binding.Field) bool {
	return slices.ContainsFunc(f.Sources, func(s binding.Source) bool { return s.Argument == "" && !s.Page })
}

// arguments are a field's arguments as text.
func arguments(f *ast.Field) string {
	list := make([]string, len(f.Arguments))
	for i, a := range f.Arguments {
		list[i] = a.Name + ":" + a.Value.String()
	}
	slices.Sort(list)
	return strings.Join(list, ",")
}

// wishes is how many keys, or calls of a page, a field asks for.
func (c *counter) wishes(n *plan.Node, w wish) amount {
	all := amount{n: 1}
	if w.place != nil {
		all = c.at(w.place)
	}
	switch page := w.field.Binding.Page; {
	case page != nil:
		all.n = times(all.n, page.Calls(c.fromStart(n.AST)))
	case w.field.Keys:
		all = all.times(c.size(n))
	}
	return all
}

// fromStart reports whether a paged field begins at its list's beginning for certain.
func (c *counter) fromStart(f *ast.Field) bool {
	after := f.Arguments.ForName("after")
	switch {
	case after == nil || after.Value.Kind == ast.NullValue:
		return true
	case after.Value.Kind == ast.Variable && c.variables != nil:
		return c.variables[after.Value.Raw] == nil
	}
	return false
}

// at is how many objects there are at a place.
func (c *counter) at(p *plan.Place) amount {
	if p == c.plan.Root.Place {
		return amount{n: 1}
	}
	if known, ok := c.objects[p]; ok {
		return known
	}
	var all amount
	for _, feeder := range p.Feeders {
		all = all.plus(c.elements(feeder))
	}
	c.objects[p] = all
	return all
}

// elements is how many values a field has over all its parents.
func (c *counter) elements(n *plan.Node) amount {
	parents := c.at(n.Scope.Place)
	if n.Page == nil && n.Field.Type.Elem == nil {
		return parents
	}
	size := c.size(n)
	if size.unbounded == nil {
		return parents.times(size)
	}
	if above, ok := c.sizedAbove(n); ok {
		return above
	}
	return parents.times(size)
}

// size is how many elements a list has, or a page, for one parent.
func (c *counter) size(n *plan.Node) amount {
	var most amount
	for _, name := range n.Scope.TypeNames() {
		size := c.Costs.Field(name, n.AST.Name).Size
		if size != nil && len(size.Sized) > 0 && n.Page == nil {
			size = nil // of lists below
		}
		e := size.Of(c.Schema, n.AST, c.variables)
		if e.Unknown {
			return amount{unbounded: &Unbounded{Field: name + "." + n.AST.Name, At: n.AST.Position, Argument: e.Argument}}
		}
		most.n = max(most.n, e.Most)
	}
	return most
}

// sizedAbove is how many elements the lists of a field have whose size the fields above say (@listSize(sizedFields:)); false: not
// all of them do.
func (c *counter) sizedAbove(n *plan.Node) (all amount, ok bool) {
	for _, above := range n.Scope.Place.Feeders {
		names := above.Scope.TypeNames()
		var each int
		for _, name := range names {
			size := c.Costs.Field(name, above.AST.Name).Size
			if size == nil || !slices.Contains(size.Sized, n.AST.Name) {
				return all, false
			}
			e := size.Of(c.Schema, above.AST, c.variables)
			if e.Unknown {
				return amount{unbounded: &Unbounded{Field: name + "." + above.AST.Name, At: above.AST.Position, Argument: e.Argument}}, true
			}
			each = max(each, e.Most)
		}
		all = all.plus(c.elements(above).times(amount{n: each}))
	}
	return all, len(n.Scope.Place.Feeders) > 0
}
