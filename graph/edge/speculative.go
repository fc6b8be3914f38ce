package edge

import (
	"net/http"
	"strings"
)

// maxSpeculative is how many requests that a client may not need are answered at once.
const maxSpeculative = 8

// isSpeculative reports whether a client does not know yet whether it needs the answer: the header Sec-Purpose has prefetch, as browsers
// send it for what a page will likely need (https://fetch.spec.whatwg.org/#sec-purpose-header).
func isSpeculative(h http.Header) bool {
	for _, value := range h["Sec-Purpose"] {
		for purpose := range strings.SplitSeq(value, ",") {
			if name, _, _ := strings.Cut(purpose, ";"); strings.TrimSpace(name) == "prefetch" {
				return true
			}
		}
	}
	return false
}

// speculate reports whether there is room for one more request that a client may not need. Whoever gets it takes a value out of
// speculates.
func (e *endpoint) speculate() bool {
	select {
	case e.speculates <- struct{}{}:
		return true
	default:
		return false
	}
}
