package service

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"weft/graph/compiled"
	"weft/graph/config"
	"weft/graph/process"
)

// command is one of the things that a service's program does, named by its first argument.
type command struct {
	name, about string
	arguments   string // what it takes besides flags, for -h; "": nothing
	failure     int    // the exit status when it cannot do its work; 0: 1
	// define defines its flags, and returns what it does when they have been read.
	define func(Program, *flag.FlagSet) action
}

// action is what a command does; out is for what it was asked for.
type action func(ctx context.Context, schema compiled.Schema, conf config.Config, out, stderr io.Writer) error

// commands are all of them; the first is what a program does without one.
func commands() []command {
	return []command{
		{name: "serve", about: "answer requests until SIGTERM or an interrupt; also without a command", define: Program.serve},
		{
			name: "check", arguments: "[FILE…]", failure: 2, define: Program.check,
			about: "say of operations, in .graphql files and manifests, what is wrong with them, and how many calls they take at most",
		},
		{
			name: "explain", arguments: "FILE", failure: 2, define: Program.explain,
			about: "show how an operation of a file is planned, and the calls of each step",
		},
		{name: "schema", about: "print the schema that clients see, as SDL: what introspection tells, without any service's part in it", define: Program.schema},
		{
			name: "healthcheck", define: Program.healthcheck,
			about: "ask the server at addr whether it lives, and exit with 0 if so: a container's health check",
		},
	}
}

// Command is a command of a program's own, beside those that every service has.
type Command struct {
	// Name is what the command line says first. It is none of serve, check, explain, schema, healthcheck.
	Name string

	// About is what -h says of it: a line.
	About string

	// Define defines the command's flags, beside those of the configuration, and returns what the command does when all have been read.
	// out is for what it was asked for. An error ends the program with 1.
	Define func(*flag.FlagSet) func(ctx context.Context, conf config.Config, out io.Writer) error
}

// commands are every service's, and the program's own.
func (p Program) commands() []command {
	all := commands()
	for _, own := range p.Commands {
		all = append(all, command{name: own.Name, about: own.About, define: func(_ Program, f *flag.FlagSet) action {
			run := own.Define(f)
			return func(ctx context.Context, _ compiled.Schema, conf config.Config, out, _ io.Writer) error {
				return run(ctx, conf, out)
			}
		}})
	}
	return all
}

// command returns the command of a name.
func (p Program) command(name string) (command, error) {
	var names []string
	for _, c := range p.commands() {
		if c.name == name {
			return c, nil
		}
		names = append(names, c.name)
	}
	return command{}, fmt.Errorf("there is no command %q: choose %s; %s -h explains them", name, strings.Join(names, ", "), p.Name)
}

// fail gives an error of the command its exit status.
func (c command) fail(err error) error {
	if _, coded := errors.AsType[*exitError](err); err == nil || coded || c.failure == 0 || errors.Is(err, flag.ErrHelp) {
		return err
	}
	return &exitError{c.failure, err}
}

// exitError is an error with an exit status.
type exitError struct {
	status int
	err    error
}

func (e *exitError) Error() string   { return e.err.Error() }
func (e *exitError) Unwrap() error   { return e.err }
func (e *exitError) ExitStatus() int { return e.status }

func (p Program) healthcheck(f *flag.FlagSet) action {
	p.define(f)
	return func(ctx context.Context, _ compiled.Schema, conf config.Config, _, _ io.Writer) error {
		return process.CheckHealth(ctx, conf.Scheme(), conf.Addr)
	}
}
