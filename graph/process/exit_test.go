package process_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
	"weft/graph/process"
)

// childVariable makes the test binary serve one of children instead of running tests.
const childVariable = "EDGE_TEST_CHILD"

// children are what a process of these tests answers operations with; the context ends with the first signal.
var children = map[string]func(context.Context) *graphql.Response{
	"draining": func(serving context.Context) *graphql.Response { // not before the drain began
		<-serving.Done()
		return greet(serving)
	},
	"spinning": func(context.Context) *graphql.Response { // never, whatever its context says
		for n := 0; ; n++ {
			_ = n
		}
	},
	"waiting": func(context.Context) *graphql.Response { select {} },
}

// serveAsChild serves a child until it is told to end.
func serveAsChild(ctx context.Context, _, _ []string, stderr io.Writer) error {
	child := os.Getenv(childVariable)
	drain := time.Minute // longer than any test waits
	if child == "spinning" {
		drain = time.Millisecond
	}
	h := handler(func(context.Context) *graphql.Response {
		fmt.Fprintln(stderr, "running")
		return children[child](ctx)
	})
	return listenAndServe(ctx, "127.0.0.1:0", h, process.ServeOptions{
		Ready: func(a net.Addr) { fmt.Fprintf(stderr, "http://%s\n", a) },
		Drain: drain,
	})
}

// child is a process that serves, with one operation in flight.
type child struct {
	*exec.Cmd

	base    string // URL
	stderr  *bufio.Reader
	answers chan response // what the operation gets, or closed when its connection is cut
}

func startChild(t *testing.T, name string) child {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := child{Cmd: exec.CommandContext(t.Context(), binary), answers: make(chan response, 1)}
	c.Env = append(os.Environ(), childVariable+"="+name)
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	c.stderr = bufio.NewReader(stderr)
	c.base = line(t, c.stderr)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	go func() {
		defer close(c.answers)
		res, err := http.Post(c.base+edge.Endpoint, "application/json", strings.NewReader(hello))
		if err != nil {
			return
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		c.answers <- response{status: res.StatusCode, body: string(body)}
	}()
	if got := line(t, c.stderr); got != "running" {
		t.Fatalf("got %q, want running", got)
	}
	return c
}

func (c child) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := c.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// status returns the process's exit status, and what it says at its end.
func (c child) status() (int, string) {
	rest, _ := io.ReadAll(c.stderr)
	_ = c.Wait()
	return c.ProcessState.ExitCode(), string(rest)
}

func TestSignalDrainsTheProcess(t *testing.T) {
	c := startChild(t, "draining")
	c.signal(t, syscall.SIGTERM)
	if got := <-c.answers; got.status != 200 || got.body != helloData {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if code, text := c.status(); code != 0 || text != "" {
		t.Errorf("got status %d and %q, want 0 and nothing", code, text)
	}
}

func TestSignalEndsWhatSpins(t *testing.T) {
	c := startChild(t, "spinning")
	c.signal(t, syscall.SIGTERM)
	if got, answered := <-c.answers; answered {
		t.Errorf("got %d %s, want a connection that is cut", got.status, got.body)
	}
	const want = "1ms were not enough to answer the requests in flight: they were cut off\n"
	if code, text := c.status(); code != 1 || text != want {
		t.Errorf("got status %d and %q, want 1 and %q", code, text, want)
	}
}

func TestSecondSignalEndsTheProcess(t *testing.T) {
	for s, want := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGINT: 130} {
		c := startChild(t, "waiting")
		c.signal(t, s)
		for refuses(t, c.base) == nil { // until the first has been seen
		}
		c.signal(t, s)
		if code, text := c.status(); code != want || text != "" {
			t.Errorf("%v: got status %d and %q, want %d and nothing", s, code, text, want)
		}
	}
}

func line(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	text, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(text)
}

func TestExitCode(t *testing.T) {
	tests := []struct {
		err  error
		code int
		text string
	}{
		{nil, 0, ""},
		{fmt.Errorf("parse: %w", flag.ErrHelp), 0, ""},
		{errors.New("localhost:8080 is in use"), 1, "localhost:8080 is in use\n"},
	}
	for _, tt := range tests {
		var out strings.Builder
		if code := process.ExitCode(&out, tt.err); code != tt.code || out.String() != tt.text {
			t.Errorf("%v: got %d and %q, want %d and %q", tt.err, code, out.String(), tt.code, tt.text)
		}
	}
}
