package edge

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
)

// errFull says that too many are waiting already.
var errFull = errors.New("too many documents wait to be parsed and validated")

// maxWaiting is how many requests may wait for their turn at the queue.
const maxWaiting = 128

// queue lets as many requests at a time parse and validate as there are processors: nothing can stop these two once they have
// begun. Whoever finds it full is turned away at once, and nobody works for those who left while they waited.
type queue struct {
	turns   chan struct{} // one for each that is inside
	waiting atomic.Int64
}

func newQueue() *queue { return &queue{turns: make(chan struct{}, runtime.GOMAXPROCS(0))} }

// enter returns when it is the caller's turn, which ends with leave. Its error is errFull, or ctx's: then there is no turn.
func (q *queue) enter(ctx context.Context) error {
	select {
	case q.turns <- struct{}{}:
		return nil
	default:
	}
	defer q.waiting.Add(-1)
	if q.waiting.Add(1) > maxWaiting {
		return errFull
	}
	select {
	case q.turns <- struct{}{}:
		if err := ctx.Err(); err != nil {
			q.leave()
			return err
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (q *queue) leave() { <-q.turns }
