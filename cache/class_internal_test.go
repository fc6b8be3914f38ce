package cache

import (
	"fmt"
	"slices"
	"testing"
)

func TestClassesBound(t *testing.T) {
	classes := NewClasses("tag:product-", "tag:product-big-", "key:Product:")
	few := []string{"b", "a", "b"}
	if got := classes.Bound(few); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("few tags became %q", got)
	}
	many := []string{"type:Product", "tag:sale", "tag:product-big-1"}
	for i := range 100 {
		many = append(many, fmt.Sprint("tag:product-", i), fmt.Sprint("key:Product:", i))
	}
	want := []string{"class:key:Product:", "class:tag:product-", "class:tag:product-big-", "tag:sale", "type:Product"}
	if got := classes.Bound(many); !slices.Equal(got, want) {
		t.Errorf("many tags became %q", got)
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
