package binding

import (
	"weft/graph/view"
	"weft/upstream"
)

// GivenName is the name of the member that has the value of a call's variable: no service's own has it.
func GivenName(variable string) string { return "given:" + variable }

// given appends the members that a call gives to the objects that it brings.
func (r *Request) given(members []byte, p Params) []byte {
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
	return members
}

// with adds members to the objects of an answer, and finds them again: what is kept of them, or loaded by them, then has these.
func (r *Request) with(members []byte, rows view.Rows, a *upstream.Response) (view.Rows, error) {
	if members == nil || rows.Len() == 0 {
		return rows, nil
	}
	return r.scanner.Scan(rows.With(members), r.source, a.Call)
}
