package redis

import (
	"context"
	"errors"
	"slices"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
)

const (
	recordTags = 256 // tags in one record
	// longRecord is the size from which on a record is followed by an empty one: every Get reads the last record again.
	longRecord = 512
)

// append writes a claim's records and returns the ID of the last. An error does not say that none was written.
func (l *log) append(ctx context.Context, c goredis.UniversalClient, cl claim) (cache.ID, error) {
	if cl.all {
		return l.appendAll(ctx, c)
	}
	records := cl.records
	if records == nil {
		for tags := range slices.Chunk(cl.tags, recordTags) {
			records = append(records, cache.Record{Tags: tags})
		}
	}
	return l.write(ctx, c, records)
}

// write adds records in one round trip, says which they are, and returns the ID of the last. A log that is not there any more is begun anew,
// with a record that says all that they say, and more, but for those that are of what is yet to come.
func (l *log) write(ctx context.Context, c goredis.UniversalClient, records []cache.Record) (cache.ID, error) {
	began := now()
	ids, err := l.addAll(ctx, c, records)
	if errors.Is(err, goredis.Nil) { // of one of them at least
		var id cache.ID
		if id, err = l.appendAll(ctx, c); err != nil {
			return id, err
		}
		if !slices.ContainsFunc(records, func(r cache.Record) bool { return r.After > 0 }) {
			return id, nil
		}
		ids, err = l.addAll(ctx, c, records)
	}
	if err != nil {
		return cache.ID{}, err
	}
	last := ids[len(ids)-1]
	for i := range records {
		records[i].ID = ids[i]
	}
	l.added(began, last, records)
	return last, nil
}

// addAll adds records, and an empty one after a long one, and returns their IDs.
func (l *log) addAll(ctx context.Context, c goredis.UniversalClient, records []cache.Record) ([]cache.ID, error) {
	pipe := c.Pipeline()
	var added []*goredis.StringCmd
	long := false
	for _, r := range records {
		fields := encodeRecord(r)
		added = append(added, l.add(ctx, pipe, "*", fields))
		long = len(fields[1]) > longRecord
	}
	if long {
		added = append(added, l.add(ctx, pipe, "*", encodeRecord(cache.Record{})))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	ids := make([]cache.ID, len(added))
	for i, cmd := range added {
		var err error
		if ids[i], err = parseID(cmd.Val()); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// appendAll writes a record that invalidates everything, later than what this process knows: a log that begins anew on another machine,
// whose clock is behind, would otherwise go back.
func (l *log) appendAll(ctx context.Context, c goredis.UniversalClient) (cache.ID, error) {
	known, began := l.latest(), now()
	for {
		text, err := l.add(ctx, c, "*", everything).Result()
		if errors.Is(err, goredis.Nil) {
			id, err := l.create(ctx, c, known)
			if errors.Is(err, goredis.TxFailedErr) { // somebody else has
				continue
			}
			if err == nil {
				l.added(began, id, nil)
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
