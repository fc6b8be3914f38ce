package fetch

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"weft/cache"
	"weft/graph/binding"
	"weft/upstream"
)

// arrival is when answers to a call have come, and what the cache had of their keys.
type arrival struct {
	*reading
	old     []cache.Found // of each key; nil: nothing was looked up
	now     int64         // Unix time in milliseconds
	trusted bool          // what is heard of other replicas
}

// arrived is now. The clocks are read once for all keys: what it takes to keep eleven values for failures is a sixth less by that.
func (r *reading) arrived(old []cache.Found) arrival {
	if old == nil {
		return arrival{reading: r}
	}
	c := r.x.service.Cache
	return arrival{r, old, c.Now(), c.Trusted()}
}

// accept makes of what the upstream said of a key, the i-th, what is served, and keeps it. What cannot be used does not take
// the place of a kept value that can be, and is what stands for a failure where that may be served:
//
//	a failure                         the kept value is served, and stays
//	a member cannot be read, and      the same
//	  could be before
//	nothing, where something was      nothing is served, and kept for a short time; the value stays behind that for failures
//	410                               nothing is served, and kept
//
// Where nothing is kept, what cannot be used is served to who sees what is wrong, so that its next call finds a service that is well again:
//
//	a member is there and cannot be   it is kept for a short time
//	  read
//	  and may not be null             it is not kept, where it is one object and not a list
func (r arrival) accept(key string, v *Result, i int) {
	var had had
	if r.old != nil {
		had = r.had(&r.old[i], r.now)
	}
	if r.repeats(had, v) {
		r.again(had.entry, v)
		v.came(v.source(), 0)
		return
	}
	if v.Err == nil && had.servable {
		v.Err = r.x.worse(r.space.Binding, had, v)
		if v.Err != nil && !had.mayStand {
			v.Err = nil // it is served as it is, to who sees what is wrong, and not kept
			v.came(v.source(), 0)
			return
		}
	}
	switch {
	case v.Err != nil && had.mayStand && failing(r.space.Binding, v.Err):
		from := fromStale
		if meanings[kindOf(v.Err)].uncalled {
			from = had.from
		}
		*v = standIn(had, from, r.now)
		return
	case v.Err == nil && v.origin != nil && v.origin.current && had.entry != nil:
		o := v.origin
		if v.Value = *had.entry.View.(*binding.Value); o.keeps() {
			v.entry = renewed(had.entry, o)
			r.x.put(v.entry, r.identity, o)
		}
		v.origin = o
	default:
		v.entry = r.keep(key, v, had)
	}
	v.came(v.source(), 0)
}

// repeats reports whether an answer may be kept, and says the same as the kept value, which is there for failures: so it can be read, and its
// tags are known.
func (r *reading) repeats(h had, v *Result) bool {
	o := v.origin
	return v.Err == nil && h.mayStand && h.value == h.entry && o.keeps() && !o.current &&
		v.Same(h.value.View.(*binding.Value)) && (o.uri == "" || slices.Contains(h.value.Tags, o.uri))
}

// again keeps a value that its service has answered again. What is kept already may stay for a second instead, where other replicas are
// heard: where they are not, only what was asked for within the last second is served at all.
func (r arrival) again(kept *cache.Entry, v *Result) {
	e := repeated(r.space.Binding, kept, v.origin)
	if v.origin.ticket == nil && r.trusted && needless(&e, kept, r.now) {
		v.entry = kept
		return
	}
	written := e // e itself stays on the stack
	v.entry = &written
	r.x.put(v.entry, r.identity, v.origin)
}

// had is what the cache had of a key.
type had struct {
	entry    *cache.Entry // nil: nothing
	value    *cache.Entry // the last one that was a value; nil: none is known
	servable bool         // value may be served, if only in the place of a failure, to somebody
	mayStand bool         // it may be served in this load, in the place of a failure
	from     source       // where it was found
}

// had is what was found of a key, at a Unix time in milliseconds.
func (r *reading) had(f *cache.Found, now int64) (h had) {
	if f.Entry == nil {
		return had{}
	}
	h.entry, h.value = f.Entry, f.Entry
	if h.value.Null {
		h.value = h.value.Before
	}
	h.servable = h.value != nil && h.value.Serves(now) && r.x.service.Cache.Valid(h.value.Position, h.value.Tags)
	h.mayStand, h.from = h.servable && f.State == cache.IfError, sourceOf(f)
	return h
}

// standIn is an old value in the place of a new one: [fromStale] where a call was made for that, and otherwise from where it was found.
func standIn(h had, from source, now int64) (v Result) {
	age := h.value.Age(now)
	v = Result{Value: h.value.View.(*binding.Value).Aged(age), entry: h.value}
	v.came(from, age)
	return v
}

// worse says what of a value cannot be read that could be read of the one that is kept; nil: nothing.
func (x *Execution) worse(b *binding.Binding, h had, v *Result) error {
	if !x.checks(b, v) {
		return nil
	}
	err := x.service.Readable.Worse(b, h.value.View.(*binding.Value).Objects, v.Objects)
	if err == nil {
		return nil
	}
	return x.failed(b, err)
}

// checks reports whether it is known what members of a value have to be, and that they may be something else.
func (x *Execution) checks(b *binding.Binding, v *Result) bool {
	return x.service.Readable != nil && v.Found && b.Func == "" && (v.origin == nil || !v.origin.current)
}

// keep stores what was loaded, if it may be. The entry that it returns is nil otherwise.
func (r *reading) keep(key string, v *Result, h had) *cache.Entry {
	x, b := r.x, r.space.Binding
	if v.Err != nil || !v.origin.keeps() || b.Responds() {
		return nil
	}
	if _, ok := x.service.policy(b); !ok {
		if !b.Safe() {
			return nil
		}
		if _, known := x.service.traffic.learned.Load(b); !known {
			x.service.traffic.learned.Store(b, true)
		}
	}
	wrong := false
	if x.checks(b, v) {
		var unfit bool
		if wrong, unfit = x.service.Readable.Unfit(b, v.Objects); unfit {
			return nil
		}
	}
	tags := x.service.Cache.Bound(b.TagsOf(key, r.values, v.origin.uri, v.Objects))
	e := entryOf(b, cacheKey(b, r.identity, r.space.Rest, key), v.Value, v.origin, tags)
	switch {
	case wrong:
		briefly(e)
	case e.Null && h.servable && !v.origin.gone:
		behind(e, h.value)
	}
	x.put(e, r.identity, v.origin)
	return e
}

// put stores an entry.
func (x *Execution) put(e *cache.Entry, identity string, o *origin) {
	if x.through.keeps && (identity != "" || !e.Private) { // nobody is known to whom it is private
		if o.ticket != nil {
			marked(e, o.ticket)
		}
		x.service.Cache.Keep(e, identity != "")
	}
}

// behind has an entry of nothing stand before a value, which is there for failures. It lives in memory: what other replicas have is that value.
func behind(e, value *cache.Entry) {
	e.Value, e.Before, e.Size = nil, value, 0
	e.StaleIfError = max(value.StaleIfError, value.StaleWhileRevalidate, value.FreshUntil)
}

// renewed is an entry that its upstream has called current.
func renewed(old *cache.Entry, o *origin) *cache.Entry {
	e := *old
	e.Ahead = nil
	e.Freshness, e.Position, e.Asked, e.Took = freshness(&o.decision), o.at, o.asked, o.took
	e.Private = e.Private || o.decision.Private
	if o.decision.ETag != "" {
		e.ETag = o.decision.ETag
	}
	if o.decision.LastModified != "" {
		e.LastModified = o.decision.LastModified
	}
	return &e
}

// failing reports whether a stale value may stand in for an error: the service has said nothing of the value (RFC 5861 §4; the table of
// cache/README.md). Of Go's errors all are such, since nobody says what kinds there are, but for those of a request that is over.
func failing(b *binding.Binding, err error) bool {
	if b.Func != "" {
		return !errors.Is(err, context.Canceled)
	}
	failure, ok := errors.AsType[*upstream.Error](err)
	if !ok {
		return false
	}
	switch failure.Kind {
	case upstream.Rejected: // a page that asks to log in, or says that it is closed
		return failure.Status >= http.StatusMultipleChoices && failure.Status < http.StatusBadRequest
	case upstream.NotFound: // not of a value, which would be null, but of what has to be there, as the list of all brands or a batch has
		return failure.Status == http.StatusNotFound
	}
	return meanings[failure.Kind].stands
}
