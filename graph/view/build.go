package view

import (
	"fmt"
	"slices"
)

// Build makes a view from plain fields: members[i] is the JSON of slot i+1, and nil leaves it absent. It writes
// the object that the shape's pointers describe, with nested objects, and lists whose other elements are null,
// and scans it, so that the view is like any other. Where one pointer leads into the value of another,
// the deeper member counts; of equal pointers, the last member.
//
// It panics if there are more members than slots, or if a member is not JSON.
func Build[T Viewer](shape *Shape, members ...[]byte) *T {
	if len(members) > shape.Len() {
		panic(fmt.Sprintf("view: %d members for %d slots", len(members), shape.Len()))
	}
	for i, member := range members {
		run := scan{text: member}
		if member != nil && !run.document(nil) {
			panic(fmt.Sprintf("view: member %q is not JSON: %s", shape.Pointer(i+1), run.problem))
		}
	}
	text, ok := cleanText(shape.write(members))
	if !ok {
		panic("view: members of more than 4 GiB")
	}
	body := shape.body(&Body{text: text}, Span{0, uint32(len(text))})
	return As[T](Object{&body, 0})
}

// write writes the object whose slots hold members: at once where each pointer is a name, by a tree otherwise.
func (s *Shape) write(members [][]byte) []byte {
	if len(members) > 0 && s.flat == nil {
		return s.writeTree(members)
	}
	text := []byte{'{'}
	for i, member := range members {
		if member == nil {
			continue
		}
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = append(append(text, s.flat[i]...), member...)
	}
	return append(text, '}')
}

// writeTree writes members whose pointers are not just names, shallow ones first.
func (s *Shape) writeTree(members [][]byte) []byte {
	slots := make([]int, len(members))
	for i := range slots {
		slots[i] = i
	}
	slices.SortStableFunc(slots, func(a, b int) int { return len(s.paths[a]) - len(s.paths[b]) })
	root := &branch{object: true}
	for _, i := range slots {
		if members[i] != nil {
			root.set(s.paths[i], members[i])
		}
	}
	return root.append(nil)
}

// branch is a value being built: a text, or the values below it.
type branch struct {
	text   []byte
	object bool // never to be written as a list
	names  []string
	kids   []*branch
}

// set puts a text where a path leads, in place of what is there; a text on the way is taken apart.
func (b *branch) set(path []string, text []byte) {
	for _, name := range path {
		b.expand()
		b = b.kid(name)
	}
	*b = branch{text: text}
}

// kid is the branch of that name, made if there is none.
func (b *branch) kid(name string) *branch {
	i := slices.Index(b.names, name)
	if i < 0 {
		i = len(b.names)
		b.names, b.kids = append(b.names, name), append(b.kids, new(branch))
	}
	return b.kids[i]
}

// expand turns a text into what lies below it; that of a scalar or null is nothing.
func (b *branch) expand() {
	if b.text == nil {
		return
	}
	whole, _ := Find(b.text, "")
	b.text = nil
	switch whole.Kind() {
	case KindObject:
		b.object = true
		for name, member := range whole.members() {
			b.kid(unquote(name)).text = member.Raw()
		}
	case KindList:
		for i, element := range whole.elements() {
			b.kid(fmt.Sprint(i)).text = element.Raw()
		}
	}
}

// append writes the value as JSON.
func (b *branch) append(dst []byte) []byte {
	if b.text != nil {
		return append(dst, b.text...)
	}
	if length, ok := b.length(); ok {
		return b.appendList(dst, length)
	}
	dst = append(dst, '{')
	for i, kid := range b.kids {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, b.names[i]), ':')
		dst = kid.append(dst)
	}
	return append(dst, '}')
}

// appendList writes the kids as a list, null where there is none.
func (b *branch) appendList(dst []byte, length int) []byte {
	elements := make([]*branch, length)
	for i, kid := range b.kids {
		at, _ := index(b.names[i])
		elements[at] = kid
	}
	dst = append(dst, '[')
	for i, element := range elements {
		if i > 0 {
			dst = append(dst, ',')
		}
		if element == nil {
			dst = append(dst, "null"...)
		} else {
			dst = element.append(dst)
		}
	}
	return append(dst, ']')
}

// length returns how long a list must be to hold the kids, if it can. Where most of it would be holes, an
// object with the indexes as names is as good: pointers lead into both.
func (b *branch) length() (int, bool) {
	longest := 0
	for _, name := range b.names {
		i, ok := index(name)
		if !ok {
			return 0, false
		}
		longest = max(longest, i+1)
	}
	return longest, !b.object && longest > 0 && longest <= 1024+len(b.kids)
}
