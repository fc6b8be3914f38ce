package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/view"
)

// What stands for nothing is said where it stands, or as a habit of an upstream; what is said where it stands takes the habit's place. Only
// what changes something may be said: a missing object is null anyhow.
const (
	ofMembers = view.EmptyMissing | view.EmptyNull // of lists in an answer
	ofCalls   = ofMembers | view.EmptyNoContent | view.EmptyNotFound
)

// spellings reads an argument empty, of which each element is there once.
func (c *compiler) spellings(l *literal, s site) (e view.Empty) {
	for _, n := range l.list("empty") {
		one := emptyNamed(n)
		if e.Has(one) {
			c.report(s, n.pos, "empty names %s twice; keep one", one)
		}
		e |= one
	}
	if l.has("empty") && len(l.list("empty")) == 0 && s.directive == "upstream" {
		c.report(s, l.at("empty"), "empty names nothing; name one or remove it")
	}
	return e
}

// emptyNamed is the spelling of a name, which the reader has found right.
func emptyNamed(n *node) view.Empty {
	return 1 << slices.Index((^view.Empty(0)).Names(), n.value.Raw)
}

// emptyOf is what stands for nothing at a place: what its literal says, nil if there is none, or else the habit of its upstream. fits are
// the spellings that mean something there, and byHabit those of them that a habit may be about; reason says of any other why it means
// nothing.
func (c *compiler) emptyOf(l *literal, s site, habit, fits, byHabit view.Empty, reason func(view.Empty) string) view.Empty {
	if l == nil || l.missing("empty") || l.wrong["empty"] {
		return habit & byHabit
	}
	own := c.spellings(l, s)
	for _, n := range l.list("empty") {
		if one := emptyNamed(n); !fits.Has(one) {
			c.report(s, n.pos, "%s; remove %s", reason(one), one)
		}
	}
	if own == 0 && !habit.Has(byHabit) {
		c.report(s, l.at("empty"), "empty names nothing, and no habit of the upstream's holds here; remove it")
	}
	return own
}

// memberEmpty is what may stand for nothing in a member of a type.
func (c *compiler) memberEmpty(t *ast.Type) view.Empty {
	switch {
	case t.Elem != nil:
		return ofMembers
	case !t.NonNull && c.composite(t):
		return view.EmptyArray
	}
	return 0
}

func (c *compiler) composite(t *ast.Type) bool {
	def := c.types[t.Name()]
	return def != nil && def.IsCompositeType()
}

// callEmpty is what may stand for nothing in the answer of an @http field's call.
func (c *compiler) callEmpty(f *field, b *binder) view.Empty {
	u, t := f.bound, f.def.Type
	var fits, byHabit view.Empty
	list := t.Elem != nil || u.given["page"] != nil
	switch batch := u.given["batch"] != nil; {
	case u.text("answer") == "STATUS":
	case list && !batch:
		fits, byHabit = ofCalls, ofCalls
	case batch:
		if isMap(u) || !list && c.composite(t) {
			byHabit = view.EmptyArray
		}
		fits = byHabit | view.EmptyNotFound
	case t.NonNull:
	default:
		byHabit = c.memberEmpty(t)
		if fits = byHabit; f.object.root == ast.Mutation || len(b.vars) == 0 {
			fits |= view.EmptyNotFound
		}
	}
	up := c.upstreams[u.text("upstream")]
	if up == nil {
		return 0
	}
	reason := func(e view.Empty) string {
		switch {
		case u.text("answer") == "STATUS":
			return "with answer: STATUS no body is looked at, and a 404 is false"
		case list && e == view.EmptyArray:
			return "[] is an empty list already"
		case !list && t.NonNull && u.given["batch"] == nil:
			return fmt.Sprintf("the field is %s, which may not be nothing", t)
		case e == view.EmptyArray:
			return fmt.Sprintf("the field is %s, and no object", t)
		case e == view.EmptyNotFound:
			return "a 404 is null here already"
		case u.given["batch"] != nil:
			return "a key without an element has nothing already"
		}
		return fmt.Sprintf("the field is %s, and no list, so this is null already", t)
	}
	e := c.emptyOf(u.literal, u.site, up.empty, fits, byHabit, reason)
	up.acted |= e
	return e
}

// entityEmpty is what may stand for nothing in the answers of an entity's calls.
func (c *compiler) entityEmpty(u *usage, b *binder) view.Empty {
	up := c.upstreams[u.text("upstream")]
	if up == nil || !u.missing("func") {
		return 0
	}
	fits := view.EmptyArray
	if !u.missing("batch") {
		fits |= view.EmptyNotFound
	}
	e := c.emptyOf(u.literal, u.site, up.empty, fits, view.EmptyArray, func(e view.Empty) string {
		if e == view.EmptyNotFound {
			return "a 404 of get is null already"
		}
		return "an entity is no list, so this is null already"
	})
	up.acted |= e
	return e
}

// checkEmptyMembers finds out what stands for nothing in each member of a view: what it says, or else the habit of the upstreams whose
// answers have it.
func (c *compiler) checkEmptyMembers() {
	by := c.answerers()
	for _, def := range c.order {
		o := c.objects[def.Name]
		if o == nil {
			continue
		}
		for _, f := range o.fields {
			if f.member() {
				f.empty = c.emptyMember(f, by[o])
			}
		}
	}
}

func (c *compiler) emptyMember(f *field, by []*upstream) view.Empty {
	fits := c.memberEmpty(f.def.Type)
	var l *literal
	s := f.site("json")
	if f.json != nil {
		l, s = f.json.literal, f.json.site
	}
	own := l != nil && l.has("empty")
	var habit view.Empty
	for i, up := range by {
		if i > 0 && (up.empty ^ habit).Has(fits) && !own {
			c.report(s, f.def.Position, "both %q and %q answer %s, and their empty differs; say @json(empty:) here", by[0].Name, up.Name, f.object.def.Name)
		}
		habit |= up.empty
	}
	e := c.emptyOf(l, s, habit, fits, fits, func(e view.Empty) string {
		switch {
		case e.Has(view.EmptyNoContent | view.EmptyNotFound):
			return fmt.Sprintf("%s is about a call, and this is a member", e)
		case f.def.Type.Elem != nil:
			return "[] is an empty list already"
		case f.def.Type.NonNull:
			return fmt.Sprintf("the field is %s, which may not be nothing", f.def.Type)
		case e == view.EmptyArray:
			return fmt.Sprintf("the field is %s, and no object", f.def.Type)
		}
		return fmt.Sprintf("the field is %s, and no list, so this is null already", f.def.Type)
	})
	for _, up := range by {
		up.acted |= e
	}
	return e
}

// answerers are the upstreams whose answers have objects of each view.
func (c *compiler) answerers() map[*object][]*upstream {
	by := map[*object][]*upstream{}
	var mark func(name string, up *upstream)
	mark = func(name string, up *upstream) {
		for _, o := range c.variants(name) {
			if !o.view || slices.Contains(by[o], up) {
				continue
			}
			by[o] = append(by[o], up)
			for _, f := range o.fields {
				if f.member() {
					mark(c.answered(f), up)
				}
			}
		}
	}
	for _, def := range c.order {
		if u := c.use(def, "entity"); u != nil && c.upstreams[u.text("upstream")] != nil {
			mark(def.Name, c.upstreams[u.text("upstream")])
		}
		if o := c.objects[def.Name]; o != nil {
			for _, f := range o.fields {
				if f.answer == byHTTP && c.upstreams[f.bound.text("upstream")] != nil {
					mark(c.answered(f), c.upstreams[f.bound.text("upstream")])
				}
			}
		}
	}
	return by
}

// checkHabits reports what an upstream's habit says, and what holds nowhere.
func (c *compiler) checkHabits() {
	if len(c.problems) > 0 {
		return // what could not be read may be what it is about
	}
	for _, name := range c.upstreamNames() {
		up := c.upstreams[name]
		if idle := up.empty &^ up.acted; idle != 0 {
			c.report(up.use.site, up.use.at("empty"), "nothing that %q answers could be spelt %s; remove it", name, strings.Join(idle.Names(), " or "))
		}
	}
}
