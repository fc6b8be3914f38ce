package redis

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
)

// How entries are written.
const (
	batchEntries = 128     // in one round trip
	batchBytes   = 4 << 20 // of values, about
	keptBuffer   = 1 << 20 // a buffer that has grown beyond is not kept
)

// Set keeps entries: soon, and as far as they fit into the queue. Dropped is what is private and may not leave the process, is
// of no use any more, was invalidated, or was noted before this process knew the log. It does not wait for Redis.
func (t *Tier) Set(entries ...*cache.Entry) {
	for _, e := range entries {
		t.counters.sets.Add(1)
		if why := t.keepable(e, time.Now().UnixMilli()); why != kept {
			t.counters.drops[why].Add(1)
			continue
		}
		if !t.queue.push(e) {
			t.counters.drops[byFull].Add(1)
		}
	}
}

// keepable returns why an entry is not worth writing, or kept.
func (t *Tier) keepable(e *cache.Entry, now int64) drop {
	generations := t.options.Generations
	switch _, synced := t.log.position(); {
	case e.Private && !t.options.KeepPrivate:
		return byPrivate
	case e.Value == nil || e.State(now) == cache.Gone:
		return byUseless
	case !synced || t.stopped.Err() != nil || e.Position.Shared == cache.ID{}:
		return byNotSynced
	case t.claims.holds(e.Tags), !generations.ValidShared(e.Position.Shared, e.Tags), !generations.Valid(e.Position.Local, e.Tags):
		return byInvalidated
	}
	if state, _ := t.breaker.current(); state != closed {
		return byOpen
	}
	return kept
}

// queue holds what is to be written.
type queue struct {
	entries  chan *cache.Entry
	maxBytes int64
	bytes    atomic.Int64 // of values, those that are being written included
	pending  atomic.Int64 // entries, likewise
}

func newQueue(entries int, bytes int64) *queue {
	return &queue{entries: make(chan *cache.Entry, entries), maxBytes: bytes}
}

// push reports whether there was room.
func (q *queue) push(e *cache.Entry) bool {
	size := int64(len(e.Value))
	if q.bytes.Add(size) <= q.maxBytes {
		q.pending.Add(1)
		select {
		case q.entries <- e:
			return true
		default:
			q.pending.Add(-1)
		}
	}
	q.bytes.Add(-size)
	return false
}

// done says that entries have been written, or not.
func (q *queue) done(entries []*cache.Entry) {
	for _, e := range entries {
		q.bytes.Add(-int64(len(e.Value)))
	}
	q.pending.Add(-int64(len(entries)))
}

// next waits for entries, and adds all that wait to batch.
func (q *queue) next(ctx context.Context, batch []*cache.Entry) []*cache.Entry {
	select {
	case <-ctx.Done():
		return batch
	case e := <-q.entries:
		batch = append(batch, e)
	}
	for size := len(batch[0].Value); len(batch) < batchEntries && size < batchBytes; size += len(batch[len(batch)-1].Value) {
		select {
		case e := <-q.entries:
			batch = append(batch, e)
		default:
			return batch
		}
	}
	return batch
}

// write writes what is in the queue until ctx ends.
func (t *Tier) write(ctx context.Context) {
	var batch []*cache.Entry
	var buffer []byte
	for ctx.Err() == nil {
		batch = t.queue.next(ctx, batch[:0])
		buffer = t.writeBatch(ctx, batch, buffer[:0])
		t.queue.done(batch)
		clear(batch)
		if cap(buffer) > keptBuffer {
			buffer = nil
		}
	}
}

// writeBatch writes entries in one round trip, and returns the buffer it has used.
func (t *Tier) writeBatch(ctx context.Context, batch []*cache.Entry, buffer []byte) []byte {
	ctx, cancel := context.WithTimeout(ctx, t.options.SetTimeout)
	defer cancel()
	pipe := t.client.Pipeline()
	now := time.Now().UnixMilli()
	for _, e := range batch {
		if why := t.keepable(e, now); why != kept {
			t.counters.drops[why].Add(1)
			continue
		}
		begin := len(buffer)
		if buffer = t.options.Codec.Append(buffer, e); len(buffer) == begin {
			t.counters.drops[byLarge].Add(1)
			continue
		}
		value := buffer[begin:len(buffer):len(buffer)]
		pipe.Set(ctx, t.names.value(e.Key), value, time.Duration(e.Last()-now)*time.Millisecond)
	}
	if pipe.Len() == 0 {
		return buffer
	}
	probe, ok := t.breaker.allow(time.Now())
	if !ok {
		t.counters.drops[byOpen].Add(uint64(pipe.Len()))
		return buffer
	}
	t.counters.roundTrips.Add(1)
	written, err := pipe.Exec(ctx)
	t.breaker.report(probe, time.Now(), time.Now(), writeVerdict(err)) // that it took long may be due to its size
	for _, cmd := range written {
		if cmd.Err() != nil {
			t.counters.drops[byError].Add(1)
		}
	}
	return buffer
}

// writeVerdict says what an error of a write says about Redis. One that refuses to write, being full or a replica, can be read.
func writeVerdict(err error) verdict {
	switch {
	case err == nil:
		return succeeded
	case isReply(err):
		return unjudged
	}
	return failed
}

// isReply reports whether Redis has answered, with an error: it is there, and has said no.
func isReply(err error) bool {
	var reply goredis.Error
	return errors.As(err, &reply) && !strings.HasPrefix(err.Error(), "LOADING ")
}
