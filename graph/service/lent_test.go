package service_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/service"
)

// TestAnswersAreTheirOwn asks for many objects at the same time, again and again. Answers are written into the memory of those that were sent,
// which must be nobody's: neither kept, nor somebody else's, who has waited for it.
func TestAnswersAreTheirOwn(t *testing.T) {
	for name, cache := range map[string]config.UpstreamCache{
		"Alone":  {},
		"Shared": {Share: true},
		"Kept":   {Share: true, MaxAge: time.Hour},
		"Stale":  {Share: true, MaxAge: time.Nanosecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newPosts(t, cache)
			var askers sync.WaitGroup
			for asker := range 8 {
				askers.Go(func() {
					for i := range 100 {
						id := (asker + i) % 7
						body := fmt.Sprintf(`{"query":"query($id:Int!){post(id:$id){id title}}","variables":{"id":%d}}`, id)
						r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(body))
						r.Header.Set("Content-Type", "application/json")
						w := httptest.NewRecorder()
						s.ServeHTTP(w, r)
						if got, want := w.Body.String(), fmt.Sprintf(`{"data":{"post":{"id":%d,"title":%q}}}`, id, title(id)); got != want {
							t.Errorf("got %s, want %s", got, want)
						}
					}
				})
			}
			askers.Wait()
		})
	}
}

// title is that of a post: some are longer than others.
func title(id int) string { return strings.Repeat(fmt.Sprintf("the title of %d, ", id), 1+id*10) }

// newPosts is a service of posts that are cached so.
func newPosts(t *testing.T, cache config.UpstreamCache) *service.Service {
	t.Helper()
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var id int
		_, _ = fmt.Sscanf(r.URL.Path, "/posts/%d", &id)
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"id":%d,"userId":1,"title":%q,"body":""}`, id, title(id))
	}))
	t.Cleanup(origin.Close)
	conf, err := config.Load(config.Program{Name: "posts", Upstreams: generated.Upstreams}, nil, []string{"WEFT_UPSTREAM_JSONPLACEHOLDER_URL=" + origin.URL})
	if err != nil {
		t.Fatal(err)
	}
	conf.UpstreamCache[upstreamName] = cache
	s, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
