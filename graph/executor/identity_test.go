package executor_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/graph/plan"
)

// TestIdentitiesApart runs one plan for two clients at the same time, each of whose calls are under way together with the
// other's equal ones: each gets what the upstream says to its own credentials.
func TestIdentitiesApart(t *testing.T) {
	var mu sync.Mutex
	seen := map[string][]string{}      // by path: who asked
	both := map[string]chan struct{}{} // by path: closed when two have asked
	r, shape := row("/f")
	s := byHand(t, roundTrip(func(r *http.Request) (*http.Response, error) {
		who := r.Header.Get("Authorization")
		mu.Lock()
		if both[r.URL.Path] == nil {
			both[r.URL.Path] = make(chan struct{})
		}
		here := both[r.URL.Path]
		seen[r.URL.Path] = append(seen[r.URL.Path], who)
		if len(seen[r.URL.Path]) == 2 {
			close(here)
		}
		mu.Unlock()
		select {
		case <-here:
		case <-time.After(30 * time.Second):
			return nil, fmt.Errorf("%s: the other client's call is missing", r.URL.Path)
		}
		return reply(r, http.StatusOK, `{"x":`+who+`,"y":`+who+`}`), nil
	}), query(map[string]*plan.Field{"me": call("Row", "/me", shape)}), r)
	doc := parse(t, "{ me { x f { x y } } again: me { y } }")
	var all sync.WaitGroup
	for _, who := range []string{"1", "2"} {
		all.Go(func() {
			data, errs := execute(t.Context(), s, doc, nil, http.Header{"Authorization": {who}})
			want := fmt.Sprintf(`{"me":{"x":%[1]s,"f":{"x":%[1]s,"y":%[1]s}},"again":{"y":%[1]s}}`, who)
			if data != want || len(errs) > 0 {
				t.Errorf("client %s:\n got %s %v\nwant %s", who, data, told(errs), want)
			}
		})
	}
	all.Wait()
	for _, who := range seen {
		slices.Sort(who)
	}
	if diff := cmp.Diff(map[string][]string{"/me": {"1", "2"}, "/f": {"1", "2"}}, seen); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
