package memory

import (
	"time"

	"github.com/maypok86/otter/v2"

	"weft/cache"
)

// Otter is told when an entry expires so that its room is free again soon after. Whether it may still be served is decided by the
// tier's own clock, on each Get. So otter's may be coarse, and reading it costs nothing.
const resolution = 100 * time.Millisecond

// longest is how long an entry is kept at most, so that its time is a Duration.
const longest = 10 * 365 * 24 * time.Hour

// stays is how long an entry stays that has so many milliseconds left.
func stays(left int64) time.Duration {
	return time.Duration(min(left, longest.Milliseconds()))*time.Millisecond + resolution
}

// expiry returns how long an entry that is kept now stays.
func expiry(e otter.Entry[cache.Key, *kept]) time.Duration { return e.Value.stays }

// newClock returns a clock for otter, and what stops it.
func newClock(now func() time.Time) (clock otter.Clock, stop func()) {
	if now != nil {
		return given(now), func() {}
	}
	coarse := otter.NewCoarseClock(resolution)
	return coarse, coarse.Stop
}

// given is a clock that somebody else keeps. It has no ticks: what expires goes when the tier is used.
type given func() time.Time

func (c given) NowNano() int64 { return c().UnixNano() }

func (given) Tick(time.Duration) <-chan time.Time { return nil }
