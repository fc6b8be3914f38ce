package executor

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
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

// finished is what running an operation brought, or what was kept of that.
type finished struct {
	data   json.RawMessage
	errs   gqlerror.List
	kept   binding.Kept
	record *binding.Record
	at     cache.Position // noted before it ran
}

// joined is what another operation gets that has waited for this one.
func (o *finished) joined() *finished {
	own := *o
	values, calls := o.record.Cost()
	own.record = &binding.Record{Answer: &binding.WholeAnswer{From: binding.FromShared, Values: values, Calls: calls}}
	return &own
}

// answer answers an operation: a read that may be shared from the cache, or by the run of another one that asks for the same at this
// moment; any other by a run of its own. Shared are data and errors only: extensions see every response.
func (s *schema) answer(ctx context.Context, op *graphql.OperationContext, p *prepared) *graphql.Response {
	a := &answering{schema: s, ctx: ctx, op: op, prepared: p}
	if !s.shares(ctx, op, p) {
		return s.respond(ctx, op, a.run(ctx), false)
	}
	key, ok := s.key(op, p)
	if !ok {
		return s.respond(ctx, op, a.run(ctx), false)
	}
	a.key = key
	request := &cache.Request[*finished]{Keys: []cache.Key{key.Key}, Decode: whole, Flights: &s.flights, Source: a}
	if c := s.options.Service.Cache; c != nil {
		a.reading = c.Reading(cache.Memory | cache.Shared)
		if !p.unkept.Load() {
			request.Reading = a.reading
		}
	}
	cache.Load(ctx, s.options.Service.Cache, request)
	return s.respond(ctx, op, a.out, true)
}

// answering is one operation that is answered: the source of its answer.
type answering struct {
	*schema
	*prepared
	ctx     context.Context
	op      *graphql.OperationContext
	key     key
	reading *cache.Reading // one for all of it: a cache that does not answer once is not asked again
	out     *finished
}

var _ cache.Source[*finished] = (*answering)(nil)

// run runs the operation.
func (a *answering) run(ctx context.Context) *finished {
	return a.execute(ctx, a.op, a.prepared, a.reading)
}

// Value implements cache.Source.
func (a *answering) Value(f *cache.Found) *finished {
	e := f.Entry
	from := &binding.WholeAnswer{
		From: binding.FromMemory, Age: e.Age(a.options.Service.Cache.Now()), Values: e.Values, Calls: e.Calls,
	}
	if f.From == cache.Shared {
		from.From = binding.FromRedis
	}
	return &finished{
		data: e.Value, kept: binding.Kept{Freshness: e.Freshness, Tags: e.Tags}, record: &binding.Record{Answer: from}, at: e.Position,
	}
}

// Ask implements cache.Source.
func (a *answering) Ask(ctx context.Context, _ []int, _ []cache.Found) []cache.Landed[*finished] {
	o := a.run(ctx)
	l := cache.Landed[*finished]{Value: o, At: o.at, Abandoned: len(o.errs) > 0 && binding.OutOfTime(ctx)}
	if !o.kept.Never { // all of its tags are known
		l.Entry = a.entry(o)
	}
	a.unkept.Store(!a.remember(&l))
	return []cache.Landed[*finished]{l}
}

// Take implements cache.Source.
func (a *answering) Take(_ int, l *cache.Landed[*finished], joined bool) {
	if a.out = l.Value; joined {
		a.out = l.Value.joined()
	}
}

// Leave implements cache.Source: running says why, in the right places.
func (a *answering) Leave(int, error) { a.out = a.run(a.ctx) }

// Refresh implements cache.Source. A whole answer is served while it is fresh; its parts are refreshed.
func (a *answering) Refresh([]int) {}

// entry is an answer as it may be kept.
func (a *answering) entry(o *finished) *cache.Entry {
	e := &cache.Entry{Key: a.key.Key, Value: o.data, Size: cap(o.data), Freshness: o.kept.Freshness, Position: o.at, Tags: o.kept.Tags}
	e.StaleWhileRevalidate, e.StaleIfError = 0, 0 // its parts are asked for again, each as stale as it may be
	return e
}

// remember keeps an answer that is for everybody and has no errors, and reports whether another one like it might be kept.
func (a *answering) remember(l *cache.Landed[*finished]) bool {
	c, o := a.options.Service.Cache, l.Value
	if c == nil || l.Entry == nil || o.kept.Private {
		return len(o.errs) > 0
	}
	if o.kept.Late || l.Abandoned || o.kept.FreshUntil <= c.Now() {
		return true
	}
	l.Entry.Values, l.Entry.Calls = o.record.Cost()
	c.Keep(l.Entry, a.key.identified)
	return true
}

// whole refuses an entry from beyond that is no answer.
func whole(e *cache.Entry) error {
	if len(e.Value) < 2 || e.Value[0] != '{' {
		return errors.New("no answer")
	}
	return nil
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
