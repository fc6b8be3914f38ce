// Package answers surrounds the running of operations: whole answers that are kept are not made again, and one that is being made for
// somebody is not made for somebody else. It is also where clients are told how long they may keep an answer.
//
// An answer has a name: all that it depends on (key.go). A read that nothing but services answers is looked up by it, waited for
// where another operation is making it, and kept when it is for everybody, as the strictest of its parts may be. Everything else is
// run.
package answers

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/cache"
	"weft/graph/auth"
	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/protocol"
)

// Cache answers operations of one schema. It may be used by any number of goroutines at once.
type Cache struct {
	service *fetch.Service
	schema  string
	tags    int      // that Cache-Tag has at most
	callers []string // see Options
	flights cache.Flights[*finished]
}

// Options are what answers have to say of themselves.
type Options struct {
	Tags    int      // that Cache-Tag has at most; 0 = 128
	Callers []string // the request headers that say who asks: answers that not everybody may see vary by them
}

// New returns a cache for operations of the schema with that fingerprint, which run over s. The fingerprint differs for schemas that answer
// differently: see [Fingerprint]. Where s has no cache, answers are not kept, and shared all the same.
func New(s *fetch.Service, fingerprint string, o Options) *Cache {
	return &Cache{service: s, schema: fingerprint, tags: cmp.Or(o.Tags, defaultTags), callers: o.Callers}
}

// Runner runs an operation.
type Runner interface {
	// Run runs the operation of op, with its variables, by an execution, and returns its answer's data and errors.
	Run(ctx context.Context, op *graphql.OperationContext, x fetch.Planned) (json.RawMessage, gqlerror.List)
}

// Prepared is a variant of an operation whose runs the cache surrounds. It may be used by any number of goroutines at once.
type Prepared struct {
	cache   *Cache
	variant *plan.Variant
	runner  Runner
	shares  bool     // others may get its answers
	vary    []string // the header of that name

	unkept atomic.Bool // the last answer could not be kept: there is no use in looking for one
}

// Prepare lets a variant, which has a plan, be answered: runner runs it.
func (c *Cache) Prepare(v *plan.Variant, runner Runner) *Prepared {
	p := v.Plan.Policy
	shares := v.Prefix != "" && !p.HandWritten && !p.Responds && len(p.Upstreams) > 0 &&
		!slices.ContainsFunc(p.Upstreams, func(name string) bool { return c.service.Unshared[name] })
	return &Prepared{cache: c, variant: v, runner: runner, shares: shares, vary: c.vary(p)}
}

// finished is what running an operation brought, or what was kept of that.
type finished struct {
	data   json.RawMessage
	errs   gqlerror.List
	kept   binding.Kept
	forms  *Forms // of what was kept
	record *fetch.Record
	stale  []fetch.Stale
	local  bool           // it has changed something of which other replicas do not know
	entry  *cache.Entry   // what it is kept as, or might be; nil: it may not be kept
	gaveUp bool           // it has errors since its own time was over, or its turn did not come
	at     cache.Position // noted before it ran
	asked  cache.Instant  // when it began
}

// joined is what another operation gets that has waited for this one.
func (o *finished) joined() *finished {
	own := *o
	values, calls := o.record.Cost()
	own.record = &fetch.Record{Answer: &fetch.WholeAnswer{From: fetch.FromShared, Values: values, Calls: calls}}
	return &own
}

// Answer answers an operation: a read that may be shared from the cache, or by the run of another one that asks for the same at this
// moment; any other by a run of its own. Shared are data and errors only: extensions see every response.
//
// A read may be shared that has a name, which nothing but upstreams answers, and all of them agree.
func (p *Prepared) Answer(ctx context.Context, op *graphql.OperationContext) *graphql.Response {
	a := &answering{Prepared: p, ctx: ctx, op: op, own: fetch.RunOf(ctx), who: fetch.Behalf{Header: op.Headers, Caller: auth.From(ctx)}}
	if !p.shares || !a.reads() || a.own.Without != 0 || a.own.Ahead != "" {
		return a.respond(a.run(ctx), false)
	}
	var ok bool
	if a.key, ok = p.key(op, a.who); !ok {
		return a.respond(a.run(ctx), false)
	}
	service := p.cache.service
	request := &cache.Request[*finished]{
		Space: cache.Space{Rest: string(a.key.Key)}, IDs: []string{""}, Keys: []cache.Key{a.key.Key}, MaxAge: a.own.MaxAge,
		Decode: p.cache.whole, Fences: service.Fences(p.variant.Plan.Policy.Upstreams), Stays: true, Source: a,
	}
	if request.MaxAge == 0 { // others take values of any age
		request.Flights = &p.cache.flights
	}
	if service.Cache != nil {
		a.reading = service.Cache.Reading(cache.Memory | cache.Remote)
		if !p.unkept.Load() {
			request.Reading = a.reading
		}
	}
	cache.Load(ctx, service.Cache, request)
	return a.respond(a.out, true)
}

// answering is one operation that is answered: the source of its answer.
type answering struct {
	*Prepared
	ctx     context.Context
	op      *graphql.OperationContext
	who     fetch.Behalf
	own     *fetch.Run
	key     key
	reading *cache.Reading // one for all of it: a cache that does not answer once is not asked again
	out     *finished
}

var _ cache.Source[*finished] = (*answering)(nil)

func (a *answering) reads() bool { return a.op.Operation.Operation == ast.Query }

// run runs the operation.
func (a *answering) run(ctx context.Context) *finished {
	s, policy := a.cache.service, a.variant.Plan.Policy
	if err := a.own.Begin(ctx); err != nil {
		return &finished{
			data: json.RawMessage("null"), errs: gqlerror.List{gqlerror.WrapIfUnwrapped(err)}, kept: binding.Kept{Never: true}, record: new(fetch.Record), gaveUp: true,
		}
	}
	defer a.own.Leave()
	o := &finished{}
	if s.Cache != nil {
		o.at, o.asked = s.Cache.Position(), cache.InstantOf(time.Now())
	}
	x := fetch.Begin(s, fetch.Options{
		Behalf: a.who, Without: a.own.Without, MaxAge: a.own.MaxAge, Accepts: policy.Accepts, Reading: a.reading,
		Resolvers: policy.Resolvers, Ahead: a.own.Ahead,
	})
	defer x.Close() // also where running panics
	o.data, o.errs = a.runner.Run(ctx, a.op, x)
	done := x.Close()
	o.record, o.stale, o.local = done.Record(), done.Stale(), done.Local()
	if !a.reads() || len(o.errs) > 0 {
		o.kept.Never = true
		return o
	}
	o.kept = done.Kept()
	o.kept.Never = o.kept.Never || policy.HandWritten || policy.Responds // Go may have looked at anything
	policy.Limit(&o.kept)
	return o
}

// Value implements cache.Source.
func (a *answering) Value(f *cache.Found) *finished {
	e := f.Entry
	from := &fetch.WholeAnswer{
		From: fetch.FromMemory, Age: e.Age(a.cache.service.Cache.Now()), Values: e.Values, Calls: e.Calls,
	}
	if f.From == cache.Remote {
		from.From = fetch.FromRedis
	}
	kept := binding.Kept{Freshness: e.Freshness, Tags: e.Tags}
	kept.StaleWhileRevalidate = e.StaleElsewhere // clients hear the same as of the first answer
	return &finished{
		data: e.Value, kept: kept, forms: e.View.(*Forms),
		record: &fetch.Record{Answer: from}, at: e.Position,
	}
}

// Fetch implements cache.Source. It takes as long as the one who began it has time: what is there by then is the answer.
func (a *answering) Fetch(ctx context.Context, b *cache.Batch[*finished]) {
	if deadline, limited := a.ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline)
		defer cancel()
	}
	o := a.run(ctx)
	o.gaveUp = o.gaveUp || len(o.errs) > 0 && fetch.OutOfTime(ctx)
	if !o.kept.Never { // all of its tags are known
		o.entry = a.entry(o)
	}
	a.unkept.Store(!a.remember(o))
	b.Values[0] = o
}

// Shared implements cache.Source.
func (a *answering) Shared(o **finished) (*cache.Entry, bool) { return (*o).entry, !(*o).gaveUp }

// Take implements cache.Source.
func (a *answering) Take(_ int, o **finished, joined bool) {
	if a.out = *o; joined {
		a.out = a.out.joined()
	}
}

// Leave implements cache.Source: running says why, in the right places.
func (a *answering) Leave(int, error, bool) { a.out = a.run(a.ctx) }

// Refresh implements cache.Source. A whole answer is served while it is fresh; its parts are refreshed.
func (a *answering) Refresh([]int) {}

// Patience implements cache.Source: what is late in an answer is for the loads of its values.
func (a *answering) Patience([]cache.Found) (time.Duration, bool) { return 0, false }

// Stand implements cache.Source.
func (a *answering) Stand(int, *cache.Found, bool) {}

// entry is an answer as it may be kept.
func (a *answering) entry(o *finished) *cache.Entry {
	e := &cache.Entry{Key: a.key.Key, Value: o.data, Freshness: o.kept.Freshness, Position: o.at, Asked: o.asked, Tags: o.kept.Tags}
	e.StaleElsewhere = e.StaleWhileRevalidate
	e.StaleWhileRevalidate, e.StaleIfError = 0, 0 // its parts are asked for again, each as stale as it may be
	a.cache.withForms(e)
	return e
}

// remember keeps an answer that is for everybody and has no errors, and reports whether another one like it might be kept.
func (a *answering) remember(o *finished) bool {
	c := a.cache.service.Cache
	if c == nil || o.entry == nil || o.kept.Private {
		return len(o.errs) > 0
	}
	if o.gaveUp || o.kept.FreshUntil <= c.Now() {
		return true
	}
	o.entry.Values, o.entry.Calls = o.record.Cost()
	c.Keep(o.entry, a.key.identified)
	return true
}

// whole makes an entry from beyond an answer; its error says that it is none.
func (c *Cache) whole(e *cache.Entry) error {
	if len(e.Value) < 2 || e.Value[0] != '{' {
		return errors.New("no answer")
	}
	c.withForms(e)
	return nil
}

// respond makes a run's outcome a response. Others may respond with the same finished, at the same time.
func (a *answering) respond(o *finished, shared bool) *graphql.Response {
	for _, err := range o.errs {
		if shared { // presenters change errors
			own := *err
			own.Extensions = maps.Clone(err.Extensions)
			err = &own
		}
		graphql.AddError(a.ctx, err)
	}
	if !o.kept.Never {
		a.op.Stats.SetExtension(protocol.PolicyExtension, a.cache.headersOf(&o.kept, a.variant.Plan.Policy.Guarded, a.tagsOf(o), a.vary))
	}
	if o.forms != nil {
		a.op.Stats.SetExtension(protocol.FormsExtension, o.forms)
	}
	if string(o.data) != "null" {
		fetch.SayStale(a.ctx, o.stale)
	}
	fetch.SayLocal(a.ctx, o.local)
	a.own.Ended(o.record)
	a.own.DependsOn(a.cache.service.Cache, o.at, o.kept.Tags)
	return &graphql.Response{Data: o.data}
}

// tagsOf is the header Cache-Tag of an answer.
func (a *answering) tagsOf(o *finished) string {
	switch {
	case o.forms != nil:
		return o.forms.tags
	case o.entry != nil:
		return o.entry.View.(*Forms).tags
	}
	return a.cache.tagHeader(o.kept.Tags)
}
