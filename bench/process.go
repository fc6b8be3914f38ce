package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	startTime = 20 * time.Second // for a server to announce itself
	stopTime  = 5 * time.Second  // for one to end once asked to; then it is killed
)

// process is a server that was started, and will be stopped.
type process struct {
	url    string // scheme, host and port
	admin  string // the same of its admin listener; "" none
	pid    int
	cancel context.CancelFunc
	ended  chan struct{} // closed when it has
	output *output
}

// start runs a program and returns when it has announced its URL on its standard error. It ends with ctx or stop.
func start(ctx context.Context, program string, args ...string) (*process, error) {
	return startWith(ctx, program, nil, args...)
}

// startWith is start with further environment variables.
func startWith(ctx context.Context, program string, env []string, args ...string) (*process, error) {
	p, err := launch(ctx, program, env, args...)
	if err != nil {
		return nil, err
	}
	select {
	case p.url = <-p.output.url:
		return p, nil
	case <-p.ended:
		err = fmt.Errorf("%s ended at once: %s", args, p.output)
	case <-time.After(startTime):
		err = fmt.Errorf("%s did not say where it listens: %s", args, p.output)
	case <-ctx.Done():
		err = ctx.Err()
	}
	p.stop()
	return nil, err
}

// launch runs a program with further environment variables.
func launch(ctx context.Context, program string, env []string, args ...string) (*process, error) {
	ctx, cancel := context.WithCancel(ctx)
	p := &process{cancel: cancel, ended: make(chan struct{}), output: &output{url: make(chan string, 1)}}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "WEFT_") }), env...)
	cmd.Stdout, cmd.Stderr = p.output, p.output
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopTime
	bindToParent(cmd)
	if err := cmd.Start(); err != nil {
		cancel()
		return nil, err
	}
	p.pid = cmd.Process.Pid
	go func() {
		defer close(p.ended)
		p.output.end(cmd.Wait())
	}()
	return p, nil
}

// stop asks the process to end, and returns when it has. It may be called more than once.
func (p *process) stop() {
	p.cancel()
	<-p.ended
}

// output is what a process writes: the URL that it announces, and the last of the rest for errors.
type output struct {
	url chan string // gets the first URL

	mu    sync.Mutex // guards what follows
	text  []byte
	found bool
	err   error
}

// maxOutput is how much of a process's output is kept.
const maxOutput = 4 << 10

// announced is the URL in what a server writes when it listens.
var announced = regexp.MustCompile(`(http://[^/\s]+)/\S*\n`)

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = append(o.text, b...)
	if !o.found {
		if m := announced.FindSubmatch(o.text); m != nil {
			o.found = true
			o.url <- strings.Replace(string(m[1]), "localhost", "127.0.0.1", 1)
		}
	}
	if len(o.text) > maxOutput {
		o.text = slices.Clone(o.text[len(o.text)-maxOutput:])
	}
	return len(b), nil
}

// end keeps how the process ended.
func (o *output) end(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.err = err
}

// String is how the process ended, and the last that it wrote.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := string(bytes.TrimSpace(o.text))
	var exit *exec.ExitError
	if errors.As(o.err, &exit) {
		text = exit.String() + ": " + text
	}
	return text
}
