package binding

import (
	"errors"
	"strconv"

	"weft/cache"
	"weft/graph/view"
)

// Kept says how an operation's answer may be kept: as the strictest of the values in it.
type Kept struct {
	Never   bool // it may not: there is no value, or one of them may not be kept, or nothing is known of one
	Private bool // some value is only for who asked
	cache.Freshness
	Tags []string // of all values; where there are very many of one class, the tag of the class stands for them
}

// Clone makes of an answer what a cache keeps: a copy of it, its JSON, and the bytes that both take. The copy keeps nothing else of the
// answer's batch in memory.
func (b *Binding) Clone(a Value) (kept *Value, value []byte, size int) {
	kept = &Value{Found: true, extra: a.extra}
	if b.AnswersList() {
		before, after := b.frame(a)
		kept.Objects, value = view.CloneList(a.Objects, before, after)
		return kept, value, view.SizeOf(kept.Objects)
	}
	object := a.Object().Clone()
	kept.Objects = []view.Object{object}
	return kept, object.JSON(), object.Size()
}

// Same reports whether two values of one binding would be kept as the same text. False says nothing of values of several pages or keys.
func (v *Value) Same(o *Value) bool {
	return v.Found == o.Found && v.extra.same(o.extra) && view.SameText(v.Objects, o.Objects)
}

// same reports whether nothing is there on either side, or the same place in the pages of an upstream.
func (e *extra) same(o *extra) bool {
	switch {
	case e == nil || o == nil:
		return e == o
	case e.page != nil || o.page != nil || e.errs != nil || o.errs != nil || e.stales != nil || o.stales != nil || e.stale != o.stale || e.next != o.next:
		return false
	case e.total == nil || o.total == nil:
		return e.total == o.total
	}
	return *e.total == *o.total
}

// frame is the JSON that a page is kept with, before and after its objects: it says where the next page begins, and how many objects there
// are. Both are "" for a list that is no page.
func (b *Binding) frame(a Value) (before, after string) {
	if b.Page == nil {
		return "", ""
	}
	after = `,"next":` + string(appendString(nil, a.next()))
	if total := a.total(); total != nil {
		after += `,"total":` + strconv.Itoa(*total)
	}
	return `{"items":`, after + "}"
}

// keptScanner scans what Clone makes.
func (b *Binding) keptScanner() *view.Scanner {
	l := view.Layout{In: view.Single, Shape: b.Shape}
	if b.AnswersList() {
		l.In = view.List
	}
	if b.Page != nil {
		l.At = "/items"
	}
	return view.NewScanner(l)
}

// Restore is the inverse of [Binding.Clone], for JSON that anybody may have written: something else where objects are due is an error, and
// so is null.
func (b *Binding) Restore(value []byte) (*Value, error) {
	rows, err := b.kept.Scan(value, b.stored, 0)
	if err == nil {
		err = b.objectsOnly(rows)
	}
	if err == nil && rows.Null() {
		err = errors.New("null where a value is kept")
	}
	if err != nil {
		return nil, err
	}
	a := &Value{Objects: rows.Objects(), Found: true}
	if b.Page == nil {
		return a, nil
	}
	a.extra = &extra{}
	if v, ok := view.Find(value, "/next"); ok {
		a.extra.next = v.Text()
	}
	if v, ok := view.Find(value, "/total"); ok {
		if total, err := view.Int(v); err == nil {
			a.extra.total = &total
		}
	}
	return a, nil
}
