package cache

import "runtime"

// GrowStack makes the stack of a goroutine that is going to load 16 KB, which is what a call takes; it is the first function to be called there.
// Otherwise the runtime doubles the stack three times on the way down, and each time adjusts all frames that are there: a fifth of the processor
// time of an operation of 11 calls at once (go test -run '^$' -bench Public/q1-single ./bench).
//
//go:noinline
func GrowStack() {
	var room [8 << 10]byte
	runtime.KeepAlive(&room)
}
