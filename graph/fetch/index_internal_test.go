package fetch

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestIndex(t *testing.T) {
	for _, n := range []int{1, few, few + 1, 20, 1000} {
		var x index
		var keys []string
		known := map[string]int{}
		for range 3 * n {
			key := fmt.Sprint(rand.IntN(n))
			place, fresh := x.place(&keys, key)
			want, ok := known[key]
			if !ok {
				want = len(known)
				known[key] = want
			}
			if place != want || fresh == ok || keys[place] != key {
				t.Fatalf("%d keys: %q is at %d (fresh: %t) of %q, want %d (%t)", n, key, place, fresh, keys, want, !ok)
			}
		}
	}
}

func TestEach(t *testing.T) {
	for _, n := range []int{0, 1, 2, 100} {
		done := make([]int, n)
		each(n, 3, func(i int) { done[i]++ })
		if slices.ContainsFunc(done, func(times int) bool { return times != 1 }) {
			t.Errorf("of %d: %v, want each once", n, done)
		}
	}
	var done [10]bool
	defer func() {
		if p := recover(); p == nil || slices.Index(done[:], false) >= 0 {
			t.Errorf("panicked with %v after %v, want one of its panics after all", p, done)
		}
	}()
	each(len(done), 2, func(i int) {
		done[i] = true
		if i%4 == 1 {
			panic(i)
		}
	})
}
