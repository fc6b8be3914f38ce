package check

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/guard"
)

// guarding are the directives that say who may see something.
var guarding = []string{"authenticated", "requiresScopes", "policy"}

// guards finds out what each field of the schema needs.
type guards struct {
	*compiler
	schema guard.Schema
	scopes []string // that the schema declares; nil: it declares none, and any will do
	types  map[string][]int
	nodes  map[any][]int  // what stands on each node: it is read, and reported, once
	known  map[string]int // requirements, by the directive that asks for them
}

// checkGuards reads @authenticated, @requiresScopes and @policy, and @scopes, and finds out what each field needs in all.
func (c *compiler) checkGuards() {
	g := &guards{compiler: c, types: map[string][]int{}, nodes: map[any][]int{}, known: map[string]int{}}
	g.schema.Fields, g.schema.Arguments = map[string][]int{}, map[string][]int{}
	if u := c.use(c.user, "scopes"); u != nil {
		for _, n := range u.list("names") {
			g.scopes = append(g.scopes, n.value.Raw)
		}
	}
	for _, def := range c.order {
		g.types[def.Name] = g.of(def)
		for _, f := range def.Fields { // also those of an interface that no type implements
			g.of(f)
			for _, a := range f.Arguments {
				g.of(a)
			}
		}
	}
	for _, def := range c.order {
		g.checkHidden(def)
		if o := c.objects[def.Name]; o != nil {
			for _, f := range o.fields {
				g.field(o, f)
			}
		}
	}
	for _, f := range c.fields {
		g.checkKeys(f.Object+"."+f.Def.Name, f.Sources)
	}
	if len(g.schema.Requirements) > 0 {
		c.Guards = &g.schema
	}
}

// of are the requirements that stand on a node.
func (g *guards) of(node any) (needs []int) {
	if known, ok := g.nodes[node]; ok {
		return known
	}
	defer func() { g.nodes[node] = slices.Clip(needs) }() // whoever appends to it makes its own
	for _, u := range g.uses[node] {
		if !slices.Contains(guarding, u.directive) {
			continue
		}
		if u.directive == "policy" && u.has("name") && !exportedName.MatchString(u.text("name")) {
			g.report(u.site, u.at("name"), "%q is no exported Go name; write one such as %q", u.text("name"), "IsStaff")
		}
		r := guard.Requirement{Authenticated: u.directive == "authenticated", Policy: u.text("name")}
		if u.directive == "requiresScopes" {
			r.Scopes = g.lists(u)
		}
		i, ok := g.known[r.String()]
		if !ok {
			i = len(g.schema.Requirements)
			g.known[r.String()] = i
			g.schema.Requirements = append(g.schema.Requirements, r)
		}
		needs = append(needs, i)
	}
	return needs
}

// lists reads the scopes of a @requiresScopes.
func (g *guards) lists(u *usage) (all [][]string) {
	for _, n := range u.list("scopes") {
		var list []string
		for _, item := range n.items {
			scope := item.value.Raw
			switch {
			case scope == "" || strings.ContainsAny(scope, " \"\\"): // RFC 6749, section 3.3
				g.report(u.site, item.pos, "%q is no scope; a scope has no spaces, quotes or backslashes, and is not empty", scope)
			case g.scopes != nil && !slices.Contains(g.scopes, scope):
				g.report(u.site, item.pos, "there is no scope %q; %s", scope, use(scope, g.scopes))
			}
			list = append(list, scope)
		}
		if len(list) == 0 {
			g.report(u.site, n.pos, "a list without scopes is met by everybody who is known; write @authenticated for that, or name scopes")
		}
		slices.Sort(list)
		all = append(all, slices.Compact(list))
	}
	if len(all) == 0 && !u.wrong["scopes"] {
		g.report(u.site, u.at("scopes"), "nobody meets this; name scopes, each list of which is enough: [[\"a\", \"b\"], [\"c\"]] is a and b, or c")
	}
	return all
}

// field finds out what a field of an object type needs.
func (g *guards) field(o *object, f *field) {
	if needs := g.needs(o, f); len(needs) > 0 && f.hidden == nil {
		g.schema.Fields[f.name()] = needs
	}
	for _, name := range o.def.Interfaces {
		if i := g.declared.types[name]; i != nil && i.Fields.ForName(f.def.Name) != nil {
			g.arguments(f, i.Fields.ForName(f.def.Name))
		}
	}
	g.arguments(f, f.def)
}

// needs are what a field of an object type needs; where it is a member of a loaded object, also what that does.
func (g *guards) needs(o *object, f *field) []int {
	needs := slices.Concat(g.types[o.def.Name], g.of(f.def), g.given(f.def.Type.Name()))
	for _, name := range o.def.Interfaces {
		if g.declared.types[name] == nil { // reported
			continue
		}
		needs = append(needs, g.types[name]...)
		if above := g.declared.types[name].Fields.ForName(f.def.Name); above != nil {
			needs = append(needs, g.of(above)...)
		}
	}
	if of := g.objects[g.loaded(f)]; of != nil && g.lifted[f.def] != "" {
		needs = append(needs, g.needs(of, of.field(g.lifted[f.def]))...)
	}
	return sortedOnce(needs)
}

// arguments find out what the arguments of a field need, as it is declared there: by its object's type, or an interface of that.
func (g *guards) arguments(f *field, declared *ast.FieldDefinition) {
	for _, a := range declared.Arguments {
		if needs := sortedOnce(append(g.of(a), g.taken(a.Type.Name(), map[string]bool{})...)); len(needs) > 0 {
			name := f.name() + "(" + a.Name + ":)"
			g.schema.Arguments[name] = sortedOnce(append(needs, g.schema.Arguments[name]...))
		}
	}
}

// given are what a value of a type needs, whatever is selected of it: what the type says; of a page, what its nodes do; and of an interface
// or union, what all of its types do.
func (g *guards) given(name string) []int {
	needs := slices.Clone(g.types[name])
	if page := g.connections[name]; page != nil {
		needs = append(needs, g.given(page.Node.Name())...)
	}
	var all []int
	for i, object := range g.impls[name] {
		its := g.types[object.Name]
		if i == 0 {
			all = slices.Clone(its)
		}
		all = slices.DeleteFunc(all, func(n int) bool { return !slices.Contains(its, n) })
	}
	return append(needs, all...)
}

// taken are what an argument of a type needs: what an enum or scalar says, or, of an input object, those of its fields, at any depth.
func (g *guards) taken(name string, visited map[string]bool) []int {
	def := g.declared.types[name]
	if def == nil || visited[name] {
		return nil
	}
	visited[name] = true
	needs := slices.Clone(g.types[name])
	if def.Kind == ast.InputObject {
		for _, f := range def.Fields {
			needs = append(needs, g.taken(f.Type.Name(), visited)...)
		}
	}
	return needs
}

// checkHidden reports guards where nobody selects anything.
func (g *guards) checkHidden(def *ast.Definition) {
	for _, f := range def.Fields {
		for _, u := range g.uses[f] {
			if slices.Contains(guarding, u.directive) && g.use(f, "inaccessible") != nil {
				g.report(u.site, u.pos, "clients never select an @inaccessible field; write @%s on the fields that are loaded by it", u.directive)
			}
		}
	}
}

// checkKeys reports a field that is loaded by a member that fewer may see than the field: who asks for the field learns of the member.
func (g *guards) checkKeys(name string, sources []spec.Source) {
	object, _, _ := strings.Cut(name, ".")
	for _, s := range sources {
		member := object + "." + s.Member
		if s.Member == "" || g.schema.Fields[member] == nil {
			continue
		}
		for _, need := range g.schema.Fields[member] {
			if !slices.Contains(g.schema.Fields[name], need) {
				u := g.objects[object].field(strings.TrimPrefix(name, object+".")).bound
				g.report(u.site, u.pos, "the field is loaded by %s, which says %s: who sees the one learns of the other; write that on the field, too",
					member, g.schema.Requirements[need])
			}
		}
	}
}

func sortedOnce(needs []int) []int {
	slices.Sort(needs)
	return slices.Compact(needs)
}
