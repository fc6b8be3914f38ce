package service_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/service"
)

// TestSchema prints the schema that clients see, which says nothing of services, and reads it again; the command takes nothing besides flags.
func TestSchema(t *testing.T) {
	want, err := os.ReadFile("testdata/posts.graphql")
	if err != nil {
		t.Fatal(err)
	}
	got, status := inspected(t, service.Options{}, nil, "schema")
	if diff := cmp.Diff(string(want), got); diff != "" || status != 0 {
		t.Errorf("status %d, testdata/posts.graphql (-want +got):\n%s", status, diff)
	}
	for _, word := range []string{"@", "jsonplaceholder", "weft"} {
		if strings.Contains(got, word) {
			t.Errorf("the schema says %q", word)
		}
	}
	if _, err := gqlparser.LoadSchema(&ast.Source{Name: "posts.graphql", Input: got}); err != nil {
		t.Errorf("it does not load: %v", err)
	}

	got, status = inspected(t, service.Options{}, nil, "schema", "posts.graphql")
	if want := `unexpected argument "posts.graphql"`; !strings.Contains(got, want) || status == 0 {
		t.Errorf("got %q, status %d; want %q", got, status, want)
	}
	got, status = inspected(t, service.Options{}, nil, "schema", "-no-such-flag")
	if want := "-no-such-flag"; !strings.Contains(got, want) || status == 0 {
		t.Errorf("got %q, status %d; want %q", got, status, want)
	}
}
