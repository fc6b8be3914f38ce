package process

import (
	"context"
	"net"
	"net/http"
	"time"

	"weft/graph/lane"
)

// Lane is what serves requests of one path without net/http, where connections are not over TLS: see package lane. The zero Lane is none.
type Lane struct {
	// Path is that of the requests. "" means that net/http serves all of them.
	Path string

	// MaxBody is how long their bodies may be, in bytes; longer ones are net/http's. 0 means as long as the lane allows.
	MaxBody int64
}

// server returns what serves a server's connections first: nil for none.
func (l Lane) server(srv *http.Server, h http.Handler, base context.Context) *lane.Server {
	if l.Path == "" {
		return nil
	}
	return lane.New(lane.Options{
		Handler: h, Path: l.Path, MaxBody: l.MaxBody, Context: base, Patience: settled, WriteTimeout: writeTimeout, Logf: srv.ErrorLog.Printf,
		Active: func(c net.Conn, asked bool) {
			if asked {
				c.(*connection).become(http.StateActive)
			} else {
				c.(*connection).become(http.StateIdle)
			}
		},
	})
}

// drive has the lane serve a connection, and does with it what becomes of it. From its call on, until the connection is parked, closed, or net/http's,
// the server is not quiet.
func (l *lot) drive(c *connection) {
	l.all.enterLane()
	go func() {
		defer l.all.leaveLane()
		ended := true // where a handler ends its goroutine, too
		defer func() {
			if ended {
				_ = c.Close()
			}
		}()
		unread, why := l.all.lane.Serve(c)
		c.first = append(unread, c.first...)
		switch why {
		case lane.Idle:
			_ = c.SetReadDeadline(time.Now().Add(idleTimeout))
			ended = !l.parkIdle(c)
		case lane.Declined:
			ended = false
			c.fast = false
			l.giveBack(c)
		case lane.Closed:
		}
	}()
}

// parkIdle parks a connection that the lane has had, unless the lot is closing, or it has lost its place.
func (l *lot) parkIdle(c *connection) bool {
	l.of.mu.Lock()
	defer l.of.mu.Unlock()
	if _, ok := l.of.open[c]; !ok || l.closing {
		return false
	}
	l.park(c)
	return true
}

// enterLane says that a connection is the lane's.
func (in *inbound) enterLane() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.driven++
}

// leaveLane says that it is no longer.
func (in *inbound) leaveLane() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.driven--
	in.left = time.Now()
}

// onLane reports whether any connection is the lane's.
func (in *inbound) onLane() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.driven > 0
}
