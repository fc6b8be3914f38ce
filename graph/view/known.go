package view

// Known is an object of which only one member is known: the key by which it is being asked for.
func Known(shape *Shape, slot int, key string) Object {
	text := appendQuoted(nil, key)
	body := Body{text: text, spans: make([]Span, 1+shape.Len()), shape: shape}
	body.spans[0] = Span{0, uint32(len(text))}
	body.spans[slot] = body.spans[0]
	return Object{&body, 0}
}
