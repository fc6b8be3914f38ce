package edge_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
)

// childVariable makes the test binary run serveAsChild instead of tests.
const childVariable = "EDGE_TEST_CHILD"

// serveAsChild serves, and answers an operation only after the drain began.
func serveAsChild(ctx context.Context, _ []string, _ func(string) string, stderr io.Writer) error {
	handler := edge.NewHandler(newSchema(func(context.Context) *graphql.Response {
		fmt.Fprintln(stderr, "running")
		<-ctx.Done()
		return greet(ctx)
	}), edge.Options{})
	return edge.ListenAndServe(ctx, "127.0.0.1:0", handler, edge.ServeOptions{
		Ready: func(a net.Addr) { fmt.Fprintf(stderr, "http://%s\n", a) },
	})
}

func TestSignalDrainsTheProcess(t *testing.T) {
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), childVariable+"=1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stderr)
	base := line(t, lines)
	answers := make(chan response, 1)
	go func() { answers <- request{body: hello}.send(t, base) }()
	if got := line(t, lines); got != "running" {
		t.Fatalf("got %q, want running", got)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := <-answers; got.status != 200 || got.body != helloData {
		t.Errorf("got %d %s", got.status, got.body)
	}
	rest, _ := io.ReadAll(lines)
	if err := cmd.Wait(); err != nil {
		t.Errorf("got %v, want exit status 0; standard error: %s", err, rest)
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
		if code := edge.ExitCode(&out, tt.err); code != tt.code || out.String() != tt.text {
			t.Errorf("%v: got %d and %q, want %d and %q", tt.err, code, out.String(), tt.code, tt.text)
		}
	}
}
