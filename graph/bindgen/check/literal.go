package check

import (
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// param is an argument of a directive or a field of an input type in it: what may be written.
type param struct {
	name     string
	typ      *ast.Type
	fallback *ast.Value // its default; nil: none
}

// written is an argument or an input field as it stands in the schema.
type written struct {
	name  string
	value *ast.Value
	pos   *ast.Position
}

// literal is the arguments of a directive, or an input object inside them, after checking. What is wrong in it has been
// reported and is in wrong, so that later checks can tell "left out" from "written, but unreadable".
type literal struct {
	pos    *ast.Position
	values map[string]*node         // the right ones, and defaults
	given  map[string]*ast.Position // every name that is written
	wrong  map[string]bool          // written and not right, or required and missing
}

// node is a value that fits its type.
type node struct {
	pos    *ast.Position
	value  *ast.Value // as written
	items  []*node    // of a list: of one that is written as a single value, that value
	fields *literal   // of an input object
}

// has reports whether the argument is written and right.
func (l *literal) has(name string) bool { return l.given[name] != nil && l.values[name] != nil }

// missing reports whether the argument is neither written nor already reported.
func (l *literal) missing(name string) bool { return l.given[name] == nil && !l.wrong[name] }

// at is where the argument's value stands; without one, where the literal does.
func (l *literal) at(name string) *ast.Position {
	if l.given[name] == nil {
		return l.pos
	}
	if n := l.values[name]; n != nil {
		return n.pos
	}
	return l.given[name]
}

// text is a string or enum argument; "" when it is not there.
func (l *literal) text(name string) string {
	if n := l.values[name]; n != nil {
		return n.value.Raw
	}
	return ""
}

// flag is a Boolean argument.
func (l *literal) flag(name string) bool { return l.text(name) == "true" }

// number is an Int argument; reading it has checked that it is one.
func (l *literal) number(name string) int {
	n, _ := strconv.Atoi(l.text(name))
	return n
}

// list is the elements of a list argument.
func (l *literal) list(name string) []*node {
	if n := l.values[name]; n != nil {
		return n.items
	}
	return nil
}

// object is an input object argument; nil when it is not there.
func (l *literal) object(name string) *literal {
	if n := l.values[name]; n != nil {
		return n.fields
	}
	return nil
}

// renamed are the arguments that had another name in older versions, by that name.
var renamed = map[string]string{"page.at": "start"}

// reader checks the literals of one directive against its declaration.
type reader struct {
	c *compiler
	site
}

// literal reads arguments or input fields. path is where they stand in the directive: "" or "batch.".
func (r reader) literal(path string, params []param, given []written, pos *ast.Position) *literal {
	l := &literal{pos: pos, values: map[string]*node{}, given: map[string]*ast.Position{}, wrong: map[string]bool{}}
	known := map[string]param{}
	names := make([]string, len(params))
	for i, p := range params {
		known[p.name], names[i] = p, p.name
	}
	var meant []string // names that were likely meant by unknown ones: they count as written and wrong, not as missing
	for _, w := range given {
		p, ok := known[w.name]
		switch now := renamed[path+w.name]; {
		case !ok && now != "":
			r.c.report(r.site, w.pos, "%s is called %s; write that", path+w.name, path+now)
			meant = append(meant, now)
		case !ok:
			r.c.report(r.site, w.pos, "unknown argument %q; %s", path+w.name, use(w.name, names))
			meant = append(meant, closest(w.name, names))
		case l.given[w.name] != nil:
			r.c.report(r.site, w.pos, "%s is written twice; keep one", path+w.name)
		default:
			l.given[w.name] = w.pos
			if n := r.value(path+w.name, p.typ, w.value); n != nil {
				l.values[w.name] = n
			} else {
				l.wrong[w.name] = true
			}
		}
	}
	for _, name := range meant {
		l.wrong[name] = l.wrong[name] || name != "" && l.given[name] == nil
	}
	r.complete(l, path, params)
	return l
}

// complete fills in defaults and reports required arguments that are not there.
func (r reader) complete(l *literal, path string, params []param) {
	for _, p := range params {
		switch {
		case l.given[p.name] != nil || l.wrong[p.name]:
		case p.fallback != nil:
			l.values[p.name] = r.value(path+p.name, p.typ, p.fallback)
		case p.typ.NonNull:
			r.c.report(r.site, l.pos, "%s is missing; add %s: %s", path+p.name, p.name, example(p.typ))
			l.wrong[p.name] = true
		}
	}
}

// example shows how a value of a type is written.
func example(t *ast.Type) string {
	if t.Name() == "String" {
		return `"…"`
	}
	return "…"
}

// value checks one value against its type; nil: it does not fit, which has been reported.
func (r reader) value(path string, t *ast.Type, v *ast.Value) *node {
	if v.Kind == ast.NullValue {
		r.c.report(r.site, v.Position, "%s is null; leave it out or give a value", path)
		return nil
	}
	if t.Elem != nil {
		return r.list(path, t, v)
	}
	def := r.c.types[t.NamedType]
	switch def.Kind {
	case ast.InputObject:
		return r.object(path, def, v)
	case ast.Enum:
		return r.enum(path, def, v)
	default:
		return r.scalar(path, t.NamedType, v)
	}
}

// list reads a list; a single value stands for a list of one, as GraphQL has it.
func (r reader) list(path string, t *ast.Type, v *ast.Value) *node {
	n := &node{pos: v.Position, value: v}
	if v.Kind != ast.ListValue {
		item := r.value(path, t.Elem, v)
		if item == nil {
			return nil
		}
		n.items = []*node{item}
		return n
	}
	for i, child := range v.Children {
		item := r.value(fmt.Sprintf("%s[%d]", path, i), t.Elem, child.Value)
		if item == nil {
			n = nil
		}
		if n != nil {
			n.items = append(n.items, item)
		}
	}
	return n
}

// object reads an input object. One with a mistake inside it is a node all the same, since its literal knows what is wrong.
func (r reader) object(path string, def *ast.Definition, v *ast.Value) *node {
	if v.Kind != ast.ObjectValue {
		r.c.report(r.site, v.Position, "%s must be an object such as {%s: …}, got %s", path, def.Fields[0].Name, v)
		return nil
	}
	params := make([]param, len(def.Fields))
	for i, f := range def.Fields {
		params[i] = param{f.Name, f.Type, f.DefaultValue}
	}
	given := make([]written, len(v.Children))
	for i, child := range v.Children {
		given[i] = written{child.Name, child.Value, child.Position}
	}
	return &node{pos: v.Position, value: v, fields: r.literal(path+".", params, given, v.Position)}
}

func (r reader) enum(path string, def *ast.Definition, v *ast.Value) *node {
	names := make([]string, len(def.EnumValues))
	for i, e := range def.EnumValues {
		names[i] = e.Name
	}
	switch known := def.EnumValues.ForName(v.Raw) != nil; {
	case v.Kind == ast.EnumValue && known:
		return &node{pos: v.Position, value: v}
	case v.Kind == ast.StringValue && known:
		r.c.report(r.site, v.Position, "%s must be %s without quotes; drop the quotes", path, v.Raw)
	default:
		r.c.report(r.site, v.Position, "%s must be %s, got %s%s", path, choices(names), v, hint(v.Raw, names))
	}
	return nil
}

// scalar reads a built-in scalar; a value of a custom one, such as body, is anything but null.
func (r reader) scalar(path, typ string, v *ast.Value) *node {
	fits, want := true, ""
	switch typ {
	case "String":
		fits, want = v.Kind == ast.StringValue || v.Kind == ast.BlockValue, "a string"
	case "weft__Spelling":
		_, err := strconv.ParseInt(v.Raw, 10, 64)
		fits, want = v.Kind == ast.StringValue || v.Kind == ast.BlockValue || v.Kind == ast.IntValue && err == nil, "a string, or a whole number"
	case "Boolean":
		fits, want = v.Kind == ast.BooleanValue, "true or false"
	case "Int":
		_, err := strconv.ParseInt(v.Raw, 10, 32)
		fits, want = v.Kind == ast.IntValue && err == nil, "a whole number of 32 bits"
	}
	switch {
	case fits:
		return &node{pos: v.Position, value: v}
	case typ == "String" && v.Kind != ast.ListValue && v.Kind != ast.ObjectValue:
		r.c.report(r.site, v.Position, "%s must be a string, got %s; put it in quotes", path, v)
	case v.Kind == ast.StringValue:
		r.c.report(r.site, v.Position, "%s must be %s, got the string %s; drop the quotes", path, want, v)
	default:
		r.c.report(r.site, v.Position, "%s must be %s, got %s", path, want, v)
	}
	return nil
}
