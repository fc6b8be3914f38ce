package binding

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Body is a JSON template. Exactly one of Literal, Object, List and Var is set.
type Body struct {
	Literal string   // JSON text
	Object  []Member // an object, its members in this order
	List    []*Body  // an array
	Var     string   // a variable's value
	Path    []string // below an input object's variable: the members that lead to the value, by GraphQL name
}

// Member is one member of a Body's object. A variable that has no value leaves its member out; null is sent as null.
type Member struct {
	Name  string
	Value *Body
}

// String is the body as text: JSON with {variables} in it.
func (b *Body) String() string {
	var parts []string
	switch {
	case b.Var != "":
		return "{" + strings.Join(append([]string{b.Var}, b.Path...), ".") + "}"
	case b.Object != nil:
		for _, m := range b.Object {
			parts = append(parts, fmt.Sprintf("%q: %s", m.Name, m.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case b.List != nil:
		for _, e := range b.List {
			parts = append(parts, e.String())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return b.Literal
}

// append appends the body with its variables filled in. A variable without a value is null here: only as an object's member it can be
// left out, which appendObject does.
func (b *Body) append(dst []byte, in Params) []byte {
	switch {
	case b.Var != "":
		v, t, _ := b.lookup(in)
		return appendJSON(dst, v, t)
	case b.Object != nil:
		return b.appendObject(dst, in)
	case b.List != nil:
		dst = append(dst, '[')
		for i, e := range b.List {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = e.append(dst, in)
		}
		return append(dst, ']')
	}
	return append(dst, b.Literal...)
}

// appendObject appends an object without the members whose variables have no value.
func (b *Body) appendObject(dst []byte, in Params) []byte {
	dst = append(dst, '{')
	n := 0
	for _, m := range b.Object {
		if m.Value.Var != "" {
			if _, _, ok := m.Value.lookup(in); !ok {
				continue
			}
		}
		if n++; n > 1 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, m.Name), ':')
		dst = m.Value.append(dst, in)
	}
	return append(dst, '}')
}

// lookup finds a variable's value and type; false where the client gave none.
func (b *Body) lookup(in Params) (any, *Type, bool) {
	for i, v := range in.Vars {
		if v.Name != b.Var {
			continue
		}
		if in.Values[i] == absent {
			return nil, v.Type, false
		}
		return descend(in.Values[i], v.Type, b.Path)
	}
	return nil, &Type{}, false
}

// descend follows path into an input object, where fields that the client left out have their defaults; false where there is no value.
func descend(v any, t *Type, path []string) (any, *Type, bool) {
	for i, name := range path {
		m, isMap := v.(map[string]any)
		f := t.field(name)
		if !isMap || f == nil {
			return nil, &Type{}, false
		}
		next, ok := m[name]
		if !ok {
			return f.fallback(path[i+1:])
		}
		v, t = next, f.Type
	}
	return v, t, true
}

// fallback is the value at path below the field's default, which is JSON as bodies have it.
func (f *InputField) fallback(path []string) (any, *Type, bool) {
	text := f.Default
	for _, name := range path {
		var members map[string]json.RawMessage
		next := f.Type.field(name)
		if next == nil || json.Unmarshal([]byte(text), &members) != nil || members == nil {
			return nil, &Type{}, false
		}
		f, text = next, string(members[next.JSON])
		if text == "" {
			text = f.Default
		}
	}
	if text == "" {
		return nil, f.Type, false
	}
	return json.RawMessage(text), &Type{}, true
}

// field is the field of an input type; nil: there is none of that name, or the type is no input.
func (t *Type) field(name string) *InputField {
	if t.Input == nil {
		return nil
	}
	for i := range t.Input.Fields {
		if t.Input.Fields[i].Name == name {
			return &t.Input.Fields[i]
		}
	}
	return nil
}
