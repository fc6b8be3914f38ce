package check

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
)

var (
	// bodyVariable is a string that is a variable, or a member of its input object: "{name}", "{name.member}".
	bodyVariable = regexp.MustCompile(`^\{([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)\}$`)
	// likelyVariable is a string that someone wrote for a variable and that is none: "v{name}", "{ name }", "{name", "name}".
	// It is an error, since it would be sent as it stands.
	likelyVariable = regexp.MustCompile(`\{\s*[A-Za-z_][\w.]*\s*\}|^\{[\w.]+$|^[\w.]+\}$`)
)

// body compiles a body literal; nil when something is wrong in it, which has been reported.
func (b *binder) body(v *ast.Value) *binding.Body {
	switch v.Kind {
	case ast.StringValue, ast.BlockValue:
		return b.bodyString(v)
	case ast.EnumValue:
		b.report(v.Position, "%s is a name, which JSON does not have; put it in quotes", v.Raw)
		return nil
	case ast.ListValue:
		body := &binding.Body{List: []*binding.Body{}}
		for _, item := range v.Children {
			body.List = append(body.List, b.body(item.Value))
		}
		if slices.Contains(body.List, nil) {
			return nil
		}
		return body
	case ast.ObjectValue:
		return b.bodyObject(v)
	default: // a number, true, false or null is written as in JSON
		return &binding.Body{Literal: v.Raw}
	}
}

// bodyObject compiles all members, also behind a wrong one, so that each mistake is reported.
func (b *binder) bodyObject(v *ast.Value) *binding.Body {
	body := &binding.Body{Object: []binding.Member{}}
	seen := map[string]bool{}
	right := true
	for _, f := range v.Children {
		if seen[f.Name] {
			b.report(f.Position, "the body has %q twice; keep one", f.Name)
			right = false
		}
		seen[f.Name] = true
		value := b.body(f.Value)
		right = right && value != nil
		body.Object = append(body.Object, binding.Member{Name: f.Name, Value: value})
	}
	if !right {
		return nil
	}
	return body
}

// bodyString compiles a string: a variable when it is one as a whole, otherwise text.
func (b *binder) bodyString(v *ast.Value) *binding.Body {
	m := bodyVariable.FindStringSubmatch(v.Raw)
	if m == nil {
		if likelyVariable.MatchString(v.Raw) {
			b.report(v.Position, `only a whole string can be a variable, got %q; write "{name}" without anything around it`, v.Raw)
			return nil
		}
		text, _ := json.Marshal(v.Raw)
		return &binding.Body{Literal: string(text)}
	}
	path := strings.Split(m[1], ".")
	if b.isPart(path) {
		part := b.part(v.Position, path)
		if part == nil {
			return nil
		}
		b.add(part)
		return &binding.Body{Var: part.Name}
	}
	found := b.find(v.Position, path[0])
	if found == nil || b.c.inputPath(b.site, v.Position, found.Type, path) == nil {
		b.failed = true
		return nil
	}
	b.add(found)
	return &binding.Body{Var: path[0], Path: path[1:]}
}

// inputPath follows a path, the variable's own name and members of input types, to the type at its end. t is the variable's
// type. The end is nullable when any step is. nil: there is no such member, or t is not known; both have been reported.
func (c *compiler) inputPath(s site, pos *ast.Position, t *ast.Type, path []string) *ast.Type {
	nonNull := t.NonNull
	for i, name := range path[1:] {
		so := strings.Join(path[:i+1], ".")
		def := c.types[t.Name()]
		switch {
		case def == nil:
			return nil // an unknown type, reported where it is named
		case t.Elem != nil || def.Kind != ast.InputObject:
			c.report(s, pos, "%q has no members: %s is %s; write {%s}", strings.Join(path, "."), so, t, so)
			return nil
		}
		f := def.Fields.ForName(name)
		if f == nil {
			names := fieldNames(def)
			c.report(s, pos, "there is no %q: the input type %s has no field %q; %s", strings.Join(path, "."), def.Name, name, use(name, names))
			return nil
		}
		t = f.Type
		nonNull = nonNull && t.NonNull
	}
	end := *t
	end.NonNull = nonNull
	return &end
}

func fieldNames(def *ast.Definition) []string {
	names := make([]string, len(def.Fields))
	for i, f := range def.Fields {
		names[i] = f.Name
	}
	return names
}

// sends reports whether a body has a variable anywhere in it, as a whole: {name} counts, {name.member} does not.
func sends(b *binding.Body, name string) bool {
	if b == nil {
		return false
	}
	if b.Var != "" {
		return b.Var == name && len(b.Path) == 0
	}
	return slices.ContainsFunc(b.List, func(i *binding.Body) bool { return sends(i, name) }) ||
		slices.ContainsFunc(b.Object, func(f binding.Member) bool { return sends(f.Value, name) })
}
