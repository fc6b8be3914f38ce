package upstream_test

import (
	"context"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"weft/upstream"
)

// In these tests synctest.Wait returns when everyone waits: callers for their flights, flights for the test's answers.

func TestSharingOneCallForIdenticalGETs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		var callers []<-chan outcome
		for range 100 {
			callers = append(callers, start(t.Context(), c, get("/p/1")))
		}
		synctest.Wait()
		if n := len(wire.sent()); n != 1 {
			t.Fatalf("got %d calls, want 1", n)
		}
		wire.sent()[0].answer <- `1`
		for i, done := range callers {
			if got := <-done; got.err != nil || got.body != `1` {
				t.Errorf("caller %d: got %q, %v", i, got.body, got.err)
			}
		}
	})
}

func TestSharingEndsWithTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		for i, body := range []string{`1`, `2`} {
			done := start(t.Context(), c, get("/p/1"))
			synctest.Wait()
			wire.sent()[i].answer <- body
			if got := <-done; got.body != body {
				t.Errorf("got %q, %v, want %s", got.body, got.err, body)
			}
		}
	})
}

func TestSharingSeparatesIdentities(t *testing.T) {
	identities := map[string]http.Header{
		"anonymous":    nil,
		"empty":        {"Authorization": {""}},
		"ann":          {"Authorization": {"ann"}},
		"bob":          {"Authorization": {"bob"}},
		"ann twice":    {"Authorization": {"ann", "ann"}},
		"joined":       {"Authorization": {"ann 3:ann"}},
		"unmarked":     {"Authorization": {"ann :ann"}},
		"empty twice":  {"Authorization": {"", ""}},
		"empty tenant": {"X-Tenant": {""}},
		"as tenant":    {"X-Tenant": {"ann"}},
		"ann of bob's": {"Authorization": {"ann"}, "X-Tenant": {"bob"}},
		"bob of ann's": {"Authorization": {"bob"}, "X-Tenant": {"ann"}},
		"order":        {"X-Tenant": {"a", "b"}},
		"other order":  {"X-Tenant": {"b", "a"}},
	}
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		callers := map[string]<-chan outcome{}
		for name, header := range identities {
			r := get("/me")
			r.Header = header
			callers[name] = start(t.Context(), c, r)
		}
		synctest.Wait()
		if got, want := len(wire.sent()), len(identities); got != want {
			t.Fatalf("got %d calls for %d identities", got, want)
		}
		for _, r := range wire.sent() {
			r.answer <- describe(r.Header)
		}
		for name, done := range callers {
			if got := <-done; got.body != describe(identities[name]) {
				t.Errorf("%s got the answer of %s", name, got.body)
			}
		}
	})
}

// describe is a text that differs for identities that differ.
func describe(h http.Header) string {
	return strings.Join(h["Authorization"], "|") + "\n" + strings.Join(h["X-Tenant"], "|")
}

func TestSharingIgnoresHeadersThatAreNotForwarded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		a, b := get("/p/1"), get("/p/1")
		a.Header, b.Header = http.Header{"Traceparent": {"a"}, "Cookie": {"a"}}, http.Header{"Traceparent": {"b"}}
		first, second := start(t.Context(), c, a), start(t.Context(), c, b)
		synctest.Wait()
		if n := len(wire.sent()); n != 1 {
			t.Fatalf("got %d calls, want 1", n)
		}
		wire.sent()[0].answer <- `1`
		<-first
		<-second
	})
}

func TestSharingOutlivesItsStarter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		ctx, cancel := context.WithCancel(t.Context())
		leader := start(ctx, c, get("/p/1"))
		synctest.Wait()
		follower := start(t.Context(), c, get("/p/1"))
		synctest.Wait()
		cancel()
		if got := kind(t, (<-leader).err); got != upstream.Canceled {
			t.Errorf("leader got %q, want canceled", got)
		}
		synctest.Wait()
		late := start(t.Context(), c, get("/p/1"))
		synctest.Wait()
		if err := wire.sent()[0].Context().Err(); err != nil {
			t.Fatalf("the leader's end cancelled the call: %v", err)
		}
		wire.sent()[0].answer <- `1`
		for name, done := range map[string]<-chan outcome{"follower": follower, "late follower": late} {
			if got := <-done; got.body != `1` {
				t.Errorf("%s got %q, %v", name, got.body, got.err)
			}
		}
	})
}

func TestSharingDeadlineIsEachCallersOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		began := time.Now()
		leader := start(ctx, c, get("/p/1"))
		synctest.Wait()
		follower := start(t.Context(), c, get("/p/1"))
		if got := kind(t, (<-leader).err); got != upstream.Timeout {
			t.Errorf("leader got %q, want timeout", got)
		}
		if got, want := time.Since(began), 250*time.Millisecond; got != want {
			t.Errorf("leader got its error after %v, want %v", got, want)
		}
		if got := kind(t, (<-follower).err); got != upstream.Timeout {
			t.Errorf("follower got %q, want timeout", got)
		}
		if got, want := time.Since(began), 2*time.Second; got != want {
			t.Errorf("follower got its error after %v, want the client's timeout of %v", got, want)
		}
	})
}

func TestSharingCancelsWhenAllHaveLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		ctx, cancel := context.WithCancel(t.Context())
		a, b := start(ctx, c, get("/p/1")), start(ctx, c, get("/p/1"))
		synctest.Wait()
		cancel()
		<-a
		<-b
		synctest.Wait()
		if wire.sent()[0].Context().Err() == nil {
			t.Error("the call goes on although nobody waits for it")
		}
		next := start(t.Context(), c, get("/p/1"))
		synctest.Wait()
		if n := len(wire.sent()); n != 2 {
			t.Fatalf("got %d calls, want a second one for the newcomer", n)
		}
		wire.sent()[1].answer <- `2`
		if got := <-next; got.body != `2` {
			t.Errorf("newcomer got %q, %v", got.body, got.err)
		}
	})
}

// TestSharingNobodyJoinsACancelledCall: also not while its transport has yet to notice that it is cancelled.
func TestSharingNobodyJoinsACancelledCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		release := make(chan struct{})
		c := newClient(t, upstream.Options{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			calls.Add(1)
			<-release
			return answer(`1`), nil
		})})
		ctx, cancel := context.WithCancel(t.Context())
		leader := start(ctx, c, get("/p/1"))
		synctest.Wait()
		cancel()
		<-leader
		newcomer := start(t.Context(), c, get("/p/1"))
		synctest.Wait()
		if n := calls.Load(); n != 2 {
			t.Errorf("got %d calls, want 2", n)
		}
		close(release)
		if got := <-newcomer; got.body != `1` {
			t.Errorf("newcomer got %q, %v", got.body, got.err)
		}
	})
}

func TestSharingPanicIsAnErrorForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire, InFlight: 1})
		a, b := start(t.Context(), c, get("/p/1")), start(t.Context(), c, get("/p/1"))
		synctest.Wait()
		close(wire.sent()[0].answer)
		for _, done := range []<-chan outcome{a, b} {
			got := <-done
			if kind(t, got.err) != upstream.Unavailable || strings.Contains(got.err.Error(), "s3cret") {
				t.Errorf("got %v, want unavailable without the panic's value", got.err)
			}
		}
		next := start(t.Context(), c, get("/p/1")) // the only slot is free again
		synctest.Wait()
		wire.sent()[1].answer <- `2`
		if got := <-next; got.body != `2` {
			t.Errorf("next caller got %q, %v", got.body, got.err)
		}
	})
}

func TestSharingGoexitIsAnErrorForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, upstream.Options{InFlight: 1, Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			runtime.Goexit()
			return nil, nil
		})})
		for range 2 {
			if _, err := c.Do(t.Context(), get("/p/1")); kind(t, err) != upstream.Unavailable {
				t.Errorf("got %v, want unavailable", err)
			}
		}
	})
}

func TestSharingGivesEachCallerItsOwnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		a := start(t.Context(), c, upstream.Request{Endpoint: "Query.a", Path: "/p/1"})
		b := start(t.Context(), c, upstream.Request{Endpoint: "Query.b", Path: "/p/1"})
		synctest.Wait()
		close(wire.sent()[0].answer)
		for endpoint, done := range map[string]<-chan outcome{"Query.a": a, "Query.b": b} {
			if got := (<-done).err.(*upstream.Error).Endpoint; got != endpoint {
				t.Errorf("got the error of %s, want %s", got, endpoint)
			}
		}
	})
}

func TestWithoutSharing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		alone := upstream.WithoutSharing(t.Context())
		var callers []<-chan outcome
		for _, ctx := range []context.Context{alone, alone, t.Context()} {
			callers = append(callers, start(ctx, c, get("/p/1")))
		}
		synctest.Wait()
		if n := len(wire.sent()); n != 3 {
			t.Fatalf("got %d calls, want 3", n)
		}
		for _, r := range wire.sent() {
			r.answer <- `1`
		}
		for _, done := range callers {
			<-done
		}
	})
}

// TestWriteClosesFlights has one GET before, one during and one after each kind of write: none may share with another.
func TestWriteClosesFlights(t *testing.T) {
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		t.Run(method, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wire := &held{}
				c := newClient(t, upstream.Options{Transport: wire})
				before := start(t.Context(), c, get("/p/1"))
				synctest.Wait()
				write := start(t.Context(), c, upstream.Request{Method: method, Path: "/p/1", Body: []byte(`{}`)})
				synctest.Wait()
				during := start(t.Context(), c, get("/p/1"))
				synctest.Wait()
				also := start(t.Context(), c, get("/p/1"))
				synctest.Wait()
				if n := len(wire.sent()); n != 3 {
					t.Fatalf("got %d calls while writing, want 3: a GET before, the write, one GET during", n)
				}
				wire.sent()[1].answer <- `"written"`
				<-write
				after := start(t.Context(), c, get("/p/1"))
				synctest.Wait()
				if n := len(wire.sent()); n != 4 {
					t.Fatalf("got %d calls, want a fourth after the write", n)
				}
				for i, body := range map[int]string{0: `"old"`, 2: `"either"`, 3: `"new"`} {
					wire.sent()[i].answer <- body
				}
				for want, done := range map[string]<-chan outcome{`"old"`: before, `"either"`: during, `"new"`: after} {
					if got := <-done; got.body != want {
						t.Errorf("got %s, %v, want %s", got.body, got.err, want)
					}
				}
				if got := <-also; got.body != `"either"` {
					t.Errorf("second GET during the write got %s, %v", got.body, got.err)
				}
			})
		})
	}
}

// TestFailedWriteClosesFlights: a write that failed here may have taken effect there.
func TestFailedWriteClosesFlights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		write := start(t.Context(), c, upstream.Request{Method: "POST", Path: "/p"})
		synctest.Wait()
		during := start(t.Context(), c, get("/p/1"))
		synctest.Wait()
		close(wire.sent()[0].answer)
		if got := kind(t, (<-write).err); got != upstream.Unavailable {
			t.Fatalf("write got %q, want unavailable", got)
		}
		after := start(t.Context(), c, get("/p/1"))
		synctest.Wait()
		if n := len(wire.sent()); n != 3 {
			t.Fatalf("got %d calls, want 3", n)
		}
		wire.sent()[1].answer <- `1`
		wire.sent()[2].answer <- `2`
		<-during
		<-after
	})
}

// TestClosedFlightLeavesItsSuccessorAlone: the end of a flight that a write closed must not take the next one off the map.
func TestClosedFlightLeavesItsSuccessorAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		old := start(t.Context(), c, get("/p/1"))
		synctest.Wait()
		write := start(t.Context(), c, upstream.Request{Method: "POST", Path: "/p"})
		synctest.Wait()
		wire.sent()[1].answer <- `{}`
		<-write
		successor := start(t.Context(), c, get("/p/1"))
		synctest.Wait()
		wire.sent()[0].answer <- `"old"`
		<-old
		joins := start(t.Context(), c, get("/p/1"))
		synctest.Wait()
		if n := len(wire.sent()); n != 3 {
			t.Fatalf("got %d calls, want 3: the last GET joins the successor", n)
		}
		wire.sent()[2].answer <- `"new"`
		for _, done := range []<-chan outcome{successor, joins} {
			if got := <-done; got.body != `"new"` {
				t.Errorf("got %s, %v", got.body, got.err)
			}
		}
	})
}
