package process_test

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/process"
)

const asked = "GET /graphql?query={greeting} HTTP/1.1\r\nHost: x\r\nApollo-Require-Preflight: true\r\n\r\n"

// ended reports whether the server has closed a connection of which nothing else is to be read.
func ended(t *testing.T, c net.Conn) bool {
	t.Helper()
	err := c.SetReadDeadline(time.Now())
	if err != nil && !errors.Is(err, io.ErrClosedPipe) {
		t.Fatal(err)
	}
	return err != nil
}

// connected is drainingIn with so many connections at most.
func connected(
	t *testing.T, most int, exec func(context.Context) *graphql.Response, test func(*testing.T, drainable, *process.Connections),
) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s, connections := drainable{newPipes(), cancel, make(chan error, 1)}, process.NewConnections(most)
		h := handler(exec)
		go func() { s.ended <- serve(ctx, s, h, process.ServeOptions{Connections: connections}) }()
		test(t, s, connections)
		cancel()
		if err := <-s.ended; err != nil {
			t.Errorf("got %v, want nil", err)
		}
	})
}

// TestConnections: one more than there may be takes the place of the one that has been idle for longest.
func TestConnections(t *testing.T) {
	connected(t, 3, greet, func(t *testing.T, s drainable, connections *process.Connections) {
		var open []net.Conn
		for range 4 {
			c := s.dial()
			defer c.Close()
			if res := get(t, c, "/graphql?query={greeting}"); res.StatusCode != 200 {
				t.Errorf("got %d", res.StatusCode)
			}
			open = append(open, c)
			time.Sleep(2 * time.Second)
			if len(open) == 3 { // the first is not the idlest any more
				get(t, open[0], "/healthz")
			}
		}
		for i, c := range open {
			if got, want := ended(t, c), i == 1; got != want {
				t.Errorf("connection %d is closed: %t, want %t", i, got, want)
			}
		}
		if got, want := apart(connections.Status()), (process.ConnectionStatus{Max: 3, Open: 3, Parked: 3, Displaced: 1}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

// TestConnectionsWait: while all that may be open are in use, or were a moment ago, a new one waits, and none is closed for it.
func TestConnectionsWait(t *testing.T) {
	slow := func(ctx context.Context) *graphql.Response {
		time.Sleep(3 * time.Second) // the bubble's clock
		return greet(ctx)
	}
	connected(t, 1, slow, func(t *testing.T, s drainable, connections *process.Connections) {
		first, second := s.dial(), s.dial()
		defer first.Close()
		defer second.Close()
		start := time.Now()
		send(t, first, asked)
		go func() { _, _ = io.WriteString(second, asked) }() // nobody reads it yet
		if status, _, at := answered(t, first); status != 200 || at.Sub(start) != 3*time.Second {
			t.Errorf("the first: got %d after %s, want 200 after 3s", status, at.Sub(start))
		}
		status, _, at := answered(t, second)
		if took := at.Sub(start); status != 200 || took < 7*time.Second || took > 7200*time.Millisecond+late() {
			t.Errorf("the second: got %d after %s, want 200 after 3s, another until the first was idle for long enough, and 3s", status, took)
		}
		if !ended(t, first) {
			t.Error("both are open")
		}
		if got, want := apart(connections.Status()), (process.ConnectionStatus{Max: 1, Open: 1, Displaced: 1, Waited: 1}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

// TestConnectionsEnd: who waits for a place when the server ends is served, and holds nothing up.
func TestConnectionsEnd(t *testing.T) {
	connected(t, 1, greet, func(t *testing.T, s drainable, _ *process.Connections) {
		first, second := s.dial(), s.dial()
		defer first.Close()
		defer second.Close()
		synctest.Wait()
		s.end()
		if res := get(t, second, "/healthz"); res.StatusCode != 200 || !res.Close {
			t.Errorf("got %d, close %t, want 200 and the connection's end", res.StatusCode, res.Close)
		}
	})
}
