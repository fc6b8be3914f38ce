package upstream

import (
	"context"
	"errors"
	"sync"
)

// flights are the GETs on their way to one upstream, by identity (see outgoing.key). It is a single flight with three
// differences from the usual ones:
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

	mu   sync.Mutex // guards open, and waiters of every flight
	open map[string]*flight
}

// flight is one call and those who wait for it.
type flight struct {
	done   chan struct{}      // closed when res and err are final
	cancel context.CancelFunc // ends the call

	res *Response
	err *Error

	waiters int // guarded by flights.mu
}

// errAbandoned is the cause when a transport ends its goroutine.
var errAbandoned = errors.New("the transport ended the call's goroutine")

// do waits for the flight of key until ctx ends, and starts it with call when there is none.
// Shared reports that it was somebody else who started it.
func (s *flights) do(ctx context.Context, key string, call func(context.Context) (*Response, *Error)) (res *Response, shared bool, err *Error) {
	f, own := s.join(key)
	if own != nil {
		s.running.Go(func() {
			defer s.finish(key, f)
			f.res, f.err = call(own)
		})
	}
	select {
	case <-f.done:
		return f.res, own == nil, f.err
	case <-ctx.Done():
		s.leave(key, f)
		return nil, own == nil, interrupted(ctx)
	}
}

// join returns the open flight of key, counting the caller in. When there is none it opens one, and returns the context
// under which the caller must start it; otherwise own is nil.
func (s *flights) join(key string) (f *flight, own context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f = s.open[key]; f != nil {
		f.waiters++
		return f, nil
	}
	f = &flight{done: make(chan struct{}), waiters: 1}
	own, f.cancel = context.WithCancel(context.Background())
	if s.open == nil {
		s.open = make(map[string]*flight)
	}
	s.open[key] = f
	return f, own
}

// leave counts a waiter off. The last one cancels the call.
func (s *flights) leave(key string, f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.waiters--; f.waiters == 0 {
		s.remove(key, f)
		f.cancel()
	}
}

// finish hands the outcome to the waiters.
func (s *flights) finish(key string, f *flight) {
	s.mu.Lock()
	s.remove(key, f)
	s.mu.Unlock()
	if f.res == nil && f.err == nil {
		f.err = &Error{Kind: Unavailable, Err: errAbandoned}
	}
	f.cancel()
	close(f.done)
}

// remove takes f out of the map, unless another flight has taken its place there. The lock must be held.
func (s *flights) remove(key string, f *flight) {
	if s.open[key] == f {
		delete(s.open, key)
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
	clear(s.open)
}
