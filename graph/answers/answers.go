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
	decode  func(*cache.Entry) error
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
	c := &Cache{service: s, schema: fingerprint, tags: cmp.Or(o.Tags, defaultTags), callers: o.Callers}
	c.decode = c.whole // once
	return c
}

// Runner runs an operation.
type Runner interface {
	// Run runs the operation of op, with its variables, by an execution, and returns its answer's data and errors.
	Run(ctx context.Context, op *graphql.OperationContext, x fetch.Planned) (json.RawMessage, gqlerror.List)

	fetch.Lender // of the data
}

// Prepared is a variant of an operation whose runs the cache surrounds. It may be used by any number of goroutines at once.
type Prepared struct {
	cache   *Cache
	variant *plan.Variant
	runner  Runner
	shares  bool     // others may get its answers
	vary    []string // the header of that name

	fences []cache.Fence
	name   cache.Key // of answers without variables to whom upstreams see nothing of

	unkept atomic.Bool // the last answer could not be kept: there is no use in looking for one
}

var _ fetch.Answerer = (*Prepared)(nil)

// Prepare lets a variant, which has a plan, be answered: runner runs it.
func (c *Cache) Prepare(v *plan.Variant, runner Runner) *Prepared {
	p := v.Plan.Policy
	shares := v.Prefix != "" && !p.HandWritten && !p.Responds && len(p.Upstreams) > 0 &&
		!slices.ContainsFunc(p.Upstreams, func(name string) bool { return c.service.Unshared[name] })
	return &Prepared{
		cache: c, variant: v, runner: runner, shares: shares, vary: c.vary(p),
		fences: c.service.Fences(p.Upstreams), name: cache.Key(appendText([]byte(v.Prefix), "")),
	}
}

// finished is what running an operation brought, or what was kept of that.
type finished struct {
	data   json.RawMessage
	errs   gqlerror.List
	kept   binding.Kept
	forms  *Forms        // of what was kept
	record *fetch.Record // of a run; nil: whole says where it is from
	whole  fetch.WholeAnswer
	stale  []fetch.Stale
	local  bool           // it has changed something of which other replicas do not know
	entry  *cache.Entry   // what it is kept as, or might be; nil: it may not be kept
	stored bool           // the cache has its data
	gaveUp bool           // it has errors since its own time was over, or its turn did not come
	at     cache.Position // noted before it ran
	asked  cache.Instant  // when it began
}

// notRun is what operations get whose turn did not come. Nobody changes it.
var notRun = finished{data: json.RawMessage("null"), kept: binding.Kept{Never: true}, gaveUp: true}

// Answer implements fetch.Answerer: it answers a read that may be shared from the cache, or by the run of another one that asks for the
// same at this moment; any other by a run of its own. Shared are data and errors only: extensions see every response.
//
// A read may be shared that has a name, which nothing but upstreams answers, and all of them agree.
func (p *Prepared) Answer(ctx context.Context, asked *fetch.Asked) fetch.Answered {
	a := &answering{Prepared: p, Asked: asked, ctx: ctx}
	if !p.shares || !a.reads() || a.Run.Without != 0 || a.Run.Ahead != "" {
		return a.byItself()
	}
	var ok bool
	if a.key, ok = p.key(asked.Operation, asked.Behalf); !ok {
		return a.byItself()
	}
	a.load()
	out := a.answered(a.out, true)
	if a.out.record != nil && !a.out.stored && !a.request.Joined {
		out.Lender = a.runner
	}
	return out
}

// byItself answers the operation by a run of its own.
func (a *answering) byItself() fetch.Answered {
	o := a.run(a.ctx)
	out := a.answered(o, false)
	if o.record != nil {
		out.Lender = a.runner
	}
	return out
}

// answering is one operation that is answered: the source of its answer.
type answering struct {
	*Prepared
	*fetch.Asked
	ctx     context.Context
	key     key
	reading *cache.Reading // one for all of it: a cache that does not answer once is not asked again
	out     *finished

	request cache.Request[*finished]
	keys    [1]cache.Key // the request's
	ids     [1]string    // likewise
	own     cache.Reading
	room    finished // for an answer that is no run's
}

// load loads the answer by its name.
func (a *answering) load() {
	a.keys[0] = a.key.Key
	r := &a.request
	r.Space, r.IDs, r.Keys, r.MaxAge = cache.Space{Rest: string(a.key.Key)}, a.ids[:], a.keys[:], a.Run.MaxAge
	r.Decode, r.Fences, r.Stays, r.Source = a.cache.decode, a.fences, true, a
	if a.Client != nil {
		r.Client = a.Client
		r.Until, _ = a.ctx.Deadline()
	}
	if r.MaxAge == 0 { // others take values of any age
		r.Flights = &a.cache.flights
	}
	c := a.cache.service.Cache
	if c != nil {
		a.reading = a.own.Of(c, cache.Memory|cache.Remote)
		if !a.unkept.Load() {
			r.Reading = a.reading
		}
	}
	cache.Load(a.ctx, c, r)
}

var _ cache.Source[*finished] = (*answering)(nil)

func (a *answering) reads() bool { return a.Operation.Operation.Operation == ast.Query }

// run runs the operation when its turn comes.
func (a *answering) run(ctx context.Context) *finished {
	if o := a.begin(ctx); o != nil {
		return o
	}
	return a.perform(ctx)
}

// begin returns when the operation may be performed, with nil, or with what it gets instead. In a flight ctx does not end when its time is over.
func (a *answering) begin(ctx context.Context) *finished {
	err := a.Run.Begin(ctx)
	if at, limited := a.ctx.Deadline(); err == nil && limited && !time.Now().Before(at) {
		a.Run.Leave()
		err = context.DeadlineExceeded
	}
	switch {
	case a.Run.NoTurn():
		return &notRun
	case err != nil:
		return &finished{
			data: json.RawMessage("null"), errs: gqlerror.List{gqlerror.WrapIfUnwrapped(err)}, kept: binding.Kept{Never: true}, record: new(fetch.Record), gaveUp: true,
		}
	}
	return nil
}

// perform runs the operation, whose turn it is.
func (a *answering) perform(ctx context.Context) *finished {
	defer a.Run.Leave()
	if a.Around != nil {
		ctx = a.Around.Within(ctx)
	}
	s, policy := a.cache.service, a.variant.Plan.Policy
	o := &finished{}
	if s.Cache != nil {
		o.at, o.asked = s.Cache.Position(), cache.InstantOf(time.Now())
	}
	x := fetch.Begin(s, fetch.Options{
		Behalf: a.Behalf, Without: a.Run.Without, MaxAge: a.Run.MaxAge, Accepts: policy.Accepts, Reading: a.reading,
		Resolvers: policy.Resolvers, Ahead: a.Run.Ahead,
	})
	defer x.Close() // also where running panics
	o.data, o.errs = a.runner.Run(ctx, a.Operation, x)
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
	from := fetch.WholeAnswer{
		From: fetch.FromMemory, Age: e.Age(a.cache.service.Cache.Now()), Values: e.Values, Calls: e.Calls,
	}
	if f.From == cache.Remote {
		from.From = fetch.FromRedis
	}
	kept := binding.Kept{Freshness: e.Freshness, Tags: e.Tags}
	kept.StaleWhileRevalidate = e.StaleElsewhere                                                      // clients hear the same as of the first answer
	a.room = finished{data: e.Value, kept: kept, forms: e.View.(*Forms), whole: from, at: e.Position} // there is one value at most
	return &a.room
}

// Fetch implements cache.Source. It takes as long as the one who began it has time: what is there by then is the answer.
func (a *answering) Fetch(ctx context.Context, b *cache.Batch[*finished]) {
	if b.Values[0] = a.begin(ctx); b.Values[0] != nil {
		return
	}
	if deadline, limited := a.ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline)
		defer cancel()
	}
	o := a.perform(ctx)
	if len(o.errs) > 0 && fetch.OutOfTime(ctx) {
		o.gaveUp = true
	}
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
		a.out = a.joined(*o)
	}
}

// joined is what the operation gets that has waited for another one.
func (a *answering) joined(o *finished) *finished {
	a.room = *o
	if a.room.whole.From, a.room.whole.Age = fetch.FromShared, 0; o.record != nil {
		a.room.whole.Values, a.room.whole.Calls = o.record.Cost()
	}
	a.room.record = nil
	return &a.room
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
	o.stored = true
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

// answered makes the operation's own of a run's outcome. Others may make theirs of the same one, at the same time.
func (a *answering) answered(o *finished, shared bool) fetch.Answered {
	out := fetch.Answered{Data: o.data, Errors: o.errs, Local: o.local}
	if shared && len(o.errs) > 0 { // presenters change errors
		out.Errors = make(gqlerror.List, len(o.errs))
		for i, err := range o.errs {
			own := *err
			own.Extensions = maps.Clone(err.Extensions)
			out.Errors[i] = &own
		}
	}
	if !o.kept.Never {
		out.Policy = a.policyOf(o)
	}
	if o.forms != nil {
		out.Forms = o.forms
	}
	if string(o.data) != "null" {
		out.Stale = o.stale
	}
	if o.record != nil {
		a.Run.Ended(o.record)
	} else {
		a.Run.Answered(o.whole)
	}
	a.Run.DependsOn(a.cache.service.Cache, o.at, o.kept.Tags)
	return out
}

// policyOf is the headers that say how long whoever receives an answer may keep it.
func (a *answering) policyOf(o *finished) map[string][]string {
	forms := o.forms
	if forms == nil && o.entry != nil {
		forms = o.entry.View.(*Forms)
	}
	private := a.variant.Plan.Policy.Guarded
	if forms != nil {
		return forms.headers(a.cache, &o.kept, private, a.vary)
	}
	now := a.cache.service.Cache.Now()
	return headersOf(now, &o.kept, private, a.cache.tagHeader(o.kept.Tags), a.vary)
}

// Respond is Answer for an operation of a context that has a response.
func (p *Prepared) Respond(ctx context.Context, op *graphql.OperationContext) *graphql.Response {
	run := fetch.RunOf(ctx)
	out := p.Answer(ctx, &fetch.Asked{Behalf: fetch.Behalf{Header: op.Headers, Caller: auth.From(ctx)}, Operation: op, Run: run})
	if run.NoTurn() {
		out.Errors = gqlerror.List{fetch.Overloaded()}
	}
	if out.Policy != nil {
		op.Stats.SetExtension(protocol.PolicyExtension, out.Policy)
	}
	if out.Forms != nil {
		op.Stats.SetExtension(protocol.FormsExtension, out.Forms)
	}
	return out.Respond(ctx)
}
