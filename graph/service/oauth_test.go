package service_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/auth"
	"weft/graph/config"
	"weft/graph/oauth"
	"weft/graph/service"
	"weft/upstream"
)

// issuing is a token endpoint, and a service that takes its last token.
type issuing struct {
	mu     sync.Mutex // guards what follows
	issued int
	calls  []string // of the service, with the tokens that they had
}

func (i *issuing) token(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if _, secret, _ := r.BasicAuth(); secret != "cl1ent-s3cret" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	i.issued++
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"access_token": "t0ken-%d", "token_type": "Bearer", "expires_in": 3600}`, i.issued)
}

func (i *issuing) serve(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.calls = append(i.calls, r.URL.Path+" "+r.Header.Get("Authorization"))
	if r.Header.Get("Authorization") != fmt.Sprintf("Bearer t0ken-%d", i.issued) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"id": 1, "userId": 1, "title": "a", "body": ""}`)
}

// revoke makes the last token one that the service does not take.
func (i *issuing) revoke() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.issued++
}

// A service that wants tokens gets them, also when it takes back the one that was kept; what is kept of its answers stays.
func TestTokensOfUpstream(t *testing.T) {
	t.Setenv("POSTS_SECRET", "cl1ent-s3cret")
	var i issuing
	login, origin := httptest.NewServer(http.HandlerFunc(i.token)), httptest.NewServer(http.HandlerFunc(i.serve))
	defer login.Close()
	defer origin.Close()
	conf := load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL="+origin.URL, "WEFT_REPORT=all")
	conf.OAuth = map[string]oauth.Settings{upstreamName: {URL: login.URL + "/token", ClientID: "weft", Secret: oauth.Place{Env: "POSTS_SECRET"}}}
	conf.UpstreamCache[upstreamName] = config.UpstreamCache{MaxAge: time.Hour, Share: true}
	var logged bytes.Buffer
	s, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	if err != nil {
		t.Fatal(err)
	}
	answers := ""
	ask := func(id int) {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(fmt.Sprintf(`{"query": "{ post(id: %d) { title } }"}`, id)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Weft-Report", "calls")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), `"title":"a"`) {
			t.Errorf("post %d: got %s", id, w.Body)
		}
		answers += w.Body.String()
	}
	ask(1)
	i.revoke()
	ask(1) // is kept
	ask(2)
	ask(1)
	s.Close()
	want := "/posts/1 Bearer t0ken-1, /posts/2 Bearer t0ken-1, /posts/2 Bearer t0ken-3"
	if got := strings.Join(i.calls, ", "); got != want {
		t.Errorf("got calls %s, want %s", got, want)
	}
	if !strings.Contains(answers, `"status":401`) {
		t.Errorf("no report has the call that was refused: %s", answers)
	}
	for _, secret := range []string{"t0ken", "s3cret"} {
		if strings.Contains(answers+logged.String(), secret) {
			t.Errorf("a secret is shown: %s%s", answers, &logged)
		}
	}
}

// A service whose tokens cannot be asked for does not start.
func TestTokensOfUpstreamErrors(t *testing.T) {
	conf := load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL=http://127.0.0.1:1")
	conf.OAuth = map[string]oauth.Settings{upstreamName: {URL: "https://login.example", ClientID: "weft", Secret: oauth.Place{File: "absent"}}}
	_, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{})
	if want := `oauth of upstream "jsonplaceholder": secret: open absent: no such file or directory`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Where a service's calls are for who asks, each caller's have a token of their own, and nothing crosses: neither tokens nor what is kept.
func TestTokensOfCallers(t *testing.T) {
	t.Setenv("POSTS_SECRET", "cl1ent-s3cret")
	var mu sync.Mutex // guards calls
	var calls []string
	told := func(call string) {
		mu.Lock()
		defer mu.Unlock()
		calls = append(calls, call)
	}
	login := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/introspect" {
			fmt.Fprintf(w, `{"active": true, "sub": %q}`, r.FormValue("token"))
			return
		}
		told("exchange " + r.FormValue("subject_token"))
		fmt.Fprintf(w, `{"access_token": "for-%s", "token_type": "Bearer", "expires_in": 3600}`, r.FormValue("subject_token"))
	}))
	defer login.Close()
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := r.Header.Get("Authorization")
		told(r.URL.Path + " " + who)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"id": 1, "userId": 1, "title": %q, "body": ""}`, who)
	}))
	defer origin.Close()
	conf := load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL="+origin.URL)
	conf.OAuth = map[string]oauth.Settings{upstreamName: {URL: login.URL + "/token", ClientID: "weft", Secret: oauth.Place{Env: "POSTS_SECRET"}, Exchange: true}}
	conf.UpstreamCache[upstreamName] = config.UpstreamCache{MaxAge: time.Hour, Share: true}
	conf.Authentication.Introspection = &config.Introspection{Secret: "a", IntrospectionOptions: auth.IntrospectionOptions{URL: login.URL + "/introspect", Issuer: "a", ClientID: "a"}}
	schema := generated.Service(resolver.Resolver{})
	schema.Upstreams = []upstream.Spec{{Name: upstreamName, ForwardHeaders: []string{"Authorization"}}}
	s, err := service.New(schema, conf, service.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"ann", "bob", "ann", "", "bob"} {
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query": "{ post(id: 1) { title } }"}`))
		r.Header.Set("Content-Type", "application/json")
		want := `{"data":{"post":{"title":""}}}`
		if who != "" {
			r.Header.Set("Authorization", "Bearer "+who)
			want = `{"data":{"post":{"title":"Bearer for-` + who + `"}}}`
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if got := strings.TrimSpace(w.Body.String()); got != want {
			t.Errorf("%s: got %s, want %s", who, got, want)
		}
	}
	s.Close()
	want := "exchange ann, /posts/1 Bearer for-ann, exchange bob, /posts/1 Bearer for-bob, /posts/1 "
	if got := strings.Join(calls, ", "); got != want {
		t.Errorf("got calls %s\nwant %s", got, want)
	}
}
