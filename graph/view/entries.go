package view

// Entries says how an object whose names are data is read as a list: each member of it is an entry.
type Entries struct {
	Key   string // what the entry's member is called that has the name
	Value string // that has the value; "": the value is the entry, an object
}

// Listed is an object as the list of its entries, in its order, and anything else as it is.
func (v Value) Listed(e *Entries) Value {
	if e == nil || v.Kind() != KindObject {
		return v
	}
	text := []byte{'['}
	for name, member := range v.members() {
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = e.append(text, name, member)
	}
	body := &Body{text: append(text, ']')}
	if body.source, body.call = v.from(); body.call != 0 {
		body.call |= inCopy
	}
	return Value{body, Span{0, uint32(len(body.text))}}
}

// append appends the entry of a member. What the entry's object calls as its key is called stands before that, and so does not count.
func (e *Entries) append(dst, name []byte, v Value) []byte {
	value := v.Raw()
	switch {
	case e.Value != "":
		dst = append(append(appendString(append(dst, '{'), e.Value), ':'), value...)
	case v.Kind() != KindObject:
		return append(dst, value...) // null, or a mistake
	default:
		dst = append(dst, value[:len(value)-1]...)
		if space(value, 1) == len(value)-1 { // it is empty
			return append(append(append(appendString(dst, e.Key), ':'), name...), '}')
		}
	}
	return append(append(append(appendString(append(dst, ','), e.Key), ':'), name...), '}')
}

// Listed decodes a value as [Value.Listed] has it.
func Listed[T any](e *Entries, decode func(Value) (T, error)) func(Value) (T, error) {
	return func(v Value) (T, error) { return decode(v.Listed(e)) }
}
