package fetch_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/upstream"
)

// A thousand who want the same at once are one call.
func TestStampede(t *testing.T) {
	h := newThings(t, nil, aMinute)
	arrived, release := make(chan struct{}), make(chan struct{})
	h.answer = func(r *http.Request) (string, error) {
		close(arrived)
		<-release
		return thing(r), nil
	}
	var crowd sync.WaitGroup
	begun := make(chan struct{}, 1000)
	for range 1000 {
		crowd.Go(func() {
			begun <- struct{}{}
			wantTexts(t, h.fetch(t.Context(), token("ada"), "1"), "Bearer ada")
		})
	}
	for range 1000 {
		<-begun
	}
	<-arrived
	close(release)
	crowd.Wait()
	if n := len(h.paths()); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}

// One who began a call and leaves does not cost the others theirs, nor do all but one who leave.
func TestStampedeLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newThings(t, nil, aMinute)
		release := make(chan struct{})
		h.answer = func(r *http.Request) (string, error) {
			select {
			case <-release:
				return thing(r), nil
			case <-r.Context().Done():
				return "", r.Context().Err()
			}
		}
		ctx, leave := context.WithCancel(t.Context())
		var leavers, rest sync.WaitGroup
		leavers.Go(func() { h.fetch(ctx, nil, "1", "2") })
		synctest.Wait()
		for range 99 {
			leavers.Go(func() { h.fetch(ctx, nil, "1") })
		}
		rest.Go(func() { wantTexts(t, h.fetch(t.Context(), nil, "2", "1"), "", "") })
		synctest.Wait()
		leave()
		synctest.Wait()
		close(release)
		leavers.Wait()
		rest.Wait()
		if n := len(h.paths()); n != 1 {
			t.Errorf("%d calls, want 1", n)
		}
	})
}

// When the last one leaves, the call ends.
func TestStampedeOfNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newThings(t, nil, aMinute)
		ended := 0
		h.answer = func(r *http.Request) (string, error) {
			<-r.Context().Done()
			ended++
			return "", r.Context().Err()
		}
		ctx, leave := context.WithCancel(t.Context())
		var crowd sync.WaitGroup
		for range 10 {
			crowd.Go(func() { h.fetch(ctx, nil, "1") })
		}
		synctest.Wait()
		leave()
		crowd.Wait()
		synctest.Wait()
		if n := len(h.paths()); n != 1 || ended != 1 {
			t.Errorf("%d calls, %d of them ended, want 1", n, ended)
		}
	})
}

// Who began a call and runs out of time does not cost those who wait for it theirs: the call goes on for them.
func TestLeaderOutOfTimeCostsOthersNothing(t *testing.T) {
	for _, policy := range []*binding.CachePolicy{aMinute, nil} {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
				select {
				case <-release:
				case <-r.Context().Done():
				}
				return says(http.StatusOK, named("v"))
			})
			f := byID(wareOf(policy))
			short, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			began := time.Now()
			var both sync.WaitGroup
			both.Go(func() {
				got, _ := w.get(short, nil, f, "1")
				wantTexts(t, got, "error: upstream ware, Ware: timeout: context deadline exceeded")
				if took := time.Since(began); took != time.Second-upstream.Reserve {
					t.Errorf("left after %v, want its time but what it takes to write the answer", took)
				}
			})
			synctest.Wait()
			both.Go(func() {
				got, _ := w.get(t.Context(), nil, f, "1")
				wantTexts(t, got, "v")
			})
			time.Sleep(1500 * time.Millisecond)
			close(release)
			both.Wait()
			if n := w.called(); n != 1 {
				t.Errorf("%d calls, want 1", n)
			}
		})
	}
}
