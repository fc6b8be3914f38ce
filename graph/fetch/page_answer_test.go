package fetch_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// What an upstream says about its pages, and what becomes of it.
func TestPageAnswers(t *testing.T) {
	const all = `pageInfo { hasNextPage endCursor }`
	for name, c := range map[string]struct {
		field, path, body, header string // header is X-Total-Count or Link, by field
		want                      string
	}{
		"total missing, full page": {
			`byOffset(first: 1) { nodes { id } totalCount pageInfo { hasNextPage } }`, "/offset", `{"data": [{"id": 1}]}`, "",
			`{"nodes":[{"id":"1"}],"totalCount":null,"pageInfo":{"hasNextPage":true}}`,
		},
		"total missing, short page": {
			`byOffset(first: 2) { totalCount pageInfo { hasNextPage } }`, "/offset", `{"data": [{"id": 1}]}`, "",
			`{"totalCount":null,"pageInfo":{"hasNextPage":false}}`,
		},
		"total as text": {
			`byOffset(first: 1) { totalCount pageInfo { hasNextPage } }`, "/offset", `{"data": [{"id": 1}], "meta": {"total": "2"}}`, "",
			`{"totalCount":2,"pageInfo":{"hasNextPage":true}}`,
		},
		"total with exponent":     {`byOffset(first: 1) { totalCount }`, "/offset", `{"data": [{"id": 1}], "meta": {"total": 1e1}}`, "", `{"totalCount":10}`},
		"total no number":         {`byOffset(first: 1) { totalCount }`, "/offset", `{"data": [{"id": 1}], "meta": {"total": "many"}}`, "", `{"totalCount":null}`},
		"total negative":          {`byOffset(first: 1) { totalCount }`, "/offset", `{"data": [{"id": 1}], "meta": {"total": -1}}`, "", `{"totalCount":null}`},
		"total beyond Int":        {`byOffset(first: 1) { totalCount }`, "/offset", `{"data": [{"id": 1}], "meta": {"total": 3000000000}}`, "", `{"totalCount":null}`},
		"total is larger":         {`byOffset(first: 1) { pageInfo { hasNextPage } }`, "/offset", `{"data": [], "meta": {"total": 9}}`, "", `{"pageInfo":{"hasNextPage":false}}`},
		"more than asked for":     {`byOffset(first: 1) { nodes { id } pageInfo { hasNextPage } }`, "/offset", `{"data": [{"id": 1}, {"id": 2}], "meta": {"total": 2}}`, "", `{"nodes":[{"id":"1"}],"pageInfo":{"hasNextPage":true}}`},
		"null for an empty list":  {`byOffset { nodes { id } totalCount }`, "/offset", `{"data": null, "meta": {"total": 0}}`, "", `{"nodes":[],"totalCount":0}`},
		"total header":            {`byNumber(first: 1) { totalCount }`, "/number", `[{"id": 1}]`, " 12 ", `{"totalCount":12}`},
		"total header no number":  {`byNumber(first: 1) { totalCount pageInfo { hasNextPage } }`, "/number", `[{"id": 1}]`, "many", `{"totalCount":null,"pageInfo":{"hasNextPage":true}}`},
		"total of a range":        {`byNumber(first: 1) { totalCount }`, "/number", `[{"id": 1}]`, "items 0-0/9", `{"totalCount":9}`},
		"total of a bare range":   {`byNumber(first: 1) { totalCount }`, "/number", `[{"id": 1}]`, "0-24/3573", `{"totalCount":3573}`},
		"total of no range":       {`byNumber(first: 1) { totalCount }`, "/number", `[]`, "*/0", `{"totalCount":0}`},
		"total of an open range":  {`byNumber(first: 1) { totalCount }`, "/number", `[{"id": 1}]`, "0-24/*", `{"totalCount":null}`},
		"next missing":            {`byNumberNext(first: 1) { ` + all + ` }`, "/number-next", `{"data": []}`, "", `{"pageInfo":{"hasNextPage":false,"endCursor":null}}`},
		"next null":               {`byNumberNext(first: 1) { pageInfo { hasNextPage } }`, "/number-next", `{"data": [{"id": 1}], "links": {"next": null}}`, "", `{"pageInfo":{"hasNextPage":false}}`},
		"next under null":         {`byNumberNext(first: 1) { pageInfo { hasNextPage } }`, "/number-next", `{"data": [{"id": 1}], "links": null}`, "", `{"pageInfo":{"hasNextPage":false}}`},
		"next empty":              {`byNumberNext(first: 1) { pageInfo { hasNextPage } }`, "/number-next", `{"data": [{"id": 1}], "links": {"next": ""}}`, "", `{"pageInfo":{"hasNextPage":false}}`},
		"next false":              {`byNumberNext(first: 1) { pageInfo { hasNextPage } }`, "/number-next", `{"data": [{"id": 1}], "links": {"next": false}}`, "", `{"pageInfo":{"hasNextPage":false}}`},
		"next true":               {`byNumberNext(first: 1) { pageInfo { hasNextPage } }`, "/number-next", `{"data": [{"id": 1}], "links": {"next": true}}`, "", `{"pageInfo":{"hasNextPage":true}}`},
		"next is an object":       {`byNumberNext(first: 1) { pageInfo { hasNextPage } }`, "/number-next", `{"data": [{"id": 1}], "links": {"next": {}}}`, "", `{"pageInfo":{"hasNextPage":true}}`},
		"next without elements":   {`byNumberNext(first: 1) { ` + all + ` }`, "/number-next", `{"data": [], "links": {"next": true}}`, "", `{"pageInfo":{"hasNextPage":false,"endCursor":null}}`},
		"cursor missing":          {`byCursor(first: 1) { pageInfo { hasNextPage } }`, "/cursor", `{"data": [{"id": 1}]}`, "", `{"pageInfo":{"hasNextPage":false}}`},
		"cursor null":             {`byCursor(first: 1) { pageInfo { hasNextPage } }`, "/cursor", `{"data": [{"id": 1}], "next": null}`, "", `{"pageInfo":{"hasNextPage":false}}`},
		"cursor empty":            {`byCursor(first: 1) { pageInfo { hasNextPage } }`, "/cursor", `{"data": [{"id": 1}], "next": ""}`, "", `{"pageInfo":{"hasNextPage":false}}`},
		"cursor false":            {`byCursor(first: 1) { pageInfo { hasNextPage } }`, "/cursor", `{"data": [{"id": 1}], "next": false}`, "", `{"pageInfo":{"hasNextPage":false}}`},
		"cursor is a number":      {`byCursor(first: 1) { pageInfo { hasNextPage } }`, "/cursor", `{"data": [{"id": 1}], "next": 7}`, "", `{"pageInfo":{"hasNextPage":true}}`},
		"keys, more is missing":   {`byKeyset(first: 1) { pageInfo { hasNextPage } }`, "/keyset", `{"data": [{"id": 1}]}`, "", `{"pageInfo":{"hasNextPage":false}}`},
		"keys, more is false":     {`byKeyset(first: 1) { pageInfo { hasNextPage } }`, "/keyset", `{"data": [{"id": 1}], "has_more": false}`, "", `{"pageInfo":{"hasNextPage":false}}`},
		"keys, the last is null":  {`byKeyset(first: 1) { nodes { name } pageInfo { hasNextPage } }`, "/keyset", `{"data": [{"id": null, "name": "x"}]}`, "", `{"nodes":[{"name":"x"}],"pageInfo":{"hasNextPage":false}}`},
		"keys, more of nothing":   {`byKeyset(first: 1) { ` + all + ` }`, "/keyset", `{"data": [], "has_more": true}`, "", `{"pageInfo":{"hasNextPage":false,"endCursor":null}}`},
		"link without next":       {`byLink(first: 1) { pageInfo { hasNextPage } }`, "/link", `[{"id": 1}]`, `</link?page=1>; rel="prev"`, `{"pageInfo":{"hasNextPage":false}}`},
		"link among relations":    {`byLink(first: 1) { pageInfo { hasNextPage } }`, "/link", `[{"id": 1}]`, `</link?page=2>; rel="last next"`, `{"pageInfo":{"hasNextPage":true}}`},
		"link is nonsense":        {`byLink(first: 1) { pageInfo { hasNextPage } }`, "/link", `[{"id": 1}]`, `rel=next; <page=2`, `{"pageInfo":{"hasNextPage":false}}`},
		"wrapped in no list":      {`byOffsetNext { pageInfo { hasNextPage } }`, "/offset-next", `{"data": null}`, "", `null`},
		"nothing there":           {`byOffsetNext { pageInfo { hasNextPage } }`, "/offset-next", ``, "", `null`},
		"elements of other kinds": {`hits(text: "é&x", first: 5) { edges { node { __typename } } totalCount }`, "/hits", `{"hits": [{"type": "Maker", "name": "M"}, {"type": "Product", "id": 1}], "total": 2}`, "", `{"edges":[{"node":{"__typename":"Maker"}},{"node":{"__typename":"Product"}}],"totalCount":2}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			s.catalog.Answer("GET "+c.path, upstreamtest.Answer{Body: c.body, Header: http.Header{"X-Total-Count": {c.header}, "Link": {c.header}}})
			wantJSON(t, s.do(t.Context(), nil, `{ page: `+c.field+` }`, nil), `{"page":`+c.want+`}`)
			if calls := s.catalog.Lines(); len(calls) != 1 {
				t.Errorf("calls %v, want one", calls)
			}
		})
	}
}

func TestPageFailures(t *testing.T) {
	for name, c := range map[string]struct {
		field, path string
		answer      upstreamtest.Answer
		want        upstream.Kind // "" for view's errors
	}{
		"not found":           {"byOffset", "/offset", upstreamtest.Answer{Status: 404}, upstream.NotFound},
		"down":                {"byLink", "/link", upstreamtest.Answer{Status: 500}, upstream.Unavailable},
		"no list, non-null":   {"byOffset", "/offset", upstreamtest.Answer{Body: `{"data": null, "meta": {"total": 9}}`}, upstream.NotFound},
		"cursor is a list":    {"byCursor", "/cursor", upstreamtest.Answer{Body: `{"data": [], "next": []}`}, upstream.BadResponse},
		"cursor is true":      {"byCursor", "/cursor", upstreamtest.Answer{Body: `{"data": [], "next": true}`}, upstream.BadResponse},
		"more, and no key":    {"byKeyset", "/keyset", upstreamtest.Answer{Body: `{"data": [{"id": 1}, {"name": "x"}], "has_more": true}`}, ""},
		"link to nowhere":     {"byLink", "/link", upstreamtest.Answer{Body: `[]`, Header: http.Header{"Link": {`</link?cursor=2>; rel=next`}}}, upstream.BadResponse},
		"elements no objects": {"byOffset", "/offset", upstreamtest.Answer{Body: `{"data": [1]}`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			s.catalog.Answer("GET "+c.path, c.answer)
			r := s.do(t.Context(), nil, `{ page: `+c.field+` { edges { cursor node { id } } } }`, nil)
			if got := kinds(r); !slices.Equal(got, []upstream.Kind{c.want}) {
				t.Errorf("errors %v of kinds %q, want %q", r.Errors, got, c.want)
			}
		})
	}
}

// Some services give an empty page, and say that there are more.
func TestPageBehindEmptyOnes(t *testing.T) {
	s := newShop(t)
	s.catalog.Handle("GET /cursor", func(w http.ResponseWriter, r *http.Request) {
		n := number(r, "from")
		data := "[]"
		if n == 7 {
			data = `[{"id": "x"}]`
		}
		fmt.Fprintf(w, `{"data": %s, "next": %d}`, data, n+1)
	})
	p := s.page(t, style{field: "byCursor"}, 1, nil)
	if len(p.Edges) > 0 || !p.PageInfo.HasNextPage || p.PageInfo.EndCursor == nil {
		t.Fatalf("five empty pages: %+v", p)
	}
	p = s.page(t, style{field: "byCursor"}, 1, p.PageInfo.EndCursor)
	if diff := cmp.Diff([]string{"x"}, p.ids()); diff != "" {
		t.Errorf("behind them (-want +got):\n%s", diff)
	}
	if calls := len(s.catalog.Calls()); calls != 8 {
		t.Errorf("%d calls, want 5 and 3", calls)
	}
}

// A service that gives the same cursor again has no more.
func TestPageInACircle(t *testing.T) {
	s := newShop(t)
	s.catalog.JSON("GET /cursor", `{"data": [{"id": 1}], "next": "same"}`)
	p := s.page(t, style{field: "byCursor"}, 1, nil)
	if p = s.page(t, style{field: "byCursor"}, 1, p.PageInfo.EndCursor); p.PageInfo.HasNextPage {
		t.Errorf("the second page: %+v", p.PageInfo)
	}
}

// A service that gives less than it is asked for is asked again, for what is missing.
func TestPageOfLessThanAskedFor(t *testing.T) {
	s := newShop(t)
	s.catalog.Handle("GET /cursor", func(w http.ResponseWriter, r *http.Request) {
		n := number(r, "from")
		fmt.Fprintf(w, `{"data": %s, "next": %d}`, products(100, n, min(2, number(r, "count"))), n+min(2, number(r, "count")))
	})
	if diff := cmp.Diff(ids(0, 5), s.page(t, style{field: "byCursor"}, 5, nil).ids()); diff != "" {
		t.Errorf("elements (-want +got):\n%s", diff)
	}
	wantCalls(t, s.catalog, "GET /cursor?count=1&from=4", "GET /cursor?count=3&from=2", "GET /cursor?count=5")
}

// An empty list argument asks for nothing, on a page as elsewhere.
func TestPageOfEmptyArgument(t *testing.T) {
	s := newShop(t)
	wantJSON(t, s.do(t.Context(), nil, `{ byOffset(ids: []) { nodes { id } totalCount pageInfo { hasNextPage endCursor } } }`, nil),
		`{"byOffset":{"nodes":[],"totalCount":0,"pageInfo":{"hasNextPage":false,"endCursor":null}}}`)
	wantCalls(t, s.catalog)
}

// A page's objects are the entities' as a list's are, and what is selected below them is one batch.
func TestPagePrimesAndBatches(t *testing.T) {
	s := newShop(t)
	s.catalog.JSON("GET /offset", `{"data": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}], "meta": {"total": 2}}`)
	s.pricing.JSON("POST /prices", `{"prices": {"1": {"amount": 1}, "2": {"amount": 2}}}`)
	wantJSON(t, s.do(t.Context(), nil, `{ byOffset { edges { node { price { amount } } } nodes { price { amount } } } }`, nil),
		`{"byOffset":{"edges":[{"node":{"price":{"amount":1}}},{"node":{"price":{"amount":2}}}],"nodes":[{"price":{"amount":1}},{"price":{"amount":2}}]}}`)
	wantCalls(t, s.catalog, "GET /offset?limit=5&offset=0")
	wantCalls(t, s.pricing, `POST /prices {"skus":[1,2]}`)
}

// A nested page: each parent's own, with cursors of its own.
func TestPageOfParents(t *testing.T) {
	s := newShop(t)
	s.catalog.JSON("GET /products", `{"data": [{"id": "a/b"}, {"id": 2}, {"id": null}, {"id": ".."}, {"id": 4}]}`)
	s.reviews.JSON("GET /products/{id}/questions", `{"questions": [{"text": "why?"}, {"text": "how?"}], "next": "n"}`)
	s.reviews.Answer("GET /products/4/questions", upstreamtest.Answer{Status: 404})
	type pages struct {
		Products []struct{ Questions *page }
	}
	text := `query($after: String) { products(ids: [1]) { questions(first: 2, after: $after) { nodes { text } pageInfo { hasNextPage endCursor } } } }`
	got := query[pages](t, s, text, nil).Products
	if got[0].Questions == nil || got[1].Questions == nil || got[2].Questions != nil || got[3].Questions != nil || got[4].Questions != nil {
		t.Fatalf("got %+v, want two pages and three nulls", got)
	}
	wantCalls(t, s.reviews, "GET /products/2/questions?count=2", "GET /products/4/questions?count=2", "GET /products/a%2Fb/questions?count=2")
	r := s.do(t.Context(), nil, text, map[string]any{"after": got[0].Questions.PageInfo.EndCursor})
	if len(r.Errors) == 0 {
		t.Error("the first product's cursor was accepted by the others")
	}
}
