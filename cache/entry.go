package cache

import (
	"context"
	"time"
)

// Key names a value by all that it depends on. Two values with equal keys are the same value.
type Key string

// Entry is a kept value. It is immutable once a tier has it.
type Entry struct {
	Key   Key
	Value []byte // what tiers beyond this process keep; nil for an entry that only ever lives in memory
	View  any    // Value as its owner reads it, ready to use; nil as long as nobody has decoded it
	Size  int    // bytes of memory that Value and View take together
	Null  bool   // there is no such value: a negative entry

	// Before is the value that there was before there was none: it may be served, as long as this entry says so, where its upstream fails.
	// Only an entry that lives in memory has one.
	Before *Entry

	Freshness
	Position Position      // noted before the value was asked for
	Asked    Instant       // when that was, here; of one from beyond this process, when it was last known to be valid. Never: when it is kept
	Tags     []string      // of the value and of its parts; see Generations
	Private  bool          // only for the identity in its Key, which must not reach a tier without a keyed digest
	Took     time.Duration // how long the upstream took

	// Ahead is there if the value was loaded before anybody had asked for it. Tiers beyond this process do not keep it.
	Ahead Ahead

	Whole
	Validators
}

// Validators are those of an answer (RFC 9110 §8.8); "" none.
type Validators struct{ ETag, LastModified string }

// Whole is what the entry of a whole answer has, and no other.
type Whole struct {
	// Values and Calls are what making the answer took: values that its fields asked for, and calls.
	Values, Calls int64
	// StaleElsewhere is until when those who receive the answer may serve it, after FreshUntil, while they ask for it again
	// (RFC 5861 §3), in milliseconds since 1970. Here it is not served then: its parts are.
	StaleElsewhere int64
}

// Ahead is told what becomes of a value that was loaded before anybody had asked for it. It is safe for concurrent use.
type Ahead interface {
	// Take notes that a value is taken, and reports whether it is the first time.
	Take() bool
}

// Freshness says until when an entry is served. Times are in milliseconds since 1970; a Freshness that is zero is gone.
type Freshness struct {
	Born                 int64 // when the origin made the value: its age is counted from here (RFC 9111 §4.2.3)
	FreshUntil           int64
	StaleWhileRevalidate int64 // after FreshUntil, served until here while it is refreshed (RFC 5861 §3)
	StaleIfError         int64 // after FreshUntil, served until here when the upstream fails (RFC 5861 §4)
	ValidateUntil        int64 // after FreshUntil, kept until here for its validators (RFC 9111 §4.3)
}

// State is what an entry is good for.
type State uint8

// The states, in the order in which an entry passes through them.
const (
	Gone       State = iota // of no use
	Validate                // served once the upstream has said that it is still current
	IfError                 // the same, or when the upstream fails
	Revalidate              // served, and refreshed off the request path
	Fresh                   // served
)

// State returns what the entry is good for at now, in milliseconds.
func (f *Freshness) State(now int64) State {
	switch {
	case now < f.FreshUntil:
		return Fresh
	case now < f.StaleWhileRevalidate:
		return Revalidate
	case now < f.StaleIfError:
		return IfError
	case now < f.ValidateUntil:
		return Validate
	}
	return Gone
}

// Last returns when the entry is of no more use, in milliseconds.
func (f *Freshness) Last() int64 {
	return max(f.FreshUntil, f.StaleWhileRevalidate, f.StaleIfError, f.ValidateUntil)
}

// Serves reports whether the entry may be served at now, in milliseconds, if only while its upstream fails.
func (f *Freshness) Serves(now int64) bool { return f.State(now) >= IfError }

// Age returns how old the value is at now, not below 0.
func (f *Freshness) Age(now int64) time.Duration {
	return time.Duration(max(0, now-f.Born)) * time.Millisecond
}

// Tier is a place that keeps entries. It is safe for concurrent use.
type Tier interface {
	// Get sets found[i] to the entry of keys[i] where the tier has one that is valid (see Generations) and not Gone; found has
	// keys' length and is not touched elsewhere. An entry from beyond this process has the local position that it was valid at,
	// while it was read. An error says that the tier could not be asked, and there are just fewer entries.
	Get(ctx context.Context, keys []Key, found []*Entry) error
	// Set keeps entries, as far as there is room; it does not wait for another machine.
	Set(entries ...*Entry)
	// Invalidate makes every entry with one of tags invalid: when it returns nil, for every reader of the tier. With an error it
	// holds for this process already, and for others as soon as they can hear of it. It waits for another machine until ctx's deadline,
	// and not long where there is none.
	Invalidate(ctx context.Context, tags []string) error
}

// Local is a tier of this process, which keeps entries as they are. It is safe for concurrent use.
type Local interface {
	Tier
	// Replace keeps next in place of old, whose key, freshness and tags it has, and reports whether it did: not where old is there no
	// more, nor where next takes more room than an entry may. Then it leaves everything as it is.
	Replace(old, next *Entry) bool
}
