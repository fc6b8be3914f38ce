package service_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/service"
)

// What has failed within the last minute, and was only counted, is in the log when the service has ended.
func TestCloseWritesFailures(t *testing.T) {
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }))
	defer origin.Close()
	var log bytes.Buffer
	s, err := service.New(generated.Service(resolver.Resolver{}), load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL="+origin.URL),
		service.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query": "{ posts { id } }"}`))
		r.Header.Set("Content-Type", "application/json")
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
	if got := strings.Count(log.String(), "an upstream failed"); got != 1 {
		t.Errorf("got %d lines, want the first failure's only:\n%s", got, &log)
	}
	s.Close()
	if !strings.HasSuffix(log.String(), " status=500 more=2\n") {
		t.Errorf("got the log\n%s\nwant the failures that were counted at its end", &log)
	}
}
