package redis

import (
	"fmt"
	"slices"
	"testing"

	"weft/cache"
)

func TestClaims(t *testing.T) {
	c := newClaims(cache.NewClasses("key:Product:").Covering)
	first := c.hold([]string{"a", "key:Product:1"})
	second := c.hold([]string{"a"})
	holds := func(want bool, tags ...string) {
		t.Helper()
		if got := c.holds(tags); got != want {
			t.Errorf("holds %q: %v, want %v", tags, got, want)
		}
	}
	holds(true, "x", "a")
	holds(true, "class:key:Product:")
	holds(false, "x", "key:Product:2")
	holds(false)
	c.release(first)
	holds(true, "a")
	holds(false, "class:key:Product:")
	c.postpone(second)
	holds(true, "a")
	late, ok := c.take()
	if !ok || late.all || !slices.Equal(late.tags, []string{"a"}) {
		t.Fatalf("got %+v", late)
	}
	holds(true, "a")
	c.release(late)
	holds(false, "a")
	if _, ok := c.take(); ok || c.count.Load() != 0 || len(c.held) != 0 {
		t.Errorf("something is left: %+v", c)
	}
}

func TestClaimsMerge(t *testing.T) {
	c := newClaims(cache.Classes{}.Covering)
	for range 3 {
		c.postpone(c.hold([]string{"a", "b", "a"}))
	}
	if got := c.waiting(); got != 2 {
		t.Errorf("%d tags wait, want 2", got)
	}
	cl, _ := c.take()
	again := c.hold([]string{"a"}) // while the others are being logged
	c.release(cl)
	if !c.holds([]string{"a"}) || c.holds([]string{"b"}) {
		t.Errorf("%+v", c)
	}
	c.release(again)
	if c.count.Load() != 0 || len(c.held) != 0 {
		t.Errorf("something is left: %+v", c)
	}
}

func TestClaimsOverflow(t *testing.T) {
	c := newClaims(cache.Classes{}.Covering)
	for i := range maxLate/1000 + 1 {
		tags := make([]string, 1000)
		for j := range tags {
			tags[j] = fmt.Sprint(i, " ", j)
		}
		c.postpone(c.hold(tags))
	}
	if !c.holds(nil) || c.waiting() != 1 || len(c.held) != 0 {
		t.Errorf("not everything is held: %d tags wait", c.waiting())
	}
	c.postpone(c.hold([]string{"more"}))
	cl, ok := c.take()
	if !ok || !cl.all {
		t.Fatalf("got %+v", cl)
	}
	c.postpone(cl)
	cl, _ = c.take()
	c.release(cl)
	if _, ok := c.take(); ok || c.holds([]string{"more"}) || c.count.Load() != 0 {
		t.Errorf("something is left: %+v", c)
	}
}

// TestClaimsTakenInParts holds that a great many are logged in pieces, and none gets lost.
func TestClaimsTakenInParts(t *testing.T) {
	c := newClaims(cache.Classes{}.Covering)
	tags := make([]string, 10_000)
	for i := range tags {
		tags[i] = fmt.Sprint(i)
	}
	c.postpone(c.hold(tags))
	var taken []string
	for cl, ok := c.take(); ok; cl, ok = c.take() {
		if len(cl.tags) > maxTaken {
			t.Errorf("%d tags at once", len(cl.tags))
		}
		taken = append(taken, cl.tags...)
		c.release(cl)
	}
	slices.Sort(tags)
	slices.Sort(taken)
	if !slices.Equal(tags, taken) || c.count.Load() != 0 {
		t.Errorf("%d tags taken, %d claims left", len(taken), c.count.Load())
	}
}
