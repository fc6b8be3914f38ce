package config

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
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
	arguments := ""
	if p.Arguments != "" {
		arguments = " " + p.Arguments
	}
	fmt.Fprintf(&b, "Usage: %s %s[flags]%s\n\n", p.Name, map[bool]string{true: "[command] "}[len(p.Commands) > 0], arguments)
	if p.About != "" {
		fmt.Fprintf(&b, "%s\n\n", p.About)
	}
	p.helpCommands(&b)
	b.WriteString("Flags:\n")
	flags.SetOutput(&b)
	flags.PrintDefaults()
	b.WriteString("\nEnvironment. A variable overrides the file, a flag overrides both:\n")
	width := 0
	for _, s := range settings() {
		width = max(width, len(s.variable))
	}
	for _, name := range p.names() {
		width = max(width, len(urlVariable(name)))
	}
	line := func(variable, like string) { fmt.Fprintf(&b, "  %-*s %s\n", width, variable, like) }
	line("WEFT_CONFIG", "as -config")
	for _, s := range settings() {
		switch {
		case s.flag:
			line(s.variable, "as -"+s.flagName())
		case s.secret:
			line(s.variable, "the secret of "+s.key+" in the file")
		default:
			line(s.variable, "as "+s.key+" in the file")
		}
	}
	for _, name := range p.names() {
		line(urlVariable(name), "as upstreams."+name+".url in the file")
	}
	b.WriteString("\nFile. Every key may be left out, but for url where other upstreams have one; a key that is not among these is an error:\n\n")
	b.WriteString(p.example())
	return b.Bytes()
}

// helpCommands lists the commands, if there are any.
func (p Program) helpCommands(b *bytes.Buffer) {
	if len(p.Commands) == 0 {
		return
	}
	b.WriteString("Commands:\n")
	width := 0
	for _, c := range p.Commands {
		width = max(width, len(c.Name))
	}
	for _, c := range p.Commands {
		fmt.Fprintf(b, "  %-*s  %s\n", width, c.Name, c.About)
	}
	b.WriteString("\n")
}

// example is a file with every key there is, indented by two.
func (p Program) example() string {
	name := "catalog"
	if len(p.Upstreams) > 0 {
		name = p.Upstreams[0].Name
	}
	names := []string{"{name}", name, "{NAME}", upperName(name)}
	if len(p.Images) > 0 {
		names = append(names, "{image}", p.Images[0])
	}
	e := example{names: strings.NewReplacer(names...)}
	e.members("  ", slices.DeleteFunc(rootMembers(&Config{}), func(m member) bool {
		return m.name == "images" && len(p.Images) == 0 // most schemas name none
	}))
	return e.out.String()
}

// example prints members as a file.
type example struct {
	names *strings.Replacer // what a name to show is in
	out   strings.Builder
}

// members prints a mapping's members. One that takes the place of another is a comment, so that the file as a whole is right.
func (e *example) members(indent string, all []member) {
	for _, m := range all {
		key := m.name + ":"
		if m.instead {
			key = "# " + key
		}
		if like := cmp.Or(m.like, m.initial); like != "" {
			key += " " + e.names.Replace(like)
		}
		comment := m.about
		if m.flag != "" {
			comment = "as -" + m.flag
		}
		e.line(indent+key, comment)
		e.members(indent+"  ", m.members)
		if m.one != "" {
			e.line(indent+"  "+e.names.Replace(m.one)+":", "")
			e.members(indent+"    ", m.each)
		}
	}
}

// line prints a line, with its comment in a column that most keys leave free.
func (e *example) line(text, comment string) {
	if comment != "" {
		text = fmt.Sprintf("%-44s # %s", text, comment)
	}
	e.out.WriteString(text + "\n")
}
