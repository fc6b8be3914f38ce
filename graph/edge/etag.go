package edge

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync/atomic"

	"weft/graph/edge/coding"
	"weft/graph/operation"
)

// tagForm is the name under which a kept answer's tag stands among its forms.
const tagForm = "etag"

// validator returns the ETag of an answer (RFC 9110 §8.8.3), as a header: a digest of its body, and what it is represented as, so that each media
// type and each coding has its own. It is weak, since what is compressed in haste and what is kept are different bytes. It is the same
// in all replicas.
func (a answerWriter) validator(answer *operation.Answer, text []byte, split int, by coding.Coding) []string {
	return a.tags.of(digest(answer, text, split), a.media == mediaGraphQL, by)
}

// tags are values of ETag, those of the answers that were sent last. It may be used by any number of goroutines at once; the zero value is ready
// for use.
type tags [256]atomic.Pointer[tag]

type tag struct {
	digest  string
	graphQL bool // the media type
	by      coding.Coding
	values  [1]string
}

// of returns the header of a digest.
func (t *tags) of(digest []byte, graphQL bool, by coding.Coding) []string {
	at := &t[(digest[0]<<2^digest[1])+byte(by)]
	known := at.Load()
	if known == nil || known.digest != string(digest) || known.graphQL != graphQL || known.by != by {
		known = &tag{digest: string(digest), graphQL: graphQL, by: by}
		text := `W/"` + known.digest
		if graphQL {
			text += "-graphql"
		}
		if by != coding.Identity {
			text += "-" + by.String()
		}
		known.values[0] = text + `"`
		at.Store(known)
	}
	return known.values[:]
}

// digest returns what tells bodies apart, as text. text is all of the body but its data, which belongs at split.
func digest(answer *operation.Answer, text []byte, split int) []byte {
	again := false
	if answer.Forms != nil {
		var kept []byte
		if kept, again = answer.Forms.Form(tagForm, answer.Data); kept != nil {
			return kept
		}
	}
	h := sha256.New()
	for _, part := range [][]byte{text[:split], answer.Data, text[split:]} {
		h.Write(part)
	}
	sum := base64.RawURLEncoding.AppendEncode(nil, h.Sum(nil)[:16])
	if again {
		answer.Forms.Keep(tagForm, sum)
	}
	return sum
}

// has reports whether a client has what an ETag names, as its request says (RFC 9110 §13.1.2). Tags are compared weakly, and none of ours
// has a comma.
func has(h http.Header, tag string) bool {
	for _, value := range h["If-None-Match"] {
		for known := range strings.SplitSeq(value, ",") {
			known = strings.Trim(known, " \t")
			if known == "*" || strings.TrimPrefix(known, "W/") == strings.TrimPrefix(tag, "W/") {
				return true
			}
		}
	}
	return false
}
