package httpcache

import "strings"

// Refusal says why an answer is not stored, in a word for people.
type Refusal string

// The refusals. Of several reasons the first counts.
const (
	None      Refusal = ""              // it is stored
	NoStore   Refusal = "no-store"      // it says no-store (RFC 9111 §5.2.2.5)
	Method    Refusal = "method"        // only answers to GET are kept
	Status    Refusal = "status"        // 1xx, 206, 304; with must-understand, any that is not known (RFC 9111 §3, §5.2.2.3)
	VaryAny   Refusal = "vary"          // Vary: * fits no later request (RFC 9111 §4.1)
	NotMarked Refusal = "not-cacheable" // a status that is only cacheable with explicit freshness, without it (RFC 9111 §3)
	NoUse     Refusal = "no-lifetime"   // it has neither time left nor a validator
)

// refusal returns why the answer must or need not be stored. The times of d are set.
func (e *evaluation) refusal(d *Decision) Refusal {
	switch {
	case e.noStore:
		return NoStore
	case e.req.Method != "" && e.req.Method != "GET":
		return Method
	case !e.knowsStatus():
		return Status
	case variesOnAny(e.resp.Header["Vary"]):
		return VaryAny
	case !e.marked():
		return NotMarked
	case !e.useful(d):
		return NoUse
	}
	return None
}

// isPrivate reports whether the answer is only for the identity that asked: it or the override says so, it sets a cookie, or
// the request had credentials and the answer is not said to be for all (RFC 9111 §3.5; see the package's strictness).
func (e *evaluation) isPrivate() bool {
	return e.Private || e.override.Private || len(e.resp.Header["Set-Cookie"]) > 0 ||
		e.req.Authorized && !e.Public
}

// knowsStatus reports whether the status is final and one whose answers may be kept (RFC 9111 §3).
func (e *evaluation) knowsStatus() bool {
	switch status := e.resp.Status; {
	case status < 200 || status > 599 || status == 206 || status == 304:
		return false
	case e.MustUnderstand:
		return understood(status)
	}
	return true
}

// marked reports whether the answer has what makes it storable: a directive, an expiry, or its status (RFC 9111 §3).
func (e *evaluation) marked() bool {
	return cacheableByDefault(e.resp.Status) || e.Public || e.MaxAge.Given ||
		!e.private && e.SMaxAge.Given || e.Private || e.expires()
}

// useful reports whether there will be a time at which the stored answer spares something.
func (e *evaluation) useful(d *Decision) bool {
	at := e.resp.Received
	return d.StaleWhileRevalidateUntil.After(at) || d.StaleIfErrorUntil.After(at) || d.ETag != "" || d.LastModified != ""
}

// cacheableByDefault reports whether answers of that status may be kept without being told (RFC 9110 §15.1).
func cacheableByDefault(status int) bool {
	switch status {
	case 200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501:
		return true
	}
	return false
}

// understood reports whether the status is one that RFC 9110 §15 defines, and no special case for caches.
func understood(status int) bool {
	switch {
	case status >= 200 && status <= 205, status >= 300 && status <= 303, status == 305, status == 307, status == 308:
		return true
	case status >= 400 && status <= 417, status == 421, status == 422, status == 426:
		return true
	}
	return status >= 500 && status <= 505
}

// variesOnAny reports whether Vary has a member *.
func variesOnAny(lines []string) bool {
	for _, line := range lines {
		if strings.IndexByte(line, '*') < 0 {
			continue
		}
		for name := range strings.SplitSeq(line, ",") {
			if trim(name) == "*" {
				return true
			}
		}
	}
	return false
}
