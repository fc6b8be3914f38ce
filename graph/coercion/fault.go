package coercion

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// fault is what is wrong with a value, and where in it.
type fault struct {
	text  string
	steps []ast.PathElement // into the value, the innermost first
	at    *ast.Position     // of a literal
}

func faultf(format string, args ...any) *fault { return &fault{text: fmt.Sprintf(format, args...)} }

func mismatch(want string, got any) *fault { return faultf("expected %s, got %s", want, kindName(got)) }

// in says that the fault's value is at step of another one.
func (f *fault) in(step ast.PathElement) *fault {
	f.steps = append(f.steps, step)
	return f
}

func (f *fault) path() ast.Path {
	path := slices.Clone(f.steps)
	slices.Reverse(path)
	return path
}

// kindName words what kind of value v is.
func kindName(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case map[string]any:
		return "an object"
	case json.Number:
		return numberName(v)
	case int64:
		return numberName(json.Number(strconv.FormatInt(v, 10)))
	case float64:
		return numberName(json.Number(strconv.FormatFloat(v, 'g', -1, 64)))
	}
	return "a list"
}

func numberName(number json.Number) string {
	f, err := number.Float64()
	switch {
	case fits(string(number), 32):
		return "an integer"
	case !strings.ContainsAny(string(number), ".eE"):
		return "an integer of more than 32 bits"
	case err != nil:
		return "a number that no 64-bit float holds"
	case f != math.Trunc(f):
		return "a number with a fraction"
	case math.MinInt32 <= f && f <= math.MaxInt32:
		return "an integer"
	}
	return "an integer of more than 32 bits"
}
