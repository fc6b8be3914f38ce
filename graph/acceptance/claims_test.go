package acceptance_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	goredis "github.com/redis/go-redis/v9"

	"weft/graph/auth"
	"weft/graph/config"
)

// tellers are services that say to whom they answer: desk by the token, ledger by headers alone.
type tellers struct {
	http.ServeMux

	mu    sync.Mutex // guards calls
	calls []string
	delay chan struct{} // what every answer waits for; nil: nothing
	mute  bool          // answers do not say to whom they are
}

func newTellers() *tellers {
	s := &tellers{}
	answer := func(pattern string, body func(r *http.Request) string) {
		s.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			sub, scope := holder(r)
			s.mu.Lock()
			s.calls = append(s.calls, fmt.Sprintf("%s token=%s/%s user=%s rights=%s", r.URL.RequestURI(), sub, scope, r.Header.Get("X-User"), r.Header.Get("X-Rights")))
			delay := s.delay
			s.mu.Unlock()
			if delay != nil {
				<-delay
			}
			w.Header().Set("Content-Type", "application/json")
			if s.mute {
				r.Header = http.Header{}
			}
			_, _ = fmt.Fprint(w, body(r))
		})
	}
	answer("GET /desk", func(r *http.Request) string {
		sub, scope := holder(r)
		return fmt.Sprintf(`{"owner": %q}`, sub+"/"+scope+r.Header.Get("Accept-Language"))
	})
	answer("GET /account", func(r *http.Request) string { return fmt.Sprintf(`{"owner": %q}`, r.Header.Get("X-User")) })
	answer("GET /entries", func(r *http.Request) string {
		var list []string
		for id := range strings.SplitSeq(r.FormValue("ids"), ",") {
			list = append(list, fmt.Sprintf(`{"id": %q, "owner": %q}`, id, r.Header.Get("X-User")))
		}
		return "[" + strings.Join(list, ",") + "]"
	})
	return s
}

// take returns the calls since it was called last, sorted.
func (s *tellers) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := s.calls
	s.calls = nil
	slices.Sort(calls)
	return calls
}

func (s *tellers) wait(c chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delay = c
}

// TestIdentityByClaims: who has the same claims is the same to a service that says so, with any token; who differs in one of them, or in a header
// that the service receives, is not; and who lacks one is known by the token alone.
func TestIdentityByClaims(t *testing.T) {
	l, services := newLogin(t), newTellers()
	s := openTrusted(t, l, services, nil)
	token := func(sub, scope string) string { return l.sign(t, sub, scope, time.Hour) }
	unnamed := token("", "read")
	for i, step := range []struct {
		token, language, owner string
		calls                  int
	}{
		{token("ada", "read"), "", "ada/read", 1},
		{token("ada", "read"), "", "ada/read", 0}, // refreshed
		{token("ada", "read write"), "", "ada/read write", 1},
		{token("ada", "read"), "de", "ada/readde", 1},
		{token("ada", "read"), "de", "ada/readde", 0},
		{token("bea", "read"), "", "bea/read", 1},
		{"", "", "/", 1},
		{unnamed, "", "/read", 1},
		{unnamed, "", "/read", 0},
		{token("", "read"), "", "/read", 1}, // somebody else, for all that is known
		{token("ada", "read"), "", "ada/read", 0},
		{token("ada", ""), "", "ada/", 1}, // an empty claim is none: it is the token that counts
		{token("ada", ""), "", "ada/", 1},
	} {
		var headers []string
		if step.language != "" {
			headers = []string{"Accept-Language", step.language}
		}
		body, header := asks(t, s, step.token, "{ desk { owner } }", headers...)
		if want := fmt.Sprintf(`{"data":{"desk":{"owner":%q}}}`, step.owner); body != want {
			t.Errorf("%d: got %s, want %s", i, body, want)
		}
		if calls := services.take(); len(calls) != step.calls {
			t.Errorf("%d: got the calls %q, want %d", i, calls, step.calls)
		}
		if vary := header.Get("Vary"); step.token != "" && (!strings.Contains(header.Get("Cache-Control"), "private") || !strings.Contains(vary, "Authorization")) {
			t.Errorf("%d: got %v", i, header)
		}
	}
}

// TestSessionsShareACall: two sessions of one user that ask at the same time share a call; another user's does not.
func TestSessionsShareACall(t *testing.T) {
	l, services := newLogin(t), newTellers()
	s := openTrusted(t, l, services, nil)
	release := make(chan struct{})
	services.wait(release)
	var asking sync.WaitGroup
	for _, sub := range []string{"ada", "ada", "ada", "bea", "bea"} {
		asking.Go(func() {
			// The operations differ, so that they are not shared as a whole.
			body, _ := asks(t, s, l.sign(t, sub, "read", time.Hour), fmt.Sprintf("{ %s: desk { owner } }", "a"+time.Now().Format("150405.000000000")[7:]))
			if !strings.Contains(body, fmt.Sprintf(`"owner":"%s/read"`, sub)) {
				t.Errorf("%s got %s", sub, body)
			}
		})
	}
	eventually(t, "the services are not asked", func() bool {
		services.mu.Lock()
		defer services.mu.Unlock()
		return len(services.calls) == 2
	})
	close(release)
	asking.Wait()
	if calls := services.take(); len(calls) != 2 {
		t.Errorf("got %q, want a call for each user", calls)
	}
}

// TestClaimHeaders: a service gets the claims of who asks as headers, in every call, under both executors, and never from the client. What it
// answers is only theirs.
func TestClaimHeaders(t *testing.T) {
	for _, executor := range []string{"planned", "stock"} {
		t.Run(executor, func(t *testing.T) {
			l, services := newLogin(t), newTellers()
			s := openTrusted(t, l, services, func(c *config.Config) { c.Executor = executor })
			token := func(sub, scope string) string { return l.sign(t, sub, scope, time.Hour) }
			forged := []string{"X-User", "bea", "X-Rights", "admin"}
			const query = `{ account { owner } a: entry(id: "1") { owner } b: entry(id: "2") { owner } }`
			for _, step := range []struct{ token, owner, told string }{
				{token("ada", "read"), "ada", "user=ada rights=read"},
				{token("ada", ""), "ada", "user=ada rights="},
				{token("Zoë", "read write"), "Zoë", "user=Zoë rights=read write"},
				{token("", "read"), "", "user= rights=read"},
				{"", "", "user= rights="},
			} {
				body, header := asks(t, s, step.token, query, forged...)
				if want := fmt.Sprintf(`{"data":{"account":{"owner":%q},"a":{"owner":%[1]q},"b":{"owner":%[1]q}}}`, step.owner); body != want {
					t.Errorf("%s: got %s, want %s", step.told, body, want)
				}
				calls := services.take()
				if len(calls) != 2 || !strings.HasPrefix(calls[0], "/account token=/ "+step.told) || !strings.HasPrefix(calls[1], "/entries?ids=1,2 token=/ "+step.told) {
					t.Errorf("%s: got the calls %q", step.told, calls)
				}
				if kept := header.Get("Cache-Control"); executor == "planned" && step.told != "user= rights=" &&
					(!strings.Contains(kept, "private") || !strings.Contains(header.Get("Vary"), "Authorization")) {
					t.Errorf("%s: got %v", step.told, header)
				}
			}
			body, _ := asks(t, s, token("a\nX-User: bea", "read"), query)
			if calls := services.take(); len(calls) != 0 || strings.Count(body, `"code":"FORBIDDEN"`) != 3 || strings.Contains(body, "bea") {
				t.Errorf("of a claim that cannot be sent: got %s, and the calls %q", body, calls)
			}
		})
	}
}

// TestSignedClaims: a service that shares a secret is sent what it can verify, for each caller, and nothing for nobody; what is signed parts nobody.
func TestSignedClaims(t *testing.T) {
	const secret = "0123456789abcdef0123456789abcdef"
	t.Setenv("LEDGER_SECRET", secret)
	var signed atomic.Value
	tellers := newTellers()
	services := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signed.Store(r.Header.Get("X-Signed-Claims"))
		tellers.ServeHTTP(w, r)
	})
	l := newLogin(t)
	s := openTrusted(t, l, services, func(c *config.Config) {
		c.SignClaims = map[string]auth.SignerOptions{"ledger": {Env: "LEDGER_SECRET"}}
	})
	for i, step := range []struct{ sub, scope, query, want string }{
		{"ada", "read", "{ account { owner } }", "map[X-Rights:read X-User:ada]"},
		{"ada", "read", "{ account { owner } }", ""}, // it is kept, though another signature would be sent
		{"bea", "", "{ account { owner } }", "map[X-User:bea]"},
		{"ada", "read", "{ desk { owner } }", ""},
	} {
		signed.Store("")
		asks(t, s, l.sign(t, step.sub, step.scope, time.Hour), step.query, "X-Signed-Claims", "forged")
		got := ""
		if text := signed.Load().(string); text != "" {
			token, err := jwt.Parse(text, func(*jwt.Token) (any, error) { return []byte(secret), nil }, jwt.WithValidMethods([]string{"HS256"}), jwt.WithAudience("ledger"))
			if err != nil {
				t.Errorf("%d: %v", i, err)
				continue
			}
			got = fmt.Sprint(token.Claims.(jwt.MapClaims)["headers"])
		}
		if got != step.want {
			t.Errorf("%d: got %s, want %s", i, got, step.want)
		}
	}
	if asks(t, s, "", "{ account { owner } }", "X-Signed-Claims", "forged"); signed.Load() != "" {
		t.Errorf("for nobody: got %s", signed.Load())
	}
}

// TestNoClaimInRedis: neither names nor values in Redis have a claim or a token in the clear, and a replica finds there what another one has
// kept for the same claims.
func TestNoClaimInRedis(t *testing.T) {
	addr := anyRedis(t)
	l, services := newLogin(t), newTellers()
	services.mute = true
	redis := func(c *config.Config) {
		c.Redis.URL, c.Cache.Secret = config.Secret("redis://"+addr), "a secret of at least sixteen bytes"
	}
	first, second := openTrusted(t, l, services, redis), openTrusted(t, l, services, redis)
	const sub, scope = "canary-subject", "read canary-scope"
	const query = `{ shared: desk { __typename } entry(id: "1") { id } }`
	client := goredis.NewClient(&goredis.Options{Addr: addr})
	t.Cleanup(func() { _ = client.Close() })
	asks(t, first, l.sign(t, sub, scope, time.Hour), query)
	if calls := services.take(); len(calls) != 2 {
		t.Fatalf("got the calls %q, want two", calls)
	}
	var calls atomic.Int64
	eventually(t, "the second replica does not find what the first has kept", func() bool {
		asks(t, second, l.sign(t, sub, scope, time.Hour), query)
		calls.Store(int64(len(services.take())))
		return calls.Load() == 0
	})
	keys, err := client.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) == 0 {
		t.Fatal(keys, err)
	}
	for _, key := range keys {
		text := key + dump(t, client, key)
		for _, canary := range []string{"canary", "eyJ"} {
			if strings.Contains(text, canary) {
				t.Errorf("%q is in Redis: %.300q", canary, text)
			}
		}
	}
}

// dump is what a key has, as Redis has it.
func dump(t *testing.T, client *goredis.Client, key string) string {
	t.Helper()
	text, err := client.Dump(t.Context(), key).Result()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
