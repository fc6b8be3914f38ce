package demo

import (
	"reflect"
	"strings"
)

// schemas is the named JSON schemas of a description, made of Go types and the tags of their fields:
// json names a member, and omitempty makes it optional; enum and format say what a string may be.
type schemas map[string]any

// variant is a type that stands for one of several.
type variant interface{ variants() []any }

// of returns the schema of a type. That of a struct is a reference to one of c.
func (c schemas) of(t reflect.Type) map[string]any {
	switch t.Kind() {
	case reflect.Pointer:
		return map[string]any{"anyOf": []any{c.of(t.Elem()), map[string]any{"type": "null"}}}
	case reflect.Slice:
		return arrayOf(c.of(t.Elem()))
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": c.of(t.Elem())}
	case reflect.Struct:
		return c.object(t)
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	default:
		return map[string]any{"type": "string"}
	}
}

func arrayOf(items map[string]any) map[string]any {
	return map[string]any{"type": "array", "items": items}
}

func (c schemas) object(t reflect.Type) map[string]any {
	if v, ok := reflect.Zero(t).Interface().(variant); ok {
		return c.oneOf(v.variants())
	}
	if t.Name() == "" {
		return c.members(t)
	}
	name := capital(t.Name())
	if _, ok := c[name]; !ok {
		c[name] = nil // a type may contain itself
		c[name] = c.members(t)
	}
	return map[string]any{"$ref": "#/components/schemas/" + name}
}

func (c schemas) oneOf(values []any) map[string]any {
	var all []any
	for _, v := range values {
		all = append(all, c.of(reflect.TypeOf(v)))
	}
	return map[string]any{"oneOf": all}
}

// members lists the fields of a struct, and those of the structs it embeds.
func (c schemas) members(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, f := range reflect.VisibleFields(t) {
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || name == "" {
			continue
		}
		schema := c.of(f.Type)
		if values := f.Tag.Get("enum"); values != "" {
			schema["enum"] = strings.Split(values, ",")
		}
		if format := f.Tag.Get("format"); format != "" {
			schema["format"] = format
		}
		properties[name] = schema
		if option != "omitempty" {
			required = append(required, name)
		}
	}
	return map[string]any{"type": "object", "properties": properties, "required": required}
}
