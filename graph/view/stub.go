package view

import "slices"

// Rest is what there is in the place of members that an object lacks.
type Rest struct {
	Object Object // of the same shape, which has them; the zero Object: there is none
	Err    error  // why there is none
	// Null says that there being none is no error: the members are null, and Err is for those that may not be.
	Null bool
}

// Filled is a copy of the object that has the members at slots from another one.
func (o Object) Filled(slots []int, with Rest) Object {
	own, text := o.spans(), o.JSON()
	r := &rest{slots: slots, from: uint32(len(text)), err: with.Err, null: with.Null}
	body := &Body{spans: make([]Span, len(own)), source: o.body.source, shape: o.body.shape, rest: r}
	body.text = slices.Concat(text, with.Object.JSON())
	for slot, span := range own {
		if !slices.Contains(slots, slot) {
			body.spans[slot] = span.moved(own[0].Off, 0)
		}
	}
	if with.Object.body == nil {
		return Object{body, 0}
	}
	r.source, r.err = with.Object.body.source, nil
	theirs := with.Object.spans()
	for _, slot := range slots {
		body.spans[slot] = theirs[slot].moved(theirs[0].Off, r.from)
	}
	return Object{body, 0}
}

// moved is a span of another text, in which what began at one offset begins at another. What is absent stays so.
func (s Span) moved(from, to uint32) Span {
	if s.End == 0 {
		return s
	}
	return Span{s.Off - from + to, s.End - from + to}
}

// Lost says why a member is missing that should have come from another object ([Object.Filled]); nil: it is there, or is null as any
// other. NonNull says that it may not be null.
func (o Object) Lost(slot int, nonNull bool) error {
	if o.body == nil || o.body.rest == nil {
		return nil
	}
	r := o.body.rest
	if r.err == nil || r.null && !nonNull || !slices.Contains(r.slots, slot) {
		return nil
	}
	return r.err
}

// rest is what a body's only object has from another one.
type rest struct {
	slots  []int   // the members
	from   uint32  // where the other object's text begins
	source *Source // whose that is
	err    error   // why the members are missing; nil: they are there, or null
	null   bool    // see Rest
}

// from says which upstream has given a value, and in which call; 0: it is a copy.
func (v Value) from() (source *Source, call uint64) {
	switch {
	case v.body == nil:
		return nil, 0
	case v.body.rest != nil && v.span.End > v.body.rest.from:
		return v.body.rest.source, 0 // it is a copy
	}
	return v.body.source, v.body.call
}

// Key adds an object of which nothing is known but the member at a slot: the value itself, where the object was expected.
func (n *Nest) Key(v Value, shape *Shape, slot, more int) Object {
	base := n.add(v, shape, more)
	n.body.spans[base], n.body.spans[base+slot] = v.span, v.span
	return Object{n.body, base}
}

// Point makes a value that lies in the object's text a member of it. Nobody may have read the object yet.
func (o Object) Point(slot int, v Value) { o.body.spans[o.base+slot] = v.span }
