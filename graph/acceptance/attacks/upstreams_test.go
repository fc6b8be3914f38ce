package attacks_test

import (
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"weft/upstream/upstreamtest"
)

// broken is an attack by an upstream that answers for a product by itself in a certain way.
func broken(handle http.HandlerFunc) func(*testing.T, *service) []answer {
	return func(t *testing.T, s *service) []answer {
		t.Helper()
		defer shop(s.upstream)
		s.upstream.Handle("GET /products/{id}", handle)
		return short(t, s.ask(t, fmt.Sprintf(`{product(id:%q){name}}`, strings.ReplaceAll(t.Name(), "/", " "))))
	}
}

// failing is an attack by an upstream that fails in a way that upstreamtest knows.
func failing(fault upstreamtest.Fault) func(*testing.T, *service) []answer {
	return func(t *testing.T, s *service) []answer {
		t.Helper()
		s.upstream.Fault("GET /products/{id}", fault)
		defer s.upstream.Fault("GET /products/{id}", upstreamtest.None)
		return short(t, s.ask(t, fmt.Sprintf(`{product(id:%q){name}}`, fault)))
	}
}

// says answers with a text that is said to be JSON.
func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(text))
	}
}

// upstreams are answers of services that mean harm, or are broken.
func upstreams() []attack {
	const bad = "200 BAD_RESPONSE"
	return []attack{
		{number: 37, name: "an upstream's body does not end", send: failing(upstreamtest.Huge), want: bad},
		{number: 37, name: "an upstream's gzip grows without end", send: failing(upstreamtest.Bomb), want: bad},
		{
			number: 37, name: "an upstream stops in the middle", waits: true,
			send: failing(upstreamtest.Hang), want: "200 UPSTREAM_TIMEOUT",
		},
		{
			number: 37, name: "an upstream's JSON is 1,000,000 lists deep",
			send: broken(says(`{"data":` + strings.Repeat("[", 1_000_000) + strings.Repeat("]", 1_000_000) + `}`)), want: bad,
		},
		{
			number: 37, name: "an upstream's JSON has 1,000,000 members",
			send: broken(says(`{"data":{` + repeat(`"a%d":1,`, 500_000) + `"id":"1","name":"many"}}`)), want: "200",
		},
		{number: 37, name: "an upstream's gzip is broken", send: broken(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write([]byte(`{"data":{"id":"1","name":`))
			_ = z.Flush()
		}), want: bad},
		{number: 38, name: "a batch with wrong, missing and double ids", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			defer shop(s.upstream)
			s.upstream.Handle("GET /products", says(`{"data":[{"id":"m2","name":"two"},{"id":"m2","name":"another two"},{"id":"m9","name":"nine"},`+
				`{"name":"none"},null,{"id":"m1","name":"one"}]}`))
			answers := s.ask(t, `{a:product(id:"m1"){name} b:product(id:"m2"){name} c:product(id:"m3"){name}}`)
			for _, a := range answers {
				if want := `{"data":{"a":{"name":"one"},"b":{"name":"two"},"c":null}}`; a.body != want {
					t.Errorf("got %s, want %s", a.body, want)
				}
			}
			return answers
		}, want: "200"},
		{number: 42, name: "an upstream sets cookies", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			answers := broken(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Set-Cookie", "session=somebody's")
				w.Header().Set("X-Powered-By", "Perl")
				says(`{"data":{"id":"1","name":"with a cookie"}}`)(w, r)
			})(t, s)
			for _, a := range answers {
				h := a.header
				if h.Get("Set-Cookie") != "" || h.Get("X-Powered-By") != "" || !strings.Contains(h.Get("Cache-Control"), "private") {
					t.Errorf("got %v", a.header)
				}
			}
			return answers
		}, want: "200"},
		{number: 43, name: "an upstream's errors tell how it is made", send: func(t *testing.T, s *service) []answer {
			t.Helper()
			answers := broken(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusInternalServerError)
				_, _ = w.Write([]byte("panic: /srv/secret/db.pl at 10.0.0.7: password=hunter2"))
			})(t, s)
			for _, a := range answers {
				for _, secret := range []string{"panic", "secret", "10.0.0.7", "hunter2", strings.TrimPrefix(s.upstream.URL, "http://")} {
					if strings.Contains(a.body, secret) {
						t.Errorf("got %s, which tells %s", a.body, secret)
					}
				}
			}
			return answers
		}, want: "200 UPSTREAM_UNAVAILABLE"},
	}
}
