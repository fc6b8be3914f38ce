package fetch_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/prefetch/ledger"
	"weft/graph/view"
)

// manyWares is a field of wares by a list of keys that is an argument, 5 in one call, of which it loads a part.
func manyWares() *binding.Field {
	b := binding.New(binding.Spec{
		Name: "Ware", Entity: true, Vars: wareID,
		Origin:  binding.Origin{Upstream: "ware", Batch: &binding.Batch{Call: binding.Call{Template: "/wares{?ids}"}, Keys: "ids", Match: []string{"/id"}, Max: 5}},
		Result:  binding.Result{Object: "Ware", KeySlots: []int{1}, Shape: view.NewShape("/id", "/name")},
		Caching: binding.Caching{Fingerprint: "wares", Cache: fresh},
	})
	return &binding.Field{
		Binding: b, Sources: []binding.Source{{Argument: "ids"}}, Keys: true,
		Part: &binding.Part{Field: "Query.wares", First: "first", Skip: "skip"},
	}
}

// newRide is a service whose answers take 50 ms. What has no number is refused with the whole call.
func newRide(t *testing.T) (w *ware, asked *[]string) {
	asked = new([]string)
	w = newWare(t, binding.Classes(), func(r *http.Request) *http.Response {
		time.Sleep(50 * time.Millisecond)
		ids := r.URL.Query().Get("ids")
		*asked = append(*asked, ids)
		var all []string
		for id := range strings.SplitSeq(ids, ",") {
			if strings.HasPrefix(id, "bad") {
				return says(http.StatusUnprocessableEntity, `{}`)
			}
			all = append(all, fmt.Sprintf(`{"id": %q, "name": "w%[1]s"}`, id))
		}
		return says(http.StatusOK, "["+strings.Join(all, ",")+"]", "Cache-Control", "max-age=60")
	})
	w.service.Ledger = ledger.New(ledger.Options{})
	w.service.Riding = map[string]string{"Query.wares": "wares rest"}
	return w, asked
}

// part loads a part of the keys by an operation of its own.
func (w *ware) part(t *testing.T, o fetch.Options, f *binding.Field, args binding.Arguments) string {
	t.Helper()
	x := fetch.Begin(w.service, o)
	defer x.Close()
	found := x.Fetch(t.Context(), []fetch.Member{{Field: f, Args: args, Parents: make([]view.Object, 1)}})
	r := found[0].Results[found[0].Of[0]]
	if r.Err != nil {
		return r.Err.Error()
	}
	names := make([]string, len(r.Objects))
	for i, o := range r.Objects {
		names[i], _ = view.Get(o, 2, view.String)
	}
	return strings.Join(names, " ")
}

func TestRide(t *testing.T) {
	keys := []any{"1", "2", "3", "4", "5", "6", "7"}
	args := func(first, skip any) binding.Arguments {
		return binding.Arguments{"ids": keys, "first": first, "skip": skip}
	}
	for _, c := range []struct {
		name string
		play func(t *testing.T, w *ware, f *binding.Field) []string
		want []string // what the parts have
		sent []string
		of   ledger.Stats // the source's account
	}{
		{
			"pages of keys", func(t *testing.T, w *ware, f *binding.Field) (got []string) {
				for skip := range 4 {
					got = append(got, w.part(t, fetch.Options{}, f, args(2, 2*skip)))
				}
				return got
			},
			[]string{"w1 w2", "w3 w4", "w5 w6", "w7"},
			[]string{"1,2,3,4", "5,6,7"},
			ledger.Stats{Issued: 2, Useful: 2},
		},
		{
			"no more than there is room for", func(t *testing.T, w *ware, f *binding.Field) []string {
				return []string{w.part(t, fetch.Options{}, f, args(3, nil)), w.part(t, fetch.Options{}, f, args(nil, 3))}
			},
			[]string{"w1 w2 w3", "w4 w5 w6 w7"},
			[]string{"1,2,3,4,5", "6,7"},
			ledger.Stats{Issued: 1, Useful: 1},
		},
		{
			"not what is kept", func(t *testing.T, w *ware, f *binding.Field) []string {
				w.part(t, fetch.Options{Without: fetch.Prefetch}, f, args(2, 2))
				return []string{w.part(t, fetch.Options{}, f, args(2, nil))}
			},
			[]string{"w1 w2"},
			[]string{"3,4", "1,2"},
			ledger.Stats{},
		},
		{
			"nothing without a call", func(t *testing.T, w *ware, f *binding.Field) []string {
				w.part(t, fetch.Options{Without: fetch.Prefetch}, f, args(2, nil))
				return []string{w.part(t, fetch.Options{}, f, args(2, nil))}
			},
			[]string{"w1 w2"},
			[]string{"1,2"},
			ledger.Stats{},
		},
		{
			"nobody takes them", func(t *testing.T, w *ware, f *binding.Field) []string {
				got := w.part(t, fetch.Options{}, f, args(2, nil))
				time.Sleep(2 * time.Minute)
				return []string{got}
			},
			[]string{"w1 w2"},
			[]string{"1,2,3,4"},
			ledger.Stats{Issued: 1, Wasted: 1},
		},
		{
			"one that the service refuses costs one call, and the others for an hour", func(t *testing.T, w *ware, f *binding.Field) []string {
				bad := binding.Arguments{"ids": []any{"1", "bad", "3"}, "first": 1}
				return []string{w.part(t, fetch.Options{}, f, bad), w.part(t, fetch.Options{}, f, args(1, 3))}
			},
			[]string{"w1", "w4"},
			[]string{"1,bad", "1", "4"},
			ledger.Stats{Issued: 1, Wasted: 1},
		},
		{
			"another client does not get them", func(t *testing.T, w *ware, f *binding.Field) []string {
				as := func(name string) fetch.Options { return fetch.Options{Behalf: fetch.Behalf{Header: token(name)}} }
				return []string{w.part(t, as("a"), f, args(2, nil)), w.part(t, as("b"), f, args(2, 2))}
			},
			[]string{"w1 w2", "w3 w4"},
			[]string{"1,2,3,4", "3,4,5,6"},
			ledger.Stats{Issued: 2, Pending: 2},
		},
		{
			"a number that is none", func(t *testing.T, w *ware, f *binding.Field) []string {
				return []string{w.part(t, fetch.Options{}, f, args(-1, nil)), w.part(t, fetch.Options{}, f, args(1, -2))}
			},
			[]string{"input: first must be 0 or more, not -1", "input: skip must be 0 or more, not -2"},
			nil,
			ledger.Stats{},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, sent := newRide(t)
				if got := c.play(t, w, manyWares()); !slices.Equal(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
				if !slices.Equal(*sent, c.sent) {
					t.Errorf("sent %q, want %q", *sent, c.sent)
				}
				var got ledger.Stats
				if _, sources := w.service.Ledger.Stats(); len(sources) > 0 {
					s := sources[0]
					got = ledger.Stats{Issued: s.Issued, Useful: s.Useful, Late: s.Late, Wasted: s.Wasted, Pending: s.Pending}
				}
				if got != c.of {
					t.Errorf("the source's account is %+v, want %+v", got, c.of)
				}
			})
		})
	}
}
