package executor

import (
	"sync"
	"sync/atomic"

	"weft/graph/binding"
	"weft/graph/plan"
)

// Prepared is a plan, and what its runs leave for those that come after them. It may be used by any number of goroutines at once.
type Prepared struct {
	executor Executor
	plan     *plan.Plan
	apart    bool        // each root field runs inside of what intercepts it
	serial   []*Prepared // of plan.Serial

	static  []atomic.Pointer[binding.Arguments] // what arguments without variables came to, by the node's Constant; nil: no run has coerced them
	brought []atomic.Int32                      // by fetch: in how many of the last runs in a row lists have brought all keys that upstreams were asked for
	rooms   sync.Pool                           // of *run
	size    atomic.Int64                        // the length in bytes of the last answer
}

// Prepare makes a plan ready to run. apart has each root field run by itself, inside of what intercepts it: the plan is one of [plan.Apart].
func (e Executor) Prepare(p *plan.Plan, apart bool) *Prepared {
	prep := &Prepared{executor: e, plan: p, apart: apart, static: make([]atomic.Pointer[binding.Arguments], p.Static), brought: make([]atomic.Int32, len(p.Fetches))}
	for _, root := range p.Serial {
		prep.serial = append(prep.serial, e.Prepare(root, apart))
	}
	return prep
}
