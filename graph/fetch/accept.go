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

// accept makes of what the upstream said of a key what is served, and keeps it. old is what the cache had. What cannot be used does not take
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
func (r *reading) accept(key string, v *Result, old []cache.Found, i int) {
	had := r.had(old, i)
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
		*v = r.standIn(had, from)
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
func (r *reading) again(kept *cache.Entry, v *Result) {
	c := r.x.service.Cache
	v.entry = repeated(r.space.Binding, kept, v.origin)
	if v.origin.ticket != nil || !needless(v.entry, kept, c.Now()) || !c.Trusted() {
		r.x.put(v.entry, r.identity, v.origin)
	}
}

// had is what the cache had of a key.
type had struct {
	entry    *cache.Entry // nil: nothing
	value    *cache.Entry // the last one that was a value; nil: none is known
	servable bool         // value may be served, if only in the place of a failure, to somebody
	mayStand bool         // it may be served in this load, in the place of a failure
	from     source       // where it was found
}

func (r *reading) had(old []cache.Found, i int) (h had) {
	if old == nil {
		return had{}
	}
	return r.hadOf(&old[i])
}

func (r *reading) hadOf(f *cache.Found) (h had) {
	if f.Entry == nil {
		return had{}
	}
	h.entry, h.value = f.Entry, f.Entry
	if h.value.Null {
		h.value = h.value.Before
	}
	c := r.x.service.Cache
	h.servable = h.value != nil && h.value.Serves(c.Now()) && c.Valid(h.value.Position, h.value.Tags)
	h.mayStand, h.from = h.servable && f.State == cache.IfError, sourceOf(f)
	return h
}

// standIn is an old value in the place of a new one: [fromStale] where a call was made for that, and otherwise from where it was found.
func (r *reading) standIn(h had, from source) (v Result) {
	age := h.value.Age(r.x.service.Cache.Now())
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
