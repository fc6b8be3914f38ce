package executor

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/plan"
)

// finished is what running an operation brought.
type finished struct {
	data      json.RawMessage
	errs      gqlerror.List
	kept      binding.Kept
	record    *binding.Record
	at        cache.Position // noted before it ran
	abandoned bool           // who ran it left, or ran out of time: that is no answer for others
}

// joined is what another operation gets that has waited for this one.
func (o *finished) joined() *finished {
	own := *o
	values, calls := o.record.Cost()
	own.record = &binding.Record{Answer: &binding.WholeAnswer{From: binding.FromShared, Values: values, Calls: calls}}
	return &own
}

// attempts is how often an operation waits for others that ask the same, before it runs by itself.
const attempts = 3

// answer answers an operation: a read that may be shared from the cache, or by the run of another one that asks for the same at this
// moment; any other by a run of its own. Shared are data and errors only: extensions see every response.
func (s *schema) answer(ctx context.Context, op *graphql.OperationContext, p *prepared) *graphql.Response {
	var reading *cache.Reading // one for all of it: a cache that does not answer once is not asked again
	if !s.shares(ctx, op, p) {
		return s.respond(ctx, op, s.execute(ctx, op, p, reading), false)
	}
	key, ok := s.key(op, p)
	if !ok {
		return s.respond(ctx, op, s.execute(ctx, op, p, reading), false)
	}
	if c := s.options.Service.Cache; c != nil {
		reading = c.Reading(cache.Memory | cache.Shared)
	}
	if o := s.recall(ctx, p, key.Key, reading); o != nil {
		return s.respond(ctx, op, o, true)
	}
	for range attempts {
		flights, group := s.flights.Claim(key.Key)
		if group != nil {
			return s.lead(ctx, op, p, key, reading, flights[0], group)
		}
		o, err := flights[0].Wait(ctx)
		if err != nil {
			break // running says why, in the right places
		}
		if !o.abandoned && s.valid(o) {
			return s.respond(ctx, op, o.joined(), true)
		}
	}
	return s.respond(ctx, op, s.execute(ctx, op, p, reading), false)
}

// shares reports whether others may get an operation's answer: it is a read, which nothing but upstreams answers, and all of them agree.
func (s *schema) shares(ctx context.Context, op *graphql.OperationContext, p *prepared) bool {
	service := s.options.Service
	return op.Operation.Operation == ast.Query && !p.plan.Policy.HandWritten && len(p.plan.Policy.Upstreams) > 0 && binding.DoesWithout(ctx) == 0 &&
		!slices.ContainsFunc(p.plan.Policy.Upstreams, func(name string) bool { return service.Unshared[name] })
}

// key is the name of an answer.
type key struct {
	cache.Key
	identified bool // it depends on who asks
}

// key names an operation by all that its answer depends on; false where that cannot be written.
func (s *schema) key(op *graphql.OperationContext, p *prepared) (key, bool) {
	service := s.options.Service
	k := make([]byte, 0, len(s.fingerprint)+len(op.RawQuery)+128)
	k = append(k, s.fingerprint...)
	k = appendText(k, op.OperationName)
	k = appendText(k, op.RawQuery)
	var space [256]byte
	identity := service.AppendIdentity(space[:0], p.plan.Policy.Upstreams, op.Headers)
	identified := len(identity) > 0
	if service.Cache != nil {
		k = appendText(k, service.Cache.Digest(identity))
	} else {
		k = appendText(k, string(identity))
	}
	if len(op.Variables) > 0 {
		variables, err := json.Marshal(op.Variables)
		if err != nil {
			return key{}, false
		}
		k = append(k, variables...)
	}
	return key{cache.Key(k), identified}, true
}

func appendText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// lead runs the operation for all who wait for it, and hands what comes of it to them and to the cache.
func (s *schema) lead(
	ctx context.Context, op *graphql.OperationContext, p *prepared, key key, reading *cache.Reading, flight *cache.Flight[*finished], group *cache.Group[*finished],
) *graphql.Response {
	var o *finished
	group.Fly(ctx, &finished{abandoned: true}, func(ctx context.Context) {
		o = s.execute(ctx, op, p, reading)
		o.abandoned = len(o.errs) > 0 && binding.OutOfTime(ctx)
		flight.Land(o)
		p.unkept.Store(!s.remember(key, o))
	})
	return s.respond(ctx, op, o, true)
}

// execute runs an operation, which reads from the cache by reading; nil: by one of its own.
func (s *schema) execute(ctx context.Context, op *graphql.OperationContext, p *prepared, reading *cache.Reading) *finished {
	o := &finished{}
	if c := s.options.Service.Cache; c != nil {
		o.at = c.Position()
	}
	x := binding.NewPlannedExecution(ctx, s.options.Service, op.Headers)
	defer x.Wait()
	o.record = x.Record()
	x.Accept(p.plan.Policy.Accepts)
	if reading != nil {
		x.ReadBy(reading)
	}
	ctx = s.attach(ctx, x)
	size := p.size.Load()
	w := newWriter(int(size+size/16)+32, x.Limits())
	if p.serial == nil {
		s.runOne(ctx, op, x, p, w)
	}
	for _, root := range p.serial {
		s.runOne(ctx, op, x, root, w)
	}
	o.data = w.data()
	o.errs = w.errs
	if n := int64(len(o.data)); n != size { // mostly it is not, and processors do not have to agree on it
		p.size.Store(n)
	}
	if op.Operation.Operation == ast.Query && len(o.errs) == 0 {
		o.kept = x.Kept()
		o.kept.Never = o.kept.Never || p.plan.Policy.HandWritten // Go may have looked at anything
		p.plan.Policy.Limit(&o.kept)
	} else {
		o.kept.Never = true
	}
	return o
}

// respond makes a run's outcome a response. Others may respond with the same finished, at the same time.
func (s *schema) respond(ctx context.Context, op *graphql.OperationContext, o *finished, shared bool) *graphql.Response {
	for _, err := range o.errs {
		if shared { // presenters change errors
			own := *err
			own.Extensions = maps.Clone(err.Extensions)
			err = &own
		}
		graphql.AddError(ctx, err)
	}
	if !o.kept.Never {
		op.Stats.SetExtension(policyExtension, headersOf(&o.kept, s.options.Service.Cache.Now()))
	}
	binding.Ended(ctx, o.record)
	return &graphql.Response{Data: o.data}
}

// valid reports whether nothing in it was invalidated since it was begun.
func (s *schema) valid(o *finished) bool {
	c := s.options.Service.Cache
	switch {
	case c == nil:
		return true
	case o.kept.Never: // not all of its tags are known
		return c.Position() == o.at
	}
	return c.Valid(o.at, o.kept.Tags)
}

// recall returns a finished answer from the cache; nil: there is none that is fresh.
func (s *schema) recall(ctx context.Context, p *prepared, key cache.Key, reading *cache.Reading) *finished {
	if reading == nil || p.unkept.Load() {
		return nil
	}
	found := reading.Get(ctx, []cache.Key{key}, cache.Query{})[0]
	if e := found.Entry; found.State == cache.Fresh && len(e.Value) > 1 && e.Value[0] == '{' {
		from := &binding.WholeAnswer{
			From: binding.FromMemory, Age: e.Age(s.options.Service.Cache.Now()), Values: e.Values, Calls: e.Calls,
		}
		if found.From == cache.Shared {
			from.From = binding.FromRedis
		}
		return &finished{
			data: e.Value, kept: binding.Kept{Freshness: e.Freshness, Tags: e.Tags}, record: &binding.Record{Answer: from}, at: e.Position,
		}
	}
	return nil
}

// remember keeps a finished answer that is for everybody and has no errors, and reports whether another one like it might be kept.
func (s *schema) remember(key key, o *finished) bool {
	c := s.options.Service.Cache
	if c == nil || o.kept.Never || o.kept.Private {
		return len(o.errs) > 0
	}
	if o.kept.Late || o.abandoned || o.kept.FreshUntil <= c.Now() {
		return true
	}
	e := &cache.Entry{Key: key.Key, Value: o.data, Size: cap(o.data), Freshness: o.kept.Freshness, Position: o.at, Tags: o.kept.Tags}
	e.Values, e.Calls = o.record.Cost()
	e.StaleWhileRevalidate, e.StaleIfError = 0, 0 // its parts are asked for again, each as stale as it may be
	c.Keep(e, key.identified)
	return true
}

// fingerprint is a text that differs for schemas that answer differently.
func fingerprint(stock graphql.ExecutableSchema, tables *plan.Schema) string {
	h := sha256.New()
	formatter.NewFormatter(h).FormatSchema(stock.Schema())
	for _, name := range slices.Sorted(maps.Keys(tables.Types)) {
		fields := tables.Types[name].Fields
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			if b := fields[field].Bound; b != nil {
				_, _ = fmt.Fprintln(h, name, field, b.Binding.Fingerprint, b.Sources, b.Keys)
			}
		}
	}
	return string(h.Sum(nil)[:16])
}
