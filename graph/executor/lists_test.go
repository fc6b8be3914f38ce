package executor_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	reviews "weft/bench/reviews/generated"
	"weft/graph/compiled"
	"weft/graph/operation"
	"weft/upstream"
)

// reviewed answers as the services of reviews, each path after a time of its own, and notes what it is asked.
type reviewed struct {
	takes map[string]time.Duration // by path
	users string                   // the list

	mu    sync.Mutex // guards calls
	calls []string
}

func (s *reviewed) roundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.calls = append(s.calls, r.URL.RequestURI())
	s.mu.Unlock()
	time.Sleep(s.takes[r.URL.Path] + 5*time.Millisecond)
	const first, second = `{"id": "1", "username": "ann", "name": "Ann"}`, `{"id": "2", "username": "ben", "name": "Ben"}`
	bodies := map[string]string{
		"/users": s.users, "/users/1": first, "/users/2": second, "/users?id=1&id=2": "[" + first + "," + second + "]",
		"/products": `[{"upc": "a", "name": "Chair", "price": 3, "weight": 7}, {"upc": "b", "name": "Table", "price": 5, "weight": 9}]`,
		"/reviews":  `[{"id": "7", "body": "good", "authorId": "1", "productUpc": "a"}, {"id": "8", "body": "bad", "authorId": "2", "productUpc": "a"}]`,
		"/stock":    `[{"upc": "a", "inStock": true, "shippingEstimate": 1}, {"upc": "b", "inStock": false, "shippingEstimate": 2}]`,
	}
	body, ok := bodies[r.URL.RequestURI()]
	if !ok {
		body = bodies[r.URL.Path]
	}
	return reply(r, http.StatusOK, body), nil
}

// ask has an operation run by a service over s, runs times, and returns the calls of the last run, sorted, and how long it took.
func (s *reviewed) ask(t *testing.T, query string, runs int) (calls []string, took time.Duration) {
	t.Helper()
	options := map[string]upstream.Options{}
	for _, u := range reviews.Upstreams {
		options[u.Name] = upstream.Options{URL: "http://" + u.Name + ".test", Transport: roundTrip(s.roundTrip)}
	}
	clients, err := upstream.NewClients(reviews.Upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	defer clients.Close()
	schema, err := reviews.Service().Executable(compiled.Settings{Clients: clients, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	engine := operation.New(schema, operation.Options{Reports: true})
	for range runs {
		s.calls = nil
		began := time.Now()
		request := operation.Request{Prepared: engine.Find([]byte(query), ""), Text: query, Headers: map[string][]string{"Weft-Without": {"shared"}}}
		if answer := engine.Run(t.Context(), &request); answer.Class != operation.Executed || len(answer.Errors) > 0 {
			t.Fatalf("%s %v", answer.Data, answer.Errors)
		}
		took = time.Since(began)
	}
	slices.Sort(s.calls)
	return s.calls, took
}

const aroundTwice = `{
	users { name reviews { body product { name stock { inStock } reviews { body author { name } } } } }
	topProducts { name stock { inStock } reviews { body author { name reviews { body product { name stock { inStock } } } } } }
}`

// Whichever upstream is slower, an operation takes the same calls, once it was seen that lists bring what is asked for by key.
func TestCallsInAnyOrder(t *testing.T) {
	want := []string{
		"/products", "/reviews?authorId=1&authorId=2", "/reviews?productUpc=a&productUpc=b", "/stock?upc=a&upc=b", "/users",
	}
	for _, slow := range []string{"", "/users", "/products", "/reviews", "/stock", "/users /reviews", "/products /reviews", "/products /stock"} {
		t.Run(slow, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &reviewed{takes: map[string]time.Duration{}, users: `[{"id": "1", "username": "ann", "name": "Ann"}, {"id": "2", "username": "ben", "name": "Ben"}]`}
				for path := range strings.FieldsSeq(slow) {
					s.takes[path] = 30 * time.Millisecond
				}
				if got, _ := s.ask(t, aroundTwice, 6); !slices.Equal(got, want) {
					t.Errorf("calls %q\nwant  %q", got, want)
				}
			})
		})
	}
}

// A list that does not bring what is asked for by key is not waited for.
func TestListsInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &reviewed{takes: map[string]time.Duration{"/users": 30 * time.Millisecond}, users: `[]`}
		calls, took := s.ask(t, `{ users { name } topProducts { reviews { author { name reviews { body } } } } }`, 6)
		want := []string{"/products", "/reviews?authorId=1&authorId=2", "/reviews?productUpc=a&productUpc=b", "/users", "/users?id=1&id=2"}
		if !slices.Equal(calls, want) || took != 50*time.Millisecond {
			t.Errorf("%s, calls %q\nwant 50ms, %q", took, calls, want)
		}
	})
}
