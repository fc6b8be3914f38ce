package edge

import (
	"encoding/json"
	"net/http"

	"weft/graph/operation"
	"weft/graph/persisted"
)

// identify gives a request an id. Two different ones would let a filter in front of us see another operation than we execute.
func identify(r *operation.Request, id string) *refusal {
	if r.ID != "" && persisted.Bare(r.ID) != persisted.Bare(id) {
		return refusef(http.StatusBadRequest, "the request has two different ids of an operation")
	}
	r.ID = id
	return nil
}

// idSegment is the name of the path's segment that may be an id.
const idSegment = "id"

// identifyElsewhere gives a request the ids that are in its headers and in its path.
func (e *endpoint) identifyElsewhere(r *operation.Request, from *http.Request) *refusal {
	for _, name := range e.idHeaders {
		values := from.Header[name]
		if len(values) > 1 {
			return refusef(http.StatusBadRequest, "the header %s is given twice", name)
		}
		if len(values) == 1 && values[0] != "" {
			if refused := identify(r, values[0]); refused != nil {
				return refused
			}
		}
	}
	if id := from.PathValue(idSegment); id != "" {
		return identify(r, id)
	}
	return nil
}

func canonicalNames(headers []string) (canonical []string) {
	for _, name := range headers {
		canonical = append(canonical, http.CanonicalHeaderKey(name))
	}
	return canonical
}

// apollosForms are the texts around a digest that extensions consist of, as Apollo's clients send them.
var apollosForms = [...][2]string{
	{`{"persistedQuery":{"version":1,"sha256Hash":"`, `"}}`},
	{`{"persistedQuery":{"sha256Hash":"`, `","version":1}}`},
}

// identifyAtOnce gives a request the id in its extensions where these are nothing but Apollo's envelope around a digest, and reports whether they
// are. Whoever looks at them finds them all the same (see [operation.Request]). To decode them took 10 of the 21 allocations of a kept answer
// (BenchmarkKept/byID).
func identifyAtOnce[T string | []byte](r *operation.Request, extensions T) (*refusal, bool) {
	for _, form := range apollosForms {
		from, to := len(form[0]), len(extensions)-len(form[1])
		if to < from || string(extensions[:from]) != form[0] || string(extensions[to:]) != form[1] {
			continue
		}
		if id := string(extensions[from:to]); persisted.IsDigest(id) {
			r.Automatic = true
			return identify(r, id), true
		}
	}
	return nil, false
}

// identifyByExtension gives a request the id that is in Apollo's envelope: {"persistedQuery": {"version": 1, "sha256Hash": "…"}}. Other
// members are for others.
func identifyByExtension(r *operation.Request) *refusal {
	envelope, given := r.Extensions["persistedQuery"]
	if !given || envelope == nil {
		return nil
	}
	members, _ := envelope.(map[string]any)
	hash, _ := members["sha256Hash"].(string)
	if hash == "" {
		return refusef(http.StatusBadRequest, "extensions.persistedQuery has no sha256Hash")
	}
	if version, given := members["version"]; given && version != json.Number("1") {
		return refusef(http.StatusBadRequest, "extensions.persistedQuery is of a version other than 1")
	}
	r.Automatic = true
	return identify(r, hash)
}
