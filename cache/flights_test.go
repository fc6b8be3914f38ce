package cache_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"weft/cache"
)

func TestFlightsShareOneValue(t *testing.T) {
	var flights cache.Flights[int]
	_, group := flights.Claim("k")
	var wg sync.WaitGroup
	for range 100 {
		joined, own := flights.Claim("k")
		if own != nil {
			t.Fatal("a second call for one key")
		}
		wg.Go(func() {
			if v, err := joined[0].Wait(t.Context()); v != 7 || err != nil {
				t.Errorf("got %d, %v", v, err)
			}
		})
	}
	group.Fly(t.Context(), 0, func(context.Context) { land(&flights, 7) })
	wg.Wait()
	if _, own := flights.Claim("k"); own == nil {
		t.Error("a flight that has landed is still open")
	}
}

// land lands k, as joining it finds it.
func land(flights *cache.Flights[int], value int) {
	joined, _ := flights.Claim("k")
	joined[0].Land(value)
	joined[0].Land(value + 1) // too late: does nothing
}

func TestFlightsClaimSome(t *testing.T) {
	var flights cache.Flights[int]
	_, first := flights.Claim("a", "b")
	got, second := flights.Claim("b", "c", "c")
	if !got[0].Of(first) || got[0].Of(second) || !got[1].Of(second) || got[1] != got[2] {
		t.Fatal("b is the first one's, c the second's, once")
	}
	second.Fly(t.Context(), -1, func(context.Context) { got[1].Land(3) })
	first.Fly(t.Context(), -1, func(context.Context) {})
	if v, _ := got[0].Wait(t.Context()); v != -1 {
		t.Errorf("who waited for what nobody landed got %d", v)
	}
}

func TestFlightsSealed(t *testing.T) {
	var flights cache.Flights[int]
	before, old := flights.Claim("k")
	flights.Seal()
	after, own := flights.Claim("k")
	if own == nil {
		t.Fatal("joined a flight from before the write")
	}
	old.Fly(t.Context(), 0, func(context.Context) { before[0].Land(1) })
	if _, own := flights.Claim("k"); own != nil {
		t.Error("an old flight's landing closed the new one")
	}
	own.Fly(t.Context(), 0, func(context.Context) { after[0].Land(2) })
	if v, _ := before[0].Wait(t.Context()); v != 1 {
		t.Errorf("who waited before the write got %d", v)
	}
}

// Who began a flight is cancelled: it goes on for the other one, and ends when that leaves, too.
func TestFlightsEndWithTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var flights cache.Flights[int]
		_, group := flights.Claim("k")
		joined, _ := flights.Claim("k")
		left := errors.New("left")
		first, leave := context.WithCancelCause(t.Context())
		second, leaveToo := context.WithCancelCause(t.Context())
		ended := make(chan error, 1)
		go group.Fly(first, 0, func(ctx context.Context) { <-ctx.Done(); ended <- ctx.Err() })
		synctest.Wait()
		leave(left)
		synctest.Wait()
		if len(ended) != 0 {
			t.Error("the flight ended though one waits")
		}
		again, own := flights.Claim("k")
		if own != nil {
			t.Error("nobody can join it any more")
		}
		leaveToo(left)
		for _, flight := range []*cache.Flight[int]{joined[0], again[0]} {
			if _, err := flight.Wait(second); !errors.Is(err, left) {
				t.Errorf("who left got %v", err)
			}
		}
		<-ended
		if _, own := flights.Claim("k"); own == nil {
			t.Error("joined a flight that was cancelled")
		}
	})
}
