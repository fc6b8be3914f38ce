package ledger

import (
	"sync/atomic"
	"time"
)

// Ticket is one call that was issued, or what rides in one that is made anyway. It is safe for concurrent use.
type Ticket struct {
	ledger  *Ledger
	account *account // nil: it rides, and is no call of its own
	source  *source
	issued  time.Time

	decided atomic.Bool // it is not pending any more: what is taken now changes nothing

	// Guarded by the ledger's lock.
	took  time.Duration // 0: it has not ended
	cost  time.Duration // of that, what a service worked for it
	until time.Time     // when all that it brought has expired
}

// Ended notes that the call has ended, what it took, and the bytes of its answer's body. It is called once.
func (t *Ticket) Ended(took time.Duration, bytes int, failed bool) {
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	t.took, t.cost = took, took
	t.source.bytes += int64(bytes)
	if t.account == nil {
		return
	}
	t.account.bytes += int64(bytes)
	if failed {
		t.account.failed = time.Now()
	}
}

// Rode notes that the call has ended in which keys ride beside others that were asked for: what it took, and the bytes that the keys that
// ride have brought. Their cost is their share of the time. It is called once, instead of Ended.
func (t *Ticket) Rode(took time.Duration, bytes, keys, asked int) {
	share := float64(keys) / float64(keys+asked)
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	t.took, t.cost = took, time.Duration(float64(took)*share)
	t.source.bytes += int64(bytes)
}

// Kept notes that a value of the call's answer is kept until then. It is called before [Ticket.Settle].
func (t *Ticket) Kept(until time.Time) {
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	if until.After(t.until) {
		t.until = until
	}
}

// Settle notes that all that the call brought is kept by now; what brought nothing was wasted. It is called once, at the end.
func (t *Ticket) Settle() {
	l := t.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	switch now := time.Now(); {
	case t.decided.Load():
	case t.until.After(now):
		l.insert(t)
	default:
		t.wasted(now)
	}
}

// Use notes that a client's operation takes a value that the call has brought, and when it has asked for it: where that was before the call
// had ended, it had to wait for the rest of it. Only the first one counts.
func (t *Ticket) Use(asked time.Time) {
	if t.decided.Load() {
		return
	}
	l := t.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.expire(now)
	if t.decided.Load() {
		return
	}
	saved, after := t.took, asked.Sub(t.issued)-t.took
	late := after < 0
	if late {
		saved, after = max(0, asked.Sub(t.issued)), 0
	}
	t.source.used(saved, late)
	if t.account != nil {
		t.account.used(saved, late)
		t.account.refill(1 + share)
	}
	t.source.gain(now, saved, after)
	t.decide()
	l.remove(t)
}

// wasted notes that nobody has used the call. It holds the ledger's lock, and is for the ledger to forget the ticket.
func (t *Ticket) wasted(now time.Time) {
	if t.account != nil {
		t.account.wasted++
		t.account.spent += t.cost
	}
	t.source.wasted(now, t)
	t.decide()
}

func (t *Ticket) decide() {
	t.decided.Store(true)
	t.source.forget(t)
}
