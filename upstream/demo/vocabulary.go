package demo

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
)

// vocabularyFiles holds the hand-written words and sentences from which the shop is made.
//
// A file is a list of lines. Blank lines and those that begin with # are ignored. In tables (brands, stores,
// departments) a line is one row, its columns separated by " | ". Elsewhere a line is "key: value".
// In a trade, what follows a "kind:" line belongs to that kind, and what stands before the first, to all of them.
//
//go:embed vocabulary
var vocabularyFiles embed.FS

// vocabulary is the content of the embedded files, parsed.
type vocabulary struct {
	departments [][]string
	trades      []*trade
	brands      [][]string
	stores      [][]string
	places      [][]string
	first, last []string
	phrases     map[string][]string // by "open 5", "title 1"…
}

// trade is the vocabulary of one category.
type trade struct {
	id, name, department, about string
	series, colors              []string
	used                        []string // what reviewers did with it; true of every kind
	remarks                     []remark // true of every kind
	kinds                       []*kind
}

// kind is a sort of product within a trade: the four kinds of tent, say.
type kind struct {
	title, noun        string
	minEuro, maxEuro   int
	minGrams, maxGrams int
	facts              []fact
	works              []work
	leads, says        []string
	remarks            []remark
}

// fact is a line of a product's specification and the values it may have.
type fact struct {
	name   string
	values []string
}

// work is a book.
type work struct{ title, author, about string }

// remark is one sentence of a review. Two remarks on one aspect never meet in a review, so that none contradicts itself.
type remark struct {
	good         bool
	aspect, text string
}

// tradeFiles lists the categories in the order in which the shop shows them.
func tradeFiles() []string {
	return []string{
		"tents", "sleeping", "packs", "cookware", "knives", "coffee",
		"books", "audio", "lamps", "hand-tools", "power-tools", "garden",
	}
}

// readVocabulary parses the embedded files. An error names the file and the line.
func readVocabulary() (*vocabulary, error) {
	v := &vocabulary{phrases: map[string][]string{}}
	for _, step := range []struct {
		file string
		take func(line string) error
	}{
		{"departments.txt", table(&v.departments, 3)},
		{"brands.txt", table(&v.brands, 6)},
		{"stores.txt", table(&v.stores, 6)},
		{"people.txt", v.person},
		{"phrases.txt", v.phrase},
	} {
		if err := eachLine(step.file, step.take); err != nil {
			return nil, err
		}
	}
	for _, name := range tradeFiles() {
		t := &trade{id: name}
		if err := eachLine("trades/"+name+".txt", t.line); err != nil {
			return nil, err
		}
		v.trades = append(v.trades, t)
	}
	return v, nil
}

func eachLine(file string, take func(string) error) error {
	text, err := vocabularyFiles.ReadFile("vocabulary/" + file)
	if err != nil {
		return fmt.Errorf("read vocabulary: %w", err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := take(line); err != nil {
			return fmt.Errorf("vocabulary/%s:%d: %w", file, n, err)
		}
	}
	return nil
}

// table returns a line function that appends rows of exactly width columns.
func table(rows *[][]string, width int) func(string) error {
	return func(line string) error {
		row := split(line, " | ")
		if len(row) != width {
			return fmt.Errorf("got %d columns, want %d", len(row), width)
		}
		*rows = append(*rows, row)
		return nil
	}
}

func (v *vocabulary) person(line string) error {
	key, value, _ := strings.Cut(line, ": ")
	switch key {
	case "first":
		v.first = split(value, ",")
	case "last":
		v.last = split(value, ",")
	case "place":
		return table(&v.places, 4)(value)
	default:
		return fmt.Errorf("unknown key %q", key)
	}
	return nil
}

func (v *vocabulary) phrase(line string) error {
	key, value, ok := strings.Cut(line, ": ")
	if !ok {
		return fmt.Errorf("want key: phrase, got %q", line)
	}
	v.phrases[key] = append(v.phrases[key], value)
	return nil
}

func (t *trade) line(line string) error {
	key, value, ok := strings.Cut(line, ": ")
	switch {
	case !ok:
		return fmt.Errorf("want key: value, got %q", line)
	case key == "kind":
		return t.addKind(split(value, " | "))
	case key[0] == '+' || key[0] == '-':
		t.addRemark(remark{good: key[0] == '+', aspect: key[2:], text: value})
	case len(t.kinds) == 0:
		return t.set(key, value)
	default:
		return t.kinds[len(t.kinds)-1].set(key, value)
	}
	return nil
}

func (t *trade) set(key, value string) error {
	switch key {
	case "name":
		t.name = value
	case "department":
		t.department = value
	case "about":
		t.about = value
	case "series":
		t.series = split(value, ",")
	case "colors":
		t.colors = split(value, ",")
	case "used":
		t.used = append(t.used, value)
	default:
		return fmt.Errorf("unknown key %q of a category", key)
	}
	return nil
}

func (t *trade) addKind(columns []string) error {
	if len(columns) != 6 {
		return fmt.Errorf("got %d columns, want title, noun, euro from, to, grams from, to", len(columns))
	}
	k := &kind{title: columns[0], noun: columns[1]}
	for i, into := range []*int{&k.minEuro, &k.maxEuro, &k.minGrams, &k.maxGrams} {
		n, err := strconv.Atoi(columns[2+i])
		if err != nil {
			return fmt.Errorf("kind %s: %w", k.title, err)
		}
		*into = n
	}
	t.kinds = append(t.kinds, k)
	return nil
}

func (t *trade) addRemark(r remark) {
	if len(t.kinds) == 0 {
		t.remarks = append(t.remarks, r)
		return
	}
	k := t.kinds[len(t.kinds)-1]
	k.remarks = append(k.remarks, r)
}

func (k *kind) set(key, value string) error {
	columns := split(value, " | ")
	switch {
	case key == "lead":
		k.leads = append(k.leads, value)
	case key == "say":
		k.says = append(k.says, value)
	case key == "fact" && len(columns) == 2:
		k.facts = append(k.facts, fact{name: columns[0], values: split(columns[1], " / ")})
	case key == "work" && len(columns) == 3:
		k.works = append(k.works, work{title: columns[0], author: columns[1], about: columns[2]})
	default:
		return fmt.Errorf("unknown key or number of columns: %s", key)
	}
	return nil
}

// split cuts s at sep and trims the parts; a lone "-" is no part at all.
func split(s, sep string) []string {
	if s == "-" {
		return nil
	}
	parts := strings.Split(s, sep)
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}
