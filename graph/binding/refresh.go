package binding

import (
	"context"
	"maps"

	"weft/cache"
)

// refresh asks for keys anew, off the request path.
func (x *Execution) refresh(q question, digest string, keys []string) {
	type group struct {
		of     batchOf
		digest string
		key    string // of a call without keys: it stands for the values
	}
	g := group{of: q.of, digest: digest}
	if !q.of.binding.takesKeys() {
		g.key = keys[0]
	}
	s, header := x.service, maps.Clone(x.header)
	if !q.of.binding.Batched() { // a call each: others stay stale until they are wanted again
		keys = keys[:min(len(keys), s.maxCalls())]
	}
	s.Cache.Refresh(g, keys, func(ctx context.Context, keys []string) {
		defer func() {
			if p := recover(); p != nil {
				s.log().Error("a refresh panicked", "binding", q.of.binding.Name, "at", q.of.binding.At, "panic", p)
			}
		}()
		own := NewExecution(s, header)
		own.keeps = true
		defer own.Wait()
		q := question{of: q.of, keys: keys, values: q.values}
		r := &reading{x: own, question: q, digest: digest, out: make([]Result, len(keys))}
		old, places := make([]cache.Found, len(keys)), make([]int, len(keys))
		for i := range places {
			places[i] = i
		}
		if len(keys) == 1 { // it may only have to be validated
			name := q.of.binding.cacheKey(digest, q.of.rest, keys[0])
			old = s.Cache.Reading(cache.Memory).Get(ctx, []cache.Key{name}, cache.Query{})
			old[0].State = cache.Gone // not served again
		}
		r.Ask(ctx, places, old)
	})
}
