package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/view"
)

// unkept is a ware whose answers are held until the test lets them go. Nothing is kept: there is no cache.
type unkept struct {
	*ware
	release chan struct{}
	name    func(*http.Request) string // what an object is called when its call arrives
}

func newUnkept(t *testing.T) *unkept {
	u := &unkept{release: make(chan struct{}), name: func(*http.Request) string { return "v" }}
	u.ware = newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
		name := u.name(r)
		select {
		case <-u.release:
		case <-r.Context().Done():
		}
		return says(http.StatusOK, named(name))
	})
	u.service.Cache = nil
	return u
}

// begin begins an operation, and returns where its names will be.
func (u *unkept) begin(header http.Header, f *binding.Field, ids ...string) <-chan []string {
	done := make(chan []string, 1)
	go func() {
		defer close(done) // also when its goroutine ends
		got, _ := u.get(context.Background(), header, f, ids...)
		done <- got
	}()
	synctest.Wait()
	return done
}

// What no policy is for is shared all the same, by those whom the upstream cannot tell apart, and by no others.
func TestIdentitiesPartFlights(t *testing.T) {
	identities := []http.Header{
		nil,
		{"Authorization": {""}},
		{"Authorization": {"ann"}},
		{"Authorization": {"bob"}},
		{"Authorization": {"ann", "ann"}},
		{"Authorization": {"ann 3:ann"}},
		{"Authorization": {"ann :ann"}},
		{"Authorization": {"", ""}},
		{"X-Tenant": {""}},
		{"X-Tenant": {"ann"}},
		{"Authorization": {"ann"}, "X-Tenant": {"bob"}},
		{"Authorization": {"bob"}, "X-Tenant": {"ann"}},
		{"X-Tenant": {"a", "b"}},
		{"X-Tenant": {"b", "a"}},
	}
	describe := func(h http.Header) string {
		return strings.Join(h["Authorization"], "|") + "; " + strings.Join(h["X-Tenant"], "|")
	}
	for _, cached := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			u := newUnkept(t)
			if cached {
				u.service.Cache = cache.New(cache.Options{})
			}
			u.name = func(r *http.Request) string { return describe(r.Header) }
			f := byID(wareOf(nil))
			var all []<-chan []string
			for i, h := range identities {
				also := h.Clone()
				if also == nil {
					also = http.Header{}
				}
				also["Traceparent"], also["Cookie"] = []string{fmt.Sprint(i)}, []string{"c"} // which are not forwarded
				all = append(all, u.begin(h, f, "1"), u.begin(also, f, "1"))
			}
			if n := u.called(); n != len(identities) {
				t.Errorf("%d calls for %d identities", n, len(identities))
			}
			close(u.release)
			for i, done := range all {
				wantTexts(t, <-done, describe(identities[i/2]))
			}
		})
	}
}

// A POST that only asks is shared like a GET, and parts nobody.
func TestReadsByPOSTAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUnkept(t)
		spec := wareOf(nil).Spec
		spec.Single = &binding.Call{Method: http.MethodPost, Template: "/wares/query", Body: &binding.Body{Object: []binding.Member{{Name: "id", Value: &binding.Body{Var: "id"}}}}}
		f, other := byID(binding.New(spec)), byID(wareOf(nil))
		both := []<-chan []string{u.begin(nil, other, "1"), u.begin(nil, f, "1"), u.begin(nil, f, "1"), u.begin(nil, other, "1")}
		if n := u.called(); n != 2 {
			t.Errorf("%d calls, want 2", n)
		}
		close(u.release)
		for _, done := range both {
			wantTexts(t, <-done, "v")
		}
	})
}

// rename is a mutation of an upstream.
func rename(upstream string) *binding.Field {
	return byID(binding.New(binding.Spec{
		Name: "Mutation.rename", Vars: wareID, Mutation: true,
		Origin: binding.Origin{Upstream: upstream, Single: &binding.Call{Method: http.MethodPost, Template: "/rename"}},
		Result: binding.Result{Object: "Ware", Shape: view.NewShape("/id", "/name")},
	}))
}

// One read before and two during a write: none shares with one of another time. A write to another upstream parts none.
func TestWritePartsFlights(t *testing.T) {
	for _, to := range []string{"ware", "other"} {
		synctest.Test(t, func(t *testing.T) {
			u := newUnkept(t)
			name := "old"
			u.name = func(*http.Request) string { return name }
			f := byID(wareOf(nil))
			all := []<-chan []string{u.begin(nil, f, "1")}
			write := u.begin(nil, rename(to), "1")
			name = "new"
			all = append(all, u.begin(nil, f, "1"), u.begin(nil, f, "1"))
			want, calls := []string{"old", "new", "new"}, 3
			if to == "other" {
				want, calls = []string{"old", "old", "old"}, 2
			}
			if n := u.called(); n != calls {
				t.Errorf("%d calls, want %d", n, calls)
			}
			close(u.release)
			<-write
			for i, done := range all {
				wantTexts(t, <-done, want[i])
			}
		})
	}
}

// What the transport panics with is an error for all who wait, and for none of those who come later. So it is, where it ends the
// goroutine that asks, for those who are left.
func TestTransportThatFailsAll(t *testing.T) {
	for what, end := range map[string]func(){"panic": func() { panic("s3cret") }, "Goexit": runtime.Goexit} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				u, failing := newUnkept(t), true
				u.answer = func(*http.Request) *http.Response {
					<-u.release
					if failing {
						end()
					}
					return says(http.StatusOK, named("v"))
				}
				f := byID(wareOf(nil))
				leader, follower := u.begin(nil, f, "1", "2", "3"), u.begin(nil, f, "2")
				close(u.release)
				got := <-follower
				if what == "panic" {
					got = append(got, <-leader...)
				}
				if len(got) != 1 && len(got) != 4 {
					t.Errorf("got %q, want an error for each key", got)
				}
				for _, text := range got {
					if !strings.HasPrefix(text, "error: ") || strings.Contains(text, "s3cret") {
						t.Errorf("got %q, want an error without what it was", text)
					}
				}
				failing = false
				wantTexts(t, <-u.begin(nil, f, "1"), "v")
			})
		})
	}
}

// Who loads nothing but what others are asking for has made no call, and says where it has its values from.
func TestJoinedInReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUnkept(t)
		f := byID(wareOf(nil))
		leader := u.begin(nil, f, "1")
		x := fetch.Begin(u.service, fetch.Options{})
		var both sync.WaitGroup
		both.Go(func() { wantTexts(t, wareNames(t.Context(), x, f, "1"), "v") })
		synctest.Wait()
		close(u.release)
		both.Wait()
		<-leader
		r := x.Close().Record()
		if want := (fetch.Savings{Asked: 1, Shared: 1}); r.Savings() != want || len(r.Calls()) > 0 || r.Values()[0].From != "shared" {
			t.Errorf("got %+v, %+v, %+v", r.Savings(), r.Calls(), r.Values())
		}
	})
}

// twins are two bindings that make the same call for a ware, and read something else in the answer.
func twins() (a, b *binding.Field) {
	spec := wareOf(nil).Spec
	spec.Name, spec.At, spec.Vars = "Other", "shop.graphql:7", []binding.Var{{Name: "other", Type: &binding.Type{Scalar: "ID"}}}
	spec.Single, spec.Shape = &binding.Call{Template: "/wares/{other}"}, view.NewShape("/id", "/id")
	return byID(wareOf(nil)), byID(binding.New(spec))
}

func TestTwins(t *testing.T) {
	a, b := twins()
	post := rename("ware")
	query := wareOf(nil).Spec
	query.Single = &binding.Call{Template: "/wares{?id}"}
	q, elsewhere := binding.New(query), wareOf(nil).Spec
	elsewhere.Upstream = "other"
	got := binding.Twins(slices.Values([]*binding.Binding{a.Binding, q, post.Binding, a.Binding, b.Binding, binding.New(elsewhere)}))
	if len(got) != 2 || !got[a.Binding] || !got[b.Binding] {
		t.Errorf("got %d twins, want the two", len(got))
	}
}

// Equal GETs of two bindings are one call within an operation, though two for two operations; a failure names the binding of each.
func TestTwinsShareACall(t *testing.T) {
	for _, fails := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			u := newUnkept(t)
			a, b := twins()
			u.service.Twins = binding.Twins(slices.Values([]*binding.Binding{a.Binding, b.Binding}))
			if fails {
				u.answer = func(*http.Request) *http.Response {
					<-u.release
					return &http.Response{StatusCode: http.StatusInternalServerError, Header: http.Header{}, Body: http.NoBody}
				}
			}
			x := fetch.Begin(u.service, fetch.Options{})
			var got []fetch.Found
			var all sync.WaitGroup
			all.Go(func() {
				ask := func(f *binding.Field) fetch.Member {
					return fetch.Member{Field: f, Args: binding.Arguments{"id": "1"}, Parents: make([]view.Object, 1)}
				}
				got = x.Fetch(t.Context(), []fetch.Member{ask(a), ask(b)})
			})
			synctest.Wait()
			if n := u.called(); n != 1 {
				t.Errorf("%d calls for one operation, want 1", n)
			}
			elsewhere := u.begin(nil, b, "1")
			close(u.release)
			all.Wait()
			<-elsewhere
			if s := x.Close().Record().Savings(); s != (fetch.Savings{Asked: 2, Sent: 2, Merged: 1, Calls: 1}) {
				t.Errorf("savings %+v", s)
			}
			for i, want := range []string{"Ware", "Other (shop.graphql:7)"} {
				switch r := got[i].Results[0]; {
				case fails && r.Err.Error() != "upstream ware, "+want+": unavailable (status 500)":
					t.Errorf("got %v, want the error of %s", r.Err, want)
				case !fails && (r.Err != nil || !r.Found):
					t.Errorf("got %+v", r)
				}
			}
		})
	}
}

// Two operations at once that want some of the same keys, which one call for many brings: each key is asked for once.
func TestBatchesJoinByKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var mu sync.Mutex // guards paths
		var paths []string
		w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
			mu.Lock()
			paths = append(paths, r.URL.RequestURI())
			mu.Unlock()
			<-release
			var rows []string
			for _, id := range strings.Split(r.URL.Query().Get("id"), ",") {
				rows = append(rows, fmt.Sprintf(`{"id": %q, "name": "name of %s"}`, id, id))
			}
			return says(http.StatusOK, "["+strings.Join(rows, ",")+"]")
		})
		w.service.Cache = nil
		spec := wareOf(nil).Spec
		spec.Single, spec.Batch = nil, &binding.Batch{Call: binding.Call{Template: "/wares{?id}"}, Keys: "id", Match: []string{"/id"}}
		f := byID(binding.New(spec))
		var all sync.WaitGroup
		for _, ids := range [][]string{{"1", "2"}, {"2", "3"}, {"3", "1"}} {
			all.Go(func() {
				got, _ := w.get(t.Context(), nil, f, ids...)
				wantTexts(t, got, "name of "+ids[0], "name of "+ids[1])
			})
			synctest.Wait()
		}
		close(release)
		all.Wait()
		if want := []string{"/wares?id=1,2", "/wares?id=3"}; !slices.Equal(paths, want) {
			t.Errorf("calls %q, want %q", paths, want)
		}
	})
}
