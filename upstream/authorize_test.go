package upstream_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// numbered has tokens with numbers, the next one when one is refused.
type numbered struct {
	perCaller bool
	last      int   // the number of the last one there is
	err       error // of the next one; nil: it is there

	mu      sync.Mutex // guards number
	number  int
	refused int
}

func (n *numbered) PerCaller() bool { return n.perCaller }

func (n *numbered) Authorize(ctx context.Context, incoming http.Header) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.perCaller && incoming.Get("Authorization") == "":
		return "", nil
	case n.number > n.last:
		return "", n.err
	case n.number < 0:
		<-ctx.Done()
		return "", ctx.Err()
	}
	return fmt.Sprintf("Bearer %d%s", n.number, incoming.Get("Authorization")), nil
}

func (n *numbered) Refused(incoming http.Header, value string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refused++
	if value == fmt.Sprintf("Bearer %d%s", n.number, incoming.Get("Authorization")) {
		n.number++
	}
	return true
}

// newAuthorized is a client of a service that takes one Authorization only.
func newAuthorized(t *testing.T, a upstream.Authorizer, takes string) (*upstream.Client, *upstreamtest.Server) {
	t.Helper()
	s := upstreamtest.New(t)
	s.Handle("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != takes {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`1`))
	})
	spec := upstream.Spec{Name: "catalog"}
	if a.PerCaller() {
		spec.ForwardHeaders = []string{"authorization"}
	}
	c, err := upstream.NewClient(spec, upstream.Options{URL: s.URL, Authorizer: a})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, s
}

// A call whose Authorization the service has refused is made once more with another one, whatever it does: it was not acted upon.
func TestAuthorizedOnceMore(t *testing.T) {
	write := upstream.Request{Method: "POST", Path: "/p", Body: []byte(`{"a":1}`)}
	for name, tt := range map[string]struct {
		request upstream.Request
		a       *numbered
		takes   string
		calls   []string
		kind    upstream.Kind
		writes  uint64
	}{
		"First":       {get("/p"), &numbered{last: 9}, "Bearer 0", []string{"GET /p"}, "", 0},
		"Second":      {get("/p"), &numbered{last: 9}, "Bearer 1", []string{"GET /p", "GET /p"}, "", 0},
		"Write":       {write, &numbered{last: 9}, "Bearer 1", []string{`POST /p {"a":1}`, `POST /p {"a":1}`}, "", 4},
		"Third":       {write, &numbered{last: 9}, "Bearer 2", []string{`POST /p {"a":1}`, `POST /p {"a":1}`}, upstream.Unauthenticated, 4},
		"NoOther":     {get("/p"), &numbered{last: 0}, "Bearer 1", []string{"GET /p"}, upstream.Unauthenticated, 0},
		"OtherFails":  {get("/p"), &numbered{last: 0, err: errors.New("down")}, "Bearer 1", []string{"GET /p"}, upstream.Unauthenticated, 0},
		"None":        {write, &numbered{last: -1, err: errors.New("down")}, "Bearer 1", []string{}, upstream.Unavailable, 0},
		"NoneOfClass": {write, &numbered{last: -1, err: &upstream.Error{Kind: upstream.Forbidden}}, "Bearer 1", []string{}, upstream.Forbidden, 0},
		"Nobody":      {get("/p"), &numbered{perCaller: true, last: 9}, "", []string{"GET /p"}, "", 0},
		"Refused":     {get("/p"), &numbered{perCaller: true, last: 9}, "Bearer x", []string{"GET /p"}, upstream.Unauthenticated, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c, s := newAuthorized(t, tt.a, tt.takes)
			tt.request.Recorder = newRecorder()
			further := 0
			tt.request.Counter = counter{further: func() error { further++; return nil }}
			_, err := c.Do(t.Context(), tt.request)
			if got := kind(t, err); got != tt.kind {
				t.Errorf("got %v, want %q", err, tt.kind)
			}
			if diff := cmp.Diff(tt.calls, s.Lines()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if n := len(tt.request.Recorder.Calls()); n != len(tt.calls) || further != max(0, n-1) || c.Writes() != tt.writes {
				t.Errorf("recorded %d calls, told of %d more, and %d writes", n, further, c.Writes())
			}
			if failure, ok := errors.AsType[*upstream.Error](err); ok && failure.OutcomeUnknown() {
				t.Error("a call that was refused may have had an effect")
			}
		})
	}
}

// For who asks, the Authorization that the schema forwards is replaced, and tells callers apart all the same.
func TestAuthorizedForWhoAsks(t *testing.T) {
	c, s := newAuthorized(t, &numbered{perCaller: true, last: 9}, "Bearer 0ann")
	ann, bob := http.Header{"Authorization": {"ann"}}, http.Header{"Authorization": {"bob"}}
	r := get("/p")
	r.Header = ann
	if _, err := c.Do(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if got := s.Calls()[0].Header["Authorization"]; len(got) != 1 || got[0] != "Bearer 0ann" {
		t.Errorf("sent %q", got)
	}
	if identity(c, ann) == identity(c, bob) || !c.ForwardsAuthorization(ann) {
		t.Error("callers are not told apart")
	}
}

// A call waits for its Authorization no longer than for all else.
func TestAuthorizeTakesTooLong(t *testing.T) {
	c, s := newAuthorized(t, &numbered{last: 9, number: -1}, "")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := c.Do(ctx, get("/p"))
	if kind(t, err) != upstream.Timeout || len(s.Calls()) > 0 {
		t.Errorf("got %v after %v, want a timeout and no call", err, s.Lines())
	}
}

// What counts calls may refuse the second one.
func TestAuthorizedOnceMoreIsCounted(t *testing.T) {
	c, s := newAuthorized(t, &numbered{last: 9}, "Bearer 1")
	r := get("/p")
	r.Counter = counter{further: func() error { return errors.New("too many") }}
	_, err := c.Do(t.Context(), r)
	if kind(t, err) != upstream.Canceled || len(s.Calls()) != 1 {
		t.Errorf("got %v after %v, want canceled after one call", err, s.Lines())
	}
}

func TestAuthorizerProblems(t *testing.T) {
	t.Setenv("TOKEN", "t0ken")
	const twice = "calls are authorized, and Authorization is set by something else, too: leave out one of them"
	for name, tt := range map[string]struct {
		spec    upstream.Spec
		options upstream.Options
		want    string
	}{
		"NotForwarded": {upstream.Spec{}, upstream.Options{Authorizer: &numbered{perCaller: true}}, `calls are authorized for who asks, and the schema does not forward Authorization: say @upstream(forwardHeaders: ["Authorization"])`},
		"Forwarded":    {upstream.Spec{ForwardHeaders: []string{"authorization"}}, upstream.Options{Authorizer: &numbered{}}, "calls are authorized for this service, and the schema forwards Authorization: take it out there"},
		"Credential":   {upstream.Spec{}, upstream.Options{Authorizer: &numbered{}, Credential: upstream.Credential{Env: "TOKEN"}}, twice},
		"Secret":       {upstream.Spec{}, upstream.Options{Authorizer: &numbered{}, Secrets: []upstream.Credential{{Header: "authorization", Env: "TOKEN"}}}, twice},
		"Header":       {upstream.Spec{}, upstream.Options{Authorizer: &numbered{}, Header: map[string]string{"authorization": "x"}}, twice},
		"OfCalls":      {upstream.Spec{Headers: []string{"authorization"}}, upstream.Options{Authorizer: &numbered{}}, twice},
		"OK":           {upstream.Spec{}, upstream.Options{Authorizer: &numbered{}, Credential: upstream.Credential{Header: "X-Key", Env: "TOKEN"}}, ""},
		"OKQuery":      {upstream.Spec{}, upstream.Options{Authorizer: &numbered{}, Credential: upstream.Credential{Query: "key", Env: "TOKEN"}}, ""},
	} {
		tt.spec.Name, tt.options.URL = "catalog", "http://catalog.test"
		c, err := upstream.NewClient(tt.spec, tt.options)
		if err == nil {
			c.Close()
		}
		if got := strings.TrimPrefix(fmt.Sprint(err), `upstream "catalog": `); err != nil && got != tt.want || (err == nil) != (tt.want == "") {
			t.Errorf("%s: got %s\nwant %s", name, got, tt.want)
		}
	}
}

// panics is an authorizer that does.
type panics struct{ numbered }

func (*panics) Authorize(context.Context, http.Header) (string, error) { panic("s3cret") }

func TestAuthorizerPanics(t *testing.T) {
	c, _ := newAuthorized(t, &panics{}, "")
	_, err := c.Do(t.Context(), get("/p"))
	if kind(t, err) != upstream.Unavailable || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v", err)
	}
}
