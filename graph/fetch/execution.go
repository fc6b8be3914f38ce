package fetch

import (
	"errors"
	"sync/atomic"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/view"
	"weft/loaders"
)

// Execution is one operation: what it has loaded, and for whom. [Begin] begins one that a plan runs, [BeginFields] one whose fields load
// by themselves; what is allowed in one of them only are methods of what these return. Any number of goroutines may use it until Close.
type Execution struct {
	Budget
	behalf

	service *Service
	planned bool // a plan says what to load, and a memo has it; otherwise fields do, by loaders and their memos
	without Technique
	landed  func(Space, []string, func(i int) []view.Object)
	closed  atomic.Bool

	set  loaders.Set
	memo memo          // of Fetch
	gate *loaders.Gate // lets the batches of hand-written fields leave; nil: there are none

	through through
	gets    gets
	parts   parts
	record  Record
}

// behalf is on whose behalf an operation runs.
type behalf struct {
	who        Behalf
	identities identities // what upstreams see of it
	purpose    purpose
}

// through is what an operation does with the cache.
type through struct {
	reading *cache.Reading // nil: nothing is looked up
	keeps   bool           // what is loaded goes into it
	ages    ages           // how old it may be that is looked up
	local   atomic.Bool    // a mutation has changed something of which other replicas do not know
}

// begin begins an operation. It is no copy of another one, since it has locks.
func (x *Execution) begin(s *Service, who Behalf, without Technique, ages ages) {
	x.service, x.who, x.without, x.through.ages = s, who, without, ages
	x.limit, x.maxCalls, x.maxReceived = s.limits(x.planned), s.maxCalls(), s.maxReceived()
	x.holding.Of(s.Memory)
	x.record.calls.Begin()
	if without.Has(Parallel) {
		x.gets.turn = make(chan struct{}, 1)
	}
}

// Close waits until everything that the operation has started has ended. Nothing is loaded afterwards: what tries to gets an error. It
// may be called more than once.
func (x *Execution) Close() Done {
	x.set.Wait()
	x.purpose.settle()
	x.closed.Store(true)
	x.holding.Release()
	return Done{x}
}

// errClosed is what hand-written code gets that goes on when its operation has been answered.
var errClosed = errors.New("the operation has ended: load before the field returns that needs it")

// Done is an execution that has ended.
type Done struct{ x *Execution }

// Record is what the operation did.
func (d Done) Record() *Record { return &d.x.record }

// Kept says how the operation's answer may be kept.
func (d Done) Kept() binding.Kept { return d.x.kept() }

// reset forgets all that was loaded.
func (x *Execution) reset() {
	x.set.Reset()
	x.memo.reset()
}
