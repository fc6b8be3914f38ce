package process

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// net/http keeps a goroutine with a deep stack and 8 KiB of buffers for each connection, also while nothing is asked for on it: 20 KB and more.
// A connection over which HTTP/1.1 is spoken in the clear is parked after settled instead: for net/http it ends. What is left is its socket, and a
// goroutine that waits for the next byte: 3 KB together (bench/README.md, "Connections"). With that byte it comes back as a new connection.

// readBuffer is net/http's, in bytes: what it asks for of an empty one. Where that is another number in some version, nothing is parked.
const readBuffer = 4096

// lot is where a server's idle connections are parked, and the listener that they come back from. A connection that the lane declines comes from it, too.
type lot struct {
	of   *Connections
	all  *inbound // what the server has, beside these
	addr net.Addr
	back chan net.Conn
	end  func()        // closes done, once
	done chan struct{} // closed by Close

	waits   sync.WaitGroup // for what is parked
	tidy    tidier
	closing bool // nothing is parked any more; guarded by of.mu
}

func newLot(of *Connections, all *inbound, addr net.Addr) *lot {
	done := make(chan struct{})
	return &lot{of: of, all: all, addr: addr, back: make(chan net.Conn), end: sync.OnceFunc(func() { close(done) }), done: done}
}

// Accept implements net.Listener.
func (l *lot) Accept() (net.Conn, error) {
	select {
	case c := <-l.back:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Addr implements net.Listener.
func (l *lot) Addr() net.Addr { return l.addr }

// Close implements net.Listener.
func (l *lot) Close() error {
	l.end()
	return nil
}

// clear closes what is parked, and returns when the server has what had begun to come back, and nobody waits any more.
func (l *lot) clear() {
	l.of.mu.Lock()
	l.closing = true
	for c := range l.of.open {
		if c.lot == l && c.parking == parked {
			_ = c.Conn.Close() // wait finds that out
		}
	}
	l.of.mu.Unlock()
	l.waits.Wait()
}

// parking is how far a connection is on its way into a lot.
type parking int

const (
	inUse   parking = iota
	leaving         // net/http has been told that it has ended
	parked          // net/http has closed it
)

// parkable is what a connection has to know of itself to be parked in the right moment: where net/http waits for the first byte of another request, and
// has read none of it. That is so after it has set the first deadline since the connection became idle, while its whole buffer is free.
type parkable struct {
	parking parking // guarded by Connections.mu
	first   []byte  // what came while it was parked, or on the lane, and nobody has read
	fast    bool    // it is the lane's

	mu      sync.Mutex // guards what follows, and the order of deadlines
	simple  bool       // HTTP/1 is spoken: nothing has to be known of it between two requests
	resting bool       // it has become idle, and no deadline been set since
	early   bool       // reading ends before until, to park it
	until   time.Time  // what net/http has set; zero: never
}

// speaksHTTP1 says that requests come one after the other.
func (p *parkable) speaksHTTP1() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.simple = true
}

// rests says whether a connection has just become idle.
func (p *parkable) rests(so bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.resting = so && p.simple
}

// SetReadDeadline implements net.Conn. Once the server ends, what comes back has as little time for its headers as others have.
func (c *connection) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	soon, ending := time.Now().Add(settled), c.lot != nil && c.lot.all.hurried.Load()
	if ending && t.After(soon) {
		t = soon
	}
	c.until, c.early = t, c.resting && !ending && (t.IsZero() || t.After(soon))
	c.resting = false
	if c.early {
		t = soon
	}
	return c.Conn.SetReadDeadline(t)
}

// Read implements net.Conn. Its error is that of a deadline where the connection is to be parked.
func (c *connection) Read(p []byte) (n int, err error) {
	if len(c.first) > 0 {
		n = copy(p, c.first)
		c.first = c.first[n:]
		return n, nil
	}
	n, err = c.Conn.Read(p)
	if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) || !c.late() {
		return n, err
	}
	if len(p) == readBuffer && c.lot.leave(c) {
		return 0, err
	}
	return c.Conn.Read(p)
}

// late reports whether a connection has been idle for long enough to be parked, and has reading wait for as long as net/http means to.
func (c *connection) late() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	early := c.early
	if early {
		c.early = false
		_ = c.Conn.SetReadDeadline(c.until)
	}
	return early
}

// leave has a connection parked when net/http closes it, unless the lot is closing.
func (l *lot) leave(c *connection) bool {
	l.of.mu.Lock()
	defer l.of.mu.Unlock()
	if !l.closing {
		c.parking = leaving
	}
	return !l.closing
}

// enter parks a connection that is to be, and reports whether it is.
func (l *lot) enter(c *connection) bool {
	l.of.mu.Lock()
	defer l.of.mu.Unlock()
	switch {
	case c.parking == inUse:
		return false
	case c.parking == leaving && !l.closing:
		l.park(c)
		return true
	default: // closed twice
		return c.parking == parked
	}
}

// park parks a connection. l.of.mu is held.
func (l *lot) park(c *connection) {
	c.parking = parked
	l.waits.Go(func() { l.wait(c) })
	l.tidy.park()
}

// wait waits for the next byte of a parked connection, with which it comes back. Ends of lines before a request are nothing (RFC 9112 §2.2), which
// net/http knows behind a POST only.
func (l *lot) wait(c *connection) {
	first := make([]byte, 1)
	_, err := c.Conn.Read(first)
	for err == nil && len(c.first) == 0 && (first[0] == '\r' || first[0] == '\n') {
		_, err = c.Conn.Read(first)
	}
	if err != nil || !l.comesBack(c, append(c.first, first...)) {
		l.of.leave(c)
		_ = c.Conn.Close()
	}
}

// comesBack serves a parked connection again, of which first has been read; false: nothing is served any more, or it has lost its place.
func (l *lot) comesBack(c *connection, first []byte) bool {
	next := &connection{Conn: c.Conn, of: c.of, lot: l, parkable: parkable{first: first, fast: c.fast}}
	if !l.replace(c, next) {
		return false
	}
	if next.fast {
		l.drive(next)
	} else {
		l.giveBack(next)
	}
	return true
}

// giveBack has net/http serve a connection.
func (l *lot) giveBack(c *connection) {
	select {
	case l.back <- c:
	case <-l.done:
		_ = c.Close()
	}
}

// replace gives a parked connection's place to its next, which is coming back then; false: it has none any more.
func (l *lot) replace(c, next *connection) bool {
	l.of.mu.Lock()
	defer l.of.mu.Unlock()
	if _, ok := l.of.open[c]; !ok || l.closing {
		return false
	}
	delete(l.of.open, c)
	l.of.open[next] = struct{}{}
	return true
}
