package fetch_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/cache"
	"weft/cache/memory"
	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/schedule"
	"weft/graph/view"
	"weft/upstream"
)

// ware is an upstream that says how it may be kept, and a cache of what it answered. Its tests run in bubbles of package synctest,
// where a call is on its way for as long as they want, and waiting takes no time.
type ware struct {
	service *fetch.Service
	answer  func(*http.Request) *http.Response
	written written

	mu    sync.Mutex // guards calls
	calls int
}

func newWare(t *testing.T, classes cache.Classes, answer func(*http.Request) *http.Response) *ware {
	t.Helper()
	w := &ware{answer: answer}
	clients, err := upstream.NewClients(
		[]upstream.Spec{{Name: "ware", ForwardHeaders: []string{"Authorization", "X-Tenant"}}, {Name: "other"}},
		map[string]upstream.Options{"ware": {URL: "http://ware", Transport: w}, "other": {URL: "http://other", Transport: w}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	generations := &cache.Generations{Classes: classes}
	kept := memory.New(memory.Options{Generations: generations, Now: time.Now})
	t.Cleanup(kept.Close)
	w.written.Local = kept
	c := cache.New(cache.Options{Memory: &w.written, Generations: generations})
	tasks := schedule.New(schedule.Options{})
	t.Cleanup(func() { tasks.Close(t.Context()) })
	w.service = &fetch.Service{Clients: clients, Cache: c, Background: fetch.Background{Schedule: tasks}}
	return w
}

// RoundTrip implements [http.RoundTripper].
func (w *ware) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.calls++
	w.mu.Unlock()
	response := w.answer(r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	response.Request = r
	return response, nil
}

func (w *ware) called() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls
}

// says is an answer with a body, and header fields in pairs.
func says(status int, body string, fields ...string) *http.Response {
	header := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i < len(fields); i += 2 {
		header.Set(fields[i], fields[i+1])
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

// named is the object 1 with a name.
func named(name string) string { return fmt.Sprintf(`{"id": "1", "name": %q}`, name) }

var wareID = []binding.Var{{Name: "id", Type: &binding.Type{Scalar: "ID"}}}

// wareOf is an entity whose objects are asked for one by one.
func wareOf(policy *binding.CachePolicy) *binding.Binding {
	return binding.New(binding.Spec{
		Name: "Ware", Entity: true, Vars: wareID,
		Origin:  binding.Origin{Upstream: "ware", Single: &binding.Call{Template: "/wares/{id}"}},
		Result:  binding.Result{Object: "Ware", KeySlots: []int{1}, Shape: view.NewShape("/id", "/name")},
		Caching: binding.Caching{Fingerprint: "ware", Cache: policy},
	})
}

// byID is a field that asks a binding by its argument id.
func byID(b *binding.Binding) *binding.Field {
	return &binding.Field{Binding: b, Sources: []binding.Source{{Argument: "id"}}}
}

// get asks for objects by one operation, and returns their names, or why there is none, and what it says of keeping the answer.
func (w *ware) get(ctx context.Context, header http.Header, f *binding.Field, ids ...string) ([]string, binding.Kept) {
	x := fetch.Begin(w.service, fetch.Options{Behalf: fetch.Behalf{Header: header}})
	names := wareNames(ctx, x, f, ids...)
	return names, x.Close().Kept()
}

func wareNames(ctx context.Context, x fetch.Planned, f *binding.Field, ids ...string) []string {
	var asks []fetch.Member
	for _, id := range ids {
		asks = append(asks, fetch.Member{Field: f, Args: binding.Arguments{"id": id}, Parents: make([]view.Object, 1)})
	}
	var names []string
	for _, found := range x.Fetch(ctx, asks) {
		switch r := found.Results[found.Of[0]]; {
		case r.Err != nil:
			names = append(names, "error: "+r.Err.Error())
		case !r.Found || len(r.Objects) == 0:
			names = append(names, "null")
		default:
			name, _ := view.Get(r.Objects[0], 2, view.String)
			names = append(names, name)
		}
	}
	return names
}

// invalidate makes the object 1 invalid.
func (w *ware) invalidate(t *testing.T) {
	t.Helper()
	if err := w.service.Cache.Invalidate(t.Context(), []string{cache.OfKey("Ware", "1")}); err != nil {
		t.Fatal(err)
	}
}

// forAMillisecond is fresh so shortly that tests wait it out; stale it is of use much longer.
func forAMillisecond() *binding.CachePolicy {
	return &binding.CachePolicy{MaxAge: time.Millisecond, HasMaxAge: true}
}
