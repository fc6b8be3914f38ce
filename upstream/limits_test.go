package upstream_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"weft/upstream"
)

func TestDeadline(t *testing.T) {
	tests := map[string]struct {
		timeout  time.Duration // the client's
		deadline time.Duration // the caller's; 0: none
		want     time.Duration // when the call ends
	}{
		"DefaultTimeout":        {0, 0, 2 * time.Second},
		"ClientTimeout":         {700 * time.Millisecond, 0, 700 * time.Millisecond},
		"ClientTimeoutIsSooner": {700 * time.Millisecond, time.Second, 700 * time.Millisecond},
		"CallersDeadlineLess50": {0, time.Second, 950 * time.Millisecond},
		"JustEnough":            {0, 55 * time.Millisecond, 5 * time.Millisecond},
	}
	for name, tt := range tests {
		for _, method := range []string{"GET", "POST"} {
			t.Run(name+method, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := newClient(t, upstream.Options{Transport: &held{}, Timeout: tt.timeout})
					ctx := t.Context()
					if tt.deadline != 0 {
						var cancel context.CancelFunc
						ctx, cancel = context.WithTimeout(ctx, tt.deadline)
						defer cancel()
					}
					began := time.Now()
					_, err := c.Do(ctx, upstream.Request{Method: method, Path: "/p"})
					if kind(t, err) != upstream.Timeout || !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("got %v, want timeout", err)
					}
					if got := time.Since(began); got != tt.want {
						t.Errorf("ended after %v, want %v", got, tt.want)
					}
				})
			})
		}
	}
}

func TestNotStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		recorder := newRecorder()
		late, cancel := context.WithTimeout(t.Context(), 55*time.Millisecond-1)
		defer cancel()
		gone, cancelGone := context.WithCancel(t.Context())
		cancelGone()
		for want, ctx := range map[upstream.Kind]context.Context{upstream.Timeout: late, upstream.Canceled: gone} {
			r := get("/p")
			r.Recorder = recorder
			if _, err := c.Do(ctx, r); kind(t, err) != want {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		if n := len(wire.sent()) + len(recorder.Calls()); n != 0 {
			t.Errorf("got %d calls, want none", n)
		}
	})
}

func TestInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire, InFlight: 2})
		paths := []string{"/p/1", "/p/2", "/p/3"}
		var callers []<-chan outcome
		for _, path := range paths {
			callers = append(callers, start(t.Context(), c, get(path)))
		}
		synctest.Wait()
		if n := len(wire.sent()); n != 2 {
			t.Fatalf("got %d calls on the wire, want 2", n)
		}
		time.Sleep(1500 * time.Millisecond) // of the 2 s that waiting and calling have together
		wire.sent()[0].answer <- `1`
		synctest.Wait()
		if n := len(wire.sent()); n != 3 {
			t.Fatalf("got %d calls after one ended, want 3", n)
		}
		began := time.Now()
		failed := 0
		for _, done := range callers {
			if got := <-done; got.err != nil {
				failed++
			}
		}
		if got, want := time.Since(began), 500*time.Millisecond; failed != 2 || got != want {
			t.Errorf("%d calls timed out after %v, want 2 after %v", failed, got, want)
		}
	})
}

func TestInFlightWaitCountsAndCanBeCancelled(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		t.Run(method, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wire := &held{}
				c := newClient(t, upstream.Options{Transport: wire, InFlight: 1, Timeout: time.Second})
				blocker := start(t.Context(), c, get("/slow"))
				synctest.Wait()
				time.Sleep(time.Millisecond) // the blocker's second ends first
				second := start(t.Context(), c, get("/slow/2"))
				synctest.Wait()
				time.Sleep(time.Millisecond)
				ctx, cancel := context.WithCancel(t.Context())
				gone := start(ctx, c, upstream.Request{Method: method, Path: "/gone"})
				synctest.Wait()
				cancel()
				if got := kind(t, (<-gone).err); got != upstream.Canceled {
					t.Errorf("cancelled while waiting for a slot: got %q", got)
				}
				<-blocker
				if got := kind(t, (<-second).err); got != upstream.Timeout {
					t.Errorf("got a slot too late: %q, want timeout", got)
				}
			})
		})
	}
}

func TestInFlightNeverGotASlot(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		t.Run(method, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				c := newClient(t, upstream.Options{InFlight: 1, Transport: roundTrip(func(*http.Request) (*http.Response, error) {
					<-release // a transport that does not keep time
					return answer(`1`), nil
				})})
				blocker := start(t.Context(), c, get("/p/1"))
				synctest.Wait()
				waiting := start(t.Context(), c, upstream.Request{Method: method, Path: "/p/2"})
				if got := kind(t, (<-waiting).err); got != upstream.Unavailable {
					t.Errorf("got %q, want unavailable", got)
				}
				close(release)
				<-blocker
			})
		})
	}
}

func TestPanic(t *testing.T) {
	transports := map[string]roundTrip{
		"RoundTrip":  func(*http.Request) (*http.Response, error) { panic("told to") },
		"NoResponse": func(*http.Request) (*http.Response, error) { return nil, nil },
		"Body": func(*http.Request) (*http.Response, error) {
			res := answer("")
			res.Body = io.NopCloser(panicReader{})
			return res, nil
		},
	}
	for name, transport := range transports {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, upstream.Options{Transport: transport, InFlight: 1})
			for _, r := range []upstream.Request{{Method: "POST", Path: "/p"}, get("/p"), {Method: "POST", Path: "/p"}} {
				if _, err := c.Do(t.Context(), r); kind(t, err) != upstream.Unavailable {
					t.Errorf("%s: got %v, want unavailable", r.Method, err)
				}
			}
		})
	}
}

type panicReader struct{}

func (panicReader) Read([]byte) (int, error) { panic("told to") }

// TestCloseWaits has Close wait for a call that its caller waits for, and for one whose caller is gone.
func TestCloseWaits(t *testing.T) {
	for name, leave := range map[string]bool{"Awaited": false, "Canceled": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				c := newClient(t, upstream.Options{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
					<-release // whatever the context says
					return answer(`1`), nil
				})})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				call := start(ctx, c, get("/p"))
				synctest.Wait()
				if leave {
					cancel()
				}
				closed := make(chan struct{})
				go func() {
					c.Close()
					close(closed)
				}()
				synctest.Wait()
				select {
				case <-closed:
					t.Error("Close returned while the call was running")
				default:
				}
				if _, err := c.Do(t.Context(), get("/p/3")); kind(t, err) != upstream.Unavailable {
					t.Errorf("call after Close: got %v, want unavailable", err)
				}
				close(release)
				<-closed
				if leave {
					return
				}
				if got := <-call; got.body != `1` {
					t.Errorf("got %q, %v", got.body, got.err)
				}
			})
		})
	}
}

// TestCallersDeadlineEndsTheCall: a caller who must leave before the client's timeout ends its call.
func TestCallersDeadlineEndsTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if got := kind(t, (<-start(ctx, c, get("/p"))).err); got != upstream.Timeout {
			t.Errorf("got %q, want timeout", got)
		}
		if got, want := time.Since(began), 950*time.Millisecond; got != want {
			t.Errorf("ended after %v, want %v", got, want)
		}
		if len(wire.sent()) != 1 || wire.sent()[0].Context().Err() == nil {
			t.Errorf("got %d calls, the first of which goes on", len(wire.sent()))
		}
	})
}

// TestCancelledForLackOfTime: a call that is cancelled because somebody's time is over has timed out.
func TestCancelledForLackOfTime(t *testing.T) {
	for want, why := range map[upstream.Kind]error{upstream.Timeout: context.DeadlineExceeded, upstream.Canceled: nil} {
		synctest.Test(t, func(t *testing.T) {
			c := newClient(t, upstream.Options{Transport: &held{}})
			ctx, cancel := context.WithCancelCause(t.Context())
			done := start(ctx, c, get("/p"))
			synctest.Wait()
			cancel(why)
			if got := kind(t, (<-done).err); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// TestInFlightPerEndpoint has calls of one endpoint hang: three quarters of the slots are the most that they have, or as many as is said.
func TestInFlightPerEndpoint(t *testing.T) {
	for name, tt := range map[string]struct{ inFlight, perEndpoint, want int }{
		"ThreeQuarters": {8, 0, 6}, "Said": {8, 2, 2}, "MoreThanThereAre": {2, 5, 2}, "One": {1, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wire := &held{}
				c := newClient(t, upstream.Options{
					Transport: wire, InFlight: tt.inFlight, Network: upstream.Network{Failing: upstream.Failing{PerEndpoint: tt.perEndpoint}},
				})
				for range 10 {
					start(t.Context(), c, get("/hangs"))
				}
				synctest.Wait()
				if got := len(wire.sent()); got != tt.want {
					t.Errorf("%d calls of an endpoint are in flight, want %d", got, tt.want)
				}
				if tt.want == tt.inFlight {
					return
				}
				other := start(t.Context(), c, upstream.Request{Endpoint: "another", Path: "/p"})
				synctest.Wait()
				wire.sent()[tt.want].answer <- "{}"
				if got := <-other; got.err != nil {
					t.Errorf("another endpoint: %v", got.err)
				}
			})
		})
	}
}
