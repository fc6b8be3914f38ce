package view_test

import (
	"errors"
	"math"
	"syscall"
	"testing"

	"weft/graph/view"
)

// The text is address space without memory: reading one byte of it would end the test.
func TestScanRefusesTextsBeyondSpans(t *testing.T) {
	size := uint64(math.MaxUint32) + 1
	if size > math.MaxInt {
		t.Skip("no text is that long here")
	}
	text, err := syscall.Mmap(-1, 0, int(size), syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skipf("no address space for 4 GiB: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(text); err != nil {
			t.Error(err)
		}
	})
	var syntax *view.SyntaxError
	if _, err := view.NewScanner(view.Layout{}).Scan(text, &view.Source{Upstream: "x"}, 0); !errors.As(err, &syntax) || syntax.Problem != "longer than 4 GiB" {
		t.Errorf("got %v", err)
	}
	if v, ok := view.Find(text, ""); ok {
		t.Errorf("Find = %v", v.Kind())
	}
}
