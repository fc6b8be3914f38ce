package fetch

import (
	"net/http"
	"sync/atomic"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/view"
	"weft/loaders"
)

// Execution is one operation: what it has loaded, and for whom. [Begin] begins one, and it may be used by any number of goroutines until
// Close.
type Execution struct {
	Budget

	service *Service
	header  http.Header
	own     bool // Fetch loads; otherwise gqlgen's resolvers do, by loaders and their memos
	without Technique
	ages    ages
	landed  func(Space, []string, func(i int) []view.Object)

	set  loaders.Set
	memo memo // of Fetch
	// gate lets the loaders' batches leave. Fetch then uses them, too, for what takes keys. nil: only Fetch loads, or batches
	// wait for a timer.
	gate atomic.Pointer[loaders.Gate]

	through    through
	identities identities
	gets       gets
	parts      parts
	record     Record
}

// through is what an operation does with the cache.
type through struct {
	reading *cache.Reading // nil: nothing is looked up
	keeps   bool           // what is loaded goes into it
}

// Options say how an operation is executed. The zero Options are for a client that sent no header.
type Options struct {
	Header  http.Header // the client's
	Without Technique
	MaxAge  time.Duration // how old a value may be that is taken from a cache; 0: as old as its policy allows
	// Accepts says up to which age values of bindings are accepted; others are at any age that their policy allows.
	Accepts map[*binding.Binding]time.Duration
	// Reading is by what the operation has read from the cache already; nil: it has not.
	Reading *cache.Reading
	// Loaders has everything loaded by loaders, as gqlgen's executor does: Fetch must not be called, and nothing is read from the cache
	// or kept there.
	Loaders bool
	// Landed is called when a loader's batch has its objects, before anyone who waits for one sees it; nil: nobody looks ahead.
	Landed func(of Space, keys []string, objects func(i int) []view.Object)
}

// Begin begins an operation.
func Begin(s *Service, o Options) *Execution {
	x := &Execution{
		service: s, header: o.Header, own: !o.Loaders, without: o.Without, landed: o.Landed,
		ages: ages{accepts: o.Accepts, newest: o.MaxAge},
	}
	x.limit, x.maxCalls, x.maxReceived = s.limits(x.own), s.maxCalls(), s.maxReceived()
	x.record.calls.Begin()
	if x.without.Has(Parallel) {
		x.gets.turn = make(chan struct{}, 1)
	}
	if s.Cache == nil || o.Loaders {
		return x
	}
	x.through = through{o.Reading, true}
	if o.Reading == nil {
		x.through.reading = s.Cache.Reading(x.tiers())
	}
	return x
}

// tiers are those that are read from.
func (x *Execution) tiers() cache.Tiers {
	from := cache.Memory | cache.Shared
	if x.without.Has(Memory) {
		from &^= cache.Memory
	}
	if x.without.Has(Redis) {
		from &^= cache.Shared
	}
	return from
}

// renewing begins what loads values anew, off the request path: they are kept, and nothing is read.
func (s *Service) renewing(header http.Header) *Execution {
	x := &Execution{service: s, header: header, own: true, through: through{keeps: true}}
	x.limit, x.maxCalls, x.maxReceived = s.limits(true), s.maxCalls(), s.maxReceived()
	x.record.calls.Begin()
	return x
}

// Done is an execution that has ended.
type Done struct{ x *Execution }

// Close waits until everything that the operation has started has ended. It may be called more than once.
func (x *Execution) Close() Done {
	x.set.Wait()
	return Done{x}
}

// Record is what the operation did.
func (d Done) Record() *Record { return &d.x.record }

// Kept says how the operation's answer may be kept.
func (d Done) Kept() binding.Kept { return d.x.kept() }

// reset forgets all that was loaded.
func (x *Execution) reset() {
	x.set.Reset()
	x.memo.reset()
}
