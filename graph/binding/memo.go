package binding

import (
	"context"
	"sync"

	"weft/graph/view"
)

// memo is what a planned execution has asked for, and what came of it. The zero value is ready.
type memo struct {
	mu     sync.Mutex // guards what follows, and all that hangs on it
	tables []*table
	more   map[batchOf]*table // all tables, when there are many

	spent bool // what follows was used before a reset, by others maybe still
	first table
	few   [fewTables]*table // room for tables
}

// table is what was asked of one binding with one set of other values: keys, or, of a binding that takes no keys, all the
// values, as canonical has them.
type table struct {
	of      batchOf
	values  []any // of the variables that are no keys
	keys    []string
	index   index
	flights []*flight       // by first key; each is for the keys up to the next one's
	offers  [][]view.Object // that a list has brought, not yet looked at

	only       flight // room for the first flight, its key, and the list of flights
	onlyKey    [1]string
	onlyFlight [1]*flight
}

// flight is a question on its way, or its answer.
type flight struct {
	first int           // the place of its first key
	out   []Result      // by key; not written any more when it is over
	over  bool          //
	early bool          // it was begun when nobody wanted it yet
	done  chan struct{} // closed when it is over; nil until somebody waits
	one   [1]Result     // room for out
}

// fewTables is how many tables are compared one by one.
const fewTables = 8

// table returns the table of that name. It holds m.mu.
func (m *memo) table(of batchOf, values []any) *table {
	if m.more != nil {
		if t := m.more[of]; t != nil {
			return t
		}
	} else {
		for _, t := range m.tables {
			if t.of == of {
				return t
			}
		}
	}
	t := &m.first
	if m.tables == nil && !m.spent {
		m.tables = m.few[:0]
	} else {
		t = new(table)
	}
	t.begun(of, values)
	m.tables = append(m.tables, t)
	switch {
	case m.more != nil:
		m.more[of] = t
	case len(m.tables) > fewTables:
		m.more = make(map[batchOf]*table, 4*fewTables)
		for _, t := range m.tables {
			m.more[t.of] = t
		}
	}
	return t
}

// begun makes an empty table.
func (t *table) begun(of batchOf, values []any) {
	t.of, t.values = of, values
	t.keys, t.flights = t.onlyKey[:0], t.onlyFlight[:0]
}

// place returns where a key is in the table. A fresh one has been asked for by nobody: the caller makes it part of a flight
// before it lets go of the memo.
func (t *table) place(key string) (place int, fresh bool) {
	return t.index.place(&t.keys, key)
}

// begin makes the keys from first on a flight, which the caller has to fly.
func (t *table) begin(first int) *flight {
	f := &t.only
	if len(t.flights) > 0 {
		f = new(flight)
	}
	f.first = first
	if n := len(t.keys) - first; n > 1 {
		f.out = make([]Result, n)
	} else {
		f.out = f.one[:]
	}
	t.flights = append(t.flights, f)
	return f
}

// flight returns the flight of the key at a place.
func (t *table) flight(place int) *flight {
	i := min(place, len(t.flights)-1) // each has one key at least
	for t.flights[i].first > place {
		i--
	}
	return t.flights[i]
}

// question asks for the keys from first to before end.
func (t *table) question(first, end int, values []any) question {
	return question{of: t.of, keys: t.keys[first:end:end], values: values}
}

// look files what lists have offered: objects whose keys nobody has asked for. It holds the memo.
func (t *table) look() {
	offers := t.offers
	t.offers = nil
	for _, objects := range offers {
		first := len(t.keys)
		var out []Result
		for i, o := range objects {
			if key, ok := t.of.binding.keyOf(o); ok && o.Complete() {
				if _, fresh := t.place(key); fresh {
					out = append(out, Result{Answer: Answer{Objects: objects[i : i+1 : i+1], Found: true}})
				}
			}
		}
		if len(out) > 0 {
			t.flights = append(t.flights, &flight{first: first, out: out, over: true})
		}
	}
}

// offer lets keys of an entity be answered by objects that a list has brought.
func (m *memo) offer(entity *Binding, objects []view.Object) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.table(batchOf{entity, ""}, nil)
	t.offers = append(t.offers, objects)
}

// fly answers the question of a flight that begin has made, and lets those know who wait for it. A panic is the error of all
// its keys, as it is where loaders ask; that of a call with values is fly's own, too.
func (m *memo) fly(ctx context.Context, x *Execution, f *flight, q question) {
	defer func() {
		v := recover()
		m.land(f, v)
		switch {
		case v == nil:
		case q.of.binding.takesKeys():
			p := panicOf(v)
			x.service.log().ErrorContext(ctx, "panic", "binding", q.of.binding.Name, "at", q.of.binding.At, "value", p.Value, "stack", string(p.Stack))
		default:
			panic(v)
		}
	}()
	x.answer(ctx, q, f.out)
}

// land makes what came of a flight known: its Results, or what its question panicked with; nil: nothing.
func (m *memo) land(f *flight, panicked any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if panicked != nil {
		err := panicOf(panicked)
		for i := range f.out {
			f.out[i] = Result{Err: err}
		}
	}
	f.over = true
	if f.done != nil {
		close(f.done)
	}
}

// await returns when f is over, or with ctx's error when that ends first. It holds m.mu before and after, not while it waits.
func (m *memo) await(ctx context.Context, f *flight) error {
	if f.over {
		return nil
	}
	if f.done == nil {
		f.done = make(chan struct{})
	}
	done := f.done
	m.mu.Unlock()
	defer m.mu.Lock()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// claim notes that the key at a place is wanted, if it was asked for early. It holds the memo.
func (x *Execution) claim(t *table, place int) {
	if t.flight(place).early {
		x.record.claim(t.of, t.keys[place:place+1])
	}
}

// once answers a call for values that nobody else needs to be asked with.
func (m *memo) once(ctx context.Context, x *Execution, b *Binding, values []any, early bool) Result {
	key := canonical(b.Vars, values, -1)
	if !early {
		x.record.ask(b, 1, 0)
	}
	m.mu.Lock()
	t := m.table(batchOf{b, ""}, nil)
	if x.without.Has(Memo) {
		t = &table{of: t.of}
	}
	place, fresh := t.place(key)
	if fresh {
		f := t.begin(place)
		f.early = early
		q := t.question(place, place+1, values)
		q.early = early
		m.mu.Unlock()
		m.fly(ctx, x, f, q)
		return f.out[0]
	}
	defer m.mu.Unlock()
	if !early {
		x.claim(t, place)
	}
	return m.result(ctx, t, place)
}

// result returns what came of the key at a place, when it is there. It holds m.mu, but for waiting.
func (m *memo) result(ctx context.Context, t *table, place int) Result {
	f := t.flight(place)
	if err := m.await(ctx, f); err != nil {
		return Result{Err: err}
	}
	return f.out[place-f.first]
}

func (m *memo) reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tables, m.more, m.spent = nil, nil, true
}
