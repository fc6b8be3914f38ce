package fetch

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/cache"
	"weft/graph/protocol"
	"weft/upstream"
)

// Run is what passes between who has an operation run and who runs it: how it is to be run, and, when it has ended, what it did. What is
// said of it is always said, in the same way, whoever reads it. It belongs to one operation, and to one goroutine at a time.
type Run struct {
	Without Technique     // ways to ask upstreams for less that the operation does without
	MaxAge  time.Duration // how old a value may be that it takes from a cache; 0: as old as its policy allows

	// Ahead is what the operation runs for, though nobody has asked for it; "": somebody has. See [Options].
	Ahead string

	// Turn is asked before the operation is run; nil: it is run at once.
	Turn Turn

	noTurn bool // its turn did not come: it was not run

	cache *cache.Cache   // of the values in the answer; nil: nothing can become invalid
	at    cache.Position // noted before the first of them was loaded
	tags  []string       // of all of them

	mu     sync.Mutex // guards what follows
	record *Record    // nil: it has not ended, who runs it does not say, or it was answered as a whole
	whole  WholeAnswer
	failed []*upstream.Error
}

type runKey struct{}

// With returns a context whose operation is run so.
func With(ctx context.Context, r *Run) context.Context { return context.WithValue(ctx, runKey{}, r) }

// RunOf returns how ctx's operation is run. Where nobody has said that, it is a Run that nobody reads.
func RunOf(ctx context.Context) *Run {
	if r, ok := ctx.Value(runKey{}).(*Run); ok {
		return r
	}
	return new(Run)
}

// ErrNoTurn says that there was no time to run an operation.
var ErrNoTurn = errors.New("its turn did not come")

// Overloaded returns the error that clients see of an operation whose turn did not come. Each is an operation's own, since gqlgen, and its
// extensions, change what they get.
func Overloaded() *gqlerror.Error {
	return &gqlerror.Error{
		Message: "more is asked of this service than it can do: try again", Extensions: map[string]any{"code": protocol.CodeOverloaded},
	}
}

// Turn is whose turn it is among all that wants to run. Answers that are kept, or that another operation is making, do not wait for it.
type Turn interface {
	// Take returns when it has come: what runs has ended when it calls Leave. Its error is [ErrNoTurn], or that of ctx; then nothing runs.
	Take(ctx context.Context) error
	Leave()
}

// Begin returns when the operation may be run, which has ended when Leave is called. Its error is [Turn]'s; then it is not run.
func (r *Run) Begin(ctx context.Context) error {
	if r.Turn == nil {
		return nil
	}
	err := r.Turn.Take(ctx)
	r.noTurn = err == ErrNoTurn
	return err
}

// NoTurn reports whether the operation was not run since its turn did not come: [Overloaded] is all that there is to be said of it then.
func (r *Run) NoTurn() bool { return r.noTurn }

// Leave says that what Begin let run has ended.
func (r *Run) Leave() {
	if r.Turn != nil {
		r.Turn.Leave()
	}
}

// Answered says where the whole answer has come from, so that the operation did not run.
func (r *Run) Answered(from WholeAnswer) { r.whole = from }

// Record is what the operation did; nil: it has not ended, or who runs it does not say.
func (r *Run) Record() *Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.record == nil && r.whole != (WholeAnswer{}) { // mostly nobody wants to know
		r.record = &Record{Answer: &r.whole}
	}
	return r.record
}

// Ended says what the operation did.
func (r *Run) Ended(did *Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.record = did
	for _, e := range r.failed {
		did.calls.Failed(e)
	}
	r.failed = nil
}

// Calls is how many calls to upstreams the operation took, when it has ended: none where it was answered by what others have loaded.
func (r *Run) Calls() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.record == nil {
		return 0
	}
	return r.record.calls.Ended()
}

// Unusable says that a part of what a call has brought cannot be used, as whoever writes the answer finds. It may be called from any
// goroutine, before the end and after.
func (r *Run) Unusable(e *upstream.Error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	same := func(f *upstream.Error) bool {
		return f.Call == e.Call && f.Upstream == e.Upstream && f.Endpoint == e.Endpoint
	}
	switch {
	case r.record != nil:
		r.record.calls.Failed(e)
	case !slices.ContainsFunc(r.failed, same): // one for each call
		r.failed = append(r.failed, e)
	}
}

// Responded are the headers that services send to the client, when the operation has ended; nil: none.
func (r *Run) Responded() map[string][]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.record == nil {
		return nil
	}
	return r.record.Responded()
}

// DependsOn says what the operation's answer depends on: it is valid as long as c has nothing with one of tags made invalid after at. A
// nil c makes nothing invalid.
func (r *Run) DependsOn(c *cache.Cache, at cache.Position, tags []string) {
	r.cache, r.at, r.tags = c, at, tags
}

// Valid reports whether nothing in the operation's answer was invalidated since it began.
func (r *Run) Valid() bool { return r.cache == nil || r.cache.Valid(r.at, r.tags) }
