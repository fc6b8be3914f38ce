package binding

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"weft/graph/view"
)

// Key is an entity's key as one text: the part itself, or the parts as a JSON array.
func Key(parts ...string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	b, _ := json.Marshal(parts) // strings always marshal
	return string(b)
}

// KeyParts is the inverse of [Key] for a key of n parts; nil for what Key never returns.
func KeyParts(key string, n int) []string {
	if n == 1 {
		return []string{key}
	}
	var parts []string
	if json.Unmarshal([]byte(key), &parts) != nil || len(parts) != n {
		return nil
	}
	return parts
}

// KeyValues are the values of an entity's variables, which are the parts of a key; all null for a text that is no key of so many parts.
func (b *Binding) KeyValues(key string) []any {
	values := make([]any, len(b.Vars))
	for i, part := range KeyParts(key, len(b.Vars)) {
		values[i] = part
	}
	return values
}

// KeyOf is the key of an entity's object; false where a part is null or missing.
func (b *Binding) KeyOf(o view.Object) (string, bool) {
	parts := make([]string, len(b.KeySlots))
	for i, slot := range b.KeySlots {
		part, ok := o.Key(slot)
		if !ok {
			return "", false
		}
		parts[i] = part
	}
	return Key(parts...), len(parts) > 0
}

// Possible reports whether an upstream can know the key: not when it is empty, no number where numbers are sent, dots
// that could not stand in the path of the call for one key, or text that would not be one key where a batch has it.
func (b *Binding) Possible(key string) bool {
	if key == "" || b.single != nil && (key == "." || key == "..") || b.batch != nil && !b.stands(key) {
		return false
	}
	return !b.KeyInt || !slices.ContainsFunc(KeyParts(key, b.parts()), func(part string) bool { return !integer(part) })
}

// stands reports whether each part of a key can stand where the URL of a batch has it: there an empty one may be taken for none.
func (b *Binding) stands(key string) bool {
	if b.partLists == nil {
		return b.batch.url.fits(b.Batch.Keys, sent(key), b.keyType)
	}
	parts := KeyParts(key, b.parts())
	if len(parts) == 0 || b.batch.Method == http.MethodGet && slices.Contains(parts, "") {
		return false
	}
	for i, part := range parts {
		if list := b.partLists[i]; !b.batch.url.fits(list.Name, sent(part), list.Type.List) {
			return false
		}
	}
	return true
}

// parts is how many parts a key has.
func (b *Binding) parts() int {
	if b.Entity {
		return len(b.Vars)
	}
	return max(1, len(b.partLists))
}

// CompareKeys orders keys as batches have them, by length, then text: numbers from 0 by value. So equal keys make equal calls.
func CompareKeys(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// integer reports whether s is a whole number as JSON writes it.
func integer(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == "" && (digits[0] != '0' || s == "0")
}

// TakesKeys reports whether the binding is called with keys; one that does not is called with values.
func (b *Binding) TakesKeys() bool { return b.Entity || b.batch != nil }

// Batched reports whether many keys travel in one call.
func (b *Binding) Batched() bool { return b.batch != nil || b.Func != "" }
