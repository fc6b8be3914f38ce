package binding

import (
	"weft/graph/view"
	"weft/upstream"
)

// GivenName is the name of the member that has the value of a call's variable: no service's own has it.
func GivenName(variable string) string { return "given:" + variable }

// give adds to the objects of an answer what the call gives them, and finds them again: what is kept of them, or loaded by them, then has it.
func (r *Request) give(rows view.Rows, a *upstream.Response, p Params) (view.Rows, error) {
	var members []byte
	for _, name := range r.binding.Given {
		i := p.index(name)
		if v := p.Values[i]; v != nil && v != absent {
			if members != nil {
				members = append(members, ',')
			}
			members = append(appendString(members, GivenName(name)), ':')
			members = appendJSON(members, v, p.Vars[i].Type)
		}
	}
	if members == nil || rows.Len() == 0 {
		return rows, nil
	}
	return r.scanner.Scan(rows.With(members), r.source, a.Call)
}
