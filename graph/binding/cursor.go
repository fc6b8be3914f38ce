package binding

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
)

// position is where a window begins: Index elements behind After, the upstream's own cursor; "" is the beginning.
type position struct {
	After string `json:"a,omitempty"`
	Index int    `json:"i"`
}

// next is the position behind the element at p.
func (p position) next() position { return position{After: p.After, Index: p.Index + 1} }

// cursor is the opaque text of p in a scope. It is not secret and not signed: it says no more than a client may ask for.
func (p position) cursor(scope string) string {
	text, _ := json.Marshal(p) // cannot fail
	return base64.RawURLEncoding.EncodeToString([]byte(scope + string(text)))
}

var errCursor = errors.New("not a cursor of this scope")

// maxCursor is the length in bytes of the longest cursor that is looked at.
const maxCursor = 4 << 10

func parseCursor(text, scope string) (position, error) {
	if len(text) > maxCursor {
		return position{}, errCursor
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < len(scope) || string(raw[:len(scope)]) != scope {
		return position{}, errCursor
	}
	var p position
	if json.Unmarshal(raw[len(scope):], &p) != nil || p.Index < -1 || p.Index > 1<<31-2 || p.Index == -1 && p.After == "" {
		return position{}, errCursor
	}
	return p, nil
}

// scopeSize is the length in bytes of a scope.
const scopeSize = 6

// scope is what a field's cursors belong to: the field with these values. first and after are not among them.
func (f *Field) scope(values []any) string {
	b, p := f.Binding, f.Binding.Page
	filtered := make([]any, len(values))
	for i, v := range values {
		if b.Vars[i].Name != p.Size && b.Vars[i].Name != p.At {
			filtered[i] = v
		}
	}
	sum := sha256.Sum256([]byte(b.Name + "\x00" + canonical(b.Vars, filtered, -1)))
	return string(sum[:scopeSize])
}
