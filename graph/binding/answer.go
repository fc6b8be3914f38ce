package binding

import (
	"time"

	"weft/graph/view"
)

// Answer is what a binding found for one key, or for one call. The zero Answer is null.
type Answer struct {
	Objects []view.Object // one, or a list's elements; of an empty list none, and Found says that it is one
	Found   bool          // false: null

	extra *extra // nil: nothing
}

// extra is what few answers have, apart so that a batch's answers, one for each key, stay small.
type extra struct {
	total *int      // of a page of the upstream: how many elements the list has; nil: unknown
	next  string    // of a page of the upstream: where the next one begins; "" nowhere
	page  *PageInfo // of a field that is paged
	errs  []error   // of a list by keys: one for each object, nil where it is there; nil: none failed

	stale  time.Duration   // how old it is, served beyond its time; 0: it was not
	stales []time.Duration // the same of a list by keys: one for each object; nil: of none
}

// One is an answer of one object: the i-th of a list, without a copy. Its list has no room behind it, so that whoever appends to it
// does not write over the next object.
func One(list []view.Object, i int) Answer { return Answer{Objects: list[i : i+1 : i+1], Found: true} }

// Object is the answer's object, the zero one for null.
func (a *Answer) Object() view.Object {
	if len(a.Objects) == 0 {
		return view.Object{}
	}
	return a.Objects[0]
}

// Page is what is known of a paged field's page beside its nodes; nil for any other.
func (a *Answer) Page() *PageInfo {
	if a.extra == nil {
		return nil
	}
	return a.extra.page
}

// Missing is why the i-th object of a list by keys is not there; nil: it is there, or nothing was found for its key, which is no error.
func (a *Answer) Missing(i int) error {
	if a.extra == nil || a.extra.errs == nil {
		return nil
	}
	return a.extra.errs[i]
}

// Put puts the answer for one key, or why there is none, where it stands in a list by keys.
func (a *Answer) Put(i int, of *Answer, err error) {
	a.Objects[i] = of.Object()
	age := of.Stale()
	if err == nil && age == 0 {
		return
	}
	if a.extra == nil {
		a.extra = new(extra)
	}
	if err != nil {
		a.extra.errs = sized(a.extra.errs, len(a.Objects))
		a.extra.errs[i] = err
	}
	if age > 0 {
		a.extra.stales = sized(a.extra.stales, len(a.Objects))
		a.extra.stales[i] = age
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
func (a *Answer) total() *int {
	if a.extra == nil {
		return nil
	}
	return a.extra.total
}

func (a *Answer) next() string {
	if a.extra == nil {
		return ""
	}
	return a.extra.next
}
