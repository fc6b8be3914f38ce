package auth

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Bounds of introspection.
const (
	defaultIntrospectionAge = 30 * time.Second
	maxIntrospectionAge     = 5 * time.Minute
	introspectionTime       = 5 * time.Second
	maxIntrospections       = 64 // at one time
	maxIntrospection        = 64 << 10
	maxInactive             = 1000 // tokens that are known to be bad
)

// IntrospectionOptions are the server that is asked about tokens (RFC 7662).
type IntrospectionOptions struct {
	// URL is where it is asked: https, or this machine's; it is needed.
	URL string

	// ClientID and Secret are what this service is known by there, in Authorization: Basic; they are needed.
	ClientID, Secret string

	// Issuer is what callers are known by to come from there, and what an iss in its answers must be; it is needed.
	Issuer string

	// Audience is one of which a token's aud must have; nil: any, since the server says for whom a token is active.
	Audience []string

	// MaxAge is how long an answer is believed, and not longer than the token's exp: a token that is taken back works for so long. 0 means
	// 30 s; at most 5 minutes.
	MaxAge time.Duration

	// Scopes is the member that has a token's scopes: its name, or a JSON pointer. "" means scope.
	Scopes string
}

// Check says what is wrong, or missing.
func (o IntrospectionOptions) Check() error {
	if err := CheckURL(o.URL); err != nil {
		return fmt.Errorf("its URL %w", err)
	}
	switch {
	case o.ClientID == "" || o.Secret == "":
		return errors.New("needs clientID and secret")
	case o.Issuer == "":
		return errors.New("needs issuer, a name for whose tokens these are")
	case o.MaxAge < 0 || o.MaxAge > maxIntrospectionAge:
		return fmt.Errorf("maxAge must be from 0s to %s", maxIntrospectionAge)
	}
	return nil
}

// introspector asks about tokens: each is asked about once at one time, however many requests have it.
type introspector struct {
	IntrospectionOptions
	client   *http.Client
	active   *kept
	inactive *kept
	ctx      context.Context // of all that is asked
	cancel   context.CancelFunc
	asking   sync.WaitGroup

	mu      sync.Mutex // guards what follows
	flights map[tokenID]*flight
}

// flight is what is being asked.
type flight struct {
	landed chan struct{}
	caller *Caller // these are there when it has landed
	err    error
}

func newIntrospector(o IntrospectionOptions, client *http.Client, k *kept) (*introspector, error) {
	if err := o.Check(); err != nil {
		return nil, fmt.Errorf("introspection: %w", err)
	}
	o.Scopes, o.MaxAge = cmp.Or(o.Scopes, "scope"), cmp.Or(o.MaxAge, defaultIntrospectionAge)
	i := &introspector{IntrospectionOptions: o, client: client, active: k, inactive: newKept(maxInactive, defaultKeptBytes), flights: map[tokenID]*flight{}}
	i.ctx, i.cancel = context.WithCancel(context.Background())
	return i, nil
}

// close waits for what is being asked, which it ends.
func (i *introspector) close() {
	i.cancel()
	i.asking.Wait()
}

var errInactive = refusedToken("the token is not active")

// authenticate asks about a token that is not kept as an active one.
func (i *introspector) authenticate(ctx context.Context, token string, id tokenID, now time.Time) (*Caller, error) {
	if _, bad := i.inactive.find(id, now); bad {
		return nil, errInactive
	}
	f, err := i.flight(token, id)
	if err != nil {
		return nil, err
	}
	select {
	case <-f.landed:
		return f.caller, f.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: introspection takes too long", ErrUnavailable)
	}
}

// flight returns what is being asked about a token, which begins now if it has not begun.
func (i *introspector) flight(token string, id tokenID) (*flight, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if f := i.flights[id]; f != nil {
		return f, nil
	}
	if len(i.flights) >= maxIntrospections || i.ctx.Err() != nil {
		return nil, fmt.Errorf("%w: too many tokens are being introspected", ErrUnavailable)
	}
	f := &flight{landed: make(chan struct{})}
	i.flights[id] = f
	i.asking.Go(func() {
		f.caller, f.err = i.ask(token, id)
		i.mu.Lock()
		delete(i.flights, id)
		i.mu.Unlock()
		close(f.landed)
	})
	return f, nil
}

// ask asks about a token, and keeps the answer. What was asked for counts from before it was.
func (i *introspector) ask(token string, id tokenID) (*Caller, error) {
	now := time.Now()
	ctx, cancel := context.WithTimeout(i.ctx, introspectionTime)
	defer cancel()
	text, err := i.post(ctx, token)
	if err != nil {
		return nil, fmt.Errorf("%w: introspection: %w", ErrUnavailable, err)
	}
	claims, err := parseIntrospection(text)
	if err != nil {
		return nil, fmt.Errorf("%w: introspection: %w", ErrUnavailable, err)
	}
	until := now.Add(i.MaxAge)
	c, err := i.judge(claims, time.Now())
	if err != nil {
		i.inactive.put(id, keptCaller{until: until}, 0)
		return nil, err
	}
	if exp := c.Expires(); !exp.IsZero() && exp.Before(until) {
		until = exp
	}
	i.active.put(id, keptCaller{caller: c, until: until}, len(text))
	return c, nil
}

func (i *introspector) post(ctx context.Context, token string) ([]byte, error) {
	form := url.Values{"token": {token}, "token_type_hint": {"access_token"}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, i.URL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, withoutURL(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.SetBasicAuth(url.QueryEscape(i.ClientID), url.QueryEscape(i.Secret)) // RFC 6749 §2.3.1
	return send(i.client, r, maxIntrospection)
}

// parseIntrospection reads an answer. Its errors quote nothing.
func parseIntrospection(text []byte) (jwt.MapClaims, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var claims jwt.MapClaims
	if decoder.Decode(&claims) != nil {
		return nil, errors.New("it answers with something else than a JSON object")
	}
	if _, ok := claims["active"].(bool); !ok {
		return nil, errors.New("it answers without saying whether the token is active")
	}
	return claims, nil
}

// judge makes a Caller of an answer.
func (i *introspector) judge(claims jwt.MapClaims, now time.Time) (*Caller, error) {
	if claims["active"] != true {
		return nil, errInactive
	}
	delete(claims, "active")
	exp, badExp := claims.GetExpirationTime()
	nbf, badNbf := claims.GetNotBefore()
	aud, badAud := claims.GetAudience()
	iss, badIss := claims.GetIssuer()
	subject, badSub := claims.GetSubject()
	scopes, ok := scopesOf(claims, i.Scopes)
	switch {
	case errors.Join(badExp, badNbf, badAud, badIss, badSub) != nil || !ok:
		return nil, refusedToken("what introspection says of the token has claims of the wrong type")
	case exp != nil && !now.Before(exp.Time):
		return nil, refusedToken("the token has expired")
	case nbf != nil && now.Before(nbf.Time):
		return nil, refusedToken("the token is not valid yet")
	case iss != "" && iss != i.Issuer:
		return nil, refusedToken("the token is of another issuer")
	case len(i.Audience) > 0 && !slices.ContainsFunc(aud, func(a string) bool { return slices.Contains(i.Audience, a) }):
		return nil, refusedToken("the token is for another audience")
	}
	var expires time.Time
	if exp != nil {
		expires = exp.Time
	}
	return newCaller(Introspection, i.Issuer, subject, expires, scopes, claims), nil
}
