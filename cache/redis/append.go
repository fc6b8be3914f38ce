package redis

import (
	"context"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
)

const (
	recordTags = 256 // tags in one record
	// longRecord is the size from which on a record is followed by an empty one: every Get reads the last record again.
	longRecord = 512
)

// append writes a claim's records and returns the ID of the last. An error does not say that none was written.
func (l *log) append(ctx context.Context, c goredis.Cmdable, cl claim) (cache.ID, error) {
	if cl.all {
		return l.appendAll(ctx, c, cache.ID{})
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
	if _, err := pipe.Exec(ctx); err != nil {
		return cache.ID{}, err
	}
	return parseID(last.Val())
}

// appendAll writes a record that invalidates everything, later than known: a log that begins anew on another machine, whose
// clock is behind, would otherwise go back.
func (l *log) appendAll(ctx context.Context, c goredis.Cmdable, known cache.ID) (cache.ID, error) {
	all := []string{fieldAll, "1"}
	text, err := l.add(ctx, c, "*", all).Result()
	if err != nil {
		return cache.ID{}, err
	}
	id, err := parseID(text)
	if err != nil || id.Compare(known) > 0 {
		return id, err
	}
	later := cache.ID{Milli: known.Milli + 1}
	if err := l.add(ctx, c, formatID(later), all).Err(); err != nil {
		return cache.ID{}, err
	}
	return later, nil
}

// add adds a record, and lets go of the oldest beyond the log's length.
func (l *log) add(ctx context.Context, c goredis.Cmdable, id string, fields []string) *goredis.StringCmd {
	return c.XAdd(ctx, &goredis.XAddArgs{Stream: l.key, MaxLen: l.length, Approx: true, ID: id, Values: fields})
}
