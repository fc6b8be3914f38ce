package service_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/service"
)

// front asks for what the tests ask for.
var front = config.Job{
	Name: "front", Document: "query($id: Int!) { post(id: $id) { title } }", Variables: json.RawMessage(`{"id": 1}`),
	Every: time.Hour, Warm: true, OnInvalidation: true,
}

// What a job loads is there before the service is ready, and again when it was invalidated: who asks for it then is no call.
func TestJobs(t *testing.T) {
	p := start(t, config.UpstreamCache{MaxAge: time.Minute, Share: true}, front)
	want := func(title string, calls int64) {
		t.Helper()
		if got := p.title(t); got != title || p.calls.Load() != calls {
			t.Errorf("got %q and %d calls, want %q and %d", got, p.calls.Load(), title, calls)
		}
	}
	want("title 1", 1)
	p.invalidate(t, `{"types": ["User"]}`)
	p.invalidate(t, `{"types": ["Post"]}`)
	for p.status(t).Jobs[0].Runs < 2 {
		runtime.Gosched()
	}
	want("title 2", 2)
	s := p.status(t)
	if j := s.Jobs[0]; j.Name != "front" || j.Failures > 0 || time.Until(j.Next) < time.Minute || s.Schedule.Batches < 2 {
		t.Errorf("got %+v, %+v", j, s.Schedule)
	}
}

// What a job waits for when the service closes is given up soon.
func TestCloseEndsJobs(t *testing.T) {
	called, gone := make(chan struct{}), make(chan struct{})
	origin := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(called)
		<-r.Context().Done()
		close(gone)
	}))
	defer origin.Close()
	conf := load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL="+origin.URL)
	conf.Jobs, conf.WarmUp = []config.Job{front}, 0
	o := conf.Upstreams[upstreamName]
	o.Timeout = time.Minute
	conf.Upstreams[upstreamName] = o
	s, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Start(t.Context())
	<-called
	s.Close()
	<-gone
}

// A job is refused where it stands, and what cannot be kept warm is said.
func TestJobsRefused(t *testing.T) {
	conf := load(t, address)
	j := front
	j.Document, j.Headers = "{ post }", map[string]config.Secret{"x-shop": "1"}
	conf.Jobs = []config.Job{j}
	const want = "jobs.front.headers.x-shop: no service is sent this header, and it does not say who asks; those that matter here: none\njobs.front: document: 1:3: "
	_, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{})
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want it to begin with %s", err, want)
	}

	var log bytes.Buffer
	conf.Jobs, conf.Cache.Enabled = []config.Job{front}, false
	s, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Start(t.Context())
	if !strings.Contains(log.String(), "jobs do not run: nothing keeps their answers") {
		t.Errorf("logged %q", log.String())
	}
}
