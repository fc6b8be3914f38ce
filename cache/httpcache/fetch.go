package httpcache

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"time"
)

// arrival is an answer of the upstream.
type arrival struct {
	*http.Response
	sent, received time.Time
}

// fetch asks the upstream: whether e, if there is one, is still right, and for an answer if not. When that fails, e serves in
// its place where it may.
func (x *exchange) fetch(mine *call, e *Entry, why Forward) (*http.Response, error) {
	a, err := x.send(e)
	if err == nil && e != nil && a.StatusCode == http.StatusNotModified && !Confirms(a.Header, e.Header) {
		a.Body.Close() // an answer about something else; ask for the whole
		e = nil
		a, err = x.send(nil)
	}
	switch {
	case failed(a, err) && e != nil && x.req.Context().Err() == nil && e.Decision.IfError(x.now(), x.asked):
		status := CacheStatus{Forward: why, Detail: "stale-if-error"}
		if err == nil {
			a.Body.Close()
			status.ForwardStatus = a.StatusCode
		}
		return x.serve(e, status), nil
	case err != nil:
		return nil, err
	case a.StatusCode == http.StatusNotModified && e != nil && validatable(e):
		a.Body.Close()
		return x.freshen(mine, e, a, why), nil
	}
	return x.keep(mine, a, why), nil
}

// send sends the request, on condition that e is no longer right if it can be told.
func (x *exchange) send(e *Entry) (arrival, error) {
	req := x.req
	if e != nil && validatable(e) {
		req = req.Clone(req.Context())
		if req.Header == nil {
			req.Header = make(http.Header)
		}
		SetConditions(req.Header, e.Decision.ETag, e.Decision.LastModified)
	}
	sent := x.now()
	res, err := x.base().RoundTrip(req)
	if err != nil {
		return arrival{}, err
	}
	a := arrival{res, sent, x.now()}
	if res.Header == nil {
		res.Header = make(http.Header)
	}
	if len(res.Header["Date"]) == 0 { // RFC 9110 §6.6.1
		res.Header.Set("Date", a.received.UTC().Format(http.TimeFormat))
	}
	return a, nil
}

// validatable reports whether the upstream can be asked if an entry is still right.
func validatable(e *Entry) bool { return e.Decision.ETag != "" || e.Decision.LastModified != "" }

// failed reports whether the upstream's answer is an error in the sense of stale-if-error (RFC 5861 §4).
func failed(a arrival, err error) bool {
	if err != nil {
		return true
	}
	switch a.StatusCode {
	case 500, 502, 503, 504:
		return true
	}
	return false
}

// decide evaluates an answer with that status and header.
func (x *exchange) decide(a arrival, status int, header http.Header) Decision {
	return Evaluate(
		Request{Method: x.req.Method, Authorized: authorized(x.req), NoStore: x.asked.NoStore, Sent: a.sent},
		Response{Status: status, Header: header, Received: a.received},
		x.options,
	)
}

// freshen answers with an entry that the upstream confirmed, and keeps what it is now.
func (x *exchange) freshen(mine *call, e *Entry, a arrival, why Forward) *http.Response {
	fresh := x.entry(a, e.Status, Freshen(e.Header, a.Header), e.Body)
	status := CacheStatus{Forward: why, ForwardStatus: a.StatusCode, Stored: x.save(mine, fresh)}
	return x.serve(fresh, status)
}

// entry makes an entry of an answer.
func (x *exchange) entry(a arrival, status int, header http.Header, body []byte) *Entry {
	e := &Entry{Status: status, Header: header, Body: body, Decision: x.decide(a, status, header)}
	e.Variant, _ = Variant(header, x.req.Header)
	if e.Decision.Private {
		e.Identity = x.identity
	}
	return e
}

// save stores an entry, or removes what it replaces if it must not be stored. It reports whether it was stored.
func (x *exchange) save(mine *call, e *Entry) bool {
	if !e.Decision.Store {
		if !x.asked.NoStore {
			x.calls.commit(mine, func() { x.replace(nil) })
		}
		return false
	}
	return x.calls.commit(mine, func() { x.replace(e) })
}

// keep hands an answer on, and keeps it if it may and its body arrives in full and is not too large.
func (x *exchange) keep(mine *call, a arrival, why Forward) *http.Response {
	e := x.entry(a, a.StatusCode, storedFields(a.Header), nil)
	status := CacheStatus{Forward: why, ForwardStatus: a.StatusCode}
	if e.Decision.Store {
		var whole bool
		if e.Body, whole = x.readAll(a.Response); whole {
			if status.Stored = x.save(mine, e); status.Stored {
				status.TTL = ttl(&e.Decision, a.received)
			}
		}
	} else {
		status.Detail = e.Decision.Refusal.String()
		if supersedes(a.StatusCode) {
			x.save(mine, e)
		}
	}
	x.mark(a.Response, status)
	return a.Response
}

// supersedes reports whether an answer with that status, even if it is not stored itself, says that what is stored is no
// longer so. Refusals and failures do not.
func supersedes(status int) bool {
	return status < 400 && status != http.StatusNotModified || status == http.StatusNotFound || status == http.StatusGone
}

// readAll reads a body as far as it may be kept, and puts it back in front of what is left of it. Whole says that nothing is.
func (x *exchange) readAll(res *http.Response) (body []byte, whole bool) {
	limit := cmp.Or(x.MaxBody, 1<<20)
	if res.ContentLength > limit {
		return nil, false
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err == nil && res.ContentLength >= 0 && int64(len(body)) < min(res.ContentLength, limit+1) {
		err = io.ErrUnexpectedEOF // RFC 9111 §3.3
	}
	switch {
	case err != nil:
		res.Body = rest{io.MultiReader(bytes.NewReader(body), failing{err}), res.Body}
		return nil, false
	case int64(len(body)) > limit:
		res.Body = rest{io.MultiReader(bytes.NewReader(body), res.Body), res.Body}
		return nil, false
	}
	res.Body = rest{bytes.NewReader(body), res.Body}
	return body, true
}

// rest is a body of which a part was read and put back.
type rest struct {
	io.Reader
	io.Closer
}

// failing is a reader that ends with an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
