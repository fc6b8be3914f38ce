package redis

import (
	"context"
	"errors"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
)

// catchUp reads the log to its end. It finds its position first where that is not known, and gives up when it is lost a third time, since
// then somebody is removing the log as it is read.
func (l *log) catchUp(ctx context.Context, c goredis.UniversalClient) error {
	for losses := 0; losses < 3; {
		from, synced := l.position()
		if !synced {
			losses++
			if err := l.begin(ctx, c); err != nil {
				return fmt.Errorf("find the place in the log: %w", err)
			}
			continue
		}
		messages, err := l.read(ctx, c, from).Result()
		if err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		if l.hear(from, messages) == heard {
			return nil
		}
	}
	return errLosing
}

var errLosing = errors.New("the log is lost again and again")

// begin finds the position in the log, or makes a new beginning. A log always has a record: one that has none has lost them. The old
// position holds if its record is there, and so is what this process wrote last: then nothing between them can be missing.
func (l *log) begin(ctx context.Context, c goredis.UniversalClient) error {
	l.mu.Lock()
	at, own := l.generations.Position().Shared, l.written
	l.mu.Unlock()
	known := at
	intact, err := l.has(ctx, c, at)
	if err == nil && own != (cache.ID{}) {
		var kept bool
		if kept, err = l.has(ctx, c, own); !kept {
			intact, known = false, own
		}
	}
	if err != nil {
		return err
	}
	if intact {
		l.resume(at)
		return nil
	}
	start, err := l.fresh(ctx, c, known)
	if err != nil {
		return err
	}
	l.restart(start)
	return nil
}

// has reports whether the log has a record; none has the ID zero.
func (l *log) has(ctx context.Context, c goredis.Cmdable, id cache.ID) (bool, error) {
	found, err := c.XRangeN(ctx, l.key, formatID(id), formatID(id), 1).Result()
	return len(found) > 0, err
}

// fresh returns a record before which nothing counts. That is
//
//	the first one, if nothing is known of before it: at the start, and when the log was trimmed, or lost and begun again
//	one that invalidates everything and is later than what is known, if what is known is missing in the midst of the log
//	a new one of that kind, if there is none yet
func (l *log) fresh(ctx context.Context, c goredis.UniversalClient, known cache.ID) (cache.ID, error) {
	first, err := c.XRangeN(ctx, l.key, "-", "+", 1).Result()
	if err != nil {
		return cache.ID{}, err
	}
	records, err := decodeRecords(first)
	if err != nil {
		return cache.ID{}, err
	}
	if len(records) == 1 && records[0].ID.Compare(known) > 0 {
		return records[0].ID, nil
	}
	last, err := l.lastOfAll(ctx, c, known)
	if err != nil || last != (cache.ID{}) {
		return last, err
	}
	return l.appendAll(ctx, c)
}

// lastOfAll returns the last record after known that invalidates everything; zero if there is none.
func (l *log) lastOfAll(ctx context.Context, c goredis.Cmdable, known cache.ID) (cache.ID, error) {
	var last cache.ID
	for {
		messages, err := c.XRangeN(ctx, l.key, "("+formatID(known), "+", page).Result()
		if err != nil {
			return cache.ID{}, err
		}
		records, err := decodeRecords(messages)
		if err != nil {
			return cache.ID{}, err
		}
		for _, r := range records {
			known = r.ID
			if r.All {
				last = r.ID
			}
		}
		if len(records) < page {
			return last, nil
		}
	}
}

// resume says that the position was right, unless a restart has gone back behind it meanwhile.
func (l *log) resume(at cache.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.generations.Position().Shared.Compare(at) >= 0 {
		l.synced = true
	}
}

// restart sets the position anew: nothing that was noted before counts.
func (l *log) restart(at cache.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.epoch++
	l.doubts++
	l.generations.Doubt(at)
	l.synced = true
	l.settle()
}
