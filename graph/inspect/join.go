package inspect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Join makes of the files of an app what its client sends: each operation by itself, with the fragments that it needs, in whichever of the
// files they are. Tools that build clients do the same. What is wrong with one operation is no matter of the others in its file. A
// source with an ID is sent as it is, and comes back as it is; so does a file that is no document, or has no operation. found has the
// fragments that no operation needs.
func (i *Inspector) Join(sources []Source) (joined []Source, found []Result) {
	j := joiner{fragments: map[string][]*definition{}, used: map[*definition]bool{}}
	for _, s := range sources {
		doc, err := i.options.Limits.Parse(s.Text)
		if err == nil {
			for _, op := range doc.Operations {
				s.Operations = append(s.Operations, op.Name)
			}
		}
		f := &file{Source: s}
		if s.ID == "" && err == nil {
			f.define(doc)
		}
		for _, d := range f.definitions {
			if d.fragment != "" {
				j.fragments[d.fragment] = append(j.fragments[d.fragment], d)
			}
		}
		j.files = append(j.files, f)
	}
	sent := make([][]Source, len(j.files))
	for at, f := range j.files {
		sent[at] = j.operations(f)
	}
	for at, f := range j.files {
		if len(f.Operations) > 0 || !j.serves(f) {
			joined = append(joined, sent[at]...)
		}
		if findings := j.unused(f); len(findings) > 0 {
			found = append(found, Result{Source: f.Source, Operations: []Operation{{Findings: findings}}})
		}
	}
	return joined, found
}

type joiner struct {
	files     []*file
	fragments map[string][]*definition // of all files, by their names
	used      map[*definition]bool
}

// file is a source, and where in it what it defines is.
type file struct {
	Source
	text        []rune // as gqlparser counts
	definitions []*definition
}

// definition is an operation or a fragment, with what stands behind it until the next one begins.
type definition struct {
	of         *file
	start, end int // in its text
	at         *ast.Position
	set        ast.SelectionSet
	operation  *ast.OperationDefinition // nil: it is a fragment
	fragment   string                   // its name
}

func (f *file) define(doc *ast.QueryDocument) {
	f.text = []rune(f.Text)
	for _, op := range doc.Operations {
		f.definitions = append(f.definitions, &definition{of: f, at: op.Position, set: op.SelectionSet, operation: op})
	}
	for _, d := range doc.Fragments {
		f.definitions = append(f.definitions, &definition{of: f, at: d.Position, set: d.SelectionSet, fragment: d.Name})
	}
	slices.SortFunc(f.definitions, func(a, b *definition) int { return a.at.Start - b.at.Start })
	end := len(f.text)
	for _, d := range slices.Backward(f.definitions) {
		d.start, d.end = d.at.Start, end
		end = d.start
	}
}

// operations returns what is sent of a file. Operations that nothing tells apart, since they have the same name or one of several has
// none, stay together, for validation to say so.
func (j *joiner) operations(f *file) []Source {
	if len(f.Operations) == 0 || f.ID != "" {
		return []Source{f.Source}
	}
	if slices.Contains(f.Operations, "") {
		return []Source{j.join(f, f.Operations)}
	}
	var all []Source
	for i, name := range f.Operations {
		if slices.Index(f.Operations, name) == i {
			all = append(all, j.join(f, []string{name}))
		}
	}
	return all
}

// join returns the operations of these names with all fragments that they need. The text of each file that has some of it is whole
// there, with spaces in the place of the rest, so that lines and columns are the file's.
func (j *joiner) join(f *file, names []string) Source {
	chosen := map[*definition]bool{}
	files := []*file{f}
	var choose func(*definition)
	choose = func(d *definition) {
		if chosen[d] {
			return
		}
		chosen[d], j.used[d] = true, true
		if !slices.Contains(files, d.of) {
			files = append(files, d.of)
		}
		for _, name := range spreads(d.set, nil) {
			for _, fragment := range j.meant(name, d.of) {
				choose(fragment)
			}
		}
	}
	for _, d := range f.definitions {
		if d.operation != nil && slices.Contains(names, d.operation.Name) {
			choose(d)
		}
	}
	s := Source{File: f.File, Operations: names}
	var text strings.Builder
	for _, of := range files {
		part := of.only(chosen)
		text.WriteString(part + "\n")
		s.pieces = append(s.pieces, piece{of.File, lines(part)})
	}
	s.Text = text.String()
	return s
}

// meant returns the fragments that a spread in a file may mean: those of that file, or else those of others. Of several with the same
// text there is one.
func (j *joiner) meant(name string, in *file) (all []*definition) {
	for _, d := range j.fragments[name] {
		if d.of == in {
			all = append(all, d)
		}
	}
	if len(all) > 0 {
		return all
	}
	known := map[string]bool{}
	for _, d := range j.fragments[name] {
		if text := strings.TrimSpace(string(d.of.text[d.start:d.end])); !known[text] {
			known[text] = true
			all = append(all, d)
		} else {
			j.used[d] = true
		}
	}
	return all
}

// spreads returns the names of the fragments that a selection set spreads.
func spreads(set ast.SelectionSet, names []string) []string {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			names = spreads(s.SelectionSet, names)
		case *ast.InlineFragment:
			names = spreads(s.SelectionSet, names)
		case *ast.FragmentSpread:
			names = append(names, s.Name)
		}
	}
	return names
}

// only returns the text of a file with spaces in the place of all definitions that are not chosen.
func (f *file) only(chosen map[*definition]bool) string {
	text := slices.Clone(f.text)
	for _, d := range f.definitions {
		if chosen[d] {
			continue
		}
		for i := d.start; i < d.end; i++ {
			if text[i] != '\n' && text[i] != '\r' {
				text[i] = ' '
			}
		}
	}
	return string(text)
}

// lines is how many lines a text has, as gqlparser counts them.
func lines(text string) int {
	return strings.Count(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n") + 1
}

// serves reports whether some operation needs a part of a file.
func (j *joiner) serves(f *file) bool {
	return slices.ContainsFunc(f.definitions, func(d *definition) bool { return j.used[d] })
}

// unused returns the fragments of a file that no operation needs. Where that is all that the file has, looking at it says so.
func (j *joiner) unused(f *file) (found []Finding) {
	if !j.serves(f) {
		return nil
	}
	for _, d := range f.definitions {
		if !j.used[d] {
			found = append(found, Finding{
				Rule: Invalid, Message: fmt.Sprintf("Fragment %q is never used.", d.fragment), File: f.File, Line: d.at.Line, Column: d.at.Column,
			})
		}
	}
	return found
}
