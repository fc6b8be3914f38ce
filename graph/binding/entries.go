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

// rows are those of an answer's body, to a request that was filled with p.
func (r *Request) rows(body []byte, a *upstream.Response, p Params) (view.Rows, error) {
	if r.entries == nil {
		rows, err := r.scanner.Scan(body, r.source, a.Call)
		if err != nil || r.included == nil {
			return rows, err
		}
		if joined := r.included.joined(body, p); joined != nil {
			return r.scanner.Scan(joined, r.source, a.Call)
		}
		return rows, nil
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
