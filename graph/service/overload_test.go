package service_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/graph/admit"
	"weft/graph/config"
	"weft/upstream"
)

// What has to be made is refused where a process is congested, for which any wait is enough here; what is kept, health and administrators are
// served.
func TestOverload(t *testing.T) {
	for _, executor := range []string{"planned", "stock"} {
		t.Run(executor, func(t *testing.T) {
			release := make(chan struct{})
			origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/posts/9000") {
					select {
					case <-release:
					case <-r.Context().Done():
					}
				}
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, `{"id": 1, "userId": 1, "title": "a title", "body": ""}`)
			}))
			t.Cleanup(origin.Close)
			conf := load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL="+origin.URL, "WEFT_EXECUTOR="+executor)
			conf.UpstreamCache[upstreamName] = config.UpstreamCache{MaxAge: time.Hour, Share: true}
			hanging := 50 + 10*runtime.GOMAXPROCS(0) // more than run where the gate is limited
			conf.Upstreams[upstreamName] = upstream.Options{URL: origin.URL, Timeout: 10 * time.Minute, InFlight: 10 * hanging}
			conf.Timeout, conf.Overload.Target = 10*time.Minute, time.Nanosecond
			p := startAs(t, conf)
			post := func(id int) string {
				return p.ask(t, fmt.Sprintf(`{"query": "{ post(id: %d) { title } }"}`, id))
			}
			const good = `200 {"data":{"post":{"title":"a title"}}}`
			if got := post(1); got != good {
				t.Fatalf("got %s", got)
			}

			var hung sync.WaitGroup
			var answers sync.Map // by what they are
			for i := range hanging {
				hung.Go(func() { answers.Store(post(90000+i), true) })
			}
			until(t, func() bool { return p.overload(t).Congested })
			for id := 2; p.overload(t).Refused.Query == 0; id++ {
				hung.Go(func() { answers.Store(post(id), true) })
			}
			const want = `503 {"errors":[{"message":"more is asked of this service than it can do: try again","extensions":{"code":"OVERLOADED"}}]}`
			if s := p.overload(t); s.Refused.Query == 0 || s.Running == 0 || s.Refused.Mutation > 0 {
				t.Errorf("got %+v", s)
			}
			if executor == "planned" { // gqlgen's executor keeps no answers
				for range 100 {
					if got := post(1); got != good {
						t.Fatalf("what is kept: got %s", got)
					}
				}
			}
			for path, want := range map[string]string{"/healthz": "200 ok", "/readyz": "200 ready"} {
				if got := request(t, http.MethodGet, p.url+path, ""); got != want {
					t.Errorf("%s: got %s", path, got)
				}
			}
			close(release)
			hung.Wait()
			for got := range answers.Range {
				if got != want && got != good {
					t.Errorf("got %s", got)
				}
			}
			if _, ok := answers.Load(want); !ok {
				t.Errorf("nothing was refused with %s", want)
			}
		})
	}
}

// overload is what /status says of it.
func (p posts) overload(t *testing.T) admit.Status {
	t.Helper()
	var s struct{ Overload admit.Status }
	text := request(t, http.MethodGet, p.admin+"/status", "")
	if err := json.Unmarshal([]byte(strings.TrimPrefix(text, "200 ")), &s); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return s.Overload
}
