package fetch

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/graph-gophers/dataloader/v7"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/protocol"
)

// Stale is a place in an answer whose value was served beyond its time, since its service failed.
type Stale struct {
	Path ast.Path `json:"path"`
	Age  float64  `json:"age"` // in seconds
}

// MaxStale is how many places an answer names.
const MaxStale = 100

// staleValues are those of an operation. They are safe for concurrent use; the zero value is ready.
type staleValues struct {
	some atomic.Bool // one has come

	mu    sync.Mutex // guards what follows
	named []Stale
}

// nameStale adds the places of stale values in the operation's answer.
func (x *Execution) nameStale(places ...Stale) {
	s := &x.parts.stale
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range places {
		known := func(o Stale) bool { return slices.Equal(o.Path, p.Path) }
		if len(s.named) < MaxStale && !slices.ContainsFunc(s.named, known) {
			s.named = append(s.named, p)
		}
	}
}

// noteStale names the place of a context's field, and of an element of it, if its answer is stale.
func (x *Execution) noteStale(ctx context.Context, a *binding.Value, element ...ast.PathElement) {
	if age := a.Stale(); age > 0 {
		x.nameStale(StaleAt(append(slices.Clone(graphql.GetPath(ctx)), element...), age))
	}
}

// StaleAt is a place of a value that is so old.
func StaleAt(path ast.Path, age time.Duration) Stale { return Stale{path, age.Seconds()} }

// Stale returns the places of stale values in the operation's answer, the first [MaxStale]; nil: there are none.
func (d Done) Stale() []Stale {
	s := &d.x.parts.stale
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.named)
}

// SayStale adds the places of stale values to the extensions of a response, where there are any, and nobody has put something else there.
func SayStale(response context.Context, places []Stale) {
	if len(places) > 0 && graphql.GetExtension(response, protocol.StaleExtension) == nil {
		graphql.RegisterExtension(response, protocol.StaleExtension, places)
	}
}

// placing is a loader of hand-written code: what is stale of its answers has the place of the field that has loaded it.
type placing struct {
	dataloader.Interface[string, binding.Value]
	x *Execution
}

func (n placing) Load(ctx context.Context, key string) dataloader.Thunk[binding.Value] {
	thunk := n.Interface.Load(ctx, key)
	return func() (binding.Value, error) {
		a, err := thunk()
		n.x.noteStale(ctx, &a)
		return a, err
	}
}

func (n placing) LoadMany(ctx context.Context, keys []string) dataloader.ThunkMany[binding.Value] {
	thunk := n.Interface.LoadMany(ctx, keys)
	return func() ([]binding.Value, []error) {
		answers, errs := thunk()
		for i := range answers {
			n.x.noteStale(ctx, &answers[i])
		}
		return answers, errs
	}
}
