package inspect

import (
	"context"
	"fmt"
)

// Source is a text with operations, and where it comes from.
type Source struct {
	File string
	ID   string // in a manifest, or of a job; "": the file is the text, or the text was joined from files
	Name string // of the operation that is meant, where a manifest says it
	Text string

	// Operations are the names of the operations in it, which [Inspector.Join] fills in; "" is that of one that has none.
	Operations []string

	pieces []piece // of the files that Text was joined from, in order; nil: it is all of File
}

// piece is how many lines of a text a file has given.
type piece struct {
	file  string
	lines int
}

// Look looks at a source, as [Inspector.Text] looks at its text.
func (i *Inspector) Look(ctx context.Context, s Source, variables map[string]any) Result {
	r := Result{Source: s, Operations: i.Text(ctx, s.Text, variables)}
	for at := range r.Operations {
		o := &r.Operations[at]
		if o.AST == nil && len(s.Operations) == 1 {
			o.Name = s.Operations[0]
		}
		for at := range o.Findings {
			s.locate(&o.Findings[at])
		}
	}
	return r
}

// locate makes the place of a finding that of the file which its line is from.
func (s Source) locate(f *Finding) {
	f.File = s.File
	line := f.Line
	for _, p := range s.pieces {
		if line <= p.lines {
			f.File, f.Line = p.file, line
			return
		}
		line -= p.lines
	}
}

// place is file:line:column, or the file and the id of an operation in it.
func (s Source) place(file string, line, column int) string {
	switch {
	case s.ID != "":
		return file + ": " + s.ID
	case line == 0:
		return file
	case column == 0:
		return fmt.Sprintf("%s:%d", file, line)
	}
	return fmt.Sprintf("%s:%d:%d", file, line, column)
}
