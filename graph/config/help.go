package config

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// printHelp prints the help and returns flag.ErrHelp.
func (p Program) printHelp(flags *flag.FlagSet) error {
	var out io.Writer = os.Stderr
	if p.Output != nil {
		out = p.Output
	}
	_, err := out.Write(p.help(flags))
	return errors.Join(flag.ErrHelp, err)
}

// help explains everything that can be configured, and how.
func (p Program) help(flags *flag.FlagSet) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Usage: %s [flags]\n\n", p.Name)
	if p.About != "" {
		fmt.Fprintf(&b, "%s\n\n", p.About)
	}
	b.WriteString("Flags:\n")
	flags.SetOutput(&b)
	flags.PrintDefaults()
	b.WriteString("\nEnvironment. A variable overrides the file, a flag overrides both:\n")
	line := func(variable, like string) { fmt.Fprintf(&b, "  %-30s %s\n", variable, like) }
	line("WEFT_CONFIG", "as -config")
	for _, s := range settings() {
		if s.flag {
			line(s.variable, "as -"+s.key)
		} else {
			line(s.variable, "as "+s.key+" in the file")
		}
	}
	for _, name := range p.Upstreams {
		line(urlVariable(name), "as upstreams."+name+".url in the file")
	}
	b.WriteString("\nFile. Every key may be left out; one that is not among these is an error:\n\n")
	b.WriteString(p.example())
	return b.Bytes()
}

// example is a file with every key there is, indented by two.
func (p Program) example() string {
	name := "catalog"
	if len(p.Upstreams) > 0 {
		name = p.Upstreams[0]
	}
	lines := []struct{ text, comment string }{
		{"addr: localhost:8080", ""},
		{"executor: stock", ""},
		{"trace: false", "true shows what upstreams are asked: not where strangers can ask for it"},
		{"timeout: 10s", "for an operation; at most 30s"},
		{"lameDuck: 5s", "serve on for so long after /readyz turned 503; default 0s"},
		{"upstreams:", ""},
		{"  " + name + ":", ""},
		{"    url: https://" + name + ".example.com/v1", ""},
		{"    headers: {X-Client: weft}", "constant, with every call; secrets go into credential"},
		{"    query: {locale: en}", "constant, with every call"},
		{"    credential:", ""},
		{"      header: Authorization", "this is the default"},
		{"      prefix: \"Bearer \"", "default: nothing"},
		{"      env: " + upperName(name) + "_TOKEN", "the variable that holds the secret; or"},
		{"      # file: /run/secrets/" + name, "the file that does"},
		{"    timeout: 2s", "for a call, from its wait for a slot to the last byte"},
		{"    inFlight: 100", "calls at one time, the others wait"},
		{"    maxBody: 8MiB", "of an answer, decompressed; B, KiB, MiB, GiB"},
	}
	var b strings.Builder
	for _, line := range lines {
		if line.comment != "" {
			line.text = fmt.Sprintf("%-36s # %s", line.text, line.comment)
		}
		b.WriteString("  " + line.text + "\n")
	}
	return b.String()
}
