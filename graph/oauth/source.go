package oauth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"weft/graph/schedule"
	"weft/upstream"
)

// Source has the tokens of an upstream's calls. It is safe for concurrent use.
type Source struct {
	upstream string
	endpoint *endpoint
	schedule *schedule.Scheduler
	logger   *slog.Logger

	own     *grant      // of this service; nil: tokens are for who asks
	timer   *time.Timer // has own's next token asked for
	callers *callers    // who ask; nil: tokens are this service's own

	ctx    context.Context // of all that is asked
	cancel context.CancelFunc

	mu      sync.Mutex // guards what follows
	asking  sync.WaitGroup
	failing bool // it was told to the operator
}

var _ upstream.Authorizer = (*Source)(nil)

// New returns a source. It has this service's own token asked for, where that is wanted, and does not wait for it. The error says what is wrong of the options.
func New(o Options) (*Source, error) {
	o.Logger = cmp.Or(o.Logger, slog.Default())
	e, err := newEndpoint(o)
	if err != nil {
		return nil, fmt.Errorf("oauth of upstream %q: %w", o.Upstream, err)
	}
	s := &Source{upstream: o.Upstream, endpoint: e, schedule: o.Schedule, logger: o.Logger}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if o.Exchange {
		s.callers = newCallers()
		return s, nil
	}
	s.own = &grant{form: func() url.Values { return url.Values{"grant_type": {"client_credentials"}} }}
	s.timer = time.AfterFunc(maxLife, s.due)
	s.due()
	return s, nil
}

// Close ends what is being asked, and waits for that.
func (s *Source) Close() {
	s.mu.Lock() // nothing begins any more
	s.cancel()
	s.mu.Unlock()
	if s.timer != nil {
		s.timer.Stop()
	}
	s.asking.Wait()
	s.endpoint.client.Close()
}

// PerCaller implements [upstream.Authorizer].
func (s *Source) PerCaller() bool { return s.callers != nil }

// Authorize implements [upstream.Authorizer].
func (s *Source) Authorize(ctx context.Context, incoming http.Header) (value string, err error) {
	g := s.grant(incoming)
	if g == nil {
		return "", nil
	}
	return s.authorize(ctx, g)
}

// Refused implements [upstream.Authorizer].
func (s *Source) Refused(incoming http.Header, value string) (again bool) {
	g := s.grant(incoming)
	return g != nil && s.refused(g, value)
}

// grant returns what a call is authorized by; nil: nobody asks for whom there could be a token.
func (s *Source) grant(incoming http.Header) *grant {
	if s.callers == nil {
		return s.own
	}
	subject := bearer(incoming)
	if subject == "" {
		return nil
	}
	return s.callers.of(subject, time.Now())
}

// authorize returns the token of a grant, which it waits for where there is none.
func (s *Source) authorize(ctx context.Context, g *grant) (value string, err error) {
	f, value, err := s.want(g, time.Now())
	if f == nil {
		return value, err
	}
	select {
	case <-f.landed:
		return f.token.value, s.failure(f.err)
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// want returns the token of a grant, or the flight that brings it. Where the endpoint has failed, nobody waits for what it is asked next.
func (s *Source) want(g *grant, now time.Time) (f *flight, value string, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	until, last := s.endpoint.resting()
	switch {
	case g.holds(now):
		if !now.Before(g.current.renew) && g.flying == nil && !now.Before(until) {
			s.fly(g)
		}
		return nil, g.current.value, nil
	case !g.until.IsZero() && !now.Before(g.until):
		return nil, "", s.failure(errEnded)
	case g.refused != nil && now.Sub(g.since) < refusedTime:
		return nil, "", s.failure(g.refused)
	case last != nil && (now.Before(until) || g.flying != nil):
		return nil, "", s.failure(last)
	case g.flying == nil:
		s.fly(g)
	}
	return g.flying, "", nil
}

// fly begins to ask for the token of a grant, which is locked.
func (s *Source) fly(g *grant) {
	f := &flight{landed: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		f.err = errClosed
		close(f.landed)
		g.flying = f
		return
	}
	g.flying = f
	s.asking.Go(func() {
		t, err := s.endpoint.ask(s.ctx, g.form())
		g.land(f, t, err)
		s.report(err)
		if g == s.own {
			s.plan()
		}
	})
}

var errEnded = &refusal{"it has expired"}

var errClosed = errors.New("the service is closed")

// plan has the service's own token asked for when it is time.
func (s *Source) plan() {
	until, last := s.endpoint.resting()
	s.own.mu.Lock()
	at := s.own.current.renew
	s.own.mu.Unlock()
	if last != nil {
		at = until
	}
	if s.ctx.Err() == nil {
		s.timer.Reset(max(time.Until(at), firstPause))
	}
}

// due has the service's own token asked for off the request path.
func (s *Source) due() {
	s.schedule.Add(schedule.Tasks{
		Of: s, Name: "ask for a token", Keys: []string{""}, Priority: schedule.Declared,
		Run: func(ctx context.Context, _ []string) { s.renew(ctx) },
	})
}

// renew asks for the service's own token, unless a call has done so, and waits for that.
func (s *Source) renew(ctx context.Context) {
	s.own.mu.Lock()
	if s.own.flying == nil && !time.Now().Before(s.own.current.renew) {
		s.fly(s.own)
	}
	f := s.own.flying
	s.own.mu.Unlock()
	if f == nil {
		return
	}
	select {
	case <-f.landed:
	case <-ctx.Done():
	}
}

// refused drops a token that the service does not take. One stays for which there would be no other.
func (s *Source) refused(g *grant, value string) (again bool) {
	if _, last := s.endpoint.resting(); last != nil {
		return false
	}
	return g.drop(value, time.Now())
}

// failure is why a call is not made.
func (s *Source) failure(err error) error {
	if err == nil {
		return nil
	}
	kind := upstream.Unavailable
	if _, ok := err.(*refusal); ok {
		kind = upstream.Unauthenticated
	}
	return &upstream.Error{Kind: kind, Err: fmt.Errorf("no token for it: %w", err)}
}

// report tells the operator what has changed.
func (s *Source) report(err error) {
	if _, ok := err.(*refusal); ok {
		err = nil
	}
	s.mu.Lock()
	before := s.failing
	s.failing = err != nil
	closed := s.ctx.Err() != nil
	s.mu.Unlock()
	switch {
	case closed:
	case err != nil && !before:
		s.logger.Warn("oauth: no token can be had, and calls without one fail", "upstream", s.upstream, "error", err)
	case err == nil && before:
		s.logger.Info("oauth: tokens can be had again", "upstream", s.upstream)
	}
}
