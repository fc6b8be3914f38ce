package upstream_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// outcomeUnknown returns what the error of a failed call says.
func outcomeUnknown(t *testing.T, err error) bool {
	t.Helper()
	failure, ok := errors.AsType[*upstream.Error](err)
	if !ok {
		t.Fatalf("got %v, want an *upstream.Error", err)
	}
	return failure.OutcomeUnknown()
}

// TestOutcomeOfFaults has each fault meet a write and a read: only the write's outcome can be unknown.
func TestOutcomeOfFaults(t *testing.T) {
	unknown := map[upstreamtest.Fault]bool{
		upstreamtest.Slow:        true,
		upstreamtest.Reset:       true,
		upstreamtest.Status(502): true,
		upstreamtest.Status(504): true,
		upstreamtest.Hang:        false, // the status has come
		upstreamtest.Cut:         false,
		upstreamtest.HTML:        false,
		upstreamtest.Huge:        false,
		upstreamtest.Redirect:    false,
		upstreamtest.Status(304): false,
		upstreamtest.Status(404): false,
		upstreamtest.Status(408): true,
		upstreamtest.Status(500): true,
		upstreamtest.Status(503): true,
	}
	s := upstreamtest.New(t)
	s.JSON("/p", `1`)
	for fault, want := range unknown {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			c := newClient(t, upstream.Options{URL: s.URL, Timeout: 100 * time.Millisecond, MaxBody: 1 << 10})
			if fault != upstreamtest.Slow && fault != upstreamtest.Hang {
				c = newClient(t, upstream.Options{URL: s.URL, Timeout: 30 * time.Second, MaxBody: 1 << 10})
			}
			s.FaultAll(fault)
			_, err := c.Do(t.Context(), upstream.Request{Method: method, Path: "/p"})
			if got := outcomeUnknown(t, err); got != (want && method != "GET") {
				t.Errorf("%s, %s: got unknown %v with %v", fault, method, got, err)
			}
		}
	}
}

// TestOutcomeWithoutConnection: what had no connection has had no effect.
func TestOutcomeWithoutConnection(t *testing.T) {
	plain, dead := upstreamtest.New(t), upstreamtest.Refusing(t)
	dialing := func(err error) http.RoundTripper {
		return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, err }}
	}
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	defer untrusted.Close()
	for name, o := range map[string]upstream.Options{
		"Refused":     {URL: "http://" + dead.String()},
		"NoSuchHost":  {Transport: dialing(&net.DNSError{Err: "no such host"})},
		"DialTimeout": {Transport: dialing(&net.OpError{Op: "dial", Err: context.DeadlineExceeded})},
		"NotTLS":      {URL: strings.Replace(plain.URL, "http:", "https:", 1)},
		"Untrusted":   {URL: untrusted.URL},
	} {
		o.Timeout = time.Minute
		_, err := newClient(t, o).Do(t.Context(), upstream.Request{Method: "POST", Path: "/p", Body: []byte(`{}`)})
		if outcomeUnknown(t, err) {
			t.Errorf("%s: unknown with %v", name, err)
		}
	}
}

// TestOutcomeOfEnds has writes that end before they are sent, and after.
func TestOutcomeOfEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, upstream.Options{Transport: &held{}})
		write := upstream.Request{Method: "POST", Path: "/p"}
		ctx, cancel := context.WithCancel(t.Context())
		sent := start(ctx, c, write)
		synctest.Wait()
		cancel()
		if err := (<-sent).err; !outcomeUnknown(t, err) || kind(t, err) != upstream.Canceled {
			t.Errorf("cancelled when it was sent: known, with %v", err)
		}
		if _, err := c.Do(ctx, write); outcomeUnknown(t, err) || kind(t, err) != upstream.Canceled {
			t.Errorf("cancelled before: unknown, with %v", err)
		}
		if _, err := c.Do(t.Context(), write); !outcomeUnknown(t, err) || kind(t, err) != upstream.Timeout {
			t.Errorf("not answered in time: known, with %v", err)
		}
		late, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, err := c.Do(late, write); outcomeUnknown(t, err) || kind(t, err) != upstream.Timeout {
			t.Errorf("too late to be sent: unknown, with %v", err)
		}
		if _, err := c.Do(t.Context(), upstream.Request{Method: "POST", Path: "/.."}); outcomeUnknown(t, err) || kind(t, err) != upstream.BadInput {
			t.Errorf("refused: unknown, with %v", err)
		}
	})
}

func TestOutcomeWithoutSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		c := newClient(t, upstream.Options{InFlight: 1, Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			<-release
			return answer(`1`), nil
		})})
		blocker := start(t.Context(), c, get("/p/1"))
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		gone := start(ctx, c, upstream.Request{Method: "POST", Path: "/p"})
		late := start(t.Context(), c, upstream.Request{Method: "POST", Path: "/p"})
		synctest.Wait()
		cancel()
		for name, done := range map[string]<-chan outcome{"gone": gone, "late": late} {
			if err := (<-done).err; outcomeUnknown(t, err) {
				t.Errorf("%s: unknown, with %v", name, err)
			}
		}
		close(release)
		<-blocker
	})
}

func TestOutcomeOfPanic(t *testing.T) {
	for name, transport := range map[string]roundTrip{
		"RoundTrip": func(*http.Request) (*http.Response, error) { panic("told to") },
		"Body": func(*http.Request) (*http.Response, error) {
			res := answer("")
			res.Body = io.NopCloser(panicReader{})
			return res, nil
		},
	} {
		c := newClient(t, upstream.Options{Transport: transport})
		for method, want := range map[string]bool{"GET": false, "POST": true} {
			if _, err := c.Do(t.Context(), upstream.Request{Method: method, Path: "/p"}); outcomeUnknown(t, err) != want {
				t.Errorf("%s, %s: got unknown %v", name, method, !want)
			}
		}
	}
}
