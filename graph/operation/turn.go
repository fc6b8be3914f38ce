package operation

import (
	"context"
	"errors"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/admit"
	"weft/graph/fetch"
)

// Room is whether there is time for operations. The zero Room says that there is.
type Room struct {
	// Gate decides when operations may begin whose answers have to be made; nil: at once.
	Gate *admit.Gate

	// Speculate reports whether what calls these upstreams may run for a client who does not know yet whether it needs the answer; of nil
	// nobody knows which. A nil Speculate: it may.
	Speculate func(upstreams []string) bool
}

// turning is whether there is time for operations, and when their turn comes.
type turning struct {
	room  Room
	turns turns
}

// turns are those of all priorities, each made once.
type turns [admit.Mutation + 1]fetch.Turn

func newTurns(g *admit.Gate) (t turns) {
	for p := range t {
		t[p] = Turn(g, admit.Priority(p))
	}
	return t
}

// Turn is that of what runs with a priority; nil where no gate decides when anything may begin.
func Turn(g *admit.Gate, p admit.Priority) fetch.Turn {
	if g == nil {
		return nil
	}
	return turn{g, p}
}

type turn struct {
	gate     *admit.Gate
	priority admit.Priority
}

// Take implements fetch.Turn.
func (t turn) Take(ctx context.Context) error {
	err := t.gate.Enter(ctx, t.priority)
	if errors.Is(err, admit.ErrFull) {
		return fetch.ErrNoTurn
	}
	return err
}

// Leave implements fetch.Turn.
func (t turn) Leave() { t.gate.Leave() }

// priority is that of an operation. Nothing that a client sends raises it.
func (r *Request) priority(p *Prepared) admit.Priority {
	switch {
	case r.Ahead != "" || r.Speculative:
		return admit.Prefetch
	case r.Peer.Inside:
		return admit.Refresh
	case p.Priority != admit.ByKind:
		return p.Priority
	case p.Kind() == ast.Query:
		return admit.Query
	}
	return admit.Mutation
}
