package binding

import (
	"weft/cache"
	"weft/graph/view"
)

// Embed is where objects of a binding's values have parts of an entity's objects in them: what invalidates these makes the values invalid.
type Embed struct {
	At     string   // JSON pointer from an object of the value; * stands for each element of a list
	Object string   // the entity's type
	Keys   []string // JSON pointers from there to the parts of its key; of one part, the value itself may be the key
}

// tags appends the key of each embedded object.
func (e *Embed) tags(tags []string, o view.Object) []string {
	o.Member(0).Visit(e.At, func(v view.Value) {
		if key, ok := e.key(v); ok {
			tags = append(tags, cache.OfKey(e.Object, key))
		}
	})
	return tags
}

func (e *Embed) key(v view.Value) (string, bool) {
	if key, ok := v.Key(); ok {
		return key, len(e.Keys) == 1
	}
	parts := make([]string, 0, len(e.Keys))
	for _, pointer := range e.Keys {
		v.Visit(pointer, func(part view.Value) {
			if text, ok := part.Key(); ok {
				parts = append(parts, text)
			}
		})
	}
	return Key(parts...), len(parts) == len(e.Keys)
}
