package acceptance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache/tiers"
	"weft/graph/edge"
	storefront "weft/graph/generated"
	"weft/graph/operation"
)

// failures are what a service does, by the words of the table in cache/README.md.
var failures = map[string]http.HandlerFunc{
	"does not answer in time": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done(); panic(r.Context().Err()) },
	"refuses the connection":  func(http.ResponseWriter, *http.Request) { panic(syscall.ECONNREFUSED) },
	"closes the connection midway": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Cut", "1")
		_, _ = w.Write([]byte(`{"data"`))
	},
	"answers 500": status(500, `{}`),
	"answers 503": status(503, `{}`),
	"answers 429": status(429, `{}`),
	"answers 302, and redirects are not followed": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/login")
		w.WriteHeader(http.StatusFound)
	},
	"answers 200 with HTML": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<p>Welcome`))
	},
	"answers 200 with half the JSON":                                  status(200, `{"data": {"id": "p-1", "na`),
	"answers another kind of JSON than the schema wants":              status(200, `{"data": [1]}`),
	"has a member of another type than the schema wants, and had not": status(200, `{"data": {"id": "p-1", "name": {"en": "Tent"}}}`),
	"leaves out a member that may not be null, and did not":           status(200, `{"data": {"id": "p-1"}}`),
	"answers JSON without members where the schema wants one of them": status(200, `"closed"`),

	"answers 404 to a list that has no variables, or to a batch": status(404, `{}`),
	"answers 410 to these": status(410, `{}`),

	"answers 204":    status(204, ``),
	"answers `null`": status(200, `null`),
	"answers 404":    status(404, `{}`),
	"answers 410":    status(410, `{}`),
	"answers 401":    status(401, `{}`),
	"answers 422":    status(422, `{}`),
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
}

// TestKeptThroughFailures has a service fail in each way that the table of cache/README.md has, and then with 500: both times what is served
// is what the table says.
func TestKeptThroughFailures(t *testing.T) {
	text, err := os.ReadFile("../../cache/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "the test TestKeptThroughFailures")
	table, _, _ = strings.Cut(table, "\n\nEach kept value")
	rows := 0
	for row := range strings.Lines(table) {
		cells := strings.Split(row, "|")
		if len(cells) != 5 || strings.Contains(row, "---") || strings.Contains(row, "what is served") {
			continue
		}
		rows++
		name, now, later := strings.TrimSpace(cells[1]), meant(cells[2]), meant(cells[3])
		if later == "" {
			later = now
		}
		fails := failures[name]
		if fails == nil {
			t.Errorf("nobody has a service do what a row says: %s", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			kinds := []asked{one}
			if strings.HasSuffix(name, "or to a batch") || strings.HasSuffix(name, "to these") {
				kinds = []asked{list, batch}
			}
			for _, k := range kinds {
				synctest.Test(t, func(t *testing.T) { keptThrough(t, fails, k, now, later) })
			}
		})
	}
	if rows != len(failures) {
		t.Errorf("%d rows, want %d", rows, len(failures))
	}
}

// meant is what a cell means: stale, null or error; "" is the cell before it.
func meant(cell string) string {
	switch cell = strings.TrimSpace(cell); {
	case strings.HasPrefix(cell, "the kept value"):
		return "stale"
	case strings.HasPrefix(cell, "null"):
		return "null"
	case strings.HasPrefix(cell, "an error"):
		return "error"
	}
	return ""
}

// asked is something that a query asks for, and what the service answers that has it, under a name.
type asked struct{ route, query, answer string }

// one is an object, list one that is always there, and batch some objects by their keys.
var (
	one   = asked{"GET /products/{id}", `{ product(id: "p-1") { name } }`, `{"data": {"id": "p-1", "name": %q}}`}
	list  = asked{"GET /brands", `{ product: brands { name } }`, `[{"id": "b-1", "name": %q}]`}
	batch = asked{
		"GET /products", `{ product(id: "p-1") { name } other: product(id: "p-2") { name } }`,
		`{"data": [{"id": "p-1", "name": %q}, {"id": "p-2", "name": "Other"}]}`,
	}
)

// keeping is a storefront that keeps what one service answers.
type keeping struct {
	serve func(http.HandlerFunc)
	ask   func() string
	calls atomic.Int64
}

func newKeeping(t *testing.T, of asked) *keeping {
	t.Helper()
	var serves atomic.Pointer[http.HandlerFunc]
	w := &keeping{serve: func(h http.HandlerFunc) { serves.Store(&h) }}
	services := newScripts(storefront.Upstreams)
	services.handle("catalog", of.route, func(to http.ResponseWriter, r *http.Request) {
		w.calls.Add(1)
		(*serves.Load())(to, r)
	})
	clients := services.clients(t, storefront.Upstreams)
	t.Cleanup(clients.Close)
	kept, err := tiers.Open(tiers.Options{Classes: storefront.CacheClasses})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kept.Close)
	schema, err := openCachedStorefront(newSchedule(t), clients, kept.Cache, nil)
	if err != nil {
		t.Fatal(err)
	}
	handler := handlerOf(schema, operation.Options{})
	w.ask = func() string {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, graphRequest{Query: of.query}.post(t.Context(), t, edge.Endpoint))
		return answer.Body.String()
	}
	return w
}

func keptThrough(t *testing.T, fails http.HandlerFunc, of asked, now, later string) {
	w := newKeeping(t, of)
	set, ask := w.serve, func() string {
		switch body := w.ask(); {
		case strings.Contains(body, `"errors"`):
			return "error"
		case strings.Contains(body, `"product":null`):
			return "null"
		case strings.Contains(body, `"stale"`) && strings.Contains(body, `"Tent"`):
			return "stale"
		default:
			return body
		}
	}
	set(status(200, fmt.Sprintf(of.answer, "Tent")))
	_ = ask()
	if of == list {
		time.Sleep(4600 * time.Second)
	}
	time.Sleep(400 * time.Second) // beyond maxAge and staleWhileRevalidate
	for n := range 3 {
		set(fails)
		if got := ask(); got != now {
			t.Errorf("time %d: got %s, want %s", n+1, got, now)
		}
		time.Sleep(10 * time.Second) // nothing is remembered no longer
	}
	set(status(500, `{}`))
	if got := ask(); got != later {
		t.Errorf("then, with 500: got %s, want %s", got, later)
	}
	set(status(200, fmt.Sprintf(of.answer, "Tent 2")))
	time.Sleep(10 * time.Second)
	if got := ask(); !strings.Contains(got, "Tent 2") {
		t.Errorf("the service is well again: got %s", got)
	}
}

// TestUnusableIsNotKept: where nothing is kept, an answer that cannot be used costs the one who has asked, and nobody who comes later.
func TestUnusableIsNotKept(t *testing.T) {
	for name, c := range map[string]struct {
		asked
		bad   string
		again time.Duration // after which the service is asked again
	}{
		"a member that may not be null is a number": {one, `{"data": {"id": "p-1", "name": 7}}`, 0},
		"a member that may not be null is null":     {one, `{"data": {"id": "p-1", "name": null}}`, 0},
		"it is not an object":                       {one, `{"data": 7}`, 0},
		"elements of a batch":                       {batch, `{"data": [{"id": "p-1", "name": 7}, {"id": "p-2", "name": 7}]}`, 0},
		"an element of a list":                      {list, `[{"id": "b-1", "name": 7}]`, 5 * time.Second},
		"a member that may be null":                 {one, `{"data": {"id": "p-1", "name": "Tent", "color": 7}}`, 5 * time.Second},
		"a string in the place of the whole":        {one, `"closed"`, 0},
		"a string in the place of a batch's":        {batch, `"closed"`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newKeeping(t, c.asked)
				w.serve(status(200, c.bad))
				_ = w.ask()
				w.serve(status(200, fmt.Sprintf(c.answer, "Tent 2")))
				if c.again > 0 {
					calls := w.calls.Load()
					if _ = w.ask(); w.calls.Load() != calls {
						t.Errorf("%d calls more: it is not kept", w.calls.Load()-calls)
					}
					time.Sleep(c.again)
				}
				if got := w.ask(); !strings.Contains(got, "Tent 2") {
					t.Errorf("after %v: %s", c.again, got)
				}
			})
		})
	}
}
