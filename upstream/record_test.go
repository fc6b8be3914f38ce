package upstream_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weft/upstream"
)

func TestRecorder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire, URL: "http://catalog.test/base", Query: map[string]string{"key": "k"}})
		recorder := newRecorder()
		ctx := t.Context()
		time.Sleep(10 * time.Millisecond)
		leader := start(ctx, c, upstream.Request{Endpoint: "Query.product", At: "shop.graphql:3", Path: "/p?ids=1,2", Asks: upstream.Asks{Keys: 2}, Recorder: recorder})
		synctest.Wait()
		time.Sleep(10 * time.Millisecond)
		other := start(t.Context(), c, upstream.Request{Path: "/p?ids=1,2"})
		synctest.Wait()
		write := start(ctx, c, upstream.Request{Endpoint: "Mutation.add", Method: "POST", Path: "/p", Body: []byte(`{}`), Asks: upstream.Asks{Keys: 1}, Recorder: recorder})
		synctest.Wait()
		time.Sleep(10 * time.Millisecond)
		wire.sent()[0].answer <- `[1, 2]`
		<-leader
		if n := len(recorder.Calls()); n != 1 || recorder.Ended() != 1 {
			t.Errorf("%d calls have ended, want 1", n)
		}
		wire.sent()[1].answer <- `1`
		<-other
		<-write // times out
		want := []upstream.Call{
			{
				Upstream: "catalog", Endpoint: "Query.product", At: "shop.graphql:3", Method: "GET", Path: "/p?ids=1,2", Status: 200,
				Start: 10 * time.Millisecond, Duration: 20 * time.Millisecond, Asks: upstream.Asks{Keys: 2}, Bytes: 6, Wire: 6,
			},
			{
				Upstream: "catalog", Endpoint: "Mutation.add", Method: "POST", Path: "/p",
				Start: 20 * time.Millisecond, Duration: 2 * time.Second, Asks: upstream.Asks{Keys: 1}, Err: upstream.Timeout,
			},
		}
		byEndpoint := cmpopts.SortSlices(func(a, b upstream.Call) bool { return a.Endpoint < b.Endpoint }) // two begin together
		if diff := cmp.Diff(want, recorder.Calls(), byEndpoint); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
		if first := recorder.Calls()[0]; first.Endpoint != "Query.product" {
			t.Errorf("the first call is %s, want the one that began first", first.Endpoint)
		}
	})
}

func TestRecorderStatusOfFailure(t *testing.T) {
	recorder := newRecorder()
	c := newClient(t, upstream.Options{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody}, nil
	})})
	r := get("/p")
	r.Recorder = recorder
	_, _ = c.Do(t.Context(), r)
	calls := recorder.Calls()
	if len(calls) != 1 || calls[0].Status != 503 || calls[0].Err != upstream.Unavailable {
		t.Errorf("got %+v, want one unavailable with 503", calls)
	}
	if calls := (*upstream.Recorder)(nil).Calls(); calls != nil {
		t.Errorf("nil recorder: got %v", calls)
	}
}

func TestCallAsJSON(t *testing.T) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(upstream.Call{Upstream: "catalog", Method: "GET", Path: "/p?a=1&b=2", Duration: 1500 * time.Microsecond}); err != nil {
		t.Fatal(err)
	}
	want := `{"upstream":"catalog","method":"GET","path":"/p?a=1&b=2","start":0,"duration":1.5}` + "\n"
	if b.String() != want {
		t.Errorf("got %s, want %s", b.String(), want)
	}
}

func TestErrorText(t *testing.T) {
	tests := []struct {
		err  upstream.Error
		text string
	}{
		{
			upstream.Error{Upstream: "catalog", Endpoint: "Query.product", Kind: upstream.NotFound, Status: 404},
			"upstream catalog, Query.product: not found (status 404)",
		},
		{
			upstream.Error{Upstream: "catalog", Kind: upstream.BadResponse, Err: errors.New("at byte 7")},
			"upstream catalog: bad response: at byte 7",
		},
		{
			upstream.Error{Upstream: "catalog", Kind: upstream.Timeout, Status: 200, Err: io.ErrUnexpectedEOF},
			"upstream catalog: timeout (status 200): unexpected EOF",
		},
		{upstream.Error{Upstream: "catalog", Kind: "odd"}, "upstream catalog: odd"},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.text {
			t.Errorf("Error: got %q, want %q", got, tt.text)
		}
		kind, name, status := tt.err.ErrorKind()
		if kind != string(tt.err.Kind) || name != "catalog" || status != tt.err.Status {
			t.Errorf("ErrorKind: got %q, %q, %d", kind, name, status)
		}
		if errors.Unwrap(&tt.err) != tt.err.Err {
			t.Errorf("Unwrap: got %v, want %v", errors.Unwrap(&tt.err), tt.err.Err)
		}
	}
}

func TestNewProblem(t *testing.T) {
	many := slices.Repeat([]upstream.ProblemField{{Field: "a\x00", Code: strings.Repeat("c", 70), Detail: strings.Repeat("é", 200)}, {}}, 30)
	tests := map[string]struct {
		said upstream.Problem
		want *upstream.Problem
	}{
		"Cleaned": {
			upstream.Problem{Title: "Locked", Detail: "The account\x00 is locked.", Code: "E1", Parameter: "i\nd", Documentation: "https://example.org/locked"},
			&upstream.Problem{Title: "Locked", Detail: "The account is locked.", Code: "E1", Parameter: "id", Documentation: "https://example.org/locked"},
		},
		"Fields": {upstream.Problem{Fields: many}, &upstream.Problem{Fields: slices.Repeat(
			[]upstream.ProblemField{{Field: "a", Code: strings.Repeat("c", 64), Detail: strings.Repeat("é", 128)}}, 20)}},
		"LongURL": {upstream.Problem{Documentation: "https://example.org/" + strings.Repeat("a", 600)}, nil},
		"Nothing": {upstream.Problem{Fields: []upstream.ProblemField{{}}}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, upstream.NewProblem(tt.said)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCallJSON(t *testing.T) {
	call := upstream.Call{Upstream: "catalog", Endpoint: "Product", Method: "GET", Path: "/p", Status: 200, Start: 1500 * time.Microsecond, Duration: 2 * time.Millisecond, Asks: upstream.Asks{Keys: 3}}
	got, err := json.Marshal(call)
	want := `{"upstream":"catalog","binding":"Product","method":"GET","path":"/p","status":200,"start":1.5,"duration":2,"keys":3}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

// TestRecorderLeaves: a call that nobody waits for any more has ended, as far as the record goes, when it was left.
func TestRecorderLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		recorder := newRecorder()
		done := start(t.Context(), c, upstream.Request{Endpoint: "Product", Path: "/p", Recorder: recorder})
		synctest.Wait()
		time.Sleep(10 * time.Millisecond)
		recorder.Left("Brand", upstream.Timeout)
		if n := recorder.Ended(); n != 0 {
			t.Errorf("%d calls have ended", n)
		}
		recorder.Left("Product", upstream.Timeout)
		time.Sleep(10 * time.Millisecond)
		wire.sent()[0].answer <- `1`
		<-done
		want := []upstream.Call{{Upstream: "catalog", Endpoint: "Product", Method: "GET", Path: "/p", Duration: 10 * time.Millisecond, Err: upstream.Timeout}}
		if diff := cmp.Diff(want, recorder.Calls()); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
	})
}

// TestRecorderFailed: a call whose answer turns out to be of no use has failed, for the first reason that was found.
func TestRecorderFailed(t *testing.T) {
	c := newClient(t, upstream.Options{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{}`))}, nil
	})})
	recorder := newRecorder()
	var calls []uint64
	for _, endpoint := range []string{"Product", "Brand", "Brand"} {
		r := get("/p")
		r.Endpoint, r.Recorder = endpoint, recorder
		res, err := c.Do(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		calls = append(calls, res.Call)
	}
	failed := func(upstreamName, endpoint string, call uint64, want string) {
		recorder.Failed(&upstream.Error{
			Upstream: upstreamName, Endpoint: endpoint, Call: call, Kind: upstream.BadResponse, Mismatch: &upstream.Mismatch{Pointer: "/a", Want: want, Got: "null"},
		})
	}
	failed("catalog", "Product", calls[0], "Int")
	failed("catalog", "Product", calls[0], "String")
	failed("pricing", "Brand", calls[1], "another upstream's")
	failed("catalog", "Brand", 0, "nobody knows whose")
	failed("catalog", "Brand", 1000, "another request's")
	failed("catalog", "Brand", upstream.AnyCall, "Float")
	(*upstream.Recorder)(nil).Failed(&upstream.Error{Call: 1})
	var got []string
	for _, call := range recorder.Calls() {
		text, err := json.Marshal(call.Mismatch)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, call.Endpoint+" "+string(call.Err)+" "+string(text))
	}
	want := []string{
		`Product bad_response {"pointer":"/a","want":"Int","got":"null"}`, `Brand  null`, `Brand bad_response {"pointer":"/a","want":"Float","got":"null"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
