package edge

import (
	"mime"
	"strings"

	"weft/graph/edge/coding"
)

const (
	mediaJSON    = "application/json"
	mediaGraphQL = "application/graphql-response+json"
)

// chooseMedia picks the media type of the answer from the Accept headers (RFC 9110 §12.5.1): the one with the highest weight, and of equals
// the one that is accepted first. A type's weight is that of the most specific range that covers it, so that "application/json;q=0, */*"
// leaves the other one. No Accept header means application/json, which every client reads; so does */* alone. ok is false when the
// client accepts neither type; media is one of them all the same, for the refusal.
func chooseMedia(accept []string) (media string, ok bool) {
	switch {
	case len(accept) == 0:
		return mediaJSON, true
	case len(accept) == 1 && (accept[0] == "*/*" || accept[0] == mediaJSON):
		return mediaJSON, true
	}
	var json, graphQL acceptance
	at := 0
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		at++
		mediaRange, q, ok := acceptPart(part)
		if !ok {
			continue
		}
		specific := 0
		switch mediaRange {
		case mediaJSON:
			json.by(q, at, exact)
			continue
		case mediaGraphQL:
			graphQL.by(q, at, exact)
			continue
		case "application/*":
			specific = 1
		case "*/*":
		default:
			continue
		}
		json.by(q, at, specific)
		graphQL.by(q, at, specific)
	}
	if graphQL.q > json.q || graphQL.q == json.q && graphQL.at < json.at {
		return mediaGraphQL, graphQL.q > 0
	}
	return mediaJSON, json.q > 0
}

// exact is how specific a range is that is the type itself; others are below.
const exact = 2

// acceptance is what is known of one type.
type acceptance struct {
	covered  bool // some range covers the type; the rest is of the most specific one
	q        coding.Weight
	at       int // of the range in the list
	specific int
}

// by counts a range that covers the type.
func (a *acceptance) by(q coding.Weight, at, specific int) {
	if !a.covered || specific > a.specific {
		*a = acceptance{true, q, at, specific}
	}
}

// acceptPart reads one media range. ok is false where the grammar does not allow it.
func acceptPart(part string) (mediaRange string, q coding.Weight, ok bool) {
	mediaRange, params, err := mime.ParseMediaType(part)
	if err != nil {
		return "", 0, false
	}
	text, given := params["q"]
	if !given {
		return mediaRange, coding.Most, true
	}
	q, ok = coding.ParseWeight(text)
	return mediaRange, q, ok
}
