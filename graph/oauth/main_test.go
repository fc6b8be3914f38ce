package oauth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"weft/graph/oauth"
	"weft/graph/schedule"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// issuing is a token endpoint without a network.
type issuing struct {
	mu        sync.Mutex      // guards what follows
	questions []url.Values    // the forms that were sent
	headers   []http.Header   // with these
	life      any             // expires_in; nil: none
	slow      bool            // it is paused before it is asked
	status    int             // 0: 200
	body      string          // "": a token with the question's number
	hold      chan struct{}   // until which it answers nothing; nil: it answers
	refuse    map[string]bool // subject tokens
}

func (i *issuing) RoundTrip(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, err
	}
	i.mu.Lock()
	i.questions, i.headers = append(i.questions, form), append(i.headers, r.Header)
	n, hold := len(i.questions), i.hold
	status, body := i.status, i.body
	if i.refuse[form.Get("subject_token")] {
		status, body = http.StatusBadRequest, `{"error": "invalid_request", "error_description": "canary"}`
	}
	if body == "" {
		said := map[string]any{"access_token": fmt.Sprintf("token-%d", n), "token_type": "Bearer"}
		if subject := form.Get("subject_token"); subject != "" {
			said["access_token"] = fmt.Sprintf("for-%s-%d", subject, n)
		}
		if i.life != nil {
			said["expires_in"] = i.life
		}
		encoded, _ := json.Marshal(said)
		body = string(encoded)
	}
	i.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	if status == 0 {
		status = http.StatusOK
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func (i *issuing) set(change func(*issuing)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	change(i)
}

// pause lets it answer nothing until what it returns is closed.
func (i *issuing) pause() chan struct{} {
	hold := make(chan struct{})
	i.set(func(i *issuing) { i.hold = hold })
	return hold
}

// asked is how many questions there were.
func (i *issuing) asked() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.questions)
}

// settings are those of an endpoint of which the environment has the secret.
func settings(t testing.TB) oauth.Settings {
	t.Helper()
	t.Setenv("ORDERS_SECRET", "s3cret")
	return oauth.Settings{URL: "https://login.example/oauth/token", ClientID: "weft", Secret: oauth.Place{Env: "ORDERS_SECRET"}}
}

// within runs a test of a source in time that passes when nothing happens.
func within(t *testing.T, o oauth.Options, test func(t *testing.T, s *oauth.Source)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o.Upstream, o.Schedule = "orders", schedule.New(schedule.Options{})
		if e := o.Transport.(*issuing); e.slow {
			e.pause()
		}
		s, err := oauth.New(o)
		if err != nil {
			t.Fatal(err)
		}
		test(t, s)
		o.Schedule.Close(context.Background())
		s.Close()
	})
}

// want checks what a call for a caller is authorized with; "": nothing, since it fails.
func want(t *testing.T, s *oauth.Source, incoming http.Header, value string) {
	t.Helper()
	got, err := s.Authorize(t.Context(), incoming)
	if got != value || (err == nil) != (value != "") {
		t.Errorf("got %q, %v, want %q", got, err, value)
	}
}
