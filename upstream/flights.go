package upstream

import (
	"context"
	"errors"
	"sync"
	"time"
)

// flights are the GETs on their way to one upstream, by what they have in common (see [Client.appendKey]). It is a single
// flight with three differences from the usual ones:
//
// A flight belongs to all who wait for it, so it runs on a goroutine and under a context of its own, which ends with the
// client's timeout or with the last waiter. The one who started it may leave like anyone else:
//
//	A starts, B joins, A is cancelled:  A gets Canceled, B the answer
//	A starts, B joins, both leave:      the call is cancelled, and C, who comes later, starts another
//
// Who joins late has the time that is left of the flight's timeout, and shares its outcome, failures included.
//
// The flight leaves the map under the lock under which the last waiter is counted off, so nobody can join a cancelled one.
//
// A write closes the open flights to newcomers, once before it is sent and once when it has ended (see seal).
//
// However the call ends, with an answer, an error, a panic or [runtime.Goexit], the waiters are told.
type flights struct {
	running sync.WaitGroup

	mu    sync.Mutex // guards byKey, and waiters of every flight
	byKey map[string]*flight
}

// flight is one call and those who wait for it.
type flight struct {
	key      string
	deadline time.Time          // when the call ends at the latest
	cancel   context.CancelFunc // ends it now
	done     chan struct{}      // closed when res and err are final

	res *Response
	err *Error

	waiters int // guarded by flights.mu
}

// errAbandoned is the cause when a transport ends its goroutine.
var errAbandoned = errors.New("the transport ended the call's goroutine")

// join returns the open flight of key, counting the caller in; nil when there is none.
func (s *flights) join(key []byte) *flight {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.byKey[string(key)]
	if f != nil {
		f.waiters++
	}
	return f
}

// open opens the flight of key, counting the caller in, and returns the context, which ends at the deadline, under which the
// caller must start its call and then finish it. When another caller has just opened one, it is joined, and own is nil.
func (s *flights) open(key []byte, deadline time.Time) (f *flight, own context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f = s.byKey[string(key)]; f != nil {
		f.waiters++
		return f, nil
	}
	f = &flight{key: string(key), deadline: deadline, done: make(chan struct{}), waiters: 1}
	own, f.cancel = context.WithDeadline(context.Background(), deadline)
	if s.byKey == nil {
		s.byKey = make(map[string]*flight)
	}
	s.byKey[f.key] = f
	return f, own
}

// wait returns the outcome of f, which the caller has joined or opened, unless ctx ends or the deadline passes before. It
// takes a timer only for a caller who must leave sooner than the flight ends.
func (s *flights) wait(ctx context.Context, deadline time.Time, f *flight) (*Response, *Error) {
	var late <-chan time.Time
	if deadline.Before(f.deadline) {
		timer := time.NewTimer(time.Until(deadline))
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-f.done:
		return f.res, f.err
	case <-ctx.Done():
		s.leave(f)
		return nil, interrupted(ctx)
	case <-late:
		s.leave(f)
		return nil, &Error{Kind: Timeout, Err: context.DeadlineExceeded}
	}
}

// leave counts a waiter off. The last one cancels the call.
func (s *flights) leave(f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.waiters--; f.waiters == 0 {
		s.remove(f)
		f.cancel()
	}
}

// finish hands the outcome to the waiters.
func (s *flights) finish(f *flight) {
	s.mu.Lock()
	s.remove(f)
	s.mu.Unlock()
	if f.res == nil && f.err == nil {
		f.err = &Error{Kind: Unavailable, Err: errAbandoned}
	}
	f.cancel()
	close(f.done)
}

// remove takes f out of the map, unless another flight has taken its place there. The lock must be held.
func (s *flights) remove(f *flight) {
	if s.byKey[f.key] == f {
		delete(s.byKey, f.key)
	}
}

// seal closes all open flights to newcomers. Those who wait already get their answers; the next identical GET starts anew.
// A write seals twice, right before it is sent and before its caller learns how it ended:
//
//	end:    GET₁ is sent · the service reads the old value for it · POST is sent, takes effect and is answered ·
//	        GET₂ of one who has seen that answer must not join GET₁, which carries the old value
//	start:  GET₁ is sent and reads the old value · POST is sent and takes effect, its answer is still under way ·
//	        another GET reads the new value · GET₂ of one who has seen it must not join GET₁ and go back in time
//
// A flight that was opened between the two may have read either value, so the end closes it too. What neither can close is
// the flight of a GET that follows a write which timed out here but takes effect there later: that is any later read's fate.
func (s *flights) seal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.byKey)
}
