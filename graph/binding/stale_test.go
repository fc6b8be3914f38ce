package binding_test

import (
	"testing"
	"time"

	"weft/graph/binding"
	"weft/graph/view"
)

// TestStale holds that staleness is a copy's own, and of those elements of a list by keys that have it.
func TestStale(t *testing.T) {
	kept := binding.Value{Found: true}
	served := kept.Aged(time.Minute)
	if kept.Stale() != 0 || served.Stale() != time.Minute || !served.Found {
		t.Errorf("got %s of what is kept, %s of what is served", kept.Stale(), served.Stale())
	}
	again := served.Aged(time.Hour)
	if served.Stale() != time.Minute || again.Stale() != time.Hour {
		t.Errorf("got %s and then %s", served.Stale(), again.Stale())
	}
	if now := kept.Aged(0); now.Stale() == 0 {
		t.Error("one that was kept just now is not stale")
	}
	list := binding.Value{Objects: make([]view.Object, 2)}
	list.Put(0, &kept, nil)
	if list.StaleAt(0) != 0 {
		t.Error("an element is stale that was put there fresh")
	}
	list.Put(1, &served, nil)
	if list.StaleAt(0) != 0 || list.StaleAt(1) != time.Minute || list.Stale() != 0 || list.Missing(1) != nil {
		t.Errorf("got %s, %s, and %s of the list", list.StaleAt(0), list.StaleAt(1), list.Stale())
	}
}
