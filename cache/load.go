package cache

import (
	"context"
	"time"
)

// Request asks for the values of keys: see [Load].
type Request[V any] struct {
	Keys    []Key               // distinct
	Reading *Reading            // how they are looked up; nil: they are not
	MaxAge  time.Duration       // the greatest age that is accepted of what is kept; 0: any
	Decode  func(*Entry) error  // see Query
	Flights *Flights[Landed[V]] // where others ask for the same keys; nil: nobody else is asked, and nobody else is answered
	Source  Source[V]
}

// Source asks for the values that nobody has, and takes the values of all keys. Keys are named by their places in the request.
type Source[V any] interface {
	// Value returns the value that an entry has which may be served.
	Value(f *Found) V
	// Ask asks for the keys at places, and keeps what may be kept. old is what the cache had of each of them, which may not be
	// served as it is; nil: nothing was looked up. It returns a Landed for each. ctx is not cancelled while anybody waits for one
	// of them.
	Ask(ctx context.Context, places []int, old []Found) []Landed[V]
	// Take takes the value of a key, and does not keep l. Joined: another request has asked for it.
	Take(place int, l *Landed[V], joined bool)
	// Leave says that ctx ended with err before another request's value was there.
	Leave(place int, err error)
	// Refresh says that values were taken that should be asked for anew, off the request path.
	Refresh(places []int)
}

// Landed is a value that a flight has brought.
type Landed[V any] struct {
	Value V
	Entry *Entry // what it is kept as, or might be; nil: it may not be kept
	// At is the position that was noted before the value was asked for. Who wants the value of a key and comes after an invalidation
	// since then does not get it: of one of the entry's tags, or, where there is no entry, of any.
	At        Position
	Undated   bool // nothing of that holds: it is an error, or no invalidation would change it
	Abandoned bool // who asked left, or ran out of time: that is no value for others
}

// maxRounds is how often a key is waited for whose flights bring nothing that may be served; then it is asked for by itself.
const maxRounds = 3

// Load has the source take the value of each key: from the tiers what may be served; from other requests, over the same flights,
// what they are asking for at this moment; and what the source says when it is asked for the rest. It is the one way in which keys
// become values, of a binding's keys as of whole operations.
//
// What comes with another request's flight was sent for before this request began, perhaps, and before an invalidation. So it is
// taken only while that cannot have changed it, and asked for anew otherwise.
func Load[V any](ctx context.Context, c *Cache, r *Request[V]) {
	l := loading[V]{Request: r, cache: c}
	missing := l.lookUp(ctx)
	for round := 0; len(missing) > 0; round++ {
		missing = l.fly(ctx, missing, round < maxRounds)
	}
}

// loading is one Load.
type loading[V any] struct {
	*Request[V]
	cache *Cache  // nil: there is none
	found []Found // nil: nothing was looked up
}

// lookUp takes what the tiers have, and returns the places of the rest.
func (l *loading[V]) lookUp(ctx context.Context) (missing []int) {
	missing = make([]int, 0, len(l.Keys))
	if l.Reading == nil {
		for i := range l.Keys {
			missing = append(missing, i)
		}
		return missing
	}
	l.found = l.Reading.Get(ctx, l.Keys, Query{MaxAge: l.MaxAge, Decode: l.Decode})
	var stale []int
	var kept Landed[V]
	for i := range l.found {
		f := &l.found[i]
		if f.State < Revalidate {
			missing = append(missing, i)
			continue
		}
		kept.Value, kept.Entry = l.Source.Value(f), f.Entry
		l.Source.Take(i, &kept, false)
		if f.Refresh {
			stale = append(stale, i)
		}
	}
	if len(stale) > 0 {
		l.Source.Refresh(stale)
	}
	return missing
}

// fly asks for keys, but for those that others are asking for, which it waits for. It returns the places of those that it waited for
// in vain.
func (l *loading[V]) fly(ctx context.Context, places []int, share bool) (again []int) {
	if l.Flights == nil || !share {
		l.take(places, l.Source.Ask(ctx, places, l.old(places)))
		return nil
	}
	flights, group := l.Flights.Claim(l.keys(places)...)
	if group != nil {
		group.Fly(ctx, Landed[V]{Abandoned: true}, func(ctx context.Context) {
			own := group.own(flights, places)
			landed := l.ask(ctx, own)
			for k, f := range group.begun {
				f.Land(landed[k])
			}
			l.take(own, landed)
		})
	}
	for j, f := range flights {
		if f.Of(group) {
			continue
		}
		got, err := f.Wait(ctx)
		switch {
		case err != nil:
			l.Source.Leave(places[j], err)
		case got.Abandoned, !l.current(&got):
			again = append(again, places[j])
		default:
			l.Source.Take(places[j], &got, true)
		}
	}
	return again
}

// own returns the places of those flights that the group has begun, in the order of its flights.
func (g *Group[V]) own(flights []*Flight[V], places []int) []int {
	if len(g.begun) == len(flights) {
		return places
	}
	own := make([]int, 0, len(g.begun))
	for j, f := range flights {
		if f.Of(g) {
			own = append(own, places[j])
		}
	}
	return own
}

// ask asks the source for keys, but for those that another request has kept since this one has looked:
//
//	B looks up: nothing · A, which had asked before, keeps the value, and lands · B claims, and would ask anew
func (l *loading[V]) ask(ctx context.Context, places []int) []Landed[V] {
	arrived := l.arrived(places)
	rest := places
	for _, f := range arrived {
		if f.State >= Revalidate {
			rest = nil
		}
	}
	if len(rest) > 0 {
		return l.Source.Ask(ctx, places, l.old(places))
	}
	landed := make([]Landed[V], len(places))
	var at []int // of rest, in landed
	for k, place := range places {
		if f := &arrived[k]; f.State >= Revalidate {
			landed[k] = Landed[V]{Value: l.Source.Value(f), Entry: f.Entry}
		} else {
			rest, at = append(rest, place), append(at, k)
		}
	}
	if len(rest) > 0 {
		for k, v := range l.Source.Ask(ctx, rest, l.old(rest)) {
			landed[at[k]] = v
		}
	}
	return landed
}

// arrived is what memory has of keys now; nil: nobody looks there.
func (l *loading[V]) arrived(places []int) []Found {
	if l.Reading == nil || l.Reading.from&Memory == 0 {
		return nil
	}
	return l.cache.Reading(Memory).Get(context.Background(), l.keys(places), Query{MaxAge: l.MaxAge})
}

func (l *loading[V]) take(places []int, landed []Landed[V]) {
	for k, place := range places {
		l.Source.Take(place, &landed[k], false)
	}
}

// current reports whether nothing that a value depends on was invalidated since it was asked for.
func (l *loading[V]) current(v *Landed[V]) bool {
	switch {
	case v.Undated || l.cache == nil:
		return true
	case v.Entry != nil:
		return l.cache.Valid(v.Entry.Position, v.Entry.Tags)
	}
	return l.cache.Position() == v.At
}

func (l *loading[V]) keys(places []int) []Key {
	if len(places) == len(l.Keys) {
		return l.Keys
	}
	keys := make([]Key, len(places))
	for k, place := range places {
		keys[k] = l.Keys[place]
	}
	return keys
}

func (l *loading[V]) old(places []int) []Found {
	if l.found == nil || len(places) == len(l.found) {
		return l.found
	}
	old := make([]Found, len(places))
	for k, place := range places {
		old[k] = l.found[place]
	}
	return old
}
