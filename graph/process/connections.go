package process

import (
	"cmp"
	"crypto/tls"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"weft/graph/lane"
)

const (
	defaultConnections = 10_000

	// settled is how long a connection has been idle before it is closed to make place: its client is not just about to send something.
	settled = time.Second

	// look is how often who waits for a place looks whether a connection has become idle.
	look = 100 * time.Millisecond

	// batch is the part of all connections that is closed at once, so that not each new one has to look at all others.
	batch = 64
)

// Connections are those of clients, of which there are so many at most. A new one that comes when there are takes the place of those that
// have been idle for longest, and waits, unanswered, while none of them is idle.
type Connections struct {
	max int

	mu    sync.Mutex // guards what follows
	open  map[*connection]struct{}
	freed chan struct{} // has a value when one has gone
	lanes []*lane.Server
	counts
}

// counts are what has become of connections.
type counts struct{ displaced, waited uint64 }

// NewConnections returns connections of which there are max at most; 0 = 10,000.
func NewConnections(max int) *Connections {
	return &Connections{max: cmp.Or(max, defaultConnections), open: map[*connection]struct{}{}, freed: make(chan struct{}, 1)}
}

// ConnectionStatus is what operators are shown of clients' connections.
type ConnectionStatus struct {
	Max       int    `json:"max"`       // that may be open
	Open      int    `json:"open"`      // that are
	Parked    int    `json:"parked"`    // of these, those that hold nothing but their sockets, since they are idle
	Displaced uint64 `json:"displaced"` // idle ones that were closed to make place for others
	Waited    uint64 `json:"waited"`    // that had to wait for a place

	Lane lane.Status `json:"lane,omitzero"` // what is served without net/http; zero where nothing is
}

// Status returns how many there are.
func (c *Connections) Status() ConnectionStatus {
	s, lanes := c.status()
	for _, l := range lanes { // which take their own locks
		now := l.Status()
		s.Lane.Open += now.Open
		s.Lane.Requests += now.Requests
		s.Lane.Declined += now.Declined
	}
	return s
}

func (c *Connections) status() (ConnectionStatus, []*lane.Server) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := ConnectionStatus{Max: c.max, Open: len(c.open), Displaced: c.displaced, Waited: c.waited}
	for conn := range c.open {
		if conn.parking == parked {
			s.Parked++
		}
	}
	return s, slices.Clone(c.lanes)
}

// serve lets the connections of a server that is watched be those that come from the listener that it returns. Those that are idle are parked in lot;
// nil: they are not.
func (c *Connections) serve(l *listener, s *http.Server, lot *lot) net.Listener {
	if lot != nil && lot.all.lane != nil {
		c.mu.Lock()
		c.lanes = append(c.lanes, lot.all.lane)
		c.mu.Unlock()
	}
	watched := s.ConnState
	s.ConnState = func(conn net.Conn, state http.ConnState) {
		if of, ok := plain(conn).(*connection); ok {
			of.become(state)
		}
		watched(conn, state)
	}
	return placed{l, c, lot}
}

// plain is the connection below TLS.
func plain(c net.Conn) net.Conn {
	if over, ok := c.(*tls.Conn); ok {
		return over.NetConn()
	}
	return c
}

// placed is a listener whose connections have places.
type placed struct {
	*listener
	of  *Connections
	lot *lot
}

// Accept implements net.Listener. What the lane serves first is not among what it returns.
func (l placed) Accept() (net.Conn, error) {
	for {
		conn, err := l.listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &connection{Conn: conn, of: l.of, lot: l.lot}
		c.become(http.StateNew)
		l.of.place(c, l.stopping)
		if l.lot == nil || l.lot.all.lane == nil {
			return c, nil
		}
		c.fast = true
		l.lot.drive(c)
	}
}

// place gives a connection a place, when there is one, or when the listener is stopping: what has been accepted by then is served.
func (c *Connections) place(conn *connection, stopping <-chan struct{}) {
	if c.take(conn) {
		return
	}
	c.mu.Lock()
	c.waited++
	c.mu.Unlock()
	again := time.NewTicker(look)
	defer again.Stop()
	for !c.take(conn) {
		select {
		case <-c.freed:
		case <-again.C:
		case <-stopping:
			return
		}
	}
}

// take takes a place, if there is one, or an idle connection has one.
func (c *Connections) take(conn *connection) bool {
	displaced, ok := c.displace(conn)
	for _, other := range displaced {
		_ = other.Conn.Close() // its server finds that out, and closes it
	}
	return ok
}

// displace is take, but for the closing of those that have lost their places.
func (c *Connections) displace(conn *connection) (displaced []*connection, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= c.max {
		displaced = c.idlest()
		for _, other := range displaced {
			delete(c.open, other)
		}
		c.displaced += uint64(len(displaced))
	}
	if len(c.open) >= c.max {
		return displaced, false
	}
	c.open[conn] = struct{}{}
	return displaced, true
}

// idlest are those that have been idle for longest, a batch of them. mu is held.
func (c *Connections) idlest() []*connection {
	type idle struct {
		since int64
		conn  *connection
	}
	var all []idle
	before := time.Now().Add(-settled).UnixNano()
	for conn := range c.open {
		if since := conn.idle.Load(); since != 0 && since <= before {
			all = append(all, idle{since, conn})
		}
	}
	slices.SortFunc(all, func(a, b idle) int { return cmp.Compare(a.since, b.since) })
	var list []*connection
	for _, i := range all[:min(len(all), max(1, c.max/batch))] {
		list = append(list, i.conn)
	}
	return list
}

// leave gives a connection's place back, if it still has one.
func (c *Connections) leave(conn *connection) {
	c.mu.Lock()
	delete(c.open, conn)
	c.mu.Unlock()
	select {
	case c.freed <- struct{}{}:
	default:
	}
}

// connection is one that has a place.
type connection struct {
	net.Conn
	of   *Connections
	lot  *lot         // nil: it is never parked
	idle atomic.Int64 // since when, in Unix nanoseconds; 0: it is not

	parkable
}

// become notes whether nothing is asked for. A connection that is new is idle, too, and one that is parked stays it.
func (c *connection) become(state http.ConnState) {
	if state == http.StateClosed || state == http.StateNew && c.idle.Load() != 0 { // which the lane has had before
		return
	}
	since := int64(0)
	if state == http.StateIdle || state == http.StateNew {
		since = time.Now().UnixNano()
	}
	c.idle.Store(since)
	c.rests(state == http.StateIdle && c.lot != nil)
}

// WritesTo returns what answers of the lane are written to.
func (c *connection) WritesTo() net.Conn { return c.Conn }

// CloseWrite is what net/http calls where a client should read an answer before it sees the end.
func (c *connection) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close implements net.Conn. A connection that is to be parked lives on.
func (c *connection) Close() error {
	if c.lot != nil && c.lot.enter(c) {
		return nil
	}
	c.of.leave(c)
	return c.Conn.Close()
}
