package order

import (
	"cmp"
	"slices"
	"time"

	"weft/cache"
)

const (
	trustFor   = 1500 * time.Millisecond // what was heard is trusted
	beatAfter  = 500 * time.Millisecond  // without a record
	beatWithin = 250 * time.Millisecond  // after that, by chance
	endWithin  = 200 * time.Millisecond  // after an arm was fired, by chance
	endAgain   = time.Second             // after an end was to be added that has not been heard
)

// Replica is one replica's part in the order. It is not safe for concurrent use.
type Replica struct {
	// Chance returns a duration below most, by chance.
	Chance func(most time.Duration) time.Duration
	// TrustFor is how long what was heard is trusted; 0 = 1.5 s, as is promised.
	TrustFor time.Duration

	read    cache.Instant // all that was added before is known; zero: nothing is
	written cache.Instant // the log was written at that moment or later; zero: nobody knows
	brought bool          // the reading that is under way has brought records
	beat    cache.Instant // when to add one
	arms    []arm         // that have not ended; not more than the log has records
}

// arm is a record of that kind that was heard.
type arm struct {
	Fired
	due   cache.Instant // when it is fired
	fired bool
	end   cache.Instant // when its end is to be added, once it is fired
	lost  bool          // it may be in the log no more
}

// Fired is an arm that is fired: what it names is invalid here, and held to be so in the log until its end is heard.
type Fired struct {
	ID   cache.ID
	Tags []string
}

// Trusted returns until when what was heard is trusted; zero: it is not.
func (r *Replica) Trusted() cache.Instant {
	if r.read == 0 || r.written == 0 {
		return 0
	}
	return r.Known().Add(cmp.Or(r.TrustFor, trustFor))
}

// Known returns the moment before which all that could be added to the log is known.
func (r *Replica) Known() cache.Instant { return min(r.read, r.written) }

// Read takes what a part of a reading of the log has brought that was not heard before. The reading was begun at one moment; whole says
// that it has come to the log's end. It returns the arms that have ended, and those to fire: who has trusted nothing for a while
// may hear of an arm long after it was added, when what it is there for has happened. That one is fired when it is heard, and in time once
// more.
func (r *Replica) Read(began, now cache.Instant, records []cache.Record, whole bool) (fired []Fired, ended []cache.ID) {
	first := len(r.arms)
	for _, record := range records {
		switch {
		case record.After > 0:
			r.arm(record, now)
		case record.Ends != cache.ID{}:
			if i := r.find(record.Ends); i >= 0 {
				r.arms = slices.Delete(r.arms, i, i+1)
				first = min(first, len(r.arms))
				ended = append(ended, record.Ends)
			}
		}
	}
	if now >= r.Trusted() {
		for _, a := range r.arms[first:] {
			fired = append(fired, a.Fired)
		}
	}
	r.brought = r.brought || len(records) > 0
	if whole {
		if r.brought {
			r.written = max(r.written, r.read)
			r.beat = now.Add(beatAfter + r.Chance(beatWithin))
		}
		if away := r.read == 0 || began >= r.read.Add(trustFor); away {
			r.beat = now // which is the sooner trusted
		}
		r.brought, r.read = false, max(r.read, began)
	}
	return fired, ended
}

// Wrote says that this replica has added records to the log, and began to at some moment. It fires its own arms even if the log loses
// them before anybody has heard.
func (r *Replica) Wrote(began, now cache.Instant, records ...cache.Record) {
	r.written = max(r.written, began)
	for _, record := range records {
		if record.After > 0 {
			r.arm(record, now)
		}
	}
}

// arm notes an arm, unless it is known.
func (r *Replica) arm(record cache.Record, now cache.Instant) {
	if r.find(record.ID) < 0 {
		r.arms = append(r.arms, arm{Fired: Fired{record.ID, record.Tags}, due: now.Add(record.After)})
	}
}

func (r *Replica) find(id cache.ID) int {
	return slices.IndexFunc(r.arms, func(a arm) bool { return a.ID == id })
}

// Lost says that what is in the log is not what was read before: nothing is trusted until it has been read anew. What is armed stays so,
// and is added to the log once more, for those who have not heard of it.
func (r *Replica) Lost() {
	r.read, r.written, r.brought = 0, 0, false
	for i := range r.arms {
		r.arms[i].lost = true
	}
}

// Tick returns what is to be done at a moment: arms to fire, and records to add to the log. Ends and beats that are not added are returned
// again.
func (r *Replica) Tick(now cache.Instant) (fired []Fired, add []cache.Record) {
	for i := range r.arms {
		a := &r.arms[i]
		if !a.fired && now >= a.due {
			a.fired, a.end = true, now.Add(r.Chance(endWithin))
			fired = append(fired, a.Fired)
		}
		if a.lost && !a.fired {
			add = append(add, cache.Record{Tags: a.Tags, After: time.Duration(a.due - now)})
		}
		a.lost = false
		if a.fired && now >= a.end {
			a.end = now.Add(endAgain)
			add = append(add, cache.Record{Ends: a.ID, Tags: a.Tags})
		}
	}
	if now >= r.beat {
		r.beat = now.Add(beatAfter + r.Chance(beatWithin))
		if len(add) == 0 {
			add = append(add, cache.Record{})
		}
	}
	return fired, add
}
