package binding_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache"
	"weft/cache/memory"
	"weft/graph/binding"
	"weft/graph/view"
	"weft/upstream"
)

// ware is an upstream that says how it may be kept, and a cache of what it answered. Its tests run in bubbles of package synctest,
// where a call is on its way for as long as they want, and waiting takes no time.
type ware struct {
	service *binding.Service
	answer  func(*http.Request) *http.Response

	mu    sync.Mutex // guards calls
	calls int
}

func newWare(t *testing.T, classes cache.Classes, answer func(*http.Request) *http.Response) *ware {
	t.Helper()
	w := &ware{answer: answer}
	clients, err := upstream.NewClients(
		[]upstream.Spec{{Name: "ware", ForwardHeaders: []string{"Authorization"}}, {Name: "other"}},
		map[string]upstream.Options{"ware": {URL: "http://ware", Transport: w}, "other": {URL: "http://other", Transport: w}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	generations := &cache.Generations{Classes: classes}
	kept := memory.New(memory.Options{Generations: generations, Now: time.Now})
	t.Cleanup(kept.Close)
	c := cache.New(cache.Options{Memory: kept, Generations: generations})
	t.Cleanup(c.Close)
	w.service = &binding.Service{Clients: clients, Cache: c}
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
		Name: "Ware", Upstream: "ware", Entity: true, Object: "Ware", KeySlots: []int{1}, Vars: wareID, Fingerprint: "ware",
		Single: &binding.Call{Template: "/wares/{id}"}, Shape: view.NewShape("/id", "/name"), Cache: policy,
	})
}

// byID is a field that asks a binding by its argument id.
func byID(b *binding.Binding) *binding.Field {
	return &binding.Field{Binding: b, Sources: []binding.Source{{Argument: "id"}}}
}

// get asks for objects by one operation, and returns their names, or why there is none, and what it says of keeping the answer.
func (w *ware) get(ctx context.Context, header http.Header, f *binding.Field, ids ...string) ([]string, binding.Kept) {
	x := binding.NewPlannedExecution(ctx, w.service, header)
	defer x.Wait()
	return wareNames(ctx, x, f, ids...), x.Kept()
}

func wareNames(ctx context.Context, x *binding.Execution, f *binding.Field, ids ...string) []string {
	var asks []binding.Ask
	for _, id := range ids {
		asks = append(asks, binding.Ask{Field: f, Args: binding.Arguments{"id": id}, Parents: make([]view.Object, 1)})
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

// What is private is kept for whom it was asked, also when it was not known before that the upstream answers each one differently,
// and when another key of the same operation failed first.
func TestPrivateAfterFailedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
			if r.URL.Path == "/wares/0" {
				return says(http.StatusInternalServerError, "")
			}
			return says(http.StatusOK, named("for "+r.Header.Get("Authorization")), "Cache-Control", "private, max-age=60")
		})
		f := byID(wareOf(nil))
		got, _ := w.get(t.Context(), token("ada"), f, "0", "1")
		if got[1] != "for Bearer ada" {
			t.Fatalf("ada got %q", got)
		}
		w.get(t.Context(), nil, f, "2") // a public look at the binding
		for who, header := range map[string]http.Header{"for ": nil, "for Bearer bob": token("bob"), "for Bearer ada": token("ada")} {
			got, _ := w.get(t.Context(), header, f, "1")
			wantTexts(t, got, who)
		}
	})
}

// A 304 may forbid what the answer that it renews allowed.
func TestNotModifiedForbids(t *testing.T) {
	for _, c := range []struct {
		control        string
		never, private bool
	}{
		{"no-store", true, false},
		{"private, max-age=60", false, true},
		{"max-age=60", false, false},
	} {
		t.Run(c.control, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
					if r.Header.Get("If-None-Match") == "" {
						return says(http.StatusOK, named("v"), "ETag", `"a"`, "Cache-Control", "public, max-age=0")
					}
					return says(http.StatusNotModified, "", "ETag", `"a"`, "Cache-Control", c.control)
				})
				f := byID(wareOf(nil))
				w.get(t.Context(), nil, f, "1")
				time.Sleep(time.Second)
				got, kept := w.get(t.Context(), nil, f, "1")
				wantTexts(t, got, "v")
				if kept.Never != c.never || !c.never && kept.Private != c.private {
					t.Errorf("never %v, private %v, want %v, %v", kept.Never, kept.Private, c.never, c.private)
				}
			})
		})
	}
}

// An answer that sets a cookie is for one client.
func TestSetCookieIsPrivate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response {
			return says(http.StatusOK, named("v"), "Set-Cookie", "a=b", "Cache-Control", "max-age=60")
		})
		if _, kept := w.get(t.Context(), nil, byID(wareOf(nil)), "1"); !kept.Private && !kept.Never {
			t.Errorf("kept for all: %+v", kept)
		}
	})
}

// Who asks after an invalidation does not get what was asked for before it: not from the call of a refresh that is still under
// way, which is sent on behalf of nobody.
func TestRefreshSentBeforeInvalidation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, refreshing, name := make(chan struct{}), false, "old"
		w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response {
			now := name
			if refreshing {
				<-release
			}
			return says(http.StatusOK, named(now))
		})
		policy := forAMillisecond()
		policy.StaleWhileRevalidate = time.Minute
		f := byID(wareOf(policy))
		w.get(t.Context(), nil, f, "1")
		time.Sleep(time.Second)
		refreshing = true
		got, _ := w.get(t.Context(), nil, f, "1")
		wantTexts(t, got, "old") // stale, and refreshed
		synctest.Wait()
		if n := w.called(); n != 2 {
			t.Fatalf("%d calls, want the refresh to be the second", n)
		}
		name = "new"
		w.invalidate(t)
		time.Sleep(time.Millisecond) // what is sent at the same moment counts as one's own
		var late sync.WaitGroup
		late.Go(func() {
			got, _ := w.get(t.Context(), nil, f, "1")
			wantTexts(t, got, "new")
		})
		synctest.Wait()
		close(release)
		late.Wait()
	})
}

// Nor does one who asks after a write get what was asked for before it and must not be kept, of which no tags are known: also when
// the write was another upstream's.
func TestUnkeptSentBeforeWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, name := make(chan struct{}), "old"
		w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
			if r.Method == http.MethodPost {
				name = "new"
				return says(http.StatusOK, `{"id": "1"}`)
			}
			now := name
			<-release
			return says(http.StatusOK, named(now), "Cache-Control", "no-store")
		})
		f := byID(wareOf(aMinute))
		write := byID(binding.New(binding.Spec{
			Name: "Mutation.rename", Upstream: "other", Vars: wareID, Mutation: true, Object: "Ware", Shape: view.NewShape("/id", "/name"),
			Single:      &binding.Call{Method: http.MethodPost, Template: "/rename"},
			Invalidates: []binding.Tag{{Kind: binding.TagKey, Parts: []binding.TagPart{{Text: "Ware:"}, {Path: []string{"id"}}}}},
		}))
		var both sync.WaitGroup
		ask := func(want string) {
			both.Go(func() {
				got, _ := w.get(t.Context(), nil, f, "1")
				wantTexts(t, got, want)
			})
			synctest.Wait()
		}
		ask("old")
		w.get(t.Context(), nil, write, "1")
		ask("new")
		close(release)
		both.Wait()
	})
}

// A failing upstream is no reason to serve what was invalidated while it was asked.
func TestNoStaleIfErrorAfterInvalidation(t *testing.T) {
	for _, invalidated := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			release, failing := make(chan struct{}), false
			w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response {
				if failing {
					<-release
					return says(http.StatusInternalServerError, "")
				}
				return says(http.StatusOK, named("old"))
			})
			policy := forAMillisecond()
			policy.StaleIfError = time.Minute
			f := byID(wareOf(policy))
			w.get(t.Context(), nil, f, "1")
			time.Sleep(time.Second)
			failing = true
			var ask sync.WaitGroup
			ask.Go(func() {
				got, _ := w.get(t.Context(), nil, f, "1")
				if served := got[0] == "old"; served == invalidated {
					t.Errorf("invalidated %v: got %q", invalidated, got)
				}
			})
			synctest.Wait()
			if invalidated {
				w.invalidate(t)
			}
			close(release)
			ask.Wait()
		})
	}
}

// A read by POST is not made conditional: a service may answer it with 412, or ignore it.
func TestPostIsUnconditional(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
			if r.Header.Get("If-None-Match") != "" {
				t.Errorf("%s with If-None-Match", r.Method)
			}
			return says(http.StatusOK, named("v"), "ETag", `"a"`)
		})
		f := byID(binding.New(binding.Spec{
			Name: "Query.search", Upstream: "ware", Vars: wareID, Object: "Ware", Shape: view.NewShape("/id", "/name"), Fingerprint: "search",
			Single: &binding.Call{Method: http.MethodPost, Template: "/search"}, Cache: forAMillisecond(),
		}))
		for range 2 {
			got, _ := w.get(t.Context(), nil, f, "1")
			wantTexts(t, got, "v")
			time.Sleep(time.Second)
		}
		if n := w.called(); n != 2 {
			t.Errorf("%d calls, want 2", n)
		}
	})
}

// That there is nothing is kept no longer than the upstream allows.
func TestNoStoreNotFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWare(t, cache.Classes{}, func(*http.Request) *http.Response {
			return says(http.StatusNotFound, "", "Cache-Control", "no-store")
		})
		f := byID(wareOf(aMinute))
		for want := 1; want <= 2; want++ {
			got, kept := w.get(t.Context(), nil, f, "1")
			wantTexts(t, got, "null")
			if n := w.called(); n != want || !kept.Never {
				t.Errorf("%d calls, want %d; kept %+v", n, want, kept)
			}
		}
	})
}

// An object that a kept list holds is as old as the list: who limits the age asks for it.
func TestPrimedIsAsOldAsItsList(t *testing.T) {
	for limited, want := range map[bool]string{true: "of its own", false: "of the list"} {
		synctest.Test(t, func(t *testing.T) {
			w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
				if r.URL.Path == "/wares" {
					return says(http.StatusOK, "["+named("of the list")+"]")
				}
				return says(http.StatusOK, named("of its own"))
			})
			entity := wareOf(aMinute)
			list := &binding.Field{Binding: binding.New(binding.Spec{
				Name: "Query.wares", Upstream: "ware", List: true, Object: "Ware", Shape: entity.Shape, Fingerprint: "wares", Primes: entity,
				Single: &binding.Call{Template: "/wares"}, Cache: aMinute,
			})}
			run := func(accepts map[*binding.Binding]time.Duration) []string {
				x := binding.NewPlannedExecution(t.Context(), w.service, nil)
				defer x.Wait()
				x.Accept(accepts)
				x.Fetch(t.Context(), []binding.Ask{{Field: list, Parents: make([]view.Object, 1)}})
				return wareNames(t.Context(), x, byID(entity), "1")
			}
			run(nil)
			time.Sleep(10 * time.Second)
			var accepts map[*binding.Binding]time.Duration
			if limited {
				accepts = map[*binding.Binding]time.Duration{entity: time.Second}
			}
			wantTexts(t, run(accepts), want)
		})
	}
}

// An answer of very many calls carries few tags.
func TestManyURLsAreFewTags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		entity := wareOf(aMinute)
		w := newWare(t, binding.Classes(entity), func(*http.Request) *http.Response { return says(http.StatusOK, named("v")) })
		ids := make([]string, 500)
		for i := range ids {
			ids[i] = fmt.Sprint(i)
		}
		_, kept := w.get(t.Context(), nil, byID(entity), ids...)
		if n := len(kept.Tags); n == 0 || n > 64 {
			t.Errorf("%d tags, want 1 to 64", n)
		}
		if kept.Never {
			t.Fatal("it is not kept at all")
		}
		at := w.service.Cache.Position()
		if err := w.service.Cache.Invalidate(t.Context(), []string{cache.OfURL("ware", "/wares/7")}); err != nil {
			t.Fatal(err)
		}
		if w.service.Cache.Valid(at, kept.Tags) {
			t.Error("none of them is of one of the calls")
		}
	})
}

// Who began a call and runs out of time does not cost those who wait for it theirs.
func TestLeaderOutOfTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
			select {
			case <-release:
			case <-r.Context().Done():
			}
			return says(http.StatusOK, named("v"))
		})
		f := byID(wareOf(aMinute))
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var both sync.WaitGroup
		both.Go(func() { w.get(short, nil, f, "1") })
		synctest.Wait()
		both.Go(func() {
			got, _ := w.get(t.Context(), nil, f, "1")
			wantTexts(t, got, "v")
		})
		time.Sleep(2 * time.Second)
		close(release)
		both.Wait()
	})
}
