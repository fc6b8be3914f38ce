package binding

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"weft/cache"
	"weft/cache/httpcache"
	"weft/graph/view"
)

const (
	// negativeFor is how long it is kept that there is nothing, at most.
	negativeFor = 5 * time.Second
	// validateFor is how long a value is kept beyond its time for the sake of its validators.
	validateFor = 10 * time.Minute
)

// cacheKey names one value: of a binding, for one identity's digest, with some values of its variables that are not keys,
// for one key.
func (b *Binding) cacheKey(digest, rest, key string) cache.Key {
	k := make([]byte, 0, len(b.Fingerprint)+len(digest)+len(rest)+len(key)+8)
	k = append(append(k, b.Fingerprint...), byte(len(digest)))
	k = append(k, digest...)
	k = binary.AppendUvarint(k, uint64(len(rest)))
	k = append(k, rest...)
	return cache.Key(append(k, key...))
}

// list reports whether an answer is a list of objects.
func (b *Binding) list() bool { return b.List || b.many() }

// entry makes an entry of an answer that may be kept. Its objects are copied, so that it keeps nothing else in memory.
func (b *Binding) entry(key cache.Key, a Answer, o *origin, tags []string) *cache.Entry {
	d := &o.decision
	e := &cache.Entry{
		Key: key, Null: !a.Found, Position: o.at, Private: d.Private, Took: o.took, Freshness: freshness(d),
		Tags: tags,
	}
	if e.Null {
		e.FreshUntil = min(e.FreshUntil, e.Born+negativeFor.Milliseconds())
		e.StaleWhileRevalidate, e.StaleIfError, e.ValidateUntil = 0, 0, 0
		e.View = &Answer{}
		e.Value = []byte("null")
		return e
	}
	kept := &Answer{Found: true, more: a.more}
	switch {
	case b.list():
		before, after := b.frame(a)
		kept.Objects, e.Value = view.CloneList(a.Objects, before, after)
		e.Size = view.SizeOf(kept.Objects)
	default:
		object := a.one().Clone()
		kept.Objects = []view.Object{object}
		e.Value = object.JSON()
		e.Size = object.Size()
	}
	e.View = kept
	if o.uri != "" && b.safe() { // only what a call of its own has brought can be validated
		e.ETag, e.LastModified = d.ETag, d.LastModified
	}
	if e.ETag == "" && e.LastModified == "" {
		e.ValidateUntil = 0
	}
	return e
}

// freshness takes a decision's times, in which up to a tenth of the lifetime is given up by chance, so that what was stored
// together does not expire together.
func freshness(d *httpcache.Decision) cache.Freshness {
	lifetime := d.FreshUntil.Sub(d.Born)
	jitter := time.Duration(rand.Float64() * float64(lifetime) / 10)
	f := cache.Freshness{
		Born:                 d.Born.UnixMilli(),
		FreshUntil:           d.FreshUntil.Add(-jitter).UnixMilli(),
		StaleWhileRevalidate: d.StaleWhileRevalidateUntil.UnixMilli(),
		StaleIfError:         d.StaleIfErrorUntil.UnixMilli(),
		ValidateUntil:        d.FreshUntil.Add(validateFor).UnixMilli(),
	}
	if !d.StaleWhileRevalidateUntil.After(d.FreshUntil) {
		f.StaleWhileRevalidate = 0
	}
	if !d.StaleIfErrorUntil.After(d.FreshUntil) {
		f.StaleIfError = 0
	}
	return f
}

// frame is what stands around a page's objects where they are kept: where the next page begins, and how many there are.
func (b *Binding) frame(a Answer) (before, after string) {
	if b.Page == nil {
		return "", ""
	}
	after = `,"next":` + string(appendString(nil, a.next()))
	if total := a.total(); total != nil {
		after += `,"total":` + strconv.Itoa(*total)
	}
	return `{"items":`, after + "}"
}

// keptScanner scans what entry keeps.
func (b *Binding) keptScanner() *view.Scanner {
	l := view.Layout{Form: view.Single, Shape: b.Shape}
	if b.list() {
		l.Form = view.List
	}
	if b.Page != nil {
		l.At = "/items"
	}
	return view.NewScanner(l)
}

// decode makes an entry from beyond this process usable.
func (b *Binding) decode(e *cache.Entry) error {
	if e.Null {
		e.View = &Answer{}
		return nil
	}
	rows, err := b.kept.Scan(e.Value, b.Upstream)
	if err == nil {
		err = b.objectsOnly(rows)
	}
	if err == nil && rows.Null() {
		err = errors.New("null where a value is kept")
	}
	if err != nil {
		return err
	}
	a := &Answer{Objects: rows.Objects(), Found: true}
	if b.Page != nil {
		a.more = &more{}
		if v, ok := view.Find(e.Value, "/next"); ok {
			a.more.next = v.Text()
		}
		if v, ok := view.Find(e.Value, "/total"); ok {
			if total, err := view.Int(v); err == nil {
				a.more.total = &total
			}
		}
	}
	e.View = a
	e.Size = view.SizeOf(a.Objects)
	return nil
}
