package upstream_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

func TestDoSendsExactly(t *testing.T) {
	s := upstreamtest.New(t)
	s.JSON("GET /api/v2/products", `{"data": []}`)
	t.Setenv("CATALOG_TOKEN", "t0ken\n")
	c, err := upstream.NewClient(upstream.Spec{Name: "catalog", ForwardHeaders: []string{"x-tenant", "Accept-Language", "X-TENANT"}}, upstream.Options{
		URL:        s.URL + "/api/v2/",
		Header:     map[string]string{"x-shop": "weft", "User-Agent": "storefront"},
		Query:      map[string]string{"key": "k&y", "apart": "1"},
		Credential: upstream.Credential{Prefix: "Bearer ", Env: "CATALOG_TOKEN"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	res, err := c.Do(t.Context(), upstream.Request{Path: "/products?ids=1,a%2Fb", Header: http.Header{
		"X-Tenant": {"a", "b"}, "Cookie": {"session=1"}, "Authorization": {"Bearer client"}, "Idempotency-Key": {"1"}, "X-Other": {"1"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(res.Body), `{"data": []}`; got != want || res.Status != 200 {
		t.Errorf("got %d %s, want 200 %s", res.Status, got, want)
	}
	want := []upstreamtest.Call{{
		Method: "GET",
		Path:   "/api/v2/products?ids=1,a%2Fb&apart=1&key=k%26y",
		Header: http.Header{
			"Accept":          {"application/json, application/problem+json;q=0.9"},
			"Accept-Encoding": {"gzip, zstd"},
			"Authorization":   {"Bearer t0ken"},
			"User-Agent":      {"storefront"},
			"X-Shop":          {"weft"},
			"X-Tenant":        {"a", "b"},
		},
	}}
	if diff := cmp.Diff(want, s.Calls()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestDoSendsBody(t *testing.T) {
	s := upstreamtest.New(t)
	s.Answer("POST /reviews", upstreamtest.Answer{Status: 201, Body: `{"id": 7}`})
	c := newClient(t, upstream.Options{URL: s.URL})
	res, err := c.Do(t.Context(), upstream.Request{Method: "POST", Path: "/reviews", Body: []byte(`{"stars": 5}`)})
	if err != nil {
		t.Fatal(err)
	}
	if res.Status != 201 || string(res.Body) != `{"id": 7}` {
		t.Errorf("got %d %s", res.Status, res.Body)
	}
	want := []string{`POST /reviews {"stars": 5}`}
	if diff := cmp.Diff(want, s.Lines()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	header := s.Calls()[0].Header
	if got := header.Get("Content-Type") + " " + header.Get("Content-Length") + " " + header.Get("User-Agent"); got != "application/json 12 weft" {
		t.Errorf("got Content-Type, Content-Length, User-Agent %q", got)
	}
}

// TestConstantHeaderStays: calls that add headers leave the header, which all calls have, as it was.
func TestConstantHeaderStays(t *testing.T) {
	s := upstreamtest.New(t)
	s.JSON("/p", `1`)
	c := newClient(t, upstream.Options{URL: s.URL})
	requests := []upstream.Request{
		{Path: "/p", Header: http.Header{"X-Tenant": {"a"}, "Authorization": {"b"}}},
		{Path: "/p", Method: "POST", Body: []byte(`{}`), Header: http.Header{"X-Tenant": {"a"}}},
		{Path: "/p", Method: "POST", Body: []byte(`{}`)},
		{Path: "/p", Validators: upstream.Validators{IfNoneMatch: `"1"`}},
		{Path: "/p", Set: http.Header{"Accept": {"text/x"}, "X-Own": {"1"}}},
	}
	var callers []<-chan outcome
	for range 10 {
		for _, r := range requests {
			callers = append(callers, start(t.Context(), c, r))
		}
	}
	for _, done := range callers {
		if got := <-done; got.err != nil {
			t.Error(got.err)
		}
	}
	s.Forget()
	if _, err := c.Do(t.Context(), get("/p")); err != nil {
		t.Fatal(err)
	}
	want := http.Header{
		"Accept": {"application/json, application/problem+json;q=0.9"}, "Accept-Encoding": {"gzip, zstd"}, "User-Agent": {"weft"},
	}
	if diff := cmp.Diff(want, s.Calls()[0].Header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
}

// TestHeadersOfCall: a call's own headers take the place of constant ones, and configuration sets none of them.
func TestHeadersOfCall(t *testing.T) {
	s := upstreamtest.New(t)
	s.JSON("/p", `1`)
	spec := upstream.Spec{Name: "catalog", Headers: []string{"Accept", "Content-Type", "X-Own"}}
	c, err := upstream.NewClient(spec, upstream.Options{URL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	own := http.Header{"Accept": {"text/x"}, "Content-Type": {"application/merge-patch+json"}, "X-Own": {"1"}}
	if _, err := c.Do(t.Context(), upstream.Request{Path: "/p", Method: "PATCH", Body: []byte(`{}`), Set: own}); err != nil {
		t.Fatal(err)
	}
	want := http.Header{"Accept-Encoding": {"gzip, zstd"}, "User-Agent": {"weft"}, "Content-Length": {"2"}}
	for name, values := range own {
		want[name] = values
	}
	if diff := cmp.Diff(want, s.Calls()[0].Header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	t.Setenv("KEY", "k")
	_, err = upstream.NewClient(spec, upstream.Options{
		URL: s.URL, Header: map[string]string{"accept": "x"}, Credential: upstream.Credential{Header: "X-Own", Env: "KEY"},
	})
	problems := "upstream \"catalog\": header: Accept is set by calls of the schema: remove it here, or there\n" +
		"upstream \"catalog\": credential: X-Own is set by calls of the schema: remove it here, or there"
	if err == nil || err.Error() != problems {
		t.Errorf("configured, too: got %v, want\n%s", err, problems)
	}
}

// TestJoin has how base URL, path and constant query become one.
func TestJoin(t *testing.T) {
	tests := []struct{ base, path, want string }{
		{"", "/", "/?k=v"},
		{"/", "/x", "/x?k=v"},
		{"/api", "/x?y", "/api/x?y&k=v"},
		{"/api//", "/x/?", "/api/x/?k=v"},
		{"/a%2Fb", "/%2F%3Fx", "/a%2Fb/%2F%3Fx?k=v"},
		{"", "/a;v=1/@x:y,z'(1)", "/a;v=1/@x:y,z'(1)?k=v"},
		{"", "/...", "/...?k=v"},
		{"", "/https%3A%2F%2Fx", "/https%3A%2F%2Fx?k=v"},
		{"", "/x?a=%0A&b=../..", "/x?a=%0A&b=../..&k=v"},
	}
	for _, tt := range tests {
		s := upstreamtest.New(t)
		s.FaultAll(upstreamtest.Status(204))
		c := newClient(t, upstream.Options{URL: s.URL + tt.base, Query: map[string]string{"k": "v"}})
		if _, err := c.Do(t.Context(), get(tt.path)); err != nil {
			t.Errorf("%q + %q: %v", tt.base, tt.path, err)
			continue
		}
		if got := s.Calls()[0].Path; got != tt.want {
			t.Errorf("%q + %q: got %q, want %q", tt.base, tt.path, got, tt.want)
		}
	}
}

func TestRefusedInput(t *testing.T) {
	var requests []upstream.Request
	for _, path := range []string{
		"", "x", "?x", "//evil.test/x", "/a//b", "/..", "/a/../b", "/.", "/a/./b", "/%2e%2e/x", "/.%2E", "/a%2f..%2fb", `/a%5c..%5Cb`,
		"/..;/x", "/..;v=1", "/..%3B/x", "/x#y", "/x?y#z", "/x y", "/x?y z", "/x\r\nHost: evil", "/x?a\nb", "/a%00", "/a%0d%0a", "/%", "/%zz", "/%2", "/é",
		"/x?é", `/a\b`, "/a\"b", "http://evil.test/", "@evil.test/",
	} {
		requests = append(requests, get(path))
	}
	for _, method := range []string{"get", "HEAD", "CONNECT", "GET /x HTTP/1.1\r\n"} {
		requests = append(requests, upstream.Request{Method: method, Path: "/x"})
	}
	requests = append(requests, upstream.Request{Path: "/x", Header: http.Header{"X-Tenant": {"a\r\nX-Admin: 1"}}})
	requests = append(requests, upstream.Request{Path: "/x", Set: http.Header{"X-Own": {"a\r\nX-Admin: 1"}}})
	c := newClient(t, upstream.Options{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
		t.Errorf("sent %q", req.URL)
		return answer(`1`), nil
	})})
	recorder := newRecorder()
	for _, r := range requests {
		r.Recorder = recorder
		if _, err := c.Do(t.Context(), r); kind(t, err) != upstream.BadInput {
			t.Errorf("%s %q: got %v, want bad input", r.Method, r.Path, err)
		}
	}
	if calls := recorder.Calls(); len(calls) != 0 {
		t.Errorf("recorded %d calls, want none", len(calls))
	}
}

func TestFaultKinds(t *testing.T) {
	kinds := map[upstreamtest.Fault]upstream.Kind{
		upstreamtest.Slow:        upstream.Timeout,
		upstreamtest.Hang:        upstream.Timeout,
		upstreamtest.Cut:         upstream.Unavailable,
		upstreamtest.Reset:       upstream.Unavailable,
		upstreamtest.Malformed:   "", // the scanner of the answer finds out
		upstreamtest.HTML:        upstream.BadResponse,
		upstreamtest.Huge:        upstream.BadResponse,
		upstreamtest.Bomb:        upstream.BadResponse,
		upstreamtest.Redirect:    upstream.Rejected,
		upstreamtest.Gzip:        "",
		upstreamtest.Zstd:        "",
		upstreamtest.Status(204): "",
		upstreamtest.Status(304): upstream.Rejected,
		upstreamtest.Status(400): upstream.Rejected,
		upstreamtest.Status(401): upstream.Unauthenticated,
		upstreamtest.Status(403): upstream.Forbidden,
		upstreamtest.Status(404): upstream.NotFound,
		upstreamtest.Status(408): upstream.Timeout,
		upstreamtest.Status(409): upstream.Rejected,
		upstreamtest.Status(410): upstream.NotFound,
		upstreamtest.Status(422): upstream.Rejected,
		upstreamtest.Status(429): upstream.RateLimited,
		upstreamtest.Status(500): upstream.Unavailable,
		upstreamtest.Status(502): upstream.Unavailable,
		upstreamtest.Status(503): upstream.Unavailable,
		upstreamtest.Status(504): upstream.Timeout,
	}
	for _, fault := range upstreamtest.Faults() {
		if _, ok := kinds[fault]; !ok {
			t.Errorf("no expectation for fault %q", fault)
		}
	}
	s := upstreamtest.New(t)
	s.JSON("/p", `[{"id": 1}, {"id": 2}]`)
	for fault, want := range kinds {
		for _, method := range []string{"GET", "POST"} {
			t.Run(string(fault)+method, func(t *testing.T) {
				timeout := 30 * time.Second
				if want == upstream.Timeout {
					timeout = 100 * time.Millisecond
				}
				c := newClient(t, upstream.Options{URL: s.URL, Timeout: timeout, MaxBody: 1 << 20})
				s.FaultAll(fault)
				s.Forget()
				_, err := c.Do(t.Context(), upstream.Request{Method: method, Path: "/p"})
				if got := kind(t, err); got != want {
					t.Errorf("got %v, want kind %q", err, want)
				}
				if n := len(s.Calls()); n != 1 {
					t.Errorf("the upstream got %d calls, want 1", n)
				}
				assertSilent(t, err, s.URL)
			})
		}
	}
}

// assertSilent checks that an error's text names nothing of the server.
func assertSilent(t *testing.T, err error, serverURL string) {
	t.Helper()
	if err == nil {
		return
	}
	text := err.Error()
	if cause := errors.Unwrap(err); cause != nil {
		text += cause.Error()
	}
	host := strings.TrimPrefix(serverURL, "http://")
	name, port, _ := net.SplitHostPort(host)
	for _, secret := range []string{name, port} {
		if strings.Contains(text, secret) {
			t.Errorf("error names %q: %v", secret, text)
		}
	}
}

func TestConnectionKinds(t *testing.T) {
	dead := upstreamtest.Refusing(t)
	refused := "http://" + dead.String()
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	defer untrusted.Close()
	plain := upstreamtest.New(t)
	dialing := func(err error) http.RoundTripper {
		return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: dead, Err: err}
		}}
	}
	tests := map[string]struct {
		options upstream.Options
		kind    upstream.Kind
		text    string
	}{
		"Refused":     {upstream.Options{URL: refused, Timeout: time.Minute}, upstream.Unavailable, "connection refused"},
		"NoSuchHost":  {upstream.Options{Transport: dialing(&net.DNSError{Err: "no such host", Name: "catalog.test"})}, upstream.Unavailable, "name lookup failed"},
		"DialTimeout": {upstream.Options{Transport: dialing(context.DeadlineExceeded)}, upstream.Unavailable, "cannot connect"},
		"UntrustedTLS": {
			upstream.Options{URL: untrusted.URL, Timeout: time.Minute},
			upstream.Unavailable, "certificate not accepted",
		},
		"NotTLS": {upstream.Options{URL: strings.Replace(plain.URL, "http:", "https:", 1), Timeout: time.Minute}, upstream.Unavailable, "TLS handshake failed"},
		"TransportsOwnTimeout": {
			upstream.Options{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, context.DeadlineExceeded })},
			upstream.Timeout, "no answer in time",
		},
		"AnyError": {
			upstream.Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) { return nil, errors.New("GET " + r.URL.String()) })},
			upstream.Unavailable, "the call could not be completed",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := newClient(t, tt.options).Do(t.Context(), get("/p"))
			if kind(t, err) != tt.kind {
				t.Fatalf("got %v, want %s", err, tt.kind)
			}
			if got, want := err.Error(), "upstream catalog, product: "+string(tt.kind)+": "+tt.text; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	_, err := newClient(t, upstream.Options{URL: refused, Timeout: time.Minute}).Do(t.Context(), get("/p"))
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("errors.Is does not find ECONNREFUSED in %v", err)
	}
}

func TestHTTP2(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `"`+r.Proto+`"`)
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	transport := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots}}
	res, err := newClient(t, upstream.Options{URL: s.URL, Transport: transport}).Do(t.Context(), get("/p"))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(res.Body); got != `"HTTP/2.0"` {
		t.Errorf("got %s", got)
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	s := upstreamtest.New(t)
	s.Fault("GET /p", upstreamtest.Redirect)
	_, err := newClient(t, upstream.Options{URL: s.URL}).Do(t.Context(), get("/p"))
	if kind(t, err) != upstream.Rejected || err.(*upstream.Error).Status != 302 {
		t.Errorf("got %v, want rejected with 302", err)
	}
	if diff := cmp.Diff([]string{"GET /p"}, s.Lines()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// TestConnectionsAreKept: failures with small bodies do not cost a connection.
func TestConnectionsAreKept(t *testing.T) {
	s := upstreamtest.New(t)
	c := newClient(t, upstream.Options{URL: s.URL})
	s.JSON("GET /p", `[1]`)
	s.Answer("GET /missing", upstreamtest.Answer{Status: 404, Body: `{"message": "no such thing"}`})
	for i, fault := range []upstreamtest.Fault{upstreamtest.None, "404", "500", upstreamtest.HTML, upstreamtest.Gzip, upstreamtest.Zstd, "204"} {
		s.Fault("GET /p", fault)
		reused := false
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
			GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused },
		})
		_, _ = c.Do(ctx, get("/p"))
		_, _ = c.Do(t.Context(), get("/missing"))
		if reused != (i > 0) {
			t.Errorf("call %d (%q): connection reused: %v", i, fault, reused)
		}
	}
}

// TestDeadKeepAlive shows what net/http repeats by itself on a connection that dies under a request: a GET, never a write.
func TestDeadKeepAlive(t *testing.T) {
	for method, want := range map[string]struct {
		kind  upstream.Kind
		calls int
	}{
		"GET":  {"", 3},
		"POST": {upstream.Unavailable, 2},
	} {
		t.Run(method, func(t *testing.T) {
			s := upstreamtest.New(t)
			c := newClient(t, upstream.Options{URL: s.URL})
			s.JSON("/p", `1`)
			if _, err := c.Do(t.Context(), get("/p")); err != nil {
				t.Fatal(err)
			}
			s.FaultTimes("/p", upstreamtest.Reset, 1)
			_, err := c.Do(t.Context(), upstream.Request{Method: method, Path: "/p", Body: map[string][]byte{"POST": []byte(`{}`)}[method]})
			if kind(t, err) != want.kind {
				t.Errorf("got %v, want %q", err, want.kind)
			}
			if n := len(s.Calls()); n != want.calls {
				t.Errorf("the upstream got %d calls, want %d", n, want.calls)
			}
		})
	}
}

func TestSharingOverHTTP(t *testing.T) {
	s := upstreamtest.New(t)
	s.Handle("GET /me", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "session=1")
		_, _ = io.WriteString(w, `"`+r.Header.Get("Authorization")+`"`)
	})
	s.Fault("GET /me", upstreamtest.Slow)
	c := newClient(t, upstream.Options{URL: s.URL, Timeout: 30 * time.Second})
	callers := map[string][]<-chan outcome{}
	for _, user := range []string{"ann", "bob"} {
		for range 20 {
			callers[user] = append(callers[user], start(t.Context(), c, upstream.Request{Path: "/me", Header: http.Header{"Authorization": {user}}}))
		}
	}
	if err := s.Await(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	s.Release()
	for user, all := range callers {
		for _, done := range all {
			if got := <-done; got.body != `"`+user+`"` {
				t.Errorf("%s got %s, %v", user, got.body, got.err)
			}
		}
	}
}

func TestParallel(t *testing.T) {
	s := upstreamtest.New(t)
	s.Barrier(upstreamtest.NewBarrier(3), "GET /a", "GET /b", "POST /c")
	c := newClient(t, upstream.Options{URL: s.URL, Timeout: 30 * time.Second})
	all := []<-chan outcome{
		start(t.Context(), c, get("/a")), start(t.Context(), c, get("/b")), start(t.Context(), c, upstream.Request{Method: "POST", Path: "/c"}),
	}
	for _, done := range all {
		if got := <-done; got.err != nil {
			t.Error(got.err)
		}
	}
}
