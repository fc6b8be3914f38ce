package loaders

import "sync"

// work runs tasks in goroutines, a limited number at once, and knows when nothing is left to do.
// The zero value runs all of them at once.
//
// It is no errgroup, whose Go blocks when the limit is reached. The caller of start may be what a gate waits for, and batches wait for the
// gate: so start never blocks.
type work struct {
	limit int // tasks at once; 0 = no limit

	mu      sync.Mutex // guards the rest
	running int
	queue   []func()
	busy    int           // tasks not yet ended, and what hold counts
	idle    chan struct{} // closed when busy becomes 0; nil until someone waits
	whole   *work         // holds one for this part while it is busy; nil = part of nothing
}

// start runs task, now or when a running one ends. It never blocks.
func (w *work) start(task func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.add(1)
	if w.limit > 0 && w.running == w.limit {
		w.queue = append(w.queue, task)
		return
	}
	w.running++
	go w.run(task)
}

// run runs task and then makes room for the next, even when task ends its goroutine.
func (w *work) run(task func()) {
	defer w.next()
	task()
}

// next starts the task that waited longest. A goroutine each keeps a task that ends its goroutine harmless.
func (w *work) next() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) > 0 {
		task := w.queue[0]
		w.queue[0] = nil
		w.queue = w.queue[1:]
		go w.run(task)
	} else {
		w.running--
	}
	w.add(-1)
}

// hold counts n things to wait for that are not tasks, until release.
func (w *work) hold(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.add(n)
}

// release ends n holds.
func (w *work) release(n int) { w.hold(-n) }

// add changes busy and tells those who wait for it. It holds w.mu.
func (w *work) add(n int) {
	was := w.busy
	w.busy += n
	switch {
	case was == 0 && w.busy > 0 && w.whole != nil:
		w.whole.hold(1)
	case was > 0 && w.busy == 0:
		if w.idle != nil {
			close(w.idle)
			w.idle = nil
		}
		if w.whole != nil {
			w.whole.release(1)
		}
	}
}

// wait blocks until nothing is left to do.
func (w *work) wait() {
	w.mu.Lock()
	if w.busy == 0 {
		w.mu.Unlock()
		return
	}
	if w.idle == nil {
		w.idle = make(chan struct{})
	}
	idle := w.idle
	w.mu.Unlock()
	<-idle
}

// part makes w a part of whole: whole is busy as long as w is. A w that is a part already stays part of what it was.
func (w *work) part(whole *work) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.whole != nil {
		return
	}
	w.whole = whole
	if w.busy > 0 {
		whole.hold(1)
	}
}
