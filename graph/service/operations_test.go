package service_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/lane/lanetest"
	"weft/graph/service"
)

// lines are a log's, as they come.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

func (l lines) want(t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-l:
		if !strings.Contains(got, want) {
			t.Errorf("logged %s, want %q in it", got, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("nothing was logged, want %q", want)
	}
}

// locked is a service that runs what manifests in a folder have.
type locked struct {
	folder, url string
	log         lines
	admin       http.Handler
}

func startLocked(t *testing.T, manifests map[string]string, environ ...string) (locked, error) {
	t.Helper()
	l := locked{folder: t.TempDir(), log: make(lines, 100)}
	for name, text := range manifests {
		l.write(t, name, text)
	}
	s, err := service.New(generated.Service(resolver.Resolver{}), l.conf(t, environ...), service.Options{Logger: slog.New(slog.NewTextHandler(l.log, nil))})
	if err != nil {
		return l, err
	}
	t.Cleanup(s.Close)
	server := lanetest.NewServer(s)
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	l.url, l.admin = server.URL+"/graphql", s.Admin()
	return l, nil
}

func (l locked) conf(t *testing.T, environ ...string) config.Config {
	t.Helper()
	return load(t, append([]string{
		"WEFT_UPSTREAM_JSONPLACEHOLDER_URL=http://posts.example", "WEFT_OPERATIONS_MODE=locked", "WEFT_OPERATIONS_MANIFESTS=" + l.folder,
	}, environ...)...)
}

// write replaces a manifest, so that nobody finds half of it.
func (l locked) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(l.folder, name)
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func (l locked) ask(t *testing.T, body string) string {
	t.Helper()
	return send(t, http.MethodPost, l.url, body, http.Header{"Content-Type": {"application/json"}})
}

const greeted = `{"data":{"greet":"Hello World!"}}`

// A locked service runs ids, and no text; what a new manifest has it runs soon; a broken one changes nothing, and the log says so.
func TestLockedService(t *testing.T) {
	l, err := startLocked(t, map[string]string{"web.json": `{"hello": "{ greet }", "old": "query Old { greetings }"}`})
	if err != nil {
		t.Fatal(err)
	}
	l.log.want(t, `web.json: operation \"old\": 1:13: Cannot query field \"greetings\" on type \"Query\"`)
	l.log.want(t, "manifests are in place\" operations=2 bad=1")
	for body, want := range map[string]string{
		`{"documentId": "hello"}`:                       greeted,
		`{"documentId": "old"}`:                         `not valid for this service","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}`,
		`{"query": "{ greet }"}`:                        "PERSISTED_QUERY_ID_REQUIRED",
		`{"query": "{ __typename }"}`:                   "PERSISTED_QUERY_ID_REQUIRED",
		`{"documentId": "hello", "query": "{ other }"}`: "PERSISTED_QUERY_HASH_MISMATCH",
		`{"documentId": "hello2"}`:                      "PERSISTED_QUERY_NOT_FOUND",
	} {
		if got := l.ask(t, body); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
	}
	if got, want := send(t, http.MethodGet, strings.TrimSuffix(l.url, "graphql")+"playground/operations.json", "", nil), `[{"id":"hello","name":"","text":"{ greet }"}]`; strings.TrimSpace(got) != want {
		t.Errorf("the playground lists %s, want %s", got, want)
	}
	r := httptest.NewRequest(http.MethodGet, "/status", nil)
	r.Header.Set("Authorization", "Bearer "+adminToken)
	status := httptest.NewRecorder()
	l.admin.ServeHTTP(status, r)
	if want := `"operations":{"mode":"locked","installed":1}`; !strings.Contains(status.Body.String(), want) {
		t.Errorf("got the status %s, want %s in it", status.Body, want)
	}
	for len(l.log) > 0 {
		<-l.log
	}

	l.write(t, "web.json", `{"hello": "{ greet }", "hello2": "query { greet __typename }"}`)
	l.log.want(t, "manifests are in place\" operations=2 bad=0")
	if got := l.ask(t, `{"documentId": "hello2"}`); !strings.Contains(got, `"greet":"Hello World!"`) {
		t.Errorf("what a manifest has got: %s", got)
	}
	l.write(t, "web.json", `{"hello": "{ greet }",`)
	l.log.want(t, "web.json: it ends too early")
	for _, id := range []string{"hello", "hello2"} {
		if got := l.ask(t, fmt.Sprintf(`{"documentId": %q}`, id)); !strings.Contains(got, `"greet":"Hello World!"`) {
			t.Errorf("%s, with a broken manifest: got %s", id, got)
		}
	}
}

// Ids may stand where the configuration says, and pages of other origins may send them there.
func TestConfiguredIDs(t *testing.T) {
	l, err := startLocked(t, map[string]string{"web.json": `{"hello": "{ greet }"}`},
		"WEFT_OPERATIONS_ID_HEADERS=X-Doc-Id", "WEFT_OPERATIONS_ID_PATH=true", "WEFT_CORS_ORIGINS=https://app.example.com")
	if err != nil {
		t.Fatal(err)
	}
	if got := send(t, http.MethodGet, l.url, "", http.Header{"X-Doc-Id": {"hello"}}); got != greeted {
		t.Errorf("by the header: got %s", got)
	}
	if got := send(t, http.MethodGet, l.url+"/hello", "", nil); got != greeted {
		t.Errorf("by the path: got %s", got)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, l.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{
		"Origin": {"https://app.example.com"}, "Access-Control-Request-Method": {"GET"}, "Access-Control-Request-Headers": {"x-doc-id"},
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got := answer.Header.Get("Access-Control-Allow-Headers"); !strings.EqualFold(got, "X-Doc-Id") {
		t.Errorf("a page may send %q, want X-Doc-Id", got)
	}
}

// What would make every client fail ends the start; the error says which file, and what to do.
func TestManifestErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		manifests map[string]string
		environ   string
		want      string
	}{
		"Broken":        {map[string]string{"a.json": `{`}, "", "operations.manifests: "},
		"BrokenNamed":   {map[string]string{"a.json": `{`}, "", "a.json: it ends too early"},
		"NoFile":        {nil, "", "there is no manifest"},
		"AnotherSchema": {map[string]string{"a.json": `{"a": "{ nothing }"}`}, "", "the manifests have no operation of this schema"},
		"TwoTexts":      {map[string]string{"a.json": `{"a": "{ greet }"}`, "b.json": `{"a": "{ __typename }"}`}, "", `b.json: "a" has another text in`},
		"TooMuch":       {map[string]string{"a.json": `{"a": "{ greet }"}`}, "WEFT_OPERATIONS_MAX_BYTES=100", "more than 100 bytes, with their plans: raise operations.maxBytes"},
	} {
		t.Run(name, func(t *testing.T) {
			var environ []string
			if tt.environ != "" {
				environ = append(environ, tt.environ)
			}
			if _, err := startLocked(t, tt.manifests, environ...); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got the error %v, want %q in it", err, tt.want)
			}
		})
	}
}
