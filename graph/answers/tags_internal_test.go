package answers

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"weft/cache"
)

// TestTagHeader holds that an answer is found by every tag that it has: by itself, by what it begins with, or by "all"; and that the header
// has no more than caches read.
func TestTagHeader(t *testing.T) {
	classes := cache.NewClasses("tag:product-", "tag:brand-", "tag:"+strings.Repeat("long", 40), "key:Product:")
	numbered := func(prefix string, n int) (tags []string) {
		for i := range n {
			tags = append(tags, cache.Named(fmt.Sprintf("%s%04d", prefix, i)))
		}
		return tags
	}
	tests := map[string]struct {
		tags []string
		want string // "": each of the tags by itself
	}{
		"Few":          {[]string{cache.Named("brand-1"), cache.Named("product-1"), cache.Named("sale")}, ""},
		"OthersToo":    {[]string{cache.OfKey("Product", "1"), cache.OfType("Product"), cache.Named("sale"), cache.OfURL("catalog", "/")}, "sale"},
		"None":         {[]string{cache.OfType("Product")}, ""},
		"Many":         {append(numbered("brand-", 28), numbered("product-", 100)...), ""},
		"TooMany":      {append(numbered("brand-", 29), numbered("product-", 100)...), "product-," + strings.Join(names(numbered("brand-", 29)), ",")},
		"FarTooMany":   {append(numbered("brand-", 200), numbered("product-", 300)...), "brand-,product-"},
		"Class":        {[]string{"class:key:Product:", "class:tag:product-", cache.Named("sale")}, "product-,sale"},
		"TooManyBytes": {append(numbered("product-"+strings.Repeat("x", 100), 30), cache.Named("sale")), "product-,sale"},
		"TooLong":      {[]string{cache.Named("product-1"), cache.Named("product-" + strings.Repeat("x", 121)), cache.Named("sale")}, "product-,sale"},
		"Comma":        {[]string{cache.Named("brand-1"), cache.Named("product-a,b")}, "product-,brand-1"},
		"Line":         {[]string{cache.Named("brand-1"), cache.Named("product-a\r\nSet-Cookie: b")}, "product-,brand-1"},
		"NoASCII":      {[]string{cache.Named("brand-1"), cache.Named("product-ü")}, "product-,brand-1"},
		"LongClass":    {[]string{cache.Named("brand-1"), cache.Named(strings.Repeat("long", 40) + "1")}, "all"},
		"Classless":    {numbered("other-", 129), "all"},
		"ClassOfAll":   {[]string{cache.Named("brand-1"), "class:tag:"}, "all"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			before := slices.Clone(tt.tags)
			slices.Sort(tt.tags)
			got := tagHeader(tt.tags, defaultTags, classes.Fit)
			want := tt.want
			if want == "" {
				slices.Sort(before)
				want = strings.Join(names(before), ",")
			}
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if n := strings.Count(tagHeader(tt.tags, 50, classes.Fit), ",") + 1; n > 50 {
				t.Errorf("got %d tags for who reads 50", n)
			}
			if !slices.Equal(tt.tags, before) && tt.want == "" {
				t.Errorf("it has changed the tags: %s", tt.tags)
			}
			if n := strings.Count(got, ",") + 1; n > defaultTags || len(got) > maxTagBytes {
				t.Errorf("got %d tags in %d bytes", n, len(got))
			}
		})
	}
}

// names are those that the schema gives.
func names(tags []string) (names []string) {
	for _, tag := range tags {
		if name, ok := cache.NameOf(tag); ok {
			names = append(names, name)
		}
	}
	return names
}
