package binding

import (
	"encoding/json"
	"net/http"
	"strings"

	"weft/graph/view"
	"weft/upstream"
)

// What an answer says in its header becomes JSON: the whole answer of a field that is a header, or members of the answer's object. So it is
// read, kept and written like anything else that is answered.

// HeaderMember is the name of the member that an answer's object has for a header of the response.
func HeaderMember(name string) string { return "header:" + name }

// headerText is a header of a response as JSON: a string, or null where there is none. Several lines are one (RFC 9110, section 5.3).
func headerText(h http.Header, name string) []byte {
	lines := h[name]
	if len(lines) == 0 {
		return []byte("null")
	}
	return appendString(nil, strings.ToValidUTF8(strings.Join(lines, ", "), "\uFFFD"))
}

// headerMembers appends the members that the answer's object has for headers.
func (r *Request) headerMembers(members []byte, h http.Header) []byte {
	for _, name := range r.members {
		if members != nil {
			members = append(members, ',')
		}
		members = append(appendString(members, HeaderMember(name)), ':')
		members = append(members, headerText(h, name)...)
	}
	return members
}

// scanAside is Scan where the answer is not in the body: it is the status, or a header. The upstream may still say in a body that it failed.
func (r *Request) scanAside(a *upstream.Response, failure Failure) (view.Rows, error) {
	if json.Valid(a.Body) {
		if failed := failure.in(a, r.binding); failed != nil {
			return view.Rows{}, failed
		}
	}
	answer := []byte("true")
	if r.header != "" {
		answer = headerText(a.Header, r.header)
	}
	return r.scanner.Scan(answer, r.source, a.Call)
}

// Responds reports whether headers of its answers go to the client: they are then for one client, once, and nobody keeps or shares them.
func (b *Binding) Responds() bool { return b.Single != nil && len(b.Single.Respond) > 0 }
