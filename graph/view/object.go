package view

import (
	"bytes"
	"unsafe"
)

// Span is the place of a value in a text, from Off to before End. An absent value has no End; its Off is zero, or in the text of who lacks it.
type Span struct{ Off, End uint32 }

// Body is a scanned text, shared by all objects in it. It is immutable.
type Body struct {
	text   []byte
	spans  []Span
	source *Source // nil: nobody knows
	call   uint64  // see Source; 0: none, as of a copy
	shape  *Shape
	rest   *rest // of an object that has members of another one; nil: it has not
}

// Source is who gives texts of a kind: what errors about them name. It is made once, for any number of texts; beside it goes the number of
// the call that a text came with, where there is one ([upstream.Response]).
type Source struct {
	Upstream string
	Binding  string // that asked
	At       string // where that stands in the schema

	Root string // where the texts stand in whole answers: a JSON pointer, with * for a key; "" they are that
	Key  int    // which of the names that lead to something, from 1, is a key: a part of the data, which no error shows. 0: none is
}

// Object is one value of a body whose members are found by slot: slot k is body.spans[base+k], and slot 0 is
// the object itself. The zero Object is no object at all: it reads as absent everywhere. Objects are
// immutable and may be read concurrently; an object keeps the whole body in memory, see [Object.Clone].
type Object struct {
	body *Body
	base int
}

// IsNull reports whether the object is zero, absent from its body, or JSON null.
func (o Object) IsNull() bool { return o.Kind(0) <= KindNull }

// Kind returns which kind of JSON value a slot holds; slot 0 is the object itself.
func (o Object) Kind(slot int) Kind { return o.value(slot).Kind() }

// Complete reports whether it is an object in which every declared member is present.
func (o Object) Complete() bool {
	if o.Kind(0) != KindObject {
		return false
	}
	for _, span := range o.spans()[1:] {
		if span.End == 0 {
			return false
		}
	}
	return true
}

// JSON returns the object's exact text, or nil if it is absent. The text is the body's own and must not be changed;
// appending to it copies.
func (o Object) JSON() []byte { return o.value(0).Raw() }

// Key returns a member as the text of a GraphQL ID: a string's text, without a copy if it has no escapes, or
// the digits of an integer. It is false for anything else, and for a member that is null or absent.
func (o Object) Key(slot int) (string, bool) { return o.value(slot).key() }

// Keys returns a member that is a list of keys, each as [Object.Key] returns it, or of what has them at a path. Null ones are left out. It
// is false for a member that is null, absent or no list, or that has an element which is no key.
func (o Object) Keys(slot int, each Path) ([]string, bool) {
	list := o.value(slot)
	if list.Kind() != KindList {
		return nil, false
	}
	keys := []string{}
	for _, element := range list.elements() {
		if element = element.At(each); element.IsNull() {
			continue
		}
		key, ok := element.key()
		if !ok {
			return nil, false
		}
		keys = append(keys, key)
	}
	return keys, true
}

// Value returns a member as a plain Go value, for variables of a request: a string, [encoding/json.Number],
// bool, []any, map[string]any, or nil for one that is null or absent.
func (o Object) Value(slot int) any { return o.value(slot).plain() }

// Values is Value, of a list with what stands at a path in each element.
func (o Object) Values(slot int, each Path) any {
	list := o.value(slot)
	if len(each.tokens) == 0 || list.Kind() != KindList {
		return list.plain()
	}
	values := []any{}
	for _, element := range list.elements() {
		values = append(values, element.At(each).plain())
	}
	return values
}

// Clone copies the object out of its body, so that what is kept does not keep a whole batch in memory.
func (o Object) Clone() Object {
	if o.body == nil {
		return Object{}
	}
	all := o.spans()
	body := &Body{
		text: bytes.Clone(o.JSON()), spans: make([]Span, len(all)),
		source: o.body.source, shape: o.body.shape,
	}
	for i, span := range all {
		if span.End != 0 {
			body.spans[i] = Span{span.Off - all[0].Off, span.End - all[0].Off}
		}
	}
	return Object{body, 0}
}

// Size returns the bytes of memory that a clone of the object keeps.
func (o Object) Size() int {
	if o.body == nil {
		return 0
	}
	return int(unsafe.Sizeof(*o.body)) + len(o.JSON()) + len(o.spans())*int(unsafe.Sizeof(Span{}))
}

// spans returns the object's own slots.
func (o Object) spans() []Span { return o.body.spans[o.base:][:1+o.body.shape.Len()] }

// value is what a slot holds; absent for the zero Object.
func (o Object) value(slot int) Value {
	if o.body == nil {
		return Value{}
	}
	return Value{o.body, o.body.spans[o.base+slot]}
}

// Viewer is what every generated view type is: `type Product view.Object`.
type Viewer interface {
	~struct {
		body *Body
		base int
	}
}

// As returns an object as a view, or nil if it is null. It does not look at the object's kind.
func As[T Viewer](o Object) *T {
	if o.IsNull() {
		return nil
	}
	v := T(o)
	return &v
}

// AsList returns objects as views that share one allocation; null objects become nil.
func AsList[T Viewer](os []Object) []*T {
	slab, list := make([]T, len(os)), make([]*T, len(os))
	for i, o := range os {
		if !o.IsNull() {
			slab[i] = T(o)
			list[i] = &slab[i]
		}
	}
	return list
}

// ObjectOf returns the object behind a view; a nil view has the zero Object.
func ObjectOf[T Viewer](v *T) Object {
	if v == nil {
		return Object{}
	}
	return Object(*v)
}

// Lifted is a member as an object by itself, or, of a list, its elements as such, as where a call answers values without members. nil: it is
// null.
func (o Object) Lifted(slot int, list bool) ([]Object, error) {
	v := o.value(slot)
	if v.IsNull() {
		return nil, nil
	}
	source, call := v.from()
	body := &Body{text: v.body.text, source: source, call: call}
	if !list {
		body.spans = []Span{v.span}
		return []Object{{body, 0}}, nil
	}
	if err := v.List(); err != nil {
		return nil, o.Located(slot, err)
	}
	objects := []Object{}
	for i, e := range v.elements() {
		body.spans = append(body.spans, e.span)
		objects = append(objects, Object{body, i})
	}
	return objects, nil
}
