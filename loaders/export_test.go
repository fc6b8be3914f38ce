package loaders

// Wait blocks until no goroutine works for l any more. It does not cover a Load that begins after it.
func (l *Loader[K, V]) Wait() { l.memo.Wait() }
