package binding

import (
	"strconv"

	"weft/graph/view"
)

// NotFound returns what a 404 or 410 says that the call for one has found. It is false where that says nothing but that the call failed: of
// a call that has no variables, the page's own left out, there should be an answer, and a mutation should do something, unless the schema
// says otherwise.
func (b *Binding) NotFound() (Value, bool) {
	switch {
	case b.single.status:
		return b.no, true
	case b.Empty.Has(view.EmptyNotFound):
		return Value{Found: b.List}, true
	}
	return Value{}, !b.Mutation && len(b.Vars) > 0 && (b.Page == nil || len(b.Vars) > b.Page.Variables())
}

// statusValue is the value that a status means.
func (r *Request) statusValue(ok bool) Value {
	rows, _ := r.scanner.Scan(strconv.AppendBool(nil, ok), r.source, 0) // it is JSON
	return Value{Objects: rows.Objects(), Found: true}
}
