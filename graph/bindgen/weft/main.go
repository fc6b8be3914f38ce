// Command weft is what people use who write a schema; what serves one is a program of its own.
//
//	go get -tool weft/graph/bindgen/weft
//	go tool weft generate
//	go tool weft directives -o directives.graphql
//
// Commands are in the table below. Each takes what stands behind its name, says with -h what it does, and ends with 0, with 1 after an error,
// or with 2 when it was asked wrongly.
package main

import (
	"fmt"
	"io"
	"os"
	"slices"

	"weft/graph/bindgen"
)

// command is one of the things that weft does.
type command struct {
	name, about string
	run         func(args []string, stdout, stderr io.Writer) (status int)
}

var commands = []command{
	{"generate", "compile the annotated schema of the working directory's gqlgen.yml into Go", func(args []string, _, stderr io.Writer) int {
		return bindgen.Main(args, stderr)
	}},
	{"directives", "write what editors need to know of the directives", bindgen.Directives},
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		if i := slices.IndexFunc(commands, func(c command) bool { return c.name == args[0] }); i >= 0 {
			return commands[i].run(args[1:], stdout, stderr)
		}
	}
	status := 2
	switch {
	case len(args) == 0:
		fmt.Fprintln(stderr, "weft: which command?")
	case args[0] == "-h" || args[0] == "-help" || args[0] == "--help" || args[0] == "help":
		status = 0
	default:
		fmt.Fprintf(stderr, "weft: there is no command %q\n", args[0])
	}
	for _, c := range commands {
		fmt.Fprintf(stderr, "  go tool weft %-10s %s\n", c.name, c.about)
	}
	return status
}
