package bindgen

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrap(t *testing.T) {
	long := strings.Repeat("x", 60)
	for _, c := range []struct{ name, in, want string }{
		{"Short", `var a = []int{1, 2}`, `var a = []int{1, 2}`},
		{
			"Literal",
			fmt.Sprintf(`var a = T{A: %q, B: f("é", "%s, {("), C: []string{"c"}}`, long, long),
			fmt.Sprintf("var a = T{\n\tA: %q,\n\tB: f(\"é\", \"%s, {(\"),\n\tC: []string{\"c\"},\n}", long, long),
		},
		{
			"Nested",
			fmt.Sprintf(`var a = T{A: T{A: %[1]q, B: %[1]q, C: %[1]q}, B: 1}`, long),
			fmt.Sprintf("var a = T{\n\tA: T{\n\t\tA: %[1]q,\n\t\tB: %[1]q,\n\t\tC: %[1]q,\n\t},\n\tB: 1,\n}", long),
		},
		{
			"Function",
			fmt.Sprintf("func f(%s int, b ...%s) (int, error) { return 0, nil }", long, long),
			fmt.Sprintf("func f(\n\t%s int,\n\tb ...%s,\n) (int, error) {\n\treturn 0, nil\n}", long, long),
		},
		{
			"Body",
			fmt.Sprintf("func f() int { return g(%q, %q, 1) }", long, long[:50]),
			fmt.Sprintf("func f() int {\n\treturn g(%q, %q, 1)\n}", long, long[:50]),
		},
		{
			"Spread",
			fmt.Sprintf("var a = g(%q, %q, %s...)", long, long, "b"+long),
			fmt.Sprintf("var a = g(\n\t%q,\n\t%q,\n\t%s...,\n)", long, long, "b"+long),
		},
		{"Word", "var a = `" + long + long + long + "`", "var a = `" + long + long + long + "`"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := wrap([]byte("package p\n\n" + c.in + "\n"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("package p\n\n"+c.want+"\n", string(got)); diff != "" {
				t.Errorf("wrap (-want +got):\n%s", diff)
			}
		})
	}
}

func TestComment(t *testing.T) {
	words := strings.TrimSpace(strings.Repeat("word ", 60))
	url := "https://example.com/" + strings.Repeat("a", maxLine)
	got := comment("Name", words+"\n\n"+url+" ends")
	for line := range strings.SplitSeq(got, "\n") {
		if tooLong([]byte(line)) && !strings.Contains(line, url) {
			t.Errorf("got a line of %d characters: %s", len(line), line)
		}
	}
	joined := strings.ReplaceAll(strings.ReplaceAll(got, "\n// ", " "), "\n//", "\n")
	if want := "// Name: " + words + "\n " + url + " ends"; joined != want {
		t.Errorf("got the words\n%s\nwant\n%s", joined, want)
	}
}

func TestRelative(t *testing.T) {
	t.Chdir(t.TempDir())
	absolute, err := filepath.Abs("schema/shop.graphql:3")
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		absolute:                 "schema/shop.graphql:3",
		"schema/shop.graphql:3":  "schema/shop.graphql:3",
		"../other/shop.graphql:": "../other/shop.graphql:",
	} {
		if got := relative(in); got != want {
			t.Errorf("relative(%q): got %q, want %q", in, got, want)
		}
	}
}
