package executor

import (
	"weft/graph/fetch"
	"weft/graph/plan"
)

// A fetch that loads entities by key waits for lists of the same entities that are on their way, when they have brought all of its keys in
// the last runs of the plan, and the entities are not kept. Without that, how many calls an operation takes depends on which upstream is faster: keys are asked for that a list
// is about to bring, and what hangs on them is asked for apart from what hangs on the list. The answer is not there before the lists are,
// so only what is below the fetch may come later.

// waiting is what a fetch waits for.
type waiting struct {
	members int  // whose parents are not there yet
	lists   int  // that are not there yet
	held    bool // its parents are there, and it waits for lists
	hurried bool // it did not wait for them
}

// runsToAwait is how many runs in a row lists must have brought all keys, until they are waited for.
const runsToAwait = 4

// hold has a fetch whose parents are there wait for lists, if that is worth it, and reports whether it does.
func (r *run) hold(f *plan.Fetch) bool {
	w := &r.waiting[f.Index]
	if w.lists == 0 || r.x.Without(fetch.Memo) || r.x.LooksUp(f.Members[0].Node.Field.Bound.Binding) {
		return false
	}
	w.held = r.of.brought[f.Index].Load() >= runsToAwait
	w.hurried = !w.held
	return w.held
}

// listThere is called for each fetch that a list may bring something for, when the list is there.
func (r *run) listThere(f *plan.Fetch) {
	w := &r.waiting[f.Index]
	w.lists--
	if w.lists == 0 && w.held {
		r.ready = append(r.ready, f)
	}
}

// learn notes for the plan's next runs whether lists have brought what was asked for by key. A run in which nobody had to wait teaches nothing.
func (r *run) learn() {
	for _, f := range r.plan.Fetches {
		if w := r.waiting[f.Index]; !w.held && !w.hurried {
			continue
		}
		last := &r.of.brought[f.Index]
		switch asked, missed := r.x.Asked(f.Members[0].Node.Field.Bound.Binding); {
		case missed > 0:
			last.Store(0)
		case asked > 0 && last.Load() < runsToAwait:
			last.Add(1)
		}
	}
}
