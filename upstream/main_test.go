package upstream_test

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"weft/upstream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// roundTrip is a transport of one function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// answer is a 200 with a JSON body.
func answer(body string) *http.Response {
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(strings.NewReader(body)),
	}
}

// held is a transport that holds every request until the test answers it.
type held struct {
	mu       sync.Mutex // guards requests
	requests []*heldRequest
}

type heldRequest struct {
	*http.Request
	answer chan string // what the test answers; closed: a panic
}

func (h *held) RoundTrip(req *http.Request) (*http.Response, error) {
	r := &heldRequest{Request: req, answer: make(chan string)}
	h.mu.Lock()
	h.requests = append(h.requests, r)
	h.mu.Unlock()
	select {
	case body, ok := <-r.answer:
		if !ok {
			panic("told to: key=s3cret")
		}
		return answer(body), nil
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
}

// sent returns the requests sent so far.
func (h *held) sent() []*heldRequest {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.requests[:len(h.requests):len(h.requests)]
}

// newClient returns a client that is closed when the test ends. Its spec forwards Authorization and X-Tenant. Where the test says nothing of
// it, it connects also on a machine that is busy with other tests.
func newClient(t testing.TB, o upstream.Options) *upstream.Client {
	t.Helper()
	if o.URL == "" {
		o.URL = "http://catalog.test"
	}
	if f := &o.Network.Failing; f.Changed == nil { // tests of breakers say what they want
		f.NoBreaker = true
	}
	o.Network.Dial = cmp.Or(o.Network.Dial, time.Minute)
	c, err := upstream.NewClient(upstream.Spec{Name: "catalog", ForwardHeaders: []string{"authorization", "x-tenant"}}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// get is the call that most tests make.
func get(path string) upstream.Request {
	return upstream.Request{Endpoint: "product", Path: path}
}

// kind returns the kind of Do's error, "" for none.
func kind(t testing.TB, err error) upstream.Kind {
	t.Helper()
	if err == nil {
		return ""
	}
	var failure *upstream.Error
	if !errors.As(err, &failure) {
		t.Fatalf("got error %T (%v), want *upstream.Error", err, err)
	}
	if failure.Upstream != "catalog" {
		t.Errorf("got error of upstream %q, want catalog", failure.Upstream)
	}
	return failure.Kind
}

// outcome is what a Do on a goroutine of its own returned.
type outcome struct {
	body string
	err  error
}

// start calls Do on a goroutine of its own.
func start(ctx context.Context, c *upstream.Client, r upstream.Request) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		res, err := c.Do(ctx, r)
		if err != nil {
			done <- outcome{err: err}
			return
		}
		done <- outcome{body: string(res.Body)}
	}()
	return done
}

// newRecorder is a recorder that begins now.
func newRecorder() *upstream.Recorder {
	r := new(upstream.Recorder)
	r.Begin()
	return r
}

// identity is on whose behalf a call with such a header is made.
func identity(c *upstream.Client, h http.Header) string { return string(c.AppendIdentity(nil, h)) }
