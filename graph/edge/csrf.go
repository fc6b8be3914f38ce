package edge

import (
	"net/http"
	"net/url"

	"weft/graph/operation"
)

// checkPost refuses a POST that a browser sends for another origin (http.CrossOriginProtection: by
// Sec-Fetch-Site, or by Origin against Host). Requests from anything but a browser carry neither and pass.
func checkPost(cross *http.CrossOriginProtection, r *http.Request) *refusal {
	if cross.Check(r) != nil {
		return refusef(http.StatusForbidden, "a page of another origin may not send this request: cors.origins lists those that may")
	}
	return nil
}

// trust is what a GET may ask for. It may read nothing else, whoever sends it.
type trust int

const (
	anything trust = iota
	byID           // an operation by its id, and no text
	listed         // an operation of a manifest, by its id
)

// checkGet says what a GET may ask for, since a page of another site can make a browser send one without asking us first, as an
// image or a script: its answer is timed or counted even where it cannot be read.
//
//   - A request with a header that no page can add without a preflight, which is granted to trusted origins only (cors.go), may ask for
//     anything: Apollo-Require-Preflight, X-Apollo-Operation-Name, or Content-Type: application/json. So may a browser's request from our
//     own origin, or typed by its user, and one of a program that sends what browsers never do.
//   - What a browser sends for another site may ask for what a manifest has, by its id: pages preload these, and nobody but who deploys
//     apps chooses what they read.
//   - What nothing marks, such as curl's or a CDN's request, may have an id. A browser sends one like it for an image without referrer, to
//     a host that is not its own, without TLS.
//
// Any other Content-Type is refused whoever sends it: browsers had a bug that let pages set one
// (GHSA-hff2-gcpx-8f4p).
func checkGet(r *http.Request, allowSimple bool) (trust, *refusal) {
	contentType := r.Header.Get("Content-Type")
	switch {
	case contentType != "" && !isJSON(contentType):
		return listed, refusef(http.StatusUnsupportedMediaType, "a GET has no Content-Type other than application/json")
	case allowSimple, contentType != "", hasPreflightHeader(r.Header):
		return anything, nil
	}
	return sender(r), nil
}

// allow refuses a GET that asks for more than it may.
func (t trust) allow(e *endpoint, request *operation.Request) *refusal {
	switch {
	case t == listed && !e.engine.IsInstalled(request):
		return refusef(http.StatusForbidden, "pages of other origins may send this only where cors.origins lists them; "+
			"if you are not a page in a browser, add the header %s: true", headerPreflight)
	case t == byID && (request.Prepared != nil || request.Text != ""):
		return refusef(http.StatusForbidden, "a text by GET needs the header %s: true; an id, or a POST, does not", headerPreflight)
	}
	return nil
}

// Headers that no page can add without asking first.
const (
	headerPreflight     = "Apollo-Require-Preflight"
	headerOperationName = "X-Apollo-Operation-Name"
)

func hasPreflightHeader(h http.Header) bool {
	return h.Get(headerPreflight) != "" || h.Get(headerOperationName) != ""
}

// sender tells by what browsers say of a request how much its sender is trusted. They say in Sec-Fetch-Site who has caused it, but only to
// origins they trust (https, localhost). Elsewhere Origin or Referer must name this host, and a cookie without either is taken for a
// browser's that hides them.
func sender(r *http.Request) trust {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return anything
	case "":
	default:
		return listed
	}
	for _, name := range []string{"Origin", "Referer"} {
		if from := r.Header.Get(name); from != "" {
			if u, err := url.Parse(from); err != nil || u.Host != r.Host {
				return listed
			}
			return anything
		}
	}
	switch {
	case r.Header.Get("Sec-Fetch-Mode") != "": // never without Sec-Fetch-Site by a browser, and by no page: Node's fetch
		return anything
	case r.Header.Get("Cookie") != "":
		return listed
	}
	return byID
}
