package fetch

import (
	"net/http"
	"sync"
	"time"

	"weft/graph/binding"
	"weft/upstream"
)

// Record is what one operation did. It is written always, and always in the same way, whoever will read it. It is complete, and may
// be read by any number of goroutines at once, when the operation has ended.
type Record struct {
	// Answer is where the whole answer came from, if the operation did not run; nil: it did.
	Answer *WholeAnswer

	calls upstream.Recorder

	mu       sync.Mutex // guards what follows
	demands  []demand
	loads    []loading
	claims   []claim
	pages    []page
	writes   int // calls of mutations
	repeated int // values that were sent for once more, without Dedupe
	parted   int // calls for parts of refused batches

	responded http.Header // what services send to the client

	refreshes int // values that were served stale, and are loaded anew off the request path

	room struct { // for what most have
		demands [4]demand
		loads   [4]loading
	}
}

// WholeAnswer is where an answer came from that no run of the operation's own has made.
type WholeAnswer struct {
	From source        // fromMemory, fromRedis or fromShared
	Age  time.Duration // of one that was kept
	// Values and Calls are what the run that made it needed, and its calls; 0: nobody knows.
	Values, Calls int64
}

// demand is how many values of a binding fields need, each for one key or one set of arguments.
type demand struct {
	binding      *binding.Binding
	values       int
	deduplicated int // while another field needed the same
}

// loading is a load, and what came of it.
type loading struct {
	load
	results []Result
}

// claim is keys that a fetch needs, and that may have been loaded early.
type claim struct {
	of   Space
	keys []string
}

// page is a page of a list that the answer has, and the one that comes after it.
type page struct {
	binding *binding.Binding
	next    string // what its argument after is; "": there is none, or nobody knows
}

// paged notes a page.
func (r *Record) paged(b *binding.Binding, p *binding.PageInfo) {
	found := page{binding: b}
	if p != nil && p.HasNext && p.End != nil {
		found.next = *p.End
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pages = append(r.pages, found)
}

// Next returns the argument after of the page that comes after the one that the answer has of a field, by its name; "": there is none,
// or the answer has several pages of it.
func (r *Record) Next(field string) (after string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for n, i := 0, 0; i < len(r.pages); i++ {
		if r.pages[i].binding.Name != field {
			continue
		}
		if n++; n > 1 {
			return ""
		}
		after = r.pages[i].next
	}
	return after
}

// needs notes that fields need values of a binding; of these, again are being loaded already. What Go answers is not counted.
func (r *Record) needs(b *binding.Binding, values, again int) {
	if values == 0 || b.Func != "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.demands {
		if a := &r.demands[i]; a.binding == b {
			a.values += values
			a.deduplicated += again
			return
		}
	}
	if r.demands == nil {
		r.demands = r.room.demands[:0]
	}
	r.demands = append(r.demands, demand{b, values, again})
}

// loaded notes a load. Its results are complete when the operation has ended.
func (r *Record) loaded(l load, results []Result) {
	if l.space.Binding.Func != "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.loads == nil {
		r.loads = r.room.loads[:0]
	}
	r.loads = append(r.loads, loading{l, results})
}

// claim notes that a fetch needs keys that may have been loaded early.
func (r *Record) claim(of Space, keys []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.claims = append(r.claims, claim{of, keys})
}

// again notes that values of a binding are sent for once more.
func (r *Record) again(b *binding.Binding, values int) {
	if b.Func != "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.repeated += values
}

// split notes calls for parts of a refused batch.
func (r *Record) split(calls int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parted += calls
}

// refresh notes that values are loaded anew off the request path.
func (r *Record) refresh(values int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refreshes += values
}

// write notes a mutation's call.
func (r *Record) write(b *binding.Binding) {
	r.needs(b, 1, 0)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writes++
}
