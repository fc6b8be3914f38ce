package check

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
)

// What pages fill in a connection's edges and its pageInfo: all of these, with these types. An edge's node is any.
var (
	edgeParts     = []part{{"cursor", "String!"}, {"node", ""}}
	pageInfoParts = []part{{"hasNextPage", "Boolean!"}, {"hasPreviousPage", "Boolean!"}, {"startCursor", "String"}, {"endCursor", "String"}}
)

// part is a field that pages fill, and its type; "" any.
type part struct{ name, typ string }

// answered is the name of the type that a call or the parent's JSON gives for a field: of a paged field it is its nodes'.
func (c *compiler) answered(f *field) string {
	def := c.types[f.def.Type.Name()]
	if f.answer == byHTTP && f.bound.given["page"] != nil && def != nil {
		if node := c.nodeOf(def); node != nil {
			return node.Name()
		}
	}
	return f.def.Type.Name()
}

// nodeOf finds the type of a connection's nodes by its shape; nil when it is no connection.
func (c *compiler) nodeOf(def *ast.Definition) *ast.Type {
	if def.Kind != ast.Object {
		return nil
	}
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

// connectionOf reads a paged field's type; nil when it is no connection, or one with a mistake, which has been reported.
func (c *compiler) connectionOf(f *field, b *binder) *spec.Connection {
	t, pos := f.def.Type, f.bound.given["page"]
	def := c.types[t.Name()]
	if def == nil {
		return nil // reported where it is named
	}
	if t.Elem != nil || def.Kind != ast.Object {
		b.report(pos, "a paged field is a connection, and this one is %s; make it an object type with edges, nodes, pageInfo and totalCount", t)
		return nil
	}
	node := c.nodeOf(def)
	switch {
	case node == nil:
		b.report(pos, "%s is no connection: it has neither edges with a node nor a list of nodes; add one of them", def.Name)
		return nil
	case c.types[node.Name()] == nil:
		return nil
	case node.Elem != nil:
		b.report(pos, "a node of %s is the list %s; make it one value", def.Name, node)
		return nil
	case c.roots[node.Name()] != "":
		b.report(pos, "a node of %s is the root type %s, which is no JSON; use another type", def.Name, node.Name())
		return nil
	}
	return c.connection(def, node)
}

// connection reads a connection's type, once, whichever paged field comes first; nil when something is wrong with it, which
// has been reported. It asks of its types that they are no views: what pages make in Go cannot be decoded from JSON, too.
func (c *compiler) connection(def *ast.Definition, node *ast.Type) *spec.Connection {
	if cn, read := c.connections[def.Name]; read {
		return cn
	}
	cn := &spec.Connection{Def: def, Node: node}
	before := len(c.problems)
	for _, f := range c.objects[def.Name].fields {
		c.connectionField(cn, f)
	}
	if cn.Edge == nil && cn.PageInfo == nil && len(c.problems) == before {
		c.report(site{owner: def.Name}, def.Position, "it has neither edges nor pageInfo, so clients would never see a cursor for after; add pageInfo: PageInfo!")
	}
	for _, part := range []*ast.Definition{def, cn.Edge, cn.PageInfo} {
		if part != nil && c.objects[part.Name].view && len(c.problems) == before {
			c.report(site{owner: part.Name}, part.Position, "pages make %s in Go, and elsewhere it is JSON that an upstream answers; use a type for each", part.Name)
		}
	}
	if len(c.problems) > before {
		cn = nil
	}
	c.connections[def.Name] = cn
	return cn
}

// connectionField checks one field of a connection's type and notes that pages fill it.
func (c *compiler) connectionField(cn *spec.Connection, f *field) {
	switch t := f.def.Type; f.def.Name {
	case "edges":
		if t.Elem == nil || t.Elem.Elem != nil {
			c.report(f.site(""), f.def.Position, "the field is %s; make it the list [%s!]!", t, t.Name())
		}
		c.checkFilled(f, "")
		cn.Edge = c.connectionPart(f, edgeParts)
	case "nodes":
		cn.Nodes = true
		if t.Elem == nil || t.Elem.String() != cn.Node.String() {
			c.report(f.site(""), f.def.Position, "the field is %s, and a node is %s; make it [%s]!", t, cn.Node, cn.Node)
		}
		c.checkFilled(f, "")
	case "pageInfo":
		if t.Elem != nil {
			c.report(f.site(""), f.def.Position, "the field is %s; make it the single %s!", t, t.Name())
		}
		c.checkFilled(f, "")
		cn.PageInfo = c.connectionPart(f, pageInfoParts)
	case "totalCount":
		cn.Total = true
		c.checkFilled(f, "Int")
	default:
		c.checkOther(f, "edges, nodes, pageInfo and totalCount")
	}
}

// connectionPart checks the type of a connection's edges or pageInfo: an object with all its parts. Other fields are Go's.
func (c *compiler) connectionPart(of *field, parts []part) *ast.Definition {
	def := c.types[of.def.Type.Name()]
	if def == nil {
		return nil
	}
	o := c.objects[def.Name]
	if o == nil || o.root != "" {
		c.report(of.site(""), of.def.Position, "%s is %s, which pages cannot make; use an object type", def.Name, aKind(def.Kind))
		return nil
	}
	types := map[string]string{}
	var names []string
	for _, p := range parts {
		types[p.name], names = p.typ, append(names, p.name)
		if o.field(p.name) == nil {
			c.report(site{owner: def.Name}, def.Position, "pages fill the field %s, which is not there; add it", p.text())
		}
	}
	for _, f := range o.fields {
		if typ, ours := types[f.def.Name]; ours {
			c.checkFilled(f, typ)
		} else {
			c.checkOther(f, strings.Join(names[:len(names)-1], ", ")+" and "+names[len(names)-1])
		}
	}
	return def
}

// text is a part as it is written in a schema.
func (p part) text() string {
	if p.typ == "" {
		return p.name
	}
	return p.name + ": " + p.typ
}

// checkFilled checks a field that pages fill. typ is what they give; "" is checked elsewhere.
func (c *compiler) checkFilled(f *field, typ string) {
	switch {
	case f.spoilt || c.types[f.def.Type.Name()] == nil:
	case f.bound != nil:
		c.report(f.bound.site, f.bound.pos, "pages fill the field; remove @%s", f.bound.directive)
	case len(f.def.Arguments) > 0:
		a := f.def.Arguments[0]
		c.report(f.site(""), a.Position, "no page uses the argument %q; remove it", a.Name)
	case typ != "" && f.def.Type.String() != typ:
		c.report(f.site(""), f.def.Position, "the field is %s, and pages give %s; make it %s", f.def.Type, typ, typ)
	}
}

// checkOther checks a field that pages do not fill: Go must.
func (c *compiler) checkOther(f *field, names string) {
	if f.answer != byResolver && !f.spoilt {
		c.report(f.site(""), f.def.Position, "pages fill only %s; remove the field or answer it by @resolver", names)
	}
}

// gatherConnections lists the types of paged fields, with their definitions in the validated schema: see gather.
func (c *compiler) gatherConnections(schema *ast.Schema) []*spec.Connection {
	var list []*spec.Connection
	for _, def := range c.order {
		cn := c.connections[def.Name]
		if cn == nil {
			continue
		}
		cn.Def = schema.Types[cn.Def.Name]
		if cn.Edge != nil {
			cn.Edge = schema.Types[cn.Edge.Name]
		}
		if cn.PageInfo != nil {
			cn.PageInfo = schema.Types[cn.PageInfo.Name]
		}
		list = append(list, cn)
	}
	return list
}
