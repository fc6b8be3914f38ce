package upstream_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weft/upstream"
)

// TestDeadlineIsHandedOn has each attempt say how much time is left of the call's, in the spelling of the header that an operator has chosen.
func TestDeadlineIsHandedOn(t *testing.T) {
	for header, unit := range map[string]string{"": "", "x-envoy-expected-rq-timeout-ms": "", "Grpc-Timeout": "m"} {
		synctest.Test(t, func(t *testing.T) {
			var got []string
			next := &answers{list: []func() (*http.Response, error){says(503, "Retry-After", "0"), says(200)}}
			wire := roundTrip(func(r *http.Request) (*http.Response, error) {
				got = append(got, strings.Join(r.Header.Values(header), " "))
				time.Sleep(time.Second)
				return next.RoundTrip(r)
			})
			o := usual(wire)
			o.Network.Failing.DeadlineHeader = header
			c := newClient(t, o)
			ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond+upstream.Reserve)
			defer cancel()
			_, _ = c.Do(ctx, get("/p"))
			if header == "" {
				if !slices.Equal(got, []string{"", ""}) {
					t.Errorf("got %q, and no header is chosen", got)
				}
				return
			}
			left, err := strconv.Atoi(strings.TrimSuffix(got[len(got)-1], unit)) // the second one has waited for up to 25 ms
			if len(got) != 2 || got[0] != "1500"+unit || err != nil || left < 475 || left > 500 {
				t.Errorf("%s: got %q", header, got)
			}
		})
	}
}

// TestDeadlineHeaderIsNoOther refuses one that says something else already.
func TestDeadlineHeaderIsNoOther(t *testing.T) {
	for header, want := range map[string]string{
		"a b":             "is not a header name",
		"Content-Length":  "belongs to one HTTP message",
		"Authorization":   "is forwarded from the request already",
		"X-Client":        "is set by header already",
		"X-Set-By-A-Call": "is set by calls of the schema",
	} {
		o := upstream.Options{URL: "http://catalog.test", Header: map[string]string{"X-Client": "weft"}}
		o.Network.Failing.DeadlineHeader = header
		spec := upstream.Spec{Name: "catalog", ForwardHeaders: []string{"Authorization"}, Headers: []string{"X-Set-By-A-Call"}}
		if _, err := upstream.NewClient(spec, o); err == nil || !strings.Contains(err.Error(), "deadlineHeader") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", header, err, want)
		}
	}
}
