package oauth_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weft/graph/oauth"
	"weft/upstream"
)

func exchanging(t *testing.T, e *issuing) oauth.Options {
	t.Helper()
	set := settings(t)
	set.Exchange, set.Audience = true, "orders"
	return oauth.Options{Settings: set, Transport: e}
}

// of are the headers of a caller.
func of(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

// jwt is a token that says when it ends.
func jwt(name string, in time.Duration) string {
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	return part(`{"alg":"ES256"}`) + "." + part(fmt.Sprintf(`{"sub":%q,"exp":%d}`, name, time.Now().Add(in).Unix())) + "." + part("signed")
}

// Each caller has a token of their own, which is asked for once, however many of their calls want it at one time.
func TestExchange(t *testing.T) {
	e := &issuing{life: 3600}
	within(t, exchanging(t, e), func(t *testing.T, s *oauth.Source) {
		synctest.Wait()
		if e.asked() != 0 {
			t.Error("the endpoint is asked before anybody has called")
		}
		hold := e.pause()
		var all sync.WaitGroup
		for n := range 1000 {
			name := fmt.Sprintf("caller-%d", n%20)
			all.Go(func() {
				got, err := s.Authorize(t.Context(), of(name))
				if err != nil || !strings.HasPrefix(got, "Bearer for-"+name+"-") {
					t.Errorf("%s got %q, %v", name, got, err)
				}
			})
		}
		synctest.Wait()
		close(hold)
		all.Wait()
		if e.asked() != 20 {
			t.Errorf("%d questions for 20 callers", e.asked())
		}
		q := e.questions[0]
		if got := q.Get("grant_type") + " " + q.Get("subject_token_type") + " " + q.Get("audience"); got != "urn:ietf:params:oauth:grant-type:token-exchange urn:ietf:params:oauth:token-type:access_token orders" {
			t.Errorf("asked for %s", got)
		}
		if !s.PerCaller() {
			t.Error("it says that its tokens are the service's own")
		}
	})
}

// Who has no bearer token has no other one either.
func TestExchangeForNobody(t *testing.T) {
	e := &issuing{}
	within(t, exchanging(t, e), func(t *testing.T, s *oauth.Source) {
		for _, incoming := range []http.Header{nil, {}, {"Authorization": {"Basic YTpi"}}, {"Authorization": {"Bearer "}}, {"Authorization": {"Bearer a", "Bearer b"}}, {"X-Api-Key": {"a"}}} {
			if value, err := s.Authorize(t.Context(), incoming); value != "" || err != nil || s.Refused(incoming, "") {
				t.Errorf("%v: got %q, %v", incoming, value, err)
			}
		}
		if e.asked() != 0 {
			t.Errorf("%d questions for nobody", e.asked())
		}
	})
}

// A token is asked for anew at 80 % of its life, and is used no longer than the caller's own holds.
func TestLifeOfExchanged(t *testing.T) {
	for name, tt := range map[string]struct {
		life    any
		subject func() string
		renewed time.Duration // when another one is asked for; 0: never
		ends    time.Duration // when the last one is used no more, while there is no other
	}{
		"OwnLife":      {100, func() string { return jwt("ann", time.Hour) }, 80 * time.Second, 100 * time.Second},
		"CallersLife":  {3600, func() string { return jwt("ann", time.Minute) }, 0, time.Minute},
		"Opaque":       {3600, func() string { return "ann" }, 0, 5 * time.Minute},
		"OpaqueOfDots": {3600, func() string { return "a.n.n" }, 0, 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			e := &issuing{life: tt.life}
			within(t, exchanging(t, e), func(t *testing.T, s *oauth.Source) {
				ann := of(tt.subject())
				first, err := s.Authorize(t.Context(), ann)
				if err != nil {
					t.Fatal(err)
				}
				if tt.renewed > 0 {
					time.Sleep(tt.renewed - time.Millisecond)
					want(t, s, ann, first)
					synctest.Wait()
					if e.asked() != 1 {
						t.Errorf("%d questions before 80 %% of its life", e.asked())
					}
					e.set(func(e *issuing) { e.status = http.StatusServiceUnavailable })
					time.Sleep(time.Millisecond)
					want(t, s, ann, first) // nobody waits
					synctest.Wait()
					if e.asked() != 2 {
						t.Errorf("%d questions at 80 %% of its life, want a second one", e.asked())
					}
				}
				e.set(func(e *issuing) { e.status = http.StatusServiceUnavailable })
				time.Sleep(tt.ends - tt.renewed - time.Millisecond)
				want(t, s, ann, first)
				time.Sleep(time.Millisecond)
				want(t, s, ann, "")
			})
		})
	}
}

// A caller whose token has ended gets no other one for it, and the endpoint is not asked.
func TestExchangeOfAnEndedToken(t *testing.T) {
	e := &issuing{}
	within(t, exchanging(t, e), func(t *testing.T, s *oauth.Source) {
		_, err := s.Authorize(t.Context(), of(jwt("ann", -time.Second)))
		failure, ok := errors.AsType[*upstream.Error](err)
		if !ok || failure.Kind != upstream.Unauthenticated || e.asked() != 0 {
			t.Errorf("got %v after %d questions", err, e.asked())
		}
	})
}

// A caller whom the endpoint refuses is refused, for a while without being asked for again; others are not.
func TestExchangeRefused(t *testing.T) {
	e := &issuing{life: 3600, refuse: map[string]bool{"eve": true}}
	within(t, exchanging(t, e), func(t *testing.T, s *oauth.Source) {
		for range 100 {
			_, err := s.Authorize(t.Context(), of("eve"))
			failure, ok := errors.AsType[*upstream.Error](err)
			if !ok || failure.Kind != upstream.Unauthenticated || !strings.HasSuffix(err.Error(), "no token for it: the caller's token is not accepted: invalid_request") {
				t.Fatalf("got %v", err)
			}
		}
		want(t, s, of("ann"), "Bearer for-ann-2")
		time.Sleep(10 * time.Second)
		want(t, s, of("eve"), "")
		if e.asked() != 3 {
			t.Errorf("%d questions, want two for eve and one for ann", e.asked())
		}
		// What was issued ends when the endpoint refuses its caller.
		e.set(func(e *issuing) { e.refuse["ann"] = true })
		time.Sleep(3600 * 4 / 5 * time.Second)
		want(t, s, of("ann"), "")
	})
}

// What an endpoint answers for one caller is about that one, unless it says that it is about this service.
func TestExchangeFailures(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		body   string
		kind   upstream.Kind
		others bool // have tokens all the same
	}{
		"InvalidRequest":   {400, `{"error": "invalid_request"}`, upstream.Unauthenticated, true},
		"InvalidGrant":     {400, `{"error": "invalid_grant"}`, upstream.Unauthenticated, true},
		"InvalidTarget":    {400, `{"error": "invalid_target"}`, upstream.Unauthenticated, true},
		"AccessDenied":     {403, `{"error": "access_denied"}`, upstream.Unauthenticated, true},
		"NoCode":           {400, `{}`, upstream.Unauthenticated, true},
		"NoCodeForbidden":  {403, `{}`, upstream.Unauthenticated, true},
		"InvalidClient":    {401, `{"error": "invalid_client"}`, upstream.Unavailable, false},
		"UnsupportedGrant": {400, `{"error": "unsupported_grant_type"}`, upstream.Unavailable, false},
		"TooMany":          {429, `{}`, upstream.Unavailable, false},
		"Down":             {503, `{}`, upstream.Unavailable, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := &issuing{life: 3600, status: tt.status, body: tt.body}
			within(t, exchanging(t, e), func(t *testing.T, s *oauth.Source) {
				_, err := s.Authorize(t.Context(), of("eve"))
				if failure, ok := errors.AsType[*upstream.Error](err); !ok || failure.Kind != tt.kind {
					t.Errorf("got %v, want %s", err, tt.kind)
				}
				e.set(func(e *issuing) { e.status, e.body = 0, "" })
				if _, err := s.Authorize(t.Context(), of("ann")); (err == nil) != tt.others {
					t.Errorf("another caller got %v", err)
				}
			})
		})
	}
}

// An endpoint that is down is asked by one caller at a time, seldom; all others fail at once.
func TestExchangeWhileTheEndpointIsDown(t *testing.T) {
	e := &issuing{status: http.StatusBadGateway}
	within(t, exchanging(t, e), func(t *testing.T, s *oauth.Source) {
		for n := range 600 {
			for m := range 20 {
				want(t, s, of(fmt.Sprintf("caller-%d-%d", n, m)), "")
			}
			time.Sleep(time.Second)
		}
		if n := e.asked(); n < 15 || n > 40 {
			t.Errorf("%d questions in 10 minutes", n)
		}
		e.set(func(e *issuing) { e.status = 0 })
		time.Sleep(30 * time.Second)
		if got, err := s.Authorize(t.Context(), of("ann")); err != nil {
			t.Errorf("got %q, %v when it is there again", got, err)
		}
	})
}

// A token that the service refuses is dropped for its caller alone.
func TestRefusedOfACaller(t *testing.T) {
	e := &issuing{life: 3600}
	within(t, exchanging(t, e), func(t *testing.T, s *oauth.Source) {
		want(t, s, of("ann"), "Bearer for-ann-1")
		want(t, s, of("bob"), "Bearer for-bob-2")
		if !s.Refused(of("ann"), "Bearer for-ann-1") {
			t.Error("there is no other one")
		}
		want(t, s, of("bob"), "Bearer for-bob-2")
		want(t, s, of("ann"), "Bearer for-ann-3")
	})
}

// Tokens are kept for those who asked last.
func TestCallersAreBounded(t *testing.T) {
	e := &issuing{life: 3600}
	within(t, exchanging(t, e), func(t *testing.T, s *oauth.Source) {
		const all = 10_000
		for n := range all + 1 {
			if _, err := s.Authorize(t.Context(), of(fmt.Sprint("caller-", n))); err != nil {
				t.Fatal(err)
			}
		}
		before := e.asked()
		want(t, s, of("caller-1"), "Bearer for-caller-1-2")
		if e.asked() != before {
			t.Error("one who asked lately is asked for again")
		}
		want(t, s, of("caller-0"), fmt.Sprintf("Bearer for-caller-0-%d", all+2))
	})
}
