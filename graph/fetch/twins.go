package fetch

import (
	"context"
	"errors"
	"sync"

	"weft/graph/binding"
	"weft/upstream"
)

// gets are how an operation's calls leave. It knows the GETs on their way that another binding may make, too: flights are of one
// binding's keys each, and so do not see that they are the same. The zero value is ready.
type gets struct {
	turn chan struct{} // holds a value while a call is made, without Parallel; nil: calls do not wait for each other

	mu   sync.Mutex // guards open
	open map[getOf]*get
}

type getOf struct{ upstream, path string }

type get struct {
	done     chan struct{} // closed when the others are final
	response *upstream.Response
	err      error
}

// get makes a call; of a twin only if an equal one is not on its way. Equal are those without validators.
func (x *Execution) get(ctx context.Context, b *binding.Binding, by *binding.Request, r *upstream.Request) (*upstream.Response, error) {
	client := x.service.Clients[b.Upstream]
	if !x.service.Twins[b] || !by.Gets() || r.IfNoneMatch+r.IfModifiedSince != "" || x.without.Has(Dedupe|Shared) {
		return x.do(ctx, client, r)
	}
	of := getOf{b.Upstream, r.Path}
	g, joined := x.gets.join(of)
	if !joined {
		defer x.gets.leave(of, g)
		g.response, g.err = x.do(ctx, client, r)
		return g.response, g.err
	}
	select {
	case <-g.done:
	case <-ctx.Done():
		return client.Do(ctx, *r) // says why
	}
	failure, failed := errors.AsType[*upstream.Error](g.err)
	switch {
	case g.err == nil:
		return g.response, nil
	case !failed || failure.Kind == upstream.Canceled: // it was given up, which is the twin's affair
		return x.do(ctx, client, r)
	}
	mine := *failure
	mine.Endpoint, mine.At = b.Name, b.At
	return nil, &mine
}

// do makes a call, without Parallel when no other is being made. Whose time is over meanwhile learns that from the client.
func (x *Execution) do(ctx context.Context, client *upstream.Client, r *upstream.Request) (*upstream.Response, error) {
	if x.gets.turn != nil {
		select {
		case x.gets.turn <- struct{}{}:
			defer func() { <-x.gets.turn }()
		case <-ctx.Done():
		}
	}
	return client.Do(ctx, *r)
}

// join returns a call that is on its way, or begins it.
func (s *gets) join(of getOf) (g *get, joined bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g = s.open[of]; g != nil {
		return g, true
	}
	if s.open == nil {
		s.open = map[getOf]*get{}
	}
	g = &get{done: make(chan struct{}), err: errUnfinished}
	s.open[of] = g
	return g, false
}

// leave says that a call has ended.
func (s *gets) leave(of getOf, g *get) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, of)
	close(g.done)
}

// errUnfinished is the error of a call whose goroutine has ended before it.
var errUnfinished = errors.New("the call has not ended")
