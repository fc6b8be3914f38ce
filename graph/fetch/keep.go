package fetch

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"weft/cache"
	"weft/cache/httpcache"
	"weft/graph/binding"
	"weft/graph/view"
)

const (
	// brief is how long it is kept at most that there is nothing, or a value of which something cannot be read.
	brief = 5 * time.Second
	// validateFor is how long a value is kept beyond its time for the sake of its validators.
	validateFor = 10 * time.Minute
)

// cacheKey names one value: of a binding, for one identity's digest, with some values of its variables that are not keys,
// for one key.
func cacheKey(b *binding.Binding, digest, rest, key string) cache.Key {
	k := make([]byte, 0, len(b.Fingerprint)+len(digest)+len(rest)+len(key)+8)
	k = append(append(k, b.Fingerprint...), byte(len(digest)))
	k = append(k, digest...)
	k = binary.AppendUvarint(k, uint64(len(rest)))
	k = append(k, rest...)
	return cache.Key(append(k, key...))
}

// entryOf makes an entry of an answer that may be kept. Its objects are copied, so that it keeps nothing else in memory.
func entryOf(b *binding.Binding, key cache.Key, a binding.Value, o *origin, tags []string) *cache.Entry {
	d := &o.decision
	e := &cache.Entry{
		Key: key, Null: !a.Found, Position: o.at, Asked: o.asked, Private: d.Private, Took: o.took, Freshness: freshness(d),
		Tags: tags,
	}
	if e.Null {
		briefly(e)
		e.View = &binding.Value{}
		e.Value = []byte("null")
		return e
	}
	e.View, e.Value, e.Size = b.Clone(a)
	if o.uri != "" && b.Safe() { // only what a call of its own has brought can be validated
		e.ETag, e.LastModified = d.ETag, d.LastModified
	}
	if e.ETag == "" && e.LastModified == "" {
		e.ValidateUntil = 0
	}
	return e
}

// briefly has an entry kept for a short time, and not beyond it.
func briefly(e *cache.Entry) {
	e.FreshUntil = min(e.FreshUntil, e.Born+brief.Milliseconds())
	e.StaleWhileRevalidate, e.StaleIfError, e.ValidateUntil = 0, 0, 0
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

// decode makes an entry from beyond this process usable.
func decode(b *binding.Binding) func(e *cache.Entry) error {
	return func(e *cache.Entry) error {
		if e.Null {
			e.View = &binding.Value{}
			return nil
		}
		a, err := b.Restore(e.Value)
		if err != nil {
			return err
		}
		e.View, e.Size = a, view.SizeOf(a.Objects)
		return nil
	}
}
