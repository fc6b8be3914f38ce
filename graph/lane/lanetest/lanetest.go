// Package lanetest lets tests of what is served over HTTP run through package lane, too.
package lanetest

import (
	"context"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"time"

	"weft/graph/lane"
)

// Variable is the environment variable with which servers have a lane in front of net/http: with any value but "".
const Variable = "TEST_LANE"

// On reports whether servers have one.
func On() bool { return os.Getenv(Variable) != "" }

// NewServer is httptest.NewServer, with a lane for /graphql where the environment says so.
func NewServer(h http.Handler) *httptest.Server {
	s := httptest.NewUnstartedServer(h)
	if On() {
		l := &listener{Listener: s.Listener, declined: make(chan net.Conn), closed: make(chan struct{})}
		l.lane = lane.New(lane.Options{
			Handler: h, Path: "/graphql", Context: context.Background(), Patience: time.Second, WriteTimeout: time.Minute, Logf: log.Printf,
		})
		go l.serve()
		s.Listener = l
	}
	s.Start()
	return s
}

// listener has the lane serve what it accepts, and returns the rest.
type listener struct {
	net.Listener
	lane     *lane.Server
	declined chan net.Conn
	closed   chan struct{}
	close    sync.Once
}

func (l *listener) serve() {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return
		}
		go l.drive(c)
	}
}

func (l *listener) drive(c net.Conn) {
	unread, why := l.lane.Serve(c)
	if why == lane.Closed {
		_ = c.Close()
		return
	}
	select {
	case l.declined <- &begun{c, unread}:
	case <-l.closed:
		_ = c.Close()
	}
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.declined:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *listener) Close() error {
	l.close.Do(func() { close(l.closed) })
	l.lane.Close()
	return l.Listener.Close()
}

// begun is a connection that something has been read from.
type begun struct {
	net.Conn
	unread []byte
}

func (b *begun) Read(p []byte) (int, error) {
	if len(b.unread) == 0 {
		return b.Conn.Read(p)
	}
	n := copy(p, b.unread)
	b.unread = b.unread[n:]
	return n, nil
}
