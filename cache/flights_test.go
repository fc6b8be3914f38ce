package cache_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"weft/cache"
)

func TestFlightsShareOneValue(t *testing.T) {
	var flights cache.Flights[int]
	leader, mine := flights.Claim("k")
	if !mine {
		t.Fatal("the first to claim a key does not lead")
	}
	var wg sync.WaitGroup
	for range 100 {
		follower, mine := flights.Claim("k")
		if mine {
			t.Fatal("a second call for one key")
		}
		wg.Go(func() {
			if v, err := follower.Wait(t.Context()); v != 7 || err != nil {
				t.Errorf("got %d, %v", v, err)
			}
		})
	}
	leader.Land(7)
	leader.Land(8) // too late: does nothing
	wg.Wait()
	if _, mine := flights.Claim("k"); !mine {
		t.Error("a landed flight is still open")
	}
}

func TestFlightsSealed(t *testing.T) {
	var flights cache.Flights[int]
	before, _ := flights.Claim("k")
	flights.Seal()
	after, mine := flights.Claim("k")
	if !mine {
		t.Fatal("joined a flight from before the write")
	}
	before.Land(1)
	if _, mine := flights.Claim("k"); mine {
		t.Error("an old flight's landing closed the new one")
	}
	after.Land(2)
	if v, _ := before.Wait(t.Context()); v != 1 {
		t.Errorf("who waited before the write got %d", v)
	}
}

func TestFlightWaitEndsWithContext(t *testing.T) {
	var flights cache.Flights[int]
	flight, _ := flights.Claim("k")
	left := errors.New("left")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(left)
	if _, err := flight.Wait(ctx); !errors.Is(err, left) {
		t.Errorf("got %v", err)
	}
}
