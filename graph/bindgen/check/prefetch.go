package check

import (
	"slices"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/prefetch/rule"
)

const (
	leastKept = 2 * time.Second // what is kept for less is gone before anybody asks for it
	maxTop    = 10
)

// checkPrefetches reads every @prefetch.
func (c *compiler) checkPrefetches() {
	c.eachObject(func(o *object) {
		for _, f := range o.fields {
			for _, u := range c.uses[f.def] {
				if u.directive == "prefetch" && !f.spoilt {
					c.prefetch(f, u)
				}
			}
		}
	})
}

// prefetch compiles one @prefetch of a field.
func (c *compiler) prefetch(f *field, u *usage) {
	forms := 0
	for _, name := range []string{"page", "load", "operation"} {
		if !u.missing(name) {
			forms++
		}
	}
	r := rule.Rule{Field: f.name(), At: c.at(u.pos)}
	right := false
	switch {
	case f.object.root == ast.Mutation || f.object.root == ast.Subscription:
		c.report(u.site, u.pos, "what comes after a %s is not known from it; write @prefetch on a field that reads", f.object.root)
	case f.hidden != nil:
		c.report(u.site, u.pos, "clients never select an @inaccessible field; write @prefetch on the field that uses it")
	case forms != 1:
		c.report(u.site, u.pos, "the directive says one thing that is asked for next; give page, load or operation, and write it again for another")
	case u.has("page"):
		right = c.prefetchPage(f, u, &r)
	case u.has("load"):
		right = c.prefetchLoad(f, u, &r)
	case u.has("operation"):
		right = c.prefetchOperation(f, u, &r)
	}
	for _, name := range []string{"with", "top"} {
		if !u.missing(name) && u.missing("operation") && forms == 1 {
			c.report(u.site, u.at(name), "%s goes with operation; remove it", name)
			right = false
		}
	}
	if right {
		c.Prefetches = append(c.Prefetches, r)
	}
}

// prefetchPage reads what comes after a page, or after a part of a list of keys.
func (c *compiler) prefetchPage(f *field, u *usage, r *rule.Rule) bool {
	bound := c.bound(f)
	switch {
	case bound == nil && (f.answer == byHTTP || f.answer == byLoad): // reported
		return false
	case bound != nil && bound.Binding.Page != nil:
		r.Page = true
	case bound != nil && bound.Part != nil && bound.Binding.Func == "":
		if bound.Binding.Batch == nil {
			c.report(u.site, u.at("page"), "the next keys of %s could only ride in a batch; give @entity of %s one, or remove it", f.name(), bound.Binding.Name)
			return false
		}
		r.Rest = bound.Binding.Upstream
	case bound == nil || bound.Part == nil:
		c.report(u.site, u.at("page"), "%s has no pages; remove it, or give its @http a page, or its @load of a list of keys a first", f.name())
		return false
	}
	return c.keepsLongEnough(u, u.at("page"), f.name(), bound.Binding)
}

// keepsLongEnough reports where nothing keeps what a binding loads until somebody asks for it.
func (c *compiler) keepsLongEnough(u *usage, pos *ast.Position, name string, b *spec.Binding) bool {
	switch p := b.Cache; {
	case b.Func != "":
		c.report(u.site, pos, "Go answers %s, and is not run before somebody asks, since there is no request that it could look at; remove it", name)
	case p == nil || !p.HasMaxAge:
		c.report(u.site, pos, "nothing says that what %s loads is kept until it is asked for; give it, or its type, @cacheControl(maxAge:)", name)
	case p.MaxAge < leastKept:
		c.report(u.site, pos, "what %s loads is kept for %s, which is over before it is asked for; give it a maxAge of %s at least", name, p.MaxAge, leastKept)
	default:
		return true
	}
	return false
}

// prefetchLoad reads the field that is loaded of the objects that f gives.
func (c *compiler) prefetchLoad(f *field, u *usage, r *rule.Rule) bool {
	o := c.objects[c.answered(f)]
	if o == nil {
		c.report(u.site, u.at("load"), "%s gives no objects of one type, of which a field could be loaded; remove it", f.name())
		return false
	}
	r.Load = u.text("load")
	its := o.field(r.Load)
	if its == nil || its.hidden != nil {
		c.report(u.site, u.at("load"), "there is no field %q of %s; %s", r.Load, o.def.Name, use(r.Load, loadable(o)))
		return false
	}
	if its.spoilt {
		return false
	}
	if its.answer != byHTTP && its.answer != byLoad {
		c.report(u.site, u.at("load"), "%s takes no call: it is loaded with %s; name a field with @http or @load", its.name(), f.name())
		return false
	}
	for _, a := range its.def.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil {
			c.report(u.site, u.at("load"), "%s needs the argument %s, which nobody has given yet; name another field", its.name(), a.Name)
			return false
		}
	}
	b := c.loadedBy(its)
	if b == nil {
		return false // reported
	}
	if own := c.loadedBy(f); own != nil && !c.keepsLongEnough(u, u.at("load"), f.name(), own) {
		return false
	}
	if r.Member = c.memberOf(its, b); r.Member == "" && c.objects[c.answered(its)] != nil {
		c.report(u.site, u.at("load"), "%s has nothing but its key to be loaded; name another field", its.name())
		return false
	}
	return c.keepsLongEnough(u, u.at("load"), its.name(), b)
}

// loadedBy is the binding that answers a field; nil: none, or something is wrong with it, which has been reported.
func (c *compiler) loadedBy(f *field) *spec.Binding {
	if f.answer == byLoad {
		if e := c.entities[c.loaded(f)]; e != nil {
			return e.binding
		}
		return nil
	}
	if bound := c.bound(f); bound != nil {
		return bound.Binding
	}
	return nil
}

// memberOf is the way to a member of the objects that a field gives, without arguments and no part of their key; "": there is none.
func (c *compiler) memberOf(f *field, b *spec.Binding) string {
	o := c.objects[c.answered(f)]
	if o == nil {
		return ""
	}
	for _, m := range o.fields {
		part := b.Entity && slices.ContainsFunc(b.Vars, func(v spec.Var) bool { return v.Name == m.def.Name })
		if m.member() && m.hidden == nil && !part && len(m.def.Arguments) == 0 && c.isLeaf(m.def.Type.Name()) {
			return c.withinPage(f) + m.def.Name
		}
	}
	return ""
}

// withinPage is what stands before the name of a member of a paged field's nodes; "" of any other field.
func (c *compiler) withinPage(f *field) string {
	switch def := c.types[f.def.Type.Name()]; {
	case c.answered(f) == f.def.Type.Name():
		return ""
	case def.Fields.ForName("nodes") != nil:
		return "nodes/"
	}
	return "edges/node/"
}

func (c *compiler) isLeaf(name string) bool {
	def := c.types[name]
	return def != nil && (def.Kind == ast.Scalar || def.Kind == ast.Enum)
}

// loadable are the names of the fields of an object that take a call.
func loadable(o *object) (names []string) {
	for _, f := range o.fields {
		if f.hidden == nil && (f.answer == byHTTP || f.answer == byLoad) {
			names = append(names, f.def.Name)
		}
	}
	return names
}

// prefetchOperation reads the operation that follows, and its variables.
func (c *compiler) prefetchOperation(f *field, u *usage, r *rule.Rule) bool {
	r.Operation, r.With, r.Top = u.text("operation"), map[string]string{}, u.number("top")
	if f.object.root != ast.Query {
		c.report(u.site, u.at("operation"), "an operation follows another one, so it is said on a field of Query")
		return false
	}
	if r.Operation == "" {
		c.report(u.site, u.at("operation"), "operation is empty; give the name of an operation of a manifest")
		return false
	}
	if r.Top < 1 || r.Top > maxTop {
		c.report(u.site, u.at("top"), "top is %d; give 1 to %d", r.Top, maxTop)
		return false
	}
	lists := 0
	if n := u.values["with"]; n != nil {
		if n.value.Kind != ast.ObjectValue {
			c.report(u.site, n.pos, `with gives each variable a pointer into the answer; write {id: "/%s/…"}`, f.def.Name)
			return false
		}
		for _, child := range n.value.Children {
			pointer := child.Value.Raw
			if child.Value.Kind != ast.StringValue || !c.answerPointer(f, u, child.Value.Position, pointer) {
				return false
			}
			r.With[child.Name] = pointer
			lists += strings.Count(pointer, "*")
		}
	}
	if u.given["top"] != nil && lists == 0 {
		c.report(u.site, u.at("top"), "top counts the elements of a list, and no pointer has a *; remove it")
		return false
	}
	return true
}

// answerPointer checks a pointer into the answer to a field of Query, by names of fields, with * for an element of a list, to a scalar.
func (c *compiler) answerPointer(f *field, u *usage, pos *ast.Position, pointer string) bool {
	segments, err := rule.Segments(pointer)
	switch {
	case err != nil:
		c.report(u.site, pos, "%s", err)
		return false
	case segments[0] != f.def.Name:
		c.report(u.site, pos, "%q begins at another field; begin with /%s", pointer, f.def.Name)
		return false
	case strings.Count(pointer, "*") > 1:
		c.report(u.site, pos, "%q has several *; one list is gone through", pointer)
		return false
	}
	t := f.def.Type
	for i, name := range segments[1:] {
		here := "/" + strings.Join(segments[:i+1], "/")
		def := c.types[t.Name()]
		switch {
		case def == nil:
			return false // reported
		case t.Elem != nil:
			if name != "*" {
				c.report(u.site, pos, "%s of %q is a list; write %s/*", here, pointer, here)
				return false
			}
			t = t.Elem
			continue
		case name == "*":
			c.report(u.site, pos, "%s of %q is %s, and no list", here, pointer, t)
			return false
		}
		next := def.Fields.ForName(name)
		if next == nil {
			c.report(u.site, pos, "there is no field %q of %s, to which %s points; %s", name, def.Name, here, use(name, fieldNames(def)))
			return false
		}
		t = next.Type
	}
	if t.Elem != nil || !c.isLeaf(t.Name()) {
		c.report(u.site, pos, "%q points to %s; a variable takes one scalar", pointer, t)
		return false
	}
	return true
}
