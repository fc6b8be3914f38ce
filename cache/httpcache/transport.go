package httpcache

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Transport is a cache in front of any HTTP server (RFC 9111): a [http.RoundTripper] that keeps answers to GET and serves them
// as the policy of this package allows. It validates what is stale with the upstream, serves stale answers while it refreshes
// them and when the upstream fails where they allow it (RFC 5861), obeys the requests' directives, lets one call answer many
// requests, and drops what writes make invalid. Every answer that it did not make itself has a Cache-Status member, and served
// ones an Age.
//
// The zero value is a shared cache over [http.DefaultTransport]. Fields are set before the first use. It is safe for
// concurrent use. Answers that may be stored are read in full before they are returned, up to MaxBody.
type Transport struct {
	Base    http.RoundTripper // nil: http.DefaultTransport
	Store   Store             // nil: a [Memory] of 64 MiB
	Options Options
	Name    string // the cache's name in Cache-Status; "": "httpcache"

	// Identity returns who asks, for a Partitioned cache; "": nobody in particular, and private answers are not kept.
	// nil: a digest of Authorization and Cookie. Entries hold what it returns.
	Identity func(*http.Request) string

	MaxBody        int64            // larger bodies are not kept, in bytes; 0: 1 MiB
	Refreshes      int              // how many refreshes may be under way; 0: 16
	RefreshTimeout time.Duration    // how long a refresh may take; 0: 30 s
	Now            func() time.Time // nil: time.Now

	once       sync.Once
	store      Store
	calls      calls
	refreshing background
}

// variants is how many answers are kept under one key. The oldest go first.
const variants = 64

var _ http.RoundTripper = (*Transport)(nil)

// RoundTrip implements [http.RoundTripper]. Its errors are those of Base, and those of the request's context.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.once.Do(func() {
		if t.store = t.Store; t.store == nil {
			t.store = NewMemory(0)
		}
	})
	switch {
	case !isSafe(req.Method):
		return t.write(req)
	case req.Method != http.MethodGet && req.Method != "":
		return t.pass(req, ByMethod)
	case !plain(req):
		return t.pass(req, Bypass)
	}
	return t.read(t.newExchange(req))
}

// Close waits for the refreshes under way, at most RefreshTimeout, and lets no others start. The transport can still be used.
func (t *Transport) Close() { t.refreshing.close() }

// plain reports whether a GET asks for the whole of an answer, without a body of its own.
func plain(req *http.Request) bool {
	if req.Body != nil && req.Body != http.NoBody {
		return false
	}
	for _, name := range []string{"Range", "If-Match", "If-Unmodified-Since"} {
		if len(req.Header[name]) > 0 {
			return false
		}
	}
	return true
}

// pass sends a request that the cache has nothing to do with.
func (t *Transport) pass(req *http.Request, why Forward) (*http.Response, error) {
	res, err := t.base().RoundTrip(req)
	if err != nil {
		return nil, err
	}
	t.mark(res, CacheStatus{Forward: why, ForwardStatus: res.StatusCode})
	return res, nil
}

// write sends an unsafe request and drops what it makes invalid, before its caller learns how it ended. When it fails, it may
// have taken effect all the same.
func (t *Transport) write(req *http.Request) (*http.Response, error) {
	res, err := t.base().RoundTrip(req)
	var status int
	var header http.Header
	if err == nil {
		status, header = res.StatusCode, res.Header
	}
	keys := Invalidated(req.Method, target(req), status, header)
	t.calls.invalidate(keys, func(key string) { t.store.Set(key, nil) })
	if err != nil {
		return nil, err
	}
	t.mark(res, CacheStatus{Forward: ByMethod, ForwardStatus: status})
	return res, nil
}

// target returns the URI that a request is for (RFC 9110 §7.1).
func target(req *http.Request) *url.URL {
	if req.Host == "" || req.Host == req.URL.Host {
		return req.URL
	}
	u := *req.URL
	u.Host = req.Host
	return &u
}

// mark adds what the cache did to an answer.
func (t *Transport) mark(res *http.Response, s CacheStatus) {
	if res.Header == nil {
		res.Header = make(http.Header)
	}
	s.Cache = cmp.Or(t.Name, "httpcache")
	s.AddTo(res.Header)
}

func (t *Transport) base() http.RoundTripper {
	if t.Base == nil {
		return http.DefaultTransport
	}
	return t.Base
}

func (t *Transport) now() time.Time {
	if t.Now == nil {
		return time.Now()
	}
	return t.Now()
}

// respond makes an answer of the cache's own.
func respond(req *http.Request, status int, header http.Header, body []byte) *http.Response {
	return &http.Response{
		Status:        strconv.Itoa(status) + " " + http.StatusText(status),
		StatusCode:    status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       req,
	}
}
