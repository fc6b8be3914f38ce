package ledger

import (
	"slices"
	"time"
)

// source is what calls are issued for. It is guarded by its ledger's lock.
type source struct {
	counts
	slots   [slots]slot   // of the last minute
	pending []*Ticket     // the oldest first
	use     time.Duration // how long a use takes, after the call: a moving mean; 0: nobody knows
	paid    bool          // it has, since it was last off
	since   time.Time     // when it was last put off: what was issued before has been judged
	off     time.Time     // until when it is off
	pause   time.Duration // how long it is off the next time
}

// slots divide the window.
const slots = 6

// slot is a part of the window.
type slot struct {
	from       time.Time
	gain, cost time.Duration
}

func newSource() *source { return &source{pause: firstPause} }

// slot returns the one of this moment.
func (s *source) slot(now time.Time) *slot {
	const length = window / slots
	from := now.Truncate(length)
	of := &s.slots[from.UnixNano()/int64(length)%slots]
	if !of.from.Equal(from) {
		*of = slot{from: from}
	}
	return of
}

// balance is what the source has saved within the window, less what it has cost.
func (s *source) balance(now time.Time) (sum time.Duration) {
	for _, of := range s.slots {
		if now.Sub(of.from) < window {
			sum += of.gain - of.cost
		}
	}
	waits := s.patience()
	for _, t := range s.pending {
		if now.Sub(t.issued) < waits {
			break
		}
		if !s.judged(t) {
			sum -= t.cost
		}
	}
	return sum
}

// patience is how long a pending call does not count as cost.
func (s *source) patience() time.Duration { return max(patience, uses*s.use) }

// judged reports whether a call was issued before the source was last off.
func (s *source) judged(t *Ticket) bool { return !t.issued.After(s.since) }

// on reports whether the source may issue a call, and has it off for a while where it does not pay.
func (s *source) on(now time.Time) bool {
	switch {
	case now.Before(s.off):
		return false
	case s.balance(now) < 0:
		s.since, s.off = now, now.Add(s.pause)
		s.pause = min(2*s.pause, maxPause)
		s.slots, s.paid = [slots]slot{}, false
		return false
	}
	return s.paid || s.young(now) < s.trial()
}

// trial is how many calls may be pending of a source that has not paid yet.
func (s *source) trial() int {
	if s.since.IsZero() {
		return firstTrial
	}
	return trial
}

// young is how many pending calls count as nothing yet.
func (s *source) young(now time.Time) (n int) {
	waits := s.patience()
	for _, t := range slices.Backward(s.pending) {
		if now.Sub(t.issued) >= waits {
			break
		}
		n++
	}
	return n
}

// wasted notes that nobody has used a call.
func (s *source) wasted(now time.Time, t *Ticket) {
	s.counts.wasted++
	s.spent += t.cost
	if !s.judged(t) {
		s.slot(now).cost += t.cost
	}
}

// gain notes that a call has saved time, and was used a while after it had ended.
func (s *source) gain(now time.Time, saved, after time.Duration) {
	s.slot(now).gain += saved
	s.paid, s.pause = true, firstPause
	if s.use == 0 {
		s.use = after
	}
	s.use += (after - s.use) / 8
}

// forget takes a ticket out that is decided.
func (s *source) forget(t *Ticket) {
	if i := slices.Index(s.pending, t); i >= 0 {
		s.pending = slices.Delete(s.pending, i, i+1)
	}
}
