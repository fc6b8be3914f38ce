package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

// parse parses the command line. set holds the flags that were given, as text.
func (p Program) parse(args []string) (flags *flag.FlagSet, set map[string]string, err error) {
	flags = p.newFlags()
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return flags, nil, err
	} else if err != nil {
		return nil, nil, fmt.Errorf("%w; %s -h lists all flags", err, p.Name)
	}
	if flags.NArg() > 0 {
		return nil, nil, fmt.Errorf("unexpected argument %q: %s takes flags only, -h lists them", flags.Arg(0), p.Name)
	}
	set = map[string]string{}
	flags.Visit(func(f *flag.Flag) { set[f.Name] = f.Value.String() })
	return flags, set, nil
}

// newFlags defines the flags, the program's own last.
func (p Program) newFlags() *flag.FlagSet {
	flags := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	flags.String("config", "", "read this YAML `file`")
	for _, s := range settings() {
		if s.flag {
			flags.Var(&flagText{text: s.initial, truth: s.truth}, s.key, s.about)
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

// IsBoolFlag lets package flag take -trace for -trace=true.
func (v *flagText) IsBoolFlag() bool { return v.truth }
