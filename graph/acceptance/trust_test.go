package acceptance_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/graph/config"
)

// requestsVariable in the environment is how many requests TestTrust sends; without it 6,000.
const requestsVariable = "WEFT_REQUESTS"

// trustRefresh is how often TestTrust's services fetch keys. trustSlack is what a fetch, a clock and a busy machine take on top of a documented life.
const (
	trustRefresh = 200 * time.Millisecond
	trustSlack   = 3 * time.Second
	trustTurn    = 1500 * time.Millisecond // how long the issuer signs with a key
	trustTime    = 6 * time.Second         // how long it takes at least, so that tokens end
)

// TestTrust has 200 users ask two replicas, which share a Redis, for what is everybody's, what is guarded and what is their own, at the same time and
// mixed. Their tokens are short, and refreshed; scopes come and go; the issuer's key changes. Nobody gets what is another's, or what
// their token does not open; and no token works for longer than its life, nor after its key has gone for longer than it takes to notice.
func TestTrust(t *testing.T) {
	total := 6000
	if text := os.Getenv(requestsVariable); text != "" {
		var err error
		if total, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	w := newTrust(t)
	var working sync.WaitGroup
	var left atomic.Int64
	left.Store(int64(total))
	began := time.Now()
	for worker := range 8 {
		working.Go(func() {
			rng := rand.New(rand.NewPCG(20261130, uint64(worker)))
			for left.Add(-1) >= 0 || time.Since(began) < trustTime {
				if worker == 0 && time.Since(w.turned) > trustTurn {
					w.rotate(t)
				}
				if w.step(t, rng); t.Failed() {
					return
				}
			}
		})
	}
	working.Wait()
	t.Logf("%d answers (%d refused with 401, %d too early), %d tokens, %d keys; calls to services: %d", w.answers.Load(), w.refused.Load(), w.early.Load(), w.tokens.Load(), w.login.number, w.calls.Load())
	if w.early.Load() > w.answers.Load()/20 {
		t.Errorf("%d of %d credentials were refused that were good", w.early.Load(), w.answers.Load())
	}
	if !t.Failed() && (w.opened.Load() == 0 || w.denied.Load() == 0 || w.refused.Load() == 0 || w.ended.Load() == 0) {
		t.Errorf("this has shown nothing: %d guarded values were given, %d denied, %d credentials refused, %d of them since their right had ended",
			w.opened.Load(), w.denied.Load(), w.refused.Load(), w.ended.Load())
	}
}

// trust is the world of TestTrust.
type trust struct {
	login    *login
	replicas []http.Handler
	users    []*trustUser
	turned   time.Time // when the issuer's key changed last; worker 0 looks at it
	keys     sync.Map  // when a key has gone, by its number; nothing: it has not

	answers, refused, ended, early, opened, denied, tokens, calls atomic.Int64
}

type trustUser struct {
	name string

	mu     sync.Mutex // guards what follows
	scopes []string
	token  trustToken
	older  []trustToken // that may still be tried
}

// trustToken is a token and what its holder knows of it.
type trustToken struct {
	text    string
	scopes  []string
	key     int
	born    time.Time
	expires time.Time
}

func newTrust(t *testing.T) *trust {
	w := &trust{login: newLogin(t), turned: time.Now()}
	addr := anyRedis(t)
	for range 2 {
		w.replicas = append(w.replicas, openTrusted(t, w.login, w.services(), func(c *config.Config) {
			c.Authentication.Issuers[0].Refresh = trustRefresh
			c.Redis.URL, c.Cache.Secret = config.Secret("redis://"+addr), "a secret of at least sixteen bytes"
			c.Limits.UpstreamCalls = 100
		}))
	}
	for i := range 200 {
		u := &trustUser{name: fmt.Sprintf("%c%d", "MN"[i%2], i), scopes: []string{"read"}} // M is for members
		w.users = append(w.users, u)
		w.renew(t, u)
	}
	return w
}

// services answer for all upstreams.
func (w *trust) services() http.Handler {
	mux := newTellers()
	for pattern, body := range map[string]string{
		"GET /shelves/{id}":  `{"id": 1, "title": "A", "worth": 10.5, "note": "NOTE", "fileIds": [1, 2]}`,
		"GET /files/{id}":    `{"id": 1, "title": "TITLE", "secret": "SECRET"}`,
		"GET /files-by-id":   `[{"id": 1, "title": "TITLE", "secret": "SECRET"}, {"id": 2, "title": "TITLE", "secret": "SECRET"}]`,
		"GET /count":         `{"count": 3}`,
		"GET /shelf-of/{id}": `{"id": 1, "title": "A"}`,
	} {
		mux.HandleFunc(pattern, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprint(rw, body)
		})
	}
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.calls.Add(1)
		mux.ServeHTTP(rw, r)
		mux.take()
	})
}

// rotate changes the issuer's key: tokens of the one before end when that is noticed.
func (w *trust) rotate(t *testing.T) {
	w.login.mu.Lock()
	gone := w.login.number
	w.login.mu.Unlock()
	w.login.rotate(t)
	w.turned = time.Now()
	w.keys.Store(gone, w.turned)
}

// renew gives a user another token, with the scopes that they have now.
func (w *trust) renew(t *testing.T, u *trustUser) {
	w.login.mu.Lock()
	key := w.login.number
	w.login.mu.Unlock()
	life := time.Duration(2+len(u.name)%3) * time.Second
	now := time.Now()
	if u.token.text != "" {
		u.older = append(u.older, u.token)
		u.older = u.older[max(0, len(u.older)-4):]
	}
	u.token = trustToken{w.login.sign(t, u.name, strings.Join(u.scopes, " "), life), slices.Clone(u.scopes), key, now, now.Add(life)}
	w.tokens.Add(1)
}

// step is one request of a random user, who may have changed meanwhile.
func (w *trust) step(t *testing.T, rng *rand.Rand) {
	u := w.users[rng.IntN(len(w.users))]
	u.mu.Lock()
	if rng.IntN(40) == 0 { // rights come and go
		all := []string{"read", "write", "admin"}
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		u.scopes = all[:rng.IntN(4)]
		w.renew(t, u)
	}
	_, gone := w.keys.Load(u.token.key)
	if gone || time.Until(u.token.expires) < 200*time.Millisecond {
		w.renew(t, u)
	}
	token := u.token
	if rng.IntN(10) == 0 && len(u.older) > 0 {
		token = u.older[rng.IntN(len(u.older))]
	}
	u.mu.Unlock()
	fields := []string{
		`shelf(id: "1") { title note worth }`, `file(id: "1") { title secret }`, `desk { owner }`, `account { owner }`, `entry(id: "1") { owner }`,
		`shelf2: shelf(id: "1") { files { title secret } }`, `count(drafts: true)`, `motto`, `greeting`,
	}
	rng.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	query := "{ " + strings.Join(fields[:1+rng.IntN(4)], " ") + " }"
	if rng.IntN(20) == 0 {
		token = trustToken{}
	}
	w.ask(t, w.replicas[rng.IntN(2)], u.name, token, query)
}

// ask sends a query, and checks that what comes is what the token opens, and nobody else's.
func (w *trust) ask(t *testing.T, h http.Handler, name string, token trustToken, query string) {
	began := time.Now()
	r := graphRequest{Query: query}.post(t.Context(), t, "/graphql")
	if token.text != "" {
		r.Header.Set("Authorization", "Bearer "+token.text)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	w.answers.Add(1)
	if rec.Code == http.StatusUnauthorized {
		w.refused.Add(1)
		if token.text == "" {
			t.Errorf("%s without a token is refused: %s", query, rec.Body)
		}
		w.mayRefuse(t, token)
		return
	}
	var answer struct {
		Data   map[string]any
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &answer); err != nil || rec.Code != http.StatusOK {
		t.Errorf("%s: got %d %s", query, rec.Code, rec.Body)
		return
	}
	for _, e := range answer.Errors {
		if want := map[bool]string{true: "FORBIDDEN", false: "UNAUTHENTICATED"}[token.text != ""]; e.Extensions.Code != want {
			t.Errorf("%s: got %s, want errors with %s only", query, rec.Body, want)
		}
	}
	if token.text != "" {
		w.mayAnswer(t, token, began)
	} else {
		name = ""
	}
	for field, value := range answer.Data {
		w.check(t, field, value, name, token)
	}
}

// mayRefuse: a token is refused that has expired, or whose key has gone, and no other one is: an issuer tells its next key beforehand.
// On a machine that is busy with other things a service may hear of a key too late for that.
func (w *trust) mayRefuse(t *testing.T, token trustToken) {
	gone, isGone := w.keys.Load(token.key)
	expired := time.Now().After(token.expires.Add(-time.Second)) // exp has whole seconds
	if expired || isGone && time.Now().After(gone.(time.Time)) {
		w.ended.Add(1)
		return
	}
	if before, ok := w.keys.Load(token.key - 2); ok && time.Since(before.(time.Time)) > trustRefresh+trustTurn+trustSlack {
		t.Errorf("a token that expires in %s, of key %d, is refused, long after its issuer has told the key", time.Until(token.expires), token.key)
	}
	w.early.Add(1)
}

// mayAnswer: no token is taken that has ended longer ago than it takes to notice.
func (w *trust) mayAnswer(t *testing.T, token trustToken, began time.Time) {
	if began.After(token.expires) {
		t.Errorf("a token was taken %s after it had expired", began.Sub(token.expires))
	}
	if gone, ok := w.keys.Load(token.key); ok && began.Sub(gone.(time.Time)) > trustRefresh+trustSlack {
		t.Errorf("a token was taken %s after its key had gone", began.Sub(gone.(time.Time)))
	}
}

// check compares a field with what a token opens.
func (w *trust) check(t *testing.T, field string, value any, name string, token trustToken) {
	has := func(scopes ...string) bool {
		return !slices.ContainsFunc(scopes, func(s string) bool { return !slices.Contains(token.scopes, s) })
	}
	known := token.text != ""
	wants := func(what string, got any, opens bool, want any) {
		if opens {
			w.opened.Add(1)
		} else if w.denied.Add(1); what == "files" {
			want = 0.0
		} else {
			want = nil
		}
		if got != want {
			t.Errorf("%s for %q with %q: got %v, want %v", what, name, token.scopes, got, want)
		}
	}
	object, _ := value.(map[string]any)
	switch field {
	case "shelf":
		wants("title", object["title"], true, "A")
		wants("note", object["note"], known && (has("admin") || has("read", "write")), "NOTE")
		wants("worth", object["worth"], known && strings.HasPrefix(name, "M"), 10.5)
	case "file":
		if wants("file", object["title"], known && has("read"), "TITLE"); object != nil {
			wants("secret", object["secret"], known && has("admin"), "SECRET")
		}
	case "shelf2":
		files, _ := object["files"].([]any)
		wants("files", float64(len(files)), known && has("read"), 2.0)
		for _, f := range files {
			wants("secret", f.(map[string]any)["secret"], known && has("admin"), "SECRET")
		}
	case "desk":
		wants("desk", object["owner"], true, name+"/"+strings.Join(token.scopes, " "))
	case "account", "entry":
		wants(field, object["owner"], true, name)
	case "count":
		wants("count", value, known && has("admin"), 3.0)
	case "motto":
		wants("motto", value, known && strings.HasPrefix(name, "M"), "Keep it.")
	case "greeting":
		want := "Good day."
		if known {
			want = "Good day, " + name + "."
		}
		wants("greeting", value, true, want)
	}
}
