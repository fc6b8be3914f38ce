package process

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"weft/graph/lane"
)

// How long a client that has to send something may send nothing. net/http bounds headers, and a body as a whole (serve.go).
const (
	maxPause      = 5 * time.Second // between two pieces of a body
	maxPauseAtEnd = time.Second     // the same, and in headers, and between requests, once nothing new is accepted
	maxBodyAtEnd  = 2 * time.Second // for the whole of a body, from then on

	// After the time that a pause may take, a body has to arrive at this rate, in bytes a second: who sends a byte now and then has as long as
	// who sends nothing.
	minRate = 1 << 10

	settleEvery = 10 * time.Millisecond // between two looks whether all clients are quiet
)

// senderKey is the context key of a connection's *sender.
type senderKey struct{}

// inbound are a server's connections. What their clients still have to send must not hold up the server's end, and none of them may be closed while
// a request is on its way.
type inbound struct {
	lane    *lane.Server // nil: net/http serves all
	hurried atomic.Bool  // nothing new is accepted any more

	mu      sync.Mutex // guards what follows
	senders map[any]*sender
	driven  int       // connections that are the lane's
	left    time.Time // when the last of these was no longer; zero: there was none
}

// sender is the client of one connection; under HTTP/2, whose connections carry many requests at once, that of one request.
type sender struct {
	setDeadline func(time.Time) error // for reading
	of          *inbound
	conn        *connection // nil: it has no place

	mu    sync.Mutex // guards what follows, and the deadline for reading, as far as it is ours
	sent  bool       // all of the request that is being answered: net/http now waits, without a deadline, for the client to leave
	until time.Time  // when all of the request's body has to be here
	begun time.Time  // when its headers were
	got   int64      // bytes of it

	active bool      // requests of the connection are being answered
	since  time.Time // when that became so, or ended
}

// watch makes a server report its connections and requests to the inbound that it returns.
func watch(s *http.Server) *inbound {
	in := &inbound{senders: map[any]*sender{}}
	s.Handler = in.handler(s.Handler)
	s.ConnContext = in.add
	s.ConnState = func(c net.Conn, state http.ConnState) {
		switch state {
		case http.StateClosed, http.StateHijacked:
			in.remove(c)
		case http.StateActive, http.StateIdle:
			in.of(c).turn(state == http.StateActive)
		case http.StateNew: // as it is when it is added
		}
	}
	return in
}

func (in *inbound) add(ctx context.Context, c net.Conn) context.Context {
	s := in.sender(c, c.SetReadDeadline)
	s.conn, _ = c.(*connection)
	return context.WithValue(ctx, senderKey{}, s)
}

// sender returns a new sender, known by what.
func (in *inbound) sender(what any, setDeadline func(time.Time) error) *sender {
	s := &sender{setDeadline: setDeadline, of: in, since: time.Now()}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.senders[what] = s
	return s
}

func (in *inbound) of(c net.Conn) *sender {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.senders[c]
}

func (in *inbound) remove(what any) {
	in.mu.Lock()
	defer in.mu.Unlock()
	delete(in.senders, what)
}

// settle hurries, and returns when no request is being answered and nobody has been answered, or has connected, for maxPauseAtEnd, or when ctx ends.
// Clients that are answered while a server drains are told that their connection ends. So what is open after that is hardly about to be used.
func (in *inbound) settle(ctx context.Context) {
	in.hurry()
	look := time.NewTicker(settleEvery)
	defer look.Stop()
	for !in.quiet() {
		select {
		case <-look.C:
		case <-ctx.Done():
			return
		}
	}
}

func (in *inbound) quiet() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.driven > 0 || time.Since(in.left) < maxPauseAtEnd {
		return false
	}
	for _, s := range in.senders {
		if !s.quiet() {
			return false
		}
	}
	return true
}

// hurry gives all clients that have something to send maxPauseAtEnd.
func (in *inbound) hurry() {
	in.hurried.Store(true)
	in.lane.Drain()
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, s := range in.senders {
		s.hurry()
	}
}

// handler tells a request's sender when the request begins and ends, and what arrives of its body.
func (in *inbound) handler(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := r.Context().Value(senderKey{}).(*sender)
		if r.ProtoMajor == 2 {
			s.begin(true) // and for good: requests may come at any time, and net/http closes a connection that is idle
			s = in.sender(r, http.NewResponseController(w).SetReadDeadline)
			defer in.remove(r)
		} else if s.conn != nil {
			s.conn.speaksHTTP1()
		}
		defer s.end()
		if r.Body == http.NoBody {
			s.begin(true)
			h.ServeHTTP(w, r)
			return
		}
		s.begin(false)
		// A copy, because net/http looks at its own request's body to know what is left of it.
		with := &struct {
			request http.Request
			body    arriving
		}{*r, arriving{r.Body, s}}
		with.request.Body = &with.body
		h.ServeHTTP(w, &with.request)
	})
}

// arriving is a body that tells its sender what arrives.
type arriving struct {
	io.ReadCloser

	from *sender
}

func (a *arriving) Read(p []byte) (int, error) {
	n, err := a.ReadCloser.Read(p)
	a.from.received(n, err)
	return n, err
}

// begin says that a request's headers are here, and whether that is all of it.
func (s *sender) begin(sent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = sent
	if !sent {
		s.begun, s.got = time.Now(), 0
		s.until = s.begun.Add(readTimeout)
		s.limit(maxPause)
	}
	if s.of.hurried.Load() {
		s.hurryLocked()
	}
}

// received says that n bytes of the body are here; with io.EOF the last ones.
func (s *sender) received(n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got += int64(n)
	switch hurried := s.of.hurried.Load(); {
	case err == io.EOF: //nolint:errorlint // a reader's end is never wrapped
		s.sent = true
		if hurried {
			s.limit(maxPauseAtEnd)
		}
	case err != nil:
	case hurried:
		s.limit(maxPauseAtEnd)
	default:
		s.limit(maxPause)
	}
}

// end says that the request's handler has returned. What is left of a body net/http reads, until the limit that there is.
func (s *sender) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent, s.until = false, time.Time{}
}

// turn says that the connection is now being used, or now idle.
func (s *sender) turn(active bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active, s.since = active, time.Now()
}

func (s *sender) quiet() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.active && time.Since(s.since) >= maxPauseAtEnd
}

func (s *sender) hurry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hurryLocked()
}

// hurryLocked is hurry, for who holds the lock.
func (s *sender) hurryLocked() {
	if end := time.Now().Add(maxBodyAtEnd); s.until.After(end) {
		s.until = end
	}
	s.limit(maxPauseAtEnd)
}

// limit lets reading fail after pause, unless there is nothing to wait for. It cannot fail but on a closed connection, or for a request that has ended.
func (s *sender) limit(pause time.Duration) {
	var at time.Time // never
	if !s.sent {
		at = time.Now().Add(pause)
		if !s.until.IsZero() {
			slowest := s.begun.Add(maxPause + time.Duration(s.got)*time.Second/minRate)
			at = slices.MinFunc([]time.Time{at, s.until, slowest}, time.Time.Compare)
		}
	}
	_ = s.setDeadline(at)
}
