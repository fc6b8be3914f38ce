package oracletest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// member is one of an object, which is a list of them.
type member struct {
	name  string
	value any
}

// canonical is JSON with each value in a line of its own, and numbers as JavaScript has them.
func canonical(t *testing.T, q question, data json.RawMessage) string {
	t.Helper()
	if data == nil {
		return ""
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var b strings.Builder
	write(&b, read(t, dec), "", q.Sorted)
	return b.String()
}

func read(t *testing.T, dec *json.Decoder) any {
	t.Helper()
	token, err := dec.Token()
	if err != nil {
		t.Fatal(err)
	}
	switch token {
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			list = append(list, read(t, dec))
		}
		_, _ = dec.Token()
		return list
	case json.Delim('{'):
		object := []member{}
		for dec.More() {
			name, _ := dec.Token()
			object = append(object, member{name.(string), read(t, dec)})
		}
		_, _ = dec.Token()
		return object
	}
	return token
}

func write(b *strings.Builder, v any, at string, sorted bool) {
	switch v := v.(type) {
	case []member:
		if sorted {
			slices.SortStableFunc(v, func(x, y member) int { return strings.Compare(x.name, y.name) })
		}
		fmt.Fprintf(b, "%s = {}\n", at)
		for _, m := range v {
			write(b, m.value, at+"."+m.name, sorted)
		}
	case []any:
		if sorted && (strings.HasSuffix(at, ".types") || strings.HasSuffix(at, ".directives")) {
			slices.SortStableFunc(v, func(x, y any) int { return strings.Compare(name(x), name(y)) })
		}
		fmt.Fprintf(b, "%s = []\n", at)
		for i, e := range v {
			write(b, e, at+"["+strconv.Itoa(i)+"]", sorted)
		}
	case json.Number:
		f, _ := strconv.ParseFloat(string(v), 64)
		fmt.Fprintf(b, "%s = %v\n", at, f+0) // -0 is 0
	default:
		fmt.Fprintf(b, "%s = %#v\n", at, v)
	}
}

// name is the member name of an object.
func name(v any) string {
	object, _ := v.([]member)
	for _, m := range object {
		if m.name == "name" {
			return fmt.Sprint(m.value)
		}
	}
	return ""
}
