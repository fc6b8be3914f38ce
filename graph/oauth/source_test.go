package oauth_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/graph/oauth"
	"weft/graph/schedule"
	"weft/upstream"
	"weft/upstream/files"
	"weft/upstream/upstreamtest"
)

// A token is asked for before anybody needs it, and anew at 80 % of its life; nobody waits for that.
func TestRenewal(t *testing.T) {
	e := &issuing{life: 100}
	within(t, oauth.Options{Settings: settings(t), Transport: e}, func(t *testing.T, s *oauth.Source) {
		synctest.Wait()
		if e.asked() != 1 {
			t.Errorf("%d questions at start, want one", e.asked())
		}
		hold := e.pause()
		for range 79 {
			want(t, s, nil, "Bearer token-1")
			time.Sleep(time.Second)
		}
		if e.asked() != 1 {
			t.Errorf("%d questions after 79 s, want one", e.asked())
		}
		time.Sleep(2 * time.Second)
		if e.asked() != 2 {
			t.Errorf("%d questions after 81 s, want two", e.asked())
		}
		want(t, s, nil, "Bearer token-1") // while the endpoint thinks
		close(hold)
		synctest.Wait()
		want(t, s, nil, "Bearer token-2")
	})
}

// A question has a time of its own: who asks for less gives up, and the token is there for who comes later.
func TestSlowEndpoint(t *testing.T) {
	e := &issuing{life: 100, slow: true}
	within(t, oauth.Options{Settings: settings(t), Transport: e}, func(t *testing.T, s *oauth.Source) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := s.Authorize(ctx, nil); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("got %v after %s, want the deadline after 1s", err, time.Since(began))
		}
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { want(t, s, nil, "Bearer token-1") })
		}
		synctest.Wait()
		close(e.hold)
		all.Wait()
		if e.asked() != 1 {
			t.Errorf("%d questions for 101 calls, want one", e.asked())
		}
	})
}

// While no token can be had, the last one is used as long as it holds. Then calls fail at once, and the endpoint is asked seldom.
func TestEndpointThatIsDown(t *testing.T) {
	var logged bytes.Buffer
	e := &issuing{life: 100}
	within(t, oauth.Options{Settings: settings(t), Transport: e, Logger: slog.New(slog.NewTextHandler(&logged, nil))}, func(t *testing.T, s *oauth.Source) {
		want(t, s, nil, "Bearer token-1")
		e.set(func(e *issuing) { e.status, e.body = http.StatusInternalServerError, `{"error": "s3cret token-1"}` })
		for range 99 {
			want(t, s, nil, "Bearer token-1")
			time.Sleep(time.Second)
		}
		time.Sleep(time.Second)
		before := e.asked()
		for range 600 {
			began := time.Now()
			for range 100 {
				_, err := s.Authorize(t.Context(), nil)
				failure, ok := errors.AsType[*upstream.Error](err)
				if !ok || failure.Kind != upstream.Unavailable {
					t.Fatalf("got %v, want that the service is unavailable", err)
				}
			}
			if took := time.Since(began); took > 0 {
				t.Errorf("calls waited for %s", took)
			}
			time.Sleep(time.Second)
		}
		if n := e.asked() - before; n < 10 || n > 30 {
			t.Errorf("%d questions in 10 minutes, want one in half a minute or so", n)
		}
		e.set(func(e *issuing) { e.status, e.body = 0, "" })
		time.Sleep(31 * time.Second)
		want(t, s, nil, "Bearer token-"+text(e.asked()))
		if got := logged.String(); strings.Count(got, "level=WARN") != 1 || strings.Count(got, "level=INFO") != 1 || strings.Contains(got, "s3cret") || !strings.Contains(got, "upstream=orders") {
			t.Errorf("logged %s, want one warning, and that all is well again, without secrets", got)
		}
	})
}

func text(n int) string { return string(rune('0'+n/10%10)) + string(rune('0'+n%10)) }

// An endpoint that hangs holds up whoever came first, and nobody who comes when it is known.
func TestEndpointThatHangs(t *testing.T) {
	e := &issuing{slow: true}
	within(t, oauth.Options{Settings: settings(t), Transport: e}, func(t *testing.T, s *oauth.Source) {
		began := time.Now()
		want(t, s, nil, "")
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("the first call waited for %s, want 5s", took)
		}
		time.Sleep(1100 * time.Millisecond) // the endpoint is asked again
		if e.asked() != 2 {
			t.Errorf("%d questions, want two", e.asked())
		}
		began = time.Now()
		want(t, s, nil, "")
		if took := time.Since(began); took > 0 {
			t.Errorf("a call that knew better waited for %s", took)
		}
	})
}

// What a token endpoint may say of a token's life, and what is made of it.
func TestLife(t *testing.T) {
	for name, tt := range map[string]struct {
		life any
		ends time.Duration // how long the token is used while there is no other one; 0: it is none
	}{
		"Number":    {60, time.Minute},
		"Fraction":  {1.5, 1500 * time.Millisecond},
		"Text":      {"60", time.Minute},
		"Missing":   {nil, 5 * time.Minute},
		"Zero":      {0, 5 * time.Minute},
		"ZeroText":  {"0", 5 * time.Minute},
		"Negative":  {-1, 5 * time.Minute},
		"EmptyText": {"", 5 * time.Minute},
		"Huge":      {1e300, 24 * time.Hour},
		"Nonsense":  {"soon", 0},
		"List":      {[]int{60}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			e := &issuing{life: tt.life}
			within(t, oauth.Options{Settings: settings(t), Transport: e}, func(t *testing.T, s *oauth.Source) {
				if tt.ends == 0 {
					want(t, s, nil, "")
					return
				}
				want(t, s, nil, "Bearer token-1")
				e.set(func(e *issuing) { e.status = http.StatusServiceUnavailable })
				time.Sleep(tt.ends - time.Millisecond)
				want(t, s, nil, "Bearer token-1")
				time.Sleep(time.Millisecond)
				want(t, s, nil, "")
			})
		})
	}
}

// A token that the service refuses is dropped, once in a while, and only while there may be another one.
func TestRefused(t *testing.T) {
	e := &issuing{life: 3600}
	within(t, oauth.Options{Settings: settings(t), Transport: e}, func(t *testing.T, s *oauth.Source) {
		want(t, s, nil, "Bearer token-1")
		for i := range 100 { // all had it when it was refused
			if !s.Refused(nil, "Bearer token-1") {
				t.Errorf("call %d: there is no other one", i)
			}
			want(t, s, nil, "Bearer token-2")
		}
		if s.Refused(nil, "Bearer token-2") {
			t.Error("the next one is dropped at once")
		}
		want(t, s, nil, "Bearer token-2")
		time.Sleep(10 * time.Second)
		if !s.Refused(nil, "Bearer token-2") {
			t.Error("the next one is not dropped after a while")
		}
		want(t, s, nil, "Bearer token-3")
		e.set(func(e *issuing) { e.status = http.StatusServiceUnavailable })
		time.Sleep(time.Hour - 10*time.Minute)
		if s.Refused(nil, "Bearer token-3") {
			t.Error("it is dropped while there is no other one")
		}
		want(t, s, nil, "Bearer token-3")
	})
}

// What an endpoint answers instead of a token is an error that says what, and nothing of what was sent or answered.
func TestFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		fault  upstreamtest.Fault
		answer upstreamtest.Answer
		want   string
	}{
		"500":         {"500", upstreamtest.Answer{}, "token endpoint: unavailable (status 500)"},
		"401":         {"", upstreamtest.Answer{Status: 401, Body: `{"error": "invalid_client", "error_description": "s3cret"}`}, "token endpoint: unauthenticated (status 401): invalid_client"},
		"400":         {"", upstreamtest.Answer{Status: 400, Body: `{"error": "invalid_scope"}`}, "token endpoint: rejected (status 400): invalid_scope"},
		"Redirect":    {upstreamtest.Redirect, upstreamtest.Answer{}, "token endpoint: rejected (status 302)"},
		"Huge":        {upstreamtest.Huge, upstreamtest.Answer{}, "token endpoint: bad response (status 200): body is larger than the limit of 65536 bytes"},
		"Bomb":        {upstreamtest.Bomb, upstreamtest.Answer{}, "token endpoint: bad response (status 200): body is larger than the limit of 65536 bytes"},
		"HTML":        {upstreamtest.HTML, upstreamtest.Answer{}, "token endpoint: bad response (status 200): content type is not JSON"},
		"Reset":       {upstreamtest.Reset, upstreamtest.Answer{}, "token endpoint: unavailable: connection reset by peer"},
		"Malformed":   {upstreamtest.Malformed, upstreamtest.Answer{}, "token endpoint: its answer is not a JSON object with a token"},
		"List":        {"", upstreamtest.Answer{Body: `[]`}, "token endpoint: its answer is not a JSON object with a token"},
		"NoToken":     {"", upstreamtest.Answer{Body: `{"token_type": "Bearer"}`}, "token endpoint: access_token is missing, too long or no token"},
		"TwoLines":    {"", upstreamtest.Answer{Body: `{"access_token": "s3cret\r\nX-Admin: 1"}`}, "token endpoint: access_token is missing, too long or no token"},
		"NoBearer":    {"", upstreamtest.Answer{Body: `{"access_token": "s3cret", "token_type": "mac"}`}, "token endpoint: token_type is not Bearer"},
		"TokenOfType": {"", upstreamtest.Answer{Body: `{"access_token": 1, "token_type": "Bearer"}`}, "token endpoint: its answer is not a JSON object with a token"},
		"OK":          {"", upstreamtest.Answer{Body: `{"access_token": "a.b.c", "token_type": "bearer"}`}, ""},
		"OKNoType":    {"", upstreamtest.Answer{Body: `{"access_token": "a.b.c"}`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			server := upstreamtest.New(t)
			server.Answer("POST /oauth/token", tt.answer)
			server.Fault("POST /oauth/token", tt.fault)
			set := settings(t)
			set.URL = server.URL + "/oauth/token"
			s := source(t, oauth.Options{Settings: set})
			value, err := s.Authorize(t.Context(), nil)
			if tt.want == "" && (err != nil || value != "Bearer a.b.c") {
				t.Errorf("got %q, %v", value, err)
			}
			if tt.want != "" && (err == nil || !strings.HasSuffix(err.Error(), "unavailable: no token for it: "+tt.want)) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}

// source is one that ends with the test.
func source(t *testing.T, o oauth.Options) *oauth.Source {
	t.Helper()
	o.Upstream, o.Schedule = "orders", schedule.New(schedule.Options{})
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s, err := oauth.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		o.Schedule.Close(context.Background())
		s.Close()
	})
	return s
}

// What the endpoint is sent: by whom, and what for.
func TestQuestion(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("a:s3cret/1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		change func(*oauth.Settings)
		basic  string // user:password of Authorization
		form   string
	}{
		"Basic": {
			func(s *oauth.Settings) { s.ClientID = "we ft" },
			"we+ft:a%3As3cret%2F1", "grant_type=client_credentials",
		},
		"InBody": {
			func(s *oauth.Settings) { s.SecretInBody = true },
			":", "client_id=weft&client_secret=a%3As3cret%2F1&grant_type=client_credentials",
		},
		"Everything": {
			func(s *oauth.Settings) {
				s.Scopes, s.Audience, s.Resource = []string{"orders:read", "orders:write"}, "orders", "https://orders.example/"
			},
			"weft:a%3As3cret%2F1", "audience=orders&grant_type=client_credentials&resource=https%3A%2F%2Forders.example%2F&scope=orders%3Aread+orders%3Awrite",
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := &issuing{}
			set := settings(t)
			set.Secret = oauth.Place{File: file}
			tt.change(&set)
			s := source(t, oauth.Options{Settings: set, Transport: e})
			want(t, s, nil, "Bearer token-1")
			r := http.Request{Header: e.headers[0]}
			user, password, _ := r.BasicAuth()
			if got := user + ":" + password; got != tt.basic || e.questions[0].Encode() != tt.form || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
				t.Errorf("got %s and %s, want %s and %s", got, e.questions[0].Encode(), tt.basic, tt.form)
			}
		})
	}
}

// A secret that has changed is the next question's.
func TestSecretIsRenewed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	e := &issuing{life: 1}
	set := settings(t)
	set.Secret, set.SecretInBody = oauth.Place{File: file}, true
	within(t, oauth.Options{Settings: set, Transport: e, Files: files.Options{Every: 1}}, func(t *testing.T, s *oauth.Source) {
		want(t, s, nil, "Bearer token-1")
		write("two")
		time.Sleep(10 * time.Second)
		var secrets []string
		e.set(func(e *issuing) {
			for _, q := range e.questions[:4] {
				secrets = append(secrets, q.Get("client_secret"))
			}
		})
		if diff := cmp.Diff([]string{"one", "one", "two", "two"}, secrets); diff != "" {
			t.Errorf("secrets (-want +got):\n%s", diff)
		}
	})
}

func TestSettings(t *testing.T) {
	whole := settings(t)
	for name, tt := range map[string]struct {
		change func(*oauth.Settings)
		want   string
	}{
		"URL":       {func(s *oauth.Settings) { s.URL = "" }, "needs url, where tokens are asked for"},
		"ClientID":  {func(s *oauth.Settings) { s.ClientID = "" }, "needs clientID, what this service is known by there"},
		"Secret":    {func(s *oauth.Settings) { s.Secret = oauth.Place{} }, "needs secret, or the certificate of tls, by which it is known who asks"},
		"SecretEnv": {func(s *oauth.Settings) { s.Secret = oauth.Place{Env: "WEFT_NO_SUCH"} }, "secret: the environment variable of the secret is not set"},
		"Scheme":    {func(s *oauth.Settings) { s.URL = "ftp://login.example" }, `upstream "token endpoint": url is not of the form http(s)://host[:port][/path]`},
		"Egress": {
			func(s *oauth.Settings) { s.Network.Egress.Hosts = []string{"orders.example"} },
			`upstream "token endpoint": url leads to login.example, which egress.hosts does not have: add it there, or change the URL`,
		},
	} {
		set := whole
		tt.change(&set)
		_, err := oauth.New(oauth.Options{Settings: set, Upstream: "orders", Schedule: schedule.New(schedule.Options{})})
		if want := `oauth of upstream "orders": ` + tt.want; err == nil || err.Error() != want {
			t.Errorf("%s: got %v\nwant %s", name, err, want)
		}
	}
}
