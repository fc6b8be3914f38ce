package bindgen

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxLine is how long a line of our files may be, in characters; a tab counts as four. Only a word may be longer: a string or a
// name in Go, a URL in a comment.
const maxLine = 140

// tooLong reports whether a line is longer than maxLine.
func tooLong(line []byte) bool {
	return utf8.RuneCount(line)+3*bytes.Count(line, []byte("\t")) > maxLine
}

// wrap breaks the long lines of a Go file, each at its longest pair of brackets, until none is left that has one.
func wrap(src []byte) ([]byte, error) {
	for {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, "", src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		w := wrapper{src: src, file: set.File(file.FileStart), longest: map[int]brackets{}}
		ast.Inspect(file, w.visit)
		if len(w.longest) == 0 {
			return src, nil
		}
		if src, err = format.Source(w.broken()); err != nil {
			return nil, err
		}
	}
}

// wrapper looks for brackets that can be broken in one Go file.
type wrapper struct {
	src     []byte
	file    *token.File
	longest map[int]brackets // by line, of those that are too long
}

// brackets are two brackets on one line. Offsets are in the file.
type brackets struct {
	open, end int
	elements  []int // where each ends; none: statements
}

func (w *wrapper) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CompositeLit:
		add(w, n.Lbrace, n.Rbrace, n.Elts)
	case *ast.CallExpr:
		add(w, n.Lparen, n.Rparen, n.Args)
	case *ast.FuncType:
		add(w, n.Params.Opening, n.Params.Closing, n.Params.List)
	case *ast.BlockStmt:
		add(w, n.Lbrace, n.Rbrace, []ast.Stmt{})
	}
	return true
}

// add adds a pair of brackets if its line is too long and it is the longest of it. Elements that are nil mean that there are none, and
// nothing to break; an empty list that is not nil is a block of statements, which break by themselves when the block does.
func add[N ast.Node](w *wrapper, open, end token.Pos, elements []N) {
	line := w.file.Line(open)
	if elements == nil || w.file.Line(end) != line || end == open+1 || !tooLong(w.line(line)) {
		return
	}
	b := brackets{open: w.file.Offset(open), end: w.file.Offset(end)}
	if known, ok := w.longest[line]; ok && known.end-known.open >= b.end-b.open {
		return
	}
	for _, e := range elements {
		b.elements = append(b.elements, w.file.Offset(e.End()))
	}
	w.longest[line] = b
}

// line is the text of a line.
func (w *wrapper) line(n int) []byte {
	text := w.src[w.file.Offset(w.file.LineStart(n)):]
	if end := bytes.IndexByte(text, '\n'); end >= 0 {
		text = text[:end]
	}
	return text
}

// broken is the file with the brackets of each long line on lines of their own, and each element, too.
func (w *wrapper) broken() []byte {
	breaks := map[int]string{} // before which offset
	for _, b := range w.longest {
		breaks[b.open+1], breaks[b.end] = "\n", "\n"
		for i, at := range b.elements {
			if i == len(b.elements)-1 {
				if last := bytes.TrimRight(w.src[:b.end], " "); last[len(last)-1] != ',' {
					breaks[b.end] = ",\n"
				}
				break
			}
			breaks[at+bytes.IndexByte(w.src[at:], ',')+1] = "\n"
		}
	}
	var out bytes.Buffer
	from := 0
	for _, at := range slices.Sorted(maps.Keys(breaks)) {
		out.Write(w.src[from:at])
		out.WriteString(breaks[at])
		from = at
	}
	out.Write(w.src[from:])
	return out.Bytes()
}

// wrapText breaks lines of text between words.
func wrapText(line string, width int) []string {
	var lines []string
	for utf8.RuneCountInString(line) > width {
		at := 0
		for i, r := range line {
			if r == ' ' && (at == 0 || utf8.RuneCountInString(line[:i]) <= width) {
				at = i
			}
		}
		if at == 0 {
			break
		}
		lines = append(lines, line[:at])
		line = strings.TrimLeft(line[at:], " ")
	}
	return append(lines, line)
}
