package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// pageStyles are the styles by the names that schemas give them.
var pageStyles = map[string]binding.PageStyle{
	"OFFSET": binding.Offset, "PAGE": binding.PageNumber, "CURSOR": binding.Cursor, "LINK": binding.Link, "URL": binding.Link,
}

// page compiles a paged field's page. It returns the arguments that the call may send, all but first and after, and makes
// the call's lookup know the page's own variables.
func (c *compiler) page(f *field, b *binder, args []*argument, of *spec.Binding) []*argument {
	u, l, p := f.bound, f.bound.object("page"), &binding.Page{}
	if f.object.root == ast.Mutation {
		b.report(u.given["page"], "a page is read, and this field changes something; remove page")
	}
	for _, name := range []string{"at", "each"} {
		if u.given[name] != nil {
			b.report(u.given[name], "%s stands beside page, whose items says where the list is; remove %s", name, name)
		}
	}
	cn := c.connectionOf(f, b)
	args = c.pageArguments(f, b, l, args)
	if l != nil {
		p = c.readPage(b, l, cn)
	}
	b.lookup = pageLookup(f, args, p)
	if l == nil || cn == nil {
		b.failed = true
		return args
	}
	of.Page = p
	of.Type = &ast.Type{Elem: cn.Node, Position: f.def.Type.Position}
	return args
}

// readPage reads the literal of a page. cn is nil when the field's type is no connection, which has been reported. Size or At
// is "" in what it returns where the variable's name could not be read.
func (c *compiler) readPage(b *binder, l *literal, cn *spec.Connection) *binding.Page {
	p := &binding.Page{
		Style: pageStyles[l.text("style")], Size: l.text("size"), Start: l.text("start"), Total: l.text("total"), Next: l.text("next"),
		Max: l.number("max"),
	}
	for name, variable := range map[string]*string{"size": &p.Size, "start": &p.Start} {
		if l.has(name) && !variableName.MatchString(*variable) {
			b.report(l.at(name), "page.%s %q is no variable; write its name, of letters, digits and _", name, *variable)
			*variable = "" // not known
		}
	}
	if p.Size == p.Start && p.Size != "" {
		b.report(l.at("start"), "page.size and page.start are the same variable %q; use two", p.Size)
	}
	for _, name := range []string{"items", "next", "cursor", "more"} {
		c.pointer(b.site, l, "page.", name)
	}
	c.checkTotal(b, l, cn)
	b.checkStyle(l, p)
	b.checkSize(l, p)
	b.readFirst(l, p)
	if !l.missing("cursor") {
		b.readKeyset(l, p, cn)
	}
	b.checkOutside(l, p)
	b.checkMax(l, "page.")
	b.failed = b.failed || len(l.wrong) > 0
	return p
}

// checkTotal checks where a page's total stands: at a pointer, or in a header. totalCount cannot do without it.
func (c *compiler) checkTotal(b *binder, l *literal, cn *spec.Connection) {
	name, header := strings.CutPrefix(l.text("total"), "header:")
	switch {
	case l.missing("total") && cn != nil && cn.Total:
		b.report(l.pos, "page.total is missing, and %s has totalCount; say where the total is, or remove totalCount", cn.Def.Name)
	case header && !headerName.MatchString(name):
		b.report(l.at("total"), `page.total: %q is not the name of a header; write one such as "header:X-Total-Count"`, name)
	case !header:
		c.pointer(b.site, l, "page.", "total")
	}
}

// pageArguments checks first and after and returns the other arguments.
func (c *compiler) pageArguments(f *field, b *binder, l *literal, args []*argument) []*argument {
	var others []*argument
	found := map[string]bool{}
	for _, a := range args {
		found[a.def.Name] = true
		switch name := a.def.Name; name {
		case "first", "after":
			c.checkPageArgument(b, l, a)
		case "last", "before":
			b.report(a.def.Position, "the argument %q would read the list backwards, which pages cannot; remove it", name)
		default:
			others = append(others, a)
		}
	}
	for _, want := range []string{"first: Int", "after: String"} {
		if name, _, _ := strings.Cut(want, ":"); !found[name] {
			b.report(f.bound.given["page"], "a paged field has the argument %s; add it", want)
		}
	}
	return others
}

// checkPageArgument checks first or after: its type, and a default that the field would refuse when a client leaves it out.
func (c *compiler) checkPageArgument(b *binder, l *literal, a *argument) {
	name, t, want := a.def.Name, a.def.Type, "Int"
	if name == "after" {
		want = "String"
	}
	fallback := a.def.DefaultValue
	switch {
	case c.types[t.Name()] == nil:
		b.failed = true
	case t.Elem != nil || t.NamedType != want || name == "after" && t.NonNull:
		b.report(a.def.Position, "the argument %q of a paged field is %s; make it %s", name, t, want)
	case fallback == nil || fallback.Kind == ast.NullValue:
	case name == "after":
		b.report(fallback.Position, "no cursor is known before a page is; remove the default of after")
	case l != nil && l.values["max"] != nil:
		if n, err := strconv.Atoi(fallback.Raw); err != nil || n < 0 || n > l.number("max") {
			b.report(fallback.Position, "the default of first is %s, and a client may ask for 0 to %d, which is page.max; change one", fallback, l.number("max"))
		}
	}
	if a.json != nil {
		b.report(a.json.pos, "page.size and page.start say what the template calls them; remove @json")
	}
}

// pageLookup resolves the variables that the page fills, and those of any field. args are without first and after, whose names
// are reported with the variable that stands for them.
func pageLookup(f *field, args []*argument, p *binding.Page) func(*binder, *ast.Position, string) *variable {
	next := fieldLookup(f, args)
	return func(b *binder, pos *ast.Position, name string) *variable {
		m := f.object.field(name)
		if f.object.root != "" {
			m = nil
		}
		known := m != nil || slices.ContainsFunc(args, func(a *argument) bool { return a.name == name || a.def.Name == name })
		switch ours := name == p.Size || name == p.Start; {
		case ours && findArgument(args, name) != nil:
			b.report(pos, "%q is both a variable of page and an argument of %s; rename the argument with @json(name:)", name, f.name())
			return nil
		case ours && m != nil && m.answer == byMember:
			b.report(pos, "%q is both a variable of page and a member of %s; rename the variable, as in ?%s={%sOfPage}", name, f.object.def.Name, name, name)
			return nil
		case ours:
			return &variable{Var: spec.Var{Name: name, Type: pageVariable(p, name, pos)}, Source: spec.Source{Source: binding.Source{Page: true}}}
		case !known:
			b.reportNoVariable(pos, name, p, args)
			return nil
		}
		return next(b, pos, name)
	}
}

// reportNoVariable reports a name that is nothing in a paged field's call. While it is not known what the page's variables
// are called, which has been reported, it may be one of them.
func (b *binder) reportNoVariable(pos *ast.Position, name string, p *binding.Page, args []*argument) {
	var names []string
	for _, name := range []string{p.Size, p.Start} {
		if name != "" {
			names = append(names, name)
		}
	}
	for _, a := range args {
		names = append(names, a.name)
	}
	switch {
	case b.failed && (p.Size == "" || p.Start == ""):
	case name == "first" && p.Size == "":
		b.report(pos, "the page does not send how many elements are wanted; say what takes it at page.size")
	case name == "first":
		b.report(pos, "the page sends the argument first as {%s}; write that", p.Size)
	case name == "after":
		b.report(pos, "the page begins at {%s}, which it knows from the argument after; write that", p.Start)
	default:
		b.report(pos, "there is no %q, which must be a variable of page, an argument or a member; %s", name, use(name, names))
	}
}

// pageVariable is the type that a variable of a page is written as in a body: a number, unless it is a cursor.
func pageVariable(p *binding.Page, name string, pos *ast.Position) *ast.Type {
	if name == p.Start && p.Style != binding.Offset && p.Style != binding.PageNumber {
		return ast.NamedType("String", pos)
	}
	return ast.NamedType("Int", pos)
}

// checkPageSent checks that the call sends both of the page's variables, from where they can do their work.
func (b *binder) checkPageSent(l *literal, p *binding.Page, call *binding.Call) {
	if b.failed {
		return
	}
	for _, name := range []string{"size", "start"} {
		if v := l.text(name); v != "" && !b.uses(v) {
			b.report(l.at(name), "page.%s: the call does not send %q; put {?%s} into the template", name, v, v)
			return
		}
	}
	vars, _ := readTemplate(call.Template)
	inPath := slices.ContainsFunc(vars, func(e expression) bool { return e.name == p.Start && e.path && (e.operator == 0 || e.operator == '.') })
	param := parameterOf(call, p.Start)
	switch {
	case p.Style == binding.Link && param == "":
		b.report(l.at("start"), "with %s page.start is a parameter of the next page's URL; send it as {?%s}, as ?name={%s}, or in query as {name: \"…\", value: \"{%s}\"}", l.text("style"), p.Start, p.Start, p.Start)
	case p.Style == binding.Link && param != p.Start:
		p.Param = param
	case (p.Style == binding.Cursor || p.Style == binding.Keyset) && inPath:
		b.report(l.at("start"), "the first page has no cursor, and the path would have a gap; send it as {?%s}", p.Start)
	}
}
