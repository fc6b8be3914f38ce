package binding

import (
	"runtime/debug"
	"sync"
	"sync/atomic"

	"weft/loaders"
)

// each calls f for 0 to n-1, at most limit at once, and returns when all have ended: one alone runs here. When some panic it
// panics with a [loaders.PanicError] of one of them, after all.
func each(n, limit int, f func(i int)) {
	if n == 0 {
		return
	}
	if n == 1 {
		f(0)
		return
	}
	var next atomic.Int64
	var panicked atomic.Pointer[loaders.PanicError]
	one := func(i int) {
		defer func() {
			if v := recover(); v != nil {
				panicked.CompareAndSwap(nil, panicOf(v))
			}
		}()
		f(i)
	}
	work := func() {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			one(i)
		}
	}
	var others sync.WaitGroup
	for range min(n, limit) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
	if p := panicked.Load(); p != nil {
		panic(p)
	}
}

// panicOf is the error of what was recovered here, or where one that ran for this goroutine has panicked.
func panicOf(v any) *loaders.PanicError {
	if p, ok := v.(*loaders.PanicError); ok {
		return p
	}
	return &loaders.PanicError{Value: v, Stack: debug.Stack()}
}
