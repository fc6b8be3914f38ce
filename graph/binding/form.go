package binding

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// errName says that a client's name of a member would not be one where names are written in brackets.
var errName = errors.New("a member's name has brackets, or is empty")

// pairs writes values as parameters, each behind an ampersand: a member of an object as name[member], an element of a list as name[], or,
// where it is an object or a list itself, as name[0] and so on.
type pairs struct {
	dst   []byte
	nulls bool  // null is an empty value; without, it is left out
	err   error // [errName]; nil: all is well
}

// value writes v, a coerced GraphQL argument, a member's value or a part of one.
func (w *pairs) value(name string, v any, t *Type) {
	if raw, ok := v.(json.RawMessage); ok { // a default
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		_ = d.Decode(&v) // the schema's own
	}
	switch m := v.(type) {
	case absentValue:
		return
	case nil:
		if w.nulls {
			w.pair(name, "")
		}
		return
	case map[string]any:
		if t.Input != nil {
			w.input(name, m, t.Input)
		} else {
			w.object(name, m)
		}
		return
	}
	if _, isList := v.([]any); t.List != nil || isList {
		elem := t.List
		if elem == nil {
			elem = &Type{}
		}
		w.list(name, elements(v), elem)
		return
	}
	s, _ := text(v, t)
	w.pair(name, s)
}

func (w *pairs) pair(name, value string) {
	w.dst = append(appendWritten(append(w.dst, '&'), name), '=')
	w.dst = appendEscaped(w.dst, value)
}

// list writes the elements of a list.
func (w *pairs) list(name string, list []any, elem *Type) {
	for i, e := range list {
		child := name + "[]"
		switch e.(type) {
		case map[string]any, []any:
			child = within(name, strconv.Itoa(i))
		}
		w.value(child, e, elem)
	}
}

// input writes an input object, its fields in the schema's order.
func (w *pairs) input(name string, m map[string]any, in *Input) {
	for _, f := range in.Fields {
		v, ok := m[f.Name]
		switch {
		case ok:
			w.value(within(name, f.JSON), v, f.Type)
		case f.Default != "":
			w.value(within(name, f.JSON), json.RawMessage(f.Default), &Type{})
		}
	}
}

// object writes an object of a custom scalar, whose names are the client's.
func (w *pairs) object(name string, m map[string]any) {
	for _, member := range slices.Sorted(maps.Keys(m)) {
		if member == "" || strings.ContainsAny(member, "[]") {
			w.err = errName
		}
		w.value(within(name, member), m[member], &Type{})
	}
}

// body writes a body. A variable without a value is left out.
func (w *pairs) body(name string, b *Body, in Params) {
	switch {
	case b.Var != "":
		if v, t, ok := b.lookup(in); ok {
			w.value(name, v, t)
		}
	case b.Object != nil:
		for _, m := range b.Object {
			w.body(within(name, m.Name), m.Value, in)
		}
	case b.List != nil:
		for i, e := range b.List {
			child := name + "[]"
			if e.Object != nil || e.List != nil {
				child = within(name, strconv.Itoa(i))
			}
			w.body(child, e, in)
		}
	default:
		w.value(name, json.RawMessage(b.Literal), &Type{})
	}
}

// form is a body as application/x-www-form-urlencoded: what the client left out is left out, and null is an empty value.
func form(b *Body, in Params) ([]byte, error) {
	w := pairs{nulls: true, dst: []byte{}}
	w.body("", b, in)
	return bytes.TrimPrefix(w.dst, []byte("&")), w.err
}

// within is the name of a member, which at the top is its own.
func within(name, member string) string {
	if name == "" {
		return member
	}
	return name + "[" + member + "]"
}
