package view

import "slices"

// Rest is what there is in the place of members that an object lacks.
type Rest struct {
	Object Object // of the same shape, which has them; the zero Object: there is none
	Err    error  // why there is none
	// Null says that there being none is no error: the members are null, and Err is for those that may not be.
	Null bool
}

// Filled is a copy of the object that has the members at slots from another one. What that one lacks, too, is missing of it: who was asked
// last for a member is to blame for it.
func (o Object) Filled(slots []int, with Rest) Object {
	text, from := o.text()
	r := &rest{slots: slots, from: uint32(len(text)), err: with.Err, null: with.Null, before: o.body.rest}
	body := &Body{spans: make([]Span, len(o.spans())), source: o.body.source, shape: o.body.shape, rest: r}
	for slot, span := range o.spans() {
		if !slices.Contains(slots, slot) {
			body.spans[slot] = span.moved(from, 0)
		}
	}
	if with.Object.body == nil {
		body.text = slices.Clone(text)
		return Object{body, 0}
	}
	theirs, from := with.Object.text()
	body.text = slices.Concat(text, theirs)
	r.source, r.err = with.Object.body.source, nil
	body.rest = with.Object.body.rest.behind(r, slots)
	for _, slot := range slots {
		if span := with.Object.spans()[slot]; span == (Span{}) {
			body.spans[slot].Off = r.from
		} else {
			body.spans[slot] = span.moved(from, r.from)
		}
	}
	return Object{body, 0}
}

// text is what the object's members lie in, and where that begins in its body.
func (o Object) text() (text []byte, from uint32) {
	if o.body.rest != nil {
		return o.body.text, 0
	}
	return o.JSON(), o.spans()[0].Off
}

// moved is a span of another text, in which what began at one offset begins at another. What is absent stays so.
func (s Span) moved(from, to uint32) Span {
	switch {
	case s == Span{}:
		return s
	case s.End == 0:
		return Span{s.Off - from + to, 0}
	}
	return Span{s.Off - from + to, s.End - from + to}
}

// Lost says why a member is missing that should have come from another object ([Object.Filled]); nil: it is there, or is null as any
// other. NonNull says that it may not be null.
func (o Object) Lost(slot int, nonNull bool) error {
	if o.body == nil || o.body.rest == nil {
		return nil
	}
	for r := o.body.rest; r != nil; r = r.before {
		switch {
		case !slices.Contains(r.slots, slot):
		case r.null && !nonNull:
			return nil
		default:
			return r.err
		}
	}
	return nil
}

// rest is what a body's only object has from another one. Each lies behind the ones before it.
type rest struct {
	slots  []int   // the members
	from   uint32  // where the other object's text begins
	source *Source // whose that is
	err    error   // why the members are missing; nil: they are there, or null
	null   bool    // see Rest
	before *rest   // nil: there is none
}

// behind are the rests of an object whose text comes behind another rest, which has taken some of its members.
func (r *rest) behind(other *rest, slots []int) *rest {
	if r == nil {
		return other
	}
	c := *r
	c.from, c.before = r.from+other.from, r.before.behind(other, slots)
	c.slots = slices.DeleteFunc(slices.Clone(r.slots), func(slot int) bool { return !slices.Contains(slots, slot) })
	return &c
}

// from says which upstream has given a value, or was asked for one that is absent, and in which call; 0: it is a copy.
func (v Value) from() (source *Source, call uint64) {
	if v.body == nil {
		return nil, 0
	}
	for r := v.body.rest; r != nil; r = r.before {
		if v.span.Off >= r.from {
			return r.source, 0 // it is a copy
		}
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
