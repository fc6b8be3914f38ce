package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"time"

	"weft/graph/edge"
	"weft/graph/edge/coding"
)

// target is a server to measure.
type target struct {
	name    string
	mode    string // behind the name; "" nothing
	calling calling
	limit   bool          // it does the calls and nothing else; its answer is not looked at
	coding  coding.Coding // in which answers are asked for
	without string        // what each request says to do without
	path    string        // to which operations are posted
	start   func(ctx context.Context) (*process, error)
}

// programs are what targets are started from.
type programs struct {
	bench      string // this program
	redis      string // address of a Redis; "" none
	redisPID   int    // of its process, to let it hang
	peers      peers
	dir        string // for files
	recordings recordings
	on         string // the processors that servers run on, as taskset takes them; "" all
}

// recordings are the folders for what services record of themselves while they are measured; "" records none.
type recordings struct {
	profiles string // of CPU profiles
	traces   string // of execution traces, for go tool trace
}

// args are a service's that say so, for files of a name.
func (r recordings) args(name string) (args []string) {
	if r.profiles != "" {
		args = append(args, "-profile", filepath.Join(r.profiles, name+".prof"))
	}
	if r.traces != "" {
		args = append(args, "-trace", filepath.Join(r.traces, name+".trace"))
	}
	return args
}

// pinned is how to run a server's program on the processors that servers run on.
func (p programs) pinned(program string, args ...string) (string, []string) {
	if p.on == "" {
		return program, args
	}
	return "taskset", append([]string{"-c", p.on, program}, args...)
}

// targets are the servers that an operation is measured on.
func (p programs) targets(o operation, executors []string, modes []mode, codings []coding.Coding, upstream string) []target {
	list := []target{p.limit("fixed bytes", o, upstream, none)}
	if n := o.calls(); n > 0 {
		list = append(list, p.limit(counted(n, "GET"), o, upstream, own), p.limit(counted(n, "GET"), o, upstream, joint))
	}
	for _, executor := range executors {
		for _, m := range modes {
			if !m.fits(o, executor) {
				continue
			}
			for _, c := range codings {
				t := p.service(o, m, executor, upstream)
				t.coding = c
				list = append(list, t)
			}
		}
	}
	if o.of.name == postsWorkload.name {
		list = append(list, p.ofOthers(upstream)...)
	}
	return list
}

// limit is a server that makes the calls of an operation for a request, or none, and answers with as many bytes.
func (p programs) limit(name string, o operation, upstream string, calls calling) target {
	made := o.name
	if calls == none {
		made = ""
	}
	return target{name: "limit: " + name, mode: limitModes[calls], limit: true, calling: calls, path: "/", start: func(ctx context.Context) (*process, error) {
		program, args := p.pinned(p.bench, "serve", "limit", "-upstream", upstream, "-calls", made, "-size", strconv.Itoa(o.size()),
			"-share="+strconv.FormatBool(calls == joint))
		return start(ctx, program, args...)
	}}
}

var limitModes = map[calling]string{joint: "shared"}

// service is an operation's service in a mode.
func (p programs) service(o operation, m mode, executor, upstream string) target {
	return target{name: "weft " + executor, mode: m.label, calling: m.calls, without: m.without, path: edge.Endpoint, start: func(ctx context.Context) (*process, error) {
		args := append([]string{"-executor", executor}, p.recordings.args(o.name+"-"+executor+"-"+m.name)...)
		return p.start(ctx, o.of, m, upstream, args...)
	}}
}

// freeAddress is one that nothing listens on.
func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", loopback)
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// listening returns the process when it accepts connections, for one that does not say so; or stops it.
func (p *process) listening(ctx context.Context, address string) (*process, error) {
	p.url = "http://" + address
	if err := p.accepts(ctx, address); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// accepts returns when a connection was accepted; an error when none was within startTime, or the process has ended.
func (p *process) accepts(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	var dialer net.Dialer
	for {
		if conn, err := dialer.DialContext(ctx, "tcp", address); err == nil {
			return conn.Close()
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-p.ended:
			return errors.New("it ended at once: " + p.output.String())
		case <-ctx.Done():
			return fmt.Errorf("it did not listen: %w", ctx.Err())
		}
	}
}
