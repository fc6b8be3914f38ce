package process

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// It is tidied once many connections were parked, and nothing has been for a while; then it begins to count anew.
func TestTidied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tidied atomic.Int32
		tidy := tidier{free: func() { tidied.Add(1) }}
		park := func(n int) {
			for range n {
				tidy.park()
			}
		}
		for i, step := range []struct {
			parked int
			waits  time.Duration
			tidied int32 // in all
		}{
			{manyParked - 1, time.Hour, 0},
			{1, tidyAfter - 1, 0},
			{1, tidyAfter - 1, 0},
			{manyParked, tidyAfter - 1, 0},
			{0, 1, 1},
			{0, time.Hour, 1},
			{manyParked - 1, time.Hour, 1},
			{1, tidyAfter, 2},
		} {
			park(step.parked)
			time.Sleep(step.waits)
			synctest.Wait()
			if n := tidied.Load(); n != step.tidied {
				t.Errorf("step %d: tidied %d times, want %d", i, n, step.tidied)
			}
		}
	})
}
