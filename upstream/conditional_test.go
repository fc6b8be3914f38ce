package upstream_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

const modified = "Sun, 22 Nov 2026 10:00:00 GMT"

func TestNotModified(t *testing.T) {
	s := upstreamtest.New(t)
	s.Handle("GET /p", func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		w.Header().Set("Etag", `"2"`)
		w.Header().Set("Set-Cookie", "session=1")
		if r.Header.Get("If-None-Match") == `"2"` || r.Header.Get("If-Modified-Since") == modified {
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`2`))
	})
	tests := map[string]struct {
		request upstream.Request
		want    upstream.Response
	}{
		"SameETag":  {upstream.Request{Path: "/p", Validators: upstream.Validators{IfNoneMatch: `"2"`}}, upstream.Response{Status: 304, NotModified: true}},
		"SameDate":  {upstream.Request{Path: "/p", Validators: upstream.Validators{IfModifiedSince: modified}}, upstream.Response{Status: 304, NotModified: true}},
		"OtherETag": {upstream.Request{Path: "/p", Validators: upstream.Validators{IfNoneMatch: `"1"`}}, upstream.Response{Status: 200, Body: []byte(`2`)}},
		"None":      {upstream.Request{Path: "/p"}, upstream.Response{Status: 200, Body: []byte(`2`)}}, // those of other calls do not stay
	}
	c := newClient(t, upstream.Options{URL: s.URL})
	for range 2 {
		for name, tt := range tests {
			recorder := newRecorder()
			tt.request.Recorder = recorder
			res, err := c.Do(t.Context(), tt.request)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			got := upstream.Response{Status: res.Status, Body: res.Body, NotModified: res.NotModified}
			if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreUnexported(upstream.Response{})); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			if res.Header.Get("Etag") != `"2"` || res.Header.Get("Set-Cookie")+res.Header.Get("Content-Encoding") != "" {
				t.Errorf("%s: got header %v", name, res.Header)
			}
			if call := recorder.Calls()[0]; call.Status != tt.want.Status || call.Err != "" {
				t.Errorf("%s: recorded %+v", name, call)
			}
		}
	}
}

// TestNotModifiedUnasked: an upstream that says 304 to who has nothing has not answered.
func TestNotModifiedUnasked(t *testing.T) {
	s := upstreamtest.New(t)
	s.FaultAll(upstreamtest.Status(304))
	_, err := newClient(t, upstream.Options{URL: s.URL}).Do(t.Context(), get("/p"))
	if kind(t, err) != upstream.Rejected || err.(*upstream.Error).Status != 304 {
		t.Errorf("got %v, want rejected with 304", err)
	}
}

func TestValidatorsRefused(t *testing.T) {
	c := newClient(t, upstream.Options{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
		t.Errorf("sent %s %v", req.Method, req.Header)
		return answer(`1`), nil
	})})
	for _, r := range []upstream.Request{
		{Path: "/p", Validators: upstream.Validators{IfNoneMatch: "\"1\"\r\nX-Admin: 1"}},
		{Path: "/p", Validators: upstream.Validators{IfModifiedSince: modified + "\n"}},
		{Path: "/p", Method: "POST", Validators: upstream.Validators{IfNoneMatch: `"1"`}},
		{Path: "/p", Method: "DELETE", Validators: upstream.Validators{IfModifiedSince: modified}},
	} {
		if _, err := c.Do(t.Context(), r); kind(t, err) != upstream.BadInput {
			t.Errorf("%+v: got %v, want bad input", r, err)
		}
	}
}

func TestTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire, InFlight: 1})
		blocker := start(t.Context(), c, get("/slow"))
		synctest.Wait()
		done := make(chan *upstream.Response)
		go func() {
			res, err := c.Do(t.Context(), get("/p"))
			if err != nil {
				t.Error(err)
			}
			done <- res
		}()
		synctest.Wait()
		time.Sleep(100 * time.Millisecond)
		wire.sent()[0].answer <- `1`
		<-blocker
		synctest.Wait()
		requested := time.Now()
		time.Sleep(200 * time.Millisecond)
		wire.sent()[1].answer <- `1`
		res := <-done
		if !res.Requested.Equal(requested) || !res.Received.Equal(requested.Add(200*time.Millisecond)) {
			t.Errorf("got requested %v, received %v, want %v and 200 ms later", res.Requested, res.Received, requested)
		}
	})
}
