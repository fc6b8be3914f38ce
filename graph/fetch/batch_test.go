package fetch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/binding/bindingtest/model"
	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// listOfProducts answers the root list with products of these ids.
func (s *shop) listOfProducts(ids ...string) {
	list := make([]map[string]string, len(ids))
	for i, id := range ids {
		list[i] = map[string]string{"id": id, "name": "p" + id}
	}
	text, _ := json.Marshal(map[string]any{"data": list})
	s.catalog.JSON("GET /products", string(text))
}

// 60 keys of 400 bytes are 24 KB of URL, which no server takes: they become several calls, and all are answered.
func TestBatchSplitByLength(t *testing.T) {
	s := newShop(t)
	var ids []string
	for i := range 60 {
		ids = append(ids, fmt.Sprintf("%s-%02d", strings.Repeat("x", 400), i))
	}
	s.listOfProducts(ids...)
	s.reviews.Handle("GET /reviews", func(w http.ResponseWriter, r *http.Request) {
		var list []map[string]any
		for _, id := range r.URL.Query()["product"] {
			list = append(list, map[string]any{"id": "r" + id, "product": id, "stars": 5})
		}
		_ = json.NewEncoder(w).Encode(list)
	})
	type data struct {
		Products []struct {
			ID      string
			Reviews []struct{ ID string }
		}
	}
	for _, p := range query[data](t, s, `{ products { id reviews { id } } }`, nil).Products {
		if len(p.Reviews) != 1 || p.Reviews[0].ID != "r"+p.ID {
			t.Errorf("%s has the reviews %v", p.ID, p.Reviews)
		}
	}
	var asked []string
	calls := s.reviews.Calls()
	for _, call := range calls {
		if len(call.Path) > 8<<10 {
			t.Errorf("a URL of %d bytes", len(call.Path))
		}
		asked = append(asked, queryOf(t, call.Path)["product"]...)
	}
	slices.Sort(asked)
	if diff := cmp.Diff(ids, asked); diff != "" {
		t.Errorf("keys asked for (-want +got):\n%s", diff)
	}
	if len(calls) != 4 { // a URL has room for 19 of the keys
		t.Errorf("%d calls, want 4", len(calls))
	}
}

func queryOf(t *testing.T, path string) map[string][]string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return r.URL.Query()
}

func TestBatchKeysInOrder(t *testing.T) {
	s := newShop(t)
	s.listOfProducts("10", "9", "b", "2", "a", "10")
	s.reviews.JSON("GET /ratings", `{}`)
	s.reviews.JSON("GET /reviews", `[]`)
	query[any](t, s, `{ products { rating reviews { id } } }`, nil)
	wantCalls(t, s.reviews, "GET /ratings?product=2,9,a,b,10", "GET /reviews?product=2&product=9&product=a&product=b&product=10&first=2")
}

// 5,000 keys of which half are repeated.
func TestManyKeys(t *testing.T) {
	s := newShop(t)
	var ids []string
	for i := range 5000 {
		ids = append(ids, fmt.Sprint(i%2500))
	}
	s.listOfProducts(ids...)
	s.pricing.Handle("POST /prices", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ SKUs []json.Number }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		prices := map[string]any{}
		for _, sku := range body.SKUs {
			prices[sku.String()] = map[string]any{"amount": sku}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"prices": prices})
	})
	type data struct {
		Products []struct {
			ID    json.Number
			Price struct{ Amount json.Number }
		}
	}
	products := query[data](t, s, `{ products { id price { amount } } }`, nil).Products
	for _, p := range products {
		if p.Price.Amount != p.ID {
			t.Errorf("%s costs %s", p.ID, p.Price.Amount)
		}
	}
	asked := 0
	for _, call := range s.pricing.Calls() {
		n := strings.Count(call.Body, ",") + 1
		if asked += n; n > 100 {
			t.Errorf("a call for %d keys", n)
		}
	}
	if len(products) != 5000 || asked != 2500 {
		t.Errorf("%d products by %d keys, want 5000 by 2500", len(products), asked)
	}
}

func TestBatchAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		query  string
		answer upstreamtest.Answer // of every batch
		data   string              // of products 1 and 2
		kinds  []upstream.Kind
	}{
		"a map of lists": {
			`makersOf { name }`,
			upstreamtest.Answer{Body: `{"1": [{"maker": {"name": "a"}}, {"maker": {"name": "b"}}], "3": [{}], "2": []}`},
			`{"products":[{"makersOf":[{"name":"a"},{"name":"b"}]},{"makersOf":[]}]}`, nil,
		},
		"a map of lists without a key": {
			`makersOf { name }`, upstreamtest.Answer{Body: `{"2": null}`}, `{"products":[{"makersOf":[]},{"makersOf":[]}]}`, nil,
		},
		"a map of something else": {
			`makersOf { name }`, upstreamtest.Answer{Body: `{"1": 5, "2": [{"maker": 6}]}`}, `null`, []upstream.Kind{"", ""},
		},
		"no body":             {`rating reviews { id }`, upstreamtest.Answer{Status: 204}, `{"products":[{"rating":null,"reviews":[]},{"rating":null,"reviews":[]}]}`, nil},
		"null":                {`rating reviews { id }`, upstreamtest.Answer{Body: `null`}, `{"products":[{"rating":null,"reviews":[]},{"rating":null,"reviews":[]}]}`, nil},
		"failure in 200":      {`rating`, upstreamtest.Answer{Body: `{"error": {"code": 7, "text": "no"}}`}, `{"products":[{"rating":null},{"rating":null}]}`, []upstream.Kind{upstream.Rejected, upstream.Rejected}},
		"error false":         {`rating`, upstreamtest.Answer{Body: `{"error": false, "1": {"average": 2}}`}, `{"products":[{"rating":2},{"rating":null}]}`, nil},
		"elements no objects": {`reviews { id }`, upstreamtest.Answer{Body: `[1, "x"]`}, `null`, []upstream.Kind{"", ""}},
		"element null":        {`reviews { id }`, upstreamtest.Answer{Body: `[null, {"product": 2, "id": "r"}]`}, `{"products":[{"reviews":[]},{"reviews":[{"id":"r"}]}]}`, nil},
		"another form":        {`rating`, upstreamtest.Answer{Body: `[]`}, `{"products":[{"rating":null},{"rating":null}]}`, []upstream.Kind{upstream.BadResponse, upstream.BadResponse}},
		"not found":           {`rating`, upstreamtest.Answer{Status: 404}, `{"products":[{"rating":null},{"rating":null}]}`, []upstream.Kind{upstream.NotFound, upstream.NotFound}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			s.listOfProducts("1", "2")
			s.reviews.Answer("GET /", c.answer)
			r := s.do(t.Context(), nil, `{ products { `+c.query+` } }`, nil)
			if string(r.Data) != c.data {
				t.Errorf("data:\n got %s\nwant %s", r.Data, c.data)
			}
			if got := kinds(r); !slices.Equal(got, c.kinds) && (c.data != "null" || len(got) == 0) {
				t.Errorf("errors %v of kinds %q, want %q", r.Errors, got, c.kinds)
			}
		})
	}
}

// One key that is no number costs the others nothing.
func TestBatchOfNumbers(t *testing.T) {
	s := newShop(t)
	s.listOfProducts("007", "1", "x", "", "-0", "2")
	s.pricing.JSON("POST /prices", `{"prices": {"1": {"amount": 1}, "2": {"amount": 2}, "007": {"amount": 7}}}`)
	wantJSON(t, s.do(t.Context(), nil, `{ products { price { amount } } }`, nil),
		`{"products":[{"price":null},{"price":{"amount":1}},{"price":null},{"price":null},{"price":null},{"price":{"amount":2}}]}`)
	wantCalls(t, s.pricing, `POST /prices {"skus":[1,2]}`)
}

// A composite key with a part that is null or no key is null, without a call.
func TestCompositeKeys(t *testing.T) {
	s := newShop(t)
	s.catalog.JSON("GET /products", `{"data": [{"id": null}, {"id": {}}, {"id": "a/b"}, {"id": ".."}, {"id": "1"}]}`)
	s.inventory.Handle("POST /stock", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var keys struct{ Wanted []map[string]any }
		_ = json.Unmarshal(body, &keys)
		for _, k := range keys.Wanted {
			k["quantity"] = 3
		}
		_ = json.NewEncoder(w).Encode(keys.Wanted)
	})
	s.inventory.JSON("GET /shelves/{store}/{sku}", `{"row": 9}`)
	wantJSON(t, s.do(t.Context(), nil, `{ products { stock(store: "s,1") { quantity } shelf(store: "é") { row } } }`, nil),
		`{"products":[{"stock":null,"shelf":null},{"stock":null,"shelf":null},{"stock":{"quantity":3},"shelf":{"row":9}},{"stock":{"quantity":3},"shelf":null},{"stock":{"quantity":3},"shelf":{"row":9}}]}`)
	wantCalls(t, s.inventory, "GET /shelves/%C3%A9/1", "GET /shelves/%C3%A9/a%2Fb",
		`POST /stock {"wanted":[{"sku":"1","store":"s,1"},{"sku":"..","store":"s,1"},{"sku":"a/b","store":"s,1"}]}`)
}

func TestFunctions(t *testing.T) {
	badge := func(id string) *model.Badge { return model.NewBadge(model.BadgeFields{ID: id, Text: id}) }
	type function = func(context.Context, []string) ([]*model.Badge, []error)
	const short = "BadgesByID gave 0 objects, and neither object nor error for key 1"
	for name, c := range map[string]struct {
		function function
		data     string
		messages []string
	}{
		"too short": {func(_ context.Context, ids []string) ([]*model.Badge, []error) {
			return []*model.Badge{badge(ids[0])}, nil
		}, `[{"badge":{"text":"1"}},{"badge":null}]`, []string{"BadgesByID gave 1 objects, and neither object nor error for key 2"}},
		"nothing": {func(context.Context, []string) ([]*model.Badge, []error) { return nil, nil }, `[{"badge":null},{"badge":null}]`, []string{short, strings.Replace(short, "key 1", "key 2", 1)}},
		"nil objects": {func(_ context.Context, ids []string) ([]*model.Badge, []error) {
			return make([]*model.Badge, 2), make([]error, 2)
		}, `[{"badge":null},{"badge":null}]`, nil},
		"too long": {func(context.Context, []string) ([]*model.Badge, []error) {
			return []*model.Badge{badge("a"), badge("b"), badge("c")}, nil
		}, `[{"badge":{"text":"a"}},{"badge":{"text":"b"}}]`, nil},
		"errors alone": {func(context.Context, []string) ([]*model.Badge, []error) {
			return nil, []error{errors.New("a"), errors.New("b")}
		}, `[{"badge":null},{"badge":null}]`, []string{"a", "b"}},
		"too few errors": {func(context.Context, []string) ([]*model.Badge, []error) {
			return make([]*model.Badge, 2), []error{errors.New("a")}
		}, `[{"badge":null},{"badge":null}]`, []string{"a"}},
		"panics": {func(context.Context, []string) ([]*model.Badge, []error) { panic("no") }, `[{"badge":null},{"badge":null}]`, []string{"load panicked: no", "load panicked: no"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, func(o *options) { o.functions.BadgesByID = c.function })
			s.listOfProducts("1", "2")
			r := s.do(t.Context(), nil, `{ products { badge { text } } }`, nil)
			slices.SortFunc(r.Errors, func(a, b *gqlerror.Error) int { return strings.Compare(a.Message, b.Message) })
			wantJSON(t, r, `{"products":`+c.data+`}`, c.messages...)
		})
	}
}

func TestFunctionIsNotAskedForNothing(t *testing.T) {
	var asked []string
	s := newShop(t, func(o *options) {
		o.functions.BadgesByID = func(_ context.Context, ids []string) ([]*model.Badge, []error) {
			asked = append(asked, ids...)
			return make([]*model.Badge, len(ids)), nil
		}
	})
	s.listOfProducts("", "1")
	wantJSON(t, s.do(t.Context(), nil, `{ products { badge { text } } }`, nil), `{"products":[{"badge":null},{"badge":null}]}`)
	if diff := cmp.Diff([]string{"1"}, asked); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
}
