package process_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/process"
)

// idleFor waits on the bubble's clock, and returns how many connections are parked then.
func idleFor(d time.Duration, connections *process.Connections) int {
	time.Sleep(d)
	synctest.Wait()
	return connections.Status().Parked
}

// Connections on which nothing is asked for hold nothing but their sockets, and are served as others are when something is.
func TestParking(t *testing.T) {
	connected(t, 0, greet, func(t *testing.T, s drainable, connections *process.Connections) {
		c := s.dial()
		defer c.Close()
		for range 3 {
			for _, path := range []string{"/graphql?query={greeting}", "/healthz"} {
				if res := get(t, c, path); res.StatusCode != 200 || res.Close {
					t.Errorf("%s: got %d, close %t", path, res.StatusCode, res.Close)
				}
			}
			if got := idleFor(900*time.Millisecond, connections); got != 0 {
				t.Errorf("%d are parked at once", got)
			}
			if got := idleFor(time.Second, connections); got != 1 {
				t.Errorf("%d are parked, want 1", got)
			}
		}
		send(t, c, head(len(hello))[:1]) // comes back with a byte, and waits for the others as a new connection does
		if got := idleFor(2*time.Second, connections); got != 0 {
			t.Errorf("%d are parked in the midst of a request", got)
		}
		send(t, c, head(len(hello))[1:]+hello)
		if status, body, _ := answered(t, c); status != 200 || body != helloData {
			t.Errorf("got %d %s", status, body)
		}
		if got := connections.Status(); got.Open != 1 || got.Displaced+got.Waited != 0 {
			t.Errorf("got %+v", got)
		}
	})
}

// What a client has sent of its next request, behind the last, stays, wherever it stopped, and whichever protocols are spoken.
func TestParkingLosesNothing(t *testing.T) {
	const two = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
	for n := range 2 * len(two) {
		at, connections := n/2, process.NewConnections(0)
		drainingBy(t, process.ServeOptions{Connections: connections, H2C: n%2 > 0}, greet, func(t *testing.T, s drainable) {
			c := s.dial()
			defer c.Close()
			from := bufio.NewReader(c)
			read := func() {
				res, err := http.ReadResponse(from, nil)
				if err != nil {
					t.Fatalf("cut at %d: %v", at, err)
				}
				_, err = io.Copy(io.Discard, res.Body)
				if err != nil || res.StatusCode != 200 {
					t.Errorf("cut at %d: got %d, %v", at, res.StatusCode, err)
				}
			}
			send(t, c, two+two[:at])
			read()
			if got := idleFor(3*time.Second, connections); got != 0 && at > 0 {
				t.Fatalf("cut at %d: parked in the midst of a request", at)
			}
			send(t, c, two[at:])
			read()
		})
	}
}

// A body larger than net/http's buffer does not keep its connection from being parked, and an empty line behind it is nothing.
func TestParkingAfterLargeBodies(t *testing.T) {
	connected(t, 0, greet, func(t *testing.T, s drainable, connections *process.Connections) {
		c := s.dial()
		defer c.Close()
		body := hello + strings.Repeat(" ", 20<<10)
		for range 2 {
			go func() { _, _ = io.WriteString(c, head(len(body))+body+"\r\n") }()
			if status, text, _ := answered(t, c); status != 200 || text != helloData {
				t.Errorf("got %d %s", status, text)
			}
			idleFor(2*time.Second, connections)
			send(t, c, "\r\n")
			if res := get(t, c, "/healthz"); res.StatusCode != 200 {
				t.Errorf("got %d", res.StatusCode)
			}
			if got := idleFor(2*time.Second, connections); got != 1 {
				t.Errorf("%d are parked, want 1", got)
			}
		}
	})
}

// A parked connection is closed when it has been idle for as long as any may be, when its client leaves, and for another that needs its place.
func TestParkingEnds(t *testing.T) {
	connected(t, 2, greet, func(t *testing.T, s drainable, connections *process.Connections) {
		first, second, third := s.dial(), s.dial(), net.Conn(nil)
		for _, c := range []net.Conn{first, second} {
			get(t, c, "/healthz")
		}
		idleFor(2*time.Second, connections)
		third = s.dial()
		get(t, third, "/healthz")
		if got, want := apart(connections.Status()), (process.ConnectionStatus{Max: 2, Open: 2, Parked: 1, Displaced: 1}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		left := second
		if ended(t, second) {
			left = first
		}
		if err := left.Close(); err != nil {
			t.Error(err)
		}
		if idleFor(2*time.Second, connections) != 1 || connections.Status().Open != 1 {
			t.Errorf("got %+v", connections.Status())
		}
		if idleFor(72*time.Second, connections) != 1 || ended(t, third) {
			t.Error("closed before its time")
		}
		if idleFor(time.Second, connections) != 0 || !ended(t, third) || connections.Status().Open != 0 {
			t.Errorf("got %+v", connections.Status())
		}
	})
}

// A server that ends serves who asks in time, and closes what is parked.
func TestParkingDrains(t *testing.T) {
	drainingBy(t, process.ServeOptions{LameDuck: 10 * time.Second}, greet, func(t *testing.T, s drainable) {
		asks, rests := s.dial(), s.dial()
		for _, c := range []net.Conn{asks, rests} {
			get(t, c, "/healthz")
		}
		time.Sleep(3 * time.Second)
		s.end()
		time.Sleep(9 * time.Second)
		if res := get(t, asks, "/graphql?query={greeting}"); res.StatusCode != 200 || !res.Close {
			t.Errorf("got %d, close %t", res.StatusCode, res.Close)
		}
		if ended(t, rests) {
			t.Error("closed before the end")
		}
		time.Sleep(1500 * time.Millisecond)
		if !ended(t, rests) {
			t.Error("parked for longer than the server runs")
		}
	})
}

// Who comes back in the end with a part of a request, and no more, holds nothing up for longer than others do.
func TestParkingDoesNotHoldTheEndUp(t *testing.T) {
	slow := func(ctx context.Context) *graphql.Response {
		time.Sleep(2 * time.Second)
		return greet(ctx)
	}
	for _, text := range []string{"G", "GET / HTTP/1.1\r\n"} {
		connected(t, 0, slow, func(t *testing.T, s drainable, connections *process.Connections) {
			c, busy := s.dial(), s.dial()
			defer c.Close()
			get(t, c, "/healthz")
			if got := idleFor(2*time.Second, connections); got != 1 {
				t.Errorf("%d are parked, want 1", got)
			}
			send(t, busy, head(len(hello))+hello)
			synctest.Wait()
			start := time.Now()
			s.end()
			time.Sleep(500 * time.Millisecond)
			send(t, c, text)
			go func() { _, _ = io.Copy(io.Discard, c) }()
			if status, _, _ := answered(t, busy); status != 200 {
				t.Errorf("got %d", status)
			}
			err := <-s.ended
			if took := time.Since(start); err != nil || took > 3100*time.Millisecond {
				t.Errorf("%q: ended after %s, %v", text, took, err)
			}
			s.ended <- nil // for the end of the test
		})
	}
}

// The end of a server leaves alone what is parked at another one, for which it shares its places.
func TestParkingOfTwoServers(t *testing.T) {
	connected(t, 0, greet, func(t *testing.T, s drainable, connections *process.Connections) {
		c := s.dial()
		defer c.Close()
		get(t, c, "/healthz")
		idleFor(2*time.Second, connections)
		ctx, cancel := context.WithCancel(t.Context())
		other, ended := newPipes(), make(chan error, 1)
		go func() {
			ended <- serve(ctx, other, handler(greet), process.ServeOptions{Connections: connections})
		}()
		synctest.Wait()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if res := get(t, c, "/healthz"); res.StatusCode != 200 {
			t.Errorf("got %d", res.StatusCode)
		}
	})
}

// A connection of many requests at once is never parked: both sides know what was said on it.
func TestParkingLeavesHTTP2(t *testing.T) {
	speakHTTP2(t, greet, func(t *testing.T, _ drainable, c *multiplexed) {
		for range 3 {
			if status, text, err := c.post(strings.NewReader(hello)); err != nil || status != 200 || text != helloData {
				t.Errorf("got %d %s, %v", status, text, err)
			}
			time.Sleep(20 * time.Second)
		}
		if n := c.dials.Load(); n != 1 {
			t.Errorf("%d connections, want 1", n)
		}
	})
}

// A client that leaves while it is answered is noticed on a connection that has come back, too.
func TestParkingNoticesWhoLeaves(t *testing.T) {
	left := make(chan struct{})
	slow := func(ctx context.Context) *graphql.Response {
		select {
		case <-ctx.Done():
			close(left)
		case <-time.After(time.Minute):
		}
		return greet(ctx)
	}
	connected(t, 0, slow, func(t *testing.T, s drainable, connections *process.Connections) {
		c := s.dial()
		get(t, c, "/healthz")
		idleFor(2*time.Second, connections)
		send(t, c, head(len(hello))+hello)
		synctest.Wait()
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		<-left
	})
}
