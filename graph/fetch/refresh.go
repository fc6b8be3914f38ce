package fetch

import (
	"context"
	"maps"
	"time"

	"weft/cache"
	"weft/graph/schedule"
)

// gatherFor is how long a stale key waits for others of its binding to be refreshed with. Nobody waits for it meanwhile.
const gatherFor = 10 * time.Millisecond

// refreshOf is what keys have in common that are refreshed together: binding, values, and what its upstream sees of who asks.
type refreshOf struct {
	of       Space
	identity string
	key      string // of a call without keys: it stands for the values
}

// refresh loads keys anew, off the request path.
func (x *Execution) refresh(l load, identity string, keys []string) {
	s, b := x.service, l.space.Binding
	if s.Schedule == nil {
		return
	}
	x.record.refresh(len(keys))
	who := Behalf{maps.Clone(x.who.Header), x.who.Caller}
	t := schedule.Tasks{
		Of: refreshOf{of: l.space, identity: identity}, Name: "refresh " + b.Name + " " + b.At, Keys: keys, Upstream: b.Upstream, Max: 1,
		Run: func(ctx context.Context, keys []string) { s.renew(ctx, l, identity, keys, who) },
	}
	switch {
	case b.Batched():
		t.Max, t.Wait = b.Max(), gatherFor
	case !b.TakesKeys():
		t.Of = refreshOf{l.space, identity, keys[0]}
	}
	s.Schedule.Add(t)
}

// renew loads keys and keeps what comes.
func (s *Service) renew(ctx context.Context, l load, identity string, keys []string, who Behalf) {
	if s.Turn != nil {
		if s.Turn.Take(ctx) != nil {
			return
		}
		defer s.Turn.Leave()
	}
	x := s.renewing(who)
	defer x.Close()
	r := &reading{x: x, load: load{space: l.space, keys: keys, values: l.values}, identity: identity, out: make([]Result, len(keys))}
	b := l.space.Binding
	cache.Renew(ctx, s.Cache, &cache.Request[Result]{IDs: keys, Keys: r.names(), Decode: decode(b), Source: r})
}
