package fetch_test

import (
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache"
	"weft/graph/binding"
)

// written is a tier that counts what is written to it.
type written struct {
	cache.Local
	entries atomic.Int64
}

// Set implements [cache.Tier].
func (w *written) Set(entries ...*cache.Entry) {
	w.entries.Add(int64(len(entries)))
	w.Local.Set(entries...)
}

// aStandIn is a policy of values that are asked for with each operation, and kept to stand in for failures.
var aStandIn = &binding.CachePolicy{StaleIfError: 10 * time.Second}

// A value that is only there for failures, and that its service repeats, is written once a second; any other with each answer.
func TestRepeatedIsWrittenOnceASecond(t *testing.T) {
	for name, c := range map[string]struct {
		policy   *binding.CachePolicy
		changes  bool // what the service says
		tag      bool // so does an entity tag alone, which a validator is made of
		writes   int  // of ten answers within nine tenths of a second
		writesOf int  // one more, after that
	}{
		"repeated":                     {policy: aStandIn, writes: 1, writesOf: 1},
		"changed":                      {policy: aStandIn, changes: true, writes: 10, writesOf: 1},
		"another validator":            {policy: aStandIn, tag: true, writes: 10, writesOf: 1},
		"fresh for a moment each time": {policy: &binding.CachePolicy{MaxAge: 50 * time.Millisecond, HasMaxAge: true, StaleIfError: 10 * time.Second}, writes: 10, writesOf: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				answers := 0
				w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response {
					answers++
					text, header := "v", []string{}
					if c.changes {
						text += string(rune('0' + answers))
					}
					if c.tag {
						header = append(header, "ETag", `"`+string(rune('0'+answers))+`"`)
					}
					return says(http.StatusOK, named(text), header...)
				})
				f := byID(wareOf(c.policy))
				for range 10 {
					w.get(t.Context(), nil, f, "1")
					time.Sleep(90 * time.Millisecond)
				}
				if n := int(w.written.entries.Load()); n != c.writes {
					t.Errorf("written %d times, want %d", n, c.writes)
				}
				w.written.entries.Store(0)
				time.Sleep(200 * time.Millisecond)
				w.get(t.Context(), nil, f, "1")
				if n := int(w.written.entries.Load()); n != c.writesOf {
					t.Errorf("a second later it is written %d times, want %d", n, c.writesOf)
				}
			})
		})
	}
}

// What stands in is what the service has said last, at most a second older than it is, for as long as the policy says, or a second less.
func TestRepeatedStandsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		text, failing := "v", false
		w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response {
			if failing {
				return says(http.StatusInternalServerError, "")
			}
			return says(http.StatusOK, named(text))
		})
		f := byID(wareOf(aStandIn))
		get := func() string {
			got, _ := w.get(t.Context(), nil, f, "1")
			return got[0]
		}
		for range 35 { // of 100 ms, so that the last answer comes when the kept value is not new
			if got := get(); got != "v" {
				t.Fatalf("got %q", got)
			}
			time.Sleep(100 * time.Millisecond)
		}
		text = "w"
		get()
		failing = true
		if got := get(); got != "w" {
			t.Errorf("%q stands in, want what was said last", got)
		}
		failing = false
		for range 8 {
			get()
			time.Sleep(100 * time.Millisecond)
		}
		failing = true
		time.Sleep(8900 * time.Millisecond) // nine seconds after the last answer
		if got := get(); got != "w" {
			t.Errorf("%q stands in after nine seconds, want w for ten of them, or one less", got)
		}
		time.Sleep(1200 * time.Millisecond)
		if got := get(); got == "w" {
			t.Error("it stands in after more than ten seconds")
		}
	})
}

// A value that was invalidated does not stand in, though its service has repeated it within the second; what it says after that does.
func TestRepeatedIsInvalidated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failing := false
		w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response {
			if failing {
				return says(http.StatusInternalServerError, "")
			}
			return says(http.StatusOK, named("v"))
		})
		f := byID(wareOf(aStandIn))
		get := func() string {
			got, _ := w.get(t.Context(), nil, f, "1")
			return got[0]
		}
		get()
		get()
		w.invalidate(t)
		failing = true
		if got := get(); got == "v" {
			t.Error("it stands in, and was invalidated")
		}
		failing = false
		get()
		failing = true
		if got := get(); got != "v" || w.written.entries.Load() != 2 {
			t.Errorf("%q stands in after it was said again, and was written %d times; want v and 2", got, w.written.entries.Load())
		}
	})
}

// An answer that was asked for after an invalidation is written, though the same value was found before it.
func TestRepeatedAcrossAnInvalidation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w *ware
		failing, invalidating := false, false
		w = newWare(t, cache.Classes{}, func(*http.Request) *http.Response {
			if invalidating {
				w.invalidate(t)
			}
			if failing {
				return says(http.StatusInternalServerError, "")
			}
			return says(http.StatusOK, named("v"))
		})
		f := byID(wareOf(aStandIn))
		for _, invalidating = range []bool{false, true} {
			w.get(t.Context(), nil, f, "1")
		}
		invalidating, failing = false, true
		if got, _ := w.get(t.Context(), nil, f, "1"); slices.Contains(got, "v") {
			t.Error("it stands in, and was invalidated while it was asked for")
		}
	})
}
