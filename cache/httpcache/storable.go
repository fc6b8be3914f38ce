package httpcache

// Refusal says why an answer is not stored.
type Refusal uint8

// The refusals. Of several reasons the first counts.
const (
	None      Refusal = iota // it is stored
	NoStore                  // request or answer says no-store (RFC 9111 §5.2.1.5, §5.2.2.5)
	Method                   // only answers to GET are kept
	Status                   // 1xx, 206, 304; with must-understand, any that is not known (RFC 9111 §3, §5.2.2.3)
	ForOne                   // it is private, and the cache is Shared (RFC 9111 §3, §3.5, §5.2.2.7)
	VaryAny                  // Vary: * fits no later request (RFC 9111 §4.1)
	NotMarked                // a status that is only cacheable with explicit freshness, without it (RFC 9111 §3)
	NoUse                    // it has neither time left nor a validator
)

// String returns the refusal as a detail for [Status], "" for None.
func (r Refusal) String() string {
	return [...]string{"", "no-store", "method", "status", "private", "vary", "not-cacheable", "no-lifetime"}[r]
}

// refusal returns why the answer must or need not be stored. The times of d are set.
func (e *evaluation) refusal(d *Decision) Refusal {
	switch {
	case e.noStore:
		return NoStore
	case e.req.Method != "" && e.req.Method != "GET":
		return Method
	case !e.knowsStatus():
		return Status
	case e.private && e.options.Scope == Shared:
		return ForOne
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
	return e.Private || e.options.Override.Private || len(e.resp.Header["Set-Cookie"]) > 0 ||
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
		e.shared && e.SMaxAge.Given || !e.shared && e.Private || e.expires()
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
