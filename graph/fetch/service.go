package fetch

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"weft/cache"
	"weft/graph/auth"
	"weft/graph/binding"
	"weft/graph/govern"
	"weft/graph/prefetch/ledger"
	"weft/graph/schedule"
	"weft/graph/view"
	"weft/upstream"
	"weft/upstream/failurelog"
)

// Service is what every operation uses: the clients, and what Go answers. It must not change once operations run.
type Service struct {
	Clients  upstream.Clients
	Failures map[string]binding.Failure // by upstream
	// Functions answer the entities that say @entity(func:), by name.
	Functions map[string]Func
	Limits
	// BatchWait is how long a batch collects keys; 0 = the default of [loaders.Options].
	BatchWait time.Duration
	// Cache keeps what upstreams have answered; nil: nothing outlives its operation.
	Cache *cache.Cache
	Background
	// Policies are for bindings that say nothing themselves, by upstream, and for GETs only.
	Policies map[string]binding.CachePolicy
	// Unshared are upstreams whose operations always run by themselves, though others run the same at the same time.
	Unshared map[string]bool
	// Callers is how who asks is known, and told to upstreams.
	Callers Callers
	// Twins are the bindings whose GETs another one may make, too: see [binding.Twins].
	Twins map[*binding.Binding]bool
	// Readable knows what members of objects have to be; nil: nobody does, and what is answered is kept as it is.
	Readable Readable
	// Logger gets what an operator should look at; nil = slog.Default().
	Logger *slog.Logger

	traffic traffic
}

// Readable knows what members of objects have to be.
type Readable interface {
	// Worse says what of a value cannot be read that can be of the one that is kept; nil: nothing.
	Worse(b *binding.Binding, kept, got []view.Object) error
	// Unfit reports whether some member of a value cannot be read, and whether that costs the value.
	Unfit(b *binding.Binding, got []view.Object) (some, all bool)
}

// Callers is how who asks is known, and told to upstreams. The zero Callers know nobody.
type Callers struct {
	Headers []string     // the request headers that say who asks, by their canonical names
	Signers auth.Signers // of the headers that claims are sent as, by upstream; those of others are not signed
}

// Limits are what an operation may take.
type Limits struct {
	// MaxObjects is how many objects an operation may have in its answer, over all its fields; 0 = 100,000. What is above is
	// an error, with code TOO_LARGE.
	MaxObjects int
	// MaxAnswer is how many bytes the data of an answer may have; 0 = 32 MiB. It may have one value for each 32 of them, or each 512
	// under gqlgen's executor. What is above is an error, with code TOO_LARGE.
	MaxAnswer int
	// MaxCalls is how many calls to upstreams an operation may make; 0 = 500. What is above is an error, with code TOO_MANY_CALLS.
	MaxCalls int
	// MaxReceived is how many bytes upstreams may answer an operation with, decompressed; 0 = 16 MiB. Each key that they are asked for
	// counts as 2 KiB more. What is above is an error, with code TOO_MANY_BYTES.
	MaxReceived int
	// Memory is what all operations have room in for what they have received and write; nil: nothing bounds it. What is above is an error,
	// with code OVERLOADED.
	Memory *govern.Governor
}

// Background is what a service does off the request path.
type Background struct {
	// Schedule refreshes values that were served stale; nil: they stay so until they may not be served any more.
	Schedule *schedule.Scheduler
	// Ledger keeps account of calls, so that some may be made ahead of time; nil: none are. It needs a Cache.
	Ledger *ledger.Ledger
	// Turn is asked before values are refreshed; nil: they are at once. Those that it refuses stay stale until they are asked for again.
	Turn Turn
	// Samples is given what upstreams answer to a binding's requests, unless that says that they failed, and must return at once; nil:
	// nobody looks at it. It may keep the body, which nobody changes.
	Samples func(b *binding.Binding, r *binding.Request, body []byte)
	// FailureLog is where failures of upstreams are written; nil: one of the service's own, of which nobody flushes what the last minute has.
	FailureLog *failurelog.Log
	// Riding are the fields that load a part of a list of keys, and whose next keys ride in calls that are made anyway: "Product.related",
	// each with the name of that source in the Ledger. The others' do not.
	Riding map[string]string
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

// Failed writes a failure of an upstream into the log of those.
func (s *Service) Failed(e *upstream.Error) {
	cmp.Or(s.FailureLog, &s.traffic.failures).Write(s.log(), e)
}

func (s *Service) log() *slog.Logger { return cmp.Or(s.Logger, slog.Default()) }
