package view

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
)

// JSON writes a plain value for [Build]: strings, numbers, booleans, pointers to these (null when nil), [Raw],
// views (as their text), whatever has MarshalGQL, slices of all these; anything else as encoding/json does.
// It panics on what has no JSON form, such as a channel or NaN.
func JSON(v any) []byte { return appendJSON(nil, v) }

// ListJSON writes a slice for [Build], each element by a function of its own; nil is null.
func ListJSON[T any](list []T, element func(T) []byte) []byte {
	if list == nil {
		return []byte("null")
	}
	dst := []byte{'['}
	for i, t := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, element(t)...)
	}
	return append(dst, ']')
}

// EnumJSON writes an enum's value in the upstream's spelling, the first in order if there are several. A value
// without one is written by its name.
func EnumJSON[T ~string](values EnumValues, v T) []byte {
	spelling, found := string(v), false
	for upstream, name := range values {
		if name == string(v) && (!found || upstream < spelling) {
			spelling, found = upstream, true
		}
	}
	return appendString(nil, spelling)
}

// NumberEnumJSON writes an enum's value as the upstream's number. A value without one is written by its name.
func NumberEnumJSON[T ~string](values EnumValues, v T) []byte {
	for number, name := range values {
		if name == string(v) {
			return []byte(number)
		}
	}
	return appendString(nil, string(v))
}

// NumberEnumJSONOpt is [NumberEnumJSON] for a nullable value: nil is null.
func NumberEnumJSONOpt[T ~string](values EnumValues, v *T) []byte {
	if v == nil {
		return []byte("null")
	}
	return NumberEnumJSON(values, *v)
}

// EnumJSONOpt is [EnumJSON] for a nullable value: nil is null.
func EnumJSONOpt[T ~string](values EnumValues, v *T) []byte {
	if v == nil {
		return []byte("null")
	}
	return EnumJSON(values, *v)
}

// appendJSON writes the types that members mostly have without reflection.
func appendJSON(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return appendString(dst, v)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case bool:
		return strconv.AppendBool(dst, v)
	}
	return appendReflected(dst, reflect.ValueOf(v))
}

var objectType = reflect.TypeFor[Object]()

// appendReflected writes any other value. A view is told by its type, since each generated one is another: whatever converts to Object.
func appendReflected(dst []byte, v reflect.Value) []byte {
	kind := v.Kind()
	if (kind == reflect.Pointer || kind == reflect.Slice || kind == reflect.Map) && v.IsNil() {
		return append(dst, "null"...)
	}
	if kind == reflect.Struct && v.Type().ConvertibleTo(objectType) {
		return appendObject(dst, v.Convert(objectType).Interface().(Object))
	}
	switch m := v.Interface().(type) {
	case Object: // a pointer to a view is met again as the view
	case interface{ MarshalGQL(w io.Writer) }:
		return appendGQL(dst, m)
	case json.Marshaler, encoding.TextMarshaler:
		return appendMarshaled(dst, m)
	}
	switch {
	case kind == reflect.Pointer:
		return appendJSON(dst, v.Elem().Interface())
	case kind == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		dst = append(dst, '[')
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSON(dst, v.Index(i).Interface())
		}
		return append(dst, ']')
	}
	return appendMarshaled(dst, v.Interface())
}

func appendObject(dst []byte, o Object) []byte {
	if o.IsNull() {
		return append(dst, "null"...)
	}
	return append(dst, o.JSON()...)
}

func appendGQL(dst []byte, v interface{ MarshalGQL(w io.Writer) }) []byte {
	buf := bytes.NewBuffer(dst)
	v.MarshalGQL(buf)
	return buf.Bytes()
}

func appendMarshaled(dst []byte, v any) []byte {
	text, err := marshal(v)
	if err != nil {
		panic(fmt.Sprintf("view: %T has no JSON form: %v", v, err))
	}
	return append(dst, text...)
}

// marshal is json.Marshal without the escapes that are only for HTML.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}
