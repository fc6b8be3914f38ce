package executor

import (
	"slices"
	"time"

	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/view"
)

// filling is what is known of a scope's stubs while what they lack is loaded.
type filling struct {
	rows  []int32       // those that lack something, in the scope's column
	stubs []view.Object // they themselves: the parents of what is loaded
	ages  []time.Duration
}

// fill completes a scope of stubs, or has what they lack loaded first. A stub without a key stays as it is.
func (r *run) fill(s *plan.Scope) {
	f := &r.fills[s.Fill.Index]
	for i, o := range r.columns[s.Index].list {
		if s.Fill.Stub.Lacks(o, s.Fill.Needs) {
			f.rows, f.stubs = append(f.rows, int32(i)), append(f.stubs, o)
		}
	}
	r.parentsThere(s.Fill.Node.Fetch)
	for _, n := range s.Fill.Ahead {
		r.parentsThere(n.Fetch)
	}
	if len(f.rows) == 0 {
		r.complete(s)
	}
}

// filled completes a scope of stubs with what was found for those that lack something.
func (r *run) filled(s *plan.Scope, found *fetch.Found) {
	f := &r.fills[s.Fill.Index]
	if len(f.rows) == 0 {
		return // it is complete already
	}
	c := &r.columns[s.Index]
	c.list, c.isOwn = slices.Clone(c.list), false // who does not wait for it may be reading
	for i, row := range f.rows {
		res := &found.Results[found.Of[i]]
		c.list[row] = s.Fill.Stub.Filled(f.stubs[i], &res.Value, res.Err)
		if age := res.Stale(); age > 0 {
			if f.ages == nil {
				f.ages = make([]time.Duration, len(c.list))
			}
			f.ages[row] = age
		}
	}
	r.complete(s)
}

// parents are the objects that a member of a fetch is asked for.
func (r *run) parents(m plan.Member) []view.Object {
	if f := m.Scope.Fill; f != nil && f.Node == m.Node {
		return r.fills[f.Index].stubs
	}
	return r.columns[m.Scope.Index].list
}

// nameFilled notes that what an object lacked that is about to be written is stale.
func (w *writer) nameFilled(s *plan.Scope, index int32) {
	if ages := w.fills[s.Fill.Index].ages; ages != nil {
		w.staleAt(ages[index])
	}
}
