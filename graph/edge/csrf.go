package edge

import (
	"net/http"
	"net/url"
)

// checkPost refuses a POST that a browser sends for another origin (http.CrossOriginProtection: by
// Sec-Fetch-Site, or by Origin against Host). Requests from anything but a browser carry neither and pass.
func checkPost(cross *http.CrossOriginProtection, r *http.Request) *refusal {
	if cross.Check(r) != nil {
		return refusef(http.StatusForbidden, "a page of another origin may not send this request: cors.origins lists those that may")
	}
	return nil
}

// checkGet refuses a GET that a page of another site can make a browser send without asking us first, as an
// image or a script: its answer is timed or counted even where it cannot be read. What passes:
//
//   - a request with a header that no page can add without a preflight, which is granted to trusted origins only (cors.go):
//     Apollo-Require-Preflight, X-Apollo-Operation-Name, or Content-Type: application/json;
//   - a browser's request from our own origin, or typed by its user;
//   - a request that nothing marks as a browser's, such as curl's.
//
// What does not pass is forbidden, unless it asks by its id for an operation that a manifest has: pages preload these, and nobody but
// who deploys apps chooses what they read.
//
// Any other Content-Type is refused whoever sends it: browsers had a bug that let pages set one
// (GHSA-hff2-gcpx-8f4p).
func checkGet(r *http.Request, allowSimple bool) (forbidden, refused *refusal) {
	contentType := r.Header.Get("Content-Type")
	switch {
	case contentType != "" && !isJSON(contentType):
		return nil, refusef(http.StatusUnsupportedMediaType, "a GET has no Content-Type other than application/json")
	case allowSimple, contentType != "", hasPreflightHeader(r.Header), !fromOtherSite(r):
		return nil, nil
	}
	return refusef(http.StatusForbidden,
		"pages of other origins may send this only where cors.origins lists them; if you are not a page in a browser, add the header %s: true", headerPreflight), nil
}

// Headers that no page can add without asking first.
const (
	headerPreflight     = "Apollo-Require-Preflight"
	headerOperationName = "X-Apollo-Operation-Name"
)

func hasPreflightHeader(h http.Header) bool {
	return h.Get(headerPreflight) != "" || h.Get(headerOperationName) != ""
}

// fromOtherSite reports whether a page of another origin may have caused r. Browsers say so in Sec-Fetch-Site,
// but only to origins they trust (https, localhost); elsewhere Origin or Referer must name this host, and a
// cookie without either is taken for a browser's that hides them.
func fromOtherSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return false
	case "":
	default:
		return true
	}
	for _, name := range []string{"Origin", "Referer"} {
		if from := r.Header.Get(name); from != "" {
			u, err := url.Parse(from)
			return err != nil || u.Host != r.Host
		}
	}
	return r.Header.Get("Cookie") != ""
}
