package upstream_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weft/upstream"
)

// drip is a body that comes in parts, a pause before each; "" never comes.
type drip struct {
	parts  []string
	pause  time.Duration
	ended  <-chan struct{} // when nobody waits any more
	closed chan struct{}   // by Close
}

// Read implements io.Reader.
func (d *drip) Read(b []byte) (int, error) {
	if len(d.parts) == 0 {
		return 0, io.EOF
	}
	var next <-chan time.Time
	if d.parts[0] != "" {
		next = time.After(d.pause)
	}
	select {
	case <-next:
	case <-d.ended:
		return 0, io.ErrUnexpectedEOF
	case <-d.closed:
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(b, d.parts[0])
	d.parts = d.parts[1:]
	return n, nil
}

// Close implements io.Closer.
func (d *drip) Close() error {
	select {
	case <-d.closed:
	default:
		close(d.closed)
	}
	return nil
}

// TestPause has a service pause within a body, for less than it may and for more. How long all of it takes does not count, nor does how long
// the answer takes to begin.
func TestPause(t *testing.T) {
	whole := []string{"[1", ",2", ",3", ",4", ",5", "]"}
	tests := map[string]struct {
		pause  time.Duration // that is allowed
		parts  []string
		length int64 // that the answer says; -1: none
		begins time.Duration
		want   time.Duration // that the call takes
		kind   upstream.Kind
	}{
		"InTime":        {100 * time.Millisecond, whole, -1, 0, 480 * time.Millisecond, ""},
		"InTimeOfKnown": {100 * time.Millisecond, whole, 11, 0, 480 * time.Millisecond, ""},
		"BeginsLate":    {100 * time.Millisecond, whole, -1, time.Second, 1480 * time.Millisecond, ""},
		"Stops":         {100 * time.Millisecond, []string{"[1", ""}, -1, 0, 180 * time.Millisecond, upstream.Timeout},
		"StopsOfKnown":  {100 * time.Millisecond, []string{"[1", ""}, 11, 0, 180 * time.Millisecond, upstream.Timeout},
		"Drips":         {70 * time.Millisecond, whole, -1, 0, 70 * time.Millisecond, upstream.Timeout},
		"StopsAtOnce":   {100 * time.Millisecond, []string{""}, -1, time.Second, 1100 * time.Millisecond, upstream.Timeout},
		"NoGuard":       {0, []string{"[1", ""}, -1, 0, 2 * time.Second, upstream.Timeout},
		"BeyondTheCall": {time.Minute, []string{"[1", ""}, -1, 0, 2 * time.Second, upstream.Timeout},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, upstream.Options{
					Network: upstream.Network{Failing: upstream.Failing{Pause: tt.pause}},
					Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
						time.Sleep(tt.begins)
						return &http.Response{
							StatusCode: 200, Request: r, ContentLength: tt.length, Header: http.Header{"Content-Type": {"application/json"}},
							Body: &drip{tt.parts, 80 * time.Millisecond, r.Context().Done(), make(chan struct{})},
						}, nil
					}),
				})
				begin := time.Now()
				res, err := c.Do(t.Context(), get("/p"))
				if took := time.Since(begin); took != tt.want {
					t.Errorf("it took %v, want %v", took, tt.want)
				}
				if tt.kind != "" {
					if got := kind(t, err); got != tt.kind {
						t.Errorf("%v, want %s", err, tt.kind)
					}
					return
				}
				if err != nil || string(res.Body) != "[1,2,3,4,5]" {
					t.Errorf("%v, %v", res, err)
				}
			})
		})
	}
}

// TestPauseOnTheWire has a server stop in the midst of a body that it has flushed: its connection, or its stream, is closed, and the next call goes
// through.
func TestPauseOnTheWire(t *testing.T) {
	for _, major := range []int{1, 2} {
		t.Run("HTTP"+strconv.Itoa(major), func(t *testing.T) { pauseOnTheWire(t, major) })
	}
}

func pauseOnTheWire(t *testing.T, major int) {
	t.Helper()
	left := make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.ProtoMajor != major {
			t.Errorf("it is asked by %s", r.Proto)
		}
		if !strings.HasSuffix(r.URL.Path, "/stops") {
			_, _ = io.WriteString(w, "[]")
			return
		}
		_, _ = io.WriteString(w, "[")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		close(left)
	}))
	server.EnableHTTP2 = major == 2
	server.StartTLS()
	t.Cleanup(server.Close)
	transport := server.Client().Transport
	if got := server.TLS.NextProtos[0]; (got == "h2") != (major == 2) {
		t.Fatalf("the server prefers %s", got)
	}
	c, err := upstream.NewClient(upstream.Spec{Name: "catalog"}, upstream.Options{
		URL: server.URL, Timeout: time.Minute, Transport: transport, Network: upstream.Network{Failing: upstream.Failing{Pause: 100 * time.Millisecond}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if res, err := c.Do(t.Context(), get("/stops")); kind(t, err) != upstream.Timeout {
		t.Errorf("%+v, %v, want %s", res, err, upstream.Timeout)
	}
	<-left
	if res, err := c.Do(t.Context(), get("/goes-on")); err != nil || string(res.Body) != "[]" {
		t.Errorf("%v, %v", res, err)
	}
}
