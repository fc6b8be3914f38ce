package edge

import (
	"encoding/json"
	"net/http"
	"slices"
	"unicode/utf8"

	"weft/graph/operation"
)

// decodeRequest reads a request's JSON object. It is stricter than encoding/json where leniency lets a filter
// in front of us see another operation than we execute: names are case-sensitive, none of the four occurs
// twice, nothing follows the object. Members with other names are ignored, but must be JSON. What it says of a
// broken body is where it is broken, never what is there.
//
// It overwrites body; the request keeps nothing of it.
func decodeRequest(body []byte, known operations, ids []string, maxValues int) (operation.Request, *refusal) {
	if !utf8.Valid(body) {
		return operation.Request{}, refusef(http.StatusBadRequest, "the body is not valid UTF-8")
	}
	if refused := halved("body", body); refused != nil {
		return operation.Request{}, refused
	}
	e := envelope{scanner: scanner{text: body}, ids: ids, maxValues: maxValues}
	switch e.next() {
	case '{':
	case '[':
		return operation.Request{}, refusef(http.StatusBadRequest, "batches of requests are not served: send one JSON object")
	default:
		if !json.Valid(body) {
			return operation.Request{}, e.broken()
		}
		return operation.Request{}, refusef(http.StatusBadRequest, "the body must be a JSON object")
	}
	if refused := e.members(); refused != nil {
		return operation.Request{}, refused
	}
	if e.next() != 0 || e.at < len(e.text) {
		return operation.Request{}, refusef(http.StatusBadRequest, "something follows the JSON object")
	}
	ask(&e.request, e.query, known)
	return e.request, nil
}

// envelope is a request's JSON object while it is read.
type envelope struct {
	scanner

	given   given
	query   []byte   // part of text
	ids     []string // names of members that an operation's id stands in
	request operation.Request

	maxValues int
}

// given are the members that were met.
type given struct{ query, operationName, variables, extensions bool }

// members reads the object's members, from its opening to behind its closing brace.
func (e *envelope) members() *refusal {
	if e.empty('}') {
		return nil
	}
	for {
		name, ok := e.name()
		if !ok {
			return e.broken()
		}
		if refused := e.member(name); refused != nil {
			return refused
		}
		switch last, ok := e.end('}'); {
		case !ok:
			return e.broken()
		case last:
			return nil
		}
	}
}

// member reads the value of the member of that name.
func (e *envelope) member(name []byte) *refusal {
	switch string(name) {
	case "query":
		text, refused := e.string("query", &e.given.query)
		e.query = text
		return refused
	case "operationName":
		text, refused := e.string("operationName", &e.given.operationName)
		e.request.Name = string(text)
		return refused
	case "variables":
		return e.object("variables", &e.given.variables, &e.request.Variables)
	case "extensions":
		ahead := e.scanner
		if refused, ok := identifyAtOnce(&e.request, ahead.value()); ok && !e.given.extensions {
			e.given.extensions, e.scanner = true, ahead
			return refused
		}
		return e.object("extensions", &e.given.extensions, &e.request.Extensions)
	}
	if slices.Contains(e.ids, string(name)) {
		id, refused := e.string(string(name), new(bool))
		if id == nil || refused != nil {
			return refused
		}
		return identify(&e.request, string(id))
	}
	if !json.Valid(e.value()) {
		return e.broken()
	}
	return nil
}

// string reads a string, or null as no text. The text is part of the body.
func (e *envelope) string(name string, given *bool) (text []byte, refused *refusal) {
	if *given {
		return nil, givenTwice(name)
	}
	*given = true
	value := e.value()
	text, ok := unquote(value)
	switch {
	case ok:
		return text, nil
	case string(value) == "null":
		return nil, nil
	case !json.Valid(value):
		return nil, e.broken()
	}
	return nil, refusef(http.StatusBadRequest, "the member %s must be a string", name)
}

// object reads an object, or null as none. Where it breaks off, the request is refused, so that into may be anything.
func (e *envelope) object(name string, given *bool, into *map[string]any) *refusal {
	if *given {
		return givenTwice(name)
	}
	*given = true
	if e.next() != '{' {
		switch value := e.value(); {
		case string(value) == "null":
			return nil
		case !json.Valid(value):
			return e.broken()
		}
		return refusef(http.StatusBadRequest, "the member %s must be an object", name)
	}
	// Decoding values costs much more than counting them, and fewer bytes are fewer values.
	if len(e.text)-e.at > e.maxValues && e.count() > e.maxValues {
		return refusef(http.StatusRequestEntityTooLarge, "the member %s has more than %d values: send fewer, or raise limits.variables", name, e.maxValues)
	}
	if e.empty('}') {
		return nil
	}
	var ok bool
	if *into, ok = e.decodeMembers(maxDepth - 1); !ok {
		return e.broken()
	}
	return nil
}

func givenTwice(name string) *refusal {
	return refusef(http.StatusBadRequest, "the member %s is given twice", name)
}

func (e *envelope) broken() *refusal {
	return refusef(http.StatusBadRequest, "the body is not valid JSON near byte %d", e.at)
}
