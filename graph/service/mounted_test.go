package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/edge/playground"
	"weft/graph/service"
)

// mounted is a service below /api of somebody else's server.
type mounted struct {
	*service.Service

	url string // with the slash at its end
}

func mount(t *testing.T, conf config.Config, o service.Options) mounted {
	t.Helper()
	s, err := service.New(generated.Service(resolver.Resolver{}), conf, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	mux := http.NewServeMux()
	mux.Handle("/api/", http.StripPrefix("/api", s))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return mounted{s, server.URL + "/api/"}
}

// resolve is an address as a browser reads it on the page.
func (m mounted) resolve(t *testing.T, reference string) string {
	t.Helper()
	base, err := url.Parse(m.url)
	if err != nil {
		t.Fatal(err)
	}
	address, err := base.Parse(reference)
	if err != nil {
		t.Fatal(err)
	}
	return address.String()
}

// Below a path of another server, behind a middleware, everything is where its page says: assets, configuration and endpoint.
func TestMountedBehindMiddleware(t *testing.T) {
	var paths []string
	name := func(name string) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				paths = append(paths, name+" "+r.URL.Path)
				next.ServeHTTP(w, r)
			})
		}
	}
	m := mount(t, load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL=http://posts.example", "WEFT_REPORT=all"), service.Options{
		Middleware: []func(http.Handler) http.Handler{name("outer"), name("inner")},
		Playground: playground.Options{Title: "Posts"},
	})

	page := send(t, http.MethodGet, m.url, "", nil)
	links := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(links) < 3 {
		t.Fatalf("got %d links, want script, style and icon at least: %s", len(links), page)
	}
	for _, link := range links {
		send(t, http.MethodGet, m.resolve(t, link[1]), "", nil)
	}
	var offered struct {
		Title, Endpoint string
		Upstreams       []playground.Upstream
		Faults          bool
	}
	if err := json.Unmarshal([]byte(send(t, http.MethodGet, m.resolve(t, "playground/config.json"), "", nil)), &offered); err != nil {
		t.Fatal(err)
	}
	if offered.Title != "Posts" || offered.Faults {
		t.Errorf("got the title %q, want Posts, and faults %t, want none outside of a demo", offered.Title, offered.Faults)
	}
	if diff := cmp.Diff([]playground.Upstream{{Name: upstreamName, Headers: []string{}}}, offered.Upstreams); diff != "" { // its URL is nobody's business
		t.Errorf("upstreams (-want +got):\n%s", diff)
	}
	paths = nil
	answer := send(t, http.MethodPost, m.resolve(t, offered.Endpoint), `{"query": "{ greet }"}`, http.Header{"Content-Type": {"application/json"}})
	if want := `{"data":{"greet":"Hello World!"}}`; answer != want {
		t.Errorf("got %s, want %s", answer, want)
	}
	send(t, http.MethodGet, m.resolve(t, "healthz"), "", nil)
	if diff := cmp.Diff([]string{"outer /graphql", "inner /graphql", "outer /healthz", "inner /healthz"}, paths); diff != "" {
		t.Errorf("middleware (-want +got):\n%s", diff)
	}
}

// What the playground tells of a schema is what everybody may know: names only with introspection, upstreams and plans only with reports.
func TestPlaygroundTells(t *testing.T) {
	for _, tt := range []struct {
		introspection bool
		report        string
	}{{true, "all"}, {true, "off"}, {false, "all"}, {false, "token"}, {false, ""}} {
		conf := load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL=http://posts.example")
		conf.Introspection, conf.Report = tt.introspection, tt.report
		m := mount(t, conf, service.Options{})
		var offered struct {
			Tabs      []playground.Tab
			Upstreams []playground.Upstream
			Explain   bool
		}
		if err := json.Unmarshal([]byte(send(t, http.MethodGet, m.resolve(t, "playground/config.json"), "", nil)), &offered); err != nil {
			t.Fatal(err)
		}
		if got := len(offered.Tabs) > 0; got != tt.introspection {
			t.Errorf("%+v: got tabs %t", tt, got)
		}
		if len(offered.Upstreams) > 0 != (tt.report == config.ReportAll) || offered.Explain != (tt.report == config.ReportAll) {
			t.Errorf("%+v: got upstreams %v and explain %t", tt, offered.Upstreams, offered.Explain)
		}
	}
}

// The page is told what an operation would take, of the one that it names.
func TestPlaygroundExplains(t *testing.T) {
	m := mount(t, load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL=http://posts.example", "WEFT_REPORT=all"), service.Options{})
	for _, tt := range []struct{ body, want string }{
		{`{"query": "query A { users { id } } query B($id: Int!) { post(id: $id) { id comments { id } } }", "operationName": "B", "variables": {"id": 1}}`, `^{"text":"query B: .*"calls":2}$`},
		{`{"query": "{ posts { id comments { id } } }"}`, `^{"text":"query: .*"calls":null}$`},
		{`{"query": "{ posts { nothing } }"}`, `^{"text":"","calls":null}$`},
	} {
		got := send(t, http.MethodPost, m.resolve(t, "playground/explain"), tt.body, nil)
		if !regexp.MustCompile(tt.want).MatchString(strings.TrimSpace(got)) {
			t.Errorf("%s: got %s, want %s", tt.body, got, tt.want)
		}
	}
}

// shouting is an extension of gqlgen's that adds to each answer.
type shouting struct{}

func (shouting) ExtensionName() string                   { return "Shouting" }
func (shouting) Validate(graphql.ExecutableSchema) error { return nil }
func (shouting) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	graphql.RegisterExtension(ctx, "shouting", true)
	return next(ctx)
}

// gqlgen's extensions surround operations.
func TestExtensions(t *testing.T) {
	m := mount(t, load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL=http://posts.example"), service.Options{Extensions: []graphql.HandlerExtension{shouting{}}})
	answer := send(t, http.MethodPost, m.url+"graphql", `{"query": "{ greet }"}`, http.Header{"Content-Type": {"application/json"}})
	if want := `{"data":{"greet":"Hello World!"},"extensions":{"shouting":true}}`; answer != want {
		t.Errorf("got %s, want %s", answer, want)
	}
}

// Two services of one schema in one process have each their own configuration, cache, addresses and administrators.
func TestTwoServices(t *testing.T) {
	keeps, asks := start(t, config.UpstreamCache{MaxAge: time.Minute, Share: true}), start(t, config.UpstreamCache{Share: true})
	for n := 1; n <= 2; n++ {
		if got := keeps.title(t); got != "title 1" {
			t.Errorf("the one that keeps: got %q, want title 1", got)
		}
		if got, want := asks.title(t), fmt.Sprintf("title %d", n); got != want {
			t.Errorf("the one that asks: got %q, want %q", got, want)
		}
	}
	if kept, asked := keeps.status(t).Memory.Entries, asks.status(t).Memory.Entries; kept == 0 || asked != 0 {
		t.Errorf("got %d and %d entries, want some and none", kept, asked)
	}
	asks.invalidate(t, `{"types": ["Post"]}`)
	if got := keeps.title(t); got != "title 1" {
		t.Errorf("after an invalidation of the other service's: got %q, want title 1", got)
	}
	keeps.invalidate(t, `{"types": ["Post"]}`)
	if got := keeps.title(t); got != "title 2" {
		t.Errorf("after an invalidation of its own: got %q, want title 2", got)
	}
}

// A program that listens for itself does so for administrators, too; where nobody has a token, there is nothing to listen for.
func TestAdminMounted(t *testing.T) {
	conf := load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL=http://posts.example")
	conf.Admin.Addr = ""
	server := httptest.NewServer(mount(t, conf, service.Options{}).Admin())
	defer server.Close()
	posts{admin: server.URL}.status(t)

	conf.Admin.Token = ""
	if h := mount(t, conf, service.Options{}).Admin(); h != nil {
		t.Errorf("got %v, want no handler", h)
	}
}
