package redis

import (
	"context"
	"errors"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
)

const (
	recordTags = 256 // tags in one record
	// longRecord is the size from which on a record is followed by an empty one: every Get reads the last record again.
	longRecord = 512
)

// append writes a claim's records and returns the ID of the last. An error does not say that none was written. A log that is not there any
// more is begun anew, with a record that says all that the claim says, and more.
func (l *log) append(ctx context.Context, c goredis.UniversalClient, cl claim) (cache.ID, error) {
	if cl.all {
		return l.appendAll(ctx, c)
	}
	pipe := c.Pipeline()
	var last *goredis.StringCmd
	tags := cl.tags
	for len(tags) > 0 {
		n := min(len(tags), recordTags)
		fields := encodeRecord(tags[:n])
		last = l.add(ctx, pipe, "*", fields)
		tags = tags[n:]
		if len(tags) == 0 && len(fields[1]) > longRecord {
			last = l.add(ctx, pipe, "*", encodeRecord(nil))
		}
	}
	switch _, err := pipe.Exec(ctx); {
	case errors.Is(err, goredis.Nil): // of one of them at least
		return l.appendAll(ctx, c)
	case err != nil:
		return cache.ID{}, err
	}
	return parseID(last.Val())
}

// appendAll writes a record that invalidates everything, later than what this process knows: a log that begins anew on another machine,
// whose clock is behind, would otherwise go back.
func (l *log) appendAll(ctx context.Context, c goredis.UniversalClient) (cache.ID, error) {
	known := l.latest()
	for {
		text, err := l.add(ctx, c, "*", everything).Result()
		if errors.Is(err, goredis.Nil) {
			id, err := l.create(ctx, c, known)
			if errors.Is(err, goredis.TxFailedErr) { // somebody else has
				continue
			}
			return id, err
		}
		if err != nil {
			return cache.ID{}, err
		}
		id, err := parseID(text)
		if err != nil || id.Compare(known) > 0 {
			return id, err
		}
		later := cache.ID{Milli: known.Milli + 1}
		return later, l.add(ctx, c, formatID(later), everything).Err()
	}
}

// add adds a record to the log, if there is one (the error is Nil otherwise), and lets go of the oldest beyond the log's length.
func (l *log) add(ctx context.Context, c goredis.Cmdable, id string, fields []string) *goredis.StringCmd {
	return c.XAdd(ctx, &goredis.XAddArgs{Stream: l.key, NoMkStream: true, MaxLen: l.length, Approx: true, ID: id, Values: fields})
}

// create begins a log where there is none; TxFailedErr says that there is one. No other command makes a log, since Redis would count its
// records from zero, and give IDs once more that a log of the same millisecond has had:
//
//	log 1000-0, 1000-1 "thing" · B has heard 1000-0 · log deleted · log 1000-0 "other" · B reads on from 1000-0, and never hears of "thing"
//
// The first ID is Redis' time to the microsecond instead, and WATCH holds that there was no log since that was read. So it is later than all
// IDs of all logs before it, as long as the clock does not go back.
func (l *log) create(ctx context.Context, c goredis.UniversalClient, known cache.ID) (id cache.ID, err error) {
	err = c.Watch(ctx, func(tx *goredis.Tx) error {
		pipe := tx.Pipeline()
		there, now := pipe.Exists(ctx, l.key), pipe.Time(ctx)
		if _, err := pipe.Exec(ctx); err != nil {
			return err
		}
		if there.Val() > 0 {
			return goredis.TxFailedErr
		}
		id = firstID(now.Val(), known)
		_, err := tx.TxPipelined(ctx, func(p goredis.Pipeliner) error {
			return p.XAdd(ctx, &goredis.XAddArgs{Stream: l.key, ID: formatID(id), Values: everything}).Err()
		})
		return err
	}, l.key)
	return id, err
}

// firstID returns the ID that a log begins with at a time: later than what is known, than all IDs that Redis has given until then, whose
// second part is small, and than all that firstID has returned for earlier times.
func firstID(now time.Time, known cache.ID) cache.ID {
	micro := uint64(now.Nanosecond() / 1000 % 1000)
	id := cache.ID{Milli: uint64(now.UnixMilli()), Seq: (micro + 1) << 32}
	if id.Compare(known) <= 0 {
		id.Milli = known.Milli + 1
	}
	return id
}
