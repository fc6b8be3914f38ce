package lane_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"weft/graph/lane"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ask = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"

// served is a connection that is served, in a bubble.
type served struct {
	net.Conn
	*lane.Server
	t      *testing.T
	from   *bufio.Reader
	why    chan lane.End
	unread []byte
	cut    context.CancelFunc // ends all contexts
	log    strings.Builder
}

func serve(t *testing.T, h http.HandlerFunc, test func(s *served)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		client, server := net.Pipe()
		s := &served{Conn: client, t: t, from: bufio.NewReader(client), why: make(chan lane.End, 1), cut: cancel}
		s.Server = lane.New(lane.Options{
			Handler: h, Path: "/graphql", Context: ctx, Patience: time.Second, WriteTimeout: time.Minute,
			Logf: func(format string, args ...any) { fmt.Fprintf(&s.log, format, args...) },
		})
		go func() {
			var why lane.End
			s.unread, why = s.Serve(server)
			_ = server.Close()
			s.why <- why
		}()
		test(s)
		_ = client.Close()
		synctest.Wait()
		if got := s.Status().Open; got != 0 {
			t.Errorf("%d are served", got)
		}
		cancel()
	})
}

func (s *served) send(text string) {
	s.t.Helper()
	if _, err := io.WriteString(s.Conn, text); err != nil {
		s.t.Fatal(err)
	}
}

// answer returns the next answer's body.
func (s *served) answer() string {
	s.t.Helper()
	res, err := http.ReadResponse(s.from, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(body)
}

// ends fails where the connection does not end so.
func (s *served) ends(want lane.End, unread string) {
	s.t.Helper()
	if why := <-s.why; why != want || string(s.unread) != unread {
		s.t.Errorf("got %d and %q, want %d and %q", why, s.unread, want, unread)
	}
}

// A request's context ends when its client leaves, with the server's, and when it is answered; what a client sends meanwhile is no end.
func TestContext(t *testing.T) {
	wait := func(ended chan error) http.HandlerFunc {
		return func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(time.Minute):
			}
			ended <- r.Context().Err()
		}
	}
	t.Run("ClientLeaves", func(t *testing.T) {
		serve(t, func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), time.Hour) // what joins it hears of it, too
			defer cancel()
			start := time.Now()
			<-ctx.Done()
			if took := time.Since(start); ctx.Err() != context.Canceled || took > 2*time.Second { //nolint:errorlint // as it is documented
				t.Errorf("got %v after %s", ctx.Err(), took)
			}
		}, func(s *served) {
			s.send(ask)
			time.Sleep(time.Second)
			_ = s.Conn.Close()
			s.ends(lane.Closed, "")
		})
	})
	t.Run("ServerEnds", func(t *testing.T) {
		ended := make(chan error, 1)
		serve(t, wait(ended), func(s *served) {
			s.send(ask)
			s.cut()
			if err := <-ended; err != context.Canceled { //nolint:errorlint // as it is documented
				t.Errorf("got %v", err)
			}
			s.answer()
		})
	})
	t.Run("NextRequest", func(t *testing.T) {
		ended := make(chan error, 2)
		serve(t, wait(ended), func(s *served) {
			s.send(ask)
			time.Sleep(time.Second)
			s.send(ask[:1])
			go func() { _, _ = io.WriteString(s.Conn, ask[1:]) }() // nobody reads it yet
			for range 2 {
				s.answer()
				if err := <-ended; err != nil {
					t.Errorf("got %v", err)
				}
			}
		})
	})
	t.Run("Answered", func(t *testing.T) {
		var early, late context.Context
		serve(t, func(_ http.ResponseWriter, r *http.Request) {
			if early == nil {
				early = r.Context()
				_ = early.Done()
				return
			}
			late = r.Context()
			if late.Err() != nil {
				t.Error(late.Err())
			}
		}, func(s *served) {
			for range 2 {
				s.send(ask)
				s.answer()
			}
			for _, ctx := range []context.Context{early, late} {
				<-ctx.Done()
				if ctx.Err() != context.Canceled { //nolint:errorlint // as it is documented
					t.Errorf("got %v", ctx.Err())
				}
			}
		})
	})
}

// A connection leaves for a reason, and with what has not been served of it.
func TestEnds(t *testing.T) {
	greet := func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(100 * time.Millisecond)
		if r.Method == http.MethodGet {
			panic("so it is")
		}
		_, _ = io.WriteString(w, "hello")
	}
	for name, test := range map[string]func(s *served){
		"NothingAtAll": func(s *served) { s.ends(lane.Declined, "") },
		"Leaves": func(s *served) {
			_ = s.Conn.Close()
			s.ends(lane.Closed, "")
		},
		"Idle": func(s *served) {
			s.send(ask)
			s.answer()
			s.ends(lane.Idle, "")
		},
		"Odd": func(s *served) {
			s.send(ask + "GET /healthz HTTP/1.1\r\n")
			s.answer()
			s.ends(lane.Declined, "GET /healthz HTTP/1.1\r\n")
		},
		"Half": func(s *served) {
			s.send(ask[:20])
			s.ends(lane.Declined, ask[:20])
		},
		"HalfABody": func(s *served) {
			s.send(ask)
			s.answer()
			s.send(ask[:len(ask)-1])
			s.ends(lane.Declined, ask[:len(ask)-1])
		},
		"ByteByByte": func(s *served) {
			for i := range 17 {
				s.send(ask[i : i+1])
			}
			s.ends(lane.Declined, ask[:17])
		},
		"Panics": func(s *served) {
			s.send("GET /graphql HTTP/1.1\r\nHost: x\r\n\r\n")
			s.ends(lane.Closed, "")
			if got := s.log.String(); !strings.HasPrefix(got, "http: panic serving pipe: so it is\n") {
				s.t.Errorf("the log has %q", got)
			}
		},
		"DrainsIdle": func(s *served) {
			s.send(ask)
			s.answer()
			s.Drain()
			start := time.Now()
			s.ends(lane.Idle, "")
			if took := time.Since(start); took > 0 {
				s.t.Errorf("it took %s", took)
			}
		},
		"DrainsBusy": func(s *served) {
			s.send(ask)
			synctest.Wait()
			s.Drain()
			s.answer()
			s.ends(lane.Idle, "")
		},
		"DrainsAsked": func(s *served) {
			s.Drain()
			s.ends(lane.Declined, "")
		},
		"Closes": func(s *served) {
			s.send(ask)
			s.answer()
			s.Server.Close()
			s.ends(lane.Idle, "")
		},
	} {
		t.Run(name, func(t *testing.T) { serve(t, greet, test) })
	}
}

// A client that does not read what it is sent is left.
func TestWriteTimeout(t *testing.T) {
	serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 1<<20)) }, func(s *served) {
		s.send(ask)
		start := time.Now()
		s.ends(lane.Closed, "")
		if took := time.Since(start); took < time.Minute || took > time.Minute+time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// replay is a connection that carries one request again and again.
type replay struct {
	net.Conn
	text string
	left int
}

func (r *replay) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
func (r *replay) LocalAddr() net.Addr              { return r.RemoteAddr() }
func (r *replay) SetReadDeadline(time.Time) error  { return nil }
func (r *replay) SetWriteDeadline(time.Time) error { return nil }
func (r *replay) SetDeadline(time.Time) error      { return nil }
func (r *replay) Close() error                     { return nil }
func (r *replay) Write(p []byte) (int, error)      { return len(p), nil }

func (r *replay) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	r.left--
	return copy(p, r.text), nil
}

// answers is a handler that does as little as can be.
var answers = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h["Content-Type"], h["Content-Length"] = contentType, contentLength
	_, _ = w.Write(greeting)
})

var (
	contentType, contentLength = []string{"application/json"}, []string{"5"}
	greeting                   = []byte("hello")
)

const likely = "POST /graphql HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: any/1.0\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate, br\r\n" +
	"Content-Type: application/json\r\nAuthorization: Bearer abcdefghijklmnopqrstuvwxyz\r\nContent-Length: 17\r\n\r\n{\"query\":\"{a}\"}\r\n"

func server() *lane.Server {
	return lane.New(lane.Options{Handler: answers, Path: "/graphql", Context: context.Background(), Patience: time.Second, WriteTimeout: time.Minute})
}

// A request with the head of the one before takes five allocations: itself, what it has of its own, its body's bytes, and two for the answer's header.
func TestAllocates(t *testing.T) {
	s, c := server(), &replay{text: likely}
	const n = 1000
	got := testing.AllocsPerRun(5, func() {
		c.left = n
		_, _ = s.Serve(c)
	})
	if got/n > 5.1 {
		t.Errorf("got %.2f, want 5", got/n)
	}
}

func BenchmarkServe(b *testing.B) {
	other := strings.Replace(likely, "any", "one", 1)
	for name, c := range map[string]*replay{"SameHead": {text: likely}, "OtherHead": {text: likely + other}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			each := len(c.text) / len(likely)
			c.left = b.N/each + 1
			_, _ = server().Serve(c)
		})
	}
	b.Run("NetHTTP", func(b *testing.B) {
		b.ReportAllocs()
		done := make(chan struct{})
		s := &http.Server{Handler: answers, ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateClosed {
				close(done)
			}
		}}
		_ = s.Serve(&once{c: &replay{text: likely, left: b.N}})
		<-done
	})
}

// once is a listener of one connection.
type once struct {
	net.Listener
	c net.Conn
}

func (o *once) Accept() (net.Conn, error) {
	if o.c == nil {
		return nil, net.ErrClosed
	}
	c := o.c
	o.c = nil
	return c, nil
}

func (o *once) Addr() net.Addr { return &net.TCPAddr{} }
func (o *once) Close() error   { return nil }
