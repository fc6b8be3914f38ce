package edge

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
)

const allowedMethods = "GET, POST, OPTIONS"

// readPost reads the parameters of a POST. Bodies are JSON in UTF-8, not compressed: form bodies are what
// browsers send for other sites without asking, other character sets are a way around filters in front of us.
func readPost(w http.ResponseWriter, r *http.Request, limit int64) (*graphql.RawParams, *refusal) {
	if !isJSON(r.Header.Get("Content-Type")) {
		return nil, refusef(http.StatusUnsupportedMediaType, "a POST needs the header Content-Type: application/json")
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, refusef(http.StatusUnsupportedMediaType, "compressed request bodies are not read: leave out Content-Encoding")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, refusef(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes", tooLarge.Limit)
	}
	if err != nil {
		return nil, refusef(http.StatusBadRequest, "the body could not be read to its end")
	}
	params, refused := decodeParams(body)
	if refused != nil {
		return nil, refused
	}
	return checkParams(params, r)
}

// readGet reads the parameters of a GET from its URL; how long that may be is the server's MaxHeaderBytes.
func readGet(r *http.Request) (*graphql.RawParams, *refusal) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !utf8.ValidString(query.Get("query")) {
		return nil, refusef(http.StatusBadRequest, "the URL's query string is not valid")
	}
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		if len(query[name]) > 1 {
			return nil, refusef(http.StatusBadRequest, "the parameter %s is given twice", name)
		}
	}
	params := &graphql.RawParams{Query: query.Get("query"), OperationName: query.Get("operationName")}
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		if text := query.Get(name); text != "" && decodeWhole([]byte(text), into) != nil {
			return nil, refusef(http.StatusBadRequest, "the parameter %s must be a JSON object", name)
		}
	}
	return checkParams(params, r)
}

func checkParams(params *graphql.RawParams, r *http.Request) (*graphql.RawParams, *refusal) {
	if params.Query == "" {
		return nil, refusef(http.StatusBadRequest, `the parameter query is missing: send {"query": "{ ... }"} by POST, or ?query={...} by GET`)
	}
	params.Headers = r.Header
	return params, nil
}

func isJSON(contentType string) bool {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != mediaJSON {
		return false
	}
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

// decodeParams reads a request's JSON object. It is stricter than encoding/json where leniency lets a filter
// in front of us see another operation than we execute: names are case-sensitive, none of the four occurs
// twice, nothing follows the object. Members with other names are ignored. What it says of a broken body is
// where it is broken, never what is there.
func decodeParams(body []byte) (*graphql.RawParams, *refusal) {
	if !utf8.Valid(body) {
		return nil, refusef(http.StatusBadRequest, "the body is not valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	open, err := dec.Token()
	if err != nil {
		return nil, brokenJSON(dec)
	}
	switch open {
	case json.Delim('{'):
	case json.Delim('['):
		return nil, refusef(http.StatusBadRequest, "batches of requests are not served: send one JSON object")
	default:
		return nil, refusef(http.StatusBadRequest, "the body must be a JSON object")
	}
	params := &graphql.RawParams{}
	members := map[string]any{
		"query": &params.Query, "operationName": &params.OperationName,
		"variables": &params.Variables, "extensions": &params.Extensions,
	}
	if refused := decodeMembers(dec, members); refused != nil {
		return nil, refused
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, refusef(http.StatusBadRequest, "something follows the JSON object")
	}
	return params, nil
}

// decodeMembers reads an object's members, up to and with its closing brace, into the values of their names.
func decodeMembers(dec *json.Decoder, into map[string]any) *refusal {
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return brokenJSON(dec)
		}
		name, _ := token.(string)
		value, known := into[name]
		switch {
		case !known:
			value = new(json.RawMessage)
		case value == nil:
			return refusef(http.StatusBadRequest, "the member %s is given twice", name)
		default:
			into[name] = nil
		}
		err = dec.Decode(value)
		if _, wrongType := errors.AsType[*json.UnmarshalTypeError](err); wrongType {
			return refusef(http.StatusBadRequest, "the member %s must be %s", name, memberType(value))
		}
		if err != nil {
			return brokenJSON(dec)
		}
	}
	if _, err := dec.Token(); err != nil {
		return brokenJSON(dec)
	}
	return nil
}

func memberType(value any) string {
	if _, isText := value.(*string); isText {
		return "a string"
	}
	return "an object"
}

func brokenJSON(dec *json.Decoder) *refusal {
	return refusef(http.StatusBadRequest, "the body is not valid JSON near byte %d", dec.InputOffset())
}

func decodeWhole(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the value")
	}
	return nil
}
