package loaders_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/graph-gophers/dataloader/v7"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// upstream is a service that squares: its batch function notes every call, and does what before says first.
type upstream struct {
	before func(ctx context.Context, keys []int) // nil = nothing

	mu    sync.Mutex // guards the rest
	calls [][]int
	now   int // calls running
	peak  int // the most at once
}

func (u *upstream) batch(ctx context.Context, keys []int) []*dataloader.Result[int] {
	u.mu.Lock()
	u.calls = append(u.calls, slices.Clone(keys))
	u.now++
	u.peak = max(u.peak, u.now)
	u.mu.Unlock()
	defer func() {
		u.mu.Lock()
		u.now--
		u.mu.Unlock()
	}()
	if u.before != nil {
		u.before(ctx, keys)
	}
	results := make([]*dataloader.Result[int], len(keys))
	for i, key := range keys {
		results[i] = &dataloader.Result[int]{Data: key * key}
	}
	return results
}

// each is batch for a loader of single keys.
func (u *upstream) each(ctx context.Context, key int) (int, error) {
	r := u.batch(ctx, []int{key})[0]
	return r.Data, r.Error
}

// seen returns the calls so far, sorted, since chunks leave at the same time.
func (u *upstream) seen() [][]int {
	u.mu.Lock()
	defer u.mu.Unlock()
	calls := slices.Clone(u.calls)
	slices.SortFunc(calls, slices.Compare)
	return calls
}

// want fails the test unless the thunk gives value.
func want[V comparable](t *testing.T, thunk dataloader.Thunk[V], value V) {
	t.Helper()
	if got, err := thunk(); err != nil || got != value {
		t.Errorf("got %v, %v, want %v", got, err, value)
	}
}

// upto returns 0 to n-1.
func upto(n int) []int {
	keys := make([]int, n)
	for i := range keys {
		keys[i] = i
	}
	return keys
}
