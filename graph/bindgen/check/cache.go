package check

import (
	"slices"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// maxSeconds bounds the times of @cacheControl: a year.
const maxSeconds = 365 * 24 * 60 * 60

// stored is what the directives about caching need of an object type: how its values come, and what is said of them.
//
// What is stored is always the whole value of a binding. Objects inside it are stored with it, under its policy, so that
// what their own type says can only make an answer stricter that selects them: see [binding.Hint].
type stored struct {
	whole   bool                  // a call that reads gives it
	variant bool                  // a call that reads gives an interface or union of it
	inside  bool                  // it is a member of another view
	unclear bool                  // how it comes depends on something unreadable: all of these are true
	policy  binding.CachePolicy   // its @cacheControl
	tags    []spec.Tag            // its @cacheTag
	holders []binding.CachePolicy // of all bindings whose values have objects of it, at any depth, each once
}

// checkCache reads @cacheControl, @cacheTag and @invalidates and puts what they say to the bindings and fields that they
// are about. Three rounds over all types: what types say, what fields say over that, and, once it is known which policies
// hold each type's values, which hints can have an effect.
func (c *compiler) checkCache() {
	c.findStored()
	c.eachObject(func(o *object) {
		c.typePolicy(o)
		c.typeTags(o)
	})
	c.eachObject(func(o *object) {
		for _, f := range o.fields {
			c.fieldPolicy(f)
			c.fieldTags(f)
			c.invalidates(f)
		}
		c.entityCache(o)
	})
	c.spreadHolders()
	c.eachObject(func(o *object) {
		for _, f := range o.fields {
			c.fieldHint(f)
		}
	})
}

// eachObject visits the object types in the order of the files, those without a binding included.
func (c *compiler) eachObject(visit func(*object)) {
	for _, def := range c.order {
		if o := c.objects[def.Name]; o != nil {
			visit(o)
		}
	}
}

// findStored finds how the values of every object type come.
func (c *compiler) findStored() {
	c.stored = map[string]*stored{}
	c.eachObject(func(o *object) {
		s := &stored{whole: c.entities[o.def.Name] != nil}
		c.stored[o.def.Name] = s
		if c.spoilt[o.def] {
			s.obscure()
		}
	})
	c.eachObject(func(o *object) {
		for _, f := range o.fields {
			for _, v := range c.variants(c.answered(f)) {
				s := c.stored[v.def.Name]
				switch {
				case f.spoilt:
					s.obscure()
				case f.reads() && v.def.Name == c.answered(f):
					s.whole = true
				case f.reads():
					s.variant = true
				case o.view && (f.answer == byMember || f.stub()):
					s.inside = true
				}
			}
		}
	})
}

// obscure notes that it is not known how values come: then no directive is refused because they do not.
func (s *stored) obscure() { s.whole, s.variant, s.inside, s.unclear = true, true, true, true }

// spreadHolders adds to the holders of each type those of the types that it is nested in. Types may be nested in each other,
// so it goes round until nothing changes; it ends, since there are only so many policies.
func (c *compiler) spreadHolders() {
	for changed := true; changed; {
		changed = false
		c.eachMember(func(outer, inner *stored) {
			changed = changed || outer.unclear && !inner.unclear
			inner.unclear = inner.unclear || outer.unclear
			for _, p := range outer.holders {
				if !slices.Contains(inner.holders, p) {
					changed = true
					inner.holders = append(inner.holders, p)
				}
			}
		})
	}
}

// eachMember visits the type of each view with each type that its members have.
func (c *compiler) eachMember(visit func(outer, inner *stored)) {
	c.eachObject(func(o *object) {
		for _, f := range o.fields {
			if !f.member() && !f.stub() {
				continue
			}
			for _, v := range c.variants(f.def.Type.Name()) {
				visit(c.stored[o.def.Name], c.stored[v.def.Name])
			}
		}
	})
}

// storable reports whether a directive about caching can stand on a type: a call that reads must give its values. What is
// wrong it notes as a problem.
func (c *compiler) storable(o *object, u *usage) bool {
	s := c.stored[o.def.Name]
	switch {
	case o.root != "":
		c.report(u.site, u.pos, "a root type is no value that is stored; write @%s on its fields", u.directive)
	case c.madeByPages(o.def.Name):
		c.report(u.site, u.pos, "pages make %s in Go; write @%s on the type of its nodes, or on the paged field", o.def.Name, u.directive)
	case !s.whole && !s.variant && !s.inside:
		c.report(u.site, u.pos, "no call that reads answers %s, so there is nothing to store; remove @%s, or bind a field to an upstream that answers %s",
			o.def.Name, u.directive, o.def.Name)
	default:
		return true
	}
	return false
}

// reads reports whether a call of the field's own reads its value, so that there is a value to store.
func (f *field) reads() bool {
	return f.answer == byHTTP && f.object.root != ast.Mutation && f.object.root != ast.Subscription
}

// madeByPages reports whether a type is a connection's, an edge's or a pageInfo's.
func (c *compiler) madeByPages(name string) bool {
	for _, cn := range c.connections {
		if cn != nil && (cn.Def.Name == name || cn.Edge != nil && cn.Edge.Name == name || cn.PageInfo != nil && cn.PageInfo.Name == name) {
			return true
		}
	}
	return false
}

// entityCache gives an entity's binding what its type says.
func (c *compiler) entityCache(o *object) {
	e, s := c.entities[o.def.Name], c.stored[o.def.Name]
	if e == nil {
		return
	}
	s.holders = append(s.holders, s.policy)
	c.identified(o, e)
	if e.binding != nil {
		e.binding.Cache, e.binding.Tags = orNil(s.policy), s.tags
	}
}

// identified refuses to keep what Go answers as long as nobody says whose it is.
func (c *compiler) identified(o *object, e *entity) {
	b := e.binding
	if b == nil || b.Func == "" {
		return
	}
	for _, directive := range []string{"cacheControl", "cacheTag"} {
		if u := c.use(o.def, directive); u != nil && b.Identity == nil {
			c.report(u.site, u.pos, `Go answers it, and nobody says what its values depend on: add identity: [] to @entity if on nothing but the key, or identity: ["authorization"] if on who asks`)
		}
	}
	if k := c.control(o.def); k != nil && k.has("staleWhileRevalidate") && len(b.Identity) > 0 {
		c.report(k.site, k.at("staleWhileRevalidate"), "a refresh has no request, so %s could not tell whose value to load: remove it, or identity", b.Func)
	}
}

// bound returns what a field's directive compiled to; nil when something is wrong with it, which has been reported.
func (c *compiler) bound(f *field) *spec.Field {
	for _, found := range c.fields {
		if found.Object == f.object.def.Name && found.Def == f.def {
			return found
		}
	}
	return nil
}

// control is a @cacheControl with its times read: maxAge, staleWhileRevalidate and staleIfError. nil is not said, which
// differs from 0.
type control struct {
	*usage
	maxAge, revalidate, ifError *time.Duration
}

// control reads a field's or type's @cacheControl; nil: it has none.
func (c *compiler) control(node any) *control {
	u := c.use(node, "cacheControl")
	if u == nil {
		return nil
	}
	return &control{u, c.seconds(u, "maxAge"), c.seconds(u, "staleWhileRevalidate"), c.seconds(u, "staleIfError")}
}

// seconds reads a time; nil: it is not there, or wrong, which has been reported.
func (c *compiler) seconds(u *usage, name string) *time.Duration {
	if !u.has(name) {
		return nil
	}
	n := u.number(name)
	if n < 0 || n > maxSeconds {
		c.report(u.site, u.at(name), "%s is %d; give 0 to %d seconds, which are a year", name, n, maxSeconds)
		u.wrong[name] = true
		return nil
	}
	d := time.Duration(n) * time.Second
	return &d
}
