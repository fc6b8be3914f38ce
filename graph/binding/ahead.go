package binding

import (
	"context"
	"errors"
	"sync"

	"weft/graph/view"
)

// KeyFrom is the key of the entity that a field asks for, as far as its arguments tell; false where they do not.
func (f *Field) KeyFrom(args Arguments) (string, bool) {
	for _, s := range f.Sources {
		if s.Argument == "" {
			return "", false
		}
	}
	values, ok := f.values(view.Object{}, args)
	if !ok {
		return "", false
	}
	return keyOfValues(f.Binding, values), true
}

// EarlyKey reports whether a field can be asked for before its parent, an entity of b, is there: when all it takes are
// arguments and the parent's key.
func (f *Field) EarlyKey(b *Binding) bool {
	if len(b.KeySlots) != 1 || f.Binding.Mutation {
		return false
	}
	for _, s := range f.Sources {
		if s.Argument == "" && !s.Page && s.Slot != b.KeySlots[0] {
			return false
		}
	}
	return true
}

// errPanicked is what those get who waited for a call that panicked.
var errPanicked = errors.New("the call that this one shares has panicked")

// inline is a memo of calls that run in the goroutine of whoever asks first. The zero value is ready.
type inline struct {
	mu    sync.Mutex // guards calls
	calls map[onceKey]*inlineCall
}

type inlineCall struct {
	done   chan struct{}
	answer Answer
	err    error
}

// do answers key by call, which runs once. Whoever asks while it runs waits, or leaves when ctx ends.
func (m *inline) do(ctx context.Context, key onceKey, call func() (Answer, error)) (Answer, error) {
	m.mu.Lock()
	c, ok := m.calls[key]
	if !ok {
		if m.calls == nil {
			m.calls = map[onceKey]*inlineCall{}
		}
		c = &inlineCall{done: make(chan struct{}), err: errPanicked}
		m.calls[key] = c
	}
	m.mu.Unlock()
	if !ok {
		defer close(c.done) // also when call panics
		c.answer, c.err = call()
		return c.answer, c.err
	}
	select {
	case <-c.done:
		return c.answer, c.err
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
}

func (m *inline) reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = nil
}
