package answers

import (
	"encoding/binary"
	"encoding/json"
	"slices"
)

// appendValue appends a text that two values of variables have in common only if they are the same; false where a value cannot be
// written. It stands in for encoding/json, with which naming an answer takes nine allocations where there is one variable, and one with
// this. Each kind begins with a letter of its own, and says how long it is.
func appendValue(dst []byte, value any) (text []byte, ok bool) {
	switch v := value.(type) {
	case nil:
		return append(dst, 'n'), true
	case bool:
		if v {
			return append(dst, 't'), true
		}
		return append(dst, 'f'), true
	case string:
		return appendText(append(dst, 's'), v), true
	case json.Number:
		return appendText(append(dst, 'd'), string(v)), true
	case []any:
		dst = binary.AppendUvarint(append(dst, 'l'), uint64(len(v)))
		for _, element := range v {
			if dst, ok = appendValue(dst, element); !ok {
				return dst, false
			}
		}
		return dst, true
	case map[string]any:
		return appendObject(dst, v)
	}
	written, err := json.Marshal(value)
	return appendText(append(dst, 'j'), string(written)), err == nil
}

// appendObject is appendValue of an object: its members in order.
func appendObject(dst []byte, object map[string]any) (text []byte, ok bool) {
	var room [8]string
	names := room[:0]
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	dst = binary.AppendUvarint(append(dst, 'o'), uint64(len(names)))
	for _, name := range names {
		if dst, ok = appendValue(appendText(dst, name), object[name]); !ok {
			return dst, false
		}
	}
	return dst, true
}
