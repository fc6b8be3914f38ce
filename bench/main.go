package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"weft/graph/edge/coding"
	shell "weft/graph/process"
)

func main() {
	shell.Main(func(ctx context.Context, args, _ []string, stderr io.Writer) error {
		return run(ctx, args, os.Stdout, stderr)
	})
}

// run is the harness, or one of its servers. Everything that it starts has ended when it returns.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "serve" {
		return serve(ctx, args[1:], stderr)
	}
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	return o.measure(ctx, stdout, stderr)
}

// options are the command line.
type options struct {
	settings
	instead
	operations []operation
	executors  []string
	modes      []mode
	codings    []coding.Coding
	peers      peers
	wrk, nginx string // programs; "" what is built in
	plot       string // without extension; "" none
	recordings recordings
	hang       time.Duration // 0: Redis does not hang
	delay      time.Duration // before each answer of the upstream that is built in
}

// instead is what is measured instead of a closed loop.
type instead struct {
	overload time.Duration // for which a service is loaded with each of more and more; 0: it is not
	idle     int           // connections that a service keeps; 0: none
	rates    []int         // of an open loop
	beside   bool          // some clients misuse a service, and others are measured
}

// parse reads the command line. Its error says what is wrong with it; flag.ErrHelp is after -h.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	var operations, executors, modes, codings, load, upstream, rates string
	var quick bool
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.BoolVar(&quick, "quick", false, "one round of half a second, by default of the built-in load: wrk takes whole seconds")
	flags.StringVar(&operations, "operations", "q1", "`names` of operations, separated by commas: "+operationNames())
	flags.StringVar(&executors, "executors", "stock,planned", "`names` of executors, separated by commas")
	flags.StringVar(&modes, "modes", "all", "`names` of what services share and keep, separated by commas: "+modeNames())
	flags.StringVar(&codings, "codings", "identity", "`names` of content codings that answers come in, separated by commas: identity, zstd, gzip, br")
	flags.IntVar(&o.connections, "connections", 100, "`number` of connections, at most 1000")
	flags.IntVar(&o.rounds, "rounds", 3, "`number` of rounds, at most 100")
	flags.DurationVar(&o.duration, "duration", 3*time.Second, "`time` of a server's round, at most a minute")
	flags.StringVar(&load, "generator", "auto", "what `generates` the load: wrk, builtin, or auto: wrk where it is on PATH")
	flags.StringVar(&upstream, "upstream", "auto", "what `answers` as the upstream: nginx, builtin, or auto: nginx where it is on PATH")
	flags.DurationVar(&o.delay, "delay", 0, "`time` before each answer of the upstream, at most a second; it takes the one that is built in")
	flags.StringVar(&o.processors, "processors", "", "the `processors` that servers run on, as taskset -c takes them; run bench itself on others by taskset; by default all")
	flags.StringVar(&o.peers.tailcall, "tailcall", "", "`path` of Tailcall's program, to measure it, too")
	flags.StringVar(&o.peers.graphqlJIT, "graphql-jit", "", "`folder` of a server on graphql-jit, to measure it, too: bench/testdata/graphql-jit, after npm ci there")
	flags.StringVar(&o.plot, "plot", "", "write a plot to `file`.svg and file.png")
	flags.StringVar(&o.recordings.profiles, "profile", "", "write CPU profiles of services into this `folder`")
	flags.StringVar(&o.recordings.traces, "trace", "", "write execution traces of services into this `folder`: some MB for each second")
	flags.DurationVar(&o.hang, "hang", 0, "then let Redis hang for this `time` under a steady load, at most a minute; 0: do not")
	flags.DurationVar(&o.overload, "overload", 0, "only: load the first operation's service by an open loop, with up to twice what it can do, for this `time` each; at most 10m")
	flags.StringVar(&rates, "rates", "", "only: how long clients of the first operation wait at these `rates` of requests a second, separated by commas")
	flags.BoolVar(&o.beside, "beside", false, "only: how long clients of the first operation wait while others misuse its service in several ways, in the first of the modes")
	flags.IntVar(&o.idle, "idle", 0, "only: how much memory this `number` of idle connections takes, at most 10000, in the first of the modes")
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	if flags.NArg() > 0 {
		return options{}, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if quick {
		o.rounds, o.duration = 1, 500*time.Millisecond
		if load == "auto" {
			load = "builtin"
		}
	}
	o.warmup = o.duration / 6
	o.executors = strings.Split(executors, ",")
	o.plot = strings.TrimSuffix(strings.TrimSuffix(o.plot, ".svg"), ".png")
	var err error
	if o.wrk, err = program("generator", load, "wrk"); err != nil {
		return options{}, err
	}
	if o.nginx, err = program("upstream", upstream, "nginx"); err != nil {
		return options{}, err
	}
	if o.operations, err = chooseOperations(operations); err != nil {
		return options{}, err
	}
	if o.rates, err = parseRates(rates); err != nil {
		return options{}, err
	}
	if o.modes, err = chooseModes(modes); err != nil {
		return options{}, err
	}
	if o.codings, err = chooseCodings(codings); err != nil {
		return options{}, err
	}
	if err := o.check(); err != nil {
		return options{}, err
	}
	if o.wrk != "" {
		o.duration = wholeSeconds(o.duration)
	}
	return o, nil
}

// chooseCodings finds content codings by their names, separated by commas.
func chooseCodings(names string) ([]coding.Coding, error) {
	var chosen []coding.Coding
	for name := range strings.SplitSeq(names, ",") {
		c, ok := coding.Parse(name)
		if !ok {
			return nil, fmt.Errorf("-codings: there is no %q; there are identity, zstd, gzip and br", name)
		}
		chosen = append(chosen, c)
	}
	return chosen, nil
}

// check refuses what a run could not do, or would take too long for.
func (o options) check() error {
	switch {
	case o.connections < 1 || o.connections > 1000:
		return fmt.Errorf("-connections must be 1 to 1000, is %d", o.connections)
	case o.rounds < 1 || o.rounds > 100:
		return fmt.Errorf("-rounds must be 1 to 100, is %d", o.rounds)
	case o.duration <= 0 || o.duration > time.Minute:
		return fmt.Errorf("-duration must be above 0 and at most a minute, is %s", o.duration)
	case o.hang < 0 || o.hang > time.Minute:
		return fmt.Errorf("-hang must be 0 to a minute, is %s", o.hang)
	case o.overload < 0 || o.overload > 10*time.Minute:
		return fmt.Errorf("-overload must be 0 to ten minutes, is %s", o.overload)
	case o.idle < 0 || o.idle > 10_000:
		return fmt.Errorf("-idle must be 0 to 10000, is %d", o.idle)
	case o.delay < 0 || o.delay > time.Second:
		return fmt.Errorf("-delay must be 0 to a second, is %s", o.delay)
	case o.delay > 0 && o.nginx != "":
		return errors.New("-delay takes -upstream builtin: nginx answers at once")
	case runtime.GOOS != "linux":
		return errors.New("processes are measured through /proc, which only Linux has")
	}
	return nil
}

// measure runs all operations and reports. Its error says what went wrong, wrong answers under load included.
func (o options) measure(ctx context.Context, stdout, stderr io.Writer) error {
	dir, err := os.MkdirTemp("", "weft-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	b := &bench{settings: o.settings, progress: stderr}
	if b.programs, err = o.build(ctx, dir); err != nil {
		return err
	}
	note, stopRedis, err := o.withRedis(ctx, &b.programs)
	if err != nil {
		return err
	}
	defer stopRedis()
	up, err := o.startUpstream(ctx, b)
	if err != nil {
		return fmt.Errorf("start the upstream: %w", err)
	}
	defer up.stop()
	b.upstream = up.url
	if b.generate, err = o.generator(dir); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(stdout, "%s, %s, %s. %s, %s of %s. Load: %s; upstream: %s.\n",
		time.Now().Format(time.DateOnly), machine(runtime.NumCPU()), runtime.Version(), counted(o.connections, "connection"), counted(o.rounds, "round"), o.duration,
		origin(o.wrk, "wrk"), origin(o.nginx, "nginx"))
	if note != "" {
		_, _ = fmt.Fprintln(stdout, note)
	}
	if o.overload > 0 {
		return b.overload(ctx, stdout, o.operations[0], o.overload)
	}
	if len(o.rates) > 0 {
		op := o.operations[0]
		return b.tail(ctx, stdout, op, b.programs.targets(op, o.executors, o.modes, o.codings, b.upstream), o.rates)
	}
	if o.beside {
		return b.beside(ctx, stdout, o.operations[0], o.modes[0])
	}
	if o.idle > 0 {
		return b.idle(ctx, stdout, o.operations[0], o.modes[0], o.idle)
	}
	var charts []chart
	var failures []error
	for _, op := range o.operations {
		list, err := b.operation(ctx, op, b.programs.targets(op, o.executors, o.modes, o.codings, b.upstream))
		if err != nil {
			return err
		}
		table := rows(list)
		if err := printTable(stdout, op, table); err != nil {
			return err
		}
		charts = append(charts, chart{op.name + " " + op.query, table})
		failures = append(failures, failed(op, table)...)
	}
	if o.hang > 0 {
		if err := b.hang(ctx, stdout, o.modes, o.hang); err != nil {
			return err
		}
	}
	return errors.Join(append(failures, o.writePlot(stdout, charts))...)
}

// failed are the rows that say that something is wrong.
func failed(o operation, list []row) []error {
	var errs []error
	for _, r := range list {
		switch {
		case r.failed != nil:
			errs = append(errs, fmt.Errorf("%s: %s: %w", o.name, r.label, r.failed))
		case r.wrong > 0:
			errs = append(errs, fmt.Errorf("%s: %s: %d wrong answers", o.name, r.label, r.wrong))
		}
	}
	return errs
}

// build makes what is started: this program is there already, services are built into dir.
func (o options) build(ctx context.Context, dir string) (programs, error) {
	self, err := os.Executable()
	if err != nil {
		return programs{}, err
	}
	p := programs{bench: self, peers: o.peers, dir: dir, recordings: o.recordings, on: o.processors}
	for _, folder := range []string{p.recordings.profiles, p.recordings.traces} {
		if folder == "" {
			continue
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return programs{}, err
		}
	}
	measured := o.operations
	if o.hang > 0 {
		measured = append(slices.Clone(measured), operations()[0])
	}
	return p, p.build(ctx, measured)
}
