package fetch

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/prefetch/ledger"
)

const (
	// refusedFor is how long no key rides in a binding's calls when one was refused in which keys rode.
	refusedFor = time.Hour
	// fullAt: keys ride in an operation's calls only while it has received less than a fourth of what it may. What nobody has asked for must
	// not make it too large.
	fullAt = 4
)

// next is keys that are likely asked for next: those behind the parts of lists that are loaded.
type next struct {
	field string // the first one that has such keys
	keys  []string
}

func (n *next) add(f *binding.Field, keys []string) {
	if len(keys) == 0 {
		return
	}
	if n.field == "" {
		n.field = f.Part.Field
	}
	if n.field == f.Part.Field {
		n.keys = append(n.keys, keys...)
	}
}

// riding is keys that go along in the call of a load, while there is room in it, and what came of them.
type riding struct {
	taken   atomic.Bool // by the first flight of the load: they ride once
	source  string      // the ledger's name of what they ride for
	keys    []string
	results []Result // by key; nil: they did not ride
	ticket  *ledger.Ticket
}

// ridingIn returns the keys that may ride in the calls for a table's keys; nil: none. It holds the memo.
func (x *Execution) ridingIn(t *tableUse) *riding {
	s := x.service
	source, on := s.Riding[t.next.field]
	if !on || s.Ledger == nil || x.purpose.ahead() || x.purpose.renews || x.without.Has(Prefetch) || !x.through.keeps || !x.looksUp(t.space.Binding) {
		return nil
	}
	var keys []string
	var places index
	for _, key := range t.next.keys {
		if !t.has(key) && t.space.Binding.Possible(key) {
			if places.place(&keys, key); len(keys) == t.space.Binding.Max() {
				break
			}
		}
	}
	if keys == nil {
		return nil
	}
	return &riding{source: source, keys: keys}
}

// callRiding sends keys in one call, and others along that nobody has asked for yet.
func (x *Execution) callRiding(ctx context.Context, k keyBatch, l load) {
	b, r := l.space.Binding, l.riding
	if !x.boards(ctx, b, k.keys, l) {
		x.callMany(ctx, k, l, nil)
		return
	}
	all := slices.Concat(k.keys, r.keys)
	results := make([]Result, len(all))
	together := orderedKeys(b, all, results, nil)
	together.ahead = len(r.keys)
	x.callMany(ctx, together, l, nil)
	if refused(results) {
		x.service.traffic.refusing.Store(b, time.Now())
		x.record.split(1)
		x.callMany(ctx, k, l, nil)
		return
	}
	for i := range k.keys {
		*k.result(i) = results[i]
	}
	r.results = results[len(k.keys):]
}

// boards finds out which keys ride in a call for others: while there is room, and where they are not kept already. It is false where none
// do.
func (x *Execution) boards(ctx context.Context, b *binding.Binding, keys []string, l load) bool {
	r := l.riding
	if len(keys) == 1 && b.ForOne() != nil || int(x.received.Load()) > x.maxReceived/fullAt {
		return false
	}
	if at, ok := x.service.traffic.refusing.Load(b); ok && time.Since(at.(time.Time)) < refusedFor {
		return false
	}
	names := make([]cache.Key, len(r.keys))
	for i, key := range r.keys {
		names[i] = x.keyName(l, key)
	}
	kept := x.service.Cache.Reading(cache.Memory).Get(ctx, names, cache.Query{})
	all := slices.Clone(keys)
	for i, key := range r.keys {
		if kept[i].State < cache.Revalidate {
			all = append(all, key)
		}
	}
	r.keys = all[len(keys):max(len(keys), b.Piece(all, b.Max()))]
	if len(r.keys) == 0 {
		return false
	}
	r.ticket = x.service.Ledger.Ride(r.source, b.Upstream)
	return r.ticket != nil
}

// refused reports whether a call has failed in a way that one of its keys may have caused.
func refused(results []Result) bool {
	for i := range results {
		if results[i].Err == nil || errors.Is(results[i].Err, errExceeded) {
			return false
		}
	}
	kind, known := meanings[kindOf(results[0].Err)]
	return !known || kind.keys
}

// settle keeps what came of keys that rode in a load's calls, and closes their account.
func (r *reading) settle(rode *riding) {
	if rode == nil || rode.ticket == nil {
		return
	}
	defer rode.ticket.Settle()
	var took time.Duration
	bytes := 0
	for i := range rode.results {
		v := &rode.results[i]
		if v.Err != nil || !v.Found || !v.origin.keeps() {
			continue
		}
		own := *v.origin
		own.ticket, took = rode.ticket, own.took
		v.origin = &own
		if e := r.keep(rode.keys[i], v, had{}); e != nil {
			bytes += len(e.Value)
		}
	}
	rode.ticket.Rode(took, bytes, len(rode.results), len(r.keys))
}
