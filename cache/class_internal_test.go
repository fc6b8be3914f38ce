package cache

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestClassesBound(t *testing.T) {
	classes := NewClasses("tag:product-", "tag:product-big-", "key:Product:")
	few := []string{"b", "a", "b"}
	if got := classes.Bound(few); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("few tags became %q", got)
	}
	many := func(products, keys int) (tags []string) {
		tags = []string{"type:Product", "tag:sale", "tag:product-big-1"}
		for i := range products {
			tags = append(tags, fmt.Sprint("tag:product-", i))
		}
		for i := range keys {
			tags = append(tags, fmt.Sprint("key:Product:", i))
		}
		return tags
	}
	for _, tt := range []struct {
		products, keys int
		has            int    // tags
		classes        string // of them
	}{
		{126, 127, 256, ""},
		{127, 127, 131, "class:key:Product:"},
		{127, 128, 131, "class:key:Product:"},
		{128, 127, 131, "class:tag:product-"},
		{1, 300, 5, "class:key:Product:"},
		{300, 300, 5, "class:key:Product: class:tag:product-"},
	} {
		got := classes.Bound(many(tt.products, tt.keys))
		var replaced []string
		for _, tag := range got {
			if strings.HasPrefix(tag, classForm) {
				replaced = append(replaced, tag)
			}
		}
		if len(got) != tt.has || strings.Join(replaced, " ") != tt.classes || !slices.IsSorted(got) || !slices.Contains(got, "tag:sale") {
			t.Errorf("%d products, %d keys: got %d tags, %s", tt.products, tt.keys, len(got), got)
		}
	}
}

// TestClassesFit holds that what does not fit gives up no more classes than it must, those of most size first.
func TestClassesFit(t *testing.T) {
	classes := NewClasses("tag:a-", "tag:b-", "tag:c-")
	for limit, want := range map[int]string{
		15: "tag:a-1 tag:a-2 tag:b-111 tag:c-1 tag:d",
		14: "class:tag:a- tag:b-111 tag:c-1 tag:d",
		11: "class:tag:a- tag:b-111 tag:c-1 tag:d",
		10: "class:tag:a- class:tag:b- tag:c-1 tag:d",
		1:  "class:tag:a- class:tag:b- class:tag:c- tag:d", // it cannot be
	} {
		tags := strings.Fields("tag:a-1 tag:a-2 tag:b-111 tag:c-1 tag:d")
		got := classes.Fit(tags, limit, func(tag string) int {
			name, _ := NameOf(tag)
			return len(name)
		})
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%d: got %s, want %s", limit, text, want)
		}
	}
}

// What carries a class is invalid as soon as any tag of the class is.
func TestClassesInvalidate(t *testing.T) {
	g := Generations{Classes: NewClasses("tag:product-", "key:Product:")}
	at := g.Position()
	class := []string{"class:tag:product-"}
	g.Invalidate("tag:other", "key:Product:1")
	if !g.Valid(at.Local, class) {
		t.Error("lost by a tag of another class")
	}
	g.Hear(Record{ID: ID{5, 0}, Tags: []string{"tag:product-77"}})
	if g.Valid(at.Local, class) || g.ValidShared(at.Shared, class) {
		t.Error("still valid when a tag of its class was invalidated")
	}
	if now := g.Position(); !g.Valid(now.Local, class) || !g.ValidShared(now.Shared, class) {
		t.Error("what came later is invalid, too")
	}
}

func TestCovering(t *testing.T) {
	classes := NewClasses("tag:product-", "tag:product-big-")
	want := []string{"tag:product-big-1", "tag:sale", "class:tag:product-", "class:tag:product-big-"}
	if got := classes.Covering([]string{"tag:product-big-1", "tag:sale"}); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
