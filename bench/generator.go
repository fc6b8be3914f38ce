package main

import (
	"context"
	"fmt"
	"os/exec"
)

// generator loads a server, and says what came of it.
type generator func(context.Context, load) (sample, error)

// generator is wrk, or the one that is built in; dir is for files.
func (o options) generator(dir string) (generator, error) {
	if o.wrk != "" {
		return wrk(o.wrk, dir)
	}
	return func(ctx context.Context, l load) (sample, error) { return l.run(ctx) }, nil
}

// program is the path of the program that a flag of auto, builtin or that program's name asks for; "" for what is built in.
func program(flag, value, name string) (string, error) {
	path, err := exec.LookPath(name)
	switch value {
	case "builtin":
		return "", nil
	case name:
		return path, err
	case "auto":
		return path, nil // "" without it
	}
	return "", fmt.Errorf("-%s must be auto, %s or builtin, is %q", flag, name, value)
}

// origin names what a program's path, or "", stands for.
func origin(path, name string) string {
	if path == "" {
		return "built in"
	}
	return name
}
