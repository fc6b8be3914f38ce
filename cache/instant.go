package cache

import "time"

// Instant is a moment of this process's monotonic clock, which no setting of a clock moves, in nanoseconds. The zero Instant is never.
type Instant int64

// began is where Instants count from.
var began = time.Now()

// InstantOf returns the moment at which [time.Now] has returned t.
func InstantOf(t time.Time) Instant { return Instant(t.Sub(began)) + 1 }

// Add returns the moment so much later.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d) }
