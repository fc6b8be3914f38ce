package upstreamtest

import "testing"

func TestBarrierForgetsWhoLeaves(t *testing.T) {
	b := NewBarrier(2)
	b.leave(b.arrive())
	first := b.arrive()
	if closed(first) {
		t.Fatal("one who has left was counted")
	}
	second := b.arrive()
	if !closed(first) || !closed(second) {
		t.Fatal("two have arrived, and wait")
	}
	b.leave(first) // late: its group has passed
	if third := b.arrive(); closed(third) {
		t.Error("the next group passes with one")
	}
}
