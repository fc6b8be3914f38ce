package fetch_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/view"
)

// A batch is split when its keys are too many for one URL, into as many calls as were foreseen, and never because of what else is in
// the URL: a client could make a call of each key with one long argument.
func TestSplit(t *testing.T) {
	for name, c := range map[string]struct {
		template string
		text     int // bytes of the argument
		keys     int
		key      int // bytes of a key
		calls    int
	}{
		"few keys":                {"/wares{?ids,text}", 0, 100, 40, 1},
		"more than a URL takes":   {"/wares{?ids,text}", 0, 300, 40, 2},
		"long keys":               {"/wares{?ids,text}", 0, 60, 206, 2},
		"a key a URL":             {"/wares{?ids,text}", 0, 20, 8 << 10, 20},
		"a long argument":         {"/wares{?ids,text}", 9 << 10, 100, 40, 1},
		"one that leaves no room": {"/wares{?ids,text}", 8 << 10, 180, 40, 1},
		"both":                    {"/wares{?ids,text}", 9 << 10, 300, 40, 2},
		"keys in the body":        {"/wares{?text}", 9 << 10, 300, 206, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response { return says(http.StatusOK, "[]") })
				batch := &binding.Batch{Call: binding.Call{Template: c.template}, Keys: "ids", Match: []string{"/id"}, Max: 300}
				if !strings.Contains(c.template, "ids") {
					batch.Method, batch.Body = http.MethodPost, &binding.Body{Var: "ids"}
				}
				b := binding.New(binding.Spec{
					Name:   "Query.wares",
					Vars:   []binding.Var{{Name: "ids", Type: &binding.Type{Scalar: "ID"}}, {Name: "text", Type: &binding.Type{Scalar: "String"}}},
					Origin: binding.Origin{Upstream: "ware", Batch: batch},
					Result: binding.Result{Object: "Ware", Shape: view.NewShape("/id", "/name")},
				})
				f := &binding.Field{Binding: b, Sources: []binding.Source{{Argument: "id"}, {Argument: "text"}}}
				var members []fetch.Member
				var keys []string
				for i := range c.keys {
					keys = append(keys, fmt.Sprintf("%0*d", c.key, i))
					args := binding.Arguments{"id": keys[i], "text": strings.Repeat("x", c.text)}
					members = append(members, fetch.Member{Field: f, Args: args, Parents: make([]view.Object, 1)})
				}
				x := fetch.Begin(w.service, fetch.Options{})
				x.Fetch(t.Context(), members)
				x.Close()
				if got := w.called(); got != c.calls || got != b.Calls(0, 0, keys...) {
					t.Errorf("%d calls, want %d, and %d were foreseen", got, c.calls, b.Calls(0, 0, keys...))
				}
			})
		})
	}
}
