package bindgen

import (
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/view"
)

// tableData is a type as package plan knows it.
type tableData struct {
	Name   string
	Lines  []string
	Fields []fieldTable
}

// fieldTable is a field as package plan knows it.
type fieldTable struct {
	Var, Literal string
	Resolver     *resolverTable // nil: not hand-written
}

// resolverTable is how a plan calls a hand-written field.
type resolverTable struct {
	Name   string // in the names of its functions (gqlgen.gotpl)
	Field  *codegen.Field
	Parent string // the parent's view in Go; "" for a root field
	View   string // the view that it answers, or has a list of; "" for scalars and enums
	List   bool
}

// addTables adds what package plan knows of the schema: views, roots, connections, and interfaces and unions of views.
// Plain structs are left out, and so have no plans. It returns what the tables use of gqlgen's code.
func (p *Plugin) addTables(d *bindingsData, data *codegen.Data, g *goTypes) gqlgenData {
	t := tabler{p: p, g: g, gqlgen: map[string]*codegen.Field{}, uses: &gqlgenData{}}
	for _, o := range data.Objects {
		for _, f := range o.Fields {
			t.gqlgen[o.Name+"."+f.Name] = f
		}
	}
	d.Query = p.service.Schema.Query.Name
	d.Tables = append(d.Tables, t.root(p.service.Schema.Query))
	if m := p.service.Schema.Mutation; m != nil {
		d.Mutation = m.Name
		d.Tables = append(d.Tables, t.root(m))
	}
	for _, v := range p.service.Views {
		d.Tables = append(d.Tables, t.view(v))
	}
	for _, a := range p.service.Abstracts {
		d.Tables = append(d.Tables, abstractTable(a))
	}
	pageInfo := map[string]bool{}
	for _, cn := range p.service.Connections {
		d.Tables = append(d.Tables, t.plain(cn.Def, "Connection"))
		if cn.Edge != nil {
			d.Tables = append(d.Tables, t.plain(cn.Edge, "Edge"))
		}
		if cn.PageInfo != nil && !pageInfo[cn.PageInfo.Name] {
			pageInfo[cn.PageInfo.Name] = true
			d.Tables = append(d.Tables, t.plain(cn.PageInfo, "PageInfo"))
		}
	}
	return *t.uses
}

// tabler makes tables. uses grows with each field whose table needs something of gqlgen's generated code.
type tabler struct {
	p      *Plugin
	g      *goTypes
	gqlgen map[string]*codegen.Field // by "Type.field"
	uses   *gqlgenData
}

// root is a root type's table: it has no members, since no upstream answers it as a whole.
func (t tabler) root(def *ast.Definition) tableData {
	d := tableData{Name: def.Name, Lines: []string{satisfies(def.Name)}}
	t.bound(&d, def.Name)
	t.handWritten(&d, def.Name, "")
	return d
}

// view is a view's table: its members, its bound fields, its hand-written ones. What is @inaccessible nobody selects.
func (t tabler) view(v *spec.View) tableData {
	d := tableData{Name: v.Name, Lines: []string{
		satisfies(append([]string{v.Name}, v.Implements...)...),
		"Shape: " + t.g.model + templates.ToGoModelName(v.Name) + "Shape",
	}}
	for _, m := range v.Members {
		if !m.Hidden {
			stub := ""
			if f := t.p.fields[v.Name+"."+m.Def.Name]; f != nil { // it is embedded
				stub = stubVar(f) + ".Stub"
			}
			d.Fields = append(d.Fields, fieldTable{Var: m.Def.Name, Literal: structLiteral("Type", ref(m.Def.Type), "Slot", t.g.slot(v.Name, m.Def.Name),
				"Stub", stub, "Each", strconv.Quote(m.Each), "Empty", emptyLiteral(m.Empty),
				"Rare", rareLiteral(m.Entries), "Leaf", t.leaf(m.Def.Type.Name()), "Hint", hintLiteral(m.Hint),
				"Image", strconv.Quote(m.Image), "Args", t.args(v.Name, m.Def.Name))})
		}
	}
	t.bound(&d, v.Name)
	t.handWritten(&d, v.Name, t.g.model+templates.ToGoModelName(v.Name))
	return d
}

// rareLiteral is what few fields have; "" where one has nothing of that.
func rareLiteral(e *view.Entries) string {
	if e == nil {
		return ""
	}
	return "plan.Rare{Entries: " + entriesLiteral(e) + "}"
}

// handWritten adds a type's hand-written fields, those of them that answer scalars, enums or views. An operation with any other one,
// a list of lists for instance, has no plan, and runs on gqlgen's executor.
func (t tabler) handWritten(d *tableData, object, parent string) {
	for _, hand := range t.p.service.Resolvers {
		of, field, _ := strings.Cut(hand.Name, ".")
		f := t.gqlgen[hand.Name]
		if of != object || f == nil || f.Batch || f.Object.Stream {
			continue
		}
		r := &resolverTable{Name: gqlgenName(object, field), Field: f, Parent: parent, List: f.Type.Elem != nil}
		leaf := "view.AppendRaw"
		if t.leaf(f.Type.Name()) == "" {
			v := t.p.viewOf(f.Type)
			if v == nil {
				continue
			}
			leaf, r.View = "", t.g.model+templates.ToGoModelName(v.Name)
		}
		t.uses.Resolvers = append(t.uses.Resolvers, r)
		d.Fields = append(d.Fields, fieldTable{Var: field, Literal: structLiteral("Type", ref(f.Type), "At", strconv.Quote(relative(hand.At)), "Leaf", leaf), Resolver: r})
	}
}

// bound adds a type's bound fields.
func (t tabler) bound(d *tableData, object string) {
	for _, f := range t.p.service.Fields {
		if f.Object != object || f.Stub != nil {
			continue
		}
		d.Fields = append(d.Fields, fieldTable{Var: f.Def.Name, Literal: structLiteral("Type", ref(f.Def.Type), "Leaf", t.leaf(f.Def.Type.Name()),
			"Bound", fieldVar(f), "Hint", hintLiteral(f.Hint), "Args", t.args(object, f.Def.Name))})
	}
}

// args is the function that coerces a field's arguments; "" where it has none.
func (t tabler) args(object, field string) string {
	f := t.gqlgen[object+"."+field]
	if f == nil || len(f.Args) == 0 {
		return ""
	}
	name := gqlgenName(object, field)
	t.uses.Args = append(t.uses.Args, argsTable{name, f})
	return "args" + name
}

// plain is a connection's, edge's or pageInfo's table.
func (t tabler) plain(def *ast.Definition, kind string) tableData {
	d := tableData{Name: def.Name, Lines: []string{"Kind: plan." + kind, satisfies(def.Name)}}
	for _, f := range def.Fields {
		if f.Directives.ForName("resolver") == nil {
			d.Fields = append(d.Fields, fieldTable{Var: f.Name, Literal: structLiteral("Type", ref(f.Type))})
		}
	}
	return d
}

// abstractTable is an interface's or union's table. Without a discriminator it says no more: only calls that answer one of its types
// give it values.
func abstractTable(a *spec.Abstract) tableData {
	d := tableData{Name: a.Def.Name, Lines: []string{"Kind: plan.Abstract"}}
	if len(a.Having) > 0 {
		d.Lines = append(d.Lines, "Having: "+havingLiteral(a))
	}
	if a.At == "" {
		return d
	}
	d.Lines = append(d.Lines, "Discriminator: "+strconv.Quote(a.At), "Variants: "+variantsLiteral(a))
	return d
}

// variantsLiteral is the types of an interface or union by the discriminator's values.
func variantsLiteral(a *spec.Abstract) string {
	values := make([]string, len(a.Values))
	for i, v := range a.Values {
		values[i] = strconv.Quote(v.Value) + ": " + strconv.Quote(v.Type)
	}
	return "map[string]string{" + strings.Join(values, ", ") + "}"
}

// havingLiteral is the members that tell the types of an interface or union.
func havingLiteral(a *spec.Abstract) string {
	list := make([]string, len(a.Having))
	for i, m := range a.Having {
		list[i] = "view.Has(" + strconv.Quote(m.Has) + ", " + strconv.Quote(m.Type) + ")"
	}
	return "[]view.Having{" + strings.Join(list, ", ") + "}"
}

func satisfies(names ...string) string { return "Satisfies: " + stringsLiteral(names) }

func ref(t *ast.Type) string { return "plan.Ref(" + strconv.Quote(t.String()) + ")" }

// leaf is the expression of the view.Append of a scalar or enum; "" for a composite type.
func (t tabler) leaf(name string) string {
	if _, ok := builtinScalars[name]; ok {
		return "view.Append" + name
	}
	switch def := t.p.service.Schema.Types[name]; {
	case def.Kind == ast.Enum:
		return t.g.enum("view.Append", def.Name)
	case def.Kind == ast.Scalar && t.p.types.shipped[name].Is != nil:
		return "view.Append" + name
	case def.Kind == ast.Scalar && t.p.types.parsers[name]:
		return "view.AppendWith(" + t.g.model + "Decode" + templates.ToGoModelName(name) + ")"
	case def.Kind == ast.Scalar:
		return "view.AppendRaw"
	}
	return ""
}
