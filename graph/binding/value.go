package binding

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Type says how a variable's value is written into templates and bodies. The zero Type is a custom scalar, written as it came.
type Type struct {
	Scalar string            // String, ID, Int, Float, Boolean, Int64 or Decimal
	Enum   map[string]string // of an enum, not nil: GraphQL name → spelling in JSON, where they differ; Scalar is then String, or Int64 for numbers
	Input  *Input            // an input object; nil: it is none
	List   *Type             // of the elements of a list; nil: it is none

	InputName string // in [NewInputs] only: the Input of that name
	digits    bool   // of keys only, in [New]: they are whole numbers, as text
}

// Input says how an input object is written into bodies.
type Input struct {
	Name   string
	Fields []InputField
}

// InputField is one field of an input: absent stays absent unless it has a Default; null is sent as null.
type InputField struct {
	Name    string // in GraphQL
	JSON    string // in bodies
	Type    *Type
	Default string // as JSON; "" none
}

// NewInputs links inputs that refer to each other by InputName and returns them by name.
func NewInputs(list ...Input) map[string]*Input {
	inputs := make(map[string]*Input, len(list))
	for i := range list {
		inputs[list[i].Name] = &list[i]
	}
	for _, in := range inputs {
		for _, f := range in.Fields {
			for t := f.Type; t != nil; t = t.List {
				if t.InputName != "" {
					t.Input = inputs[t.InputName]
				}
			}
		}
	}
	return inputs
}

// appendJSON appends v, a coerced GraphQL argument, a member's value or a part of one, as JSON.
func appendJSON(dst []byte, v any, t *Type) []byte {
	switch {
	case v == nil || v == absent:
		return append(dst, "null"...)
	case t.List != nil:
		return appendList(dst, v, t.List)
	case t.Input != nil:
		return appendInput(dst, v, t.Input)
	case t.Scalar != "":
		return appendScalar(dst, v, t)
	}
	return appendAny(dst, v)
}

// appendScalar appends a built-in scalar or an enum; what is neither, since an upstream gave it as a member, is null.
func appendScalar(dst []byte, v any, t *Type) []byte {
	s, ok := text(v, t)
	switch {
	case !ok:
		return append(dst, "null"...)
	case t.Scalar == "ID" || t.Scalar == "String":
		return appendString(dst, s)
	}
	return appendLiteral(dst, s)
}

// appendLiteral appends a number or boolean as it is. What should be one and is not, since an upstream gave it as a member,
// is a string: it must not become a piece of the body.
func appendLiteral(dst []byte, s string) []byte {
	if integer(s) || s == "true" || s == "false" || s != "" && strings.Trim(s, "+-.0123456789Ee") == "" && json.Valid([]byte(s)) {
		return append(dst, s...)
	}
	return appendString(dst, s)
}

// appendList appends a list. A batch's keys are strings already, and many: they need no boxing as any.
func appendList(dst []byte, v any, elem *Type) []byte {
	if keys, ok := v.([]string); ok && elem.List == nil && elem.Input == nil {
		return appendKeys(dst, keys, elem)
	}
	dst = append(dst, '[')
	for i, e := range elements(v) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendJSON(dst, e, elem)
	}
	return append(dst, ']')
}

// appendKeys appends a list of strings as appendList does.
func appendKeys(dst []byte, keys []string, elem *Type) []byte {
	dst = append(dst, '[')
	for i, key := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		switch elem.Scalar {
		case "ID", "String", "":
			dst = appendString(dst, stringText(key, elem))
		default:
			dst = appendLiteral(dst, stringText(key, elem))
		}
	}
	return append(dst, ']')
}

// appendInput appends an input object, its fields in the schema's order, under their names in JSON.
func appendInput(dst []byte, v any, in *Input) []byte {
	m, _ := v.(map[string]any)
	dst = append(dst, '{')
	n := 0
	for _, f := range in.Fields {
		e, ok := m[f.Name]
		if !ok && f.Default == "" {
			continue
		}
		if n++; n > 1 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, f.JSON), ':')
		if ok {
			dst = appendJSON(dst, e, f.Type)
		} else {
			dst = append(dst, f.Default...)
		}
	}
	return append(dst, '}')
}

// appendString appends s as JSON; what is not UTF-8 in it becomes U+FFFD.
func appendString(dst []byte, s string) []byte {
	if plain(s) {
		return append(append(append(dst, '"'), s...), '"')
	}
	b, _ := json.Marshal(s) // a string always marshals
	return append(dst, b...)
}

// plain reports whether JSON writes s as it is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\' {
			return false
		}
	}
	return true
}

// appendAny appends a value of a custom scalar. gqlparser makes a nil slice of the literal [], for which encoding/json has null.
func appendAny(dst []byte, v any) []byte {
	switch v := v.(type) {
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendAny(dst, e)
		}
		return append(dst, ']')
	case map[string]any:
		dst = append(dst, '{')
		for i, name := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendAny(append(appendString(dst, name), ':'), v[name])
		}
		return append(dst, '}')
	}
	b, err := json.Marshal(v)
	if err != nil { // not a JSON value: its text is the best there is
		return appendString(dst, fmt.Sprint(v))
	}
	return append(dst, b...)
}

// elements returns a list's elements; a single value is a list of one (GraphQL list input coercion). gqlparser makes
// slices of other types than []any where a variable is a single value.
func elements(v any) []any {
	switch l := v.(type) {
	case nil, absentValue:
		return nil
	case []any:
		return l
	case selection:
		return l.names
	case expansion:
		return l.names
	}
	slice := reflect.ValueOf(v)
	if slice.Kind() != reflect.Slice {
		return []any{v}
	}
	out := make([]any, slice.Len())
	for i := range out {
		out[i] = slice.Index(i).Interface()
	}
	return out
}

// text returns a scalar's or enum's text in a URI, always UTF-8; false for null and for what has no text.
func text(v any, t *Type) (string, bool) {
	switch x := v.(type) {
	case string:
		return stringText(x, t), true
	case json.Number:
		return whole(x, t), true
	case bool:
		return strconv.FormatBool(x), true
	case int:
		return strconv.Itoa(x), true
	case int64:
		return strconv.FormatInt(x, 10), true
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64), true
	case fmt.Stringer:
		return x.String(), true
	}
	return "", false
}

// stringText is a string as it is sent: of an enum's value its spelling in JSON.
func stringText(s string, t *Type) string {
	if wire, ok := t.Enum[s]; ok {
		return wire
	}
	return strings.ToValidUTF8(s, "\ufffd")
}

// whole is a number as a URI has it: an Int by its digits, however it was written.
func whole(n json.Number, t *Type) string {
	if t.Scalar == "Int" && strings.ContainsAny(n.String(), ".eE") {
		if f, err := n.Float64(); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<31 {
			return strconv.FormatInt(int64(f), 10)
		}
	}
	return n.String()
}

// absent is the value of an argument that the client did not give, where null means something else.
var absent any = absentValue{}

type absentValue struct{}

// canonical is the same text for the same values: the key under which calls and batches are shared within an operation. It leaves out
// the values of the variables at except.
func canonical(vars []Var, values []any, except []int) string {
	var dst []byte
	for i, v := range vars {
		switch {
		case slices.Contains(except, i):
		case values[i] == absent:
			dst = append(dst, '-')
		default:
			dst = appendJSON(dst, values[i], v.Type)
		}
		dst = append(dst, ',')
	}
	return string(dst)
}
