package httpcache_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/cache/httpcache"
)

// scenario is a sequence of requests through one cache, over a real server.
type scenario struct {
	name  string
	cache httpcache.Transport // without Base and Now
	steps []step
}

// step is one request. Texts have a start line and a field a line.
type step struct {
	after   int      // seconds since the step before
	request string   // "GET /path", fields
	origin  []string // what the server answers, call by call: "200 body", fields; "close": nothing; "cut body": a part. None: it is not asked.
	sent    string   // fields of the last call; "-X": without X
	want    string   // what the client gets: "200 body", fields; "error"; "body error"
}

// origin is a server that answers as the step says.
type origin struct {
	*httptest.Server
	clock *clock

	mu      sync.Mutex // guards what follows
	answers []string
	calls   []http.Header
}

// clock is a time that tests set.
type clock struct {
	mu  sync.Mutex // guards now
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newOrigin(t *testing.T) *origin {
	t.Helper()
	o := &origin{clock: &clock{now: noon}}
	o.Server = httptest.NewServer(o)
	t.Cleanup(o.Close)
	return o
}

func (o *origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	o.calls = append(o.calls, r.Header)
	answer := "599 asked too often"
	if len(o.answers) > 0 {
		answer, o.answers = o.answers[0], o.answers[1:]
	}
	o.mu.Unlock()

	start, fields, _ := strings.Cut(answer, "\n")
	kind, body, _ := strings.Cut(start, " ")
	if kind == "close" {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Date", date(o.clock.Now()))
	for line := range strings.Lines(fields) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		w.Header().Add(name, value)
	}
	if kind == "cut" {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
		w.WriteHeader(200)
		_, _ = io.WriteString(w, body)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	status, _ := strconv.Atoi(kind)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// next sets the answers of a step.
func (o *origin) next(answers []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answers, o.calls = answers, nil
}

// asked returns the calls of a step, and the answers that were not called for.
func (o *origin) asked() (calls []http.Header, left []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.calls, o.answers
}

func (s *scenario) run(t *testing.T) {
	o := newOrigin(t)
	s.cache.Base = &http.Transport{DisableKeepAlives: true}
	s.cache.Now = o.clock.Now
	s.cache.Name = "test"
	defer s.cache.Close()
	for i, step := range s.steps {
		o.clock.advance(time.Duration(step.after) * time.Second)
		o.next(step.origin)
		res, body, err := send(t, &s.cache, o.URL, step.request)
		calls, left := o.asked()
		if len(calls) != len(step.origin) || len(left) > 0 {
			t.Errorf("step %d, %s: %d calls, want %d", i, step.request, len(calls), len(step.origin))
		}
		if len(calls) > 0 {
			checkFields(t, i, "sent", step.sent, calls[len(calls)-1])
		}
		checkAnswer(t, i, step.want, res, body, err)
	}
}

// send makes the request of a step.
func send(t *testing.T, cache http.RoundTripper, base, text string) (res *http.Response, body string, err error) {
	t.Helper()
	start, fields, _ := strings.Cut(text, "\n")
	method, path, _ := strings.Cut(start, " ")
	path, content, hasBody := strings.Cut(path, " ")
	var reader io.Reader
	if hasBody {
		reader = strings.NewReader(content)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, base+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, lines := range header(t, fields) {
		req.Header[name] = lines
	}
	before := req.Header.Clone()
	res, err = cache.RoundTrip(req)
	if !equalHeader(before, req.Header) {
		t.Errorf("%s: the request was changed to %v", text, req.Header)
	}
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	return res, string(read), err
}

func equalHeader(a, b http.Header) bool {
	if len(a) != len(b) {
		return false
	}
	for name := range a {
		if strings.Join(a[name], "\n") != strings.Join(b[name], "\n") {
			return false
		}
	}
	return true
}

func checkAnswer(t *testing.T, i int, want string, res *http.Response, body string, err error) {
	t.Helper()
	start, fields, _ := strings.Cut(want, "\n")
	got := "error"
	switch {
	case res != nil && err != nil:
		got = body + " error"
	case res != nil:
		got = strings.TrimSpace(strconv.Itoa(res.StatusCode) + " " + body)
		if res.Status != strconv.Itoa(res.StatusCode)+" "+http.StatusText(res.StatusCode) {
			t.Errorf("step %d: status line %q", i, res.Status)
		}
	}
	if got != start {
		t.Errorf("step %d: got %q, want %q (%v)", i, got, start, err)
	}
	if res != nil {
		checkFields(t, i, "got", fields, res.Header)
	}
}

func checkFields(t *testing.T, i int, what, want string, h http.Header) {
	t.Helper()
	for line := range strings.Lines(want) {
		line = strings.TrimSpace(line)
		if name, without := strings.CutPrefix(line, "-"); without {
			if got, ok := h[name]; ok {
				t.Errorf("step %d: %s %s: %q, want none", i, what, name, got)
			}
			continue
		}
		name, value, _ := strings.Cut(line, ": ")
		if got := strings.Join(h.Values(name), " | "); got != value {
			t.Errorf("step %d: %s %s: %q, want %q", i, what, name, got, value)
		}
	}
}
