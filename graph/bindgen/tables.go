package bindgen

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

// tableData is a type as package plan knows it.
type tableData struct {
	Name   string
	Lines  []string
	Fields []namedLiteral
}

// addTables adds what package plan knows of the schema: views, roots, connections, and interfaces and unions of views.
// Hand-written fields and plain structs are left out, and so have no plans.
func (p *Plugin) addTables(d *bindingsData, data *codegen.Data, g *goTypes) {
	t := tabler{p: p, g: g, arguments: map[string]string{}}
	for _, o := range data.Objects {
		for _, f := range o.Fields {
			if len(f.Args) > 0 {
				t.arguments[o.Name+"."+f.Name] = f.ArgsFunc()
			}
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
}

type tabler struct {
	p         *Plugin
	g         *goTypes
	arguments map[string]string // the function of gqlgen's that reads a field's arguments, by "Type.field"
}

func (t tabler) root(def *ast.Definition) tableData {
	d := tableData{Name: def.Name, Lines: []string{satisfies(def.Name)}}
	t.bound(&d, def.Name)
	return d
}

func (t tabler) view(v *View) tableData {
	d := tableData{Name: v.Name, Lines: []string{
		satisfies(append([]string{v.Name}, v.Implements...)...),
		"Shape: " + t.g.model + templates.ToGoModelName(v.Name) + "Shape",
	}}
	for _, m := range v.Members {
		if !m.Hidden {
			d.Fields = append(d.Fields, namedLiteral{m.Def.Name, structLiteral("Type", ref(m.Def.Type), "Slot", strconv.Itoa(m.Slot),
				"Each", strconv.Quote(m.Each), "Leaf", t.leaf(m.Def.Type.Name()))})
		}
	}
	t.bound(&d, v.Name)
	return d
}

// bound adds a type's bound fields.
func (t tabler) bound(d *tableData, object string) {
	for _, f := range t.p.service.Fields {
		if f.Object != object {
			continue
		}
		args := ""
		if name := t.arguments[object+"."+f.Def.Name]; name != "" {
			args = fmt.Sprintf("func(ctx context.Context, raw map[string]any) error { _, err := new(executionContext).%s(ctx, raw); return err }", name)
		}
		d.Fields = append(d.Fields, namedLiteral{f.Def.Name, structLiteral("Type", ref(f.Def.Type), "Leaf", t.leaf(f.Def.Type.Name()), "Bound", fieldVar(f), "Args", args)})
	}
}

// plain is a connection's, edge's or pageInfo's table.
func (t tabler) plain(def *ast.Definition, kind string) tableData {
	d := tableData{Name: def.Name, Lines: []string{"Kind: plan." + kind, satisfies(def.Name)}}
	for _, f := range def.Fields {
		if f.Directives.ForName("resolver") == nil {
			d.Fields = append(d.Fields, namedLiteral{f.Name, structLiteral("Type", ref(f.Type))})
		}
	}
	return d
}

func abstractTable(a *Abstract) tableData {
	d := tableData{Name: a.Def.Name, Lines: []string{"Kind: plan.Abstract"}}
	if a.At == "" {
		return d
	}
	values := make([]string, len(a.Values))
	for i, v := range a.Values {
		values[i] = strconv.Quote(v.Value) + ": " + strconv.Quote(v.Type)
	}
	d.Lines = append(d.Lines, "Discriminator: "+strconv.Quote(a.At), "Variants: map[string]string{"+strings.Join(values, ", ")+"}")
	return d
}

func satisfies(names ...string) string { return "Satisfies: " + stringsLiteral(names) }

func ref(t *ast.Type) string { return "plan.Ref(" + strconv.Quote(t.String()) + ")" }

// leaf is the expression of the view.Append of a scalar or enum; "" for a composite type.
func (t tabler) leaf(name string) string {
	if _, ok := builtinScalars[name]; ok {
		return "view.Append" + name
	}
	goName := t.g.model + templates.ToGoModelName(name)
	switch def := t.p.service.Schema.Types[name]; {
	case def.Kind == ast.Enum:
		return "view.AppendEnum[" + goName + "](" + goName + "JSON)"
	case def.Kind == ast.Scalar && t.p.types.parsers[name]:
		return "view.AppendWith(" + t.g.model + "Decode" + templates.ToGoModelName(name) + ")"
	case def.Kind == ast.Scalar:
		return "view.AppendRaw"
	}
	return ""
}
