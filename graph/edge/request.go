package edge

import (
	"bytes"
	"mime"
	"net/http"
	"net/netip"
	"strings"
	"unicode/utf8"

	"weft/graph/coercion"
	"weft/graph/edge/coding"
	"weft/graph/operation"
)

// methodQuery is POST without effects, as GET is, and with a body (RFC 10008). Browsers never send it for another site without asking.
const methodQuery = "QUERY"

const allowedMethods = "GET, HEAD, POST, QUERY, OPTIONS"

// operations are those that are known by their documents' texts.
type operations interface {
	Find(text []byte, name string) *operation.Prepared
}

// ask sets the text of the document, if there is one. That of an operation which is known already is not copied.
func ask(r *operation.Request, text []byte, known operations) {
	if len(text) == 0 { // an id says which one
		return
	}
	if r.Prepared = known.Find(text, r.Name); r.Prepared == nil {
		r.Text = string(text)
	}
}

// notAllowed refuses a request for its method.
func notAllowed(message string) *refusal {
	return &refusal{http.StatusMethodNotAllowed, message, [2]string{"Allow", allowedMethods}}
}

// readPost reads what a POST or a QUERY asks for. Bodies are JSON in UTF-8: form bodies are what
// browsers send for other sites without asking, other character sets are a way around filters in front of us.
func (e *endpoint) readPost(w http.ResponseWriter, r *http.Request, s *scratch) (operation.Request, *refusal) {
	if !isJSON(r.Header.Get("Content-Type")) {
		return operation.Request{}, refusef(http.StatusUnsupportedMediaType, "a %s needs the header Content-Type: application/json", r.Method)
	}
	by, refused := codingOf(r)
	if refused != nil {
		return operation.Request{}, refused
	}
	if refused := s.readBody(w, r, e.maxBody); refused != nil {
		return operation.Request{}, refused
	}
	if by != coding.Identity {
		if refused := s.decode(e.decoder, by, e.maxBody); refused != nil {
			return operation.Request{}, refused
		}
	}
	if !s.weigh() {
		return operation.Request{}, refusef(http.StatusServiceUnavailable, messageFull)
	}
	request, refused := decodeRequest(s.body, e.engine, e.ids, e.maxValues)
	if refused != nil {
		return operation.Request{}, refused
	}
	request.ReadOnly = r.Method == methodQuery
	return e.complete(request, r)
}

// codingOf returns the coding of a request's body. One that is none of ours is refused with those that are (RFC 7694 §3); so are
// several, which nobody needs, and which multiply what a few bytes can grow to.
func codingOf(r *http.Request) (coding.Coding, *refusal) {
	name := strings.TrimSpace(strings.Join(r.Header["Content-Encoding"], ","))
	if name == "" {
		return coding.Identity, nil
	}
	by, ok := coding.Parse(name)
	if !ok {
		return by, &refusal{
			http.StatusUnsupportedMediaType, "a body's Content-Encoding is one of " + bodyCodings + ", or left out", [2]string{"Accept-Encoding", bodyCodings},
		}
	}
	return by, nil
}

const bodyCodings = "zstd, gzip, br"

// readGet reads what a GET asks for from its URL.
func (e *endpoint) readGet(r *http.Request) (operation.Request, *refusal) {
	var room [8]parameter
	query, err := parseParameters(room[:0], r.URL.RawQuery)
	if err != nil {
		return operation.Request{}, refusef(http.StatusBadRequest, "the URL's query string is not valid")
	}
	for _, name := range e.once {
		value, several := query.get(name)
		if several {
			return operation.Request{}, refusef(http.StatusBadRequest, "the parameter %s is given twice", name)
		}
		if !utf8.ValidString(value) {
			return operation.Request{}, refusef(http.StatusBadRequest, "the parameter %s is not valid UTF-8", name)
		}
	}
	request := operation.Request{Name: query.first("operationName"), ReadOnly: true}
	ask(&request, []byte(query.first("query")), e.engine)
	for _, name := range e.ids {
		if id := query.first(name); id != "" {
			if refused := identify(&request, id); refused != nil {
				return operation.Request{}, refused
			}
		}
	}
	var refused *refusal
	if request.Variables, refused = objectParameter("variables", query.first("variables")); refused != nil {
		return operation.Request{}, refused
	}
	extensions := query.first("extensions")
	refused, identified := identifyAtOnce(&request, extensions)
	if !identified {
		request.Extensions, refused = objectParameter("extensions", extensions)
	}
	if refused != nil {
		return operation.Request{}, refused
	}
	return e.complete(request, r)
}

// objectParameter decodes a parameter that is a JSON object; "": there is none.
func objectParameter(name, text string) (map[string]any, *refusal) {
	if text == "" {
		return nil, nil
	}
	json := []byte(text)
	if refused := halved("parameter "+name, json); refused != nil {
		return nil, refused
	}
	object, ok := decodeObject(json)
	if !ok {
		return nil, refusef(http.StatusBadRequest, "the parameter %s must be a JSON object", name)
	}
	return object, nil
}

// complete gives a request its headers, if it asks for anything.
func (e *endpoint) complete(request operation.Request, r *http.Request) (operation.Request, *refusal) {
	if refused := e.identifyElsewhere(&request, r); refused != nil {
		return operation.Request{}, refused
	}
	if refused := identifyByExtension(&request); refused != nil {
		return operation.Request{}, refused
	}
	if request.Prepared == nil && request.Text == "" && request.ID == "" {
		return operation.Request{}, refusef(http.StatusBadRequest, `the parameter query is missing: send {"query": "{ ... }"} by POST, or ?query={...} by GET`)
	}
	request.Headers = r.Header
	if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
		request.Peer.Certificates = r.TLS.VerifiedChains[0]
	}
	if from, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		request.Peer.From = from.Addr().Unmap()
	}
	return request, nil
}

// halved refuses JSON that has lone surrogates; what says where the JSON is from.
func halved(what string, json []byte) *refusal {
	if !bytes.Contains(json, []byte(`\u`)) {
		return nil
	}
	if at := coercion.LoneSurrogate(json); at >= 0 {
		return refusef(http.StatusBadRequest, "the %s near byte %d: %s", what, at, coercion.HalfCharacter)
	}
	return nil
}

// isJSON reports whether a Content-Type is JSON in UTF-8.
func isJSON(contentType string) bool {
	if contentType == mediaJSON {
		return true
	}
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != mediaJSON {
		return false
	}
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}
