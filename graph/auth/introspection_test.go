package auth_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weft/graph/auth"
)

func introspecting(at string) *auth.IntrospectionOptions {
	return &auth.IntrospectionOptions{URL: at, ClientID: "we:ft", Secret: "s%cret", Issuer: issuerURL}
}

// TestIntrospection: what the server says of a token holds, and all else does not.
func TestIntrospection(t *testing.T) {
	s := serve(t, "")
	s.does(func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		if r.Method != http.MethodPost || id != "we%3Aft" || secret != "s%25cret" || r.PostFormValue("token") == "" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, answers(r.PostFormValue("token")))
	})
	o := introspecting(s.URL)
	o.Audience = []string{audience}
	a := open(t, auth.Options{Introspection: o})
	for token, want := range map[string]string{
		"good":                 "u-1",
		"a.b.c":                "u-1", // no issuer's keys are known, so dots mean nothing
		"inactive":             "not active",
		"expired":              "expired",
		"early":                "not valid yet",
		"other-issuer":         "another issuer",
		"other-audience":       "another audience",
		"no-audience":          "another audience",
		"bad-scope":            "wrong type",
		"bad-exp":              "wrong type",
		"no-active":            "",
		"active-is-a-text":     "",
		"no-json":              "",
		"no-object":            "",
		"too-large":            "",
		"b64/token+~._-token=": "u-1",
	} {
		t.Run(token, func(t *testing.T) {
			for range 2 {
				switch want {
				case "u-1":
					c := accepted(t, a, bearer(token))
					if _, ok := c.Claim("active"); ok || c.Subject() != want || !c.Has("orders:read") || c.Method() != auth.Introspection || c.Issuer() != issuerURL {
						t.Errorf("got another caller")
					}
				case "":
					unavailable(t, a, bearer(token))
				default:
					refused(t, a, bearer(token), "")
				}
			}
		})
	}
	refused(t, a, bearer("ä"), "not well-formed")
}

// answers is what the server of TestIntrospection says of a token.
func answers(token string) string {
	now := time.Now().Unix()
	good := object{"active": true, "sub": "u-1", "scope": "orders:read", "aud": audience, "iss": issuerURL, "exp": now + 60}
	switch token {
	case "inactive":
		return `{"active": false, "sub": "u-1"}`
	case "expired":
		good["exp"] = now - 1
	case "early":
		good["nbf"] = now + 60
	case "other-issuer":
		good["iss"] = "https://partner.example.com"
	case "other-audience":
		good["aud"] = []string{"elsewhere"}
	case "no-audience":
		delete(good, "aud")
	case "bad-scope":
		good["scope"] = 1
	case "bad-exp":
		good["exp"] = "tomorrow"
	case "no-active":
		delete(good, "active")
	case "active-is-a-text":
		good["active"] = "true"
	case "no-json":
		return "<html>"
	case "no-object":
		return "[true]"
	case "too-large":
		good["more"] = strings.Repeat("a", 64<<10)
	}
	return encode(good)
}

// TestIntrospectionKept: an answer holds for its time, and not beyond the token's.
func TestIntrospectionKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &transport{}
		says := func(more string) { server.does(answering(`{"active": true, "sub": "u-1"` + more + `}`)) }
		a, err := auth.New(auth.Options{Introspection: introspecting("https://login.example.com/introspect"), Client: &http.Client{Transport: server}})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		calls := func(want int64) {
			t.Helper()
			if n := server.fetches.Load(); n != want {
				t.Errorf("%d calls, want %d", n, want)
			}
		}
		says("")
		accepted(t, a, bearer("long"))
		server.does(answering(`{"active": false}`))
		time.Sleep(29 * time.Second)
		accepted(t, a, bearer("long"))
		calls(1)
		time.Sleep(time.Second)
		refused(t, a, bearer("long"), "not active")
		refused(t, a, bearer("long"), "not active")
		calls(2)

		says(fmt.Sprintf(`, "exp": %d`, time.Now().Add(5*time.Second).Unix()))
		accepted(t, a, bearer("short"))
		time.Sleep(5 * time.Second)
		refused(t, a, bearer("short"), "expired")
		calls(4)

		server.does(func(*http.Request) (int, io.Reader, error) { return 500, strings.NewReader(""), nil })
		unavailable(t, a, bearer("other"))
		says("")
		accepted(t, a, bearer("other")) // a failure is not kept
	})
}

// TestIntrospectionFlights: many requests of one token are one call, each waits no longer than it may, and the calls at one time are bounded.
func TestIntrospectionFlights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, slow := &transport{}, make(chan struct{})
		server.does(func(r *http.Request) (int, io.Reader, error) {
			select {
			case <-slow:
				return 200, strings.NewReader(`{"active": true}`), nil
			case <-r.Context().Done():
				return 0, nil, r.Context().Err()
			}
		})
		a, err := auth.New(auth.Options{Introspection: introspecting("https://login.example.com/introspect"), Client: &http.Client{Transport: server}})
		if err != nil {
			t.Fatal(err)
		}
		var waiting sync.WaitGroup
		for range 50 {
			waiting.Go(func() { accepted(t, a, bearer("one")) })
		}
		for i := range 63 {
			waiting.Go(func() { accepted(t, a, bearer(fmt.Sprint("token-", i))) })
		}
		synctest.Wait()
		if n := server.fetches.Load(); n != 64 {
			t.Errorf("%d calls, want 64", n)
		}
		begin := time.Now()
		unavailable(t, a, bearer("one-too-many"))
		if time.Since(begin) > 0 {
			t.Error("the one too many waits")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := a.Authenticate(ctx, bearer("one")); err == nil || time.Since(begin) != time.Second {
			t.Errorf("got the error %v after %s", err, time.Since(begin))
		}
		close(slow)
		waiting.Wait()

		server.does(func(r *http.Request) (int, io.Reader, error) { <-r.Context().Done(); return 0, nil, r.Context().Err() })
		begin = time.Now()
		unavailable(t, a, bearer("never"))
		if time.Since(begin) != 5*time.Second {
			t.Errorf("it took %s", time.Since(begin))
		}
		waiting.Go(func() { unavailable(t, a, bearer("closed")) })
		synctest.Wait()
		a.Close()
		waiting.Wait()
		unavailable(t, a, bearer("after"))
	})
}

// TestIntrospectionBesideIssuers: a JSON Web Token is never introspected, however wrong it is.
func TestIntrospectionBesideIssuers(t *testing.T) {
	asked := serve(t, `{"active": true, "sub": "u-9"}`)
	a := open(t, auth.Options{Issuers: []auth.IssuerOptions{trusted(serve(t, setOf("p256")).URL)}, Introspection: introspecting(asked.URL)})
	if c := accepted(t, a, bearer(sign("ES256", "p256", claims(nil)))); c.Subject() != "u-1" {
		t.Errorf("got %s", c.Subject())
	}
	refused(t, a, bearer(sign("ES256", "stranger", claims(nil))), "no such key")
	refused(t, a, bearer("a.b.c"), "malformed")
	if n := asked.fetches.Load(); n != 0 {
		t.Errorf("%d calls of introspection", n)
	}
	if c := accepted(t, a, bearer("opaque")); c.Subject() != "u-9" {
		t.Errorf("got %s", c.Subject())
	}
}

func TestIntrospectionOptions(t *testing.T) {
	for want, change := range map[string]func(*auth.IntrospectionOptions){
		"its URL":         func(o *auth.IntrospectionOptions) { o.URL = "http://login.example.com" },
		"clientID":        func(o *auth.IntrospectionOptions) { o.Secret = "" },
		"needs issuer":    func(o *auth.IntrospectionOptions) { o.Issuer = "" },
		"maxAge must be ": func(o *auth.IntrospectionOptions) { o.MaxAge = time.Hour },
	} {
		o := introspecting("https://login.example.com/introspect")
		change(o)
		if _, err := auth.New(auth.Options{Introspection: o}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
}
