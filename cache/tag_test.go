package cache_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/cache"
)

func TestInvalidationForms(t *testing.T) {
	i := cache.Invalidation{Tags: []string{"sale", "key:Product:1"}, Types: []string{"Product"}, Keys: []string{"Product:1", "Product:a:b", "Product:"}}
	got, err := i.Forms()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		cache.Named("sale"), cache.Named("key:Product:1"), cache.OfType("Product"),
		cache.OfKey("Product", "1"), cache.OfKey("Product", "a:b"), cache.OfKey("Product", ""),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	seen := map[string]bool{}
	for _, tag := range got {
		if seen[tag] {
			t.Errorf("two things have the tag %q", tag)
		}
		seen[tag] = true
	}
	for _, wrong := range []string{"", "Product", ":1"} {
		if tags, err := (cache.Invalidation{Keys: []string{wrong}}).Forms(); err == nil {
			t.Errorf("key %q: got %q, want an error", wrong, tags)
		}
		tags, err := cache.Invalidation{Tags: []string{"sale"}, Keys: []string{wrong, "Product:1"}}.Forms()
		if diff := cmp.Diff([]string{cache.Named("sale"), cache.OfKey("Product", "1")}, tags); err == nil || diff != "" {
			t.Errorf("key %q among others: %v (-want +got)\n%s", wrong, err, diff)
		}
	}
}
