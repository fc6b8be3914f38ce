package fetch

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/upstream"
)

// Some services refuse a batch as a whole because of one key that they do not know, or that is malformed. Its keys are then asked for in
// parts: by halves, until a half is refused no more or has one key, and where there is a call for one key, a few keys one by one. So the
// key costs itself only. What parts cost is bounded, within an operation and for each upstream; and a key that was refused by itself, while
// others of its batch were not, is not asked for again for a while, so that the next batch does not fail of it.
const (
	fewKeys        = 8               // that are asked for one by one, where a call for one key is there
	maxParts       = 32              // calls for parts of batches that an operation makes
	partsPerMinute = 240             // that all operations together make of one upstream
	badFor         = 5 * time.Second // a key that was refused by itself is not sent again
	maxRefused     = 10_000          // keys
)

// refuses reports whether a batch may have ended with err because of one of its keys, or because it has too many of them. 404 and 410 do not
// say that: they are also what a service answers that has no such batch at all.
func refuses(err error) bool {
	failure, ok := errors.AsType[*upstream.Error](err)
	if !ok {
		return false
	}
	switch failure.Status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// tooLong reports whether a batch was refused because of its size, which is no key's fault.
func tooLong(err error) bool {
	failure, ok := errors.AsType[*upstream.Error](err)
	return ok && (failure.Status == http.StatusRequestEntityTooLarge || failure.Status == http.StatusRequestURITooLong)
}

// split is a refused batch whose keys are asked for in parts.
type split struct {
	refusal error
	some    atomic.Bool // keys were answered

	mu  sync.Mutex // guards bad
	bad []badKey   // those that were refused by themselves
}

type badKey struct {
	key string
	Result
}

// callParts asks for the keys of a batch that was refused. of is the split that the batch is a part of; nil: it is none.
func (x *Execution) callParts(ctx context.Context, k keyBatch, l load, of *split, refusal error) {
	b, s := l.space.Binding, of
	if s == nil {
		s = &split{refusal: refusal}
	}
	parts := k.halves()
	if b.ForOne() != nil && len(k.keys) <= fewKeys {
		parts = k.singles()
	}
	if !x.maySplit(b, len(parts), len(k.keys)) {
		k.fill(Result{Err: refusal})
		return
	}
	x.record.split(len(parts))
	each(len(parts), maxTogether, func(i int) {
		x.callMany(ctx, parts[i], l, s)
		s.note(b, parts[i])
	})
	if of == nil {
		x.refused(l, k, s)
	}
}

// note looks at what came of a part.
func (s *split) note(b *binding.Binding, k keyBatch) {
	if len(k.keys) > 1 {
		if k.result(0).Err == nil {
			s.some.Store(true)
		}
		return
	}
	r := k.result(0)
	switch alone := b.ForOne() != nil; {
	case refuses(r.Err), alone && r.Err == nil && !r.Found:
		s.mu.Lock()
		defer s.mu.Unlock()
		s.bad = append(s.bad, badKey{k.keys[0], Result{Value: r.Value, Err: r.Err, origin: noCall}})
	case r.Err == nil:
		s.some.Store(true)
	}
}

// refused remembers the keys of a batch that were refused by themselves. Where none was answered it was no key's fault.
func (x *Execution) refused(l load, k keyBatch, s *split) {
	b := l.space.Binding
	if len(s.bad) > 0 && s.some.Load() && !tooLong(s.refusal) {
		client := x.service.Clients[b.Upstream]
		for _, bad := range s.bad {
			x.service.traffic.refusals.add(x.keyName(l, bad.key), refusal{bad.Result, client.Writes(), time.Now().Add(badFor)})
		}
	}
	failure, _ := errors.AsType[*upstream.Error](s.refusal)
	x.service.log().Warn("an upstream refused a batch, whose keys were then asked for in parts",
		"binding", b.Name, "at", b.At, "upstream", b.Upstream, "status", failure.Status, "keys", len(k.keys), "refused", len(s.bad))
}

// keyName names a key of a load, for one identity.
func (x *Execution) keyName(l load, key string) cache.Key {
	return cacheKey(l.space.Binding, x.identity(l.space.Binding), l.space.Rest, key)
}

// knownRefused returns what came of a key that was refused a short time ago, while nothing was written to its upstream; nil: there is none.
func (x *Execution) knownRefused(l load) func(key string) (Result, bool) {
	known := &x.service.traffic.refusals
	if known.count.Load() == 0 {
		return nil
	}
	client := x.service.Clients[l.space.Binding.Upstream]
	return func(key string) (Result, bool) {
		r, ok := known.get(x.keyName(l, key))
		return r.Result, ok && client != nil && r.writes == client.Writes()
	}
}

// maySplit reports whether so many calls, for so many keys, may be made for parts of a batch, and counts them.
func (x *Execution) maySplit(b *binding.Binding, calls, keys int) bool {
	return x.spare(calls, keys) && x.parted.Add(int64(calls)) <= maxParts && x.service.traffic.parts(b.Upstream).take(calls)
}

// spare reports whether an operation may make so many more calls without exceeding a limit.
func (b *Budget) spare(calls, keys int) bool {
	return int(b.sent.Load())+calls <= b.maxCalls && int(b.received.Load())+keys*bytesOfKey <= b.maxReceived
}

// refusals are keys that were refused a short time ago. The zero value is ready.
type refusals struct {
	count atomic.Int64 // of what byKey has

	mu    sync.Mutex // guards byKey
	byKey map[cache.Key]refusal
}

type refusal struct {
	Result
	writes uint64 // of the upstream's client
	until  time.Time
}

func (r *refusals) get(key cache.Key) (refusal, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.byKey[key]
	return found, ok && time.Now().Before(found.until)
}

// add remembers a key, and forgets those whose time is over; all of them, when they are too many.
func (r *refusals) add(key cache.Key, f refusal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for old, f := range r.byKey {
		if !time.Now().Before(f.until) {
			delete(r.byKey, old)
		}
	}
	if r.byKey == nil || len(r.byKey) >= maxRefused {
		r.byKey = map[cache.Key]refusal{}
	}
	r.byKey[key] = f
	r.count.Store(int64(len(r.byKey)))
}

// allowance is how many calls for parts were made within a minute.
type allowance struct {
	mu    sync.Mutex // guards what follows
	began time.Time
	taken int
}

// take reports whether so many more calls may be made now, and counts them.
func (a *allowance) take(calls int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now := time.Now(); now.Sub(a.began) >= time.Minute {
		a.began, a.taken = now, 0
	}
	if a.taken+calls > partsPerMinute {
		return false
	}
	a.taken += calls
	return true
}

// parts is the allowance of an upstream.
func (t *traffic) parts(upstream string) *allowance {
	a, _ := t.allowances.LoadOrStore(upstream, new(allowance))
	return a.(*allowance)
}
