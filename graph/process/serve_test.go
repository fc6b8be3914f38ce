package process_test

import (
	"bufio"
	"context"
	"errors"
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

// started runs ListenAndServe on a free port until the returned stop is called; stop returns its error.
func started(t *testing.T, h http.Handler, o process.ServeOptions) (base string, cancel context.CancelFunc, ended <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ready, end := make(chan net.Addr, 1), make(chan error, 1)
	o.Ready = func(a net.Addr) { ready <- a }
	go func() { end <- listenAndServe(ctx, "127.0.0.1:0", h, o) }()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	t.Cleanup(cancel)
	select {
	case addr := <-ready:
		return "http://" + addr.String(), cancel, end
	case err := <-end:
		t.Fatal(err)
		return "", nil, nil
	}
}

// While it warms up the process is not ready, and answers; Ready is called after that. What warms is told when the process ends.
func TestWarmUp(t *testing.T) {
	listen := func() net.Listener {
		t.Helper()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for _, inTime := range []bool{true, false} {
		l, warm, ready, end := listen(), make(chan struct{}), make(chan net.Addr, 1), make(chan error, 1)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		o := process.ServeOptions{Ready: func(a net.Addr) { ready <- a }, WarmUp: func(ctx context.Context) {
			select {
			case <-warm:
			case <-ctx.Done():
			}
		}}
		go func() { end <- serve(ctx, l, handler(greet), o) }()
		base := "http://" + l.Addr().String()
		readyz := request{method: "GET", path: "/readyz"}
		for r, want := range map[*request]int{&readyz: 503, {method: "GET", path: "/healthz"}: 200, {body: hello}: 200} {
			if got := r.send(t, base); got.status != want {
				t.Errorf("%s while it warms up: got %+v, want %d", r.path, got, want)
			}
		}
		if len(ready) > 0 {
			t.Error("Ready was called before it has warmed up")
		}
		if inTime {
			close(warm)
			<-ready
			if got := readyz.send(t, base); got.status != 200 {
				t.Errorf("got %+v after it has warmed up, want 200", got)
			}
		}
		http.DefaultClient.CloseIdleConnections()
		cancel()
		if err := <-end; err != nil {
			t.Errorf("in time %t: %v", inTime, err)
		}
	}
}

func TestDrainFinishesWhatIsInFlight(t *testing.T) {
	running, release := make(chan struct{}), make(chan struct{})
	h := handler(func(ctx context.Context) *graphql.Response {
		close(running)
		<-release
		if ctx.Err() != nil {
			return nil
		}
		return greet(ctx)
	})
	base, cancel, ended := started(t, h, process.ServeOptions{})
	answers := make(chan response, 1)
	go func() { answers <- request{body: hello}.send(t, base) }()
	<-running
	cancel()
	for refuses(t, base) == nil { // until the listener is closed
	}
	select {
	case err := <-ended:
		t.Fatalf("ended (%v) with a request in flight", err)
	default:
	}
	close(release)
	if got := <-answers; got.status != 200 || got.body != helloData {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if err := <-ended; err != nil {
		t.Errorf("got %v, want nil", err)
	}
}

// refuses returns the error of a new connection to base, or nil if it was accepted.
func refuses(t *testing.T, base string) error {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		return err
	}
	return conn.Close()
}

func TestBusyPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	addr := l.Addr().String()
	err = listenAndServe(t.Context(), addr, http.NotFoundHandler(), process.ServeOptions{})
	if want := addr + " is in use: stop the other program or choose another port with -addr"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestBadAddress(t *testing.T) {
	err := listenAndServe(t.Context(), "127.0.0.1:99999", http.NotFoundHandler(), process.ServeOptions{})
	if err == nil || !strings.HasPrefix(err.Error(), "listen on 127.0.0.1:99999: ") {
		t.Errorf("got %v", err)
	}
}

func TestHugeHeadersAreRefused(t *testing.T) {
	base, cancel, ended := started(t, handler(greet), process.ServeOptions{})
	got := request{body: hello, header: map[string]string{"X-Large": strings.Repeat("x", 40<<10)}}.send(t, base)
	if got.status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("got %d, want 431", got.status)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// pipes is a listener in memory, so that a server can run inside a synctest bubble.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "memory"} }

// dial opens a connection, or returns nil when the listener is closed.
func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client
	case <-p.closed:
		return nil
	}
}

// get sends a GET on conn and returns the answer, its body read.
func get(t *testing.T, conn net.Conn, path string) *http.Response {
	t.Helper()
	if _, err := io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: x\r\nApollo-Require-Preflight: true\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	return res
}

func TestLameDuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		h := handler(greet)
		go func() { ended <- serve(ctx, l, h, process.ServeOptions{LameDuck: 5 * time.Second}) }()
		kept := l.dial()
		if res := get(t, kept, "/readyz"); res.StatusCode != 200 || res.Close {
			t.Errorf("before: got %d, close %t; want 200 on a connection that stays", res.StatusCode, res.Close)
		}
		cancel()
		synctest.Wait()

		time.Sleep(4999 * time.Millisecond) // the bubble's clock
		for path, want := range map[string]int{"/readyz": 503, "/healthz": 200, "/graphql?query={greeting}": 200} {
			conn := l.dial()
			if conn == nil {
				t.Fatal("the listener closed before LameDuck had passed")
			}
			if res := get(t, conn, path); res.StatusCode != want || !res.Close {
				t.Errorf("%s while draining: got %d, close %t; want %d and a closing connection", path, res.StatusCode, res.Close, want)
			}
			conn.Close()
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if l.dial() != nil {
			t.Error("the listener is open after LameDuck")
		}
		if err := <-ended; err != nil {
			t.Errorf("got %v, want nil", err)
		}
		kept.Close()
	})
}

func TestDrainEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		running, cut := make(chan struct{}), make(chan error, 1)
		h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(running)
			<-r.Context().Done()
			cut <- context.Cause(r.Context())
		})
		go func() { ended <- serve(ctx, l, h, process.ServeOptions{}) }()
		conn := l.dial()
		defer conn.Close()
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		<-running
		cancel()
		start := time.Now()
		err := <-ended
		if took := time.Since(start); took != 20*time.Second {
			t.Errorf("drained for %s, want 20s", took)
		}
		if err == nil || !strings.Contains(err.Error(), "20s were not enough") {
			t.Errorf("got %v", err)
		}
		if err := <-cut; !errors.Is(err, context.Canceled) {
			t.Errorf("the request's context ended with %v", err)
		}
	})
}

func TestSlowHeadersAreCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- serve(ctx, l, http.NotFoundHandler(), process.ServeOptions{}) }()
		conn := l.dial()
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\n"); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if _, err := io.ReadAll(conn); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("cut off after %s, want 5s", took)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestAcceptFailure(t *testing.T) {
	l := newPipes()
	l.Close()
	err := serve(t.Context(), brokenListener{l}, http.NotFoundHandler(), process.ServeOptions{})
	if err == nil || !strings.Contains(err.Error(), "serve memory: ") {
		t.Errorf("got %v", err)
	}
}

type brokenListener struct{ *pipes }

func (brokenListener) Close() error { return nil }
