package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
)

// Why a tier was not asked, or not in time.
var (
	errClosed   = errors.New("redis: the tier is closed")
	errUnsynced = errors.New("redis: what has been invalidated is not known")
	errBreaker  = errors.New("redis: not asked: it has failed, or was slow")
)

// Get looks keys up, in one round trip (in a cluster one for each node, at the same time). See [cache.Tier]. An error says
// that Redis could not be asked, or did not answer within the budget; what it did answer in time is in found.
func (t *Tier) Get(ctx context.Context, keys []cache.Key, found []*cache.Entry) error {
	if len(keys) == 0 {
		return nil
	}
	t.counters.gets.Add(uint64(len(keys)))
	if t.stopped.Err() != nil {
		return t.counters.miss(byUnsynced, len(keys), errClosed)
	}
	from, synced := t.log.position()
	if !synced || !t.options.Generations.Trusted(from.began) {
		return t.counters.miss(byUnsynced, len(keys), errUnsynced)
	}
	start := time.Now()
	probe, ok := t.breaker.allow(start)
	if !ok {
		return t.counters.miss(byBreaker, len(keys), errBreaker)
	}
	asked, cancel := context.WithTimeout(ctx, t.options.GetTimeout)
	defer cancel()
	values, records, err := t.fetch(asked, keys, from)
	t.breaker.report(probe, start, time.Now(), readVerdict(ctx, err))
	t.choose(keys, values, t.hear(from, records), found)
	if err != nil {
		t.counters.readErrors.Add(1)
		return fmt.Errorf("redis: get: %w", err)
	}
	return nil
}

// fetch makes the round trip. The log is read last: what it says is then at least as new as the values.
func (t *Tier) fetch(ctx context.Context, keys []cache.Key, from position) ([]*goredis.StringCmd, *goredis.XMessageSliceCmd, error) {
	pipe := t.client.Pipeline()
	values := make([]*goredis.StringCmd, len(keys))
	for i, key := range keys {
		values[i] = pipe.Get(ctx, t.names.value(key))
	}
	records := t.log.read(ctx, pipe, from)
	t.counters.roundTrips.Add(1)
	_, _ = pipe.Exec(ctx)
	if err := records.Err(); err != nil {
		return values, records, err
	}
	for _, value := range values {
		if err := value.Err(); err != nil && !isReply(err) { // what is wrong with one value, or one node's, is a miss
			return values, records, err
		}
	}
	return values, records, nil
}

// readVerdict says what an error of a read says about Redis. One that answers, but not with the log, is of no use.
func readVerdict(ctx context.Context, err error) verdict {
	switch {
	case err == nil:
		return succeeded
	case ctx.Err() != nil, errors.Is(err, goredis.ErrPoolTimeout): // too many ask: nothing is known about Redis
		return unjudged
	}
	return failed
}

// hear applies what a Get has read of the log, and returns why no value counts, or served.
func (t *Tier) hear(from position, records *goredis.XMessageSliceCmd) reason {
	if records.Err() != nil {
		return byTimeout
	}
	if t.log.hear(from, records.Val()) != heard || !t.options.Generations.Trusted(now()) {
		return byUnsynced
	}
	return served
}

// choose sets what may be served.
func (t *Tier) choose(keys []cache.Key, values []*goredis.StringCmd, why reason, found []*cache.Entry) {
	// Noted when the log has been heard and before any entry is judged: what is invalidated from here on is later.
	at := t.options.Generations.Position().Local
	known := t.log.known()
	now := time.Now().UnixMilli()
	for i, value := range values {
		e, verdict := (*cache.Entry)(nil), why
		if why == served {
			e, verdict = t.judge(keys[i], value, now)
		}
		t.counters.reasons[verdict].Add(1)
		if verdict == served {
			e.Position.Local, e.Asked = at, known
			found[i] = e
		}
	}
}

// judge returns an entry if it may be served.
func (t *Tier) judge(key cache.Key, value *goredis.StringCmd, now int64) (*cache.Entry, reason) {
	data, err := value.Bytes()
	switch {
	case errors.Is(err, goredis.Nil):
		return nil, byAbsent
	case goredis.HasErrorPrefix(err, "WRONGTYPE"):
		return nil, byCorrupt
	case err != nil:
		return nil, byTimeout
	}
	e, err := t.options.Codec.Decode(data, key)
	switch {
	case err != nil:
		return nil, reasonOf(err)
	case e.State(now) == cache.Gone:
		return nil, byExpired
	case e.Private && !t.options.KeepPrivate:
		return nil, byForeign
	case t.claims.holds(e.Tags), !t.options.Generations.ValidShared(e.Position.Shared, e.Tags): // in this order: see claims
		return nil, byInvalid
	}
	return e, served
}
