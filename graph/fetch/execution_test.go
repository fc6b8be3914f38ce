package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// complete is the JSON of a product with all its members, missing is one without most, and nameless has null where no name may be.
const (
	complete = `{"id": %d, "name": "p%[1]d", "origin": {"city": null}, "state": null, "weight": null, "stockLevel": null, "organic": null,
		"added": null, "extra": null, "tags": null, "matrix": null, "maker": null, "makers": null, "media": null, "cover": null, "parts": null,
		"relatedIds": ["1", "2"], "ownerId": null}`
	missing  = `{"id": %d, "name": "p%[1]d", "relatedIds": ["1", "2"]}`
	nameless = `{"id": %d, "name": null, "relatedIds": ["1", "2"]}`
)

// A list's objects answer the keys of their entity, if they have what is selected.
func TestListPrimes(t *testing.T) {
	for name, c := range map[string]struct {
		one, two string
		calls    []string
	}{
		"both complete": {complete, complete, []string{"GET /products"}},
		"one of two":    {complete, nameless, []string{"GET /products", "GET /products/2"}},
		"of parts":      {missing, complete, []string{"GET /products"}},
		"none":          {nameless, nameless, []string{"GET /products", "GET /products/batch?ids=1,2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			s.catalog.JSON("GET /products", `{"data": [`+fmt.Sprintf(c.one, 1)+`, `+fmt.Sprintf(c.two, 2)+`]}`)
			s.catalog.JSON("GET /products/2", `{"data": {"id": 2, "name": "p2"}}`)
			s.catalog.JSON("GET /products/batch", `{"data": [{"id": 2, "name": "p2"}, {"id": 1, "name": "p1"}]}`)
			s.catalog.JSON("GET /featured", `{}`)
			wantJSON(t, s.do(t.Context(), nil, `{ products { related { name } } }`, nil),
				`{"products":[{"related":[{"name":"p1"},{"name":"p2"}]},{"related":[{"name":"p1"},{"name":"p2"}]}]}`)
			wantCalls(t, s.catalog, c.calls...)
		})
	}
}

// What was read before a mutation is read again after it.
func TestMutationForgets(t *testing.T) {
	s := newShop(t)
	s.reviews.JSON("POST /reviews", `{"id": 1, "product": 1, "stars": 5, "authorId": 7}`)
	s.accounts.JSON("GET /users/7", `{"id": 7, "name": "Ada"}`)
	const add = `addReview(input: {productId: 1, rating: 5}) { author { name } again: author { name } }`
	author := `{"author":{"name":"Ada"},"again":{"name":"Ada"}}`
	wantJSON(t, s.do(t.Context(), nil, `mutation { a: `+add+` b: `+add+` }`, nil), `{"a":`+author+`,"b":`+author+`}`)
	wantCalls(t, s.accounts, "GET /users/7", "GET /users/7")
	if calls := len(s.reviews.Calls()); calls != 2 {
		t.Errorf("%d posts, want 2", calls)
	}
}

// The same values are one call, however they are written.
func TestSameValues(t *testing.T) {
	s := newShop(t)
	s.catalog.JSON("GET /products", `{"data": []}`)
	const text = `query($one: [ID!], $list: [ID!], $single: ID!) {
		a: products(ids: 5) { id } b: products(ids: [5]) { id } c: products(ids: "5") { id } d: products(ids: $one) { id } e: products(ids: $list) { id } f: products(ids: [$single]) { id }
	}`
	wantJSON(t, s.do(t.Context(), nil, text, map[string]any{"one": 5, "list": []string{"5"}, "single": 5}), `{"a":[],"b":[],"c":[],"d":[],"e":[],"f":[]}`)
	wantCalls(t, s.catalog, "GET /products?id=5")
}

// Values that the client gives by variable are the same as literals: enums, defaults, null, absent.
func TestArgumentsByVariable(t *testing.T) {
	s := newShop(t)
	s.catalog.JSON("GET /products", `{"data": []}`)
	s.accounts.JSON("POST /users/search", `[]`)
	query[any](t, s, `query($s: Availability = SOLD_OUT, $n: Int, $f: UserFilter!, $away: Int) { a: products(state: $s, limit: $n) { id } b: products(limit: $away) { id } findUsers(filter: $f) { id } }`,
		map[string]any{"n": 7, "f": map[string]any{"ids": 3, "name": nil}})
	wantCalls(t, s.catalog, "GET /products", "GET /products?state=sold-out&page_size=7")
	wantCalls(t, s.accounts, `POST /users/search {"ids":["3"],"name":null}`)
}

func TestAnswersWithoutBody(t *testing.T) {
	s := newShop(t)
	for server, patterns := range map[*upstreamtest.Server][]string{
		s.accounts: {"GET /me", "GET /users/1", "DELETE /users/1", "PATCH /users/1"}, s.catalog: {"GET /featured", "GET /count", "GET /tags", "GET /products/1"},
	} {
		for _, pattern := range patterns {
			server.Answer(pattern, upstreamtest.Answer{Status: http.StatusNoContent})
		}
	}
	wantJSON(t, s.do(t.Context(), nil, `{ me { id } user(id: 1) { id } featured { id } product(id: 1) { id } }`, nil), `{"me":null,"user":null,"featured":null,"product":null}`)
	wantJSON(t, s.do(t.Context(), nil, `mutation { deleteUser(id: 1) updateUser(id: 1, input: {}) { id } }`, nil), `{"deleteUser":null,"updateUser":null}`)
	for _, nonNull := range []string{`{ count }`, `{ tags }`} {
		r := s.do(t.Context(), nil, nonNull, nil)
		if got := kinds(r); len(got) != 1 || got[0] != upstream.NotFound {
			t.Errorf("%s: %v of kinds %q, want %q", nonNull, r.Errors, got, upstream.NotFound)
		}
	}
}

// A client that goes away ends what was asked for it, and the operation ends.
func TestCancelledOperation(t *testing.T) {
	for name, text := range map[string]string{"list": `{ products { id } }`, "page": `{ byOffset { nodes { id } } }`, "batch": `{ byIds(ids: [1, 2]) { id } }`, "mutation": `mutation { deleteUser(id: 1) }`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			s.catalog.FaultAll(upstreamtest.Hang)
			s.accounts.FaultAll(upstreamtest.Hang)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan *graphql.Response, 1)
			go func() { done <- s.do(ctx, nil, text, nil) }()
			server := s.catalog
			if strings.HasPrefix(text, "mutation") {
				server = s.accounts
			}
			if err := server.Await(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			cancel()
			if r := <-done; len(r.Errors) == 0 {
				t.Errorf("no error: %s", r.Data)
			}
		})
	}
}

// A text that no URL holds as it is arrives as it was given.
func TestTextInURLs(t *testing.T) {
	s := newShop(t)
	var got []string
	s.catalog.Handle("GET /search", func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.Query().Get("text"))
		fmt.Fprint(w, `{"hits": []}`)
	})
	texts := []string{"café", "世界", "a&b=c#d?e", "100%", "+ +", "⸮⼮", "a\x00b", "\r\nHost: x", "�", strings.Repeat("é", 1000)}
	for i, text := range texts {
		query[any](t, s, `query($t: String!) { search(text: $t) { __typename } }`, map[string]any{"t": text})
		if len(got) <= i || got[i] != text {
			t.Fatalf("%q arrived as %q", text, got[min(i, len(got)):])
		}
	}
}
