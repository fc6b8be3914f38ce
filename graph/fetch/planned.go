package fetch

import (
	"context"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/loaders"
)

// Planned is an operation that a plan runs: each fetch of the plan is a call of Fetch, for all parents at once.
type Planned struct{ *Execution }

// Options say how a plan is run. The zero Options are for nobody, who sent no header.
type Options struct {
	Behalf
	Without Technique
	MaxAge  time.Duration // how old a value may be that is taken from a cache; 0: as old as its policy allows
	// Accepts says up to which age values of bindings are accepted; others are at any age that their policy allows.
	Accepts map[*binding.Binding]time.Duration
	// Reading is by what the operation has read from the cache already; nil: it has not.
	Reading *cache.Reading
	// Resolvers says that hand-written fields run, too (see Expect). They may load what Fetch loads: all of that is batched together, and
	// remembered in one place.
	Resolvers bool
	// Ahead is what the operation runs for, though nobody has asked for it, by the name that the service's ledger has for it; "": somebody
	// has. Nobody reads its answer: it is run for what it puts into the cache.
	Ahead string
}

// Begin begins an operation that a plan runs.
func Begin(s *Service, o Options) Planned {
	x := &Execution{planned: true}
	x.begin(s, o.Behalf, o.Without, ages{accepts: o.Accepts, newest: o.MaxAge})
	x.purpose.source = o.Ahead
	if o.Resolvers {
		x.gate = loaders.NewGate(maxResolvers)
	}
	if s.Cache != nil {
		x.through.reading, x.through.keeps = o.Reading, true
		if o.Reading == nil {
			x.through.reading = s.Cache.Reading(x.tiers())
		}
	}
	return Planned{x}
}

// renewing begins what loads values anew, off the request path: they are kept, and nothing is read.
func (s *Service) renewing(who Behalf) *Execution {
	x := &Execution{planned: true, through: through{keeps: true}}
	x.begin(s, who, 0, ages{})
	x.purpose.renews = true
	return x
}

// tiers are those that are read from.
func (x *Execution) tiers() cache.Tiers {
	from := cache.Memory | cache.Remote
	if x.without.Has(Memory) {
		from &^= cache.Memory
	}
	if x.without.Has(Redis) {
		from &^= cache.Remote
	}
	return from
}

// Fetch loads what members need, all at once: what is batched goes in one call for each binding and set of other values, split by
// its maximum; the rest in parallel. Nothing waits for a timer. What the operation has loaded before is not loaded again. It panics
// after Close.
func (p Planned) Fetch(ctx context.Context, members []Member) []Found {
	return p.Gather(ctx, members).Load(ctx)
}

// Gather is the first half of Fetch: it finds out what members need. Who gathers first has it loaded, and whoever needs the same later
// waits for that. So a caller that gathers in one order, and loads at the same time, takes the same calls each time. It panics after Close.
func (p Planned) Gather(ctx context.Context, members []Member) Gathered {
	p.open("Fetch")
	return p.gather(ctx, members, false)
}

// Prepare is Fetch for what is not needed yet, but will be unless its parents turn out to be others: when it is needed, Fetch
// finds it.
func (p Planned) Prepare(ctx context.Context, members []Member) {
	p.open("Prepare")
	if !p.without.Has(Early | Memo) {
		p.gather(ctx, members, true).Load(ctx)
	}
}

// maxResolvers is how many hand-written fields of one operation run at once; those that wait for a loader do not count.
const maxResolvers = 64

// Expected is functions that run together: see [Planned.Expect].
type Expected = loaders.Expected

// Expect announces n functions, hand-written fields or fetches that share batches with them, which Run of what it returns calls with 0
// to n-1, in parallel within a bound. What they load is batched exactly, and together with what all others load that are expected before
// the first of them runs. They must not panic. Expect panics where [Options] did not say that there are hand-written fields.
func (p Planned) Expect(n int) Expected {
	if p.gate == nil {
		panic("fetch: Expect in an operation without hand-written fields: begin it with Options.Resolvers")
	}
	return p.gate.Expect(n)
}

// open panics when the operation is closed.
func (x *Execution) open(method string) {
	if x.closed.Load() {
		panic("fetch: " + method + " after Close: begin another operation, or close this one later")
	}
}

// ServesStale reports whether the operation has got a stale value by now.
func (p Planned) ServesStale() bool { return p.parts.stale.some.Load() }

// NameStale adds the places of stale values in the operation's answer.
func (p Planned) NameStale(places ...Stale) { p.nameStale(places...) }
