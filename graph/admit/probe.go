package admit

import (
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// probe measures how long what is ready to be read waits for the goroutine that reads it: for epoll to tell, and for a processor. The
// scheduler's own figures leave out the first, and the runtime asks epoll only when it has nothing else to do.
type probe struct {
	from, to *os.File
	start    time.Time
	sent     atomic.Int64 // nanoseconds since start when a byte was written that nobody has read; 0: there is none
	waited   atomic.Int64 // the last wait, in nanoseconds; 0: it was taken
	reader   sync.WaitGroup
}

// newProbe returns a probe, which ends with close.
func newProbe() (*probe, error) {
	from, to, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p := &probe{from: from, to: to, start: time.Now()}
	p.reader.Go(p.read)
	return p, nil
}

func (p *probe) now() int64 { return int64(time.Since(p.start)) + 1 }

func (p *probe) read() {
	var b [1]byte
	for {
		if _, err := p.from.Read(b[:]); err != nil {
			return
		}
		p.waited.Store(max(1, p.now()-p.sent.Swap(0)))
	}
}

// send begins another measurement, unless one is on its way.
func (p *probe) send() {
	if p.sent.CompareAndSwap(0, p.now()) {
		if _, err := p.to.Write([]byte{0}); err != nil {
			p.sent.Store(0)
		}
	}
}

// take returns what was measured since it was asked last; of what is on its way it is how long that has taken by now, and at least as long as
// atLeast. 0: nothing.
func (p *probe) take(atLeast time.Duration) time.Duration {
	if waited := p.waited.Swap(0); waited > 0 {
		return time.Duration(waited)
	}
	if sent := p.sent.Load(); sent > 0 {
		if age := time.Duration(p.now() - sent); age >= atLeast {
			return age
		}
	}
	return 0
}

func (p *probe) close() {
	_ = p.to.Close() // ends the reader
	p.reader.Wait()
	_ = p.from.Close()
}
