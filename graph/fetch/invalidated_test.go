package fetch_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/view"
)

// What was asked for before an invalidation is given to those who asked before, and to nobody later, neither from the call under way
// nor from the cache: for a tag that only the answer tells, too.
func TestInvalidatedOnItsWay(t *testing.T) {
	for _, tag := range []string{cache.OfType("Thing"), cache.OfKey("Thing", "1"), cache.OfURL("things", "/things/1"), cache.Named("text-old")} {
		synctest.Test(t, func(t *testing.T) {
			h := newThings(t, nil, aMinute)
			text := "old"
			release := make(chan struct{})
			h.answer = func(*http.Request) (string, error) {
				now := text
				<-release
				return fmt.Sprintf(`{"id": "1", "text": %q}`, now), nil
			}
			var early, late sync.WaitGroup
			early.Go(func() { wantTexts(t, h.fetch(t.Context(), nil, "1"), "old") })
			synctest.Wait()
			text = "new"
			if err := h.service.Cache.Invalidate(t.Context(), []string{tag}); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				late.Go(func() { wantTexts(t, h.fetch(t.Context(), nil, "1"), "new") })
			}
			synctest.Wait()
			close(release)
			late.Wait()
			wantTexts(t, h.fetch(t.Context(), nil, "1"), "new")
			early.Wait()
		})
	}
}

// Who asks after an invalidation does not get what was asked for before it: not from the call of a refresh that is still under
// way, which is sent on behalf of nobody.
func TestRefreshFromBeforeAnInvalidationIsNotJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, refreshing, name := make(chan struct{}), false, "old"
		w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response {
			now := name
			if refreshing {
				<-release
			}
			return says(http.StatusOK, named(now))
		})
		policy := forAMillisecond()
		policy.StaleWhileRevalidate = time.Minute
		f := byID(wareOf(policy))
		w.get(t.Context(), nil, f, "1")
		time.Sleep(time.Second)
		refreshing = true
		got, _ := w.get(t.Context(), nil, f, "1")
		wantTexts(t, got, "old") // stale, and refreshed
		synctest.Wait()
		if n := w.called(); n != 2 {
			t.Fatalf("%d calls, want the refresh to be the second", n)
		}
		name = "new"
		w.invalidate(t)
		time.Sleep(time.Millisecond) // what is sent at the same moment counts as one's own
		var late sync.WaitGroup
		late.Go(func() {
			got, _ := w.get(t.Context(), nil, f, "1")
			wantTexts(t, got, "new")
		})
		synctest.Wait()
		close(release)
		late.Wait()
	})
}

// Who asks after a write does not get what was asked for before it and must not be kept, of which no tags are known: also when the
// write was another upstream's.
func TestReadFromBeforeAWriteIsNotJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, name := make(chan struct{}), "old"
		w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
			if r.Method == http.MethodPost {
				name = "new"
				return says(http.StatusOK, `{"id": "1"}`)
			}
			now := name
			<-release
			return says(http.StatusOK, named(now), "Cache-Control", "no-store")
		})
		f := byID(wareOf(aMinute))
		write := byID(binding.New(binding.Spec{
			Name: "Mutation.rename", Vars: wareID, Mutation: true,
			Origin:  binding.Origin{Upstream: "other", Single: &binding.Call{Method: http.MethodPost, Template: "/rename"}},
			Result:  binding.Result{Object: "Ware", Shape: view.NewShape("/id", "/name")},
			Caching: binding.Caching{Invalidates: []binding.Tag{{Kind: binding.TagKey, Parts: []binding.TagPart{{Text: "Ware:"}, {Path: []string{"id"}}}}}},
		}))
		var both sync.WaitGroup
		ask := func(want string) {
			both.Go(func() {
				got, _ := w.get(t.Context(), nil, f, "1")
				wantTexts(t, got, want)
			})
			synctest.Wait()
		}
		ask("old")
		w.get(t.Context(), nil, write, "1")
		ask("new")
		close(release)
		both.Wait()
	})
}

// A failing upstream is no reason to serve what was invalidated while it was asked.
func TestInvalidatedDoesNotStandIn(t *testing.T) {
	for _, invalidated := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			release, failing := make(chan struct{}), false
			w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response {
				if failing {
					<-release
					return says(http.StatusInternalServerError, "")
				}
				return says(http.StatusOK, named("old"))
			})
			policy := forAMillisecond()
			policy.StaleIfError = time.Minute
			f := byID(wareOf(policy))
			w.get(t.Context(), nil, f, "1")
			time.Sleep(time.Second)
			failing = true
			var ask sync.WaitGroup
			ask.Go(func() {
				got, _ := w.get(t.Context(), nil, f, "1")
				if served := got[0] == "old"; served == invalidated {
					t.Errorf("invalidated %v: got %q", invalidated, got)
				}
			})
			synctest.Wait()
			if invalidated {
				w.invalidate(t)
			}
			close(release)
			ask.Wait()
		})
	}
}
