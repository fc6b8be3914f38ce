package view_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/graph/view"
)

// TestLists reads lists with elements that cannot be read: what is left of them, and which elements the error names.
func TestLists(t *testing.T) {
	ints, sparse := view.ListOf(view.Int), view.SparseListOf(view.Opt(view.Int))
	for name, c := range map[string]struct {
		decode func(view.Value) (any, error)
		json   string
		want   any
		errs   []string
		lost   bool
	}{
		"Sparse":           {as(sparse), `[1,"x",null,2.5]`, []*int{ptr(1), nil, nil, nil}, []string{"[1] src: /v/1: want Int, got string", "[3] src: /v/3: want Int, got number that is not whole"}, false},
		"Whole":            {as(ints), `[1,"x",{}]`, []int(nil), []string{"[1] src: /v/1: want Int, got string"}, true},
		"SparseInSparse":   {as(view.SparseListOf(view.Null(sparse))), `[[1,"x"],7,null,[[]]]`, [][]*int{{ptr(1), nil}, nil, nil, {nil}}, []string{"[0 1] src: /v/0/1: want Int, got string", "[1] src: /v/1: want list, got number", "[3 0] src: /v/3/0: want Int, got list"}, false},
		"WholeInSparse":    {as(view.SparseListOf(view.Null(ints))), `[[1,"x","y"],[2]]`, [][]int{nil, {2}}, []string{"[0 1] src: /v/0/1: want Int, got string"}, false},
		"SparseInWhole":    {as(view.ListOf(sparse)), `[["x"],[1],null,["y"]]`, [][]*int(nil), []string{"[0 0] src: /v/0/0: want Int, got string", "[2] src: /v/2: want list, got null"}, true},
		"SparseInWholeAll": {as(view.ListOf(sparse)), `[["x"],[1]]`, [][]*int{{nil}, {ptr(1)}}, []string{"[0 0] src: /v/0/0: want Int, got string"}, false},
		"Wrapped":          {as(view.SparseListOf(view.EachAt("/p", view.Opt(view.Int)))), `[{"p":1},{"p":"x"}]`, []*int{ptr(1), nil}, []string{"[1] src: /v/1/p: want Int, got string"}, false},
		"WrappedLists":     {as(view.SparseListOf(view.EachAt("/p", view.Null(sparse)))), `[{"p":["x"]}]`, [][]*int{{nil}}, []string{"[0 0] src: /v/0/p/0: want Int, got string"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := view.Get(object(t, c.json), 1, c.decode)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.json, diff)
			}
			failed, ok := errors.AsType[*view.ListError](err)
			if !ok {
				t.Fatalf("%s: error %v, want a ListError", c.json, err)
			}
			var errs []string
			for _, e := range failed.Elements {
				errs = append(errs, fmt.Sprint(e.Index, " ", e.Err))
			}
			if !slices.Equal(errs, c.errs) || failed.Lost != c.lost {
				t.Errorf("%s: errors %q, lost %t; want %q, %t", c.json, errs, failed.Lost, c.errs, c.lost)
			}
		})
	}
}
