package process_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
	"weft/graph/process"
)

// multiplexed is a client that speaks HTTP/2, and counts its connections.
type multiplexed struct {
	http.Client

	dials atomic.Int64
}

// speakHTTP2 runs test with a client of the server, in fake time.
func speakHTTP2(t *testing.T, exec func(context.Context) *graphql.Response, test func(t *testing.T, s drainable, c *multiplexed)) {
	t.Helper()
	drainingBy(t, process.ServeOptions{H2C: true}, exec, func(t *testing.T, s drainable) {
		c := new(multiplexed)
		tr := &http.Transport{Protocols: new(http.Protocols), DialContext: func(context.Context, string, string) (net.Conn, error) {
			c.dials.Add(1)
			return s.dial(), nil
		}}
		tr.Protocols.SetUnencryptedHTTP2(true)
		defer tr.CloseIdleConnections()
		c.Transport = tr
		test(t, s, c)
	})
}

func (c *multiplexed) post(body io.Reader) (status int, text string, err error) {
	resp, err := c.Post("http://x"+edge.Endpoint, "application/json", body)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(all), err
}

// A body that stops is a 408, and leaves the other requests of its connection alone.
func TestSlowBodyOfMany(t *testing.T) {
	speakHTTP2(t, greet, func(t *testing.T, _ drainable, c *multiplexed) {
		start := time.Now()
		slow, write := io.Pipe()
		defer write.Close()
		go func() { _, _ = io.WriteString(write, hello[:10]) }()
		ended := make(chan time.Duration)
		go func() {
			if status, body, err := c.post(slow); status != 408 || body != tooSlow || err != nil {
				t.Errorf("got %d %s, %v", status, body, err)
			}
			ended <- time.Since(start)
		}()
		for range 4 {
			synctest.Wait()
			if status, body, err := c.post(strings.NewReader(hello)); status != 200 || body != helloData || err != nil {
				t.Errorf("after %s: got %d %s, %v", time.Since(start), status, body, err)
			}
			time.Sleep(2 * time.Second)
		}
		if took := <-ended; took != 5*time.Second || c.dials.Load() != 1 {
			t.Errorf("it took %s, on %d connections", took, c.dials.Load())
		}
	})
}

// What is in flight when the server drains is answered, however long its connection has nothing to send.
func TestDrainOfMany(t *testing.T) {
	slow := func(ctx context.Context) *graphql.Response {
		select {
		case <-time.After(5 * time.Second):
			return greet(ctx)
		case <-ctx.Done():
			return nil
		}
	}
	speakHTTP2(t, slow, func(t *testing.T, s drainable, c *multiplexed) {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			if status, body, err := c.post(strings.NewReader(hello)); status != 200 || body != helloData || err != nil {
				t.Errorf("got %d %s, %v", status, body, err)
			}
		}()
		synctest.Wait()
		s.end()
		<-ended
	})
}

// Half a body has a second when the server drains.
func TestDrainOfHalfABodyOfMany(t *testing.T) {
	speakHTTP2(t, greet, func(t *testing.T, s drainable, c *multiplexed) {
		slow, write := io.Pipe()
		defer write.Close()
		go func() { _, _ = io.WriteString(write, hello[:10]) }()
		var start time.Time
		ended := make(chan time.Duration)
		go func() {
			if status, _, err := c.post(slow); status != 408 || err != nil {
				t.Errorf("got %d, %v", status, err)
			}
			ended <- time.Since(start)
		}()
		synctest.Wait()
		start = time.Now()
		s.end()
		if took := <-ended; took < time.Second || took > 1600*time.Millisecond {
			t.Errorf("it took %s", took)
		}
	})
}
