package upstream_test

import (
	"errors"
	"io"
	"net/http"
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
		recorder := upstream.NewRecorder()
		ctx := upstream.WithRecorder(t.Context(), recorder)
		time.Sleep(10 * time.Millisecond)
		leader := start(ctx, c, upstream.Request{Endpoint: "Query.product", Path: "/p?ids=1,2", Keys: 2})
		synctest.Wait()
		time.Sleep(10 * time.Millisecond)
		follower := start(ctx, c, upstream.Request{Endpoint: "Product", Path: "/p?ids=1,2", Keys: 2})
		other := start(t.Context(), c, upstream.Request{Path: "/p?ids=1,2"})
		synctest.Wait()
		write := start(ctx, c, upstream.Request{Endpoint: "Mutation.add", Method: "POST", Path: "/p", Body: []byte(`{}`), Keys: 1})
		synctest.Wait()
		time.Sleep(10 * time.Millisecond)
		wire.sent()[0].answer <- `[1, 2]`
		<-leader
		<-follower
		<-other
		<-write // times out
		want := []upstream.Call{
			{
				Upstream: "catalog", Endpoint: "Query.product", Method: "GET", Path: "/p?ids=1,2", Status: 200,
				Start: 10 * time.Millisecond, Duration: 20 * time.Millisecond, Keys: 2, Bytes: 6,
			},
			{
				Upstream: "catalog", Endpoint: "Product", Method: "GET", Path: "/p?ids=1,2", Status: 200,
				Start: 20 * time.Millisecond, Duration: 10 * time.Millisecond, Keys: 2, Bytes: 6, Shared: true,
			},
			{
				Upstream: "catalog", Endpoint: "Mutation.add", Method: "POST", Path: "/p",
				Start: 20 * time.Millisecond, Duration: 2 * time.Second, Keys: 1, Err: upstream.Timeout,
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
	recorder := upstream.NewRecorder()
	c := newClient(t, upstream.Options{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody}, nil
	})})
	_, _ = c.Do(upstream.WithRecorder(t.Context(), recorder), get("/p"))
	calls := recorder.Calls()
	if len(calls) != 1 || calls[0].Status != 503 || calls[0].Err != upstream.Unavailable {
		t.Errorf("got %+v, want one unavailable with 503", calls)
	}
	if calls := (*upstream.Recorder)(nil).Calls(); calls != nil {
		t.Errorf("nil recorder: got %v", calls)
	}
}

func TestErrorText(t *testing.T) {
	tests := []struct {
		err          upstream.Error
		text, public string
	}{
		{
			upstream.Error{Upstream: "catalog", Endpoint: "Query.product", Kind: upstream.NotFound, Status: 404},
			"upstream catalog, Query.product: not found (status 404)", "catalog found nothing",
		},
		{
			upstream.Error{Upstream: "catalog", Kind: upstream.BadResponse, Err: errors.New("at byte 7")},
			"upstream catalog: bad response: at byte 7", "catalog gave an answer that cannot be used",
		},
		{
			upstream.Error{Upstream: "catalog", Kind: upstream.Timeout, Status: 200, Err: io.ErrUnexpectedEOF},
			"upstream catalog: timeout (status 200): unexpected EOF", "catalog did not answer in time",
		},
		{upstream.Error{Upstream: "catalog", Kind: "odd"}, "upstream catalog: odd", "catalog failed"},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.text {
			t.Errorf("Error: got %q, want %q", got, tt.text)
		}
		if got := tt.err.Public(); got != tt.public {
			t.Errorf("Public: got %q, want %q", got, tt.public)
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
