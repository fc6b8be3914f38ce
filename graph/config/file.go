package config

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxFile bounds the file in bytes; one that is larger is not ours.
const maxFile = 1 << 20

// readFile applies the file at path.
func (l *loader) readFile(path string) {
	text, err := readAll(path)
	if err != nil {
		l.problem(path, fmt.Errorf("cannot be read: %w", err))
		return
	}
	f := &file{l}
	f.settings(text)
}

// readAll returns a file's content, up to maxFile. Its errors do not name the path.
func readAll(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("it has more than %d bytes", maxFile)
	}
	return text, withoutPath(err)
}

// withoutPath returns what went wrong, for messages that name the path themselves or may not.
func withoutPath(err error) error {
	if of, ok := errors.AsType[*os.PathError](err); ok {
		return of.Err
	}
	return err
}

// file is a file being read. Its nodes are walked here instead of being decoded into a struct, so that every
// problem is found in one go and each has its line.
type file struct{ *loader }

// settings applies all that the file says.
func (f *file) settings(text []byte) {
	root, err := f.parse(text)
	if err != nil || root == nil {
		f.fail(nil, "", err)
		return
	}
	f.mapping("", root, rootMembers(&f.config))
}

// parse returns the file's root, nil if it is empty. Duplicate keys are left to mapping, which names both.
func (f *file) parse(text []byte) (ast.Node, error) {
	tree, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
	if syntax, ok := errors.AsType[yaml.Error](err); ok {
		// The parser puts into double quotes what it quotes from the file, which may be a secret.
		message, _, _ := strings.Cut(syntax.GetMessage(), `"`)
		return nil, &lineError{tokenLine(syntax.GetToken()), "not valid YAML: " + strings.TrimRight(message, ": ")}
	}
	if err != nil {
		return nil, fmt.Errorf("not valid YAML: %w", err)
	}
	if len(tree.Docs) > 1 {
		return nil, errors.New("must be one YAML document, without a line of ---")
	}
	if len(tree.Docs) == 0 || isNull(tree.Docs[0].Body) {
		return nil, nil
	}
	return tree.Docs[0].Body, nil
}

// lineError is an error at a line.
type lineError struct {
	line    int
	message string
}

func (e *lineError) Error() string { return e.message }

// fail records err, if it is one, at node's line, or at its own when it has one. key is the whole path of the key; "" is the file as such.
func (f *file) fail(node ast.Node, key string, err error) {
	if err == nil {
		return
	}
	line := lineOf(node)
	if at, ok := errors.AsType[*lineError](err); ok {
		line = at.line
	}
	where := f.at(line)
	if key != "" {
		where += ": " + key
	}
	f.problem(where, err)
}

// mapping reads each member of node as known says. An empty value is an empty mapping: all of its members may
// be commented out.
func (f *file) mapping(key string, node ast.Node, known []member) {
	f.each(key, node, func(name, key string, at, value ast.Node) {
		for _, m := range known {
			if m.name == name {
				m.read(f, key, value)
				return
			}
		}
		var names []string
		for _, m := range known {
			names = append(names, m.name)
		}
		f.fail(at, key, errors.New("unknown key"+cmp.Or(renamed(key), didYouMean(name, names))))
	})
}

// each calls member for every member of the mapping node, in their order: with its name, its whole path, and its key and value in the
// file. A second member of the same name is reported and not read.
func (f *file) each(key string, node ast.Node, member func(name, key string, at, value ast.Node)) {
	if isNull(node) {
		return
	}
	pairs, ok := pairsOf(node)
	if !ok {
		f.fail(node, key, errors.New("must be a mapping: names, each with a colon and a value"))
		return
	}
	seen := map[string]int{}
	for _, pair := range pairs {
		name, isText := textOf(pair.Key)
		whole := name
		if key != "" {
			whole = key + "." + name
		}
		switch first, twice := seen[name]; {
		case !isText:
			f.fail(pair.Key, key, errors.New("a name must be plain text"))
		case twice:
			f.fail(pair.Key, whole, fmt.Errorf("given twice, first on line %d", first))
		default:
			seen[name] = lineOf(pair.Key)
			member(name, whole, pair.Key, pair.Value)
		}
	}
}

// list calls set with the texts of a list of single values; one value without a list is a list of it.
func (f *file) list(key string, node ast.Node, set func(texts []string) error) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		f.value(key, node, func(text string) error { return set([]string{text}) })
		return
	}
	var texts []string
	before := len(f.problems)
	for _, value := range sequence.Values {
		f.value(key, value, func(text string) error {
			texts = append(texts, text)
			return nil
		})
	}
	if len(f.problems) == before {
		f.fail(node, key, set(texts))
	}
}

// value calls set with the text of a single value: of a string what it says, of anything else what is written.
func (f *file) value(key string, node ast.Node, set func(text string) error) {
	text, ok := textOf(node)
	switch {
	case isNull(node):
		f.fail(node, key, errors.New("has no value: give one, or leave the key out"))
	case !ok:
		f.fail(node, key, errors.New("must be a single value"))
	default:
		f.fail(node, key, set(text))
	}
}
