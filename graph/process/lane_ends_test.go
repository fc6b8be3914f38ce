package process_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weft/graph/edge"
	"weft/graph/process"
)

// likeNetHTTP tries that what a test finds is the same with the lane as without.
func likeNetHTTP(t *testing.T, h http.Handler, most int, test func(s drainable, connections *process.Connections) string) {
	t.Helper()
	var got [2]string
	for i, l := range []process.Lane{{}, {Path: edge.Endpoint}} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			s, connections := drainable{newPipes(), cancel, make(chan error, 1)}, process.NewConnections(most)
			o := process.ServeOptions{Lane: l, Connections: connections, Logger: slog.New(slog.DiscardHandler)}
			go func() { s.ended <- process.Serve(ctx, s, h, o) }()
			synctest.Wait()
			got[i] = test(s, connections)
			cancel()
			if err := <-s.ended; err != nil {
				t.Error(err)
			}
		})
	}
	if got[0] != got[1] || got[0] == "" {
		t.Errorf("net/http: %s, with the lane: %s", got[0], got[1])
	}
}

// heard is what a client hears next.
func heard(from *bufio.Reader) string {
	res, err := http.ReadResponse(from, nil)
	if err != nil {
		return err.Error()
	}
	body, err := io.ReadAll(res.Body)
	res.Header.Del("Date")
	return fmt.Sprintf("%d %q %q %v", res.StatusCode, res.Header, body, err)
}

// slowly is a connection whose goroutine is run late, as on a busy machine.
type slowly struct{ net.Conn }

func (s slowly) RemoteAddr() net.Addr {
	time.Sleep(100 * time.Millisecond)
	return s.Conn.RemoteAddr()
}

// No request is lost, nor a byte of one, that is sent while the server ends: on a connection that has just been accepted, that is idle, or is parked.
func TestLaneAtTheEnd(t *testing.T) {
	for name, idle := range map[string]time.Duration{"new": 0, "idle": 500 * time.Millisecond, "parked": 3 * time.Second} {
		for _, pause := range []time.Duration{0, 300 * time.Millisecond} {
			t.Run(fmt.Sprint(name, ", ", pause), func(t *testing.T) {
				likeNetHTTP(t, new(echo), 0, func(s drainable, _ *process.Connections) string {
					client, server := net.Pipe()
					defer client.Close()
					s.conns <- slowly{server}
					from := bufio.NewReader(client)
					first := "nothing"
					if idle > 0 {
						send(t, client, lanePost)
						first = heard(from)
						time.Sleep(idle)
					}
					other := s.dial() // is answered in the last second
					defer other.Close()
					send(t, other, lanePost)
					heard(bufio.NewReader(other))
					if pause == 0 {
						go func() { _, _ = io.WriteString(client, lanePost) }()
						synctest.Wait()
						s.end()
					} else {
						s.end()
						time.Sleep(pause)
						go func() { _, _ = io.WriteString(client, lanePost) }()
					}
					return first + ", then " + heard(from)
				})
			})
		}
	}
}

// Who sends nothing, or a byte now and then, loses its place to others.
func TestLanePlaces(t *testing.T) {
	for name, sent := range map[string]int{"nothing": 0, "a byte now and then": len(lanePost) - 1} {
		t.Run(name, func(t *testing.T) {
			likeNetHTTP(t, new(echo), 1, func(s drainable, _ *process.Connections) string {
				slow := s.dial()
				go func() {
					for i := range sent {
						if _, err := io.WriteString(slow, lanePost[i:i+1]); err != nil {
							return
						}
						time.Sleep(900 * time.Millisecond)
					}
				}()
				time.Sleep(50 * time.Millisecond)
				start := time.Now()
				c := s.dial()
				go func() { _, _ = io.WriteString(c, lanePost) }()
				got := heard(bufio.NewReader(c))
				took := time.Since(start)
				_ = slow.Close()
				_ = c.Close()
				time.Sleep(time.Minute)
				return fmt.Sprint(got, " after ", took)
			})
		})
	}
}

// A handler that ends its goroutine leaves nothing behind.
func TestLaneGoexit(t *testing.T) {
	h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = r.Context().Done()
		time.Sleep(time.Second)
		runtime.Goexit()
	})
	likeNetHTTP(t, h, 0, func(s drainable, connections *process.Connections) string {
		c := s.dial()
		defer c.Close()
		send(t, c, lanePost)
		return fmt.Sprint(heard(bufio.NewReader(c)), connections.Status().Open)
	})
}

// A handler that writes when its request has been answered writes nothing into the next answer, and one that changes its URL changes no other.
func TestLaneLate(t *testing.T) {
	var last http.ResponseWriter
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if last != nil {
			last.Header().Set("X-Secret", "of the first")
			if _, err := io.WriteString(last, "of the first"); err == nil {
				t.Error("it was written")
			}
		}
		last = w
		w.Header().Set("X-Path", r.URL.Path)
		w.Header().Set("Content-Length", "2")
		_, _ = io.WriteString(w, "ok")
		r.URL.Path = "/other"
	})
	likeNetHTTP(t, h, 0, func(s drainable, _ *process.Connections) string {
		last = nil
		c := s.dial()
		defer c.Close()
		from := bufio.NewReader(c)
		var all strings.Builder
		for range 2 {
			send(t, c, lanePost)
			all.WriteString(heard(from))
		}
		return all.String()
	})
}

// slowToClose is a connection whose end takes a while, as that of many does.
type slowToClose struct {
	net.Conn
	closing chan struct{}
}

func (s slowToClose) Close() error {
	select {
	case s.closing <- struct{}{}:
	default:
	}
	time.Sleep(time.Second)
	return s.Conn.Close()
}

// Operators may look at connections while these are closed.
func TestLaneStatusAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		connections, release := process.NewConnections(0), make(chan struct{})
		ctx, cancel := context.WithCancel(context.Background())
		s, h := drainable{newPipes(), cancel, make(chan error, 1)}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release })
		o := process.ServeOptions{Lane: process.Lane{Path: edge.Endpoint}, Connections: connections, Drain: 2 * time.Second, Logger: slog.New(slog.DiscardHandler)}
		go func() { s.ended <- process.Serve(ctx, s, h, o) }()
		closing := make(chan struct{}, 1)
		for range 3 {
			client, server := net.Pipe()
			defer client.Close()
			s.conns <- slowToClose{server, closing}
			send(t, client, lanePost)
		}
		synctest.Wait()
		cancel()
		<-closing
		if got := connections.Status(); got.Open == 0 || got.Lane.Open != 3 {
			t.Errorf("got %+v", got)
		}
		close(release)
		if err := <-s.ended; err == nil {
			t.Error("nothing was cut off")
		}
		time.Sleep(time.Minute) // until what has been closed is
	})
}
