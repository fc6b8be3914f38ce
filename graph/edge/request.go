package edge

import (
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/document"
)

const allowedMethods = "GET, POST, OPTIONS"

// parameters are a request's, with the document that they ask for if it is known.
type parameters struct {
	graphql.RawParams

	document *document.Document
}

// ask sets the text of the document. What is known already is not copied.
func (p *parameters) ask(text []byte, known *document.Cache) {
	if p.document = known.Find(text); p.document != nil {
		p.Query = p.document.Text
	} else {
		p.Query = string(text)
	}
}

// readPost reads the parameters of a POST. Bodies are JSON in UTF-8, not compressed: form bodies are what
// browsers send for other sites without asking, other character sets are a way around filters in front of us.
func (e *endpoint) readPost(w http.ResponseWriter, r *http.Request, s *scratch) (parameters, *refusal) {
	if !isJSON(r.Header.Get("Content-Type")) {
		return parameters{}, refusef(http.StatusUnsupportedMediaType, "a POST needs the header Content-Type: application/json")
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return parameters{}, refusef(http.StatusUnsupportedMediaType, "compressed request bodies are not read: leave out Content-Encoding")
	}
	if refused := s.readBody(w, r, e.opts.MaxBody, &e.bodies); refused != nil {
		return parameters{}, refused
	}
	params, refused := decodeParams(s.body, e.documents.cache)
	if refused != nil {
		return parameters{}, refused
	}
	return checkParams(params, r)
}

// readGet reads the parameters of a GET from its URL; how long that may be is the server's MaxHeaderBytes.
func (e *endpoint) readGet(r *http.Request) (parameters, *refusal) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !utf8.ValidString(query.Get("query")) {
		return parameters{}, refusef(http.StatusBadRequest, "the URL's query string is not valid")
	}
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		if len(query[name]) > 1 {
			return parameters{}, refusef(http.StatusBadRequest, "the parameter %s is given twice", name)
		}
	}
	var params parameters
	params.ask([]byte(query.Get("query")), e.documents.cache)
	params.OperationName = query.Get("operationName")
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		text := query.Get(name)
		if text == "" {
			continue
		}
		if refused := halved("parameter "+name, []byte(text)); refused != nil {
			return parameters{}, refused
		}
		if *into, err = decodeObject([]byte(text)); err != nil {
			return parameters{}, refusef(http.StatusBadRequest, "the parameter %s must be a JSON object", name)
		}
	}
	return checkParams(params, r)
}

func checkParams(params parameters, r *http.Request) (parameters, *refusal) {
	if params.Query == "" {
		return parameters{}, refusef(http.StatusBadRequest, `the parameter query is missing: send {"query": "{ ... }"} by POST, or ?query={...} by GET`)
	}
	params.Headers = r.Header
	return params, nil
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
