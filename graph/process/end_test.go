package process_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"weft/graph/process"
)

// TestEndUnderLoad: a server that ends loses no request of clients that do not look at /readyz. Each of them sends one request after another, on
// connections that it keeps, pauses now and then, and knows the end only by a connection that is refused.
func TestEndUnderLoad(t *testing.T) {
	for _, lameDuck := range []time.Duration{0, 300 * time.Millisecond} {
		for i := range 3 {
			t.Run(fmt.Sprint(lameDuck, i), func(t *testing.T) {
				t.Parallel()
				endUnderLoad(t, lameDuck)
			})
		}
	}
}

func endUnderLoad(t *testing.T, lameDuck time.Duration) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	ready, ended := make(chan string, 1), make(chan error, 1)
	o := process.ServeOptions{LameDuck: lameDuck, Ready: func(a net.Addr) { ready <- a.String() }}
	go func() { ended <- listenAndServe(ctx, "127.0.0.1:0", handler(greet), o) }()
	addr := <-ready
	const each = 16
	var clients sync.WaitGroup
	warm := make(chan struct{}, each)
	for range each {
		clients.Go(func() {
			if err := untilRefused(addr, warm); err != nil {
				t.Error(err)
			}
		})
	}
	for range each { // each has been answered ten times
		<-warm
	}
	end()
	clients.Wait()
	if err := <-ended; err != nil {
		t.Errorf("got %v, want nil", err)
	}
}

// untilRefused sends requests until a connection is refused, and says when ten were answered. It returns an error when one that was sent got no answer.
func untilRefused(addr string, warm chan<- struct{}) error {
	for answered := 0; ; {
		conn, err := net.Dial("tcp", addr)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return nil
		}
		if err != nil {
			return err
		}
		n, err := untilClosed(conn, func() {
			if answered++; answered == 10 {
				warm <- struct{}{}
			}
		})
		if err != nil {
			return fmt.Errorf("request %d of a connection: %w", n, err)
		}
	}
}

// untilClosed sends requests until an answer says that the connection ends, and returns how many.
func untilClosed(conn net.Conn, answered func()) (n int, err error) {
	defer conn.Close()
	for in := bufio.NewReader(conn); ; {
		n++
		if _, err := io.WriteString(conn, head(len(hello))+hello); err != nil {
			return n, err
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			return n, err
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			return n, err
		}
		answered()
		if res.Close {
			return n, nil
		}
		if rand.IntN(4) == 0 {
			time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond) // a client's pause, in which its connection is idle
		}
	}
}
