package bindgen

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
)

//go:embed views.gotpl
var viewsTemplate string

// What views.gotpl prints; every string is ready to print.
type (
	viewsData struct {
		Vars      []namedExpr
		Enums     []enumData
		Scalars   []string
		Abstracts []abstractData
		Views     []viewData
	}
	namedExpr struct{ Name, Expr string }
	enumData  struct {
		Name, Go, Decoder string
		Values            []spec.EnumValue
	}
	abstractData struct {
		Name, Go, Comment, At, Having string
		Embeds                        []string
		Values                        []variantData
	}
	variantData struct{ Value, Type, Interface string }
	viewData    struct {
		Go, Comment string
		Implements  []string
		Members     []memberData
	}
	memberData struct {
		Go, Comment, Pointer, Slot, Type, Decoder, Encode string
	}
)

// writeViews writes package model's views_gen.go.
func (p *Plugin) writeViews(cfg *config.Config) error {
	return render(cfg, viewsFile(cfg), cfg.Model.Package, viewsTemplate, p.viewsData())
}

func (p *Plugin) viewsData() viewsData {
	d := viewsData{}
	vars := exprVars{}
	for _, def := range sortedTypes(p.service.Schema) {
		if def.Kind == ast.Enum && p.decoded(def.Name) {
			d.Enums = append(d.Enums, enumData{Name: def.Name, Go: templates.ToGoModelName(def.Name), Decoder: p.types.enum("view.", def.Name), Values: p.enumValues(def)})
		}
	}
	for _, s := range p.service.Scalars {
		if p.types.parsers[s] {
			d.Scalars = append(d.Scalars, templates.ToGoModelName(s))
		}
	}
	for _, a := range p.service.Abstracts {
		d.Abstracts = append(d.Abstracts, p.abstractData(a))
	}
	for _, v := range p.service.Views {
		d.Views = append(d.Views, p.viewData(v, vars))
	}
	for name, expr := range vars {
		d.Vars = append(d.Vars, namedExpr{name, expr})
	}
	slices.SortFunc(d.Vars, func(a, b namedExpr) int { return strings.Compare(a.Name, b.Name) })
	return d
}

// decoded reports whether generated code reads values of an enum from JSON.
func (p *Plugin) decoded(enum string) bool {
	for _, v := range p.service.Views {
		for _, m := range v.Members {
			if m.Def.Type.Name() == enum {
				return true
			}
		}
	}
	for _, b := range p.service.Bindings {
		if b.Type.Name() == enum {
			return true
		}
	}
	return false
}

func (p *Plugin) enumValues(def *ast.Definition) []spec.EnumValue {
	if e := p.types.enums[def.Name]; e != nil {
		return e.Values
	}
	var values []spec.EnumValue
	for _, v := range def.EnumValues {
		values = append(values, spec.EnumValue{Name: v.Name, JSON: v.Name})
	}
	return values
}

func (p *Plugin) abstractData(a *spec.Abstract) abstractData {
	goName := templates.ToGoModelName(a.Def.Name)
	d := abstractData{Name: a.Def.Name, Go: goName, Comment: comment(goName, a.Def.Description), At: a.At}
	for _, i := range a.Def.Interfaces {
		d.Embeds = append(d.Embeds, templates.ToGoModelName(i))
	}
	if len(a.Having) > 0 {
		d.Having = havingLiteral(a)
		for _, m := range a.Having {
			d.Values = append(d.Values, variantData{Value: m.Type, Type: templates.ToGoModelName(m.Type), Interface: goName})
		}
		slices.SortFunc(d.Values, func(a, b variantData) int { return strings.Compare(a.Value, b.Value) })
		d.Values = slices.Compact(d.Values) // several members may stand for one type
	}
	for _, v := range a.Values {
		d.Values = append(d.Values, variantData{Value: v.Value, Type: templates.ToGoModelName(v.Type), Interface: goName})
	}
	return d
}

func (p *Plugin) viewData(v *spec.View, vars exprVars) viewData {
	goName := templates.ToGoModelName(v.Name)
	d := viewData{Go: goName, Comment: comment(goName, v.Def.Description)}
	for _, i := range v.Implements {
		d.Implements = append(d.Implements, templates.ToGoModelName(i))
	}
	for _, m := range v.Members {
		field, decoder := templates.ToGo(m.Def.Name), p.types.Decoder(m.Def.Type, m.Each)
		if m.Entries != nil {
			decoder = "view.Listed(" + entriesLiteral(m.Entries) + ", " + decoder + ")"
		}
		if m.Empty != 0 {
			decoder = "view.Meant(" + emptyLiteral(m.Empty) + ", " + decoder + ")"
		}
		d.Members = append(d.Members, memberData{
			Go: field, Comment: comment(field, m.Def.Description), Pointer: m.Pointer, Slot: p.types.slot(v.Name, m.Def.Name),
			Type: p.types.Type(m.Def.Type), Decoder: vars.name(decoder), Encode: p.types.Encode(m, "f."+field),
		})
	}
	return d
}

// exprVars are the composed decoders of a file, each made once when the program starts, by the name of its variable.
type exprVars map[string]string

var notLetter = regexp.MustCompile(`[^A-Za-z0-9]+`)

// name returns the variable of a composed decoder; a plain one is its own name.
func (v exprVars) name(expr string) string {
	if !strings.Contains(expr, "(") {
		return expr
	}
	words := strings.Fields(notLetter.ReplaceAllString(strings.ReplaceAll(expr, "view.", ""), " "))
	for i, w := range words {
		if i > 0 {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	words[0] = strings.ToLower(words[0][:1]) + words[0][1:]
	name := strings.Join(words, "")
	v[name] = expr
	return name
}

func sortedTypes(s *ast.Schema) []*ast.Definition {
	var defs []*ast.Definition
	for _, d := range s.Types {
		if !d.BuiltIn {
			defs = append(defs, d)
		}
	}
	slices.SortFunc(defs, func(a, b *ast.Definition) int { return strings.Compare(a.Name, b.Name) })
	return defs
}
