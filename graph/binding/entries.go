package binding

import (
	"weft/graph/view"
	"weft/upstream"
)

// entries read an object whose names are data as a list.
type entries struct {
	*view.Entries
	scanner *view.Scanner // finds it
	none    *view.Scanner // where there is none: of the list that would be there
	source  *view.Source
}

// rows are those of an answer's body.
func (r *Request) rows(body []byte, a *upstream.Response) (view.Rows, error) {
	if r.entries == nil {
		return r.scanner.Scan(body, r.source, a.Call)
	}
	found, err := r.entries.scanner.Scan(body, r.entries.source, a.Call)
	switch {
	case err != nil:
		return found, err
	case found.Null():
		return r.entries.none.Scan(body, r.entries.source, a.Call)
	}
	return r.scanner.Scan(found.At(0).Member(0).Listed(r.entries.Entries).Raw(), r.source, a.Call)
}
