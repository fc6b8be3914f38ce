package service

import (
	"context"
	"fmt"
	"io"
	"strings"

	"weft/graph/config"
	"weft/graph/executor"
	"weft/graph/process"
)

// command is one of the things that a service's program does, named by its first argument.
type command struct {
	name, about string
	run         func(p Program, ctx context.Context, d executor.Definition, conf config.Config, stderr io.Writer) error
}

// commands are all of them; the first is what a program does without one.
func commands() []command {
	return []command{
		{"serve", "answer requests until SIGTERM or an interrupt; also without a command", Program.serve},
		{"healthcheck", "ask the server at addr whether it lives, and exit with 0 if so: a container's health check", Program.healthcheck},
	}
}

// command returns the command of a name.
func (p Program) command(name string) (command, error) {
	var names []string
	for _, c := range commands() {
		if c.name == name {
			return c, nil
		}
		names = append(names, c.name)
	}
	return command{}, fmt.Errorf("there is no command %q: choose %s; %s -h explains them", name, strings.Join(names, ", "), p.Name)
}

func (Program) healthcheck(ctx context.Context, _ executor.Definition, conf config.Config, _ io.Writer) error {
	return process.CheckHealth(ctx, conf.Addr)
}
