package redis

import (
	"context"
	"fmt"
	"time"

	"weft/cache"
)

// Invalidate makes every entry with one of tags invalid: in this process at once, and for whoever begins a Get, anywhere, after
// it has returned nil; what others have in memory goes when they hear of it, which takes a round trip. With an error it holds in
// this process, and is logged as soon as Redis takes it, or was logged already. Where ctx has a deadline it tries until then, otherwise once.
func (t *Tier) Invalidate(ctx context.Context, tags []string) error {
	if len(tags) == 0 {
		return nil
	}
	return t.invalidate(ctx, tags, nil)
}

// invalidate makes tags invalid, of which the log has records; nil: the plain ones.
func (t *Tier) invalidate(ctx context.Context, tags []string, records []cache.Record) error {
	t.counters.invalidations.Add(1)
	cl := t.claims.hold(tags) // first: between the two an entry must not pass for valid
	t.options.Generations.Invalidate(tags...)
	cl.records = records
	id, err := t.record(ctx, cl)
	if err != nil {
		t.counters.lateInvalidations.Add(1)
		t.claims.postpone(cl)
		t.wakeLate()
		return fmt.Errorf("redis: invalidated in this process only; others hear of it later: %w", err)
	}
	t.log.wrote(cl, id)
	return nil
}

// record writes a claim to the log. With an error nobody knows whether it is there; writing it once more does no harm.
func (t *Tier) record(ctx context.Context, cl claim) (cache.ID, error) {
	deadline, patient := ctx.Deadline()
	delay := backoff{}
	for {
		id, err := t.recordOnce(ctx, cl)
		if err == nil || !patient || t.stopped.Err() != nil || time.Until(deadline) < t.options.SetTimeout || !delay.sleep(ctx) {
			return id, err
		}
	}
}

// recordOnce tries once, unless those who tried before have found that nobody answers.
func (t *Tier) recordOnce(ctx context.Context, cl claim) (cache.ID, error) {
	if t.stopped.Err() != nil {
		return cache.ID{}, errClosed
	}
	start := time.Now()
	probe, ok := t.writing.allow(start)
	if !ok {
		return cache.ID{}, errBreaker
	}
	asked, cancel := context.WithTimeout(ctx, t.options.SetTimeout)
	defer cancel()
	t.counters.roundTrips.Add(1)
	id, err := t.log.append(asked, t.writer, cl)
	v := writeVerdict(err)
	if ctx.Err() != nil {
		v = unjudged
	}
	t.writing.report(probe, start, time.Now(), v)
	return id, err
}

// wakeLate says that there are late claims.
func (t *Tier) wakeLate() {
	select {
	case t.late <- struct{}{}:
	default:
	}
}

// catchUpClaims logs what could not be logged at once, until ctx ends.
func (t *Tier) catchUpClaims(ctx context.Context) {
	for wait(ctx, t.late) {
		delay := backoff{}
		for {
			cl, ok := t.claims.take()
			if !ok {
				break
			}
			id, err := t.logLate(ctx, cl)
			if err == nil {
				delay = backoff{}
				t.log.wrote(cl, id)
				continue
			}
			t.claims.postpone(cl)
			if !delay.sleep(ctx) {
				return
			}
		}
	}
}

// logLate writes a late claim to the log, whatever the breaker says: nothing waits for it.
func (t *Tier) logLate(ctx context.Context, cl claim) (cache.ID, error) {
	ctx, cancel := context.WithTimeout(ctx, t.options.SetTimeout)
	defer cancel()
	return t.log.append(ctx, t.writer, cl)
}

// wait reports whether there was a value, before ctx ended.
func wait(ctx context.Context, values <-chan struct{}) bool {
	select {
	case <-values:
		return true
	case <-ctx.Done():
		return false
	}
}

// backoff is how long to wait after failures in a row: from 10 ms up to half a second.
type backoff struct{ next time.Duration }

// sleep reports whether it has waited to the end.
func (b *backoff) sleep(ctx context.Context) bool {
	b.next = min(max(2*b.next, 10*time.Millisecond), 500*time.Millisecond)
	timer := time.NewTimer(b.next)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
