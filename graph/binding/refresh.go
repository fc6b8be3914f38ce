package binding

import (
	"context"
	"maps"
	"net/http"
	"time"

	"weft/cache"
	"weft/graph/schedule"
)

// gatherFor is how long a stale key waits for others of its binding to be refreshed with. Nobody waits for it meanwhile.
const gatherFor = 10 * time.Millisecond

// refreshOf is what keys have in common that are refreshed together: binding, values, and what its upstream sees of who asks.
type refreshOf struct {
	of       batchOf
	identity string
	key      string // of a call without keys: it stands for the values
}

// refresh asks for keys anew, off the request path.
func (x *Execution) refresh(q question, identity string, keys []string) {
	s, b := x.service, q.of.binding
	if s.Schedule == nil {
		return
	}
	header := maps.Clone(x.header)
	t := schedule.Tasks{
		Of: refreshOf{of: q.of, identity: identity}, Name: "refresh " + b.Name + " " + b.At, Keys: keys, Upstream: b.Upstream, Max: 1,
		Run: func(ctx context.Context, keys []string) { s.renew(ctx, q, identity, keys, header) },
	}
	switch {
	case b.Batched():
		t.Max, t.Wait = b.max(), gatherFor
	case !b.takesKeys():
		t.Of = refreshOf{q.of, identity, keys[0]}
	}
	s.Schedule.Add(t)
}

// renew asks for keys and keeps what comes. Who asks is known by a header only.
func (s *Service) renew(ctx context.Context, q question, identity string, keys []string, header http.Header) {
	x := NewExecution(s, header)
	x.keeps = true
	defer x.Wait()
	q = question{of: q.of, keys: keys, values: q.values}
	r := &reading{x: x, question: q, identity: identity, out: make([]Result, len(keys))}
	cache.Renew(ctx, s.Cache, &cache.Request[Result]{IDs: keys, Keys: r.names(), Source: r})
}
