package redis

import (
	"context"
	"errors"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// listenFor is how long the watcher waits for a record before it looks whether the log is still the same.
const listenFor = 250 * time.Millisecond

// watch follows the log until ctx ends, so that memory hears what other processes invalidate when it happens. It needs no
// connection to have been there all the time: what it has missed it reads, or it learns that it cannot.
func (t *Tier) watch(ctx context.Context) {
	delay, told := backoff{}, false
	for {
		followed, err := t.follow(ctx)
		t.log.listen(false)
		if ctx.Err() != nil {
			return
		}
		t.counters.disconnects.Add(1)
		if followed {
			delay, told = backoff{}, false
		}
		if !told {
			told = true
			t.options.Logger.Warn("redis: invalidations by other processes are not heard", "error", err)
		}
		if !delay.sleep(ctx) {
			return
		}
	}
}

// follow reads the log to its end, again and again, until there is an error. Followed reports whether it got there once.
func (t *Tier) follow(ctx context.Context) (followed bool, err error) {
	for {
		if err := t.catchUp(ctx); err != nil {
			return followed, err
		}
		if !followed {
			t.tick(ctx) // that the log can be written is not known yet
		}
		t.log.listen(true)
		if !followed {
			followed = true
			t.options.Logger.Info("redis: connected")
		}
		if err := t.sleepUntilRecord(ctx); err != nil {
			return followed, err
		}
	}
}

// catchUp reads the log to its end, on the connection that may wait.
func (t *Tier) catchUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*t.options.SetTimeout) // after a long absence it is many pages
	defer cancel()
	return t.log.catchUp(ctx, t.listener)
}

// sleepUntilRecord returns when there is a record that was not heard, or when it is time to look.
func (t *Tier) sleepUntilRecord(ctx context.Context) error {
	from, synced := t.log.position()
	if !synced {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, listenFor+t.options.SetTimeout)
	defer cancel()
	err := t.listener.XRead(ctx, &goredis.XReadArgs{
		Streams: []string{t.names.log}, ID: formatID(from.at), Count: 1, Block: listenFor,
	}).Err()
	if errors.Is(err, goredis.Nil) {
		return nil
	}
	return err
}

// Flush returns when what was set and invalidated before is in Redis or dropped, and all that is in the log by now is heard and trusted.
// It is for tests and for orderly handovers; the error is ctx's.
func (t *Tier) Flush(ctx context.Context) error {
	delay := backoff{}
	for {
		if t.queue.pending.Load() == 0 && t.claims.waiting() == 0 && t.hearAll(ctx) && t.claims.count.Load() == 0 {
			return nil
		}
		if !delay.sleep(ctx) {
			return context.Cause(ctx)
		}
	}
}

// hearAll reads the log once, and reports whether everything in it is heard.
func (t *Tier) hearAll(ctx context.Context) bool {
	from, synced := t.log.position()
	if !synced {
		return false
	}
	messages, err := t.log.read(ctx, t.client, from).Result()
	return err == nil && t.log.hear(from, messages) == heard && t.options.Generations.Trusted(now())
}
