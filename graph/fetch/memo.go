package fetch

import (
	"context"
	"sync"

	"weft/graph/binding"
	"weft/graph/view"
)

// memo is what a planned operation has loaded, and what came of it. The zero value is ready.
type memo struct {
	mu     sync.Mutex // guards what follows, and all that hangs on it
	tables []*table
	byName map[Space]*table // all tables, when there are many

	spent bool // what follows was used before a reset, by others maybe still
	first table
	few   [fewTables]*table // room for tables
}

// table is what was loaded in one space: keys, or, of a binding that takes no keys, the text of all the values.
type table struct {
	space  Space
	values []any // of the variables that are no keys
	keys   []string
	index  index
	chunks []*chunk // by first key; each is for the keys up to the next one's
	offers []offer  // not yet looked at
	stubs  *stubs   // what other answers have of the keys' objects; nil: nothing

	only      chunk // room for the first chunk, its key, and the list of chunks
	onlyKey   [1]string
	onlyChunk [1]*chunk
}

// chunk is keys of a table that are loaded together, and what came of them.
type chunk struct {
	first int           // the place of its first key
	out   []Result      // by key; not written any more when it is over
	late  []bool        // by key: a list has brought it, too; nil: none has
	list  bool          // a list has brought it
	over  bool          // all of out is there
	early bool          // it was begun when nobody needed it yet
	done  chan struct{} // closed when it is over; nil until somebody waits
	one   [1]Result     // room for out
}

// fewTables is how many tables are compared one by one.
const fewTables = 8

// table returns the table of that name. It holds m.mu.
func (m *memo) table(of Space, values []any) *table {
	if m.byName != nil {
		if t := m.byName[of]; t != nil {
			return t
		}
	} else {
		for _, t := range m.tables {
			if t.space == of {
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
	case m.byName != nil:
		m.byName[of] = t
	case len(m.tables) > fewTables:
		m.byName = make(map[Space]*table, 4*fewTables)
		for _, t := range m.tables {
			m.byName[t.space] = t
		}
	}
	return t
}

// begun makes an empty table.
func (t *table) begun(of Space, values []any) {
	t.space, t.values = of, values
	t.keys, t.chunks = t.onlyKey[:0], t.onlyChunk[:0]
}

// place returns where a key is in the table. Nobody has loaded a fresh one: the caller makes it part of a chunk
// before it lets go of the memo.
func (t *table) place(key string) (place int, fresh bool) {
	return t.index.place(&t.keys, key)
}

// has reports whether a key is in the table.
func (t *table) has(key string) bool { return t.index.has(t.keys, key) }

// begin makes the keys from first on a chunk, which the caller has to load.
func (t *table) begin(first int) *chunk {
	f := &t.only
	if len(t.chunks) > 0 {
		f = new(chunk)
	}
	f.first = first
	if n := len(t.keys) - first; n > 1 {
		f.out = make([]Result, n)
	} else {
		f.out = f.one[:]
	}
	t.chunks = append(t.chunks, f)
	return f
}

// ends is the place after that of the last key that is part of a chunk.
func (t *table) ends() int {
	if len(t.chunks) == 0 {
		return 0
	}
	last := t.chunks[len(t.chunks)-1]
	return last.first + len(last.out)
}

// chunk returns the chunk of the key at a place.
func (t *table) chunk(place int) *chunk {
	i := min(place, len(t.chunks)-1) // each has one key at least
	for t.chunks[i].first > place {
		i--
	}
	return t.chunks[i]
}

// load is that of the keys from first to before end.
func (t *table) load(first, end int, values []any) load {
	return load{space: t.space, keys: t.keys[first:end:end], values: values}
}

// look files what other answers have offered: objects that have all members for keys that nobody has loaded, and others as stubs. It holds the
// memo.
func (t *table) look() {
	offers := t.offers
	t.offers = nil
	for _, o := range offers {
		first := len(t.keys)
		var out []Result
		for i, object := range o.objects {
			key, ok := t.space.Binding.KeyOf(object)
			if !ok || object.Kind(0) != view.KindObject {
				continue
			}
			if lacks := t.lacking(object, o.sparse); len(lacks) > 0 || !o.whole {
				t.addStub(key, stub{object, lacks})
				continue
			}
			place, fresh := t.place(key)
			switch {
			case fresh:
				out = append(out, Result{Value: binding.One(o.objects, i)})
			case place < first:
				t.chunk(place).brought(place)
			}
		}
		if len(out) > 0 {
			t.chunks = append(t.chunks, &chunk{first: first, out: out, list: true, over: true})
		}
	}
}

// brought notes that a list has brought the key at a place, which was asked for already.
func (c *chunk) brought(place int) {
	if c.list {
		return
	}
	if c.late == nil {
		c.late = make([]bool, len(c.out))
	}
	c.late[place-c.first] = true
}

// Asked is how many keys of an entity upstreams were asked for, and how many of these no list has brought. All that was asked for must
// have come.
func (p Planned) Asked(entity *binding.Binding) (asked, missed int) {
	m := &p.memo
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.table(Space{entity, ""}, nil)
	t.look()
	for _, c := range t.chunks {
		for i := range c.out {
			if c.list || !c.over || c.out[i].from != fromUpstream && c.out[i].from != fromShared {
				continue
			}
			asked++
			if c.late == nil || !c.late[i] {
				missed++
			}
		}
	}
	return asked, missed
}

// offer lets keys of an entity be answered by what objects have that another answer has brought.
func (m *memo) offer(entity *binding.Binding, o offer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.table(Space{entity, ""}, nil)
	t.offers = append(t.offers, o)
}

// load loads a chunk that begin has made, and lets those know who wait for it. A panic is the error of all its keys, as it is where
// loaders load; that of a call with values is load's own, too.
func (m *memo) load(ctx context.Context, x *Execution, c *chunk, l load) {
	defer func() {
		v := recover()
		m.land(c, v)
		switch {
		case v == nil:
		case l.space.Binding.TakesKeys():
			p := panicOf(v)
			b := l.space.Binding
			x.service.log().ErrorContext(ctx, "panic", "binding", b.Name, "at", b.At, "value", p.Value, "stack", string(p.Stack))
		default:
			panic(v)
		}
	}()
	x.load(ctx, l, c.out)
}

// land makes what came of a chunk known: its Results, or what loading it panicked with; nil: nothing.
func (m *memo) land(c *chunk, panicked any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c.land(panicked)
}

// land is memo.land. It holds the memo.
func (c *chunk) land(panicked any) {
	if panicked != nil {
		err := panicOf(panicked)
		for i := range c.out {
			c.out[i] = Result{Err: err}
		}
	}
	c.over = true
	if c.done != nil {
		close(c.done)
	}
}

// await returns when c is over, or with ctx's error when that ends first. It holds m.mu before and after, not while it waits.
func (m *memo) await(ctx context.Context, c *chunk) error {
	if c.over {
		return nil
	}
	if c.done == nil {
		c.done = make(chan struct{})
	}
	done := c.done
	m.mu.Unlock()
	defer m.mu.Lock()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// claim notes that the key at a place is needed, if it was loaded early. It holds the memo.
func (x *Execution) claim(t *table, place int) {
	if t.chunk(place).early {
		x.record.claim(t.space, t.keys[place:place+1])
	}
}

// once makes a call with values, once in the operation.
func (m *memo) once(ctx context.Context, x *Execution, b *binding.Binding, values []any, early bool) Result {
	key := b.Canonical(values)
	if !early {
		x.record.needs(b, 1, 0)
	}
	m.mu.Lock()
	t := m.table(Space{b, ""}, nil)
	if x.without.Has(Memo) {
		t = &table{space: t.space}
	}
	place, fresh := t.place(key)
	if fresh {
		f := t.begin(place)
		f.early = early
		l := t.load(place, place+1, values)
		l.early = early
		m.mu.Unlock()
		m.load(ctx, x, f, l)
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
	f := t.chunk(place)
	if err := m.await(ctx, f); err != nil {
		return Result{Err: err}
	}
	return f.out[place-f.first]
}

func (m *memo) reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tables, m.byName, m.spent = nil, nil, true
}
