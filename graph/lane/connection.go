package lane

import (
	"errors"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// maxPieces is how many reads a request may take to arrive.
const maxPieces = 16

// maxBlank is how many bytes of ends of lines behind a POST are nothing, as they are for net/http (RFC 9112 §2.2).
const maxBlank = 4

// begun is how many bytes behind a request begin another one: with fewer a connection is idle, as it is for net/http.
const begun = 4

// connection is one that is being served.
type connection struct {
	net.Conn
	server *Server
	raw    net.Conn // what is below Conn, for writing
	remote string

	buffer []byte
	read   []byte // what has been read into buffer, and not served
	blank  int    // how many ends of lines may come before the next request
	blanks int    // that have come
	part   bool   // of the next request is there, and not all
	last   *head  // the last request's
	memory memory // of answers
	look   look

	mu      sync.Mutex // guards waiting, and the deadline for reading while it is set
	waiting bool       // for the client to send
	until   time.Time  // when reading ends; zero: it has to be set
}

func newConnection(s *Server, c net.Conn) *connection {
	conn := &connection{Conn: c, server: s, raw: c}
	conn.look.of = conn
	if addr := c.RemoteAddr(); addr != nil {
		conn.remote = addr.String()
	}
	if below, ok := c.(interface{ WritesTo() net.Conn }); ok {
		conn.raw = below.WritesTo()
	}
	return conn
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
		c.blank, c.blanks = 0, 0
		if h.request.Method == http.MethodPost {
			c.blank = maxBlank
		}
	}
}

// next returns the head of the next request when all of the request is here; nil: there is none, which has a reason.
func (c *connection) next() (*head, End) {
	c.part = false
	for pieces := 0; ; pieces++ {
		c.skip()
		few := c.last != nil && len(c.read)+c.blanks < begun
		if len(c.read) > 0 && !few {
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
		case few && errors.Is(err, os.ErrDeadlineExceeded):
			return nil, Idle
		case few:
			return nil, Closed
		case len(c.read) > 0: // a part of a request, on which net/http has more to say
			return nil, Declined
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return nil, Closed
		default: // net/http is less patient with who has sent nothing at all
			return nil, Declined
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
		c.blanks += n
	}
}

// head returns the head that what has been read begins with. Mostly it is the last request's, byte by byte: to read it again would take 1.7 µs of
// the 2.7 that a short request takes (go test -bench Serve).
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
	patience, now := c.server.Patience, time.Now()
	switch {
	case len(c.read) > 0 && !c.part: // all of a request has so long
		c.part, c.until = true, time.Time{}
		_ = c.Conn.SetReadDeadline(now.Add(patience))
	case len(c.read) > 0:
	case c.until.Sub(now) < patience: // to set it for each request would take more
		c.until = now.Add(patience + patience/2)
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
	c.server.served.Add(1)
	c.server.Active(c.Conn, true)
	x, r := c.begin(h, c.read[len(h.text):h.bytes()])
	defer x.end() // also where the handler does not return
	c.server.Handler.ServeHTTP(&x.response, r)
	x.end()
	more = x.response.finish()
	c.server.Active(c.Conn, false)
	return more
}
