package fetch

import (
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Answerer answers operations of one variant: by what is kept, by what is being made for somebody else, or by a run. It may be used by any
// number of goroutines at once.
type Answerer interface {
	Answer(ctx context.Context, a *Asked) Answered
}

// Asked is an operation, with its variables, whose answer is wanted. It belongs to one request, and is not changed.
type Asked struct {
	Behalf
	Operation *graphql.OperationContext
	Run       *Run

	// Client is the context without the operation's own deadline; nil: there is no other. What others are making is waited for by this one
	// and the deadline's time, since to wait for a context with a deadline costs a timer.
	Client context.Context

	// Around makes the context that the operation runs in, if it has to be run; nil: it is the one that the answer is asked for in.
	Around Around
}

// Around surrounds a run.
type Around interface {
	Within(context.Context) context.Context
}

// Answered is what became of an operation.
type Answered struct {
	Data   json.RawMessage     // nobody changes it: others may have it, too
	Lender Lender              // takes Data back when it has been read; nil: others may have it, too
	Errors gqlerror.List       // not presented yet
	Stale  []Stale             // places of stale values
	Local  bool                // it has changed something of which other replicas do not know
	Policy map[string][]string // headers that say how long whoever receives the answer may keep it; nil: nobody may. Nobody changes them
	Forms  any                 // of an answer that is kept: see protocol.FormsExtension; nil: it is not
}

// Lender is whose memory an answer's data lies in.
type Lender interface {
	// TakeBack takes data that nobody reads any more: the next answer is written there.
	TakeBack(data json.RawMessage)
}

// Respond makes it the response of a context: it adds errors, the places of stale values, and that a change is known here only.
func (a *Answered) Respond(ctx context.Context) *graphql.Response {
	for _, err := range a.Errors {
		graphql.AddError(ctx, err)
	}
	SayStale(ctx, a.Stale)
	SayLocal(ctx, a.Local)
	return &graphql.Response{Data: a.Data}
}
