package redis

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
)

// How the inbox is read: see the package's documentation.
const (
	fieldInvalidate = "invalidate" // other fields are for others, who read in groups of their own
	group           = "weft"
	batchEvents     = 256
	eventsFor       = time.Second      // how long to wait for one
	silentFor       = 30 * time.Second // after which what a process has read is read by another
	goneFor         = time.Hour        // after which a process without anything unacknowledged is forgotten
	keepEvents      = time.Hour        // entries are kept for, after they were acknowledged
)

// inbox is this process's part in reading the inbox.
type inbox struct {
	tier     *Tier
	stream   string
	consumer string
	claimed  time.Time // when it last looked for what others have left
}

// attend reads the inbox until ctx ends.
func (t *Tier) attend(ctx context.Context) {
	in := &inbox{tier: t, stream: t.names.events, consumer: rand.Text()}
	delay := backoff{}
	for ctx.Err() == nil {
		if in.open(ctx) == nil {
			read, err := in.readAll(ctx)
			if read {
				delay = backoff{}
			}
			if ctx.Err() == nil && !strings.Contains(err.Error(), "NOGROUP") { // else somebody has emptied Redis
				t.options.Logger.Warn("redis: the inbox is not read", "error", err)
			}
		}
		if !delay.sleep(ctx) {
			break
		}
	}
	in.leave()
}

// open makes the stream and the group, where they are not there yet.
func (in *inbox) open(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, in.tier.options.SetTimeout)
	defer cancel()
	err := in.tier.listener.XGroupCreateMkStream(ctx, in.stream, group, "0").Err()
	if err != nil && strings.HasPrefix(err.Error(), "BUSYGROUP") {
		return nil
	}
	return err
}

// readAll takes batch after batch until there is an error. Read reports whether there was none at first.
func (in *inbox) readAll(ctx context.Context) (read bool, err error) {
	for {
		if time.Since(in.claimed) >= silentFor {
			if err := in.reclaim(ctx); err != nil {
				return read, err
			}
			in.claimed = time.Now()
		}
		messages, err := in.read(ctx)
		if err == nil {
			err = in.take(ctx, messages)
		}
		if err != nil {
			return read, err
		}
		read = true
	}
}

// read waits for entries that no process has read.
func (in *inbox) read(ctx context.Context) ([]goredis.XMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, eventsFor+in.tier.options.SetTimeout)
	defer cancel()
	streams, err := in.tier.listener.XReadGroup(ctx, &goredis.XReadGroupArgs{
		Group: group, Consumer: in.consumer, Streams: []string{in.stream, ">"}, Count: batchEvents, Block: eventsFor,
	}).Result()
	switch {
	case errors.Is(err, goredis.Nil):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read the inbox: %w", err)
	}
	return streams[0].Messages, nil
}

// take makes one invalidation of a batch, and acknowledges it when that is logged. What is not acknowledged comes again.
func (in *inbox) take(ctx context.Context, messages []goredis.XMessage) error {
	if len(messages) == 0 {
		return nil
	}
	c := &in.tier.counters
	c.eventBatches.Add(1)
	c.events.Add(uint64(len(messages)))
	var tags []string
	ids := make([]string, len(messages))
	for i, m := range messages {
		ids[i] = m.ID
		named, err := in.tier.decodeEvent(m)
		if err != nil {
			c.poisonedEvents.Add(1)
			in.tier.options.Logger.Warn("redis: the inbox has an entry that is not understood, or not all of it", "id", m.ID, "error", err)
		}
		tags = append(tags, named...)
	}
	slices.Sort(tags)
	if err := in.tier.Invalidate(ctx, slices.Compact(tags)); err != nil {
		return err
	}
	return in.acknowledge(ctx, ids)
}

// decodeEvent returns the tags that an entry of the inbox invalidates, and what of it is not understood: both where it is a part.
func (t *Tier) decodeEvent(m goredis.XMessage) ([]string, error) {
	text, ok := m.Values[fieldInvalidate].(string)
	if !ok {
		return nil, fmt.Errorf("no field %s", fieldInvalidate)
	}
	i, misspelt := decodeInvalidation([]byte(text))
	tags, untyped := i.Forms()
	return tags, errors.Join(misspelt, untyped, t.unknownTypes(i))
}

// decodeInvalidation reads the members that an invalidation has. The error names those that mean nothing, as they are spelt, and those that
// are no list of strings, of which the strings count.
func decodeInvalidation(text []byte) (i cache.Invalidation, err error) {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(text, &given); err != nil {
		return i, err
	}
	members := map[string]*[]string{"tags": &i.Tags, "types": &i.Types, "keys": &i.Keys}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		into, known := members[name]
		if !known {
			err = errors.Join(err, fmt.Errorf("there is no member %q", name))
			continue
		}
		if json.Unmarshal(given[name], into) != nil {
			err = errors.Join(err, fmt.Errorf("the member %s is no list of strings", name))
		}
	}
	return i, err
}

// unknownTypes names the types of an invalidation that the schema has not. They are invalidated nevertheless: another service may have them,
// or another version of this one, and only one process reads the entry.
func (t *Tier) unknownTypes(i cache.Invalidation) (err error) {
	if t.options.Types == nil {
		return nil
	}
	check := func(name string) {
		if !slices.Contains(t.options.Types, name) {
			err = errors.Join(err, fmt.Errorf("the schema has no object type %q", name))
		}
	}
	for _, name := range i.Types {
		check(name)
	}
	for _, key := range i.Keys {
		if name, _, ok := strings.Cut(key, ":"); ok && name != "" {
			check(name)
		}
	}
	return err
}

// acknowledge says that entries are done with, and removes what is old.
func (in *inbox) acknowledge(ctx context.Context, ids []string) error {
	ctx, cancel := context.WithTimeout(ctx, in.tier.options.SetTimeout)
	defer cancel()
	pipe := in.tier.listener.Pipeline()
	done := pipe.XAck(ctx, in.stream, group, ids...)
	if last, err := parseID(ids[len(ids)-1]); err == nil {
		if keep := uint64(keepEvents.Milliseconds()); last.Milli > keep {
			pipe.XTrimMinIDApprox(ctx, in.stream, formatID(cache.ID{Milli: last.Milli - keep}), 0)
		}
	}
	_, _ = pipe.Exec(ctx)
	return done.Err()
}

// reclaim takes what processes have read that have been silent since, and forgets those that are gone.
func (in *inbox) reclaim(ctx context.Context) error {
	for from := "0-0"; ; {
		messages, next, err := in.claim(ctx, from)
		if err != nil {
			return fmt.Errorf("reclaim what was read from the inbox: %w", err)
		}
		in.tier.counters.reclaimedEvents.Add(uint64(len(messages)))
		if err := in.take(ctx, messages); err != nil {
			return err
		}
		if next == "0-0" {
			return in.forget(ctx)
		}
		from = next
	}
}

// claim takes over some of what others have read and not acknowledged for silentFor. next is where to go on; "0-0" is the end.
func (in *inbox) claim(ctx context.Context, from string) (messages []goredis.XMessage, next string, err error) {
	ctx, cancel := context.WithTimeout(ctx, in.tier.options.SetTimeout)
	defer cancel()
	return in.tier.listener.XAutoClaim(ctx, &goredis.XAutoClaimArgs{
		Stream: in.stream, Group: group, Consumer: in.consumer, MinIdle: silentFor, Start: from, Count: batchEvents,
	}).Result()
}

// forget removes from the group who has not read for long and has nothing left to acknowledge.
func (in *inbox) forget(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, in.tier.options.SetTimeout)
	defer cancel()
	consumers, err := in.tier.listener.XInfoConsumers(ctx, in.stream, group).Result()
	if err != nil {
		return fmt.Errorf("look who reads the inbox: %w", err)
	}
	for _, c := range consumers {
		if c.Pending == 0 && c.Idle > goneFor {
			if err := in.tier.listener.XGroupDelConsumer(ctx, in.stream, group, c.Name).Err(); err != nil {
				return fmt.Errorf("forget who read the inbox: %w", err)
			}
		}
	}
	return nil
}

// leave takes this process out of the group, unless it has something that another one must reclaim.
func (in *inbox) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), in.tier.options.SetTimeout)
	defer cancel()
	pending, err := in.tier.client.XPendingExt(ctx, &goredis.XPendingExtArgs{
		Stream: in.stream, Group: group, Consumer: in.consumer, Start: "-", End: "+", Count: 1,
	}).Result()
	if err == nil && len(pending) == 0 {
		_ = in.tier.client.XGroupDelConsumer(ctx, in.stream, group, in.consumer).Err()
	}
}
