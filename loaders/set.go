package loaders

import "sync"

// Set holds the loaders of one operation, made when they are first asked for. The zero value is
// an empty set. It is safe for concurrent use and must not be copied.
type Set struct {
	work work // busy while one of the loaders is

	mu   sync.Mutex // guards made
	made map[any]func() any
}

// In returns what s holds as T under key, and makes it, once, when there is none. key is comparable, and names all that must not
// be mixed: the binding, and the values of the arguments that are the same for a whole batch. Two types under one
// key do not meet. make may itself call In with another key.
//
// When T is a [*Loader], a [*Memo] or what [Map] returned, Wait waits for it; a T that only holds such
// things is not looked into, so make each of them with In.
func In[T any](s *Set, key any, make func() T) T {
	made := s.slot(slot[T]{key}, func() any {
		made := make()
		if p, ok := any(made).(part); ok {
			p.part(&s.work)
		}
		return &made // a pointer, since T may be an interface whose nil has no type
	})
	return *made.(*T)
}

// Reset forgets all loaders and with them all answers: what is asked for next is fetched anew. What the old
// loaders have begun goes on, and Wait waits for it. A mutation resets its set before each of its root fields,
// a subscription before each event.
func (s *Set) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made = nil
}

// Wait blocks until every goroutine started by loaders of s has ended, also of those before a Reset. It looks at all of them at once,
// so a batch function that loads from another loader of s is covered. It does not cover a Load that begins after it.
func (s *Set) Wait() { s.work.wait() }

// slot returns the value under key, made at most once. make runs outside of the lock, so that it may use s.
func (s *Set) slot(key any, make func() any) any {
	s.mu.Lock()
	get, ok := s.made[key]
	if !ok {
		if s.made == nil {
			s.made = map[any]func() any{}
		}
		get = sync.OnceValue(make)
		s.made[key] = get
	}
	s.mu.Unlock()
	return get()
}

// slot is a key of In, apart for each type.
type slot[T any] struct{ key any }

// part is what a set can wait for.
type part interface{ part(of *work) }
