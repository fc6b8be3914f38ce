package executor_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// meaning is what clients can tell an error by: the kind, upstream and status of an upstream's failure, or the message.
func meaning(err *gqlerror.Error) string {
	var kinded interface {
		ErrorKind() (kind, upstream string, status int)
	}
	var null *graphql.InvalidNullError
	switch {
	case errors.As(err, &null):
		return "null for non-null " + null.SchemaCoordinate()
	case errors.As(err, &kinded):
		kind, name, status := kinded.ErrorKind()
		return fmt.Sprint(kind, " ", name, " ", status)
	}
	return err.Message
}

// canonical is JSON with each number by its value.
func canonical(t *testing.T, data json.RawMessage) string {
	t.Helper()
	if !json.Valid(data) && data != nil {
		t.Fatalf("data is no JSON: %s", data)
	}
	var out bytes.Buffer
	for i := 0; i < len(data); {
		c := data[i]
		switch {
		case c == '"':
			end := i + 1
			for data[end] != '"' {
				if data[end] == '\\' {
					end++
				}
				end++
			}
			var text string
			_ = json.Unmarshal(data[i:end+1], &text)
			out.WriteString(encode(text))
			i = end + 1
		case c == '-' || c >= '0' && c <= '9':
			end := i
			for end < len(data) && strings.ContainsRune("+-.eE0123456789", rune(data[end])) {
				end++
			}
			n, _ := strconv.ParseFloat(string(data[i:end]), 64)
			out.WriteString(strconv.FormatFloat(n, 'g', -1, 64))
			i = end
		default:
			if !strings.ContainsRune(" \t\r\n", rune(c)) {
				out.WriteByte(c)
			}
			i++
		}
	}
	return out.String()
}

// disagree says what is wrong with the planned executor's answer; "" nothing.
func disagree(stock, planned answer, f *fake) string {
	if stock.data != planned.data {
		return "data differs (-stock +planned):\n" + cmp.Diff(indented(stock.data), indented(planned.data))
	}
	var data any
	if err := json.Unmarshal([]byte(stock.data), &data); stock.data != "" && err != nil {
		return err.Error()
	}
	for _, line := range planned.lines() {
		if _, ok := stock.errs[line]; !ok {
			return "only the planned executor reports " + line
		}
	}
	nulls := map[string]bool{}
	for _, path := range planned.errs {
		nulls[null(data, path)] = true
	}
	for line, path := range stock.errs {
		if at := null(data, path); !nulls[at] {
			return fmt.Sprintf("%s is null without an error of the planned executor; stock reports %s", at, line)
		}
	}
	for _, call := range slices.Sorted(maps.Keys(planned.calls)) {
		name, _, _ := strings.Cut(call, " ")
		if b := f.entities[name]; stock.calls[call] == 0 && !planned.early[name] && !(f.primed[b] && !f.unprimed(b)) {
			return "only the planned executor asks for " + call
		}
	}
	return ""
}

// null is the first position on the way of a path that is null.
func null(data any, path ast.Path) string {
	for i, step := range path {
		if data == nil {
			return path[:i].String()
		}
		switch step := step.(type) {
		case ast.PathName:
			object, _ := data.(map[string]any)
			data = object[string(step)]
		case ast.PathIndex:
			list, _ := data.([]any)
			if int(step) < len(list) {
				data = list[step]
			}
		}
	}
	return path.String()
}

func indented(data string) string {
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(data), "", " "); err != nil {
		return data
	}
	return out.String()
}
