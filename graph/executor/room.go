package executor

import (
	"weft/graph/binding"
	"weft/graph/plan"
	"weft/graph/view"
)

// room is where a run keeps what it has found, sized by its plan. It goes from one run of the plan to the next, so nothing
// that outlives a run, an answer's text or an object, may lie in it.
type room struct {
	columns []column // by scope
	edges   []edge   // by the nodes' edges
	found   []outcome
	waiting []int // by fetch: members whose parents are not there yet
	feeding []int // by place: feeders whose objects are not there yet
	ready   []*plan.Fetch
	wrong   []error        // of places and elems
	path    []step         // of the writer
	scratch []view.Scratch // of nested objects, by depth
}

// column is a scope's objects, over all parents.
type column struct {
	list  []view.Object
	own   []view.Object // the room's, which list lies in unless it was borrowed
	isOwn bool
}

// edge is where the children of a node's parents are.
type edge struct {
	of     []int32 // by parent: the index of its place; nil: its own
	places []place
	elems  []elem
	pages  []page // by place, of a connection
}

// place is where one parent's children are, or those of several who share them.
type place struct{ start, end int32 } // in the edge's elems; with failed as its end, start is in the room's wrong

// elem is one child: an object of a scope's column.
type elem struct {
	scope int32 // among the node's children
	index int32 // in the scope's column; with failed, scope is in the room's wrong
}

// What stands for an index or an end.
const (
	null   = -1
	failed = -2 // an error
)

// page is one place's page: for each list of nodes that is selected, where they are in elems.
type page struct {
	segment *binding.Segment
	nodes   []place
}

func (c *column) add(o view.Object) {
	if c.list == nil {
		c.list, c.isOwn = c.own[:0], true
	}
	if c.list = append(c.list, o); c.isOwn {
		c.own = c.list
	}
}

// borrow makes objects that another owns the column, and reports whether it could: only if they are all of it so far.
func (c *column) borrow(list []view.Object) bool {
	if len(c.list) > 0 {
		return false
	}
	c.list, c.isOwn = list[:len(list):len(list)], false
	return true
}

func newRoom(p *plan.Plan) room {
	return room{
		columns: make([]column, len(p.Scopes)), edges: make([]edge, p.Edges),
		found: make([]outcome, len(p.Fetches)), waiting: make([]int, len(p.Fetches)), feeding: make([]int, len(p.Places)),
	}
}

// most is how many objects there is room for between runs: what a rare large answer needed is given back.
const most = 4096

// clean forgets what the room holds.
func (r *room) clean() {
	for i := range r.columns {
		c := &r.columns[i]
		clear(c.own)
		*c = column{own: kept(c.own)}
	}
	for i := range r.edges {
		e := &r.edges[i]
		clear(e.pages)
		*e = edge{places: kept(e.places), elems: kept(e.elems), pages: kept(e.pages)}
	}
	clear(r.found)
	clear(r.wrong)
	r.wrong, r.ready, r.path = kept(r.wrong), r.ready[:0], r.path[:0]
	for i := range r.scratch {
		r.scratch[i].Forget()
	}
}

// kept is an empty slice that has the room of this one, unless that is too much.
func kept[T any](s []T) []T {
	if cap(s) > most {
		return nil
	}
	return s[:0]
}
