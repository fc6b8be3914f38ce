package edge

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
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
// It finds the members itself, which is all that a request without variables takes; what is nested in them, and
// escapes of other characters than the usual ones, encoding/json reads. It overwrites body; the request keeps nothing
// of it.
func decodeRequest(body []byte, known operations, ids []string, maxValues int) (operation.Request, *refusal) {
	if !utf8.Valid(body) {
		return operation.Request{}, refusef(http.StatusBadRequest, "the body is not valid UTF-8")
	}
	if refused := halved("body", body); refused != nil {
		return operation.Request{}, refused
	}
	e := envelope{text: body, ids: ids, maxValues: maxValues}
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
	text    []byte
	at      int // in text
	given   given
	query   []byte   // part of text
	ids     []string // names of members that an operation's id stands in
	request operation.Request

	values    int // lists, objects and commas in what value has skipped
	maxValues int
}

// given are the members that were met.
type given struct{ query, operationName, variables, extensions bool }

// members reads the object's members, from its opening to behind its closing brace.
func (e *envelope) members() *refusal {
	e.at++
	if e.next() == '}' {
		e.at++
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
		switch e.next() {
		case ',':
			e.at++
		case '}':
			e.at++
			return nil
		default:
			return e.broken()
		}
	}
}

// name reads a member's name and the colon behind it.
func (e *envelope) name() (name []byte, ok bool) {
	if e.next() != '"' {
		return nil, false
	}
	name, ok = unquote(e.value())
	if !ok || e.next() != ':' {
		return nil, false
	}
	e.at++
	return name, true
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

// object reads an object, or null as none.
func (e *envelope) object(name string, given *bool, into *map[string]any) *refusal {
	if *given {
		return givenTwice(name)
	}
	*given = true
	e.values = 0
	value := e.value()
	if string(value) == "null" || string(value) == "{}" {
		return nil
	}
	if e.values > e.maxValues { // decoding them costs much more than counting them
		return refusef(http.StatusRequestEntityTooLarge, "the member %s has more than %d values: send fewer, or raise limits.variables", name, e.maxValues)
	}
	var err error
	*into, err = decodeObject(value)
	switch {
	case err == nil:
		return nil
	case !json.Valid(value):
		return e.broken()
	}
	return refusef(http.StatusBadRequest, "the member %s must be an object", name)
}

func givenTwice(name string) *refusal {
	return refusef(http.StatusBadRequest, "the member %s is given twice", name)
}

// next skips white space, and returns the byte behind it; 0 at the end.
func (e *envelope) next() byte {
	for ; e.at < len(e.text); e.at++ {
		switch c := e.text[e.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// value skips a value and returns its text, which is a JSON value if there is one at all: who uses it finds out.
func (e *envelope) value() []byte {
	e.next()
	start, depth := e.at, 0
	for e.at < len(e.text) {
		switch e.text[e.at] {
		case '"':
			e.skipString()
		case '{', '[':
			depth++
			e.values++
			e.at++
		case '}', ']':
			if depth == 0 { // the end of what the value is in
				return e.text[start:e.at]
			}
			depth--
			e.at++
		case ',', ':', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return e.text[start:e.at]
			}
			if e.text[e.at] == ',' {
				e.values++
			}
			e.at++
			continue
		default:
			e.at++
			continue
		}
		if depth == 0 {
			break
		}
	}
	return e.text[start:e.at]
}

// skipString skips a string from its opening to behind its closing quote, or to the end of the text.
func (e *envelope) skipString() {
	for e.at++; e.at < len(e.text); e.at++ {
		switch e.text[e.at] {
		case '"':
			e.at++
			return
		case '\\':
			e.at++
		}
	}
	e.at = len(e.text)
}

func (e *envelope) broken() *refusal {
	return refusef(http.StatusBadRequest, "the body is not valid JSON near byte %d", e.at)
}

// decodeObject decodes a text that is one JSON object, or null.
func decodeObject(text []byte) (object map[string]any, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&object); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the object")
	}
	return object, nil
}
