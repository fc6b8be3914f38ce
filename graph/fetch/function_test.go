package fetch_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/view"
)

// database is what a function of Go asks. Each query of it is noted: its keys, with spaces between them.
type database struct {
	queries []string
	name    string // of each object; "": there is none
	failure error
}

func (d *database) names(_ context.Context, keys []string) ([]view.Object, []error) {
	d.queries = append(d.queries, strings.Join(keys, " "))
	objects, errs := make([]view.Object, len(keys)), make([]error, len(keys))
	for i, key := range keys {
		switch {
		case d.failure != nil:
			errs[i] = d.failure
		case d.name != "":
			objects[i] = view.Object(*view.Build[object](wareShape, []byte(`"`+key+`"`), []byte(`"`+d.name+`"`)))
		}
	}
	return objects, errs
}

var wareShape = view.NewShape("/id", "/name")

// object is the view that the function makes.
type object view.Object

// fromGo is an entity that Go answers, with values that depend on these headers.
func fromGo(identity []string, policy *binding.CachePolicy) *binding.Field {
	return byID(binding.New(binding.Spec{
		Name: "Ware", Entity: true, Vars: wareID,
		Origin:  binding.Origin{Func: "Names", Identity: identity},
		Result:  binding.Result{Object: "Ware", KeySlots: []int{1}, Shape: wareShape},
		Caching: binding.Caching{Fingerprint: "names", Cache: policy},
	}))
}

// step is one operation, or what happens between two.
type step struct {
	do      func(t *testing.T, w *ware, d *database) // before the operation; nil: nothing
	who     string                                   // Authorization
	ids     string                                   // with spaces
	want    string
	queries int // so far
}

func TestFunctionsAreKept(t *testing.T) {
	passes := func(d time.Duration) func(*testing.T, *ware, *database) {
		return func(*testing.T, *ware, *database) { time.Sleep(d) }
	}
	named := func(name string) func(*testing.T, *ware, *database) {
		return func(_ *testing.T, _ *ware, d *database) { d.name = name }
	}
	var ids []string
	for i := range 100 {
		ids = append(ids, strconv.Itoa(i))
	}
	hundred := strings.Join(ids, " ")
	fails := func(_ *testing.T, _ *ware, d *database) { d.failure = errors.New("no connection") }
	for name, c := range map[string]struct {
		identity []string
		policy   *binding.CachePolicy
		steps    []step
	}{
		"for everybody": {[]string{}, aMinute, []step{
			{ids: "1 2", want: "v v", queries: 1},
			{ids: "1", who: "ann", want: "v", queries: 1},
			{ids: "2 3", want: "v v", queries: 2}, // only what is missing
		}},
		"a hundred keys are one query": {[]string{}, aMinute, []step{
			{ids: hundred, want: strings.TrimSpace(strings.Repeat("v ", 100)), queries: 1},
			{ids: hundred, want: strings.TrimSpace(strings.Repeat("v ", 100)), queries: 1},
		}},
		"for each caller": {[]string{"Authorization"}, aMinute, []step{
			{who: "ann", ids: "1", want: "v", queries: 1},
			{do: named("other"), who: "bob", ids: "1", want: "other", queries: 2},
			{who: "ann", ids: "1", want: "v", queries: 2},
			{ids: "1", want: "other", queries: 3}, // nobody
			{ids: "1", want: "other", queries: 3},
		}},
		"nobody says for whom": {nil, aMinute, []step{{ids: "1", want: "v", queries: 1}, {ids: "1", want: "v", queries: 2}}},
		"nobody says how long": {[]string{}, nil, []step{{ids: "1", want: "v", queries: 1}, {ids: "1", want: "v", queries: 2}}},
		"until they are old":   {[]string{}, aMinute, []step{{ids: "1", want: "v", queries: 1}, {do: passes(time.Minute), ids: "1", want: "v", queries: 2}}},
		"until they are invalid": {[]string{}, aMinute, []step{
			{ids: "1 2", want: "v v", queries: 1},
			{do: func(t *testing.T, w *ware, d *database) { w.invalidate(t); d.name = "new" }, ids: "1 2", want: "new v", queries: 2},
		}},
		"that there is none, for a moment": {[]string{}, aMinute, []step{
			{do: named(""), ids: "1", want: "null", queries: 1},
			{do: named("v"), ids: "1", want: "null", queries: 1},
			{do: passes(6 * time.Second), ids: "1", want: "v", queries: 2},
		}},
		"an error is not": {[]string{}, aMinute, []step{
			{do: fails, ids: "1", want: "error: no connection", queries: 1},
			{do: func(_ *testing.T, _ *ware, d *database) { d.failure = nil }, ids: "1", want: "v", queries: 2},
		}},
		"while Go fails": {[]string{}, aMinute, []step{
			{ids: "1", want: "v", queries: 1},
			{do: func(t *testing.T, w *ware, d *database) { fails(t, w, d); time.Sleep(2 * time.Minute) }, ids: "1", want: "v", queries: 2},
			{do: passes(2 * time.Hour), ids: "1", want: "error: no connection", queries: 3},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response { return says(http.StatusInternalServerError, "") })
				d := &database{name: "v"}
				w.service.Functions = map[string]fetch.Func{"Names": d.names}
				f := fromGo(c.identity, c.policy)
				for i, s := range c.steps {
					if s.do != nil {
						s.do(t, w, d)
					}
					header := http.Header{}
					if s.who != "" {
						header.Set("Authorization", s.who)
					}
					got, _ := w.get(t.Context(), header, f, strings.Fields(s.ids)...)
					if strings.Join(got, " ") != s.want || len(d.queries) != s.queries {
						t.Errorf("step %d: got %q after the queries %q, want %q after %d", i, got, d.queries, s.want, s.queries)
					}
				}
			})
		})
	}
}

// What is only for one caller stays out of what is beyond the process, as a service's values do.
func TestFunctionsArePrivate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWare(t, cache.Classes{}, nil)
		d := &database{name: "v"}
		w.service.Functions = map[string]fetch.Func{"Names": d.names}
		for _, c := range []struct {
			identity []string
			private  bool
		}{{[]string{}, false}, {[]string{"Authorization"}, true}} {
			f := fromGo(c.identity, aMinute)
			_, kept := w.get(t.Context(), http.Header{"Authorization": {"ann"}}, f, "1")
			if kept.Never || kept.Private != c.private || !slices.Contains(kept.Tags, cache.OfKey("Ware", "1")) {
				t.Errorf("with the identity %q an answer is kept as %+v", c.identity, kept)
			}
		}
	})
}
