package binding

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"slices"
)

// position is where a window begins: Index elements behind After, the upstream's own cursor; "" is the beginning.
type position struct {
	After string
	Index int
	Size  int // [Link]: how many elements a call at After is for, since After may count in such pages; 0: any number
}

// behind is the position at the beginning of the upstream's next page, as seen from its own first element: -1 is the
// element before it, so that the cursor of a page's last element can name the page after it.
const behind = -1

// next is the position behind the element at p.
func (p position) next() position {
	p.Index++
	return p
}

// start reports whether p is the list's beginning.
func (p position) start() bool { return p.After == "" && p.Index == 0 }

// cursor is the opaque text of p in a scope: the scope, then Index counted from behind, so that it is no negative number, Size, and
// After. It is not secret and not signed: it says no more than a client may ask for.
func (p position) cursor(scope string) string {
	raw := make([]byte, 0, len(scope)+2*binary.MaxVarintLen32+len(p.After))
	raw = append(raw, scope...)
	raw = binary.AppendUvarint(raw, uint64(p.Index-behind))
	raw = binary.AppendUvarint(raw, uint64(p.Size))
	return base64.RawURLEncoding.EncodeToString(append(raw, p.After...))
}

var errCursor = errors.New("not a cursor of this scope")

const (
	maxCursor = 4 << 10   // bytes of the longest cursor that is looked at
	maxIndex  = 1<<31 - 2 // below the greatest Int, so that the positions behind it are Ints, too
)

// parseCursor reads a cursor of a scope whose pages have at most maxSize elements. What it returns never asks for
// more than an honest cursor does.
func parseCursor(text, scope string, maxSize int) (position, error) {
	if len(text) > maxCursor {
		return position{}, errCursor
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < len(scope) || string(raw[:len(scope)]) != scope {
		return position{}, errCursor
	}
	index, raw, hasIndex := number(raw[len(scope):]) // counted from behind
	size, raw, hasSize := number(raw)
	p := position{After: string(raw), Index: index + behind, Size: size}
	if !hasIndex || !hasSize || size > maxSize || p.Index == behind && p.After == "" {
		return position{}, errCursor
	}
	return p, nil
}

// number reads one number up to maxIndex, and returns what follows it; false where there is none.
func number(raw []byte) (n int, rest []byte, ok bool) {
	v, size := binary.Uvarint(raw)
	if size <= 0 || v > maxIndex {
		return 0, nil, false
	}
	return int(v), raw[size:], true
}

// scopeSize is the length in bytes of a scope.
const scopeSize = 6

// scope is what a field's cursors belong to: the field with these values. first and after are not among them. It is short, since each
// cursor carries it: two scopes that are equal by chance only let a client use a cursor of one list in another.
func (f *Field) scope(values []any) string {
	b := f.Binding
	given := slices.Clone(values)
	for i, v := range given {
		if v == nil || f.Sources[i].selects() {
			given[i] = absent // in a URL both leave the variable out; and a list is the same, whatever is selected of it
		}
	}
	sum := sha256.Sum256([]byte(b.Name + "\x00" + canonical(b.Vars, given, nil)))
	return string(sum[:scopeSize])
}
