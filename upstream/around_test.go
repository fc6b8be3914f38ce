package upstream_test

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// What surrounds the connections sees each request, with all that it carries, and what it adds is no other request's.
func TestAround(t *testing.T) {
	s := upstreamtest.New(t)
	s.Handle("/v1/a", func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Location"] = []string{"/v1/b"}
		w.WriteHeader(http.StatusFound)
	})
	s.Handle("/v1/b", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer 1" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`1`))
	})
	var number atomic.Int64
	c := newClientOf(t, upstream.Spec{Name: "catalog"}, upstream.Options{
		URL: s.URL + "/v1", Redirects: true, Authorizer: &numbered{last: 9},
		Network: upstream.Network{Around: func(pool http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				own := r.Clone(r.Context())
				own.Header.Set("X-Signature", strconv.FormatInt(number.Add(1), 10)+" of "+r.Header.Get("Authorization"))
				return pool.RoundTrip(own)
			})
		}},
	})
	if _, err := c.Do(t.Context(), get("/a")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, call := range s.Calls() {
		got = append(got, call.Path+" "+call.Header.Get("X-Signature"))
	}
	if diff := cmp.Diff([]string{"/v1/a 1 of Bearer 0", "/v1/b 2 of Bearer 0", "/v1/b 3 of Bearer 1"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func newClientOf(t *testing.T, spec upstream.Spec, o upstream.Options) *upstream.Client {
	t.Helper()
	c, err := upstream.NewClient(spec, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}
