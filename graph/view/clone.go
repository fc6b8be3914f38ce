package view

import (
	"bytes"
	"slices"
	"unsafe"
)

// CloneList copies objects of one shape out of their bodies into one body of their own, whose text is the JSON array of them
// between before and after; a null object is null there. What is kept then keeps nothing else in memory.
func CloneList(objects []Object, before, after string) (list []Object, text []byte) {
	size := len(before) + len(after) + len("[]")
	body := &Body{}
	for _, o := range objects {
		size += max(len(o.JSON()), len("null")) + len(",")
		if o.body != nil && body.shape == nil {
			body.source, body.shape = o.body.source, o.body.shape
		}
	}
	stride := 1 + body.shape.Len()
	body.text = append(make([]byte, 0, size), before...)
	body.spans = make([]Span, len(objects)*stride)
	list = make([]Object, len(objects))
	body.text = append(body.text, '[')
	for i, o := range objects {
		if i > 0 {
			body.text = append(body.text, ',')
		}
		body.add(o, i*stride)
		list[i] = Object{body, i * stride}
	}
	body.text = append(append(body.text, ']'), after...)
	return list, body.text
}

// add appends an object's text, and fills the spans from base on.
func (b *Body) add(o Object, base int) {
	start := uint32(len(b.text))
	text := o.JSON()
	if text == nil {
		text = []byte("null")
		b.spans[base] = Span{start, start + uint32(len(text))}
	} else {
		for k, span := range o.spans() {
			if span.End != 0 {
				b.spans[base+k] = Span{span.Off - o.spans()[0].Off + start, span.End - o.spans()[0].Off + start}
			}
		}
	}
	b.text = append(b.text, text...)
}

// SameText reports whether two lists have the same objects, to the byte. Where no object is, none is the same.
func SameText(a, b []Object) bool {
	return slices.EqualFunc(a, b, func(o, p Object) bool { return o.body != nil && p.body != nil && bytes.Equal(o.JSON(), p.JSON()) })
}

// SizeOf returns the bytes of memory that a list keeps whose objects all lie in one body, as those of [CloneList] do.
func SizeOf(list []Object) int {
	size := cap(list) * int(unsafe.Sizeof(Object{}))
	if i := slices.IndexFunc(list, func(o Object) bool { return o.body != nil }); i >= 0 {
		b := list[i].body
		size += int(unsafe.Sizeof(*b)) + cap(b.text) + cap(b.spans)*int(unsafe.Sizeof(Span{}))
	}
	return size
}
