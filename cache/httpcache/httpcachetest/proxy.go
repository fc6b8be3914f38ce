// Package httpcachetest puts a caching proxy around the policy of package httpcache. It is for tests only: suites that judge
// HTTP caches from outside, such as https://github.com/http-tests/cache-tests, need a server to ask, and weft itself keeps
// values and no answers. The program is in folder proxy.
//
// The proxy is a shared cache of answers to GET, in memory without bounds. What may be kept, how long it is fresh and how long it
// may be stale is [httpcache.Evaluate]'s word; the code here selects (RFC 9111 §4.1), validates (§4.3) and invalidates (§4.4).
package httpcachetest

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"weft/cache/httpcache"
)

// Proxy is the cache, by the clock Now. It is safe for concurrent use.
type Proxy struct {
	httputil.ReverseProxy
	Now func() time.Time

	origin    http.Transport
	refreshes sync.WaitGroup

	mu     sync.Mutex           // guards what follows
	kept   map[string][]*answer // by URI, the newest first
	writes int                  // how many there were: an answer that one overtook is not kept
}

// answer is one of the origin's. It is immutable once it is kept.
type answer struct {
	httpcache.Decision
	asked  http.Header // of the request: Vary names fields of it
	status int
	header http.Header
	body   []byte
}

// New returns a proxy for an origin, which keeps nothing yet.
func New(origin *url.URL) *Proxy {
	p := &Proxy{Now: time.Now, origin: http.Transport{DisableCompression: true}, kept: map[string][]*answer{}}
	p.Transport, p.Rewrite = p, func(r *httputil.ProxyRequest) {
		r.SetURL(origin)
		r.Out.Host = r.In.Host
	}
	return p
}

// Close waits for refreshes under way, and closes idle connections. The proxy may be used again.
func (p *Proxy) Close() {
	p.refreshes.Wait()
	p.origin.CloseIdleConnections()
}

// RoundTrip implements [http.RoundTripper].
func (p *Proxy) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		a, err := p.get(r)
		if err != nil {
			return nil, err
		}
		return a.response(r, p.Now()), nil
	}
	res, err := p.origin.RoundTrip(r)
	if !slices.Contains([]string{http.MethodHead, http.MethodOptions, http.MethodTrace}, r.Method) {
		p.invalidate(r, res)
	}
	return res, err
}

// get answers with what is kept where that may be served, and with what the origin says otherwise.
func (p *Proxy) get(r *http.Request) (*answer, error) {
	kept, writes := p.find(r)
	now, asks := p.Now(), httpcache.ParseDirectives(r.Header["Cache-Control"])
	switch {
	case kept == nil, asks.NoCache, asks.MaxAge.Given && now.Sub(kept.Born) > asks.MaxAge.Value:
	case now.Before(kept.FreshUntil):
		return kept, nil
	case now.Before(kept.StaleWhileRevalidateUntil):
		again := r.Clone(context.WithoutCancel(r.Context()))
		p.refreshes.Go(func() { _, _ = p.fetch(again, kept, writes) })
		return kept, nil
	}
	return p.fetch(r, kept, writes)
}

// find returns the newest answer that is kept for such a request, or nil, and how many writes there were.
func (p *Proxy) find(r *http.Request) (*answer, int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.kept[r.URL.String()] {
		if a.fits(r) {
			return a, p.writes
		}
	}
	return nil, p.writes
}

// fits reports whether r has the fields that Vary names as the answer's own request had them.
func (a *answer) fits(r *http.Request) bool {
	for name := range strings.SplitSeq(strings.Join(a.header["Vary"], ","), ",") {
		if name = strings.TrimSpace(name); !slices.Equal(a.asked.Values(name), r.Header.Values(name)) {
			return false
		}
	}
	return true
}

// fetch asks the origin, on condition that what is kept, if anything, is no longer right, and keeps what it says.
func (p *Proxy) fetch(r *http.Request, kept *answer, writes int) (*answer, error) {
	out := r.Clone(r.Context())
	validates := kept != nil && (kept.ETag != "" || kept.LastModified != "")
	if validates {
		for name, value := range map[string]string{"If-None-Match": kept.ETag, "If-Modified-Since": kept.LastModified} {
			if out.Header.Del(name); value != "" {
				out.Header.Set(name, value)
			}
		}
	}
	sent := p.Now()
	a, err := p.ask(out)
	switch {
	case (err != nil || a.status >= 500) && kept != nil && p.Now().Before(kept.StaleIfErrorUntil):
		return kept, nil
	case err != nil:
		return nil, err
	case a.status == http.StatusNotModified && validates:
		if etag := a.header.Get("Etag"); etag != "" && strings.TrimPrefix(etag, "W/") != strings.TrimPrefix(kept.ETag, "W/") {
			return p.fetch(r, nil, writes) // it is about another
		}
		a = kept.freshened(a)
	}
	request := httpcache.Request{Method: r.Method, Authorized: r.Header.Get("Authorization") != "", Sent: sent}
	response := httpcache.Response{Status: a.status, Header: a.header, Received: p.Now()}
	a.asked, a.Decision = r.Header, httpcache.Evaluate(request, response, httpcache.Override{})
	p.keep(r, a, writes)
	return a, nil
}

// ask reads the origin's answer in full.
func (p *Proxy) ask(r *http.Request) (*answer, error) {
	res, err := p.origin.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	a := &answer{status: res.StatusCode, header: res.Header}
	a.header.Set("Date", cmp.Or(a.header.Get("Date"), p.Now().UTC().Format(http.TimeFormat))) // RFC 9110 §6.6.1
	a.body, err = io.ReadAll(res.Body)
	return a, err
}

// freshened returns a with the fields of a 304 that confirms it, but for those that describe its body (RFC 9111 §3.2).
func (a *answer) freshened(notModified *answer) *answer {
	header := a.header.Clone()
	header.Del("Age")
	for name, lines := range notModified.header {
		if !slices.Contains([]string{"Content-Encoding", "Content-Length", "Content-Range", "Content-Type"}, name) {
			header[name] = lines
		}
	}
	return &answer{status: a.status, header: header, body: a.body}
}

// keep puts an answer in the place of those that fit its request, or just removes these if it is no error and may not be kept.
func (p *Proxy) keep(r *http.Request, a *answer, writes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	store := a.Store && !a.Private
	if p.writes != writes || a.status == http.StatusNotModified || a.status >= 500 && !store ||
		httpcache.ParseDirectives(r.Header["Cache-Control"]).NoStore {
		return
	}
	key := r.URL.String()
	p.kept[key] = slices.DeleteFunc(p.kept[key], func(old *answer) bool { return old.fits(r) })
	if store {
		p.kept[key] = slices.Insert(p.kept[key], 0, a)
	}
}

// invalidate drops what a write changes: its target, and what Location and Content-Location name within the origin. A write
// without an answer may have taken effect.
func (p *Proxy) invalidate(r *http.Request, res *http.Response) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if res == nil {
		res = &http.Response{StatusCode: http.StatusOK}
	} else if res.StatusCode < 200 || res.StatusCode > 399 {
		return
	}
	p.writes++
	delete(p.kept, r.URL.String())
	for _, reference := range slices.Concat(res.Header["Location"], res.Header["Content-Location"]) {
		if u, err := r.URL.Parse(reference); err == nil && (u.Host == r.URL.Host || u.Host == r.Host) {
			u.Scheme, u.Host, u.Fragment = r.URL.Scheme, r.URL.Host, ""
			delete(p.kept, u.String())
		}
	}
}

// response makes an answer to r of a. What may be kept is judged by r's conditions and ranges, as a file is.
func (a *answer) response(r *http.Request, now time.Time) *http.Response {
	w := httptest.NewRecorder()
	maps.Copy(w.Header(), a.header)
	if a.Store {
		w.Header().Set("Age", strconv.Itoa(int(now.Sub(a.Born)/time.Second)))
	}
	if a.Store && a.status == http.StatusOK {
		modified, _ := http.ParseTime(a.LastModified)
		http.ServeContent(w, r, "", modified, bytes.NewReader(a.body))
	} else {
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body)
	}
	return w.Result()
}
