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
	// rewriteAfter is how much newer an answer has to be than the kept value, which it repeats, to be written in its place where that is only
	// there for failures.
	rewriteAfter = time.Second
)

// cacheKey names one value: of a binding, for one identity's digest, with some values of its variables that are not keys,
// for one key.
func cacheKey(b *binding.Binding, digest, rest, key string) cache.Key {
	return cache.Key(appendKey(make([]byte, 0, keySize(b, digest, rest, key)), b, digest, rest, key))
}

// keySize is at least what appendKey appends.
func keySize(b *binding.Binding, digest, rest, key string) int {
	return len(b.Fingerprint) + 1 + len(digest) + binary.MaxVarintLen32 + len(rest) + len(key)
}

func appendKey(k []byte, b *binding.Binding, digest, rest, key string) []byte {
	k = append(append(k, b.Fingerprint...), byte(len(digest)))
	k = append(k, digest...)
	k = binary.AppendUvarint(k, uint64(len(rest)))
	k = append(k, rest...)
	return append(k, key...)
}

// entryOf makes an entry of an answer that may be kept. Its objects are copied, so that it keeps nothing else in memory.
func entryOf(b *binding.Binding, key cache.Key, a binding.Value, o *origin, tags []string) *cache.Entry {
	e := emptyEntry(b, key, o, tags)
	if !a.Found {
		e.Null, e.View, e.Value, e.Validators = true, &binding.Value{}, []byte("null"), cache.Validators{}
		briefly(&e)
		return &e
	}
	e.View, e.Value, e.Size = b.Clone(a)
	return &e
}

// repeated is the entry of an answer that is the same as the kept one.
func repeated(b *binding.Binding, kept *cache.Entry, o *origin) cache.Entry {
	e := emptyEntry(b, kept.Key, o, kept.Tags)
	e.View, e.Value, e.Size = kept.View, kept.Value, kept.Size
	return e
}

// emptyEntry is an entry without its value.
func emptyEntry(b *binding.Binding, key cache.Key, o *origin, tags []string) cache.Entry {
	d := &o.decision
	e := cache.Entry{Key: key, Position: o.at, Asked: o.asked, Private: d.Private, Took: o.took, Freshness: freshness(d), Tags: tags}
	if o.uri != "" && b.Safe() { // only what a call of its own has brought can be validated
		e.ETag, e.LastModified = d.ETag, d.LastModified
	}
	if e.ETag == "" && e.LastModified == "" {
		e.ValidateUntil = 0
	}
	return e
}

// needless reports whether an entry need not be written over the kept one, which has the same value: both are only there for failures, may
// be used by the same, and are nearly of the same time.
func needless(e, kept *cache.Entry, now int64) bool {
	near := func(a, b int64) bool { return max(a, b)-min(a, b) < rewriteAfter.Milliseconds() }
	return e.State(now) == cache.IfError && kept.Ahead == nil && e.Private == kept.Private && e.Validators == kept.Validators &&
		near(e.Born, kept.Born) && near(e.StaleIfError, kept.StaleIfError) && near(e.ValidateUntil, kept.ValidateUntil)
}

// briefly has an entry kept for a short time, and not beyond it.
func briefly(e *cache.Entry) {
	e.FreshUntil = min(e.FreshUntil, e.Born+brief.Milliseconds())
	e.StaleWhileRevalidate, e.StaleIfError, e.ValidateUntil = 0, 0, 0
}

// freshness takes a decision's times, in which up to a tenth of the lifetime is given up by chance, so that what was stored
// together does not expire together.
func freshness(d *httpcache.Decision) cache.Freshness {
	var jitter time.Duration
	if lifetime := d.FreshUntil.Sub(d.Born); lifetime > 0 {
		jitter = time.Duration(rand.Float64() * float64(lifetime) / 10)
	}
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
