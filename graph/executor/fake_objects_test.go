package executor_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"weft/graph/binding"
	"weft/graph/plan"
)

// nesting is how deep objects nest.
const nesting = 3

// body is a complete answer.
func (f *fake) body(q *question, header http.Header) (status int, body string) {
	b := q.binding
	switch {
	case q.batch != nil:
		return http.StatusOK, encode(place(q.call.At, f.batch(q)))
	case b.Entity:
		if !f.known(b.Object, q.parts()) {
			return http.StatusNotFound, ""
		}
		return http.StatusOK, encode(place(q.call.At, f.object(b.Object, q.parts(), nesting)))
	case b.Page != nil:
		return http.StatusOK, encode(f.page(q, header))
	}
	return http.StatusOK, encode(place(q.call.At, f.value(q)))
}

// value is the answer to a call that has nothing to do with keys.
func (f *fake) value(q *question) any {
	r := f.random("value", q.binding.Name, q.text)
	t := f.fields[q.binding].Type
	if !q.binding.List {
		if r.IntN(8) == 0 {
			return nil
		}
		return f.summary(r, q.binding, f.one(r, t.Name(), nesting))
	}
	if r.IntN(25) == 0 {
		return nil
	}
	return f.list(q, r, r.IntN(5))
}

// list are n elements of what a call answers.
func (f *fake) list(q *question, r *rand.Rand, n int) []any {
	list := []any{}
	for range n {
		list = append(list, f.element(q, r))
	}
	return list
}

func (f *fake) element(q *question, r *rand.Rand) any {
	if r.IntN(40) == 0 {
		return place(q.call.Each, nil)
	}
	return place(q.call.Each, f.summary(r, q.binding, f.one(r, f.elementType(q.binding), nesting)))
}

// elementType is the type of what a list or page of a binding holds.
func (f *fake) elementType(b *binding.Binding) string {
	name := f.fields[b].Type.Name()
	if c := f.tables.Types[name]; c != nil && c.Kind == plan.Connection {
		if nodes := c.Fields["nodes"]; nodes != nil {
			return nodes.Type.Name()
		}
		return f.tables.Types[c.Fields["edges"].Type.Name()].Fields["node"].Type.Name()
	}
	return name
}

// one is a value of a named type: an object of a known key where the type is an entity.
func (f *fake) one(r *rand.Rand, name string, depth int) any {
	t := f.tables.Types[name]
	switch {
	case t == nil:
		return f.leaf(r, name)
	case t.Kind == plan.Abstract:
		return f.variant(r, t, depth)
	}
	if b := f.entities[name]; b != nil {
		parts := f.parts(r, b)
		for range 20 {
			if f.known(name, parts) {
				break
			}
			parts = f.parts(r, b)
		}
		return f.object(name, parts, depth)
	}
	return f.members(f.random("object", name, r.Uint64()), name, depth)
}

func (f *fake) parts(r *rand.Rand, b *binding.Binding) []string {
	parts := make([]string, len(b.Vars))
	for i, v := range b.Vars {
		n := r.IntN(keys)
		if v.Type.Scalar == "Int" || b.KeyInt {
			n = r.IntN(keys - 1)
		}
		parts[i] = keyText(n)
	}
	return parts
}

func (f *fake) variant(r *rand.Rand, t *plan.Type, depth int) any {
	if t.Having != nil { // what it has tells its type, which may be another one
		return f.one(r, t.Having[r.IntN(len(t.Having))].Type(), depth)
	}
	var values []string
	for value := range t.Variants {
		values = append(values, value)
	}
	slices.Sort(values)
	value := values[r.IntN(len(values))]
	object := f.one(r, t.Variants[value], depth)
	m := object.(map[string]any)
	switch r.IntN(30) {
	case 0:
		return odd{"no object"}
	case 1:
		m[strings.TrimPrefix(t.Discriminator, "/")] = odd{"unknown"}
		return m
	case 2:
		m["more"] = odd{m["more"]}
		return m
	}
	m[strings.TrimPrefix(t.Discriminator, "/")] = value
	return m
}

// known reports whether there is an entity with that key.
func (f *fake) known(object string, parts []string) bool {
	return f.random("known", object, fmt.Sprintf("%q", parts)).IntN(6) > 0
}

// object is the entity with a key: the same in each answer.
func (f *fake) object(name string, parts []string, depth int) map[string]any {
	b := f.entities[name]
	m := f.members(f.random("entity", name, fmt.Sprintf("%q", parts)), name, depth)
	for i, slot := range b.KeySlots {
		set(m, b.Shape.Pointer(slot), keyJSON(b, i, parts[i]))
	}
	return m
}

// keyJSON is a part of a key as an upstream has it: a number where it can be one.
func keyJSON(b *binding.Binding, i int, part string) any {
	if _, err := strconv.Atoi(part); err == nil && (b.KeyInt || b.Vars[i].Type.Scalar == "Int") {
		return json.Number(part)
	}
	return part
}

// members are an object's, as its shape has them; some are wrong, null or missing.
func (f *fake) members(r *rand.Rand, name string, depth int) map[string]any {
	t := f.tables.Types[name]
	m := map[string]any{"more": "than asked for"}
	for slot := 1; slot <= t.Shape.Len(); slot++ {
		v := f.member(r, t, slot, depth)
		if field, _ := f.slot(t, slot); field != nil && field.Type.NonNull && (v == nil || v == absent) {
			m["more"] = odd{m["more"]} // it is not there where it must be
		}
		if v != absent {
			set(m, t.Shape.Pointer(slot), v)
		}
	}
	return m
}

// absent is a member that is not there.
var absent any = struct{ absent bool }{}

// set puts a member where a pointer leads to, unless something else is on the way.
func set(m map[string]any, pointer string, v any) {
	tokens := strings.Split(pointer[1:], "/")
	for i, token := range tokens[:len(tokens)-1] {
		inner, ok := m[token].(map[string]any)
		if !ok {
			if _, taken := m[token]; taken || tokens[i+1] == "0" {
				return
			}
			inner = map[string]any{}
			m[token] = inner
		}
		m = inner
	}
	m[tokens[len(tokens)-1]] = v
}

func (f *fake) member(r *rand.Rand, t *plan.Type, slot, depth int) any {
	field, keyList := f.slot(t, slot)
	nonNull := field != nil && field.Type.NonNull
	switch n := r.IntN(100); {
	case n < 10 && !nonNull, n < 2:
		return nil
	case n < 13 && !nonNull, n < 4:
		return absent
	case n < 16 && !nonNull, n < 6:
		return f.wrong(r)
	}
	switch {
	case field != nil && field.Stub != nil:
		return f.stubs(r, field, depth)
	case field != nil:
		return f.typed(r, field.Type, field.Each, depth)
	case keyList:
		list := []any{}
		for range r.IntN(4) {
			list = append(list, f.key(r))
		}
		return list
	}
	return f.key(r)
}

// slot is the field that reads a slot; nil: only bindings do, keyList as a list of keys.
func (f *fake) slot(t *plan.Type, slot int) (field *plan.Field, keyList bool) {
	for _, candidate := range sorted(t.Fields) {
		if candidate.Bound == nil && candidate.Slot == slot {
			return candidate, false
		}
	}
	for _, candidate := range sorted(t.Fields) {
		if candidate.Bound != nil && candidate.Bound.Keys && candidate.Bound.Sources[0].Argument == "" && candidate.Bound.Sources[0].Slot == slot {
			return nil, true
		}
	}
	for _, other := range sorted(f.tables.Types) { // members that others lift
		for _, candidate := range sorted(other.Fields) {
			if b := candidate.Bound; b != nil && b.Lift != nil && b.Lift.Slot == slot && b.Binding.Object == t.Name {
				return &plan.Field{Type: candidate.Type}, false
			}
		}
	}
	return nil, false
}

func (f *fake) key(r *rand.Rand) any {
	text := keyText(r.IntN(keys))
	switch n, err := strconv.Atoi(text); {
	case r.IntN(30) == 0:
		return nil
	case err == nil && r.IntN(2) == 0:
		return n
	}
	return text
}

// wrong is a value that some types can be read from and most cannot.
func (f *fake) wrong(r *rand.Rand) any {
	return odd{[]any{
		true, json.Number("12"), json.Number("1.0"), json.Number("1e2"), json.Number("1.5"), json.Number("3000000000"), "text", "12", "", "..",
		[]any{},
		[]any{nil},
		[]any{1, "x"},
		map[string]any{},
		map[string]any{"name": 1},
	}[r.IntN(15)]}
}

// odd is a value that an entity's object does not have everywhere it appears: it cannot be read, and so whose answer it came in is said, or it is
// not there because objects do not nest any deeper.
type odd struct{ value any }

func (o odd) MarshalJSON() ([]byte, error) { return json.Marshal(o.value) }

// isOdd reports whether a value is odd, or something in it.
func isOdd(v any) bool {
	switch v := v.(type) {
	case odd:
		return true
	case []any:
		return slices.ContainsFunc(v, isOdd)
	case map[string]any:
		for _, inner := range v {
			if isOdd(inner) {
				return true
			}
		}
	}
	return false
}

// typed is a value of a field's type.
func (f *fake) typed(r *rand.Rand, t *plan.TypeRef, each string, depth int) any {
	composite := f.tables.Types[t.Name()] != nil
	switch {
	case t.Elem == nil && composite && depth <= 0:
		return odd{nil}
	case t.Elem == nil:
		return f.one(r, t.Name(), depth-1)
	}
	list := []any{}
	if composite && depth <= 0 {
		return odd{list}
	}
	for range r.IntN(4) {
		var e any
		switch n := r.IntN(60); {
		case n < 1 && t.Elem.NonNull:
			e = odd{nil}
		case n < 5 && !t.Elem.NonNull:
		case n < 6:
			e = f.wrong(r)
		default:
			e = f.typed(r, t.Elem, "", depth-1)
		}
		if away := r.IntN(50) == 0; !away {
			e = place(each, e)
		} else if each != "" {
			e = odd{e}
		}
		list = append(list, e)
	}
	return list
}

func (f *fake) leaf(r *rand.Rand, name string) any {
	if values := f.kind.values[name]; values != nil {
		return json.RawMessage(values[r.IntN(len(values))])
	}
	switch name {
	case "Int":
		return json.Number([]string{"0", "1", "-7", "2147483647", "3.0", "12e1"}[r.IntN(6)])
	case "Float":
		return json.Number([]string{"0", "1.50", "-2e3", "0.1", "12345678901234567890"}[r.IntN(5)])
	case "Boolean":
		return r.IntN(2) == 0
	case "ID":
		return keyText(r.IntN(keys))
	}
	return []any{"Kettle", "", "ä\u2028\"\\/\n", json.RawMessage(`"\ud83d\ude00 \u00e9"`), json.RawMessage(`"\ud800"`)}[r.IntN(5)]
}
