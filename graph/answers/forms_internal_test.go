package answers

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"weft/cache"
	"weft/cache/memory"
	"weft/graph/fetch"
)

// keptForms returns the forms of an answer that a tier of so many bytes keeps.
func keptForms(t *testing.T, maxBytes int) (*Forms, *memory.Tier) {
	t.Helper()
	tier := memory.New(memory.Options{MaxBytes: maxBytes})
	t.Cleanup(tier.Close)
	kept := cache.New(cache.Options{Memory: tier})
	c := &Cache{service: &fetch.Service{Cache: kept}}
	e := &cache.Entry{
		Key: "a", Value: []byte(`{"a":1}`), Position: kept.Position(),
		Freshness: cache.Freshness{FreshUntil: time.Now().Add(time.Hour).UnixMilli()},
	}
	c.withForms(e)
	kept.Keep(e, false)
	return e.View.(*Forms), tier
}

func TestForms(t *testing.T) {
	f, tier := keptForms(t, 1<<20)
	data := f.entry.Value
	expect := func(name, want string, wantAgain bool) {
		t.Helper()
		if got, again := f.Form(name, data); string(got) != want || again != wantAgain {
			t.Errorf("%s: got %q, %v, want %q, %v", name, got, again, want, wantAgain)
		}
	}
	expect("gzip", "", false)
	expect("br", "", false)
	expect("gzip", "", true)
	before := tier.Stats().Bytes
	f.Keep("gzip", []byte("coded"))
	f.Keep("gzip", []byte("later"))
	expect("gzip", "coded", true)
	expect("br", "", true)
	if got := tier.Stats().Bytes; got != before+5 {
		t.Errorf("with 5 bytes more, %d became %d", before, got)
	}
	for _, other := range [][]byte{nil, bytes.Clone(data), data[:3]} {
		if got, again := f.Form("gzip", other); got != nil || again {
			t.Errorf("of %q instead of the answer: got %q, %v", other, got, again)
		}
	}
}

// TestFormsWithoutRoom tries that what may not be kept is not made time and again.
func TestFormsWithoutRoom(t *testing.T) {
	f, tier := keptForms(t, 1<<20)
	f.Form("gzip", f.entry.Value)
	before := tier.Stats().Bytes
	f.Keep("gzip", make([]byte, 1<<19))
	if got, again := f.Form("gzip", f.entry.Value); got != nil || again {
		t.Errorf("got %d bytes, %v", len(got), again)
	}
	if got := tier.Stats().Bytes; got != before {
		t.Errorf("%d bytes became %d", before, got)
	}
}

// TestFormsOfAnOldAnswer tries that the forms of an answer go with it.
func TestFormsOfAnOldAnswer(t *testing.T) {
	f, tier := keptForms(t, 1<<20)
	newer := *f.entry
	tier.Set(&newer)
	before := tier.Stats().Bytes
	f.Keep("gzip", []byte("coded"))
	found := make([]*cache.Entry, 1)
	if err := tier.Get(t.Context(), []cache.Key{"a"}, found); err != nil || found[0] != &newer || tier.Stats().Bytes != before {
		t.Errorf("got %v, %v", found[0], err)
	}
}

func TestFormsOfMany(t *testing.T) {
	f, _ := keptForms(t, 1<<20)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, name := range []string{"gzip", "br", "zstd"} {
				if body, again := f.Form(name, f.entryValue()); body == nil && again {
					f.Keep(name, []byte(name))
				}
			}
		})
	}
	all.Wait()
	for _, name := range []string{"gzip", "br", "zstd"} {
		if got, _ := f.Form(name, f.entryValue()); string(got) != name {
			t.Errorf("got %q for %s", got, name)
		}
	}
}

func (f *Forms) entryValue() []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.entry.Value
}
