package httpcache

import (
	"crypto/sha256"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// exchange is one GET on its way through the cache.
type exchange struct {
	*Transport
	req      *http.Request
	asked    Directives
	options  Options
	key      string
	identity string // of a Partitioned cache; "": nobody in particular
}

func (t *Transport) newExchange(req *http.Request) *exchange {
	x := &exchange{
		Transport: t,
		req:       req,
		asked:     ParseDirectives(req.Header["Cache-Control"]),
		options:   t.Options,
		key:       Key(target(req)),
	}
	if t.Options.Scope == Partitioned {
		if x.identity = t.identify(req); x.identity == "" {
			x.options.Scope = Shared
		}
	}
	return x
}

// identify returns who asks.
func (t *Transport) identify(req *http.Request) string {
	if t.Identity != nil {
		return t.Identity(req)
	}
	if !authorized(req) {
		return ""
	}
	credentials := appendField(nil, "Authorization", req.Header["Authorization"])
	sum := sha256.Sum256(appendField(credentials, "Cookie", req.Header["Cookie"]))
	return string(sum[:])
}

// authorized reports whether a request has credentials.
func authorized(req *http.Request) bool {
	return len(req.Header["Authorization"]) > 0 || len(req.Header["Cookie"]) > 0
}

// read answers a GET: from the store, by waiting for a call under way and looking there again, or by a call of its own.
func (t *Transport) read(x *exchange) (*http.Response, error) {
	asks := CacheStatus{}
	for join := x.mayJoin(); ; {
		e, why := x.find()
		if !asks.Collapsed {
			asks.Forward = why
		}
		if res := x.reuse(e, asks); res != nil {
			return res, nil
		}
		if x.asked.OnlyIfCached {
			return respond(x.req, http.StatusGatewayTimeout, http.Header{}, nil), nil
		}
		mine, other := t.calls.begin(x.key, x.identity, join)
		if mine != nil {
			return x.lead(mine)
		}
		select {
		case <-other.ended:
			join = other.again
			asks.Collapsed = true
		case <-x.req.Context().Done():
			return nil, x.req.Context().Err()
		}
	}
}

// mayJoin reports whether the answer to another request will do, and an answer to this one is of use to others.
func (x *exchange) mayJoin() bool {
	return !x.asked.NoCache && !x.asked.NoStore &&
		len(x.req.Header["If-None-Match"]) == 0 && len(x.req.Header["If-Modified-Since"]) == 0
}

// lead makes the call, unless one ended between the look into the store and the call's beginning.
func (x *exchange) lead(mine *call) (*http.Response, error) {
	defer func() { x.calls.end(mine, x.req.Context().Err() != nil) }()
	e, why := x.find()
	if res := x.reuse(e, CacheStatus{}); res != nil {
		return res, nil
	}
	return x.fetch(mine, e, why)
}

// find returns the newest entry that fits the request, and why it may have to be sent on nevertheless.
func (x *exchange) find() (*Entry, Forward) {
	why := URIMiss
	for _, e := range x.store.Get(x.key) {
		if x.fits(e) {
			if e.Decision.FreshUntil.After(x.now()) {
				return e, ByRequest
			}
			return e, Stale
		}
		if e.Identity == "" { // what is kept for others is nobody's business
			why = VaryMiss
		}
	}
	return nil, why
}

// fits reports whether an entry was for such a request: everybody's or the same identity's, and with the same fields of those
// that its Vary names.
func (x *exchange) fits(e *Entry) bool {
	if e.Identity != "" && e.Identity != x.identity {
		return false
	}
	variant, ok := Variant(e.Header, x.req.Header)
	return ok && variant == e.Variant
}

// reuse answers with an entry if it may be served as it is, and returns nil otherwise. It sees to the refresh of one that is
// stale.
func (x *exchange) reuse(e *Entry, asks CacheStatus) *http.Response {
	if e == nil {
		return nil
	}
	switch e.Decision.Use(x.now(), x.asked) {
	case Validate:
		return nil
	case ServeRefresh:
		if x.asked.NoStore {
			return nil
		}
		x.refresh(e)
	}
	if asks.Collapsed {
		return x.serve(e, asks)
	}
	return x.serve(e, CacheStatus{Hit: true})
}

// serve answers with an entry, with 304 where the request is conditional and the entry is what its client has.
func (x *exchange) serve(e *Entry, s CacheStatus) *http.Response {
	now, header := x.now(), e.Header.Clone()
	header.Set("Age", strconv.FormatInt(int64(e.Decision.Age(now)/time.Second), 10))
	if e.Status == http.StatusOK && NotModified(x.req.Header, e.Header, e.Decision.Born) {
		for _, name := range []string{"Content-Encoding", "Content-Length", "Content-Range", "Content-Type"} {
			delete(header, name)
		}
		return respond(x.req, http.StatusNotModified, header, nil)
	}
	res := respond(x.req, e.Status, header, e.Body)
	s.TTL = ttl(&e.Decision, now)
	x.mark(res, s)
	return res
}

// ttl returns how long an entry is still fresh, in whole seconds.
func ttl(d *Decision, now time.Time) Seconds {
	return Seconds{d.FreshUntil.Sub(now).Truncate(time.Second), true}
}

// replace puts e in the place of the entries that fit the request; nil just removes those.
func (x *exchange) replace(e *Entry) {
	entries := slices.DeleteFunc(slices.Clone(x.store.Get(x.key)), x.fits)
	if e != nil {
		entries = slices.Insert(entries, 0, e)
	}
	x.store.Set(x.key, entries[:min(len(entries), variants)])
}
