package fetch

import (
	"runtime/debug"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"weft/loaders"
)

// each calls f for 0 to n-1, at most limit at once, and returns when all have ended; the last one runs here. What becomes of one
// changes nothing for the others. When some panic it panics with a [loaders.PanicError] of one of them, after all; so it does when a
// goroutine ends before f has returned.
func each(n, limit int, f func(i int)) {
	switch n {
	case 0:
		return
	case 1:
		f(0)
		return
	}
	var others errgroup.Group // of no context: an error of one key cancels no other
	others.SetLimit(max(limit-1, 1))
	var ended atomic.Int32
	for i := range n - 1 {
		others.Go(func() error {
			GrowStack()
			err := caught(f, i)
			ended.Add(1)
			return err
		})
	}
	defer func() { _ = others.Wait() }() // also when this goroutine ends
	here := caught(f, n-1)
	if err := others.Wait(); err != nil {
		panic(err)
	}
	if int(ended.Load()) < n-1 {
		panic(panicOf("a goroutine has ended before what it ran for"))
	}
	if here != nil {
		panic(here)
	}
}

// caught calls f, and returns what it panicked with as an error.
func caught(f func(int), i int) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicOf(v)
		}
	}()
	f(i)
	return nil
}

// panicOf is the error of what was recovered here, or where one that ran for this goroutine has panicked.
func panicOf(v any) *loaders.PanicError {
	if p, ok := v.(*loaders.PanicError); ok {
		return p
	}
	return &loaders.PanicError{Value: v, Stack: debug.Stack()}
}
