package service_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/service"
)

// Answers are kept against what their upstream says of all that it answers, where the configuration says so, and the log has it.
func TestIgnoredDirectives(t *testing.T) {
	for name, tt := range map[string]struct {
		ignore []string
		calls  int64
	}{"both": {[]string{"no-cache", "private"}, 1}, "none": {nil, 2}} {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int64
			origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("Cache-Control", "no-cache, private")
				_, _ = w.Write([]byte(`[{"id": 1, "userId": 1, "title": "a", "body": ""}]`))
			}))
			defer origin.Close()
			conf := load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL="+origin.URL)
			conf.UpstreamCache[upstreamName] = config.UpstreamCache{MaxAge: time.Minute, Share: true, Ignore: tt.ignore}
			var log bytes.Buffer
			s, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for range 2 {
				r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query": "{ posts { title } }"}`))
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if kept := strings.HasPrefix(w.Header().Get("Cache-Control"), "max-age="); kept != (tt.ignore != nil) {
					t.Errorf("got %s with %v", w.Body, w.Header())
				}
			}
			if got := calls.Load(); got != tt.calls {
				t.Errorf("got %d calls, want %d", got, tt.calls)
			}
			if said := strings.Contains(log.String(), "ignored=\"[no-cache private]\""); said != (tt.ignore != nil) {
				t.Errorf("got the log %q", &log)
			}
		})
	}
}
