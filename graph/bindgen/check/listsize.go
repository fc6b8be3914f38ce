package check

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
)

// maxSize bounds what @listSize may say.
const maxSize = 1_000_000

// defaultFirst is how many elements of a page there are for a client that does not say; see binding.Page.
const defaultFirst = 20

// listSize is how many elements the list of a field has: what its page, or its list of keys, says, or its @listSize; nil: nobody does.
func (c *compiler) listSize(f *field) *spec.ListSize {
	implied := c.impliedSize(f)
	u := c.use(f.def, "listSize")
	switch {
	case u == nil:
		return implied
	case implied != nil && len(implied.Sized) > 0: // a page: its connection's lists have the size
		c.report(u.site, u.pos, "page says how many elements there are, at most page.max; remove @listSize")
		return nil
	case implied != nil:
		c.report(u.site, u.pos, "there are as many elements as the argument %q has keys; remove @listSize", strings.Join(implied.Slicing[0], "."))
		return nil
	case c.madeByPages(f.object.def.Name) && f.answer != byResolver:
		c.report(u.site, u.pos, "pages fill the field; the paged field says how many elements there are; remove @listSize")
		return nil
	}
	size := &spec.ListSize{One: u.flag("requireOneSlicingArgument")}
	if u.has("assumedSize") {
		if size.Assumed = u.number("assumedSize"); size.Assumed < 1 || size.Assumed > maxSize {
			c.report(u.site, u.at("assumedSize"), "assumedSize is %d; give 1 to %d", size.Assumed, maxSize)
		}
	}
	for _, n := range u.list("slicingArguments") {
		if path := c.slicingArgument(u, f, n); path != nil {
			size.Slicing = append(size.Slicing, path)
		}
	}
	c.sizedFields(u, f, size)
	switch {
	case u.missing("assumedSize") && u.missing("slicingArguments"):
		c.report(u.site, u.pos, "the directive says no size; give assumedSize or slicingArguments")
	case u.missing("slicingArguments") && u.given["requireOneSlicingArgument"] != nil:
		c.report(u.site, u.given["requireOneSlicingArgument"], "there are no slicingArguments of which one could be required; remove it")
	}
	size.One = size.One && size.Slicing != nil // true is the directive's default, and means nothing without slicing arguments
	return size
}

// impliedSize is the size of a page, or of a list by keys that are an argument; nil: it is none.
func (c *compiler) impliedSize(f *field) *spec.ListSize {
	bound := c.bound(f)
	switch {
	case bound == nil:
		return nil
	case bound.Binding.Page != nil:
		most := bound.Binding.Page.Max
		size := &spec.ListSize{Assumed: most, Default: min(defaultFirst, most), Slicing: [][]string{{"first"}}}
		if def := c.types[f.def.Type.Name()]; def != nil {
			for _, name := range []string{"edges", "nodes"} {
				if def.Fields.ForName(name) != nil {
					size.Sized = append(size.Sized, name)
				}
			}
		}
		return size
	case bound.Keys && bound.Sources[0].Argument != "":
		s := bound.Sources[0]
		return &spec.ListSize{Slicing: [][]string{append([]string{s.Argument}, s.Path...)}, Keys: true}
	}
	return nil
}

// slicingArgument reads the path to an argument, or to a member of an input object, that tells the size: a number, or a list, which
// has as many elements; nil: it is wrong, which has been reported.
func (c *compiler) slicingArgument(u *usage, f *field, n *node) []string {
	path := strings.Split(n.value.Raw, ".")
	a := f.def.Arguments.ForName(path[0])
	if a == nil {
		names := make([]string, len(f.def.Arguments))
		for i, a := range f.def.Arguments {
			names[i] = a.Name
		}
		c.report(u.site, n.pos, "there is no argument %q of %s; %s", path[0], f.name(), use(path[0], names))
		return nil
	}
	t := c.inputPath(u.site, n.pos, a.Type, path)
	if t == nil {
		return nil
	}
	if t.Elem == nil && t.NamedType != "Int" {
		c.report(u.site, n.pos, "%q is %s, which is no size; name an argument of type Int, or a list", n.value.Raw, t)
		return nil
	}
	return path
}

// sizedFields reads the fields that have the size in place of the field itself, and checks that there is a list to have it.
func (c *compiler) sizedFields(u *usage, f *field, size *spec.ListSize) {
	t := f.def.Type
	def := c.types[t.Name()]
	items := u.list("sizedFields")
	switch {
	case def == nil || u.wrong["sizedFields"]:
		return
	case len(items) == 0 && t.Elem == nil:
		c.report(u.site, u.pos, "the field is %s, and no list; name the lists in it with sizedFields, or remove @listSize", t)
		return
	case len(items) > 0 && t.Elem != nil:
		c.report(u.site, u.at("sizedFields"), "the field itself is the list %s; remove sizedFields", t)
		return
	}
	for _, n := range items {
		name := n.value.Raw
		inner := def.Fields.ForName(name)
		switch {
		case inner == nil:
			c.report(u.site, n.pos, "there is no field %q of %s; %s", name, def.Name, use(name, listNames(def)))
		case inner.Type.Elem == nil:
			c.report(u.site, n.pos, "%s.%s is %s, and no list; remove it", def.Name, name, inner.Type)
		default:
			size.Sized = append(size.Sized, name)
		}
	}
}

// listNames are the names of the fields of a type that are lists.
func listNames(def *ast.Definition) []string {
	var names []string
	for _, f := range def.Fields {
		if f.Type.Elem != nil {
			names = append(names, f.Name)
		}
	}
	return names
}
