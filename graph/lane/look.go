package lane

import (
	"errors"
	"os"
	"sync"
	"time"
)

// noticed is how long somebody waits for the end of a request's context until the connection is looked at.
const noticed = 10 * time.Millisecond

// look finds out whether a client leaves while its request is being answered: it reads the connection, on which nothing should come. A byte that comes
// all the same is the next request's first, and ends the look, as it does net/http's.
type look struct {
	of *connection

	mu      sync.Mutex // guards what follows
	phase   phase
	client  *exchange // whose client it is
	timer   *time.Timer
	stopped sync.Cond // the phase is no longer reading
	came    [1]byte
	has     bool // came has a byte that nobody has had
}

// phase is where a look is.
type phase int

const (
	resting phase = iota
	waiting       // for noticed to pass
	reading
)

// begin begins a look, after noticed.
func (l *look) begin(x *exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.phase, l.client = waiting, x
	if l.timer == nil {
		l.stopped.L = &l.mu
		l.timer = time.AfterFunc(noticed, l.read)
		return
	}
	l.timer.Reset(noticed)
}

// read looks. It may be called for a look that has ended: then the one that has begun since begins early, or nothing happens.
func (l *look) read() {
	l.mu.Lock()
	if l.phase != waiting {
		l.mu.Unlock()
		return
	}
	l.phase = reading
	x := l.client
	_ = l.of.Conn.SetReadDeadline(time.Time{})
	l.mu.Unlock()

	n, err := l.of.Conn.Read(l.came[:])
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) { // which stop sets
		x.stop()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.phase, l.has = resting, n > 0
	l.stopped.Broadcast()
}

// stop ends a look, and returns when the connection is nobody else's.
func (l *look) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.client = nil
	if l.phase == waiting {
		l.phase = resting
		l.timer.Stop()
		return
	}
	if l.phase == reading {
		_ = l.of.Conn.SetReadDeadline(past)
		for l.phase == reading {
			l.stopped.Wait()
		}
	}
	l.of.until = time.Time{}
}

// past is a deadline that is over.
var past = time.Unix(1, 0)

// take returns the byte that came, if one has.
func (l *look) take() (b byte, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	ok, l.has = l.has, false
	return l.came[0], ok
}
