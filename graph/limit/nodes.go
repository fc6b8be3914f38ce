package limit

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// count counts nodes.
func (p *pass) count(n int, at *ast.Position) {
	p.steps++
	if p.nodes += n; p.nodes > p.limits.Nodes {
		p.refuse(at, "nodes", p.limits.Nodes, "The document is too large, where its fragments are spread: these are its fields, fragments, directives, arguments and literals")
	}
}

// name checks the length of a name.
func (p *pass) name(name string, at *ast.Position) {
	if len(name) > p.limits.Name {
		p.refuse(at, "name", p.limits.Name, "A name is too long: this is a name's length in bytes")
	}
}

func (p *pass) definitions(list ast.VariableDefinitionList) {
	for _, v := range list {
		if p.err != nil {
			return
		}
		p.name(v.Variable, v.Position)
		p.count(1, v.Position)
		for t := v.Type; t != nil; t = t.Elem {
			p.name(t.NamedType, v.Position)
			p.count(1, v.Position)
		}
		p.directives(v.Directives)
		p.value(v.DefaultValue, 1)
	}
}

func (p *pass) directives(list ast.DirectiveList) {
	for _, d := range list {
		if p.err != nil {
			return
		}
		p.name(d.Name, d.Position)
		p.count(1, d.Position)
		p.arguments(d.Arguments)
	}
}

// arguments returns how many nodes list has.
func (p *pass) arguments(list ast.ArgumentList) int {
	before := p.nodes
	for _, a := range list {
		if p.err != nil {
			break
		}
		p.name(a.Name, a.Position)
		p.value(a.Value, 1)
	}
	return p.nodes - before
}

// value reads a literal. Validation evaluates all of it again at each list and object around a part of it.
func (p *pass) value(v *ast.Value, depth int) {
	if v == nil || p.err != nil {
		return
	}
	if depth > p.limits.Depth {
		p.refuse(v.Position, "depth", p.limits.Depth, "A literal is too deep: these are lists and objects inside each other")
		return
	}
	switch v.Kind {
	case ast.Variable:
		p.name(v.Raw, v.Position)
		p.count(depth+p.variables/64, v.Position) // each is looked up in a list
	case ast.StringValue, ast.BlockValue:
		p.count(depth+len(v.Raw)/32, v.Position)
	case ast.EnumValue, ast.IntValue, ast.FloatValue:
		p.name(v.Raw, v.Position)
		p.count(depth, v.Position)
	default:
		p.count(depth, v.Position)
	}
	for _, child := range v.Children {
		p.name(child.Name, child.Position)
		p.value(child.Value, depth+1)
	}
}
