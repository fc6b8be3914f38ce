package redis

import (
	"errors"
	"sync/atomic"
	"time"

	"weft/cache"
)

// reason is why a key was a miss.
type reason uint8

const (
	served     reason = iota
	byAbsent          // Redis has nothing
	byInvalid         // a tag was invalidated
	byCorrupt         // not what was written
	byForeign         // of another key, or sealed with another secret
	byUnknown         // of another version
	byExpired         // of no use any more
	byTimeout         // no answer in time, or an error
	byBreaker         // not asked
	byUnsynced        // what has been invalidated is not known
	reasons
)

// drop is why an entry was not kept.
type drop uint8

const (
	kept          drop = iota
	byPrivate          // it may not leave the process
	byUseless          // it has no value, or no time left
	byLarge            // its value is longer than the codec writes
	byNotSynced        // the position in the log is not known, or was not when it was noted
	byInvalidated      // a tag was invalidated
	byFull             // no room in the queue
	byOpen             // the breaker is open
	byError            // Redis did not take it
	drops
)

// reasonOf says why a value did not decode.
func reasonOf(err error) reason {
	switch {
	case errors.Is(err, cache.ErrForeign):
		return byForeign
	case errors.Is(err, cache.ErrUnknown):
		return byUnknown
	}
	return byCorrupt
}

// counters are what Stats reads: one for each of its members.
type counters struct {
	gets, sets, roundTrips, readErrors   atomic.Uint64
	invalidations, lateInvalidations     atomic.Uint64
	arms, unarmed                        atomic.Uint64
	events, poisonedEvents, eventBatches atomic.Uint64
	reclaimedEvents, disconnects         atomic.Uint64
	reasons                              [reasons]atomic.Uint64
	drops                                [drops]atomic.Uint64
}

// miss counts n misses and returns err.
func (c *counters) miss(why reason, n int, err error) error {
	c.reasons[why].Add(uint64(n))
	return err
}

// Misses are keys that a Get did not serve, by reason.
type Misses struct {
	Absent   uint64 `json:"absent"`
	Invalid  uint64 `json:"invalid"`  // a tag was invalidated
	Corrupt  uint64 `json:"corrupt"`  // truncated, or any bit of it wrong
	Foreign  uint64 `json:"foreign"`  // of another key or secret
	Unknown  uint64 `json:"unknown"`  // of another version of the envelope
	Expired  uint64 `json:"expired"`  // of no use any more
	Timeout  uint64 `json:"timeout"`  // no answer within the budget, or an error
	Breaker  uint64 `json:"breaker"`  // not asked: the breaker is open
	Unsynced uint64 `json:"unsynced"` // what has been invalidated is not known
}

// Drops are entries that Set did not keep, by reason.
type Drops struct {
	Private     uint64 `json:"private"`
	Useless     uint64 `json:"useless"` // no value, or expired
	Large       uint64 `json:"large"`   // longer than the codec writes
	Unsynced    uint64 `json:"unsynced"`
	Invalidated uint64 `json:"invalidated"`
	Full        uint64 `json:"full"` // of the queue
	Breaker     uint64 `json:"breaker"`
	Error       uint64 `json:"error"` // Redis did not take it: full, a replica, too slow
}

// Events count what the inbox has brought to this process.
type Events struct {
	Batches   uint64 `json:"batches"`
	Read      uint64 `json:"read"`
	Poisoned  uint64 `json:"poisoned"`  // not understood, or not all of it, and acknowledged nevertheless
	Reclaimed uint64 `json:"reclaimed"` // of them, what another process had read and not acknowledged
}

// Arms count what other processes are told of before it is sent.
type Arms struct {
	Writes uint64 `json:"writes"`
	Failed uint64 `json:"failed"` // of them, those of which nobody could be told
}

// Stats are a Tier's counters since it was made, and its state.
type Stats struct {
	Gets              uint64 `json:"gets"` // keys: Hits + all Misses
	Hits              uint64 `json:"hits"`
	Misses            Misses `json:"misses"`
	Sets              uint64 `json:"sets"` // entries: all Drops + what was written, or waits
	Drops             Drops  `json:"drops"`
	Errors            uint64 `json:"errors"`     // Gets that returned an error of Redis
	RoundTrips        uint64 `json:"roundTrips"` // of Get, Set and Invalidate
	Invalidations     uint64 `json:"invalidations"`
	LateInvalidations uint64 `json:"lateInvalidations"` // of them, what Redis did not take at once
	Waiting           int    `json:"waiting"`           // tags that it has not taken yet
	Arms              Arms   `json:"arms"`
	Events            Events `json:"events"`
	Log
	Breaker       string `json:"breaker"` // closed, half-open or open
	BreakerOpened uint64 `json:"breakerOpened"`
}

// Log is what this process knows of the order of invalidations.
type Log struct {
	Position    cache.ID      `json:"position"`
	Synced      bool          `json:"synced"` // the position is known
	Connected   bool          `json:"connected"`
	Lag         time.Duration `json:"lag"`         // since everything was known to be heard; 0 if never
	Doubts      uint64        `json:"doubts"`      // beginnings anew, the first one included
	Disconnects uint64        `json:"disconnects"` // of what listens, failed attempts to connect included
}

// Stats returns the counters and the state. They are read one after the other, so sums may be off by what happens meanwhile.
func (t *Tier) Stats() Stats {
	c := &t.counters
	s := Stats{
		Gets: c.gets.Load(), Hits: c.reasons[served].Load(), Misses: c.misses(),
		Sets: c.sets.Load(), Drops: c.dropped(), Errors: c.readErrors.Load(), RoundTrips: c.roundTrips.Load(),
		Invalidations: c.invalidations.Load(), LateInvalidations: c.lateInvalidations.Load(), Waiting: t.claims.waiting(),
		Arms: Arms{Writes: c.arms.Load(), Failed: c.unarmed.Load()},
		Events: Events{
			Batches: c.eventBatches.Load(), Read: c.events.Load(), Poisoned: c.poisonedEvents.Load(), Reclaimed: c.reclaimedEvents.Load(),
		},
		Log: t.log.describe(),
	}
	s.Disconnects = c.disconnects.Load()
	state, opened := t.breaker.current()
	s.Breaker, s.BreakerOpened = state.String(), opened
	return s
}

// describe says all of a Log but Disconnects.
func (l *log) describe() Log {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := Log{Position: l.generations.Position().Shared, Synced: l.synced, Connected: l.listens && l.generations.Trusted(now()), Doubts: l.doubts}
	if !l.complete.IsZero() {
		d.Lag = time.Since(l.complete)
	}
	return d
}

func (c *counters) misses() Misses {
	n := func(r reason) uint64 { return c.reasons[r].Load() }
	return Misses{
		Absent: n(byAbsent), Invalid: n(byInvalid), Corrupt: n(byCorrupt), Foreign: n(byForeign), Unknown: n(byUnknown),
		Expired: n(byExpired), Timeout: n(byTimeout), Breaker: n(byBreaker), Unsynced: n(byUnsynced),
	}
}

func (c *counters) dropped() Drops {
	n := func(d drop) uint64 { return c.drops[d].Load() }
	return Drops{
		Private: n(byPrivate), Useless: n(byUseless), Large: n(byLarge), Unsynced: n(byNotSynced), Invalidated: n(byInvalidated),
		Full: n(byFull), Breaker: n(byOpen), Error: n(byError),
	}
}
