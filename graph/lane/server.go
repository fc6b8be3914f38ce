package lane

import (
	"context"
	"maps"
	"net"
	"net/http"
	"runtime"
	"slices"
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

	// Patience is how long a client is waited for between two requests, and half as long again at most, and for all of a request that comes in
	// pieces. It must not be 0.
	Patience time.Duration

	// WriteTimeout is how long it may take to send an answer, from its request on, and Patience longer at most. It must not be 0.
	WriteTimeout time.Duration

	// Active is told when a connection begins to be asked for something, and when that is answered, as http.Server.ConnState is. Nil means
	// that nobody is.
	Active func(c net.Conn, asked bool)

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

	mu   sync.Mutex // guards open
	open map[*connection]struct{}
}

// New returns a server that serves nothing yet.
func New(o Options) *Server {
	if o.MaxBody == 0 {
		o.MaxBody = MaxRequest
	}
	if o.Active == nil {
		o.Active = func(net.Conn, bool) {}
	}
	return &Server{
		Options: o, form: newForm(o.Path, o.MaxBody), open: map[*connection]struct{}{},
		buffers: sync.Pool{New: func() any { return new([MaxRequest]byte) }},
	}
}

// End is why a connection is served no more.
type End int

// A connection that is closed is for its owner to close; the others live on.
const (
	Closed   End = iota // it has failed, its client has left, its handler panicked, or its last answer said so
	Idle                // nothing has been asked for in time, or the server drains
	Declined            // what has arrived, or has not in time, is not for this server; or it drains
)

// Serve serves c, whose owner it is meanwhile, until something ends that. It returns what has been read of c, and not served: it is the beginning
// of what c carries from now on; with Idle three bytes at most. A connection that lives on has no deadline.
//
// Where c has a method WritesTo() net.Conn, what of an answer leaves in several parts is written to what that returns: the connection below c, which
// must change nothing of what is written. A *net.TCPConn sends them by one system call.
func (s *Server) Serve(c net.Conn) (unread []byte, why End) {
	conn := newConnection(s, c)
	s.enter(conn)
	defer s.leave(conn)
	buffer := s.buffers.Get().(*[MaxRequest]byte)
	defer s.buffers.Put(buffer)
	defer func() {
		if v := recover(); v != nil {
			if v != http.ErrAbortHandler { //nolint:errorlint // net/http compares it so too
				stack := make([]byte, 64<<10)
				s.Logf("http: panic serving %v: %v\n%s", conn.remote, v, stack[:runtime.Stack(stack, false)])
			}
			unread, why = nil, Closed
		}
	}()
	if why = conn.serve(buffer[:]); why != Closed {
		_ = c.SetDeadline(time.Time{})
	}
	if why == Declined {
		s.declined.Add(1)
	}
	if why != Closed {
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
}

// Drain has every connection leave: one that is idle at once, others when their answer is sent. It does not wait for them.
func (s *Server) Drain() {
	if s == nil {
		return
	}
	s.drained.Store(true)
	for _, c := range s.all() {
		c.hurry()
	}
}

// Close closes every connection. It waits for none of their handlers.
func (s *Server) Close() {
	if s == nil {
		return
	}
	s.Drain()
	for _, c := range s.all() {
		_ = c.Conn.Close() // whoever serves it finds that out
	}
}

// all are the connections that are being served.
func (s *Server) all() []*connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.open))
}

// Status is what operators are shown of a server.
type Status struct {
	Open     int    `json:"open"`     // connections that are being served
	Requests uint64 `json:"requests"` // that were served
	Declined uint64 `json:"declined"` // connections that net/http was left, also since their clients sent nothing in time
}

// Status returns how the server is doing.
func (s *Server) Status() Status {
	return Status{len(s.all()), s.served.Load(), s.declined.Load()}
}
