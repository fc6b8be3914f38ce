package check

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/imageurl"
)

// checkImage checks @imageURL, which stands on a member that is one text, and the arguments that say what is wanted of it.
func (c *compiler) checkImage(f *field) {
	u := f.image
	if u.has("service") && !upstreamName.MatchString(u.text("service")) {
		c.report(u.site, u.at("service"), "the name %q is not usable in configuration; use lower-case letters, digits and hyphens, a letter first", u.text("service"))
	}
	switch {
	case f.object.root != "":
		c.report(u.site, u.pos, "a root field has no parent to read the picture's URL from; remove @imageURL")
		return
	case f.bound != nil:
		c.report(u.site, u.pos, "the field has @%s and is no member of JSON; remove one of them", f.bound.directive)
		return
	case f.hidden != nil:
		c.report(u.site, u.pos, "clients do not see the field, so nobody gives it arguments; remove @imageURL or @inaccessible")
		return
	case !f.object.view && !f.spoilt:
		c.reportPlain(u, f)
		return
	}
	if def := c.types[f.def.Type.Name()]; def != nil && (f.def.Type.Elem != nil || def.Kind != ast.Scalar || def.BuiltIn && def.Name != "String") {
		c.report(u.site, u.pos, "a picture's URL is a String, or a scalar of the schema's own, and the field is %s", f.def.Type)
	}
	if len(f.def.Arguments) == 0 {
		c.report(u.site, u.pos, "the field has no argument that says what is wanted; add one, such as width: Int")
	}
	for _, a := range f.def.Arguments {
		c.checkImageArgument(u.site, a)
	}
}

// checkImageArgument checks that an argument is one that image services know, and that clients may leave it out.
func (c *compiler) checkImageArgument(s site, a *ast.ArgumentDefinition) {
	words, known := imageurl.Arguments[a.Name]
	def := c.types[a.Type.Name()]
	switch {
	case !known:
		names := slices.Sorted(maps.Keys(imageurl.Arguments))
		c.report(s, a.Position, "image services do not know the argument %q; %s", a.Name, use(a.Name, names))
	case def == nil: // which has been reported
	case a.Type.NonNull:
		c.report(s, a.Position, "%s is %s, so that nobody could ask for the picture as it is; make it %s", a.Name, a.Type, a.Type.Name())
	case words == nil && (a.Type.Elem != nil || def.Name != "Int"):
		c.report(s, a.Position, "%s must be an Int, and is %s", a.Name, a.Type)
	case words != nil && (a.Type.Elem != nil || def.Kind != ast.Enum):
		c.report(s, a.Position, "%s must be an enum of %s, and is %s", a.Name, choices(words), a.Type)
	case words != nil:
		for _, v := range def.EnumValues {
			if !slices.Contains(words, v.Name) {
				c.report(s, v.Position, "%s: image services do not know %s; %s", a.Name, v.Name, use(v.Name, words))
			}
		}
	}
}
