package process_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
	"weft/graph/process"
)

// drainable is a server in memory and in fake time, that serves until end is called.
type drainable struct {
	*pipes

	end   context.CancelFunc
	ended chan error
}

// drainingIn runs test inside a synctest bubble with a server that answers operations with exec.
func drainingIn(t *testing.T, exec func(context.Context) *graphql.Response, test func(t *testing.T, s drainable)) {
	t.Helper()
	drainingBy(t, process.ServeOptions{}, exec, test)
}

// drainingBy is drainingIn with options.
func drainingBy(t *testing.T, o process.ServeOptions, exec func(context.Context) *graphql.Response, test func(t *testing.T, s drainable)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := drainable{newPipes(), cancel, make(chan error, 1)}
		h := handler(exec)
		go func() { s.ended <- serve(ctx, s, h, o) }()
		synctest.Wait()
		test(t, s)
		cancel()
		if err := <-s.ended; err != nil {
			t.Errorf("got %v, want nil", err)
		}
	})
}

// head is what stands before a body of length bytes.
func head(length int) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", edge.Endpoint, length)
}

func send(t *testing.T, to io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(to, text); err != nil {
		t.Fatal(err)
	}
}

// answered returns the status and body of the answer on a connection, and when it has come.
func answered(t *testing.T, from net.Conn) (status int, body string, at time.Time) {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(from), nil)
	if err != nil {
		t.Error(err)
		return 0, "", time.Now()
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	return res.StatusCode, string(text), time.Now()
}

const tooSlow = `{"errors":[{"message":"the body stopped arriving, or took too long: send it again","extensions":{"code":"BAD_REQUEST"}}]}`

// A body that stops, that comes more slowly than 1 KiB a second, or that takes longer than 15 s as a whole, is a 408.
func TestSlowBodies(t *testing.T) {
	tests := []struct {
		name         string
		first, every string        // what is sent at once, and after each pause
		pause, want  time.Duration // until there is an answer
	}{
		{"Stops", hello[:1], "", 0, 5 * time.Second},
		{"StopsLater", strings.Repeat(" ", 10<<10), "", 0, 5 * time.Second},
		{"NeverBegins", "", "", 0, 5 * time.Second},
		{"Trickles", hello[:1], " ", 4 * time.Second, 5*time.Second + 2*time.Second/1024},
		{"TooLong", hello[:1], strings.Repeat(" ", 5<<10), 4 * time.Second, 15 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			drainingIn(t, greet, func(t *testing.T, s drainable) {
				var sending sync.WaitGroup
				defer sending.Wait()
				conn := s.dial()
				defer conn.Close()
				send(t, conn, head(1<<20)+tt.first)
				start := time.Now()
				sending.Go(func() {
					for err := error(nil); tt.every != "" && err == nil; {
						time.Sleep(tt.pause)
						_, err = io.WriteString(conn, tt.every)
					}
				})
				status, body, at := answered(t, conn)
				if took := at.Sub(start); status != 408 || body != tooSlow || took != tt.want {
					t.Errorf("got %d %s after %s, want 408 after %s", status, body, took, tt.want)
				}
			})
		})
	}
}

// What has not been sent when the server ends has a second; a body whose pieces come sooner than that has two.
func TestDrainWaitsForNoClient(t *testing.T) {
	tests := []struct {
		name, sent string
		status     int // 0: there is no answer
	}{
		{"Nothing", "", 0},
		{"HalfOfTheHeaders", head(len(hello))[:20], 0},
		{"NoBody", head(len(hello)), 408},
		{"HalfOfTheBody", head(len(hello)) + hello[:10], 408},
		{"HalfOfABodyThatIsNotRead", "GET /readyz HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1", 503},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			drainingIn(t, greet, func(t *testing.T, s drainable) {
				conn := s.dial()
				defer conn.Close()
				send(t, conn, tt.sent)
				synctest.Wait()
				start := time.Now()
				s.end()
				if tt.status != 0 && tt.status != 503 {
					if status, _, _ := answered(t, conn); status != tt.status {
						t.Errorf("got %d, want %d", status, tt.status)
					}
				}
				go func() { _, _ = io.Copy(io.Discard, conn) }()
				err := <-s.ended
				if took := time.Since(start); err != nil || took < time.Second || took > 1600*time.Millisecond {
					t.Errorf("got %v after %s, want nil after a second, and what net/http needs to see it", err, took)
				}
				s.ended <- nil
			})
		})
	}
}

// A body that trickles when the server ends has two seconds.
func TestDrainEndsBodiesThatTrickle(t *testing.T) {
	drainingIn(t, greet, func(t *testing.T, s drainable) {
		conn := s.dial()
		defer conn.Close()
		send(t, conn, head(len(hello))+hello[:1])
		synctest.Wait()
		start := time.Now()
		s.end()
		var sending sync.WaitGroup
		defer sending.Wait()
		sending.Go(func() {
			for err := error(nil); err == nil; {
				time.Sleep(900 * time.Millisecond)
				_, err = io.WriteString(conn, " ")
			}
		})
		if status, body, at := answered(t, conn); status != 408 || body != tooSlow || at.Sub(start) != 2*time.Second {
			t.Errorf("got %d %s after %s, want 408 after 2s", status, body, at.Sub(start))
		}
	})
}

// A body that goes on arriving is read to its end, and its operation then has the time that it needs.
func TestDrainReadsBodiesThatArrive(t *testing.T) {
	slow := func(ctx context.Context) *graphql.Response {
		select {
		case <-time.After(5 * time.Second):
			return greet(ctx)
		case <-ctx.Done():
			return nil
		}
	}
	for name, early := range map[string]int{"SentBefore": len(hello), "SentAfter": 1} {
		t.Run(name, func(t *testing.T) {
			drainingIn(t, slow, func(t *testing.T, s drainable) {
				conn := s.dial()
				defer conn.Close()
				send(t, conn, head(len(hello))+hello[:early])
				synctest.Wait()
				s.end()
				synctest.Wait()
				for _, c := range hello[early:] {
					time.Sleep(1900 * time.Millisecond / time.Duration(len(hello)))
					send(t, conn, string(c))
				}
				if status, body, _ := answered(t, conn); status != 200 || body != helloData {
					t.Errorf("got %d %s", status, body)
				}
			})
		})
	}
}
