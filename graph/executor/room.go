package executor

import (
	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/view"
)

// room is where a run keeps what it has found, sized by its plan. The next run of the plan uses it again, so nothing may lie in it
// that outlives a run, such as the answer's text.
type room struct {
	columns  []column         // by scope
	edges    []edge           // by the nodes' edges
	asked    [][]fetch.Member // by fetch; nil: it has not asked yet
	found    []outcome
	expected []fetch.Expected // by fetch: the functions that run at the gate
	waiting  []waiting        // by fetch
	feeding  []int            // by place of the plan: feeders whose objects are not there yet
	fills    []filling        // by the scopes' fills
	ready    []*plan.Fetch
	wrong    []error        // what the failed places and elems failed with
	path     []step         // of the writer
	scratch  []view.Scratch // of nested objects, by depth
}

// column is a scope's objects, over all parents.
type column struct {
	list  []view.Object
	own   []view.Object // the room's, which list lies in unless it was borrowed
	isOwn bool
}

// edge holds the children of one node, for all of its parents.
type edge struct {
	of     []int32 // by parent: the index of its place; nil: its own
	places []place
	elems  []elem
	pages  []page // by place, of a connection
	texts  []text // by place, where parents share places; nil: nothing has been written
}

// state says what there is at a place or an elem.
type state uint8

const (
	there  state = iota
	null         // nothing
	failed       // an error: the room's wrong has it
)

// place says where the children of one parent are. Parents with equal keys share a place.
type place struct {
	state      state
	start, end int32 // in the edge's elems
	wrong      int32 // of a failed one: its error's index in the room's wrong
}

// elem is one child: an object of a scope's column.
type elem struct {
	state state
	scope int32 // among the node's children
	index int32 // in the scope's column
	wrong int32 // of a failed one: its error's index in the room's wrong
}

// page is one place's page: for each list of nodes that is selected, where they are in elems.
type page struct {
	segment *binding.PageInfo
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

// borrow makes a list that somebody else owns the whole column, which saves a copy. It returns false, and does nothing, where the column
// has objects already.
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
		asked: make([][]fetch.Member, len(p.Fetches)), found: make([]outcome, len(p.Fetches)), expected: make([]fetch.Expected, len(p.Fetches)), waiting: make([]waiting, len(p.Fetches)), feeding: make([]int, len(p.Places)), fills: make([]filling, p.Fills),
	}
}

// most is for how many objects a room stays allocated between runs. What a rare larger answer needed is given back.
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
		*e = edge{places: kept(e.places), elems: kept(e.elems), pages: kept(e.pages), texts: kept(e.texts)}
	}
	for _, asks := range r.asked {
		clear(asks)
	}
	clear(r.found)
	clear(r.expected)
	clear(r.fills)
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
