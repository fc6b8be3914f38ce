package binding

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/graph-gophers/dataloader/v7"

	"weft/cache"
	"weft/graph/schedule"
	"weft/graph/view"
	"weft/loaders"
	"weft/upstream"
)

// Service is what every operation uses: the clients, and what Go answers. It must not change once operations run.
type Service struct {
	Clients  upstream.Clients
	Failures map[string]Failure // by upstream
	// Functions answer the entities that say @entity(func:), by name.
	Functions map[string]Func
	// Types are the object types that looking ahead can walk, by name; nil: it does not look ahead.
	Types map[string]*ObjectType
	// MaxObjects is how many objects an operation may have in its answer, over all its fields; 0 = 100,000. What is above is
	// an error, with code TOO_LARGE.
	MaxObjects int
	// MaxAnswer is how many bytes the data of an answer may have; 0 = 32 MiB. It may have one value for each 32 of them, or each 512
	// under gqlgen's executor. What is above is an error, with code TOO_LARGE.
	MaxAnswer int
	// MaxCalls is how many calls to upstreams an operation may make; 0 = 500. What is above is an error, with code TOO_MANY_CALLS.
	MaxCalls int
	// BatchWait is how long a batch collects keys; 0 = the default of [loaders.Options].
	BatchWait time.Duration
	// Cache keeps what upstreams have answered; nil: nothing outlives its operation.
	Cache *cache.Cache
	// Schedule refreshes values that were served stale; nil: they stay so until they may not be served any more.
	Schedule *schedule.Scheduler
	// Policies are for bindings that say nothing themselves, by upstream, and for GETs only.
	Policies map[string]CachePolicy
	// Unshared are upstreams whose operations always run by themselves, though others ask the same at the same time.
	Unshared map[string]bool
	// Twins are the bindings whose GETs another one may make, too: see [Twins].
	Twins map[*Binding]bool
	// Alone has every operation ask for all that it wants, though others ask for the same at this moment.
	Alone bool
	// Logger gets what an operator should look at; nil = slog.Default().
	Logger *slog.Logger

	traffic traffic
}

// Func answers keys in their order: an object or an error each; a zero object is null. A key with neither, since what it
// returned is too short, is an error of that key.
type Func func(ctx context.Context, keys []string) ([]view.Object, []error)

// Function makes a Func of a typed one, nil of nil; parse reads a loader's key.
func Function[K any, T view.Viewer](f func(context.Context, []K) ([]*T, []error), parse func(string) K) Func {
	if f == nil {
		return nil
	}
	return func(ctx context.Context, keys []string) ([]view.Object, []error) {
		typed := make([]K, len(keys))
		for i, key := range keys {
			typed[i] = parse(key)
		}
		views, errs := f(ctx, typed)
		objects := make([]view.Object, len(views))
		for i, v := range views {
			if v != nil {
				objects[i] = view.ObjectOf(v)
			}
		}
		return objects, errs
	}
}

func (s *Service) log() *slog.Logger { return cmp.Or(s.Logger, slog.Default()) }

// Execution is one operation: its loaders and its client's headers.
type Execution struct {
	service *Service
	header  http.Header
	set     loaders.Set
	wants   wants
	refused refused // of gqlgen's executor
	// collecting is held by who finds out what an operation of gqlgen's executor selects: see collect.
	collecting sync.Mutex
	objects    atomic.Int64 // that are loaded for the answer
	made       atomic.Int64 // bytes of texts that hand-written fields have made for it
	spent      spent        // by goroutines that make parts of it
	sent       atomic.Int64 // calls to upstreams
	excess     atomic.Pointer[error]
	planned    bool // Fetch asks; otherwise gqlgen's resolvers, with loaders and their memos
	memo       memo // of Fetch
	// gate lets the loaders' batches leave. Fetch then asks them, too, for what takes keys. nil: only Fetch asks, or batches
	// wait for a timer.
	gate atomic.Pointer[loaders.Gate]

	reading    *cache.Reading             // nil: nothing is looked up in the cache
	keeps      bool                       // what is loaded goes into it
	accepts    map[*Binding]time.Duration // see Accept
	newest     time.Duration              // see MaxAge
	without    Technique
	identities identities
	gets       gets
	parts      parts
	record     Record
}

// NewExecution begins an operation for a client that sent header.
func NewExecution(s *Service, header http.Header) *Execution {
	x := &Execution{service: s, header: header}
	x.record.calls.Begin()
	return x
}

// Record is what the operation does. It is complete after Wait.
func (x *Execution) Record() *Record { return &x.record }

// cached makes the execution read from the cache, and keep what it loads there.
func (x *Execution) cached() {
	if x.service.Cache == nil {
		return
	}
	from := cache.Memory | cache.Shared
	if x.without.Has(Memory) {
		from &^= cache.Memory
	}
	if x.without.Has(Redis) {
		from &^= cache.Shared
	}
	x.reading, x.keeps = x.service.Cache.Reading(from), true
}

// ReadBy makes the execution read from the cache by what its operation has read by already.
func (x *Execution) ReadBy(r *cache.Reading) { x.reading = r }

// Accept says up to which age values of bindings are accepted; others are at any age that their policy allows.
func (x *Execution) Accept(ages map[*Binding]time.Duration) { x.accepts = ages }

// maxResolvers is how many hand-written fields of one operation run at once; those that wait for a loader do not count.
const maxResolvers = 64

// NewPlannedExecution is NewExecution for an executor that calls Fetch, and runs hand-written fields by Resolve.
func NewPlannedExecution(ctx context.Context, s *Service, header http.Header) *Execution {
	x := NewExecution(s, header)
	x.planned = true
	x.without, x.newest = DoesWithout(ctx), MaxAge(ctx)
	x.cached()
	return x
}

// Share says that hand-written fields will run, which may ask loaders for what Fetch is asked for, too: all of that is batched
// together and remembered in one place from now on.
func (x *Execution) Share() {
	if x.gate.Load() == nil {
		x.gate.CompareAndSwap(nil, loaders.NewGate(maxResolvers))
	}
}

// Expect says, after Share, that n calls of functions by Resolve are about to begin: what all of them load is batched together.
func (x *Execution) Expect(n int) { x.gate.Load().Expect(n) }

// Resolve calls f with 0 to n-1, which Expect has announced, in parallel within a bound, and returns when all have ended. What
// they load is batched exactly. f must not panic.
func (x *Execution) Resolve(ctx context.Context, n int, f func(ctx context.Context, i int)) {
	x.gate.Load().RunExpected(ctx, n, f)
}

// ObjectOf is a view's object; false for nil.
func ObjectOf[T view.Viewer](v *T) ([]view.Object, bool) {
	if v == nil {
		return nil, false
	}
	return []view.Object{view.ObjectOf(v)}, true
}

// ObjectsOf are a list's objects, zero ones for nil; false for a nil list.
func ObjectsOf[T view.Viewer](list []*T) ([]view.Object, bool) {
	if list == nil {
		return nil, false
	}
	objects := make([]view.Object, len(list))
	for i, v := range list {
		if v != nil {
			objects[i] = view.ObjectOf(v)
		}
	}
	return objects, true
}

// Wait returns when everything that the operation started has ended.
func (x *Execution) Wait() { x.set.Wait() }

// reset forgets all that was loaded.
func (x *Execution) reset() {
	x.set.Reset()
	x.wants.reset()
	x.memo.reset()
}

// batchOf tells the loaders of one binding apart by the values that are not keys.
type batchOf struct {
	binding *Binding
	rest    string
}

// memoOf is the memo of a binding's single calls.
type memoOf struct{ binding *Binding }

// of names the loader of a batched field for values.
func (b *Binding) of(values []any) batchOf { return batchOf{b, canonical(b.Vars, values, b.keyVar)} }

// entity returns the operation's loader of an entity.
func (x *Execution) entity(b *Binding) *loaders.Loader[string, Answer] {
	return x.loader(batchOf{b, ""}, nil)
}

// loader returns the operation's loader of that name; values are those of a batched field, of which the key is left out.
func (x *Execution) loader(of batchOf, values []any) *loaders.Loader[string, Answer] {
	b := of.binding
	return loaders.In(&x.set, of, func() *loaders.Loader[string, Answer] {
		o := loaders.Options{Max: b.max(), Wait: x.service.BatchWait, Gate: x.gate.Load()}
		if b.Batched() {
			return loaders.New(func(ctx context.Context, keys []string) []*dataloader.Result[Answer] {
				results := make([]Result, len(keys))
				x.answer(ctx, question{of: of, keys: keys, values: values}, results)
				x.ahead(of, keys, func(i int) []view.Object { return results[i].Objects })
				return loaded(results)
			}, o)
		}
		return loaders.NewEach(func(ctx context.Context, key string) (Answer, error) {
			return x.answerOne(ctx, question{of: of, keys: []string{key}})
		}, o)
	})
}

// answerOne answers a question of one key, and asks for what is wanted below the answer before anyone sees it.
func (x *Execution) answerOne(ctx context.Context, q question) (Answer, error) {
	var results [1]Result
	x.answer(ctx, q, results[:])
	x.ahead(q.of, q.keys, func(int) []view.Object { return results[0].Objects })
	return results[0].Answer, results[0].Err
}

// loaded is results as a loader takes them.
func loaded(results []Result) []*dataloader.Result[Answer] {
	slab, out := make([]dataloader.Result[Answer], len(results)), make([]*dataloader.Result[Answer], len(results))
	for i := range results {
		slab[i] = dataloader.Result[Answer]{Data: results[i].Answer, Error: results[i].Err}
		out[i] = &slab[i]
	}
	return out
}

// calls returns the operation's memo of b's single calls under gqlgen's executor.
func (x *Execution) calls(b *Binding) *loaders.Memo[string, Answer] {
	return loaders.In(&x.set, memoOf{b}, func() *loaders.Memo[string, Answer] { return new(loaders.Memo[string, Answer]) })
}

// prime offers a list's objects to whoever asks for their entity by key: those in which every member is present.
func (x *Execution) prime(entity *Binding, objects []view.Object) {
	switch {
	case entity == nil || len(objects) == 0:
		return
	case x.planned && x.gate.Load() == nil:
		x.memo.offer(entity, objects)
		return
	}
	x.entity(entity).PrimeLater(func(yield func(string, Answer) bool) {
		for i, o := range objects {
			key, ok := entity.keyOf(o)
			if ok && o.Complete() && !yield(key, Answer{Objects: objects[i : i+1 : i+1], Found: true}) {
				return
			}
		}
	})
}

func (b *Binding) keyOf(o view.Object) (string, bool) {
	parts := make([]string, len(b.KeySlots))
	for i, slot := range b.KeySlots {
		part, ok := o.Key(slot)
		if !ok {
			return "", false
		}
		parts[i] = part
	}
	return Key(parts...), len(parts) > 0
}

// Key is an entity's key as its loader takes it: the part itself, or the parts as a JSON array.
func Key(parts ...string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	b, _ := json.Marshal(parts) // strings always marshal
	return string(b)
}

// KeyParts is the inverse of [Key] for a key of n parts; nil for what Key never returns.
func KeyParts(key string, n int) []string {
	if n == 1 {
		return []string{key}
	}
	var parts []string
	if json.Unmarshal([]byte(key), &parts) != nil || len(parts) != n {
		return nil
	}
	return parts
}

func keyValues(key string, n int) []any {
	values := make([]any, n)
	for i, part := range KeyParts(key, n) {
		values[i] = part
	}
	return values
}
