package process

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Main runs a service's run function with the process's arguments, environment and standard error, and exits
// with ExitCode. The first interrupt or SIGTERM ends the context. Main then waits for run as long as Serve may need to drain,
// and 3 s more for what run closes after it; where run has not returned by then, whatever it is doing, the process exits with 1.
// A second signal ends the process at once, with 128 and the signal's number: 130 or 143.
func Main(run func(ctx context.Context, args, environ []string, stderr io.Writer) error) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	os.Exit(supervise(signals, os.Stderr, func(ctx context.Context) error {
		return run(ctx, os.Args[1:], os.Environ(), os.Stderr)
	}))
}

// supervise runs run until it returns, its grace is over, or the second signal, and returns the process's exit status.
func supervise(signals <-chan os.Signal, stderr io.Writer, run func(context.Context) error) int {
	grace := newGrace()
	ctx, stop := context.WithCancel(context.WithValue(context.Background(), graceKey{}, grace))
	defer stop()
	ended := make(chan int, 1)
	go func() { ended <- ExitCode(stderr, run(ctx)) }()
	for first := true; ; first = false {
		select {
		case code := <-ended:
			return code
		case <-grace.over():
			say(stderr, fmt.Sprintf("%s were not enough to end what still runs: the process exits without it", closing))
			return 1
		case sig := <-signals:
			if !first {
				return statusOf(sig)
			}
			grace.begin()
			stop()
		}
	}
}

// statusOf returns the status that shells give a process that sig has ended.
func statusOf(sig os.Signal) int {
	if number, ok := sig.(syscall.Signal); ok {
		return 128 + int(number)
	}
	return 1
}

// say writes text to w, and does not wait long where nobody reads it.
func say(w io.Writer, text string) {
	said := make(chan struct{})
	go func() {
		defer close(said)
		_, _ = fmt.Fprintln(w, text)
	}()
	select {
	case <-said:
	case <-time.After(100 * time.Millisecond):
	}
}

// ExitCode returns the process's exit status for what run returned: 0 for nil and for flag.ErrHelp, the
// answer to -h; otherwise that of err's method ExitStatus, or 1 without one, with err written to w.
func ExitCode(w io.Writer, err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	_, _ = fmt.Fprintln(w, err)
	if coded, ok := errors.AsType[statusError](err); ok {
		return coded.ExitStatus()
	}
	return 1
}

// statusError is an error that has an exit status.
type statusError interface {
	error
	ExitStatus() int
}
