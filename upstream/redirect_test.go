package upstream_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// The answer is where a redirect says that it is, if that is the upstream's own; each redirect is a call of its own.
func TestRedirects(t *testing.T) {
	get := upstream.Request{Path: "/a?q=1"}
	for name, tt := range map[string]struct {
		request  upstream.Request
		status   int
		location string
		calls    []string // sorted
		why      string   // that it is not
	}{
		"MovedPermanently": {get, 301, "/v1/b", []string{"GET /v1/a?q=1", "GET /v1/b"}, ""},
		"Found":            {get, 302, "b?q=2", []string{"GET /v1/a?q=1", "GET /v1/b?q=2"}, ""},
		"SeeOther":         {get, 303, "./b", []string{"GET /v1/a?q=1", "GET /v1/b"}, ""},
		"Temporary":        {get, 307, "http://HERE/v1/b", []string{"GET /v1/a?q=1", "GET /v1/b"}, ""},
		"Permanent":        {get, 308, "//HERE/v1/b#x", []string{"GET /v1/a?q=1", "GET /v1/b"}, ""},
		"ThreeTimes":       {get, 301, "/v1/3", []string{"GET /v1/2", "GET /v1/3", "GET /v1/a?q=1", "GET /v1/b"}, ""},
		"FourTimes": {
			get, 301, "/v1/4",
			[]string{"GET /v1/2", "GET /v1/3", "GET /v1/4", "GET /v1/a?q=1"},
			"more than 3 redirects",
		},
		"InACircle": {
			get, 302, "/v1/a?q=1",
			[]string{"GET /v1/a?q=1", "GET /v1/a?q=1", "GET /v1/a?q=1", "GET /v1/a?q=1"},
			"more than 3 redirects",
		},
		"Elsewhere":       {get, 302, "http://other.example/v1/b", []string{"GET /v1/a?q=1"}, "a redirect leads to a URL of another origin than the upstream's"},
		"OtherPort":       {get, 302, "http://127.0.0.1:1/v1/b", []string{"GET /v1/a?q=1"}, "a redirect leads to a URL of another origin than the upstream's"},
		"AboveBase":       {get, 302, "/v2/b", []string{"GET /v1/a?q=1"}, "a redirect leads to a URL that is not below the upstream's base URL"},
		"NotFollowed":     {get, 304, "/v1/b", []string{"GET /v1/a?q=1"}, ""},
		"MultipleChoices": {get, 300, "/v1/b", []string{"GET /v1/a?q=1"}, ""},
		"Write":           {upstream.Request{Method: "POST", Path: "/a", Body: []byte(`{}`)}, 303, "/v1/b", []string{"POST /v1/a {}"}, ""},
		"Asks":            {upstream.Request{Method: "POST", Path: "/a", Body: []byte(`{}`), Safe: true}, 307, "/v1/b", []string{"POST /v1/a {}"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := upstreamtest.New(t)
			redirect := func(from, to string, status int) {
				s.Handle(from, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Location", to)
					w.Header().Set("Set-Cookie", "a=b")
					w.WriteHeader(status)
				})
			}
			here := s.URL[len("http://"):]
			redirect("/v1/a", strings.ReplaceAll(tt.location, "HERE", here), tt.status)
			redirect("GET /v1/4", "/v1/3", 301)
			redirect("GET /v1/3", "/v1/2", 301)
			redirect("GET /v1/2", "/v1/b", 301)
			s.JSON("GET /v1/b", `{"b": 1}`)
			client := newClient(t, upstream.Options{URL: s.URL + "/v1", Redirects: true})
			further := 0
			tt.request.Counter = counter{further: func() error { further++; return nil }}
			r, err := client.Do(t.Context(), tt.request)
			if diff := cmp.Diff(tt.calls, s.Lines()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if further != len(tt.calls)-1 {
				t.Errorf("told of %d calls, want %d", further, len(tt.calls)-1)
			}
			failure, failed := errors.AsType[*upstream.Error](err)
			switch {
			case !failed && (len(r.Redirects) != len(tt.calls)-1 || string(r.Body) != `{"b": 1}` || !r.Redirects[0].SetCookie || r.Redirects[0].Header["Set-Cookie"] != nil):
				t.Errorf("got %s by %+v", r.Body, r.Redirects)
			case failed && (failure.Kind != upstream.Rejected || tt.why != "" && fmt.Sprint(failure.Err) != tt.why):
				t.Errorf("got %v, want rejected: %s", err, tt.why)
			case !failed && tt.why != "":
				t.Errorf("got %s, want an error: %s", r.Body, tt.why)
			}
		})
	}
}

func TestRedirectsAreNotFollowedUnlessSaid(t *testing.T) {
	s := upstreamtest.New(t)
	s.Answer("GET /a", upstreamtest.Answer{Status: 301, Header: http.Header{"Location": {"/b"}}})
	_, err := newClient(t, upstream.Options{URL: s.URL}).Do(t.Context(), upstream.Request{Path: "/a"})
	if failure, ok := errors.AsType[*upstream.Error](err); !ok || failure.Kind != upstream.Rejected || len(s.Lines()) != 1 {
		t.Errorf("got %v after %v, want rejected after one call", err, s.Lines())
	}
}

// What counts calls may refuse the next one.
func TestRedirectRefused(t *testing.T) {
	s := upstreamtest.New(t)
	s.Answer("GET /a", upstreamtest.Answer{Status: 301, Header: http.Header{"Location": {"/b"}}})
	request := upstream.Request{Path: "/a", Tally: upstream.Tally{Counter: counter{further: func() error { return errors.New("too many") }}}}
	_, err := newClient(t, upstream.Options{URL: s.URL, Redirects: true}).Do(t.Context(), request)
	if failure, ok := errors.AsType[*upstream.Error](err); !ok || failure.Kind != upstream.Canceled || len(s.Lines()) != 1 {
		t.Errorf("got %v after %v, want canceled after one call", err, s.Lines())
	}
}
