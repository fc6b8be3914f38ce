package acceptance_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weft/graph/auth"
	"weft/graph/config"
	"weft/graph/rate"
)

// from sends a query from an address, and returns the status, the body and Retry-After.
func from(t *testing.T, h http.Handler, address, token, query string, headers ...string) (status int, body, retryAfter string) {
	t.Helper()
	r := graphRequest{Query: query}.post(t.Context(), t, "/graphql")
	r.RemoteAddr = address + ":1234"
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header().Get("Retry-After")
}

// TestRates: each client has its operations, whatever token it has sent; others have theirs. What it may not have is 429, says when to come
// again, and costs no call.
func TestRates(t *testing.T) {
	l, services := newLogin(t), newTellers()
	s := openTrusted(t, l, services, func(c *config.Config) {
		c.Rates = rate.Options{Operations: rate.Limit{Count: 3, Per: time.Hour}, TrustedHops: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	})
	const query = "{ account { owner } }"
	for i := range 5 {
		for _, who := range []struct{ token, address, forwarded string }{
			{l.sign(t, "ada", "", time.Hour), "10.0.0.1", "198.51.100.1"},
			{l.sign(t, "bea", "", time.Hour), "10.0.0.1", "198.51.100.1"},
			{"", "10.0.0.1", fmt.Sprintf("192.0.2.%d, 198.51.100.1", i)},
			{"", "10.0.0.1", "198.51.100.2"},
			{"", "198.51.100.3", fmt.Sprintf("192.0.2.%d", i)}, // no hop: what it says is its own
		} {
			services.take()
			status, body, after := from(t, s, who.address, who.token, query, "X-Forwarded-For", who.forwarded)
			if limited := i >= 3; (status == http.StatusTooManyRequests) != limited || (after == "1200") != limited || strings.Contains(body, `"code":"RATE_LIMITED"`) != limited {
				t.Errorf("%d of %q, %s, %s: got %d %q %s", i, who.token, who.address, who.forwarded, status, after, body)
			}
			if calls := services.take(); i >= 3 && len(calls) > 0 {
				t.Errorf("%d: got the calls %q", i, calls)
			}
		}
	}
}

// TestRatesOfCalls: a client whose operations have taken more calls than it may have gets no other one; who was answered by what is kept has taken none.
func TestRatesOfCalls(t *testing.T) {
	l, services := newLogin(t), newTellers()
	s := openTrusted(t, l, services, func(c *config.Config) {
		c.Rates = rate.Options{UpstreamCalls: rate.Limit{Count: 3, Per: time.Hour}}
	})
	token := l.sign(t, "ada", "", time.Hour)
	const kept, more = `{ account { owner } }`, `{ desk { owner } e: entry(id: "%d") { owner } }`
	for i, step := range []struct {
		query  string
		status int
	}{
		{kept, 200},                 // one call
		{kept, 200},                 // none
		{kept, 200},                 // none
		{fmt.Sprintf(more, 1), 200}, // two
		{kept, 429},
		{fmt.Sprintf(more, 2), 429},
	} {
		if status, body, _ := from(t, s, "192.0.2.1", token, step.query); status != step.status {
			t.Errorf("%d: got %d %s, want %d", i, status, body, step.status)
		}
	}
	if status, body, _ := from(t, s, "192.0.2.1", l.sign(t, "bea", "", time.Hour), kept); status != 200 {
		t.Errorf("another client got %d %s", status, body)
	}
	for range 10 { // nobody knows whose address it is
		if status, body, _ := from(t, s, "192.0.2.1", "", fmt.Sprintf(more, time.Now().UnixNano())); status != 200 {
			t.Errorf("nobody got %d %s", status, body)
		}
	}
}

// TestRatesOfRefusals: an address whose credentials were refused too often has no more of them looked at, good ones neither; without any it is
// served, and so are others.
func TestRatesOfRefusals(t *testing.T) {
	l, services := newLogin(t), newTellers()
	s := openTrusted(t, l, services, func(c *config.Config) {
		c.Rates = rate.Options{FailedAuthentications: rate.Limit{Count: 2, Per: time.Hour}, TrustedHops: []netip.Prefix{}}
	})
	good, bad := l.sign(t, "ada", "", time.Hour), l.sign(t, "ada", "", -time.Hour)
	const query = "{ account { owner } }"
	for i, step := range []struct {
		address, token string
		status         int
	}{
		{"192.0.2.1", bad, 401},
		{"192.0.2.1", good, 200},
		{"192.0.2.1", "x.y.z", 401},
		{"192.0.2.1", bad, 429},
		{"192.0.2.1", good, 429},
		{"192.0.2.1", "", 200},
		{"192.0.2.2", good, 200},
	} {
		if status, body, _ := from(t, s, step.address, step.token, query); status != step.status {
			t.Errorf("%d: got %d %s, want %d", i, status, body, step.status)
		}
	}
}

// TestRatesOfNamed: an operation that a limit names is refused when its client has had as many, and others are not.
func TestRatesOfNamed(t *testing.T) {
	l := newLogin(t)
	s := openTrusted(t, l, newTellers(), func(c *config.Config) {
		c.Rates = rate.Options{Named: map[string]rate.Limit{"Mine": {Count: 2, Per: time.Hour}}}
	})
	ada, ben := l.sign(t, "ada", "", time.Hour), l.sign(t, "ben", "", time.Hour)
	for i, step := range []struct {
		token, query string
		status       int
	}{
		{ada, "query Mine { account { owner } }", 200},
		{ada, "query Mine { greeting }", 200},
		{ada, "query Mine { account { owner } }", 429},
		{ada, "query Other { account { owner } }", 200},
		{ada, "{ account { owner } }", 200},
		{ben, "query Mine { account { owner } }", 200},
	} {
		if status, body, _ := from(t, s, "192.0.2.1", step.token, step.query); status != step.status {
			t.Errorf("%d: got %d %s, want %d", i, status, body, step.status)
		}
	}
}

// TestRatesOfMistakes: what is no valid operation counts, too, and bad credentials are bad whatever they come with.
func TestRatesOfMistakes(t *testing.T) {
	l := newLogin(t)
	s := openTrusted(t, l, newTellers(), func(c *config.Config) {
		c.Rates = rate.Options{
			Operations: rate.Limit{Count: 2, Per: time.Hour}, FailedAuthentications: rate.Limit{Count: 3, Per: time.Hour}, TrustedHops: []netip.Prefix{},
		}
	})
	good, bad := l.sign(t, "ada", "", time.Hour), l.sign(t, "ada", "", -time.Hour)
	for i, step := range []struct {
		token, query string
		status       int
	}{
		{good, "{ nothing }", 200},
		{good, "{", 200},
		{good, "{ nothing }", 429},
		{bad, "{ nothing }", 401},
		{bad, "{", 401},
		{bad, "{ greeting }", 401},
		{bad, "{ greeting }", 429},
	} {
		if status, body, _ := from(t, s, "192.0.2.1", step.token, step.query); status != step.status {
			t.Errorf("%d: got %d %s, want %d", i, status, body, step.status)
		}
	}
}

// TestRatesOfJobs: the service's own jobs are nobody's operations, though they run for whom their headers name.
func TestRatesOfJobs(t *testing.T) {
	const key = "a key that nobody will ever guess"
	digest := sha256.Sum256([]byte(key))
	file := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(file, []byte("sha256:"+hex.EncodeToString(digest[:])+" warmer read\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	services := newFiles()
	s := openTrusted(t, newLogin(t), services, func(c *config.Config) {
		c.Authentication.APIKeys = &auth.APIKeyOptions{File: file}
		c.Rates = rate.Options{Operations: rate.Limit{Count: 1, Per: time.Hour}}
		c.WarmUp = 10 * time.Second
		for _, id := range []string{"1", "2", "3"} {
			c.Jobs = append(c.Jobs, config.Job{
				Name: id, Document: fmt.Sprintf(`{ shelf(id: %q) { title } }`, id), Headers: map[string]config.Secret{"X-Api-Key": key}, Warm: true,
			})
		}
	})
	if asked := services.take(); asked != "/shelves/1 /shelves/2 /shelves/3" {
		t.Errorf("the jobs have asked for %q", asked)
	}
	for i, want := range []int{200, 429} {
		if status, body, _ := from(t, s, "192.0.2.1", "", `{ shelf(id: "1") { title } }`, "X-Api-Key", key); status != want {
			t.Errorf("%d: got %d %s, want %d", i, status, body, want)
		}
	}
}
