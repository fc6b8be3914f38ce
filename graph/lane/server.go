package lane

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options are what a server is made of.
type Options struct {
	// Handler answers requests. It must not be nil.
	Handler http.Handler

	// Path is that of the requests: what a client writes, without a query.
	Path string

	// MaxBody is how long a body may be, in bytes. 0 means as long as [MaxRequest] allows.
	MaxBody int64

	// Context is the parent of requests' contexts. It must not be nil.
	Context context.Context //nolint:containedctx // as http.Server has BaseContext

	// Idle is how long a connection is waited for between two requests, and half as long again at most, and for the next piece of one. It must not be 0.
	Idle time.Duration

	// WriteTimeout is how long it may take to send an answer, from its request on, give or take Idle. It must not be 0.
	WriteTimeout time.Duration

	// Logf is told of handlers that panic, as http.Server.ErrorLog is. It must not be nil.
	Logf func(format string, args ...any)
}

// Server serves connections of clients. It may be used by any number of goroutines at once. A nil Server serves nothing.
type Server struct {
	Options
	form    form
	date    date
	buffers sync.Pool // of *[MaxRequest]byte

	served, declined atomic.Uint64
	drained          atomic.Bool

	mu   sync.Mutex // guards what follows
	open map[*connection]struct{}
	left time.Time // when the last one did
}

// New returns a server that serves nothing yet.
func New(o Options) *Server {
	if o.MaxBody == 0 {
		o.MaxBody = MaxRequest
	}
	return &Server{
		Options: o, form: newForm(o.Path, o.MaxBody), open: map[*connection]struct{}{},
		buffers: sync.Pool{New: func() any { return new([MaxRequest]byte) }},
	}
}

// End is why a connection is served no more.
type End int

// A connection that is closed is for its owner to close; the others live on, and have no deadline that is over.
const (
	Closed   End = iota // it has failed, its client has left, or its last answer said so
	Idle                // nothing has been asked for in time, or the server drains
	Declined            // what has arrived is not for this server, or it drains
)

// Serve serves c, whose owner it is meanwhile, until something ends that. It returns what has been read of c, and not served: with Declined it is the
// beginning of what c carries from now on, otherwise nothing.
//
// Where c has a method NetConn() net.Conn, as a *tls.Conn has, answers are written to what that returns, which must be no other connection.
func (s *Server) Serve(c net.Conn) (unread []byte, why End) {
	conn := &connection{Conn: c, server: s, remote: c.RemoteAddr().String(), out: response{header: http.Header{}}}
	conn.look.of, conn.out.of, conn.raw = conn, conn, c
	if below, ok := c.(interface{ NetConn() net.Conn }); ok {
		conn.raw = below.NetConn()
	}
	s.enter(conn)
	defer s.leave(conn)
	buffer := s.buffers.Get().(*[MaxRequest]byte)
	defer s.buffers.Put(buffer)
	why = conn.serve(buffer[:])
	if why == Declined {
		s.declined.Add(1)
		unread = append(unread, conn.read...)
	}
	return unread, why
}

func (s *Server) enter(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[c] = struct{}{}
}

func (s *Server) leave(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
	s.left = time.Now()
}

// Drain has every connection leave: one that is idle at once, others when their answer is sent. It does not wait for them.
func (s *Server) Drain() {
	if s == nil {
		return
	}
	s.drained.Store(true)
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		c.hurry()
	}
}

// Close closes every connection.
func (s *Server) Close() {
	if s == nil {
		return
	}
	s.Drain()
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		_ = c.Conn.Close() // whoever serves it finds that out
	}
}

// Open returns how many connections are being served, and, when there are none, since when.
func (s *Server) Open() (n int, since time.Time) {
	if s == nil {
		return 0, time.Time{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open), s.left
}

// Status is what operators are shown of a server.
type Status struct {
	Open     int    `json:"open"`     // connections that are being served
	Requests uint64 `json:"requests"` // that were served
	Declined uint64 `json:"declined"` // connections that net/http was left
}

// Status returns how the server is doing.
func (s *Server) Status() Status {
	n, _ := s.Open()
	return Status{n, s.served.Load(), s.declined.Load()}
}
