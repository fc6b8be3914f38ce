package process

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// How long a listener looks for connections that the system has accepted for it, once it is to stop: for as long as they follow each other by
// less than lastWait, and for lastWaits at most, where the system cannot be told to accept none.
const (
	lastWait  = 10 * time.Millisecond
	lastWaits = 10 * lastWait
)

// listener is a server's listener, which can stop before the server ends. A connection that the system has accepted is served, and not reset.
type listener struct {
	net.Listener

	shut     func() error  // closes Listener, once
	stopping chan struct{} // closed by stop
	until    time.Time     // accepted while it stops; set before stopping is closed
	stopped  chan struct{} // closed by Accept, which accepts no more
	end      func()        // closes ended, once
	ended    chan struct{} // closed by Close
}

func newListener(l net.Listener) *listener {
	ended := make(chan struct{})
	return &listener{
		Listener: l, shut: sync.OnceValue(l.Close),
		stopping: make(chan struct{}), stopped: make(chan struct{}),
		end: sync.OnceFunc(func() { close(ended) }), ended: ended,
	}
}

// stop returns when nothing more is accepted; Accept then waits for Close. It must be called once at most, while Accept is being called again
// and again.
func (l *listener) stop() {
	l.until = time.Now().Add(lastWaits)
	close(l.stopping)
	if tcp, ok := l.Listener.(*net.TCPListener); ok {
		refuse(tcp)
		_ = tcp.SetDeadline(time.Now()) // it fails on a closed listener only, on which Accept does not wait
	} else {
		_ = l.shut()
	}
	select {
	case <-l.stopped:
	case <-l.ended:
	}
}

// Accept returns the next connection, net.ErrClosed after Close.
func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	select {
	case <-l.stopping:
	default:
		return c, err
	}
	if tcp, ok := l.Listener.(*net.TCPListener); ok && errors.Is(err, os.ErrDeadlineExceeded) && time.Now().Before(l.until) {
		_ = tcp.SetDeadline(time.Now().Add(lastWait))
		c, err = tcp.Accept()
	}
	if err == nil {
		return c, nil
	}
	_ = l.shut()
	close(l.stopped)
	<-l.ended
	return nil, net.ErrClosed
}

// Close ends Accept.
func (l *listener) Close() error {
	l.end()
	return l.shut()
}
