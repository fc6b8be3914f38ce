package bindgen

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// connection is a field's type, read as a Relay connection.
type connection struct {
	def, edge, info *ast.Definition // edge, info: nil without
	node            *ast.Type
	nodes, total    bool
}

// pagedNode is the type of the nodes of a paged field's connection; "" when the field is not paged, or no connection.
func (c *compiler) pagedNode(f *field) string {
	if f.answer != byHTTP || f.bound.given["page"] == nil {
		return ""
	}
	def := c.types[f.def.Type.Name()]
	if def == nil {
		return ""
	}
	if node := c.nodeOf(def); node != nil {
		return node.Name()
	}
	return ""
}

// nodeOf finds the type of a connection's nodes by its shape; nil when it has none.
func (c *compiler) nodeOf(def *ast.Definition) *ast.Type {
	if edges := def.Fields.ForName("edges"); edges != nil {
		if edge := c.types[edges.Type.Name()]; edge != nil {
			if node := edge.Fields.ForName("node"); node != nil {
				return node.Type
			}
		}
	}
	if nodes := def.Fields.ForName("nodes"); nodes != nil && nodes.Type.Elem != nil {
		return nodes.Type.Elem
	}
	return nil
}

// page compiles a paged field's page. What it returns are the arguments that the call's template may use: all but first
// and after. It makes the template's lookup know the page's own variables.
func (c *compiler) page(f *field, b *binder, args []*argument, binding *Binding) []*argument {
	u := f.bound
	cn := c.readConnection(f, b)
	args = c.pageArguments(f, b, args)
	for _, name := range []string{"at", "each"} {
		if u.given[name] != nil {
			b.report(u.at(name), "%s stands beside page, whose items says where the list is; remove %s", name, name)
		}
	}
	l := u.object("page")
	if l == nil || cn == nil {
		b.failed = true
		return args
	}
	p := &Page{Style: l.text("style"), Size: l.text("size"), At: l.text("at"), Total: l.text("total"), Next: l.text("next"), Max: l.number("max")}
	b.checkMax(l, "page.")
	c.pointer(u.site, l, "page.", "items")
	c.pointer(u.site, l, "page.", "next")
	c.checkTotal(b, l, cn)
	b.checkStyle(l, p)
	b.failed = b.failed || len(l.wrong) > 0
	b.lookup = pageLookup(b.lookup, p)
	binding.Page = p
	binding.Type = &ast.Type{Elem: cn.node, Position: f.def.Type.Position}
	return args
}

// pageLookup resolves the variables that the page fills, and leaves the others to next.
func pageLookup(next func(*binder, *ast.Position, string) *variable, p *Page) func(*binder, *ast.Position, string) *variable {
	return func(b *binder, pos *ast.Position, name string) *variable {
		switch name {
		case p.Size:
			return &variable{Var: Var{name, ast.NamedType("Int", pos)}, Source: Source{Page: true}}
		case p.At:
			return &variable{Var: Var{name, ast.NamedType("String", pos)}, Source: Source{Page: true}}
		}
		return next(b, pos, name)
	}
}

// checkPageUsed checks that the template has both of the page's variables.
func (c *compiler) checkPageUsed(l *literal, b *binder) {
	for _, name := range []string{"size", "at"} {
		if v := l.text(name); !b.uses(v) {
			b.report(l.at(name), "page.%s: the template has no variable %q; put {?%s} into it", name, v, v)
		}
	}
}

// pageArguments checks first and after and returns the other arguments.
func (c *compiler) pageArguments(f *field, b *binder, args []*argument) []*argument {
	want := map[string]string{"first": "Int", "after": "String"}
	var others []*argument
	found := map[string]bool{}
	for _, a := range args {
		typ, ours := want[a.def.Name]
		switch name := a.def.Name; {
		case name == "last" || name == "before":
			b.report(a.def.Position, "the argument %q would read a list backwards, which pages cannot; remove it", name)
		case !ours:
			others = append(others, a)
		case a.def.Type.Elem != nil || a.def.Type.NamedType != typ || name == "after" && a.def.Type.NonNull:
			b.report(a.def.Position, "the argument %q of a paged field is %s; make it %s", name, a.def.Type, typ)
		}
		found[a.def.Name] = true
	}
	for _, name := range []string{"first", "after"} {
		if !found[name] {
			b.report(f.bound.given["page"], "a paged field has the argument %s: %s; add it", name, want[name])
		}
	}
	return others
}

func (c *compiler) checkTotal(b *binder, l *literal, cn *connection) {
	total := l.text("total")
	switch name, header := strings.CutPrefix(total, "header:"); {
	case !l.has("total"):
		if cn.total && !l.wrong["total"] {
			b.report(l.pos, "page.total is missing, and %s has totalCount; say where the total is, or remove totalCount", cn.def.Name)
		}
	case header && strings.Trim(name, "-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") != "" || header && name == "":
		b.report(l.at("total"), "page.total: %q is no header's name; write header:NAME, such as header:X-Total-Count", name)
	case !header:
		c.pointer(b.site, l, "page.", "total")
	}
}

// checkStyle checks that a style has what it needs and nothing that means nothing with it.
func (b *binder) checkStyle(l *literal, p *Page) {
	if l.wrong["style"] {
		return
	}
	switch {
	case p.Style == "PAGE" && p.Total == "" && p.Next == "":
		b.report(l.at("style"), "with PAGE it is total or next that tells whether there are more; give one")
	case p.Style == "CURSOR" && p.Next == "" && !l.wrong["next"]:
		b.report(l.at("style"), "with CURSOR the next page begins at next; say where that is, such as next: \"/next\"")
	case p.Style == "LINK" && p.Next != "":
		b.report(l.at("next"), "with LINK the next page is in the Link header; remove next")
	}
	if p.Size == p.At && p.Size != "" {
		b.report(l.at("at"), "page.size and page.at are the same variable %q; use two", p.Size)
	}
}

// readConnection reads a paged field's type; nil when it is no connection, which has been reported.
func (c *compiler) readConnection(f *field, b *binder) *connection {
	t, pos := f.def.Type, f.bound.given["page"]
	def := c.types[t.Name()]
	if def == nil {
		return nil
	}
	if t.Elem != nil || def.Kind != ast.Object {
		b.report(pos, "a paged field is a connection, and this is %s; make it an object with edges, nodes, pageInfo and totalCount", t)
		return nil
	}
	cn := &connection{def: def, node: c.nodeOf(def)}
	if cn.node == nil || cn.node.Elem != nil {
		b.report(pos, "%s is no connection: it has neither edges with a node nor nodes; add one of them", def.Name)
		return nil
	}
	before := len(c.problems)
	for _, m := range def.Fields {
		c.readConnectionField(b, cn, m)
	}
	if len(c.problems) > before {
		b.failed = true
		return nil
	}
	return cn
}

func (c *compiler) readConnectionField(b *binder, cn *connection, m *ast.FieldDefinition) {
	switch m.Name {
	case "edges":
		cn.edge = c.types[m.Type.Name()]
		c.shape(b, cn.edge, map[string]string{"cursor": "String!", "node": ""})
	case "nodes":
		cn.nodes = true
		if m.Type.Elem == nil || m.Type.Name() != cn.node.Name() {
			b.report(m.Position, "%s.nodes is %s, and the edges' nodes are %s; make it [%s!]!", cn.def.Name, m.Type, cn.node, cn.node.Name())
		}
	case "pageInfo":
		cn.info = c.types[m.Type.Name()]
		c.shape(b, cn.info, map[string]string{"hasNextPage": "Boolean!", "hasPreviousPage": "Boolean!", "startCursor": "String", "endCursor": "String"})
	case "totalCount":
		cn.total = true
		if m.Type.String() != "Int" {
			b.report(m.Position, "%s.totalCount is %s; make it Int, which is null where the upstream does not say", cn.def.Name, m.Type)
		}
	default:
		if m.Directives.ForName("resolver") == nil {
			b.report(m.Position, "a connection has edges, nodes, pageInfo and totalCount, and %s.%s is none of them; remove it or add @resolver", cn.def.Name, m.Name)
		}
	}
}

// shape checks that a type of a connection has only the fields that pages fill, with their types; "" any.
func (c *compiler) shape(b *binder, def *ast.Definition, fields map[string]string) {
	if def == nil {
		return
	}
	for _, m := range def.Fields {
		typ, ok := fields[m.Name]
		switch {
		case !ok && m.Directives.ForName("resolver") == nil:
			b.report(m.Position, "pages do not fill %s.%s; remove it or add @resolver", def.Name, m.Name)
		case ok && typ != "" && m.Type.String() != typ:
			b.report(m.Position, "%s.%s is %s; make it %s", def.Name, m.Name, m.Type, typ)
		}
	}
}

// gatherConnections lists the types of paged fields.
func (c *compiler) gatherConnections(schema *ast.Schema) []*Connection {
	var list []*Connection
	seen := map[string]bool{}
	for _, f := range c.fields {
		if name := f.Def.Type.Name(); f.Binding.Page != nil && !seen[name] {
			seen[name] = true
			cn := &Connection{Def: schema.Types[name], Node: f.Binding.Type.Elem}
			for _, m := range cn.Def.Fields {
				switch m.Name {
				case "edges":
					cn.Edge = schema.Types[m.Type.Name()]
				case "pageInfo":
					cn.PageInfo = schema.Types[m.Type.Name()]
				case "nodes":
					cn.Nodes = true
				case "totalCount":
					cn.Total = true
				}
			}
			list = append(list, cn)
		}
	}
	return list
}
