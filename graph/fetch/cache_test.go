package fetch_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache"
	"weft/cache/memory"
	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/schedule"
	"weft/graph/view"
	"weft/upstream"
)

// things is an upstream of things with versions, which one binding asks for by key and by keys, and a cache of them.
type things struct {
	service *fetch.Service
	field   *binding.Field
	answer  func(*http.Request) (string, error) // "" none: 404

	mu    sync.Mutex // guards calls
	calls []string
}

// paths are of the calls that were made.
func (h *things) paths() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.calls)
}

// newThings starts them; everything that runs ends with the test.
func newThings(t testing.TB, memoryTier func(cache.Local) cache.Local, policy *binding.CachePolicy) *things {
	t.Helper()
	h := &things{answer: func(r *http.Request) (string, error) { return thing(r), nil }}
	clients, err := upstream.NewClients(
		[]upstream.Spec{{Name: "things", ForwardHeaders: []string{"Authorization"}}},
		map[string]upstream.Options{"things": {URL: "http://things", Transport: h}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	generations := new(cache.Generations)
	kept := memory.New(memory.Options{Generations: generations, Now: time.Now})
	t.Cleanup(kept.Close)
	var tier cache.Local = kept
	if memoryTier != nil {
		tier = memoryTier(kept)
	}
	c := cache.New(cache.Options{Memory: tier, Generations: generations})
	tasks := schedule.New(schedule.Options{})
	t.Cleanup(func() { tasks.Close(t.Context()) })
	entity := binding.New(binding.Spec{
		Name: "Thing", Entity: true, Vars: []binding.Var{{Name: "id", Type: &binding.Type{Scalar: "ID"}}},
		Origin: binding.Origin{
			Upstream: "things",
			Single:   &binding.Call{Template: "/things/{id}"},
			Batch:    &binding.Batch{Call: binding.Call{Template: "/things{?ids}"}, Keys: "ids", Match: []string{"/id"}},
		},
		Result: binding.Result{Object: "Thing", KeySlots: []int{1}, Shape: view.NewShape("/id", "/text")},
		Caching: binding.Caching{
			Fingerprint: "things", Cache: policy,
			Tags: []binding.Tag{{Parts: []binding.TagPart{{Text: "text-"}, {Slot: 2}}}},
		},
	})
	h.field = &binding.Field{Binding: entity, Sources: []binding.Source{{Argument: "id"}}}
	h.service = &fetch.Service{Clients: clients, Cache: c, Background: fetch.Background{Schedule: tasks}}
	return h
}

// aMinute is a policy.
var aMinute = &binding.CachePolicy{MaxAge: time.Minute, HasMaxAge: true, StaleIfError: time.Hour}

// RoundTrip implements [http.RoundTripper].
func (h *things) RoundTrip(r *http.Request) (*http.Response, error) {
	h.mu.Lock()
	h.calls = append(h.calls, r.URL.RequestURI())
	h.mu.Unlock()
	body, err := h.answer(r)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(strings.NewReader(body)),
		Header: http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"max-age=60"}},
	}, nil
}

// thing answers with all things that are asked for, each with whose they are.
func thing(r *http.Request) string {
	object := func(id string) string {
		return fmt.Sprintf(`{"id": %q, "text": %q}`, id, r.Header.Get("Authorization"))
	}
	ids := r.URL.Query().Get("ids")
	if ids == "" {
		return object(strings.TrimPrefix(r.URL.Path, "/things/"))
	}
	var list []string
	for id := range strings.SplitSeq(ids, ",") {
		list = append(list, object(id))
	}
	return "[" + strings.Join(list, ",") + "]"
}

// fetch asks for things by one Fetch, and returns their texts, or why there is none.
func (h *things) fetch(ctx context.Context, header http.Header, ids ...string) []string {
	return h.fetchBy(ctx, fetch.Begin(h.service, fetch.Options{Behalf: fetch.Behalf{Header: header}}), ids...)
}

func (h *things) fetchBy(ctx context.Context, x fetch.Planned, ids ...string) []string {
	defer x.Close()
	var asks []fetch.Member
	for _, id := range ids {
		asks = append(asks, fetch.Member{Field: h.field, Args: binding.Arguments{"id": id}, Parents: make([]view.Object, 1)})
	}
	var texts []string
	for _, found := range x.Fetch(ctx, asks) {
		switch r := found.Results[found.Of[0]]; {
		case r.Err != nil:
			texts = append(texts, r.Err.Error())
		case !r.Found:
			texts = append(texts, "null")
		default:
			text, _ := view.Get(r.Objects[0], 2, view.String)
			texts = append(texts, text)
		}
	}
	return texts
}

func wantTexts(t *testing.T, got []string, want ...string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What is kept of a batch is its caller's, also when its first key brings nothing: of a binding that no policy says anything
// about, too.
func TestBatchWithoutFirst(t *testing.T) {
	h := newThings(t, nil, nil)
	wantTexts(t, h.fetch(t.Context(), token("ada"), "", "1", "2"), "null", "Bearer ada", "Bearer ada")
	wantTexts(t, h.fetch(t.Context(), token("ada"), "3"), "Bearer ada") // from here on it is looked up
	wantTexts(t, h.fetch(t.Context(), nil, "1", "2"), "", "")
	wantTexts(t, h.fetch(t.Context(), token("bob"), "1", "2"), "Bearer bob", "Bearer bob")
	wantTexts(t, h.fetch(t.Context(), token("ada"), "1", "2"), "Bearer ada", "Bearer ada")
}

// paused is a tier whose Get, when it has looked, waits for the test.
type paused struct {
	cache.Local

	mu     sync.Mutex // guards what follows
	looked chan struct{}
	goOn   chan struct{} // nil: Get does not wait
}

func (p *paused) Get(ctx context.Context, keys []cache.Key, found []*cache.Entry) error {
	err := p.Local.Get(ctx, keys, found)
	p.mu.Lock()
	looked, goOn := p.looked, p.goOn
	p.looked, p.goOn = nil, nil
	p.mu.Unlock()
	if goOn != nil {
		close(looked)
		<-goOn
	}
	return err
}

// pauseNext makes the next Get wait.
func (p *paused) pauseNext() (looked <-chan struct{}, goOn func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, g := make(chan struct{}), make(chan struct{})
	p.looked, p.goOn = l, g
	return l, func() { close(g) }
}

// Who looked before an answer was kept, and asks after its flight has landed, finds it all the same:
//
//	B looks: nothing · A, who asked before, gets the answer, keeps it and lands · B would ask anew
func TestMissedByAMoment(t *testing.T) {
	var p *paused
	h := newThings(t, func(of cache.Local) cache.Local { p = &paused{Local: of}; return p }, aMinute)
	looked, goOn := p.pauseNext()
	var b sync.WaitGroup
	b.Go(func() { wantTexts(t, h.fetch(t.Context(), nil, "1", "2"), "", "") })
	<-looked
	wantTexts(t, h.fetch(t.Context(), nil, "1"), "")
	goOn()
	b.Wait()
	wantTexts(t, h.fetch(t.Context(), nil, "2"), "")
	if got := fmt.Sprint(h.paths()); got != "[/things/1 /things/2]" {
		t.Errorf("calls %s, want one for each thing", got)
	}
}

// Who leaves while what another asked for must be asked for again touches nothing that its own call still reads.
func TestLeavesWhileAnotherIsInvalid(t *testing.T) {
	for range 30 {
		synctest.Test(t, func(t *testing.T) {
			h := newThings(t, nil, aMinute)
			release := make(chan struct{})
			h.answer = func(r *http.Request) (string, error) {
				select {
				case <-release:
					return thing(r), nil
				case <-r.Context().Done():
					return "", r.Context().Err()
				}
			}
			ctx, leave := context.WithCancel(t.Context())
			var both sync.WaitGroup
			both.Go(func() { h.fetch(t.Context(), nil, "b") })
			synctest.Wait()
			h.answer = func(r *http.Request) (string, error) {
				<-r.Context().Done()
				return "", r.Context().Err()
			}
			both.Go(func() { h.fetch(ctx, nil, "a", "b") })
			synctest.Wait()
			h.service.Cache.Invalidate(t.Context(), []string{cache.OfType("Thing")})
			close(release)
			synctest.Wait()
			leave()
			both.Wait()
		})
	}
}
