package edge

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

func TestDocuments(t *testing.T) {
	ctx := t.Context()
	d := newDocuments(10)
	a, b, c := &ast.QueryDocument{}, &ast.QueryDocument{}, &ast.QueryDocument{}
	d.Add(ctx, "aaaa", a)
	d.Add(ctx, "bbbb", b)
	d.Get(ctx, "aaaa") // b is now the least recently used
	d.Add(ctx, "cccc", c)
	for text, want := range map[string]*ast.QueryDocument{"aaaa": a, "bbbb": nil, "cccc": c} {
		if got, _ := d.Get(ctx, text); got != want {
			t.Errorf("%s: got %p, want %p", text, got, want)
		}
	}
	d.Add(ctx, "aaaa", b)
	if got, _ := d.Get(ctx, "aaaa"); got != a {
		t.Error("the second document for a text replaced the first")
	}
	d.Add(ctx, strings.Repeat("d", 11), c)
	if d.size != 8 || d.recent.Len() != 2 || len(d.byText) != 2 {
		t.Errorf("got size %d, %d entries, %d texts; want 8, 2, 2", d.size, d.recent.Len(), len(d.byText))
	}
}
