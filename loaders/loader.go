package loaders

import (
	"context"
	"iter"
	"time"

	"github.com/graph-gophers/dataloader/v7"
)

// Options of a [Loader]. The zero value is the default of each.
type Options struct {
	// Max is the number of keys per call of the batch function; 0 or less = 100.
	Max int

	// Wait is how long keys are collected before their batch leaves; 0 or less = 2 ms.
	//
	// Every load of a batch pays it, and a key that comes later costs a call more. Goroutines that load one key each,
	// over a batch function of 2 ms that takes them all, in one call at best (one run of 100 operations a row):
	//
	//	           100 keys           1000 keys
	//	Wait       median    calls    median    calls
	//	0.5 ms      3.8 ms   1.02      6.6 ms   4.00
	//	1 ms        3.8 ms   1.03      6.5 ms   2.42
	//	2 ms        4.7 ms   1.00      7.5 ms   1.72
	//	5 ms        8.1 ms   1.00      9.5 ms   1.10
	//	16 ms      19.2 ms   1.00     20.6 ms   1.00
	//
	// 2 ms is the least of these that kept 100 keys together every time. Measured on 2 cores with
	//
	//	go test -run '^$' -bench Wait -benchtime 100x ./loaders
	Wait time.Duration

	// Gate decides when a batch leaves that the gate's functions ask for: Wait is then for others only. nil: Wait decides
	// for all.
	Gate *Gate

	// Parallel is the number of calls that one Loader has running at once, over all its batches;
	// 0 or less = 16, and 32 for [NewEach].
	Parallel int
}

// Loader answers keys through a batch function: each key once, many keys a call.
// It is made for one operation and is safe for concurrent use.
type Loader[K comparable, V any] struct {
	memo  Memo[K, V]
	leave func(context.Context, []*call[K, V]) // takes fresh calls, those that are asked for together at once, and makes them depart
	now   func(context.Context, []*call[K, V]) // makes calls depart at once
	later []iter.Seq2[K, V]                    // guarded by memo.mu
}

var _ dataloader.Interface[string, int] = (*Loader[string, int])(nil)

// New returns a Loader that collects keys and calls batch with at most Max of them.
//
// A batch leaves Wait after its first key, or as soon as it has Max×Parallel keys: more could not
// be fetched at once anyway.
//
// batch gets distinct keys and returns one result each, in their order. A result's error is that key's alone.
// What a missing key gets is for batch to say: an error or a zero value. A nil result is an error of
// its key, a wrong number of results or a panic ([*PanicError]) one of all keys of the call. batch may load from other
// loaders, not from its own; what it loads under its context and does not wait for ends when batch returns.
func New[K comparable, V any](batch dataloader.BatchFunc[K, V], o Options) *Loader[K, V] {
	size, parallel := positive(o.Max, 100), positive(o.Parallel, 16)
	l := &Loader[K, V]{memo: Memo[K, V]{work: work{limit: parallel}, gate: o.Gate}}
	l.now = func(ctx context.Context, calls []*call[K, V]) { l.memo.depart(ctx, calls, size, batch) }
	l.leave = collect(positive(o.Wait, 2*time.Millisecond), size*parallel, l.now)
	if o.Gate != nil {
		l.leave = collectAt(o.Gate, l.now, l.leave)
	}
	return l
}

// NewEach returns a Loader for an upstream without a batch call: it fetches each distinct key at once, without
// waiting for others, at most Parallel together. Max and Wait mean nothing to it.
func NewEach[K comparable, V any](fetch func(ctx context.Context, key K) (V, error), o Options) *Loader[K, V] {
	l := &Loader[K, V]{memo: Memo[K, V]{work: work{limit: positive(o.Parallel, 32)}, gate: o.Gate}}
	batch := single(fetch)
	l.now = func(ctx context.Context, calls []*call[K, V]) { l.memo.depart(ctx, calls, 1, batch) }
	l.leave = l.now
	return l
}

// Load asks for key and returns at once. The thunk waits for the answer, or for the end of ctx, whose error it then
// returns; it can be called any number of times, from any goroutine.
func (l *Loader[K, V]) Load(ctx context.Context, key K) dataloader.Thunk[V] {
	c, fresh := l.admit(ctx, key)
	if fresh {
		l.leave(ctx, c.alone())
	}
	return func() (V, error) { return c.await(ctx) }
}

// LoadMany asks for all keys, in any order, repeated or not, and starts no goroutine for it. The thunk gives a value
// a key, in the order of keys; its errors are nil when there are none, otherwise one a key, too.
func (l *Loader[K, V]) LoadMany(ctx context.Context, keys []K) dataloader.ThunkMany[V] {
	return l.load(ctx, keys, l.leave)
}

// LoadBatch asks for all keys as LoadMany does. Those that nobody has asked for before leave at once, as a batch of their
// own: for a caller who knows all the keys that there will be. Asked by a function of the loader's gate they wait for
// the others.
func (l *Loader[K, V]) LoadBatch(ctx context.Context, keys []K) dataloader.ThunkMany[V] {
	if l.memo.gate != nil && gateOf(ctx) == l.memo.gate {
		return l.LoadMany(ctx, keys)
	}
	return l.load(ctx, keys, l.now)
}

// load asks for keys, and has those leave together that nobody has asked for before.
func (l *Loader[K, V]) load(ctx context.Context, keys []K, leave func(context.Context, []*call[K, V])) dataloader.ThunkMany[V] {
	calls := make([]*call[K, V], len(keys))
	if fresh := l.admitAll(ctx, keys, calls); len(fresh) > 0 {
		leave(ctx, fresh)
	}
	return func() ([]V, []error) {
		return gather(len(calls), func(i int) (V, error) { return calls[i].await(ctx) })
	}
}

// Prime offers the value of key. It counts when nobody has fetched the key yet: an answer that is there, or on
// its way, stays. A key that is still being collected is answered and not fetched.
func (l *Loader[K, V]) Prime(_ context.Context, key K, value V) dataloader.Interface[K, V] {
	l.memo.mu.Lock()
	defer l.memo.mu.Unlock()
	l.memo.prime(key, value)
	return l
}

// PrimeLater offers objects, such as those of a list, as Prime does, but looks at them only when the loader is
// next asked for a key; if nobody asks, the offer has cost nothing. objects then runs once, under the loader's lock:
// it must not use the loader.
func (l *Loader[K, V]) PrimeLater(objects iter.Seq2[K, V]) {
	l.memo.mu.Lock()
	defer l.memo.mu.Unlock()
	l.later = append(l.later, objects)
}

// Clear forgets the answer of key: the next Load fetches it anew. Those who already wait for a call in flight get
// what it brings; a key that is still being collected stays, since what it will fetch is new.
func (l *Loader[K, V]) Clear(_ context.Context, key K) dataloader.Interface[K, V] {
	l.memo.mu.Lock()
	defer l.memo.mu.Unlock()
	l.index() // what was offered before is older than this Clear
	l.memo.forget(key)
	return l
}

// ClearAll forgets all answers, and what was offered, as Clear does for one key.
func (l *Loader[K, V]) ClearAll() dataloader.Interface[K, V] {
	l.memo.mu.Lock()
	defer l.memo.mu.Unlock()
	l.later = nil
	for key := range l.memo.calls {
		l.memo.forget(key)
	}
	return l
}

// admit finds or makes the call of key, offers first. A fresh one has to leave.
func (l *Loader[K, V]) admit(ctx context.Context, key K) (c *call[K, V], fresh bool) {
	l.memo.mu.Lock()
	defer l.memo.mu.Unlock()
	l.index()
	return l.memo.ask(ctx, key)
}

// admitAll admits each key into the call of the same index, and returns the calls that have to leave.
func (l *Loader[K, V]) admitAll(ctx context.Context, keys []K, calls []*call[K, V]) (fresh []*call[K, V]) {
	l.memo.mu.Lock()
	defer l.memo.mu.Unlock()
	l.index()
	for i, key := range keys {
		c, isFresh := l.memo.ask(ctx, key)
		calls[i] = c
		if !isFresh {
			continue
		}
		if fresh == nil {
			fresh = make([]*call[K, V], 0, len(keys)-i)
		}
		fresh = append(fresh, c)
	}
	return fresh
}

// index primes with all that was offered for later. It holds memo.mu.
func (l *Loader[K, V]) index() {
	later := l.later
	l.later = nil
	for _, objects := range later {
		for key, value := range objects {
			l.memo.prime(key, value)
		}
	}
}

func (l *Loader[K, V]) part(of *work) { l.memo.part(of) }

// gather calls get for 0 to n-1. The errors are nil when there are none.
func gather[V any](n int, get func(int) (V, error)) (values []V, errs []error) {
	values = make([]V, n)
	for i := range n {
		var err error
		if values[i], err = get(i); err == nil {
			continue
		}
		if errs == nil {
			errs = make([]error, n)
		}
		errs[i] = err
	}
	return values, errs
}

// positive is n, or otherwise when n is not positive.
func positive[N int | time.Duration](n, otherwise N) N {
	if n > 0 {
		return n
	}
	return otherwise
}
