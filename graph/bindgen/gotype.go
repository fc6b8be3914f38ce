package bindgen

import (
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/scalar"
)

// goTypes knows how GraphQL types are called in generated Go, and which expression decodes them from JSON.
type goTypes struct {
	schema  *ast.Schema
	parsers map[string]bool // custom scalars that Go converts, by their GraphQL name
	shipped map[string]scalar.Scalar
	enums   map[string]*spec.Enum // those that are spelt differently in JSON, by name
	model   string                // the model package as the file being printed names it, with its dot; "" inside it
}

// builtinScalars are the decoder and the Go type of each.
var builtinScalars = map[string][2]string{
	"String": {"view.String", "string"}, "ID": {"view.ID", "string"}, "Int": {"view.Int", "int"},
	"Float": {"view.Float", "float64"}, "Boolean": {"view.Boolean", "bool"},
}

// in returns the same knowledge for a file that imports package model under that name.
func (g goTypes) in(model string) *goTypes {
	g.model = model + "."
	return &g
}

// named returns a named type's decoder and Go type, and whether that Go type has a nil for null.
func (g *goTypes) named(name string) (decoder, typ string, nilable bool) {
	if b, ok := builtinScalars[name]; ok {
		return b[0], b[1], false
	}
	goName := g.model + templates.ToGoModelName(name)
	decoder = g.model + "Decode" + templates.ToGoModelName(name)
	switch g.schema.Types[name].Kind {
	case ast.Scalar:
		if g.parsers[name] {
			return decoder, goName, false
		}
		if of := g.shipped[name]; of.Is != nil {
			typ, _ := shippedType(name)
			return "view." + name, typ, false
		}
		return "view.Any", "view.Raw", true
	case ast.Object:
		return decoder, "*" + goName, true
	case ast.Interface, ast.Union:
		return decoder, goName, true
	}
	return decoder, goName, false
}

// Decoder is the expression of a func(view.Value) (T, error) for a type, where T is the type in Go; each is the pointer within a
// list's elements. Decoders are composed from the inside out: view.ListOf(view.Null(DecodeProduct)).
func (g *goTypes) Decoder(t *ast.Type, each string) string {
	named, _, _ := g.named(t.Name())
	return g.decoderOf(named, t, each)
}

// decoderOf is Decoder with another expression for the named type.
func (g *goTypes) decoderOf(named string, t *ast.Type, each string) string {
	expr, nilable := named, true
	if t.Elem != nil {
		elem := g.decoderOf(named, t.Elem, "")
		if each != "" {
			elem = "view.EachAt(" + strconv.Quote(each) + ", " + elem + ")"
		}
		expr = "view.ListOf(" + elem + ")"
		if g.sparse(t.Elem) {
			expr = "view.SparseListOf(" + elem + ")"
		}
	} else {
		_, _, nilable = g.named(t.NamedType)
	}
	switch {
	case t.NonNull:
		return expr
	case nilable:
		return "view.Null(" + expr + ")"
	}
	return "view.Opt(" + expr + ")"
}

// sparse reports whether nil in a list of such elements makes gqlgen's executor write null, or no list where that may not stand: it
// takes nil for an empty list where a list may not be null, and other scalars and enums have none.
func (g *goTypes) sparse(elem *ast.Type) bool {
	if !elem.NonNull {
		return true
	}
	if elem.Elem != nil {
		return false
	}
	kind := g.schema.Types[elem.NamedType].Kind
	return kind == ast.Object || kind == ast.Interface || kind == ast.Union
}

// Type is a type in Go.
func (g *goTypes) Type(t *ast.Type) string {
	if t.Elem != nil {
		return "[]" + g.Type(t.Elem)
	}
	_, typ, nilable := g.named(t.NamedType)
	if !t.NonNull && !nilable {
		return "*" + typ
	}
	return typ
}

// Encode is the expression that turns a member's Go value into JSON as its upstream spells it.
func (g *goTypes) Encode(m *spec.Member, value string) string {
	return g.encode(m.Def.Type, m.Each, value)
}

// encode is Encode for a type within a member's. Where spelling and nesting are as in Go, encoding/json is enough.
func (g *goTypes) encode(t *ast.Type, each, value string) string {
	enum := g.enums[t.Name()]
	switch {
	case enum == nil && each == "":
		return "view.JSON(" + value + ")"
	case t.Elem != nil:
		element := g.encode(t.Elem, "", "e")
		if each != "" {
			element = "view.JSONAt(" + strconv.Quote(each) + ", " + element + ")"
		}
		return "view.ListJSON(" + value + ", func(e " + g.Type(t.Elem) + ") []byte { return " + element + " })"
	}
	name := "view.EnumJSON"
	if enum.Numbers {
		name = "view.NumberEnumJSON"
	}
	if !t.NonNull {
		name += "Opt"
	}
	return name + "(" + templates.ToGoModelName(enum.Def.Name) + "JSON, " + value + ")"
}

// enum is the expression that reads an enum, or writes it: what begins with view. or view.Append.
func (g *goTypes) enum(begin, name string) string {
	goName := g.model + templates.ToGoModelName(name)
	kind, fallback := "Enum", ""
	if e := g.enums[name]; e != nil {
		fallback = e.Fallback
		if e.Numbers {
			kind = "NumberEnum"
		}
	}
	expr := begin + kind + "[" + goName + "](" + goName + "JSON)"
	if fallback != "" {
		expr = begin + "Fallback(" + expr + ", " + strconv.Quote(fallback) + ")"
	}
	return expr
}

// slot is the constant of a member's slot in its type's shape. No other name of package model has an underscore.
func (g *goTypes) slot(object, member string) string {
	return g.model + templates.ToGoModelName(object) + "_" + templates.ToGo(member)
}

// comment prints a description as a Go comment that begins with the name it belongs to.
func comment(name, description string) string {
	text := strings.TrimSpace(description)
	if text == "" {
		return ""
	}
	var lines []string
	for l := range strings.SplitSeq(name+": "+text, "\n") {
		for _, l := range wrapText(strings.TrimSpace(l), maxLine-len("// ")) {
			lines = append(lines, strings.TrimRight("// "+l, " "))
		}
	}
	return strings.Join(lines, "\n")
}
