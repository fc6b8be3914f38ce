package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/edge/admin"
	"weft/graph/service"
)

func TestMain(m *testing.M) {
	// Where nobody listens, a pool of go-redis tries once a second, and learns of its Close only then.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial"))
}

const (
	upstreamName = "jsonplaceholder"
	adminToken   = "correct horse battery staple"
)

// posts is a running service of the posts schema.
type posts struct {
	url, admin string
	calls      *atomic.Int64 // of its upstream
}

// load reads a configuration of the posts service, with an admin listener.
func load(t *testing.T, environ ...string) config.Config {
	t.Helper()
	conf, err := config.Load(config.Program{Name: "posts", Upstreams: generated.Upstreams},
		[]string{"-addr=127.0.0.1:0", "-admin.addr=127.0.0.1:0"}, append(environ, "WEFT_ADMIN_TOKEN="+adminToken))
	if err != nil {
		t.Fatal(err)
	}
	return conf
}

// start runs the service over an upstream as a program does, with what the configuration says of the upstream's answers; all of it
// has ended when the test has.
func start(t *testing.T, policy config.UpstreamCache, declared ...config.Job) posts {
	t.Helper()
	calls := new(atomic.Int64)
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"id": 1, "userId": 1, "title": "title %d", "body": ""}`, calls.Add(1))
	}))
	t.Cleanup(origin.Close)
	conf := load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL="+origin.URL)
	conf.UpstreamCache[upstreamName], conf.Jobs = policy, declared
	p := startAs(t, conf)
	p.calls = calls
	return p
}

// startAs runs the service as a program does; all of it has ended when the test has.
func startAs(t *testing.T, conf config.Config) posts {
	t.Helper()
	ready, adminReady, served := make(chan net.Addr, 1), make(chan net.Addr, 1), make(chan error, 1)
	s, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{
		Ready:      func(a net.Addr) { ready <- a },
		AdminReady: func(a net.Addr) { adminReady <- a },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	ctx, stop := context.WithCancel(context.Background())
	go func() { served <- s.Serve(ctx) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		stop()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	select {
	case a := <-ready: // after adminReady
		return posts{url: "http://" + a.String(), admin: "http://" + (<-adminReady).String()}
	case err := <-served:
		served <- err // for the cleanup
		t.Fatalf("it does not serve: %v", err)
		return posts{}
	}
}

// send sends a request and returns the body of the answer, whose status must be 200.
func send(t *testing.T, method, url, body string, header http.Header) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d %s, %v", method, url, response.StatusCode, text, err)
	}
	return string(text)
}

// title asks for the title of a post.
func (p posts) title(t *testing.T) string {
	t.Helper()
	text := send(t, http.MethodPost, p.url+"/graphql", `{"query": "{ post(id: 1) { title } }"}`, http.Header{"Content-Type": {"application/json"}})
	var answer struct {
		Data struct{ Post struct{ Title string } }
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.Data.Post.Title == "" {
		t.Fatalf("%s, %v", text, err)
	}
	return answer.Data.Post.Title
}

func (p posts) status(t *testing.T) (s service.Status) {
	t.Helper()
	text := send(t, http.MethodGet, p.admin+"/status", "", http.Header{"Authorization": {"Bearer " + adminToken}})
	if err := json.Unmarshal([]byte(text), &s); err != nil || s.Memory == nil {
		t.Fatalf("status %s, %v", text, err)
	}
	return s
}

func (p posts) invalidate(t *testing.T, what string) {
	t.Helper()
	send(t, http.MethodPost, p.admin+"/invalidate", what, http.Header{
		"Authorization": {"Bearer " + adminToken}, "Content-Type": {"application/json"},
	})
}

// A name that is none of the schema's is an error, and no success that does nothing.
func TestInvalidateUnknownType(t *testing.T) {
	p := start(t, config.UpstreamCache{})
	for name, status := range map[string]int{"Post": http.StatusOK, "Pots": http.StatusBadRequest, "__Type": http.StatusBadRequest} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.admin+"/invalidate", strings.NewReader(`{"types": ["`+name+`"]}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+adminToken)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != status || status != http.StatusOK && !strings.Contains(string(body), name) {
			t.Errorf("%s: got %d %s (%v), want %d", name, resp.StatusCode, body, err, status)
		}
	}
}

// What the configuration says of an upstream makes its answers ones that are kept, until an administrator makes them invalid.
func TestConfiguredPolicy(t *testing.T) {
	p := start(t, config.UpstreamCache{MaxAge: time.Minute, Share: true})
	for _, want := range []string{"title 1", "title 1"} {
		if got := p.title(t); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if n := p.status(t).Memory.Entries; n == 0 {
		t.Error("the status knows of no entry")
	}
	p.invalidate(t, `{"types": ["User"]}`)
	if got := p.title(t); got != "title 1" {
		t.Errorf("after another type's invalidation: %q", got)
	}
	p.invalidate(t, `{"types": ["Post"]}`)
	if got := p.title(t); got != "title 2" {
		t.Errorf("after the invalidation: %q", got)
	}
	if n := p.status(t).Cache.Invalidated; n != 2 {
		t.Errorf("%d tags invalidated, want 2", n)
	}
}

// Of what nobody says anything about, nothing is kept.
func TestNoPolicy(t *testing.T) {
	p := start(t, config.UpstreamCache{Share: true})
	p.title(t)
	if got := p.title(t); got != "title 2" {
		t.Errorf("got %q, want title 2", got)
	}
	if n := p.status(t).Memory.Entries; n != 0 {
		t.Errorf("%d entries", n)
	}
}

// With share: false whole answers are neither shared nor kept; the upstream's values are.
func TestUnshared(t *testing.T) {
	entries := func(share bool) int {
		p := start(t, config.UpstreamCache{MaxAge: time.Minute, Share: share})
		p.title(t)
		if got := p.title(t); got != "title 1" {
			t.Errorf("share %v: got %q, want title 1", share, got)
		}
		if n := p.calls.Load(); n != 1 {
			t.Errorf("share %v: %d calls, want 1", share, n)
		}
		return p.status(t).Memory.Entries
	}
	if shared, unshared := entries(true), entries(false); shared != 2 || unshared != 1 {
		t.Errorf("%d entries with share: true, want the value and the answer; %d with share: false, want the value", shared, unshared)
	}
}

// A listener for administrators without a token is refused.
func TestAdminWithoutToken(t *testing.T) {
	conf := load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL=http://posts.example")
	conf.Admin.Token = ""
	if _, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{}); !errors.Is(err, admin.ErrNoToken) {
		t.Errorf("got %v, want %v", err, admin.ErrNoToken)
	}
}
