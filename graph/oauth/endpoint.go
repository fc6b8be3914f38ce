package oauth

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"weft/upstream"
)

// Bounds of what is asked of an endpoint.
const (
	flightTime   = 5 * time.Second // for one question
	maxQuestions = 64              // at one time
	maxAnswer    = 64 << 10
	maxToken     = 16 << 10
	defaultLife  = 5 * time.Minute // of a token of which the endpoint does not say it
	maxLife      = 24 * time.Hour
	firstPause   = time.Second // after a failure
	maxPause     = 30 * time.Second
)

// endpoint asks for tokens.
type endpoint struct {
	Settings
	secret func() string
	client *upstream.Client
	path   string // of the client's base URL

	mu       sync.Mutex // guards what follows
	failures int        // since a question was answered last
	until    time.Time  // before which nothing is asked
	last     error      // why
}

// token is what an endpoint has issued.
type token struct {
	value   string    // of Authorization; "": there is none
	renew   time.Time // when another one is asked for
	expires time.Time
}

func newEndpoint(o Options) (*endpoint, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	secret, err := o.secret()
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	base, path, err := split(o.URL)
	if err != nil {
		return nil, err
	}
	client, err := upstream.NewClient(upstream.Spec{Name: "token endpoint", Headers: []string{"Authorization"}, Explain: explain}, upstream.Options{
		URL: base, Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
		Timeout: flightTime, InFlight: maxQuestions, MaxBody: maxAnswer, Network: o.Network, Files: o.Files, Transport: o.Transport,
	})
	if err != nil {
		return nil, err
	}
	return &endpoint{Settings: o.Settings, secret: secret, client: client, path: path}, nil
}

// split is a URL as a client's base, and a path below it. Its error quotes nothing.
func split(raw string) (base, path string, err error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", "", errors.New("url cannot be read")
	}
	whole := u.EscapedPath()
	at := max(0, strings.LastIndexByte(whole, '/'))
	path = "/" + strings.TrimPrefix(whole[at:], "/")
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String() + whole[:at], path, nil
}

// codes are those of errors (RFC 6749 §5.2, RFC 8693 §2.2.2).
var codes = []string{
	"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_target",
	"access_denied", "temporarily_unavailable", "server_error",
}

// explain reads the code of an error, and nothing else of it: the rest may repeat what was sent.
func explain(body []byte) *upstream.Problem {
	var said struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(body, &said) != nil || !slices.Contains(codes, said.Error) {
		return nil
	}
	return upstream.NewProblem(upstream.Problem{Code: said.Error})
}

// refusal is why there is no token for one caller.
type refusal struct{ why string }

func (r *refusal) Error() string { return "the caller's token is not accepted: " + r.why }

// resting returns until when the endpoint is left alone, since it has failed, and why; nil: it has not.
func (e *endpoint) resting() (until time.Time, last error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.until, e.last
}

// ask asks for a token. What is asked for counts from before it was.
func (e *endpoint) ask(ctx context.Context, form url.Values) (token, error) {
	now := time.Now()
	if until, last := e.resting(); last != nil && now.Before(until) {
		return token{}, last
	}
	t, err := e.question(ctx, form, now)
	refused, isRefusal := errors.AsType[*refusal](err)
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case isRefusal:
		e.failures, e.last = 0, nil
		return token{}, refused
	case err == nil:
		e.failures, e.last = 0, nil
		return t, nil
	}
	pause := min(firstPause<<min(e.failures, 10), maxPause)
	e.failures++
	e.until = time.Now().Add(pause - time.Duration(rand.Int64N(int64(pause/5))))
	e.last = err
	return token{}, err
}

// question is one call of the endpoint.
func (e *endpoint) question(ctx context.Context, form url.Values, now time.Time) (token, error) {
	set := http.Header{}
	if secret := e.secret(); secret != "" && !e.SecretInBody {
		pair := url.QueryEscape(e.ClientID) + ":" + url.QueryEscape(secret) // RFC 6749 §2.3.1
		set["Authorization"] = []string{"Basic " + base64.StdEncoding.EncodeToString([]byte(pair))}
	} else {
		form.Set("client_id", e.ClientID)
		if secret != "" {
			form.Set("client_secret", secret)
		}
	}
	for name, value := range map[string]string{"scope": strings.Join(e.Scopes, " "), "audience": e.Audience, "resource": e.Resource} {
		if value != "" {
			form.Set(name, value)
		}
	}
	res, err := e.client.Do(ctx, upstream.Request{Method: http.MethodPost, Path: e.path, Body: []byte(form.Encode()), Set: set})
	if err != nil {
		return token{}, e.failed(err)
	}
	return parseToken(res.Body, now)
}

// failed is the failure of a question, without what wraps it: the endpoint is not what somebody has called.
func (e *endpoint) failed(err error) error {
	failure, ok := errors.AsType[*upstream.Error](err)
	if !ok {
		return err
	}
	code := ""
	if p := failure.Explained(); p != nil {
		code = p.Code
	}
	if e.Exchange && ofCaller(failure.Status, code) {
		return &refusal{cmp.Or(code, fmt.Sprintf("status %d", failure.Status))}
	}
	text := strings.TrimPrefix(failure.Error(), "upstream ")
	if code != "" {
		text += ": " + code
	}
	return errors.New(text)
}

// ofCaller reports whether a failure is about the caller's token. RFC 8693 §2.2.2 has invalid_request for that, and others have other codes, or
// none. What is not about this service holds for that caller, so that nobody spoils it for all others.
func ofCaller(status int, code string) bool {
	switch code {
	case "invalid_client", "unauthorized_client", "unsupported_grant_type", "temporarily_unavailable", "server_error":
		return false
	}
	return status >= 400 && status < 500 && status != http.StatusRequestTimeout && status != http.StatusTooManyRequests
}

// parseToken reads an answer (RFC 6749 §5.1). Its errors quote nothing.
func parseToken(body []byte, now time.Time) (token, error) {
	var said struct {
		Token string          `json:"access_token"`
		Type  string          `json:"token_type"`
		Life  json.RawMessage `json:"expires_in"`
	}
	wrong := func(what string) (token, error) { return token{}, errors.New("token endpoint: " + what) }
	if json.Unmarshal(body, &said) != nil {
		return wrong("its answer is not a JSON object with a token")
	}
	life, ok := lifeOf(said.Life)
	switch {
	case said.Token == "" || len(said.Token) > maxToken || strings.ContainsFunc(said.Token, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return wrong("access_token is missing, too long or no token")
	case said.Type != "" && !strings.EqualFold(said.Type, "Bearer"):
		return wrong("token_type is not Bearer")
	case !ok:
		return wrong("expires_in is no number of seconds")
	}
	return token{value: "Bearer " + said.Token, renew: now.Add(life / 5 * 4), expires: now.Add(life)}, nil
}

// lifeOf reads expires_in: a number, or one in a text as some endpoints have it. One that is missing, or not above 0, does not say how
// long: that is defaultLife.
func lifeOf(said json.RawMessage) (life time.Duration, ok bool) {
	text := strings.Trim(strings.TrimSpace(string(said)), `"`)
	if text == "" || text == "null" {
		return defaultLife, true
	}
	var seconds float64
	if json.Unmarshal([]byte(text), &seconds) != nil {
		return 0, false
	}
	if seconds <= 0 {
		return defaultLife, true
	}
	return time.Duration(min(seconds, maxLife.Seconds()) * float64(time.Second)), true
}
