package cache

import (
	"context"
	"errors"
	"time"
)

// Write is a call that changes something which entries hold.
type Write struct {
	// May is all that it may make invalid, as far as that is known before it is sent: tags, and beginnings of those that are not.
	May []string
	// Takes is how long Do takes at most.
	Takes time.Duration
	// Do makes the call. It returns what became of it, and the tags that it has made invalid; nil: all that it may have.
	Do func() (Outcome, []string)
}

// Outcome is what became of a call.
type Outcome uint8

// The outcomes.
const (
	Unchanged Outcome = iota // it has certainly changed nothing
	Changed                  // it may have changed something, and will change nothing any more
	Unknown                  // it may change something yet
)

// Announcer is a [Tier] that tells other replicas of a write before it is sent, so that they can do what its sender cannot do any more.
type Announcer interface {
	// Arm has others make tags invalid so long after they hear of it, unless they hear of its end before. An error says that they may
	// not hear of it.
	Arm(ctx context.Context, tags []string, after time.Duration) (ID, error)
	// End ends what was armed under an ID, if it is not zero, and is Invalidate otherwise; of no tags, too. Again are times after which
	// the tags are made invalid once more.
	End(ctx context.Context, arm ID, tags []string, again []time.Duration) error
}

// spare is the time between the end of a write, at the latest, and that of its arm.
const spare = time.Second

// again is when that is invalid once more which a call may yet change of which nobody knows what became.
var again = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second}

// ErrNotSent is the error of a write that was not sent.
var ErrNotSent = errors.New("not sent: other replicas cannot be told of it")

// Write makes a call, and what it changes invalid before it returns: in this process always, and for other replicas as the table in the
// package's documentation says. [ErrNotSent] says that it was not made: see [Options]. Any other error says that other replicas do not
// know of it, and are told as soon as that is possible.
func (c *Cache) Write(ctx context.Context, w Write) error {
	ctx = context.WithoutCancel(ctx) // half of it would be worse than a client that has left
	arm, err := c.arm(ctx, w)
	if err != nil && c.refuses {
		return ErrNotSent
	}
	outcome, tags := w.Do()
	switch {
	case outcome == Unchanged:
		if arm != (ID{}) {
			_ = c.announcer.End(ctx, arm, nil, nil) // or it is fired, for nothing
		}
		return nil
	case tags == nil:
		tags = w.May
	}
	c.counters.invalidated.Add(uint64(len(tags)))
	if outcome == Changed {
		return c.end(ctx, arm, tags, nil)
	}
	if err = c.end(ctx, arm, tags, again); err != nil || c.announcer == nil {
		for _, after := range again { // nobody else does
			time.AfterFunc(after, func() { _ = c.Invalidate(ctx, tags) })
		}
	}
	return err
}

// arm announces a write; a zero ID: nobody is there to whom.
func (c *Cache) arm(ctx context.Context, w Write) (ID, error) {
	if c.announcer == nil || len(w.May) == 0 {
		return ID{}, nil
	}
	return c.announcer.Arm(ctx, w.May, w.Takes+spare)
}

// end makes tags invalid, and says that a write has ended.
func (c *Cache) end(ctx context.Context, arm ID, tags []string, again []time.Duration) error {
	switch {
	case c.announcer != nil:
		return c.announcer.End(ctx, arm, tags, again)
	case c.remote != nil:
		return c.remote.Invalidate(ctx, tags)
	}
	c.generations.Invalidate(tags...)
	return nil
}
