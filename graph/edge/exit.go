package edge

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Main runs a service's run function with the process's arguments, environment and standard error, and exits
// with ExitCode. The context ends with the first interrupt or SIGTERM; a second one kills the process.
func Main(run func(ctx context.Context, args []string, getenv func(string) string, stderr io.Writer) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(ExitCode(os.Stderr, run(ctx, os.Args[1:], os.Getenv, os.Stderr)))
}

// ExitCode returns the process's exit status for what run returned: 0 for nil and for flag.ErrHelp, the
// answer to -h; otherwise 1, with err written to w.
func ExitCode(w io.Writer, err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	_, _ = fmt.Fprintln(w, err)
	return 1
}
