package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"weft/graph/schedule"
)

// Bounds of what an issuer is asked for.
const (
	defaultRefresh = 5 * time.Minute
	maxKeyAge      = 24 * time.Hour   // of keys while there are no newer ones
	unknownEvery   = 30 * time.Second // between fetches, where one is for an unknown key
	fetchTime      = 10 * time.Second
	maxKeys        = 1 << 20 // bytes of a set
	maxLeeway      = time.Minute
)

// IssuerOptions are whose tokens are believed, and which of them.
type IssuerOptions struct {
	// Name is how it is called in logs and for operators; it is needed.
	Name string

	// Issuer is the iss of its tokens, exactly; it is needed.
	Issuer string

	// Keys is the URL of its set of keys (RFC 7517 §5): https, or this machine's; it is needed.
	Keys string

	// Audience is one of which a token's aud must have; it is needed.
	Audience []string

	// Algorithms are those that its tokens may be signed with: RS256, PS256, ES256, those with 384 and 512, and EdDSA. They are needed: a token
	// does not say how it is verified.
	Algorithms []string

	// Leeway is how much its clock may differ; at most a minute.
	Leeway time.Duration

	// Scopes is the claim that has a token's scopes, as a text with spaces or as a list: its name, or a JSON pointer. "" means scope.
	Scopes string

	// Refresh is how often its keys are fetched; 0 means 5 minutes. A key that it has taken back works for so long at most.
	Refresh time.Duration
}

// Check says what is wrong, or missing.
func (o IssuerOptions) Check() error {
	switch {
	case o.Issuer == "":
		return errors.New("needs issuer, the iss of its tokens")
	case len(o.Audience) == 0 || slices.Contains(o.Audience, ""):
		return errors.New("needs audience, of which a token's aud has one")
	case len(o.Algorithms) == 0:
		return errors.New("needs algorithms that its tokens are signed with, such as ES256 or RS256")
	case o.Leeway < 0 || o.Leeway > maxLeeway:
		return fmt.Errorf("leeway must be from 0s to %s", maxLeeway)
	case o.Refresh < 0 || o.Refresh > maxKeyAge:
		return fmt.Errorf("refresh must be from 0s to %s", maxKeyAge)
	}
	for _, a := range o.Algorithms {
		if err := CheckAlgorithm(a); err != nil {
			return err
		}
	}
	if err := CheckURL(o.Keys); err != nil {
		return fmt.Errorf("the URL of its keys %w", err)
	}
	return nil
}

// CheckAlgorithm says why tokens may not be signed with an algorithm.
func CheckAlgorithm(name string) error {
	switch {
	case strings.HasPrefix(name, "HS"):
		return fmt.Errorf("%s is refused: who verifies with a shared secret can sign, too", name)
	case algorithms[name] == "":
		return fmt.Errorf("there is no algorithm %q: choose of %s", name, strings.Join(slices.Sorted(maps.Keys(algorithms)), ", "))
	}
	return nil
}

// issuer is one of those whose tokens are believed, with its keys.
type issuer struct {
	IssuerOptions
	validator *jwt.Validator
	client    *http.Client
	logger    *slog.Logger
	schedule  *schedule.Scheduler

	keys  atomic.Pointer[keySet] // nil: there are none yet
	asked atomic.Int64           // when they were last fetched, or were to be, in Unix nanoseconds
	first sync.Once
	tried chan struct{} // is closed when they have been fetched once, whatever came of it

	mu     sync.Mutex // guards what follows
	failed error      // of the last fetch
}

func newIssuer(o IssuerOptions, of Options) (*issuer, error) {
	if err := o.Check(); err != nil {
		return nil, fmt.Errorf("issuer %s: %w", o.Name, err)
	}
	o.Scopes = cmp.Or(o.Scopes, "scope")
	i := &issuer{
		IssuerOptions: o, client: of.Client, logger: of.Logger, schedule: of.Schedule, tried: make(chan struct{}),
		validator: jwt.NewValidator(jwt.WithIssuer(o.Issuer), jwt.WithAudience(o.Audience...), jwt.WithExpirationRequired(), jwt.WithLeeway(o.Leeway)),
	}
	i.want(time.Now())
	i.schedule.Every(cmp.Or(o.Refresh, defaultRefresh), i.fetching())
	return i, nil
}

func (i *issuer) fetching() schedule.Tasks {
	return schedule.Tasks{
		Of: i, Name: "fetch an issuer's keys", Keys: []string{""}, Priority: schedule.Declared,
		Run: func(ctx context.Context, _ []string) { i.refresh(ctx) },
	}
}

// current returns the keys that hold now. Where there are none, it has them fetched.
func (i *issuer) current(now time.Time) (*keySet, error) {
	s := i.keys.Load()
	if s == nil || now.Sub(s.fetched) >= maxKeyAge {
		i.want(now)
		return nil, fmt.Errorf("%w: there are no keys of issuer %s", ErrUnavailable, i.Name)
	}
	return s, nil
}

// want has the keys fetched, unless that has just been done, and waits for nothing.
func (i *issuer) want(now time.Time) {
	asked := i.asked.Load()
	if now.UnixNano()-asked < int64(unknownEvery) || !i.asked.CompareAndSwap(asked, now.UnixNano()) {
		return
	}
	i.schedule.Add(i.fetching())
}

// refresh fetches the keys. When that fails, the last ones stay.
func (i *issuer) refresh(ctx context.Context) {
	defer i.first.Do(func() { close(i.tried) })
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	now := time.Now()
	i.asked.Store(now.UnixNano())
	text, err := get(ctx, i.client, i.Keys)
	var keys []*key
	if err == nil {
		keys, err = parseKeys(text)
	}
	if err == nil {
		s := &keySet{keys: keys, fetched: now}
		s.keep(i.keys.Load())
		i.keys.Store(s)
	}
	i.report(err)
}

// report tells the operator what has changed.
func (i *issuer) report(err error) {
	i.mu.Lock()
	before := i.failed
	i.failed = err
	i.mu.Unlock()
	switch {
	case err != nil && before == nil:
		i.logger.Warn("auth: an issuer's keys cannot be fetched, and the last ones stay for a day", "issuer", i.Name, "error", err)
	case err == nil && before != nil:
		i.logger.Info("auth: an issuer's keys are there again", "issuer", i.Name)
	}
}

// IssuerStatus is what operators are shown of an issuer.
type IssuerStatus struct {
	Name  string  `json:"name"`
	Keys  int     `json:"keys"`            // that tokens are verified with
	Age   float64 `json:"age"`             // of them, in seconds
	Error string  `json:"error,omitempty"` // of the last fetch
}

func (i *issuer) status() IssuerStatus {
	s := IssuerStatus{Name: i.Name}
	if set := i.keys.Load(); set != nil {
		age := time.Since(set.fetched)
		s.Age = age.Round(time.Second).Seconds()
		if age < maxKeyAge {
			s.Keys = len(set.keys)
		}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.failed != nil {
		s.Error = i.failed.Error()
	}
	return s
}

// newClient returns a client that follows no redirects: what is configured is whom this service believes.
func newClient() *http.Client {
	return &http.Client{
		Transport:     http.DefaultTransport.(*http.Transport).Clone(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// get returns what is at a URL.
func get(ctx context.Context, client *http.Client, from string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, withoutURL(err)
	}
	r.Header.Set("Accept", "application/json")
	return send(client, r, maxKeys)
}

// send returns the body of an answer with status 200, up to a number of bytes.
func send(client *http.Client, r *http.Request, limit int64) ([]byte, error) {
	answer, err := client.Do(r)
	if err != nil {
		return nil, withoutURL(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answers with status %d", answer.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("it answers with more than %d bytes", limit)
	}
	return text, withoutURL(err)
}

// withoutURL leaves out the URL, in which there may be a secret.
func withoutURL(err error) error {
	if of, ok := errors.AsType[*url.Error](err); ok {
		return of.Err
	}
	return err
}
