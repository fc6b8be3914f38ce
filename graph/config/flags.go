package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// commandLine is a command line, parsed.
type commandLine struct {
	flags     *flag.FlagSet
	set       map[string]string // the flags that were given, as text
	arguments []string          // what stands among them
}

// parse parses the command line. Flags may stand in front of arguments and behind them.
func (p Program) parse(args []string) (c commandLine, err error) {
	c.flags = p.newFlags()
	c.flags.SetOutput(io.Discard)
	for {
		if err := c.flags.Parse(args); errors.Is(err, flag.ErrHelp) {
			return c, err
		} else if err != nil {
			_, name, _ := strings.Cut(err.Error(), "flag provided but not defined: ")
			return c, fmt.Errorf("%w%s; %s -h lists all flags", err, renamed(name), p.Name)
		}
		if c.flags.NArg() == 0 {
			break
		}
		if p.Arguments == "" {
			return c, fmt.Errorf("unexpected argument %q: %s takes flags only, -h lists them", c.flags.Arg(0), p.Name)
		}
		c.arguments, args = append(c.arguments, c.flags.Arg(0)), c.flags.Args()[1:]
	}
	c.set = map[string]string{}
	c.flags.Visit(func(f *flag.Flag) { c.set[f.Name] = f.Value.String() })
	return c, nil
}

// newFlags defines the flags, the program's own last.
func (p Program) newFlags() *flag.FlagSet {
	flags := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	flags.String("config", "", "read this YAML `file`")
	for _, s := range settings() {
		if s.flag {
			flags.Var(&flagText{text: s.initial, truth: s.truth}, s.flagName(), s.about)
		}
	}
	if p.Flags != nil {
		p.Flags(flags)
	}
	return flags
}

// flagText is the value of a setting's flag: any text, because the setting itself checks it, with all others.
type flagText struct {
	text  string
	truth bool
}

var _ flag.Value = (*flagText)(nil)

// String implements flag.Value.
func (v *flagText) String() string { return v.text }

// Set implements flag.Value.
func (v *flagText) Set(text string) error {
	v.text = text
	return nil
}

// IsBoolFlag lets package flag take -playground for -playground=true.
func (v *flagText) IsBoolFlag() bool { return v.truth }
