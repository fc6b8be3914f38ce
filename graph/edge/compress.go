package edge

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"weft/graph/edge/coding"
	"weft/graph/operation"
)

// Compression is how answers are compressed, for clients that accept it. The zero value is right for production.
type Compression struct {
	// Disabled sends answers as they are. Bodies of requests may be compressed all the same.
	Disabled bool

	// MinBytes is the length of a body from which on it is compressed. 0 means 1 KiB: a shorter one fits into a packet as it is.
	MinBytes int

	// PublicOnly sends those answers as they are that are not for everybody: that nobody may keep, or one client only. SECURITY.md says
	// when their length may tell too much.
	PublicOnly bool

	// Levels are how hard codings try. The zero value means [coding.DefaultLevels].
	Levels coding.Levels
}

const defaultMinBytes = 1 << 10

// compressor compresses answers.
type compressor struct {
	encoder    *coding.Encoder // nil: it does not
	minBytes   int
	publicOnly bool
}

func newCompressor(c Compression) compressor {
	if c.Disabled {
		return compressor{}
	}
	return compressor{
		encoder:    coding.NewEncoder(cmp.Or(c.Levels, coding.DefaultLevels())),
		minBytes:   cmp.Or(c.MinBytes, defaultMinBytes),
		publicOnly: c.PublicOnly,
	}
}

// choose returns the coding of the answer to a request; ok is false where the client accepts none.
func (c *compressor) choose(h http.Header) (choice coding.Choice, ok bool) {
	var offer coding.Offer
	if c.encoder != nil && !untransformed(h) {
		offer = c.encoder.Offer
	}
	return offer.Choose(h["Accept-Encoding"])
}

// untransformed reports whether a request asks for an answer as it is (RFC 9111 §5.2.1.6). It asks proxies, and means it.
func untransformed(h http.Header) bool {
	return slices.ContainsFunc(h["Cache-Control"], func(value string) bool { return strings.Contains(strings.ToLower(value), "no-transform") })
}

// coding returns the coding of an answer whose body is so long.
func (a answerWriter) coding(answer *operation.Answer, length int) coding.Coding {
	if a.choice.Forced || !answer.Plain && length >= a.compressor.minBytes && (!a.compressor.publicOnly || public(answer.Policy)) {
		return a.choice.Coding
	}
	return coding.Identity
}

// measure returns the coding in which an answer would be sent, and the bytes of its body before and after. Only an answer that then
// becomes another one, by its report, is measured: others show it.
func (a answerWriter) measure(answer *operation.Answer) (name string, bytes, wire int) {
	text, split, err := around(nil, answer)
	if err != nil {
		return coding.Identity.String(), 0, 0 // sending it says why
	}
	bytes = len(text) + len(answer.Data)
	by := a.coding(answer, bytes)
	if by == coding.Identity {
		return by.String(), bytes, bytes
	}
	body, by := a.compress(answer, text, split)
	return by.String(), bytes, len(body)
}

// public reports whether an answer may be kept, and by everybody.
func public(policy map[string][]string) bool {
	control := policy["Cache-Control"]
	return len(control) > 0 && !strings.Contains(control[0], "private")
}

// compress returns the body of an answer and its coding: what is kept beside the answer, or text with the data at split, compressed. A body
// that becomes no shorter stays as it is, where the client takes that.
func (a answerWriter) compress(answer *operation.Answer, text []byte, split int) (body []byte, by coding.Coding) {
	by = a.choice.Coding
	again := false
	if answer.Forms != nil {
		if body, again = answer.Forms.Form(by.String(), answer.Data); body != nil {
			return body, by
		}
	}
	whole := slices.Insert(text, split, answer.Data...)
	a.scratch.answer = whole
	body, kept := a.scratch.coded[:0], false
	if again {
		body, kept = a.compressor.encoder.AppendKept(body, by, whole)
	}
	if !kept {
		body = a.compressor.encoder.Append(body, by, whole)
	}
	a.scratch.coded = body
	if len(body) >= len(whole) && !a.choice.Forced {
		return a.own(whole), coding.Identity
	}
	if kept {
		answer.Forms.Keep(by.String(), slices.Clone(body))
	}
	return a.own(body), by
}

// own counts a body that is sent to this client alone, if it is large, and lets go of what it was made of.
func (a answerWriter) own(body []byte) []byte {
	if n := cap(body); n > maxScratch {
		a.scratch.answer = nil
		a.scratch.held.Add(int64(n))
	}
	return body
}
