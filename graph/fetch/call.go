package fetch

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/prefetch/ledger"
	"weft/graph/view"
	"weft/upstream"
)

const (
	maxTogether = 32 // calls for one key, or one set of values, that a load makes at once
	maxBatches  = 16 // calls for many
)

// call calls the upstream for a load, each of its keys into the Result of the same index.
func (x *Execution) call(ctx context.Context, l load, into []Result) {
	if l.counts != nil {
		x.callRepeatedly(ctx, l, into)
		return
	}
	switch b := l.space.Binding; {
	case b.Batched():
		x.callBatches(ctx, l, into)
	case b.Entity:
		x.callEach(ctx, l, into, func(int) {})
	default:
		into[0] = x.callOne(ctx, b, l.values, l.old)
	}
}

// callEach makes a call for each key of a load, and says when the Result of one is there.
func (x *Execution) callEach(ctx context.Context, l load, into []Result, landed func(i int)) {
	b := l.space.Binding
	if err := x.mayCall(len(l.keys), len(l.keys)); err != nil {
		fail(into, err)
		return
	}
	each(len(l.keys), maxTogether, func(i int) {
		into[i] = x.callOne(ctx, b, b.KeyValues(l.keys[i]), l.old)
		landed(i)
	})
}

// callRepeatedly calls for each key as often as it is needed.
func (x *Execution) callRepeatedly(ctx context.Context, l load, into []Result) {
	all := l
	all.keys, all.counts = nil, nil
	first := make([]int, len(l.keys))
	for i, key := range l.keys {
		first[i] = len(all.keys)
		for range l.counts[i] {
			all.keys = append(all.keys, key)
		}
	}
	results := make([]Result, len(all.keys))
	if b := l.space.Binding; b.TakesKeys() {
		x.call(ctx, all, results)
	} else {
		each(len(results), maxTogether, func(i int) {
			x.call(ctx, load{space: l.space, keys: l.keys, values: l.values}, results[i:i+1])
		})
	}
	for i := range into {
		into[i] = results[first[i]]
	}
	x.record.again(l.space.Binding, len(all.keys)-len(l.keys))
}

// together reports whether all calls for so many keys are made at once.
func together(b *binding.Binding, keys int) bool {
	if b.Batched() {
		return keys <= maxBatches*b.Max()
	}
	return keys <= maxTogether
}

// callBatches makes calls for many keys each. Keys that no upstream can know (see [binding.Binding.Possible]) are null without a call.
// They are sent in order, so that the same keys make the same calls.
func (x *Execution) callBatches(ctx context.Context, l load, into []Result) {
	b := l.space.Binding
	all := orderedKeys(b, l.keys, into, x.knownRefused(l))
	size := b.Max()
	if x.without.Has(Batching) {
		size = 1
	}
	pieces := all.pieces(b, size)
	if b.Func != "" && x.purpose.ahead() { // Go may look at a request that there is not
		all.fill(Result{Err: b.Failed(upstream.Canceled, errNotIssued)})
		return
	}
	if b.Func == "" {
		if err := x.mayCall(len(pieces), len(all.keys)); err != nil {
			all.fill(Result{Err: err})
			return
		}
	}
	limit := maxBatches
	if size > 1 && together(b, len(all.keys)) { // more only since keys are long
		limit = max(limit, len(pieces))
	}
	each(len(pieces), limit, func(i int) {
		some := pieces[i]
		if b.Func != "" {
			n := x.note()
			objects, errs := x.service.Functions[b.Func](ctx, some.keys)
			made := x.made(b, n)
			for k := range some.keys {
				r := returned(b, objects, errs, k)
				r.origin = made
				*some.result(k) = r
			}
		} else if i == len(pieces)-1 && l.riding != nil && size > 1 {
			x.callRiding(ctx, some, l)
		} else {
			x.callMany(ctx, some, l, nil)
		}
	})
}

// orderedKeys are those of keys that an upstream can know, in order; the others get their Results, and so do those that known knows; nil: it
// knows none.
func orderedKeys(b *binding.Binding, keys []string, into []Result, known func(key string) (Result, bool)) keyBatch {
	idle := func(key string) (Result, bool) {
		if !b.Possible(key) {
			return Result{Value: binding.Value{Found: b.ManyPerKey()}, origin: noCall}, true
		}
		if known == nil {
			return Result{}, false
		}
		return known(key)
	}
	ordered := b.Func != "" || slices.IsSortedFunc(keys, binding.CompareKeys)
	if ordered && !slices.ContainsFunc(keys, func(key string) bool { _, ok := idle(key); return ok }) {
		return keyBatch{keys: keys, into: into}
	}
	at := make([]int32, 0, len(keys))
	for i, key := range keys {
		if r, ok := idle(key); ok {
			into[i] = r
		} else {
			at = append(at, int32(i))
		}
	}
	if !ordered {
		// Of a key that is sent several times the answer is where it came first, so equal ones stay in their order.
		slices.SortFunc(at, func(i, j int32) int { return cmp.Or(binding.CompareKeys(keys[i], keys[j]), cmp.Compare(i, j)) })
	}
	sorted := make([]string, len(at))
	for i, k := range at {
		sorted[i] = keys[k]
	}
	return keyBatch{keys: sorted, into: into, at: at}
}

// callMany sends keys in one call. of is the refused batch that they are a part of; nil: they are none.
func (x *Execution) callMany(ctx context.Context, k keyBatch, l load, of *split) {
	b := l.space.Binding
	if len(k.keys) == 1 && b.ForOne() != nil {
		*k.result(0) = x.callOne(ctx, b, b.KeyValues(k.keys[0]), l.old)
		return
	}
	p, n := b.BatchParams(k.keys, l.values), x.note()
	p.Ahead = k.ahead
	path, err := b.ForMany().Path(p)
	var found reply
	if err == nil {
		found, err = x.send(ctx, b, b.ForMany(), path, p, nil)
	}
	switch {
	case kindOf(err) == upstream.NotFound && b.Empty.Has(view.EmptyNotFound):
		k.fill(Result{Value: binding.Value{Found: b.ManyPerKey()}, origin: x.missing(b, n, err, found.ticket)})
		return
	case len(k.keys) > 1 && k.ahead == 0 && refuses(err):
		x.callParts(ctx, k, l, of, err)
		return
	case err != nil:
		k.fill(Result{Err: err})
		return
	}
	k.fill(Result{Value: binding.Value{Found: b.ManyPerKey()}, origin: found.origin})
	at := func(i int) *binding.Value { return &k.result(i).Value }
	fail := func(i int, err error) { k.result(i).Err = x.unusable(b, found.response, err) }
	matched := b.Match(found.Rows, k.keys, at, fail)
	if why := b.Unmatched(found.Rows, matched); why != nil {
		_ = x.unusable(b, found.response, &upstream.Error{Kind: upstream.BadResponse, Mismatch: why})
	}
}

// callOne answers one value of the variables by the call for one. With old, the answer may be that it is still current.
func (x *Execution) callOne(ctx context.Context, b *binding.Binding, values []any, old *cache.Entry) Result {
	p := b.Params(values)
	n := x.note()
	path, err := b.ForOne().Path(p)
	var found reply
	if err == nil {
		found, err = x.send(ctx, b, b.ForOne(), path, p, old)
	}
	if err != nil {
		nothing, absent := b.NotFound()
		switch kind := kindOf(err); {
		case kind == upstream.NotFound && absent:
			return Result{Value: nothing, origin: x.missing(b, n, err, found.ticket)}
		case kind == upstream.BadInput && b.Entity: // a key that cannot stand in a path
			return Result{origin: noCall}
		}
		return Result{Err: err}
	}
	r := Result{Value: binding.Value{Objects: found.Objects(), Found: !found.Null()}, origin: found.origin}
	if !found.response.NotModified {
		r.Err = x.unusable(b, found.response, b.ReadPage(&r.Value, found.response))
	}
	return r
}

// reply is an upstream's answer: what was found in it, and the whole of it.
type reply struct {
	view.Rows
	response *upstream.Response
	origin   *origin
	ticket   *ledger.Ticket // of a call that was made ahead of time, whatever came of it; nil: of no such call
}

// send sends a request of a binding to a path, and scans the answer. old is what there was, to be validated; nil: nothing.
func (x *Execution) send(
	ctx context.Context, b *binding.Binding, r *binding.Request, path string, p binding.Params, old *cache.Entry,
) (reply, error) {
	header, err := r.Header(p)
	if err != nil {
		return reply{}, err
	}
	if header, err = x.told(b).with(header, b); err != nil {
		return reply{}, err
	}
	body, err := r.Body(p)
	if err != nil {
		return reply{}, err
	}
	if err := x.countCall(p.Keys); err != nil {
		return reply{}, err
	}
	request := upstream.Request{
		Endpoint: b.Name, At: b.At, Method: r.Method, Path: path, Header: x.who.Header, Set: header, Asks: upstream.Asks{Keys: p.Keys, Ahead: p.Ahead, Members: p.Members()}, Recorder: &x.record.calls,
		Safe: !b.Mutation, Body: body, Plain: x.without.Has(Compression),
		Tally:   upstream.Tally{Counter: (*counter)(&x.Budget)},
		AnyBody: r.AnyBody(),
	}
	if b.Responds() {
		request.Answered = func(h http.Header) { x.record.respond(b.Single.Respond, h) }
	}
	if old != nil {
		request.IfNoneMatch, request.IfModifiedSince = old.ETag, old.LastModified
	}
	ticket, err := x.issue(b)
	if err != nil {
		return reply{}, err
	}
	n, began := x.note(), time.Now()
	response, err := x.get(ctx, b, r, &request)
	x.called(b, ticket, began, response, err)
	if err != nil {
		return reply{ticket: ticket}, err
	}
	origin := x.origin(b, n, response)
	if origin != nil {
		origin.ticket = ticket
	}
	if origin != nil && r == b.ForOne() {
		origin.uri = cache.OfURL(b.Upstream, path)
	}
	if response.NotModified {
		return reply{response: response, origin: origin}, nil
	}
	rows, err := r.Scan(response, p, x.service.Failures[b.Upstream])
	if look := x.service.Samples; look != nil && kindOf(err) != upstream.Rejected {
		look(b, r, response.Body)
	}
	if err = x.unusable(b, response, err); kindOf(err) == upstream.BadResponse {
		x.service.Clients[b.Upstream].Unusable(b.Name)
	}
	return reply{rows, response, origin, ticket}, err
}

// kindOf returns an upstream error's kind; "" for any other.
func kindOf(err error) upstream.Kind {
	if e, ok := errors.AsType[*upstream.Error](err); ok {
		return e.Kind
	}
	return ""
}
