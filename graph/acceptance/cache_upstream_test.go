package acceptance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// scripts are upstreams without a network, so that they can live in a bubble with a clock of its own (synctest), by name.
type scripts map[string]*script

// script is one upstream. It is an [http.RoundTripper].
type script struct {
	name string

	mu     sync.Mutex // guards what follows
	routes map[string]http.HandlerFunc
	calls  []string
}

func newScripts(specs []upstream.Spec) scripts {
	s := scripts{}
	for _, spec := range specs {
		s[spec.Name] = &script{name: spec.Name, routes: map[string]http.HandlerFunc{}}
	}
	return s
}

// clients are of upstreams that all answer by their scripts.
func (s scripts) clients(t testing.TB, specs []upstream.Spec) upstream.Clients {
	t.Helper()
	options := map[string]upstream.Options{}
	for _, spec := range specs {
		options[spec.Name] = upstream.Options{URL: "http://" + spec.Name, Transport: s[spec.Name]}
	}
	clients, err := upstream.NewClients(specs, options)
	if err != nil {
		t.Fatal(err)
	}
	return clients
}

// take returns the calls since the last take as lines, sorted.
func (s scripts) take() string {
	var lines []string
	for _, service := range s {
		service.mu.Lock()
		lines = append(lines, service.calls...)
		service.calls = nil
		service.mu.Unlock()
	}
	slices.Sort(lines)
	return strings.Join(append(lines, ""), "\n")
}

// count is how many calls there were.
func (s scripts) count() (n int) {
	for _, service := range s {
		service.mu.Lock()
		n += len(service.calls)
		service.mu.Unlock()
	}
	return n
}

// script makes a service answer a pattern.
func (s scripts) script(t testing.TB, service, pattern string, a upstreamtest.Answer) {
	t.Helper()
	if s[service] == nil {
		t.Fatalf("no upstream %q", service)
	}
	s.handle(service, pattern, func(w http.ResponseWriter, r *http.Request) { serveScripted(w, r, a) })
}

func (s scripts) handle(service, pattern string, h http.HandlerFunc) {
	s[service].mu.Lock()
	defer s[service].mu.Unlock()
	s[service].routes[pattern] = h
}

// serveScripted answers; it panics with what is no answer.
func serveScripted(w http.ResponseWriter, r *http.Request, a upstreamtest.Answer) {
	switch upstreamtest.Fault(strings.TrimSpace(a.Body)) {
	case upstreamtest.Slow:
		<-r.Context().Done()
		panic(r.Context().Err())
	case upstreamtest.Reset:
		panic(syscall.ECONNRESET)
	case upstreamtest.Cut:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Cut", "1")
		_, _ = io.WriteString(w, `{"half`)
		return
	}
	maps.Copy(w.Header(), a.Header)
	if etag := a.Header.Get("Etag"); etag != "" && r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if a.Status != 0 {
		w.WriteHeader(a.Status)
	}
	_, _ = io.WriteString(w, a.Body)
}

// RoundTrip implements [http.RoundTripper].
func (s *script) RoundTrip(r *http.Request) (response *http.Response, err error) {
	line := s.name + " " + r.Method + " " + shorten(r.URL.RequestURI())
	if r.Body != nil {
		body, _ := io.ReadAll(r.Body)
		_ = r.Body.Close()
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
		line += " " + string(body)
	}
	for _, name := range []string{"Authorization", "Accept-Language", "If-None-Match", "If-Modified-Since"} {
		if v := r.Header.Get(name); v != "" {
			line += " [" + name + ": " + v + "]"
		}
	}
	mux := http.NewServeMux()
	s.mu.Lock()
	s.calls = append(s.calls, line)
	place := len(s.calls) - 1
	for pattern, h := range s.routes {
		mux.HandleFunc(pattern, h)
	}
	s.mu.Unlock()
	defer func() {
		if v := recover(); v != nil {
			failed, ok := v.(error)
			if !ok {
				panic(v)
			}
			response, err = nil, failed
		}
	}()
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, r)
	response = answer.Result()
	if answer.Header().Get("X-Cut") != "" {
		response.Body = io.NopCloser(io.MultiReader(response.Body, failing{io.ErrUnexpectedEOF}))
	}
	if answer.Code != http.StatusOK { // forgotten, if the call took longer than its step
		s.mu.Lock()
		if place < len(s.calls) {
			s.calls[place] += " status=" + strconv.Itoa(answer.Code)
		}
		s.mu.Unlock()
	}
	return response, nil
}

// failing is a reader that fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// body is the request as POST sends it.
func (g graphRequest) body() ([]byte, error) {
	body := map[string]any{"query": g.Query}
	if g.Variables != "" {
		body["variables"] = json.RawMessage(g.Variables)
	}
	return json.Marshal(body)
}

// get is the request as a GET.
func (g graphRequest) get(ctx context.Context, t testing.TB, endpoint string) *http.Request {
	t.Helper()
	query := url.Values{"query": {g.Query}}
	if g.Variables != "" {
		query.Set("variables", g.Variables)
	}
	return g.request(ctx, t, http.MethodGet, endpoint+"?"+query.Encode(), "")
}

// post is the request as a POST.
func (g graphRequest) post(ctx context.Context, t testing.TB, endpoint string) *http.Request {
	t.Helper()
	text, err := g.body()
	if err != nil {
		t.Fatal(err)
	}
	return g.request(ctx, t, http.MethodPost, endpoint, string(text))
}

func (g graphRequest) request(ctx context.Context, t testing.TB, method, url, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Content-Type": {"application/json"}}
	maps.Copy(r.Header, g.Header)
	return r
}

// lifetimes are those that cases have, of which a part may be given up.
var lifetimes = []int{5, 10, 20, 30, 40, 60, 100, 300, 600, 3600}

// nominal is a header's value without what is given up by chance: max-age is written with the lifetime that it is at least nine
// tenths of, and stale-while-revalidate with what remains of the sum of both.
func nominal(t *testing.T, name, value, age string) string {
	t.Helper()
	if name != "Cache-Control" {
		return value
	}
	var maxAge, stale, lifetime int
	parts := strings.Split(value, ", ")
	for i, p := range parts {
		number := func(name string) (n int, ok bool) {
			text, ok := strings.CutPrefix(p, name+"=")
			if ok {
				_, err := fmt.Sscan(text, &n)
				ok = err == nil
			}
			return n, ok
		}
		if n, ok := number("max-age"); ok {
			maxAge = n
			at := slices.IndexFunc(lifetimes, func(l int) bool { return n <= l && n+1 >= int(math.Floor(0.9*float64(l))) })
			if at < 0 {
				t.Errorf("max-age=%d with age %s is no lifetime, nor nine tenths of one", n, age)
				continue
			}
			lifetime = lifetimes[at]
			parts[i] = fmt.Sprintf("max-age=%d", lifetime)
		}
		if n, ok := number("stale-while-revalidate"); ok {
			stale = n
			parts[i] = fmt.Sprintf("stale-while-revalidate=%d", (maxAge+stale-lifetime+5)/10*10)
		}
	}
	return strings.Join(parts, ", ")
}

// eventually fails the test unless a condition holds within twenty seconds.
func eventually(t testing.TB, failure string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal(failure)
		}
	}
}
