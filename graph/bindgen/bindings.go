package bindgen

import (
	_ "embed"
	"go/types"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
)

//go:embed bindings.gotpl
var bindingsTemplate string

// What bindings.gotpl prints; every string is ready to print. Name is what the schema calls a thing, Go what Go does, and Var the
// variable that holds it.
type (
	bindingsData struct {
		Model string // the model package's name
		servicesData
		Resolvers bool         // there are hand-written fields
		Functions []entityData // the entities that Go answers
		Entities  []entityData // all of them
		Inputs    []inputData
		Bindings  []bindingData
		fieldsData
		Objects []objectData

		Connections []connectionData
		Types       []typeData

		rootTypes
		Tables []tableData
		saidData
	}
	// fieldsData are the fields that bindings answer, or complete: those of embedded entities.
	fieldsData struct{ Fields, Stubs []namedLiteral }
	// servicesData are the services that the schema names, and how these spell enum values, where not as the schema does.
	servicesData struct {
		Upstreams []*spec.Upstream
		Images    []string
		Scalars   []string // those that are package scalar's
		Fallbacks []string // of enums, as entries of a map
		Spellings []string
	}
	// rootTypes are the names of the root types; Mutation is "" without one.
	rootTypes struct{ Query, Mutation string }
	// typeData is a type as gqlgen's executor looks ahead through it: see stock.ObjectType.
	typeData struct {
		Name      string
		Satisfies []string
		Fields    []namedLiteral // by the field's name, its variable
		Within    []namedLiteral // by the field's name, the type of its objects
		Members   []namedLiteral // of an entity that has stubs: by the field's name, its slot
		Stubs     []namedLiteral // by the field's name, its variable
	}
	// connectionData is the function that makes a connection of a page.
	connectionData struct {
		Go, Func, Node, Edge, PageInfo string // Go type expressions; "" without
		Nodes, Total                   bool
	}
	// entityData is an entity for hand-written code: its loader, and its function where Go answers it.
	entityData struct {
		Go, Var, Func, KeyType, FormatKey, ParseKey string
		Parts                                       []partData // of a composite key; nil for a key of one part, which is a string
	}
	partData  struct{ Go string }
	inputData struct {
		Name   string
		Fields []inputFieldData
	}
	inputFieldData struct{ Name, JSON, Type, Default string }
	bindingData    struct {
		Var, Comment string
		Lines        []string // the members of its binding.Spec
	}
	// namedLiteral is text under a name: a member of a map or a variable.
	namedLiteral struct{ Var, Literal string }
	// objectData is a type of package generated that has a method for each bound field of an object type.
	objectData struct {
		Name, Go, Bound string
		Root            bool // there is no parent
		Fields          []methodData
	}
	methodData struct {
		Go, Comment, Call string
		Args              []types.Type
		Type              types.Type
	}
)

// writeBindings writes package generated's bindings_gen.go and gqlgen_gen.go.
func (p *Plugin) writeBindings(data *codegen.Data) error {
	cfg := data.Config
	g := p.types.in(cfg.Model.Package)
	d := bindingsData{
		Model: cfg.Model.Package, servicesData: servicesData{p.service.Upstreams, p.service.Images, p.service.Shipped, fallbacks(p.service.Enums), spellings(p.service.Enums)}, Resolvers: hasResolvers(data),
		saidData: saidData{newCostData(&p.service.Costs), rulesLiterals(p.service.Prefetches), newGuardData(p.service.Guards)},
	}
	for _, b := range p.service.Bindings {
		if b.Entity {
			d.Entities = append(d.Entities, newEntityData(b))
		}
		if b.Func != "" {
			d.Functions = append(d.Functions, newEntityData(b))
		}
		d.Bindings = append(d.Bindings, p.bindingData(b, g))
	}
	for _, in := range p.service.Inputs {
		d.Inputs = append(d.Inputs, p.inputData(in))
	}
	for _, f := range p.service.Fields {
		if f.Stub != nil {
			d.Stubs = append(d.Stubs, namedLiteral{stubVar(f), p.stubLiteral(f, g)})
		} else {
			d.Fields = append(d.Fields, namedLiteral{fieldVar(f), p.fieldLiteral(f, g)})
		}
	}
	for _, cn := range p.service.Connections {
		d.Connections = append(d.Connections, newConnectionData(cn, g))
		d.Types = append(d.Types, connectionTypes(cn)...)
	}
	for _, v := range p.service.Views {
		d.Types = append(d.Types, p.typeData(v, g))
	}
	uses := p.addTables(&d, data, g)
	for _, o := range data.Objects {
		if od := p.objectData(o, g); len(od.Fields) > 0 {
			d.Objects = append(d.Objects, od)
		}
	}
	if err := writeGQLGen(cfg, uses); err != nil {
		return err
	}
	return render(cfg, bindingsFile(cfg), cfg.Exec.Package, bindingsTemplate, d, cfg.Model.ImportPath())
}

// hasResolvers reports whether gqlgen's code has a ResolverRoot, which it has for hand-written fields only. The generated constructor
// then takes one.
func hasResolvers(data *codegen.Data) bool {
	for _, o := range data.Objects {
		if o.HasResolvers() {
			return true
		}
	}
	for _, o := range data.Inputs {
		if o.HasResolvers() {
			return true
		}
	}
	return false
}

// newEntityData is an entity with its key's type: a string, or of a composite key a struct, which is formatted as one string.
func newEntityData(b *spec.Binding) entityData {
	name := templates.ToGoModelName(b.Type.Name())
	e := entityData{
		Go: name, Var: bindingVar(b), Func: b.Func, KeyType: "string",
		FormatKey: "func(key string) string { return key }", ParseKey: "func(key string) string { return key }",
	}
	if len(b.Vars) > 1 {
		e.KeyType = name + "Key"
		e.FormatKey, e.ParseKey = "format"+e.KeyType, "parse"+e.KeyType
		for _, v := range b.Vars {
			e.Parts = append(e.Parts, partData{templates.ToGo(v.Name)})
		}
	}
	return e
}

// objectData are the methods that answer a type's bound fields on gqlgen's executor.
func (p *Plugin) objectData(o *codegen.Object, g *goTypes) objectData {
	d := objectData{Name: o.Name, Go: templates.ToGoModelName(o.Name), Bound: boundType(o.Name), Root: o.Root}
	for _, f := range o.Fields {
		name, call := o.Name+"."+f.Name, ""
		if bound := p.fields[name]; bound != nil {
			call = p.call(bound, o.Root, g)
		} else if image := p.images[name]; image.Member != nil {
			call = imageCall(image, g)
		} else {
			continue
		}
		m := methodData{Go: f.GoFieldName, Comment: comment(f.GoFieldName, f.Description), Type: f.TypeReference.GO, Call: call}
		if m.Comment == "" {
			m.Comment = "// " + f.GoFieldName + " answers " + name + "."
		}
		for _, a := range f.Args {
			m.Args = append(m.Args, a.TypeReference.GO)
		}
		d.Fields = append(d.Fields, m)
	}
	return d
}

// imageCall is the expression that answers a picture's URL on gqlgen's executor.
func imageCall(m imageMember, g *goTypes) string {
	return "stock.ImageURL(ctx, " + strconv.Quote(m.Image) + ", view.ObjectOf(b.obj), " + g.slot(m.object, m.Def.Name) + ", " + g.Decoder(m.Def.Type, "") + ")"
}

// call is the expression that answers a bound field on gqlgen's executor: the function of package stock that fits what the field
// has, a page, one view or a list of them, or values that need a decoder.
func (p *Plugin) call(f *spec.Field, root bool, g *goTypes) string {
	parent := "view.ObjectOf(b.obj)"
	if root {
		parent = "view.Object{}"
	}
	args := "(ctx, " + fieldVar(f) + ", " + parent
	t := f.Def.Type
	answer, want := f.Binding.Type.Name(), t.Name()
	isView := p.service.Schema.Types[want].Kind == ast.Object && (t.Elem == nil || t.Elem.Elem == nil)
	model := func(name string) string { return g.model + templates.ToGoModelName(name) }
	list := map[bool]string{false: "One", true: "List"}[t.Elem != nil]
	switch {
	case f.Stub != nil:
		return p.stubCall(f, g)
	case f.Lift != "" && t.Elem != nil:
		return "stock.DecodeList" + args + ", " + strconv.FormatBool(g.sparse(t.Elem)) + ", " + g.Decoder(t.Elem, "") + ")"
	case f.Lift != "":
		return "stock.Decode" + args + ", " + g.Decoder(t, "") + ")"
	case f.Binding.Page != nil:
		return "stock.Connection" + args + ", " + p.nodes(f.Binding.Type.Elem, g) + ", " + connectFunc(want) + ")"
	case f.Binding.Entity && answer != want: // a @load field that is an interface or union of the entity's type
		return "stock." + list + "As[" + model(want) + ", " + model(answer) + "]" + args + ")"
	case isView:
		return "stock." + list + "[" + model(want) + "]" + args + ")"
	case t.Elem != nil:
		return "stock.DecodeList" + args + ", " + strconv.FormatBool(g.sparse(t.Elem)) + ", " + g.Decoder(t.Elem, "") + ")"
	}
	return "stock.Decode" + args + ", " + g.Decoder(t, "") + ")"
}

// nodes is the expression that makes a page's objects its nodes.
func (p *Plugin) nodes(t *ast.Type, g *goTypes) string {
	if p.service.Schema.Types[t.Name()].Kind == ast.Object {
		return "stock.Views[" + g.model + templates.ToGoModelName(t.Name()) + "]"
	}
	return "stock.Values(" + strconv.FormatBool(g.sparse(t)) + ", " + g.Decoder(t, "") + ")"
}

func connectFunc(connection string) string { return "connect" + templates.ToGoModelName(connection) }

func newConnectionData(cn *spec.Connection, g *goTypes) connectionData {
	model := func(def *ast.Definition) string {
		if def == nil {
			return ""
		}
		return g.model + templates.ToGoModelName(def.Name)
	}
	return connectionData{
		Go: model(cn.Def), Func: connectFunc(cn.Def.Name), Node: g.Type(cn.Node), Edge: model(cn.Edge), PageInfo: model(cn.PageInfo),
		Nodes: cn.Nodes, Total: cn.Total,
	}
}

// connectionTypes are a connection's types, which hold the objects of its page.
func connectionTypes(cn *spec.Connection) []typeData {
	t := typeData{Name: cn.Def.Name, Satisfies: []string{cn.Def.Name}}
	if cn.Nodes {
		t.Within = append(t.Within, namedLiteral{"nodes", cn.Node.Name()})
	}
	if cn.Edge == nil {
		return []typeData{t}
	}
	t.Within = append(t.Within, namedLiteral{"edges", cn.Edge.Name})
	edge := typeData{Name: cn.Edge.Name, Satisfies: []string{cn.Edge.Name}, Within: []namedLiteral{{"node", cn.Node.Name()}}}
	return []typeData{t, edge}
}

func (p *Plugin) typeData(v *spec.View, g *goTypes) typeData {
	t := typeData{Name: v.Name, Satisfies: append([]string{v.Name}, v.Implements...)}
	for _, f := range p.service.Fields {
		switch {
		case f.Object != v.Name:
		case f.Stub != nil:
			t.Stubs = append(t.Stubs, namedLiteral{f.Def.Name, stubVar(f)})
		default:
			t.Fields = append(t.Fields, namedLiteral{f.Def.Name, fieldVar(f)})
		}
	}
	if p.hasStubs(v) || p.selected(v) {
		for _, m := range v.Members {
			if !m.Hidden {
				t.Members = append(t.Members, namedLiteral{m.Def.Name, g.slot(v.Name, m.Def.Name)})
			}
		}
	}
	return t
}

func (p *Plugin) bindingData(b *spec.Binding, g *goTypes) bindingData {
	d := bindingData{Var: bindingVar(b), Comment: bindingVar(b) + " answers " + b.Name + "."}
	add := func(name, value string) {
		if value != "" {
			d.Lines = append(d.Lines, name+": "+value)
		}
	}
	add("Name", strconv.Quote(b.Name))
	add("At", strconv.Quote(relative(b.At)))
	add("Vars", p.varsLiteral(b.Vars))
	add("Entity", set(b.Entity))
	add("Mutation", set(!b.Read))
	add("Origin", originLiteral(&b.Origin))
	add("Result", p.resultLiteral(b, g))
	add("Caching", p.cachingLiteral(b, g))
	return d
}

func (p *Plugin) resultLiteral(b *spec.Binding, g *goTypes) string {
	view := p.viewOf(b.Type)
	list := b.Type.Elem != nil && !b.Entity
	var shape, slots, required, primes, page, stub, given string
	if view != nil {
		shape = g.model + templates.ToGoModelName(view.Name) + "Shape"
	}
	if b.Entity {
		slots = keySlots(b, view, g)
		if p.hasStubs(view) {
			required = requiredSlots(view, g)
		}
	}
	if len(b.Sparse) > 0 {
		stub = "binding.NewStub(binding.StubSpec{" + structLiteral("Entity", bindingVar(view.Entity), "Sparse", slotsLiteral(view.Name, b.Sparse, g)) + "})"
	}
	if len(b.Given) > 0 {
		given = stringsLiteral(b.Given)
	}
	if !b.Entity && b.Read && view != nil && view.Entity != nil && keySlots(view.Entity, view, g) != "" {
		primes = bindingVar(view.Entity)
	}
	if b.Page != nil {
		page = "&binding.Page{" + pageLiteral(b.Page, view, g) + "}"
	}
	members := structLiteral("Shape", shape, "Object", strconv.Quote(p.objectOf(b, view)), "List", strconv.FormatBool(list), "KeySlots", slots,
		"Required", required, "Primes", primes, "Page", page, "Stub", stub, "Empty", emptyLiteral(b.Empty), "Maps", p.mapsLiteral(view), "Given", given)
	if members == "" {
		return ""
	}
	return "binding.Result{" + members + "}"
}

// objectOf is the type that looking ahead begins at below a binding's answer.
func (p *Plugin) objectOf(b *spec.Binding, v *spec.View) string {
	if b.Page != nil {
		return p.fieldOf(b).Def.Type.Name()
	}
	if v == nil {
		return ""
	}
	return v.Name
}

func (p *Plugin) fieldOf(b *spec.Binding) *spec.Field { return p.fields[b.Name] }

// viewOf returns the view that a binding's objects are: its type's, or its list's elements'; nil for other values.
func (p *Plugin) viewOf(t *ast.Type) *spec.View {
	if t.Elem != nil {
		t = t.Elem
	}
	if t.Elem != nil {
		return nil
	}
	for _, v := range p.service.Views {
		if v.Name == t.NamedType {
			return v
		}
	}
	return nil
}

// keySlots are the slots of an entity's key parts; "" where a part is no member, since only its batch's answer names it.
func keySlots(b *spec.Binding, v *spec.View, g *goTypes) string {
	var slots []string
	for _, part := range b.Vars {
		for _, m := range v.Members {
			if m.Def.Name == part.Name {
				slots = append(slots, g.slot(v.Name, m.Def.Name))
			}
		}
	}
	if len(slots) != len(b.Vars) {
		return ""
	}
	return "[]int{" + strings.Join(slots, ", ") + "}"
}
