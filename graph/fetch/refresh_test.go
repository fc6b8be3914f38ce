package fetch_test

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/view"
)

// batched is an entity of the upstream "ware", a batch of which has at most a number of keys.
func batched(path string, most int) *binding.Binding {
	return binding.New(binding.Spec{
		Name: path, Entity: true, Vars: wareID,
		Origin: binding.Origin{
			Upstream: "ware",
			Batch:    &binding.Batch{Call: binding.Call{Template: "/" + path + "{?ids}"}, Keys: "ids", Match: []string{"/id"}, Max: most},
		},
		Result: binding.Result{Object: "Ware", KeySlots: []int{1}, Shape: view.NewShape("/id", "/name")},
		Caching: binding.Caching{
			Fingerprint: path,
			Cache:       &binding.CachePolicy{MaxAge: time.Minute, HasMaxAge: true, StaleWhileRevalidate: time.Hour},
		},
	})
}

// What is stale at one time is refreshed by as few calls as its bindings take keys, whoever was served it: here 1,000 operations of one
// key each, over ten bindings. None of them waits, nor does who asks for something new meanwhile, and no more than a few
// calls are under way at once.
func TestRefreshesTravelTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		calls, underWay, most, version := map[string]int{}, 0, 0, 1
		w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
			mu.Lock()
			calls[r.URL.Path]++
			underWay++
			most = max(most, underWay)
			now := version
			mu.Unlock()
			time.Sleep(50 * time.Millisecond)
			mu.Lock()
			underWay--
			mu.Unlock()
			var list []string
			for id := range strings.SplitSeq(r.URL.Query().Get("ids"), ",") {
				list = append(list, fmt.Sprintf(`{"id": %q, "name": "version %d"}`, id, now))
			}
			return says(http.StatusOK, "["+strings.Join(list, ",")+"]")
		})
		var fields []*binding.Field
		for i := range 10 {
			fields = append(fields, byID(batched(fmt.Sprint("wares", i), 10*(i+1))))
		}
		var ids []string
		for id := range 100 {
			ids = append(ids, fmt.Sprint("id", id))
		}
		all := func(want string) {
			t.Helper()
			for _, f := range fields {
				for _, id := range ids {
					began := time.Now()
					if got, _ := w.get(t.Context(), nil, f, id); got[0] != want || time.Since(began) > 0 {
						t.Fatalf("%s: got %q after %s, want %s at once", id, got, time.Since(began), want)
					}
				}
			}
		}
		for _, f := range fields {
			w.get(t.Context(), nil, f, ids...)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		clear(calls)
		version, most = 2, 0
		all("version 1")
		for n := range 20 { // what somebody waits for is as quick as ever meanwhile
			began := time.Now()
			if w.get(t.Context(), nil, fields[n%10], fmt.Sprint("new", n)); time.Since(began) > 50*time.Millisecond {
				t.Errorf("a call beside the refreshes took %s", time.Since(began))
			}
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		for i, f := range fields {
			name := f.Binding.Name
			if got, want := calls["/"+name], (100+10*i+9)/(10*(i+1))+2; got != want {
				t.Errorf("%s: %d calls for 100 keys, %d at most in each, and for two more; want %d", name, got, 10*(i+1), want)
			}
		}
		if most > 4+1 { // one is that which somebody waits for
			t.Errorf("%d calls at once", most)
		}
		all("version 2")
		if stats := w.service.Schedule.Stats(); stats.Tasks != 1000 || stats.Dropped != 0 {
			t.Errorf("got %+v, want 1000 tasks", stats)
		}
	})
}

// Refreshes of several who are told apart by the upstream are apart; and what has no batch is a call for each key.
func TestRefreshesApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var calls []string
		w := newWare(t, cache.Classes{}, func(r *http.Request) *http.Response {
			mu.Lock()
			defer mu.Unlock()
			calls = append(calls, cmp.Or(r.Header.Get("Authorization"), "nobody")+" "+r.URL.RequestURI())
			return says(http.StatusOK, named("a name"))
		})
		policy := &binding.CachePolicy{MaxAge: time.Minute, HasMaxAge: true, StaleWhileRevalidate: time.Hour}
		f := byID(wareOf(policy))
		ask := func() {
			for _, header := range []http.Header{nil, token("ada"), token("bob")} {
				w.get(t.Context(), header, f, "1", "2")
			}
			time.Sleep(time.Second)
			synctest.Wait()
		}
		ask()
		time.Sleep(2 * time.Minute)
		first := len(calls)
		ask()
		again := map[string]int{}
		for _, call := range calls[first:] {
			again[call]++
		}
		if len(again) != 6 || len(calls) != 12 {
			t.Errorf("got %q, want each of six calls twice", calls)
		}
	})
}
