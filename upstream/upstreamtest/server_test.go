package upstreamtest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"

	"weft/upstream/upstreamtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newClient returns a client that follows nothing, decodes nothing and keeps no connection.
func newClient(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{DisableCompression: true, DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// read sends a request and returns status, headers and body; err is of sending or reading.
func read(ctx context.Context, c *http.Client, method, url string) (res *http.Response, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return nil, nil, err
	}
	if res, err = c.Do(req); err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(io.LimitReader(res.Body, 1<<20))
	return res, body, err
}

func TestAnswersAndLog(t *testing.T) {
	s, c := upstreamtest.New(t), newClient(t)
	s.JSON("GET /users", `[1]`)
	s.Handle("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "user %s", r.PathValue("id")) })
	s.Handle("POST /users", func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	s.Answer("GET /gone", upstreamtest.Answer{Status: 410, Header: http.Header{"X-Why": {"moved"}}, Body: "no"})
	want := map[string]string{"/users?x=1": "200 [1]", "/users/7": "200 user 7", "/gone": "410 no", "/other": "404 404 page not found\n"}
	for path, want := range want {
		res, body, err := read(t.Context(), c, "GET", s.URL+path)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%d %s", res.StatusCode, body); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	res, err := c.Post(s.URL+"/users", "application/json", strings.NewReader(`{"a": 1}`))
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if string(body) != `{"a": 1}` {
		t.Errorf("a handler read %q", body)
	}
	lines := []string{"GET /gone", "GET /other", "GET /users/7", "GET /users?x=1", `POST /users {"a": 1}`}
	if diff := cmp.Diff(lines, s.Lines()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if last := s.Calls()[4]; last.Header.Get("Content-Type") != "application/json" {
		t.Errorf("got headers %v", last.Header)
	}
	s.JSON("GET /users", `[2]`)
	s.Forget()
	if _, body, _ := read(t.Context(), c, "GET", s.URL+"/users"); string(body) != `[2]` || len(s.Calls()) != 1 {
		t.Errorf("after replacing: got %s, %d calls", body, len(s.Calls()))
	}
}

func TestFaults(t *testing.T) {
	s, c := upstreamtest.New(t), newClient(t)
	s.JSON("GET /p", `{"id": 12345678}`)
	check := map[upstreamtest.Fault]func(res *http.Response, body []byte, err error) bool{
		upstreamtest.Reset: func(_ *http.Response, _ []byte, err error) bool { return errors.Is(err, syscall.ECONNRESET) },
		upstreamtest.Cut: func(_ *http.Response, body []byte, err error) bool {
			return errors.Is(err, io.ErrUnexpectedEOF) && string(body) == `{"id": 1`
		},
		upstreamtest.Malformed: func(res *http.Response, body []byte, _ error) bool { return res.StatusCode == 200 && len(body) == 25 },
		upstreamtest.HTML: func(res *http.Response, _ []byte, _ error) bool {
			return strings.HasPrefix(res.Header.Get("Content-Type"), "text/html")
		},
		upstreamtest.Huge: func(_ *http.Response, body []byte, _ error) bool { return len(body) == 1<<20 },
		upstreamtest.Bomb: func(res *http.Response, body []byte, _ error) bool {
			z, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				return false
			}
			n, _ := io.CopyN(io.Discard, z, 64<<20)
			return n == 64<<20 && res.Header.Get("Content-Encoding") == "gzip"
		},
		upstreamtest.Redirect: func(res *http.Response, _ []byte, _ error) bool {
			return res.StatusCode == 302 && res.Header.Get("Location") == s.URL+"/redirected"
		},
		upstreamtest.Gzip: func(_ *http.Response, body []byte, _ error) bool {
			z, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				return false
			}
			plain, _ := io.ReadAll(z)
			return string(plain) == `{"id": 12345678}`
		},
		upstreamtest.Zstd: func(_ *http.Response, body []byte, _ error) bool {
			plain, _ := zstd.DecodeTo(nil, body)
			return string(plain) == `{"id": 12345678}`
		},
		upstreamtest.Status(204): func(res *http.Response, body []byte, _ error) bool { return res.StatusCode == 204 && len(body) == 0 },
		upstreamtest.Status(429): func(res *http.Response, body []byte, _ error) bool {
			return res.Header.Get("Retry-After") == "1" && string(body) == `{"title": "Too Many Requests", "status": 429}`
		},
		upstreamtest.None: func(_ *http.Response, body []byte, err error) bool {
			return err == nil && string(body) == `{"id": 12345678}`
		},
	}
	for fault, ok := range check {
		s.Fault("GET /p", fault)
		if res, body, err := read(t.Context(), c, "GET", s.URL+"/p"); !ok(res, body, err) {
			t.Errorf("%q: got %v, %.100q, %v", fault, res, body, err)
		}
	}
}

func TestFaultTimesAndAll(t *testing.T) {
	s, c := upstreamtest.New(t), newClient(t)
	s.FaultTimes("GET /p", "503", 2)
	s.JSON("GET /p", `1`)
	var got []int
	status := func() {
		res, _, err := read(t.Context(), c, "GET", s.URL+"/p")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, res.StatusCode)
	}
	status()
	status()
	status()
	s.FaultAll("500")
	status()
	s.FaultAll(upstreamtest.None)
	status()
	if diff := cmp.Diff([]int{503, 503, 200, 500, 200}, got); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

func TestSlowUntilReleased(t *testing.T) {
	s, c := upstreamtest.New(t), newClient(t)
	s.JSON("GET /p", `1`)
	for range 2 { // the second time Slow is switched on again after a Release
		s.Forget()
		s.Fault("GET /p", upstreamtest.Slow)
		answered := make(chan error, 1)
		go func() {
			_, _, err := read(t.Context(), c, "GET", s.URL+"/p")
			answered <- err
		}()
		if err := s.Await(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-answered:
			t.Fatalf("answered before the release: %v", err)
		default:
		}
		s.Release()
		s.Release()
		if err := <-answered; err != nil {
			t.Fatal(err)
		}
	}
}

// TestWaitingEndsWithTheServer: no fault keeps a test from ending. The server of the subtest closes while requests wait.
func TestWaitingEndsWithTheServer(t *testing.T) {
	for _, fault := range []upstreamtest.Fault{upstreamtest.Slow, upstreamtest.Hang} {
		c := newClient(t)
		failed := make(chan error, 1)
		t.Run(string(fault), func(t *testing.T) {
			s := upstreamtest.New(t)
			s.Fault("/p", fault)
			s.Barrier(upstreamtest.NewBarrier(2), "/q")
			for _, path := range []string{"/p", "/q"} {
				go func() {
					_, body, err := read(context.Background(), c, "GET", s.URL+path)
					if err == nil && len(body) > 0 {
						err = errors.New("got an answer: " + string(body))
					} else {
						err = nil
					}
					failed <- err
				}()
			}
			if err := s.Await(t.Context(), 2); err != nil {
				t.Fatal(err)
			}
		})
		for range 2 {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
	}
}

func TestBarrier(t *testing.T) {
	a, b, c := upstreamtest.New(t), upstreamtest.New(t), newClient(t)
	barrier := upstreamtest.NewBarrier(3)
	a.Barrier(barrier, "/p", "/q")
	b.Barrier(barrier, "/p")
	answered := make(chan error, 3)
	for range 2 { // groups
		for _, url := range []string{a.URL + "/p", a.URL + "/q", b.URL + "/p"} {
			go func() {
				_, _, err := read(t.Context(), c, "GET", url)
				answered <- err
			}()
		}
		for range 3 {
			if err := <-answered; err != nil {
				t.Error(err)
			}
		}
	}
}

func TestAwaitGivesUp(t *testing.T) {
	s := upstreamtest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Await(ctx, 1); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "await 1 calls, 0 arrived") {
		t.Errorf("got %v", err)
	}
	if err := s.Await(ctx, 0); err != nil {
		t.Errorf("nothing to wait for: %v", err)
	}
}

func TestRefusing(t *testing.T) {
	address := upstreamtest.Refusing(t).String()
	if conn, err := net.Dial("tcp", address); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got a connection %v and %v", conn, err)
	}
	if l, err := net.Listen("tcp", address); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("somebody else may listen there: %v, %v", l, err)
	}
}

func TestParseFault(t *testing.T) {
	for _, name := range []string{"", "slow", "hang", "reset", "cut", "500", "429", "malformed", "huge", "bomb", "redirect", "html", "gzip", "zstd", "204"} {
		if f, err := upstreamtest.ParseFault(name); err != nil || string(f) != name {
			t.Errorf("%q: got %q, %v", name, f, err)
		}
	}
	for _, name := range []string{"slown", "99", "100", "600", "+500", "0500", "Slow"} {
		if f, err := upstreamtest.ParseFault(name); err == nil {
			t.Errorf("%q: got %q, want an error", name, f)
		}
	}
	_, err := upstreamtest.ParseFault("x")
	want := `unknown fault "x": want a status or one of bomb, cut, gzip, hang, html, huge, malformed, redirect, reset, slow, zstd`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
