package fetch

import (
	"context"
	"errors"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/protocol"
	"weft/upstream"
)

// mutate calls a mutation, between two fresh memos: what was loaded before may no longer be true. Unless it has certainly changed nothing,
// what it may have changed is made invalid before anything is read again: in the operation, below the mutation's field, and anywhere else.
// Other replicas are told before, so that they do it if this one cannot any more.
func (x *Execution) mutate(ctx context.Context, b *binding.Binding, values []any) (binding.Value, error) {
	if x.closed.Load() {
		return binding.Value{}, errClosed
	}
	x.reset()
	defer x.reset()
	x.record.write(b)
	x.writes.Store(true)
	var r Result
	write := cache.Write{May: b.MayInvalidate(values), Takes: x.service.takes(b), Do: func() (cache.Outcome, []string) {
		r = x.callOne(ctx, b, values, nil)
		outcome := outcomeOf(r.Err)
		if r.Err != nil {
			return outcome, nil
		}
		return outcome, b.InvalidatedBy(values, r.Object())
	}}
	c := x.service.Cache
	if c == nil {
		write.Do()
		return r.Value, r.Err
	}
	switch err := c.Write(ctx, write); {
	case errors.Is(err, cache.ErrNotSent):
		return binding.Value{}, notSent()
	case err != nil:
		x.through.local.Store(true)
		x.service.log().Warn("other replicas do not know yet what a mutation has changed", "binding", b.Name, "at", b.At, "error", err)
	}
	return r.Value, r.Err
}

// notSent is the error of a mutation that was not sent.
func notSent() error {
	return excess(protocol.CodeNotAnnounced, "nothing was changed: replicas of this service cannot be told, and would serve old values: try again later")
}

// takes is how long a call of a binding takes at most.
func (s *Service) takes(b *binding.Binding) time.Duration {
	if client := s.Clients[b.Upstream]; client != nil {
		return client.Timeout()
	}
	return 0
}

// outcomeOf says what became of a mutation that ended with err. It may have changed something when the upstream has begun to answer that it
// succeeded, though the rest of the answer is of no use; when nobody knows what became of it, it may do so yet.
func outcomeOf(err error) cache.Outcome {
	switch failure, ok := errors.AsType[*upstream.Error](err); {
	case !ok: // none, or an answer with something else in it than is due
		return cache.Changed
	case failure.Status/100 == 2:
		if failure.Kind != upstream.Rejected { // see Failure
			return cache.Changed
		}
	case failure.OutcomeUnknown():
		return cache.Unknown
	}
	return cache.Unchanged
}

// Local reports whether a mutation of the operation has changed something of which other replicas do not know yet.
func (d Done) Local() bool { return d.x.through.local.Load() }

// SayLocal adds that to the extensions of a response, where it is so, and nobody has put something else there.
func SayLocal(response context.Context, local bool) {
	if local && graphql.GetExtension(response, protocol.InvalidationExtension) == nil {
		graphql.RegisterExtension(response, protocol.InvalidationExtension, "local")
	}
}
