package service

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9/logging"

	"weft/graph/compiled"
	"weft/graph/config"
	"weft/graph/edge"
	"weft/graph/process"
)

// Main runs a service as a program, and exits: [Program] says how. It is all of a main.
func Main(schema compiled.Schema) { Program{}.Main(schema) }

// Program is a service's program. The zero Program is one that says nothing about itself, and adds nothing.
type Program struct {
	// Name is the program's name in -h and in errors. "" means that of its file.
	Name string

	// About is what -h says of the program: a line, or several. "" says nothing.
	About string

	// Flags defines flags of the program's own; nil: there are none. See [config.Program].
	Flags func(*flag.FlagSet)

	// Before is called by serve, when the configuration has been read, and before the service is made of it; it may change both.
	// What it returns, unless that is nil, is called when the service has been closed. ctx ends with the first signal.
	Before func(ctx context.Context, conf *config.Config, o *Options) (after func() error, err error)

	// Options are the service's.
	Options Options

	// Commands are the program's own.
	Commands []Command

	// Output is where commands write what they are asked for. nil means os.Stdout.
	Output io.Writer
}

// Main runs the program with the process's arguments and environment, and exits: with 0 when all went well, and otherwise
// with 1, or what the command has for that, and the error on standard error. See [process.Main] for signals.
func (p Program) Main(schema compiled.Schema) {
	process.Main(func(ctx context.Context, args, environ []string, stderr io.Writer) error {
		return p.Run(ctx, schema, args, environ, stderr)
	})
}

// Run is the program as a function: of the command line without the program's name, of the environment as os.Environ returns it,
// and of where it says what it does. It returns when ctx has ended and all is closed. Its error is one for people.
func (p Program) Run(ctx context.Context, schema compiled.Schema, args, environ []string, stderr io.Writer) error {
	p.Name = cmp.Or(p.Name, filepath.Base(os.Args[0]))
	c := commands()[0]
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		var err error
		if c, err = p.command(args[0]); err != nil {
			return err
		}
		args = args[1:]
	}
	var run action
	described := config.Program{
		Name: p.Name, About: p.About, Upstreams: schema.Upstreams, Images: schema.Images, Arguments: c.arguments, Output: stderr,
		Flags: func(f *flag.FlagSet) { run = c.define(p, f) },
	}
	for _, c := range p.commands() {
		described.Commands = append(described.Commands, config.Command{Name: c.name, About: c.about})
	}
	conf, err := config.Load(described, args, environ)
	if err != nil {
		return c.fail(err)
	}
	return c.fail(run(ctx, schema, conf, cmp.Or[io.Writer](p.Output, os.Stdout), stderr))
}

// define defines the program's own flags.
func (p Program) define(f *flag.FlagSet) {
	if p.Flags != nil {
		p.Flags(f)
	}
}

// serve answers requests until ctx ends.
func (p Program) serve(f *flag.FlagSet) action {
	p.define(f)
	return func(ctx context.Context, schema compiled.Schema, conf config.Config, _, stderr io.Writer) error {
		return p.run(ctx, schema, conf, stderr)
	}
}

func (p Program) run(ctx context.Context, schema compiled.Schema, conf config.Config, stderr io.Writer) (failed error) {
	o := p.Options
	if p.Before != nil {
		after, err := p.Before(ctx, &conf, &o)
		if err != nil {
			return err
		}
		if after != nil {
			defer func() { failed = errors.Join(failed, after()) }()
		}
	}
	if o.Logger == nil {
		o.Logger = conf.Log.Logger(stderr)
	}
	process.LimitMemory(o.Logger)
	defer process.TakeLog(o.Logger)()
	logging.Disable() // go-redis': one for the whole process. Package cache/redis says all that it says, and not for each connection
	p.announce(&o, conf, stderr)
	s, err := New(schema, conf, o)
	if err != nil {
		return err
	}
	defer s.Close()
	defer process.KeepMinHeap(s.gate.Congested)()
	return s.Serve(ctx)
}

// announce makes a service say where it is as soon as it is there, before the functions of o are called.
func (p Program) announce(o *Options, conf config.Config, w io.Writer) {
	say := func(label, url string) { _, _ = fmt.Fprintf(w, "  %-12s%s\n", label, url) }
	begin := sync.OnceFunc(func() { _, _ = fmt.Fprintf(w, "%s is ready.\n", p.Name) })
	ready, adminReady := o.Ready, o.AdminReady
	o.AdminReady = func(addr net.Addr) {
		begin()
		say("Admin", process.URL("http", addr))
		if adminReady != nil {
			adminReady(addr)
		}
	}
	o.Ready = func(addr net.Addr) {
		begin()
		url := process.URL(conf.Scheme(), addr)
		if conf.Playground {
			say("Playground", url+"/")
		}
		say("Endpoint", url+edge.Endpoint)
		if ready != nil {
			ready(addr)
		}
	}
}
