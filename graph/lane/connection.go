package lane

import (
	"errors"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync"
	"time"
)

// maxPieces is how many reads a request may take to arrive.
const maxPieces = 16

// maxBlank is how many bytes of ends of lines behind a POST are nothing, as they are for net/http (RFC 9112 §2.2).
const maxBlank = 4

// connection is one that is being served.
type connection struct {
	net.Conn
	server *Server
	raw    net.Conn // what is below Conn, for writing
	remote string

	read   []byte // and not served; of one buffer
	buffer []byte
	blank  int   // how many ends of lines may come before the next request
	last   *head // the last request's
	out    response
	look   look

	mu      sync.Mutex // guards waiting, and the deadline for reading while it is set
	waiting bool       // for the client to send
	until   time.Time  // when reading ends; zero: it has to be set
}

// serve serves the connection, with a buffer for what arrives.
func (c *connection) serve(buffer []byte) End {
	c.buffer = buffer
	for {
		h, why := c.next()
		if h == nil {
			return why
		}
		if !c.answer(h) {
			return Closed
		}
		c.drop(h.bytes())
		if b, ok := c.look.take(); ok {
			c.read = append(c.read, b)
		}
		c.blank = 0
		if h.request.Method == http.MethodPost {
			c.blank = maxBlank
		}
	}
}

// drop drops so many bytes of what has been read.
func (c *connection) drop(n int) { c.read = c.buffer[:copy(c.buffer, c.read[n:])] }

// skip drops ends of lines that there may be before a request.
func (c *connection) skip() {
	n := 0
	for n < min(c.blank, len(c.read)) && (c.read[n] == '\r' || c.read[n] == '\n') {
		n++
	}
	if n > 0 {
		c.drop(n)
		c.blank -= n
	}
}

// next returns the head of the next request when all of the request is here; nil: there is none, which has a reason.
func (c *connection) next() (*head, End) {
	for pieces := 0; ; pieces++ {
		if c.skip(); len(c.read) > 0 {
			h, v := c.head()
			switch {
			case v == declined || c.server.drained.Load():
				return nil, Declined
			case v == whole && len(c.read) >= h.bytes():
				return h, 0
			case len(c.read) == len(c.buffer) || pieces > maxPieces:
				return nil, Declined
			}
		}
		switch err := c.more(); {
		case err == nil:
		case len(c.read) > 0: // a part of a request, on which net/http has more to say
			return nil, Declined
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return nil, Closed
		case c.last == nil: // net/http is less patient with who has sent nothing at all
			return nil, Declined
		default:
			return nil, Idle
		}
	}
}

// head returns the head that what has been read begins with. Mostly it is the last request's, byte by byte.
func (c *connection) head() (*head, verdict) {
	if h := c.last; h != nil && len(c.read) >= len(h.text) && string(c.read[:len(h.text)]) == h.text {
		return h, whole
	}
	h, v := c.server.form.read(c.read)
	if v == whole {
		c.last = h
	}
	return h, v
}

// more reads more of what the client sends. The error of a client who is late, or would be, is os.ErrDeadlineExceeded.
func (c *connection) more() error {
	if !c.wait() {
		return os.ErrDeadlineExceeded
	}
	n, err := c.Conn.Read(c.buffer[len(c.read):])
	c.mu.Lock()
	c.waiting = false
	c.mu.Unlock()
	c.read = c.buffer[:len(c.read)+n]
	if n > 0 {
		return nil
	}
	return err
}

// wait sets until when the client has time to send. It reports whether it has any.
func (c *connection) wait() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server.drained.Load() {
		return false
	}
	c.waiting = true
	idle, now := c.server.Idle, time.Now()
	switch {
	case len(c.read) > 0: // the rest of a request
		_ = c.Conn.SetReadDeadline(now.Add(idle))
		c.until = time.Time{}
	case c.until.Sub(now) < idle: // to set it for each request would take more
		c.until = now.Add(idle + idle/2)
		_ = c.Conn.SetReadDeadline(c.until)
	}
	return true
}

// hurry ends the waiting for a client, once the server is drained.
func (c *connection) hurry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting {
		_ = c.Conn.SetReadDeadline(past)
	}
}

// answer answers a request, and reports whether the connection carries more.
func (c *connection) answer(h *head) (more bool) {
	x, r := c.begin(h, c.read[len(h.text):h.bytes()])
	defer func() {
		if v := recover(); v != nil {
			x.end()
			if v != http.ErrAbortHandler { //nolint:errorlint // net/http compares it so too
				stack := make([]byte, 64<<10)
				c.server.Logf("http: panic serving %v: %v\n%s", c.remote, v, stack[:runtime.Stack(stack, false)])
			}
			more = false
		}
	}()
	c.out.begin(x)
	c.server.served.Add(1)
	c.server.Handler.ServeHTTP(&c.out, r)
	x.end()
	return c.out.finish()
}
