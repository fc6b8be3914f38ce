package executor

import (
	"slices"
	"sync"
	"sync/atomic"

	"weft/graph/binding"
	"weft/graph/plan"
)

// prepared is a plan, and what its runs leave for those that come after them. It may be used by any number of goroutines at once.
type prepared struct {
	plan   *plan.Plan
	serial []*prepared // of plan.Serial
	hand   bool        // some fields are hand-written
	prefix string      // of its answers' names
	vary   []string    // what its answers depend on of requests

	static []atomic.Pointer[binding.Arguments] // what arguments without variables came to, by the node's Static; nil: no run has coerced them
	rooms  sync.Pool                           // of *run
	size   atomic.Int64                        // the length in bytes of the last answer
	unkept atomic.Bool                         // the last answer could not be kept: there is no use in looking for one
}

func prepare(p *plan.Plan) *prepared {
	prep := &prepared{plan: p, static: make([]atomic.Pointer[binding.Arguments], p.Static)}
	prep.hand = slices.ContainsFunc(p.Fetches, func(f *plan.Fetch) bool { return f.Members[0].Node.Field.Resolve != nil })
	for _, root := range p.Serial {
		prep.serial = append(prep.serial, prepare(root))
	}
	return prep
}
