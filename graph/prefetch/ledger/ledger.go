package ledger

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

const (
	bucket      = 10               // calls that may be wasted, beside a share of demand
	share       = 0.05             // of an upstream's demand
	window      = time.Minute      // over which a source must pay
	firstPause  = time.Minute      // how long a source is off that does not
	maxPause    = time.Hour        //
	firstTrial  = 3                // pending calls of a source that has not paid yet
	trial       = 1                // the same, of one that was off
	patience    = 10 * time.Second // after which a pending call counts as cost, at least
	uses        = 4                // the same, in times that a use takes
	afterFailed = 10 * time.Second // how long an upstream that failed is left alone
	maxPending  = 1000             // calls, of all sources
)

// Options are what a ledger asks others.
type Options struct {
	// Busy reports whether an upstream has no room for calls that nobody waits for; nil: none ever.
	Busy func(upstream string) bool
}

// Ledger is the account of one process. It is safe for concurrent use.
type Ledger struct {
	busy func(string) bool

	mu        sync.Mutex // guards what follows
	upstreams map[string]*account
	sources   map[string]*source
	pending   []*Ticket // those that have ended and kept something, by when it expires
}

// account is one upstream's.
type account struct {
	counts
	sent   int64     // calls of clients' operations
	bucket float64   // calls that may be issued
	failed time.Time // when a call last failed
}

// counts are what became of calls.
type counts struct {
	issued, useful, late, wasted int64
	saved, spent                 time.Duration // what clients did not wait, and what was worked for nothing
	bytes                        int64         // of all that were issued
	refused                      int64         // calls that might not be made
}

// used counts a call whose values somebody has taken.
func (c *counts) used(saved time.Duration, late bool) {
	if late {
		c.late++
	} else {
		c.useful++
	}
	c.saved += saved
}

func (c *counts) pending() int64 { return c.issued - c.useful - c.late - c.wasted }

// New returns a ledger without entries.
func New(o Options) *Ledger {
	l := &Ledger{busy: o.Busy, upstreams: map[string]*account{}, sources: map[string]*source{}}
	if l.busy == nil {
		l.busy = func(string) bool { return false }
	}
	return l
}

func (l *Ledger) account(upstream string) *account {
	a := l.upstreams[upstream]
	if a == nil {
		a = &account{bucket: bucket}
		l.upstreams[upstream] = a
	}
	return a
}

func (l *Ledger) source(name string) *source {
	s := l.sources[name]
	if s == nil {
		s = newSource()
		l.sources[name] = s
	}
	return s
}

// Demanded notes a call that a client's operation has made, and whether it failed.
func (l *Ledger) Demanded(upstream string, failed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.account(upstream)
	a.sent++
	a.refill(share)
	if failed {
		a.failed = time.Now()
	}
}

// demand is how many calls clients' operations make, or would if none were issued.
func (a *account) demand() int64 { return a.sent + a.useful + a.late }

func (a *account) refill(calls float64) { a.bucket = min(bucket, a.bucket+calls) }

// may reports whether a call may be issued to an upstream.
func (a *account) may(now time.Time) bool {
	return a.bucket >= 1 && a.issued < a.demand() && (a.failed.IsZero() || now.Sub(a.failed) >= afterFailed)
}

// On reports whether a source may issue calls now, as far as it depends on the source.
func (l *Ledger) On(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.expire(now)
	return l.source(name).on(now)
}

// Issue asks for a call to an upstream, for a source, and returns its ticket; nil: it may not be made.
func (l *Ledger) Issue(name, upstream string) *Ticket {
	busy := l.busy(upstream)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.expire(now)
	a, s := l.account(upstream), l.source(name)
	if busy || len(l.pending) >= maxPending || !a.may(now) || !s.on(now) {
		a.refused++
		s.refused++
		return nil
	}
	a.bucket--
	a.issued++
	s.issued++
	t := &Ticket{ledger: l, account: a, source: s, issued: now}
	s.pending = append(s.pending, t)
	return t
}

// Ride asks whether keys may ride, for a source, in a call to an upstream that is made anyway, and returns their ticket; nil: they may not.
func (l *Ledger) Ride(name, upstream string) *Ticket {
	busy := l.busy(upstream)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.expire(now)
	s := l.source(name)
	if busy || len(l.pending) >= maxPending || !s.on(now) {
		s.refused++
		return nil
	}
	s.issued++
	t := &Ticket{ledger: l, source: s, issued: now}
	s.pending = append(s.pending, t)
	return t
}

// expire finds out which calls were wasted by now.
func (l *Ledger) expire(now time.Time) {
	n := 0
	for n < len(l.pending) && !now.Before(l.pending[n].until) {
		l.pending[n].wasted(now)
		n++
	}
	l.pending = slices.Delete(l.pending, 0, n)
}

// insert lets a ticket wait for its expiry.
func (l *Ledger) insert(t *Ticket) {
	at, _ := slices.BinarySearchFunc(l.pending, t, func(a, b *Ticket) int { return a.until.Compare(b.until) })
	l.pending = slices.Insert(l.pending, at, t)
}

// remove takes a ticket out that is decided.
func (l *Ledger) remove(t *Ticket) {
	if i := slices.Index(l.pending, t); i >= 0 {
		l.pending = slices.Delete(l.pending, i, i+1)
	}
}

// Stats are what became of calls so far, of one upstream or one source. Times are in milliseconds.
type Stats struct {
	Name    string  `json:"name"`
	Off     bool    `json:"off,omitempty"`    // of a source: it does not pay
	Demand  int64   `json:"demand,omitempty"` // of an upstream: calls that clients' operations make, or would
	Issued  int64   `json:"issued"`
	Useful  int64   `json:"useful"`
	Late    int64   `json:"late"`
	Wasted  int64   `json:"wasted"`
	Pending int64   `json:"pending"`
	Refused int64   `json:"refused"`
	Saved   float64 `json:"saved"` // that clients did not wait
	Spent   float64 `json:"spent"` // that services worked for nothing
	Bytes   int64   `json:"bytes"` // of the answers to all that were issued
}

// Stats returns the account of upstreams and of sources, each by name.
func (l *Ledger) Stats() (upstreams, sources []Stats) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.expire(now)
	upstreams, sources = []Stats{}, []Stats{}
	for name, a := range l.upstreams {
		of := a.stats(name)
		of.Demand = a.demand()
		upstreams = append(upstreams, of)
	}
	for name, s := range l.sources {
		of := s.stats(name)
		of.Off = now.Before(s.off)
		sources = append(sources, of)
	}
	byName := func(a, b Stats) int { return cmp.Compare(a.Name, b.Name) }
	slices.SortFunc(upstreams, byName)
	slices.SortFunc(sources, byName)
	return upstreams, sources
}

func (c *counts) stats(name string) Stats {
	return Stats{
		Name: name, Issued: c.issued, Useful: c.useful, Late: c.late, Wasted: c.wasted, Pending: c.pending(), Refused: c.refused,
		Saved: milliseconds(c.saved), Spent: milliseconds(c.spent), Bytes: c.bytes,
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
