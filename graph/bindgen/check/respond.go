package check

import (
	"net/http"
	"slices"
	"strings"

	"weft/graph/binding"
)

// keptFromClients are headers of answers that are not sent back to clients, each with the reason.
var keptFromClients = map[string]string{
	"Age": ownHeader, "Cache-Control": ownHeader, "Cache-Tag": ownHeader, "Date": ownHeader, "Etag": ownHeader, "Retry-After": ownHeader, "Vary": ownHeader,
	"X-Content-Type-Options": ownHeader,
	"Cdn-Cache-Control":      cachesHeader, "Expires": cachesHeader, "Last-Modified": cachesHeader, "Pragma": cachesHeader, "Surrogate-Control": cachesHeader,
	"Surrogate-Key": cachesHeader,
	"Alt-Svc":       originHeader, "Clear-Site-Data": originHeader, "Permissions-Policy": originHeader, "Referrer-Policy": originHeader, "Refresh": originHeader,
	"Strict-Transport-Security": originHeader, "Www-Authenticate": originHeader, "X-Frame-Options": originHeader,
}

const (
	ownHeader    = "it is Weft's own"
	cachesHeader = "it tells caches what they may keep, and such an answer is kept by nobody"
	originHeader = "it is a rule for all that comes from an origin, and that is Weft's"
)

// respond reads the headers that a call's answers send back to the client.
func (b *binder) respond(f *field, call *binding.Call) {
	u := f.bound
	for _, n := range u.list("respond") {
		name := http.CanonicalHeaderKey(n.value.Raw)
		why := keptFromClients[name]
		switch {
		case why != "":
		case slices.Contains(framing, name) || strings.HasPrefix(name, "Content-"):
			why = "it says how the answer was sent"
		case strings.HasPrefix(name, "Access-Control-"):
			why = "who may read answers is configuration: cors"
		case strings.HasPrefix(name, "Weft-"):
			why = ownHeader
		}
		switch {
		case !headerName.MatchString(name):
			b.report(n.pos, "respond: %q is not the name of a header; write one such as \"X-RateLimit-Remaining\"", n.value.Raw)
		case why != "":
			b.report(n.pos, "respond: %s is not sent back: %s; remove it", name, why)
		case slices.Contains(call.Respond, name):
			b.report(n.pos, "respond has %s twice; keep one", name)
		default:
			call.Respond = append(call.Respond, name)
		}
	}
	if cache := b.c.use(f.def, "cacheControl"); cache != nil && len(call.Respond) > 0 {
		b.c.report(cache.site, cache.pos, "what sends headers back is for one client, once, and never kept; remove the directive, or respond")
	}
}
