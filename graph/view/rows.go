package view

// Rows are the objects of one body, in its order. The zero Rows is empty; it is not null.
type Rows struct {
	body   *Body
	n      int
	stride int // spans of one row: the object's slots, then those of its key
	keys   int // how many of these are its key's; 0: rows have no key
	null   bool
}

// Len returns how many rows there are.
func (r Rows) Len() int { return r.n }

// Null reports whether the answer was null or absent; there are no rows then.
func (r Rows) Null() bool { return r.null }

// Call returns the number of the call that the body came with; 0: none.
func (r Rows) Call() uint64 {
	if r.body == nil {
		return 0
	}
	return r.body.call
}

// At returns the object of row i. It is a null object where the row is null, or has nothing at Layout.Each.
func (r Rows) At(i int) Object { return Object{r.body, i * r.stride} }

// Objects returns the objects of all rows.
func (r Rows) Objects() []Object {
	objects := make([]Object, r.n)
	for i := range objects {
		objects[i] = r.At(i)
	}
	return objects
}

// With returns the text with members, such as `"a":1,"b":2`, at the end of each row's object, where they take the place of others of their
// names. Rows are not those of a Map.
func (r Rows) With(members []byte) []byte {
	text, at := r.body.text, 0
	out := make([]byte, 0, len(text)+r.n*(len(members)+1))
	for i := range r.n {
		o := r.At(i)
		if o.Kind(0) != KindObject {
			continue
		}
		span := o.spans()[0]
		end := int(span.End) - 1
		out = append(out, text[at:end]...)
		if space(text, int(span.Off)+1) != end {
			out = append(out, ',')
		}
		out, at = append(out, members...), end
	}
	return append(out, text[at:]...)
}

// Key returns the key of row i as the text of a GraphQL ID: the value at Layout.Match, or the member's name
// in a Map. It is false where there is none, or one that is neither a string nor an integer. A string without
// escapes is not copied.
func (r Rows) Key(i int) (string, bool) {
	if r.keys != 1 {
		return "", false
	}
	return r.part(i, 0)
}

// Keys returns the parts of the key of row i, in the order of Layout.MatchAll. It is false where a part is
// missing, or is neither a string nor an integer.
func (r Rows) Keys(i int) ([]string, bool) {
	if r.keys == 0 {
		return nil, false
	}
	keys := make([]string, r.keys)
	for k := range keys {
		key, ok := r.part(i, k)
		if !ok {
			return nil, false
		}
		keys[k] = key
	}
	return keys, true
}

// WithoutKey returns which part of the key of row i is none, and what is there instead; a negative part: it has a key.
func (r Rows) WithoutKey(i int) (part int, kind Kind) {
	for k := range r.keys {
		if _, ok := r.part(i, k); !ok {
			return k, Value{r.body, r.body.spans[i*r.stride+r.stride-r.keys+k]}.Kind()
		}
	}
	return -1, KindNothing
}

// part is the k-th part of the key of row i: keys have the last slots of a row.
func (r Rows) part(i, k int) (string, bool) {
	slot := r.stride - r.keys + k
	return Value{r.body, r.body.spans[i*r.stride+slot]}.key()
}
