package fetch

import (
	"context"
	"sync"
	"time"

	"weft/cache"
	"weft/graph/binding"
)

// Warm begins to keep the answer warm of the operation that runs under the context that it returns: it takes nothing from a cache that
// is older than maxAge, so that what is about to expire is loaded before that; 0: whatever may be served. When the operation has
// ended, the function that it returns reports whether nothing in the answer was invalidated since.
func Warm(ctx context.Context, maxAge time.Duration) (context.Context, func() bool) {
	w := &warming{maxAge: maxAge}
	return context.WithValue(ctx, warmKey{}, w), w.valid
}

// warming is one operation that keeps its answer warm.
type warming struct {
	maxAge time.Duration

	mu   sync.Mutex // guards what follows
	in   *cache.Cache
	at   cache.Position
	tags []string
}

type warmKey struct{}

func warmingOf(ctx context.Context) *warming {
	w, _ := ctx.Value(warmKey{}).(*warming)
	return w
}

// MaxAge returns how old a value may be that ctx's operation takes from a cache; 0: as old as its policy allows.
func MaxAge(ctx context.Context) time.Duration {
	if w := warmingOf(ctx); w != nil {
		return w.maxAge
	}
	return 0
}

// Answered says what the answer of ctx's operation depends on: nothing with one of tags was invalidated before at.
func (s *Service) Answered(ctx context.Context, at cache.Position, tags []string) {
	w := warmingOf(ctx)
	if w == nil || s.Cache == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.in, w.at, w.tags = s.Cache, at, tags
}

func (w *warming) valid() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.in == nil || w.in.Valid(w.at, w.tags)
}

// ages say how old the values of an operation may be.
type ages struct {
	accepts map[*binding.Binding]time.Duration // see [Options]
	newest  time.Duration                      // of all of them; 0: nothing says so
}

// of returns how old a value of b may be that is taken from a cache; limited: something says so.
func (a *ages) of(b *binding.Binding) (age time.Duration, limited bool) {
	age, limited = a.accepts[b]
	if a.newest > 0 && (!limited || a.newest < age) {
		return a.newest, true
	}
	return age, limited
}
