package operation

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
)

// ErrFull says that too many are waiting already: it may be tried again soon.
var ErrFull = errors.New("too many documents wait to be parsed and validated")

// Documents that wait at the queue have at most maxWaiting bytes altogether, those of less than a page counting as one: short ones
// are done soon, and many of them may wait; of costly ones there are few.
const (
	maxWaiting = 1 << 20
	page       = 1 << 10
)

// queue lets as many requests at a time parse and validate as there are processors: nothing can stop these two once they have
// begun. Whoever finds it full is turned away at once, and nobody works for those who left while they waited.
type queue struct {
	turns   chan struct{} // one for each that is inside
	waiting atomic.Int64  // bytes
}

func newQueue() *queue { return &queue{turns: make(chan struct{}, runtime.GOMAXPROCS(0))} }

// enter returns when it is the turn of a document of so many bytes, which ends with leave. Its error is ErrFull, or ctx's: then there
// is no turn. A single document may wait, however long it is.
func (q *queue) enter(ctx context.Context, bytes int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case q.turns <- struct{}{}:
		return nil
	default:
	}
	n := int64(max(bytes, page))
	defer q.waiting.Add(-n)
	if all := q.waiting.Add(n); all > max(maxWaiting, n) {
		return ErrFull
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
