package check

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// findViews marks the object types whose values are JSON: entities, types with a bound field, types that a call answers,
// and whatever is nested in those. It numbers their members.
func (c *compiler) findViews() {
	for _, def := range c.order {
		o := c.objects[def.Name]
		if o == nil {
			continue
		}
		if u := c.use(def, "entity"); u != nil && o.root == "" {
			c.markView(o)
		}
		for _, f := range o.fields {
			bound := f.answer == byHTTP || f.answer == byLoad
			if bound && o.root == "" {
				c.markView(o)
			}
			if f.answer == byHTTP {
				c.markAnswer(f)
			}
		}
	}
	for _, o := range c.objects {
		slot := 0
		for _, f := range o.fields {
			if o.view && (f.answer == byMember || f.stub()) {
				slot++
				f.slot = slot
			}
		}
	}
}

// markAnswer marks the types that an upstream may give as a field's value.
func (c *compiler) markAnswer(f *field) {
	for _, o := range c.variants(c.answered(f)) {
		c.markView(o)
	}
}

// markView marks a type as a view, and whatever is nested in it. A root type is none, wherever it is met.
func (c *compiler) markView(o *object) {
	if o.view || o.root != "" {
		return
	}
	o.view = true
	for _, f := range o.fields {
		if (f.answer == byMember || f.stub()) && !f.spoilt {
			c.markAnswer(f)
		}
	}
}

// variants are the object types that a value of a type can have: an object type itself, all types of an interface or union,
// none of a leaf or an unknown type.
func (c *compiler) variants(name string) []*object {
	def := c.types[name]
	if def == nil {
		return nil
	}
	if def.Kind == ast.Object {
		if o := c.objects[name]; o != nil {
			return []*object{o}
		}
		return nil
	}
	var list []*object
	for _, d := range c.impls[name] {
		if o := c.objects[d.Name]; o != nil {
			list = append(list, o)
		}
	}
	return list
}

// leaf reports whether a type is a scalar or enum. An unknown type is none, and not reported again.
func (c *compiler) leaf(name string) bool {
	def := c.types[name]
	return def != nil && def.IsLeafType()
}

// keyTypes are the scalars that a key can have: their values have one spelling, so they can be compared.
var keyTypes = map[string]bool{"ID": true, "String": true, "Int": true}

// depth is how many lists a type is in.
func depth(t *ast.Type) int {
	if t.Elem == nil {
		return 0
	}
	return 1 + depth(t.Elem)
}
