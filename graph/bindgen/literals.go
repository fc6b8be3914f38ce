package bindgen

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
	"weft/graph/view"
)

// Go literals of the runtime's tables (package binding), one function a type. Members that have their zero value are left out, so that
// generated code shows what the schema says and no more.

// bindingVar is the variable of a binding.
func bindingVar(b *spec.Binding) string {
	if b.Entity {
		return "entity" + templates.ToGo(b.Name)
	}
	return "call" + goPath(b.Name)
}

// fieldVar is the variable of a bound field.
func fieldVar(f *spec.Field) string { return "field" + goPath(f.Object+"."+f.Def.Name) }

func goPath(name string) string {
	object, field, _ := strings.Cut(name, ".")
	return templates.ToGo(object) + templates.ToGo(field)
}

func stringsLiteral(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = strconv.Quote(s)
	}
	return "[]string{" + strings.Join(quoted, ", ") + "}"
}

// structLiteral joins the members that are set: name, value, name, value... A value that is "", or the literal of a zero value, is not.
func structLiteral(pairs ...string) string {
	var parts []string
	for i := 0; i < len(pairs); i += 2 {
		if value := pairs[i+1]; value != "" && value != `""` && value != "false" && value != "0" {
			parts = append(parts, pairs[i]+": "+value)
		}
	}
	return strings.Join(parts, ", ")
}

func originLiteral(o *binding.Origin) string {
	var single, batch string
	if o.Single != nil {
		single = "&binding.Call{" + callLiteral(o.Single) + "}"
	}
	if o.Batch != nil {
		batch = "&binding.Batch{" + batchLiteral(o.Batch) + "}"
	}
	identity := ""
	if o.Identity != nil {
		identity = stringsLiteral(o.Identity)
	}
	return "binding.Origin{" + structLiteral("Upstream", strconv.Quote(o.Upstream), "Single", single, "Batch", batch, "Func", strconv.Quote(o.Func),
		"FuncMax", strconv.Itoa(o.FuncMax), "Identity", identity, "KeyInt", strconv.FormatBool(o.KeyInt), "EmptyAll", strconv.FormatBool(o.EmptyAll)) + "}"
}

// emptyLiteral is what stands for nothing; "" where nothing does but what does anyhow.
func emptyLiteral(e view.Empty) string {
	constants := map[string]string{"MISSING": "view.EmptyMissing", "NULL": "view.EmptyNull", "NO_CONTENT": "view.EmptyNoContent", "ARRAY": "view.EmptyArray", "NOT_FOUND": "view.EmptyNotFound"}
	names := e.Names()
	for i, name := range names {
		names[i] = constants[name]
	}
	return strings.Join(names, " | ")
}

// entriesLiteral says how an object is read as a list; "" where none is.
func entriesLiteral(e *view.Entries) string {
	if e == nil {
		return ""
	}
	return "&view.Entries{" + structLiteral("Key", strconv.Quote(e.Key), "Value", strconv.Quote(e.Value)) + "}"
}

// set is the value of a member that is false unless it is said.
func set(b bool) string {
	if b {
		return "true"
	}
	return ""
}

func callLiteral(c *binding.Call) string {
	method := strconv.Quote(c.Method)
	if c.Method == "GET" {
		method = ""
	}
	members, respond := "", ""
	if len(c.HeaderMembers) > 0 {
		members = stringsLiteral(c.HeaderMembers)
	}
	if len(c.Respond) > 0 {
		respond = stringsLiteral(c.Respond)
	}
	return structLiteral("Method", method, "Template", strconv.Quote(c.Template), "Query", queryLiteral(c.Query), "Quote", quoteLiteral(c.Quote),
		"Headers", headersLiteral(c.Headers),
		"Body", bodyLiteral(c.Body), "Form", strconv.FormatBool(c.Form), "At", strconv.Quote(c.At), "Each", strconv.Quote(c.Each), "Entries", entriesLiteral(c.Entries), "Included", strconv.Quote(c.Included), "Status", strconv.FormatBool(c.Status),
		"Header", strconv.Quote(c.Header), "HeaderMembers", members, "Respond", respond)
}

func batchLiteral(b *binding.Batch) string {
	return "Call: binding.Call{" + callLiteral(&b.Call) + "}, " + structLiteral("Keys", strconv.Quote(b.Keys), "Parts", namesLiteral(b.Parts), "Match", namesLiteral(b.Match),
		"Map", strconv.FormatBool(b.Map), "Fold", strconv.FormatBool(b.Fold), "Unpad", strconv.FormatBool(b.Unpad), "Many", strconv.FormatBool(b.Many), "Max", strconv.Itoa(b.Max))
}

// pageLiteral are the members of a binding.Page; v is the view of its nodes, nil when these are no one object type.
func pageLiteral(p *binding.Page, v *spec.View, g *goTypes) string {
	style := [...]string{
		binding.PageNumber: "binding.PageNumber", binding.Cursor: "binding.Cursor", binding.Link: "binding.Link", binding.Keyset: "binding.Keyset",
	}[p.Style]
	keySlot := ""
	if p.KeySlot > 0 {
		i := slices.IndexFunc(v.Members, func(m *spec.Member) bool { return m.Slot == p.KeySlot })
		keySlot = g.slot(v.Name, v.Members[i].Def.Name)
	}
	return structLiteral("Style", style, "Size", strconv.Quote(p.Size), "Start", strconv.Quote(p.Start), "Total", strconv.Quote(p.Total),
		"Next", strconv.Quote(p.Next), "Max", strconv.Itoa(p.Max), "FromZero", strconv.FormatBool(p.FromZero), "KeySlot", keySlot, "Param", strconv.Quote(p.Param))
}

func bodyLiteral(b *binding.Body) string {
	if b == nil {
		return ""
	}
	return "&binding.Body{" + bodyMembers(b) + "}"
}

func bodyMembers(b *binding.Body) string {
	var parts []string
	switch {
	case b.Var != "":
		path := ""
		if len(b.Path) > 0 {
			path = stringsLiteral(b.Path)
		}
		return structLiteral("Var", strconv.Quote(b.Var), "Path", path)
	case b.Object != nil:
		for _, f := range b.Object {
			parts = append(parts, fmt.Sprintf("{Name: %q, Value: %s}", f.Name, bodyLiteral(f.Value)))
		}
		return "Object: []binding.Member{" + strings.Join(parts, ", ") + "}"
	case b.List != nil:
		for _, item := range b.List {
			parts = append(parts, "{"+bodyMembers(item)+"}")
		}
		return "List: []*binding.Body{" + strings.Join(parts, ", ") + "}"
	}
	return "Literal: " + strconv.Quote(b.Literal)
}

func (p *Plugin) varsLiteral(vars []spec.Var) string {
	if len(vars) == 0 {
		return ""
	}
	parts := make([]string, len(vars))
	for i, v := range vars {
		parts[i] = fmt.Sprintf("{Name: %q, Type: %s}", v.Name, p.typeLiteral(v.Type, false))
	}
	return "[]binding.Var{" + strings.Join(parts, ", ") + "}"
}

// typeLiteral is a variable's type; within the table of inputs, inputs are named, because they may refer to each other.
func (p *Plugin) typeLiteral(t *ast.Type, byName bool) string {
	if t.Elem != nil {
		return "&binding.Type{List: " + p.typeLiteral(t.Elem, byName) + "}"
	}
	name := t.NamedType
	def := p.service.Schema.Types[name]
	switch {
	case builtinScalars[name] != [2]string{}, p.types.shipped[name].Number:
		return "&binding.Type{Scalar: " + strconv.Quote(name) + "}"
	case def.Kind == ast.InputObject && byName:
		return "&binding.Type{InputName: " + strconv.Quote(name) + "}"
	case def.Kind == ast.InputObject:
		return "&binding.Type{Input: inputs[" + strconv.Quote(name) + "]}"
	case def.Kind == ast.Enum && p.types.enums[name] != nil:
		kind := "String"
		if p.types.enums[name].Numbers {
			kind = "Int64"
		}
		return "&binding.Type{Scalar: " + strconv.Quote(kind) + ", Enum: " + enumLiteral(p.types.enums[name]) + "}"
	case def.Kind == ast.Enum:
		return "&binding.Type{Scalar: \"String\", Enum: map[string]string{}}"
	}
	return "&binding.Type{}"
}

func enumLiteral(e *spec.Enum) string {
	parts := make([]string, len(e.Values))
	for i, v := range e.Values {
		parts[i] = strconv.Quote(v.Name) + ": " + strconv.Quote(v.JSON)
	}
	return "map[string]string{" + strings.Join(parts, ", ") + "}"
}

func (p *Plugin) inputData(in *spec.Input) inputData {
	d := inputData{Name: in.Def.Name}
	for _, f := range in.Fields {
		d.Fields = append(d.Fields, inputFieldData{Name: f.Name, JSON: f.JSON, Type: p.typeLiteral(f.Type, true), Default: f.Default})
	}
	return d
}

// fieldLiteral are the members of a binding.Field.
func (p *Plugin) fieldLiteral(f *spec.Field, g *goTypes) string {
	var sources []string
	for _, s := range f.Sources {
		path, slot, each := "", "", ""
		if len(s.Path) > 0 {
			path = stringsLiteral(s.Path)
		}
		if s.Each != "" {
			each = "view.NewPath(" + strconv.Quote(s.Each) + ")"
		}
		if s.Slot > 0 {
			slot = g.slot(f.Object, s.Member)
		}
		sources = append(sources, "{"+structLiteral("Argument", strconv.Quote(s.Argument), "Path", path, "Slot", slot, "Each", each, "Empty", emptyLiteral(s.Empty), "Page", strconv.FormatBool(s.Page))+"}")
	}
	all := ""
	if len(sources) > 0 {
		all = "[]binding.Source{" + strings.Join(sources, ", ") + "}"
	}
	elems := f.Keys && f.Def.Type.Elem.NonNull
	part := ""
	if f.Part != nil {
		part = "&binding.Part{" + structLiteral("Field", strconv.Quote(f.Part.Field), "First", strconv.Quote(f.Part.First), "Skip", strconv.Quote(f.Part.Skip)) + "}"
	}
	lift := ""
	if f.Lift != "" {
		lift = "&binding.Lift{" + structLiteral("Slot", g.slot(f.Binding.Type.Name(), f.Lift), "List", strconv.FormatBool(f.Def.Type.Elem != nil)) + "}"
	}
	return structLiteral("Binding", bindingVar(f.Binding), "Sources", all, "Lift", lift, "Keys", strconv.FormatBool(f.Keys), "Part", part,
		"NonNull", strconv.FormatBool(f.Def.Type.NonNull), "Elems", strconv.FormatBool(elems), "Selects", p.selectsLiteral(f.Selects, g))
}
