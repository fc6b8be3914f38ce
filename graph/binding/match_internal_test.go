package binding

import (
	"slices"
	"testing"
)

func TestFinder(t *testing.T) {
	keys := []string{"2", "7", "9", "10", "a1"}
	for _, asked := range [][]string{
		keys, {"a1", "10", "9", "7", "2"}, {"2", "2", "2", "9", "9"}, {"1", "2", "3", "8", "a1", "b", "a1"}, {"7", "", "100", "7"},
	} {
		f := finder{keys: keys}
		for _, key := range asked {
			place, ok := f.find(key, true)
			if want := slices.Index(keys, key); ok != (want >= 0) || ok && place != want {
				t.Errorf("%q of %q, asked for %q: %d, %t, want %d", key, keys, asked, place, ok, want)
			}
		}
	}
}
