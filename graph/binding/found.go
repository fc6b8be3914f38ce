package binding

import (
	"time"

	"weft/graph/view"
)

// Value is what a binding found for one key, or for one call. The zero Value is null.
type Value struct {
	Objects []view.Object // one, or a list's elements; of an empty list none, and Found says that it is one
	Found   bool          // false: null

	extra *extra // nil: nothing
}

// extra is what few values have, apart so that a batch's, one for each key, stay small.
type extra struct {
	total *int      // of a page of the upstream: how many elements the list has; nil: unknown
	next  string    // of a page of the upstream: where the next one begins; "" nowhere
	page  *PageInfo // of a field that is paged
	errs  []error   // of a list by keys: one for each object, nil where it is there; nil: none failed

	stale  time.Duration   // how old it is, served beyond its time; 0: it was not
	stales []time.Duration // the same of a list by keys: one for each object; nil: of none
}

// One is a value of one object: the i-th of a list, without a copy. Its list has no room behind it, so that whoever appends to it
// does not write over the next object.
func One(list []view.Object, i int) Value { return Value{Objects: list[i : i+1 : i+1], Found: true} }

// Object is the value's object, the zero one for null.
func (v *Value) Object() view.Object {
	if len(v.Objects) == 0 {
		return view.Object{}
	}
	return v.Objects[0]
}

// Page is what is known of a paged field's page beside its nodes; nil for any other.
func (v *Value) Page() *PageInfo {
	if v.extra == nil {
		return nil
	}
	return v.extra.page
}

// Missing is why the i-th object of a list by keys is not there; nil: it is there, or nothing was found for its key, which is no error.
func (v *Value) Missing(i int) error {
	if v.extra == nil || v.extra.errs == nil {
		return nil
	}
	return v.extra.errs[i]
}

// Put puts the value of one key, or why there is none, where it stands in a list by keys.
func (v *Value) Put(i int, of *Value, err error) {
	v.Objects[i] = of.Object()
	age := of.Stale()
	if err == nil && age == 0 {
		return
	}
	if v.extra == nil {
		v.extra = new(extra)
	}
	if err != nil {
		v.extra.errs = sized(v.extra.errs, len(v.Objects))
		v.extra.errs[i] = err
	}
	if age > 0 {
		v.extra.stales = sized(v.extra.stales, len(v.Objects))
		v.extra.stales[i] = age
	}
}

// sized returns list, or, where that is nil, one with room for n.
func sized[T any](list []T, n int) []T {
	if list == nil {
		list = make([]T, n)
	}
	return list
}

// total is how many elements a page's list has, and next where its next page begins.
func (v *Value) total() *int {
	if v.extra == nil {
		return nil
	}
	return v.extra.total
}

func (v *Value) next() string {
	if v.extra == nil {
		return ""
	}
	return v.extra.next
}
