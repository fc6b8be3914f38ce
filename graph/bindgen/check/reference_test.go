package check_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"golang.org/x/tools/txtar"

	"weft/graph/bindgen/check"
)

var (
	// completeBlock is an example of the reference: its name and its schema.
	completeBlock = regexp.MustCompile("(?ms)^```graphql complete ([a-z]+)\n(.*?)^```$")
	// sampleBlock is a recorded answer in the reference: its path and its text.
	sampleBlock = regexp.MustCompile("(?ms)^`(samples/[A-Za-z.]+)`:\n\n```json\n(.*?)^```$")
)

// reference are the language's two pages.
func reference(t *testing.T) (text string) {
	t.Helper()
	for _, name := range []string{"README.md", "REFERENCE.md"} {
		text += page(t, name)
	}
	return text
}

func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	heading = regexp.MustCompile("(?m)^#+ (.*)$")
	// section is a link to a section of one of the pages.
	section = regexp.MustCompile(`\]\((README\.md|REFERENCE\.md)?#([^)]+)\)`)
)

// TestReferenceLinks follows the links from each page of the language to sections, and those of the project's other pages to the second one.
func TestReferenceLinks(t *testing.T) {
	anchors := map[string]bool{}
	for _, name := range []string{"README.md", "REFERENCE.md"} {
		for _, h := range heading.FindAllStringSubmatch(page(t, name), -1) {
			anchor := strings.ReplaceAll(regexp.MustCompile("[^a-z0-9 _-]").ReplaceAllString(strings.ToLower(h[1]), ""), " ", "-")
			anchors[name+"#"+anchor] = true
		}
	}
	for _, name := range []string{"README.md", "REFERENCE.md"} {
		for _, link := range section.FindAllStringSubmatch(page(t, name), -1) {
			to := link[1] + "#" + link[2]
			if link[1] == "" {
				to = name + to
			}
			if !anchors[to] {
				t.Errorf("%s has a link to %s, which is no section", name, to)
			}
		}
	}
	for _, name := range []string{"../../README.md", "../../CONTRIBUTING.md", "../../cache/README.md", "../config/README.md"} {
		for _, link := range regexp.MustCompile(`bindgen/((?:README|REFERENCE)\.md#[^)]+)\)`).FindAllStringSubmatch(page(t, name), -1) {
			if !anchors[link[1]] {
				t.Errorf("%s has a link to %s, which is no section", name, link[1])
			}
		}
	}
}

// TestReference compiles every complete schema of the reference and compares the service with the one in
// testdata/reference, so that an example cannot go on in the text when the language has moved.
func TestReference(t *testing.T) {
	text := reference(t)
	var samples []txtar.File
	for _, b := range sampleBlock.FindAllStringSubmatch(text, -1) {
		samples = append(samples, txtar.File{Name: b[1], Data: []byte(b[2])})
	}
	var names []string
	for _, b := range completeBlock.FindAllStringSubmatch(text, -1) {
		name, schema := b[1], b[2]
		names = append(names, name)
		t.Run(name, func(t *testing.T) {
			file := "testdata/reference/" + name + ".txtar"
			archive, err := txtar.ParseFile(file)
			if err != nil && !*update {
				t.Fatal(err)
			}
			given := &txtar.Archive{
				Comment: []byte("An example of README.md.\n\n"),
				Files:   slices.Concat([]txtar.File{{Name: "schema.graphql", Data: []byte(schema)}}, samples),
			}
			got, ok := compile(given)
			if !ok {
				t.Fatalf("the example %s has problems:\n%s", name, got)
			}
			if *update {
				given.Files = append(given.Files[:1], txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(given), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, f := range archive.Files {
				want := map[string]string{"schema.graphql": schema, "want": got}[f.Name]
				if diff := cmp.Diff(string(f.Data), want); diff != "" {
					t.Errorf("%s, %s (-want +got):\n%s", file, f.Name, diff)
				}
			}
		})
	}
	files, err := filepath.Glob("testdata/reference/*.txtar")
	if err != nil || len(names) == 0 || len(files) != len(names) {
		t.Errorf("got %d examples and %d files, %v; want as many of both", len(names), len(files), err)
	}
}

// TestReferenceProblems makes the mistakes whose messages the reference quotes.
func TestReferenceProblems(t *testing.T) {
	text := reference(t)
	for _, c := range []struct{ example, right, wrong string }{
		{"start", `"catalog", get: "/products", `, `"catlog", get: "/products", `},
		{"samples", `at: "/origin/city"`, `at: "/city"`},
		{"guards", `"supplierId") @requiresScopes(scopes: [["staff"]])`, `"supplierId")`},
	} {
		archive := &txtar.Archive{}
		for _, b := range completeBlock.FindAllStringSubmatch(text, -1) {
			if b[1] == c.example {
				archive.Files = append(archive.Files, txtar.File{Name: "schema.graphql", Data: []byte(strings.Replace(b[2], c.right, c.wrong, 1))})
			}
		}
		for _, b := range sampleBlock.FindAllStringSubmatch(text, -1) {
			archive.Files = append(archive.Files, txtar.File{Name: b[1], Data: []byte(b[2])})
		}
		if got, ok := compile(archive); ok || !strings.Contains(text, "```text\n"+got+"```") {
			t.Errorf("%s with %s: the reference does not quote the message, got\n%s", c.example, c.wrong, got)
		}
	}
}

// TestReferenceArguments looks for a line of a table for every argument of every directive, and every field of the
// objects in them: its name, type and default.
func TestReferenceArguments(t *testing.T) {
	text := reference(t)
	doc, err := parser.ParseSchema(check.Directives())
	if err != nil {
		t.Fatal(err)
	}
	line := func(name string, typ *ast.Type, fallback *ast.Value) string {
		byDefault := "–"
		if fallback != nil {
			byDefault = "`" + fallback.String() + "`"
		}
		return "\n| `" + name + "` | `" + strings.ReplaceAll(typ.String(), "weft__", "") + "` | " + byDefault + " | "
	}
	for _, d := range doc.Directives {
		section := between(text, "\n## @"+d.Name+"\n", "\n## ")
		if section == "" {
			t.Errorf("@%s has no section", d.Name)
		}
		for _, a := range d.Arguments {
			if want := line(a.Name, a.Type, a.DefaultValue); !strings.Contains(section, want) {
				t.Errorf("@%s(%s:) has no line%s", d.Name, a.Name, want)
			}
		}
	}
	sections := map[string][2]string{
		"weft__UpstreamErrors": {"\n`errors`, each", "\n`fields`"}, "weft__FieldErrors": {"\n`fields`, whose other", "\n* "}, "weft__ClaimHeader": {"\nA header of `claims`:\n", "\n* "},
		"weft__FieldBatch": {"\n### batch\n", "\n* "}, "weft__EntityBatch": {"\n`batch`:\n", "\n* "},
		"weft__Entries": {"\n### Entries\n", "\n* "}, "weft__Header": {"\n## Headers\n", "\n## "}, "weft__Param": {"\n## Parameters\n", "\n## "}, "weft__Page": {"\n## Pages\n", "\n## "}, "weft__DiscriminatorType": {"\n`types` has an element", "\n* "},
	}
	for _, def := range doc.Definitions {
		if def.Kind != ast.InputObject {
			continue
		}
		section := between(text, sections[def.Name][0], sections[def.Name][1])
		for _, f := range def.Fields {
			if want := line(f.Name, f.Type, f.DefaultValue); !strings.Contains(section, want) {
				t.Errorf("%s.%s has no line%s", def.Name, f.Name, want)
			}
		}
	}
}

// between is the text behind start and before end; "" when start is not there.
func between(text, start, end string) string {
	_, text, found := strings.Cut(text, start)
	if start == "" || !found {
		return ""
	}
	text, _, _ = strings.Cut(text, end)
	return text
}

// TestReferenceNotSupported compares the list of the directives that nothing acts on with what the compiler says of them.
func TestReferenceNotSupported(t *testing.T) {
	var listed []string
	for _, m := range regexp.MustCompile("`@([A-Za-z]+)`").FindAllStringSubmatch(between(reference(t), "\n## What is not supported\n", "\n## "), -1) {
		listed = append(listed, m[1])
	}
	for _, name := range listed {
		source := &ast.Source{Name: "schema.graphql", Input: "type Query { a: String @resolver @" + name + " }"}
		_, problems := check.Compile([]*ast.Source{source}, check.Options{})
		if len(problems) != 1 || !strings.Contains(problems[0].Text, "not supported yet") {
			t.Errorf("@%s: got %v, want that it is not supported yet", name, problems)
		}
	}
	known, err := os.ReadFile("testdata/schemas/not_yet_supported.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`: @([A-Za-z]+): .*not supported yet`).FindAllStringSubmatch(string(known), -1) {
		if !slices.Contains(listed, m[1]) {
			t.Errorf("@%s is not supported, and the reference does not say so", m[1])
		}
	}
}
