package upstream_test

import (
	"testing"
	"testing/synctest"

	"weft/upstream"
)

// TestWritesAreCounted has writes counted when they are sent, not while they wait for a slot, and when they have ended; and reads never,
// whatever their method.
func TestWritesAreCounted(t *testing.T) {
	for _, tt := range []struct {
		request upstream.Request
		counts  uint64
	}{
		{upstream.Request{Method: "POST"}, 1},
		{upstream.Request{Method: "PUT"}, 1},
		{upstream.Request{Method: "PATCH"}, 1},
		{upstream.Request{Method: "DELETE"}, 1},
		{upstream.Request{Method: "POST", Safe: true}, 0},
		{upstream.Request{Method: "GET"}, 0},
		{upstream.Request{}, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			wire := &held{}
			c := newClient(t, upstream.Options{Transport: wire, InFlight: 1})
			blocker := start(t.Context(), c, get("/slow"))
			synctest.Wait()
			tt.request.Path = "/p"
			done := start(t.Context(), c, tt.request)
			synctest.Wait()
			waiting := c.Writes()
			wire.sent()[0].answer <- `1`
			<-blocker
			synctest.Wait()
			sent := c.Writes()
			wire.sent()[1].answer <- `1`
			<-done
			if ended := c.Writes(); waiting != 0 || sent != tt.counts || ended != 2*tt.counts {
				t.Errorf("%+v: %d while it waits, %d when it is sent, %d at its end", tt.request, waiting, sent, ended)
			}
		})
	}
}

// TestWritesOfUnknownOutcomeAreCounted: a write that failed or timed out here may have taken effect there; one that was refused has not.
func TestWritesOfUnknownOutcomeAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &held{}
		c := newClient(t, upstream.Options{Transport: wire})
		write := upstream.Request{Method: "POST", Path: "/p"}
		late := start(t.Context(), c, write)
		synctest.Wait()
		broken := start(t.Context(), c, write)
		synctest.Wait()
		if n := c.Writes(); n != 2 {
			t.Errorf("%d while two are on the wire", n)
		}
		close(wire.sent()[1].answer)
		for want, done := range map[upstream.Kind]<-chan outcome{upstream.Unavailable: broken, upstream.Timeout: late} {
			if got := kind(t, (<-done).err); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		if n := c.Writes(); n != 4 {
			t.Errorf("%d when they have ended", n)
		}
		write.Path = ".."
		if got := kind(t, (<-start(t.Context(), c, write)).err); got != upstream.BadInput || c.Writes() != 4 {
			t.Errorf("%q, and %d after what was never sent", got, c.Writes())
		}
	})
}
