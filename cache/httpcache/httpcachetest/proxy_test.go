package httpcachetest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"weft/cache/httpcache/httpcachetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is when a scenario begins.
var noon = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)

// step is one request to the proxy.
type step struct {
	after   int    // seconds since the step before
	request string // "GET /path", fields
	origin  string // what the origin answers: "200 body", fields; "close": nothing. "": it is not asked
	sent    string // fields of the request to the origin; "-X": without X
	want    string // what the client gets: "200 body", fields
}

// world is a proxy before an origin, both over HTTP.
type world struct {
	t     *testing.T
	proxy *httptest.Server
	cache *httpcachetest.Proxy

	mu     sync.Mutex // guards what follows
	now    time.Time
	answer string      // to the next call; "": there should be none
	sent   http.Header // of the last call
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, now: noon}
	origin := httptest.NewServer(w)
	t.Cleanup(origin.Close)
	u, err := url.Parse(origin.URL)
	if err != nil {
		t.Fatal(err)
	}
	w.cache = httpcachetest.New(u)
	w.cache.Now = func() time.Time {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.now
	}
	t.Cleanup(w.cache.Close)
	w.proxy = httptest.NewServer(w.cache)
	t.Cleanup(w.proxy.Close)
	return w
}

// ServeHTTP is the origin.
func (w *world) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.answer == "" {
		w.t.Errorf("the origin is asked for %s %s", r.Method, r.URL)
	}
	w.sent = r.Header
	start, fields, _ := strings.Cut(w.answer, "\n")
	w.answer = ""
	code, body, _ := strings.Cut(start, " ")
	if code == "close" {
		panic(http.ErrAbortHandler)
	}
	out.Header().Set("Date", w.now.Format(http.TimeFormat))
	for name, lines := range header(fields) {
		out.Header()[name] = lines
	}
	status, _ := strconv.Atoi(code)
	out.WriteHeader(status)
	_, _ = io.WriteString(out, body)
}

func (w *world) do(s step) {
	w.t.Helper()
	w.mu.Lock()
	w.now, w.answer, w.sent = w.now.Add(time.Duration(s.after)*time.Second), s.origin, nil
	w.mu.Unlock()
	start, fields, _ := strings.Cut(s.request, "\n")
	method, path, _ := strings.Cut(start, " ")
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.proxy.URL+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header = header(fields)
	res, err := w.proxy.Client().Transport.RoundTrip(req)
	if err != nil {
		w.t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	w.cache.Close() // a refresh has ended
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.answer != "" {
		w.t.Errorf("%s: the origin is not asked", s.request)
	}
	want, fields, _ := strings.Cut(s.want, "\n")
	if got := strings.TrimSpace(strconv.Itoa(res.StatusCode) + " " + string(body)); got != want {
		w.t.Errorf("%s: got %q, want %q", s.request, got, want)
	}
	checkFields(w.t, s.request+": got", fields, res.Header)
	checkFields(w.t, s.request+": sent", s.sent, w.sent)
}

// header reads fields, one a line.
func header(fields string) http.Header {
	h := http.Header{}
	for line := range strings.Lines(fields) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		h.Add(name, value)
	}
	return h
}

func checkFields(t *testing.T, what, want string, h http.Header) {
	t.Helper()
	for line := range strings.Lines(want) {
		line = strings.TrimSpace(line)
		name, value, _ := strings.Cut(strings.TrimPrefix(line, "-"), ": ")
		switch got := strings.Join(h.Values(name), " | "); {
		case strings.HasPrefix(line, "-") && got != "":
			t.Errorf("%s %s: %q, want none", what, name, got)
		case !strings.HasPrefix(line, "-") && got != value:
			t.Errorf("%s %s: %q, want %q", what, name, got, value)
		}
	}
}

func TestProxy(t *testing.T) {
	const (
		get    = "GET /a"
		fresh  = "200 one\nCache-Control: max-age=60"
		two    = "200 two\nCache-Control: max-age=60"
		tagged = fresh + "\nEtag: \"1\""
	)
	modified := noon.Add(-time.Hour).Format(http.TimeFormat)
	store := step{request: get, origin: fresh, want: "200 one"}
	hit := step{request: get, want: "200 one"}
	tests := map[string][]step{
		"RFC 9111 §4.2 FreshThenStale": {
			store, {after: 59, request: get, want: "200 one\nAge: 59"}, {after: 1, request: get, origin: two, want: "200 two\nAge: 0"},
		},
		"RFC 9111 §2 QueriesDiffer":      {store, {request: "GET /a?b", origin: two, want: "200 two"}},
		"RFC 9111 §3 NoLifetime":         {{request: get, origin: "200 one", want: "200 one"}, store},
		"RFC 9111 §3 KeptErrors":         {{request: get, origin: "404 none\nCache-Control: max-age=60", want: "404 none"}, {after: 5, request: get, want: "404 none\nAge: 5"}},
		"RFC 9111 §3 HeadIsNotKept":      {{request: "HEAD /a", origin: "200\nCache-Control: max-age=60", want: "200"}, store, hit},
		"RFC 9111 §3.3 Incomplete":       {{request: get, origin: fresh + "\nContent-Length: 9", want: "502"}, store},
		"RFC 9111 §3.5 Authorization":    {{request: get + "\nAuthorization: a", origin: fresh, want: "200 one"}, store},
		"RFC 9111 §5.2.2.7 Private":      {{request: get, origin: fresh + ", private", want: "200 one"}, store},
		"RFC 9111 §5.2.2.5 NoStore":      {store, {after: 60, request: get, origin: two + ", no-store", want: "200 two"}, store},
		"RFC 9111 §5.2.1.4 AsksNoCache":  {store, {request: get + "\nCache-Control: no-cache", origin: two, want: "200 two"}, {request: get, want: "200 two"}},
		"RFC 9111 §5.2.1.5 AsksNoStore":  {{request: get + "\nCache-Control: no-store", origin: two, want: "200 two"}, store},
		"RFC 9111 §5.2.1.1 AsksMaxAge":   {store, {after: 5, request: get + "\nCache-Control: max-age=5", want: "200 one"}, {after: 1, request: get + "\nCache-Control: max-age=5", origin: two, want: "200 two"}},
		"RFC 9110 §14.2 RangeOfTheKept":  {store, {request: get + "\nRange: bytes=0-1", want: "206 on"}},
		"RFC 9110 §14.2 RangeIsNotKept":  {{request: get + "\nRange: bytes=0-1", origin: "206 on\nCache-Control: max-age=60\nContent-Range: bytes 0-1/3", want: "206 on"}, store},
		"RFC 9111 §3.1 ConnectionFields": {{request: get, origin: fresh + "\nKeep-Alive: x\nZ: z", want: "200 one\n-Keep-Alive\nZ: z"}, {request: get, want: "200 one\n-Keep-Alive\nZ: z"}},
		"RFC 9111 §4.1 Vary": {
			{request: get + "\nAccept: x", origin: "200 x\nVary: Accept\nCache-Control: max-age=60", want: "200 x"},
			{request: get + "\nAccept: y", origin: "200 y\nVary: Accept\nCache-Control: max-age=60", want: "200 y"},
			{request: get + "\nAccept: x", want: "200 x"},
			{request: get + "\nAccept: y", want: "200 y"},
			{request: get, origin: "200 z\nVary: *\nCache-Control: max-age=60", want: "200 z"},
			store,
		},
		"RFC 9111 §4.3 Confirmed": {
			{request: get, origin: tagged + "\nX: a\nLast-Modified: " + modified, sent: "-If-None-Match", want: "200 one"},
			{after: 60, request: get, origin: "304\nX: b\nCache-Control: max-age=9", sent: "If-None-Match: \"1\"\nIf-Modified-Since: " + modified, want: "200 one\nX: b\nAge: 0"},
			{after: 8, request: get, want: "200 one\nX: b\nAge: 8"},
			{after: 1, request: get, origin: "304", want: "200 one"},
		},
		"RFC 9111 §4.3 Replaced":              {{request: get, origin: tagged, want: "200 one"}, {after: 60, request: get, origin: two, want: "200 two"}, {request: get, want: "200 two"}},
		"RFC 9111 §4.3.1 OnlyByDate":          {{request: get, origin: "200 one\nLast-Modified: " + modified, want: "200 one"}, {request: get, origin: "304", sent: "-If-None-Match\nIf-Modified-Since: " + modified, want: "200 one"}},
		"RFC 9111 §4.3.4 NoLongerKept":        {{request: get, origin: tagged, want: "200 one"}, {after: 60, request: get, origin: "304\nCache-Control: no-store", want: "200 one"}, {request: get, origin: two, sent: "-If-None-Match", want: "200 two"}},
		"RFC 9111 §5.2.2.4 NoCache":           {{request: get, origin: "200 one\nEtag: \"1\"\nCache-Control: no-cache", want: "200 one"}, {request: get, origin: "304", sent: "If-None-Match: \"1\"", want: "200 one"}},
		"RFC 9111 §4.3.2 ClientsCondition":    {{request: get, origin: tagged, want: "200 one"}, {request: get + "\nIf-None-Match: \"1\"", want: "304"}, {request: get + "\nIf-None-Match: \"2\"", want: "200 one"}},
		"RFC 9111 §4.3.2 NothingKept":         {{request: get + "\nIf-None-Match: \"1\"", origin: "304\nCache-Control: max-age=60", sent: "If-None-Match: \"1\"", want: "304"}, store},
		"RFC 9111 §4.4 Post":                  {store, hit, {request: "POST /a", origin: "204", want: "204"}, store},
		"RFC 9111 §4.4 UnknownMethod":         {store, {request: "FOO /a", origin: "200", want: "200"}, store},
		"RFC 9111 §4.4 Refused":               {store, {request: "DELETE /a", origin: "409", want: "409"}, hit},
		"RFC 9111 §4.4 OutcomeUnknown":        {store, {request: "POST /a", origin: "close", want: "502"}, store},
		"RFC 9111 §4.4 Location":              {store, {request: "POST /b", origin: "201\nLocation: /a", want: "201"}, store},
		"RFC 9111 §4.4 Elsewhere":             {store, {request: "POST /b", origin: "201\nLocation: http://example.test/a", want: "201"}, hit},
		"RFC 5861 §4 StaleIfError":            {{request: get, origin: fresh + ", stale-if-error=9", want: "200 one"}, {after: 61, request: get, origin: "503", want: "200 one\nAge: 61"}, {request: get, origin: "close", want: "200 one"}, {after: 8, request: get, origin: "503", want: "503"}},
		"RFC 9111 §5.2.2.2 MustRevalidate":    {{request: get, origin: fresh + ", must-revalidate, stale-if-error=9", want: "200 one"}, {after: 61, request: get, origin: "503", want: "503"}, store},
		"RFC 5861 §3 StaleWhileRevalidate":    {{request: get, origin: fresh + ", stale-while-revalidate=9", want: "200 one"}, {after: 61, request: get, origin: two, want: "200 one\nAge: 61"}, {request: get, want: "200 two"}},
		"RFC 5861 §3 AfterTheWindow":          {{request: get, origin: fresh + ", stale-while-revalidate=9", want: "200 one"}, {after: 69, request: get, origin: two, want: "200 two"}},
		"RFC 5861 §3 FailedRefreshIsNoAnswer": {{request: get, origin: fresh + ", stale-while-revalidate=9", want: "200 one"}, {after: 61, request: get, origin: "503", want: "200 one"}, {request: get, origin: two, want: "200 one"}},
	}
	for name, steps := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			for _, s := range steps {
				w.do(s)
			}
		})
	}
}

// An answer that a write overtook is handed on, and not kept.
func TestOvertaken(t *testing.T) {
	asked, release := make(chan struct{}), make(chan struct{})
	var reads atomic.Int32
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && reads.Add(1) == 1 {
			close(asked)
			<-release
		}
		w.Header().Set("Cache-Control", "max-age=60")
	}))
	defer origin.Close()
	u, err := url.Parse(origin.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httpcachetest.New(u)
	defer proxy.Close()
	do := func(method string) {
		w := httptest.NewRecorder()
		proxy.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "http://proxy.test/a", nil))
		if w.Code != http.StatusOK {
			t.Errorf("%s: got %d", method, w.Code)
		}
	}
	var first sync.WaitGroup
	first.Go(func() { do(http.MethodGet) })
	<-asked
	do(http.MethodPost)
	close(release)
	first.Wait()
	do(http.MethodGet)
	do(http.MethodGet)
	if got := reads.Load(); got != 2 {
		t.Errorf("the origin was asked %d times, want 2: by the overtaken request, and by the next", got)
	}
}
