package acceptance_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	shop "weft/graph/binding/bindingtest/generated"
	shopresolver "weft/graph/binding/bindingtest/resolver"
	links "weft/graph/binding/linktest/generated"
	"weft/graph/compiled"
	"weft/graph/operation"
	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// secret stands in answers wherever a value does that cannot be used. Nobody may say it.
const secret = "s3cret"

// lines is a log.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// logged are a log's lines without their times, and without the lines of the schema.
func (l *lines) logged() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for line := range strings.Lines(l.text.String()) {
		all = append(all, strings.TrimSpace(regexp.MustCompile(`^time=\S+ |:\d+(?: kind)`).ReplaceAllStringFunc(line, func(s string) string {
			if strings.HasPrefix(s, "time=") {
				return ""
			}
			return " kind" // without the number of the schema's line
		})))
	}
	return all
}

// shopOver is the shop over servers that are scripted, with reports and reasons; it says what is logged.
func shopOver(t *testing.T, executor string, servers map[string]*upstreamtest.Server) (http.Handler, *lines) {
	t.Helper()
	options := map[string]upstream.Options{}
	for name, server := range servers {
		options[name] = upstream.Options{URL: server.URL, MaxBody: 8 << 10, Network: patient}
	}
	clients, err := upstream.NewClients(shop.Upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	log := new(lines)
	logger := slog.New(slog.NewTextHandler(log, nil))
	schema, err := shop.Service(shopresolver.Resolver{}, shop.Functions{BadgesByID: shopresolver.BadgesByID}).
		Executable(compiled.Settings{Clients: clients, BatchWait: batchWait, Executor: executor, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	return handlerOf(schema, operation.Options{Reports: true, Reasons: true, Logger: logger}), log
}

// TestWhyNotFollowed: a URL in the data that leads elsewhere is the fault of the answer that it stands in.
func TestWhyNotFollowed(t *testing.T) {
	for _, executor := range executors {
		t.Run(executor, func(t *testing.T) {
			s := upstreamtest.New(t)
			s.JSON("GET /threads", `[{"self": "t-1", "replies_url": "https://`+secret+`.example/"}, {"self": "t-2", "replies_url": 7}]`)
			clients, err := upstream.NewClients(links.Upstreams, map[string]upstream.Options{"forum": {URL: s.URL}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(clients.Close)
			schema, err := links.Service().Executable(compiled.Settings{Clients: clients, BatchWait: batchWait, Executor: executor})
			if err != nil {
				t.Fatal(err)
			}
			got, body := ask(t, handlerOf(schema, operation.Options{Reports: true, Reasons: true, Logger: slog.New(slog.DiscardHandler)}), "{ threads { replies { text } } }")
			slices.Sort(got.Errors)
			want := told{
				Errors: []string{
					"[threads 0 replies] BAD_RESPONSE /0/replies_url: want a URL below the base of forum, got a URL of another origin than the upstream's",
					"[threads 1 replies] BAD_RESPONSE /1/replies_url: want a URL, got number",
				},
				Calls: []string{"Query.threads 200 bad_response /0/replies_url: want a URL below the base of forum, got a URL of another origin than the upstream's"},
			}
			if len(got.Calls) == 1 && strings.Contains(got.Calls[0], "/1/") { // whichever of them is found first
				want.Calls[0] = "Query.threads 200 bad_response /1/replies_url: want a URL, got number"
			}
			if diff := cmp.Diff(want, got); diff != "" || strings.Contains(body, secret) {
				t.Errorf("(-want +got):\n%s\n%s", diff, body)
			}
		})
	}
}

// told is what an answer says of why: of each error, and of each call.
type told struct{ Errors, Calls []string }

func ask(t *testing.T, h http.Handler, query string) (told, string) {
	t.Helper()
	body, _ := json.Marshal(map[string]string{"query": query})
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Weft-Report", "calls")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	type reason struct{ Pointer, Want, Got string }
	var answer struct {
		Errors []struct {
			Path       []any
			Extensions struct {
				Code   string
				Reason *reason
			}
		}
		Extensions struct {
			Weft struct {
				Calls []struct {
					Binding, Error string
					Status         int
					Reason         *reason
				}
			}
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	words := func(r *reason) string {
		if r == nil {
			return ""
		}
		return fmt.Sprintf(" %s: want %s, got %s", r.Pointer, r.Want, r.Got)
	}
	var got told
	for _, e := range answer.Errors {
		got.Errors = append(got.Errors, fmt.Sprint(e.Path, " ", e.Extensions.Code, words(e.Extensions.Reason)))
	}
	for _, c := range answer.Extensions.Weft.Calls {
		got.Calls = append(got.Calls, fmt.Sprint(c.Binding, " ", c.Status, " ", c.Error, words(c.Reason)))
	}
	return got, w.Body.String()
}

// TestWhy: an answer that cannot be used, or a part of one, says where, what is wanted there and what is there: in the error, in the
// report of its call, and once in the log.
func TestWhy(t *testing.T) {
	product := func(member string) string {
		return `{"data": {"id": 1, "name": "a", ` + member + `}}`
	}
	const one, asked = "GET /products/{id}", "{ product(id: 1) { id %s } }"
	for name, c := range map[string]struct {
		query  string
		route  string // of the catalog, unless it names another upstream
		answer upstreamtest.Answer
		why    string // "pointer: want …, got …"
		at     string // the path of the error; "": product
		log    string // the binding; "": Product
		code   string // "": BAD_RESPONSE
	}{
		"enum":      {query: "state", answer: upstreamtest.Answer{Body: product(`"state": "s3cret"`)}, why: "/data/state: want Availability, got another string", at: "product state"},
		"kind":      {query: "cover { url }", answer: upstreamtest.Answer{Body: product(`"cover": {"kind": "s3cret"}`)}, why: "/data/cover/kind: want a known Media, got another string", at: "product cover"},
		"no kind":   {query: "cover { url }", answer: upstreamtest.Answer{Body: product(`"cover": {"url": "s3cret"}`)}, why: "/data/cover/kind: want a known Media, got nothing", at: "product cover"},
		"number":    {query: "origin", answer: upstreamtest.Answer{Body: product(`"origin": {"city": 5}`)}, why: "/data/origin/city: want String, got number", at: "product origin"},
		"object":    {query: "tags", answer: upstreamtest.Answer{Body: product(`"tags": {"a": "s3cret"}`)}, why: "/data/tags: want list, got object", at: "product tags"},
		"element":   {query: "tags", answer: upstreamtest.Answer{Body: product(`"tags": ["a", 5]`)}, why: "/data/tags/1: want String, got number", at: "product tags 1"},
		"fraction":  {query: "stockLevel", answer: upstreamtest.Answer{Body: product(`"stockLevel": 1.5`)}, why: "/data/stockLevel: want Int, got number that is not whole", at: "product stockLevel"},
		"scalar":    {query: "added", answer: upstreamtest.Answer{Body: product(`"added": "s3cret"`)}, why: "/data/added: want DateTime, got string", at: "product added"},
		"nested":    {query: "makers { name }", answer: upstreamtest.Answer{Body: product(`"makers": [{"name": "a"}, {"name": ["s3cret"]}]`)}, why: "/data/makers/1/name: want String, got list", at: "product makers 1 name"},
		"null":      {query: "name", answer: upstreamtest.Answer{Body: `{"data": {"id": 1, "name": null}}`}, why: "/data/name: want String, got null", at: "product name"},
		"missing":   {query: "name", answer: upstreamtest.Answer{Body: `{"data": {"id": 1}}`}, why: "/data/name: want String, got nothing", at: "product name"},
		"no object": {query: "name", answer: upstreamtest.Answer{Body: `{"data": ["s3cret"]}`}, why: "/data: want object, got list"},
		"HTML":      {query: "name", answer: upstreamtest.Answer{Body: `<!doctype html><p>s3cret`}, why: ": want JSON, got HTML or XML"},
		"cut short": {query: "name", answer: upstreamtest.Answer{Body: `{"data": "s3cret`}, why: ": want JSON, got something else at byte 16: invalid string"},
		"type": {
			query: "name", answer: upstreamtest.Answer{Body: `{}`, Header: http.Header{"Content-Type": {"text/html; charset=s3cret"}}},
			why: ": want JSON, got the content type text/html",
		},
		"too long": {query: "name", answer: upstreamtest.Answer{Body: `"` + strings.Repeat("s3cret", 2000) + `"`}, why: ": want at most 8192 bytes, got more"},
		"coding": {
			query: "name", answer: upstreamtest.Answer{Body: `{}`, Header: http.Header{"Content-Encoding": {"br"}}},
			why: ": want a body in gzip, zstd or no content coding, got one in another",
		},
		"a list": {
			query: "{ tags }", route: "GET /tags", answer: upstreamtest.Answer{Body: `{"tags": "s3cret"}`},
			why: ": want list, got object", at: "tags", log: "Query.tags",
		},
		"null in a list": {
			query: "{ featured { id } }", route: "GET /featured", answer: upstreamtest.Answer{Body: `{"items": [{"product": null}]}`},
			why: ": want a value or an element that is not null, got null", at: "featured 0", log: "Query.featured",
		},
		"null on a page": {
			query: "{ byOffset { nodes { id } } }", route: "GET /offset", answer: upstreamtest.Answer{Body: `{"data": [null], "meta": {"total": 1}}`},
			why: ": want a value or an element that is not null, got null", at: "byOffset nodes 0", log: "Query.byOffset",
		},
		"null in an edge": {
			query: "{ byOffset { edges { node { id } } } }", route: "GET /offset", answer: upstreamtest.Answer{Body: `{"data": [null], "meta": {"total": 1}}`},
			why: ": want a value or an element that is not null, got null", at: "byOffset edges 0 node", log: "Query.byOffset",
		},
		"cursor": {
			query: "{ byCursor { nodes { id } } }", route: "GET /cursor", answer: upstreamtest.Answer{Body: `{"data": [], "next": ["s3cret"]}`},
			why: "/next: want a cursor, got list", at: "byCursor", log: "Query.byCursor",
		},
		"no key": {
			query: "{ byIds(ids: [1, 2]) { id } }", route: "GET /products/batch", answer: upstreamtest.Answer{Body: `{"data": [{"id": 1}, {"id": {"s3cret": 2}}]}`},
			why: "/data/1/id: want a key, which is a string or a whole number, got object", at: "-",
		},
		"other keys": {
			query: "{ byIds(ids: [1, 2]) { id } }", route: "GET /products/batch", answer: upstreamtest.Answer{Body: `{"data": [{"id": "s3cret"}]}`},
			why: "/data/0/id: want a key that was asked for, got another", at: "-",
		},
	} {
		for _, executor := range executors {
			t.Run(name+"/"+executor, func(t *testing.T) {
				t.Parallel()
				servers := testCase{}.script(t, shop.Upstreams)
				route, query := c.route, c.query
				if route == "" {
					route, query = one, fmt.Sprintf(asked, c.query)
				}
				servers["catalog"].Answer(route, c.answer)
				h, log := shopOver(t, executor, servers)
				binding, path := c.log, c.at
				if binding == "" {
					binding = "Product"
				}
				if path == "" {
					path = "product"
				}
				want := told{Calls: []string{binding + " 200 bad_response " + c.why}}
				if path != "-" {
					want.Errors = []string{"[" + path + "] BAD_RESPONSE " + c.why}
				}
				got, text := ask(t, h, query)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				_, _ = ask(t, h, query)
				said := log.logged()
				line := regexp.MustCompile(`^level=WARN msg="an upstream's answer cannot be used" upstream=catalog binding=` + regexp.QuoteMeta(binding) +
					` at=schema.graphql kind=bad_response (status=200 )?reason=` + regexp.QuoteMeta(fmt.Sprintf("%q", strings.TrimPrefix(c.why, ": "))) + `$`)
				if len(said) != 1 || !line.MatchString(said[0]) {
					t.Errorf("got the log %q, want one line as %s", said, line)
				}
				for _, s := range append(said, text) {
					if strings.Contains(s, secret) {
						t.Errorf("a value is told: %s", s)
					}
				}
			})
		}
	}
}

// TestFailuresAreLogged: a service that fails is in the log, once a minute for each binding, without what it was asked.
func TestFailuresAreLogged(t *testing.T) {
	for name, c := range map[string]struct {
		answer upstreamtest.Answer
		fault  upstreamtest.Fault
		closed bool
		want   string // of the line; "": none
	}{
		"503":     {answer: upstreamtest.Answer{Status: 503, Body: `{"s3cret": 1}`}, want: "kind=unavailable status=503"},
		"504":     {answer: upstreamtest.Answer{Status: 504}, want: "kind=timeout status=504"},
		"429":     {answer: upstreamtest.Answer{Status: 429}, want: "kind=rate_limited status=429"},
		"404":     {answer: upstreamtest.Answer{Status: 404}},
		"422":     {answer: upstreamtest.Answer{Status: 422}},
		"refused": {closed: true, want: `kind=unavailable reason="connection refused"`},
		"reset":   {fault: upstreamtest.Reset, want: `kind=unavailable reason="connection reset by peer"`},
		"hangs":   {fault: upstreamtest.Hang, want: `kind=timeout status=200 reason="context deadline exceeded"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			servers, times := testCase{}.script(t, shop.Upstreams), 3
			servers["catalog"].Answer("GET /products/{id}", c.answer)
			if c.fault == upstreamtest.Hang {
				times = 1 // which takes its time
			}
			if c.fault != "" {
				servers["catalog"].Fault("GET /products/{id}", c.fault)
			}
			if c.closed {
				gone := httptest.NewServer(http.NotFoundHandler())
				servers["catalog"].URL = gone.URL
				gone.Close()
			}
			h, log := shopOver(t, executors[1], servers)
			for range times {
				_, _ = ask(t, h, `{ product(id: "s3cret") { name } }`)
			}
			var want []string
			if c.want != "" {
				want = []string{`level=WARN msg="an upstream failed" upstream=catalog binding=Product at=schema.graphql ` + c.want}
			}
			if diff := cmp.Diff(want, log.logged()); diff != "" {
				t.Errorf("log (-want +got):\n%s", diff)
			}
		})
	}
}
