package httpcache_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache/httpcache"
)

// roundTrip is a transport of one function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// held is a transport that holds every call until the test answers it.
type held struct{ calls chan *heldCall }

type heldCall struct {
	*http.Request
	answer chan *http.Response
}

func newHeld() *held { return &held{calls: make(chan *heldCall, 1000)} }

func (h *held) RoundTrip(req *http.Request) (*http.Response, error) {
	call := &heldCall{req, make(chan *http.Response)}
	h.calls <- call
	select {
	case res := <-call.answer:
		return res, nil
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
}

// next returns the call that was made first of those not answered; there must be one.
func (h *held) next(t *testing.T) *heldCall {
	t.Helper()
	synctest.Wait()
	select {
	case call := <-h.calls:
		return call
	default:
		t.Fatal("no call is waiting")
		return nil
	}
}

// none fails when a call is waiting.
func (h *held) none(t *testing.T) {
	t.Helper()
	synctest.Wait()
	if n := len(h.calls); n > 0 {
		t.Fatalf("%d calls are waiting, want none", n)
	}
}

// answerOf makes a 200.
func answerOf(body, control string) *http.Response {
	h := http.Header{}
	if control != "" {
		h.Set("Cache-Control", control)
	}
	return &http.Response{StatusCode: 200, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

// asked is what a request on a goroutine of its own got.
type asked chan string

// ask makes a request on a goroutine of its own.
func ask(ctx context.Context, cache http.RoundTripper, method, user string) asked {
	done := make(asked, 1)
	go func() { done <- fetch(ctx, cache, method, user) }()
	return done
}

// fetch makes a request and returns the answer's body and status member, or the error.
func fetch(ctx context.Context, cache http.RoundTripper, method, user string) string {
	h := http.Header{}
	if user != "" {
		h.Set("Authorization", user)
	}
	return fetchWith(ctx, cache, method, h)
}

// fetchWith makes a request with that header.
func fetchWith(ctx context.Context, cache http.RoundTripper, method string, h http.Header) string {
	req, err := http.NewRequestWithContext(ctx, method, "http://shop.test/a", nil)
	if err != nil {
		return err.Error()
	}
	req.Header = h
	res, err := cache.RoundTrip(req)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err.Error()
	}
	return string(body) + " " + res.Header.Get("Cache-Status")
}

func (a asked) want(t *testing.T, prefix string) {
	t.Helper()
	if got := <-a; !strings.HasPrefix(got, prefix) {
		t.Errorf("got %q, want %q…", got, prefix)
	}
}

func TestCoalescing(t *testing.T) {
	t.Run("OneCallForMany", inBubble(func(t *testing.T) {
		base := newHeld()
		cache := &httpcache.Transport{Base: base}
		var all []asked
		for range 100 {
			all = append(all, ask(t.Context(), cache, "GET", ""))
		}
		base.next(t).answer <- answerOf("one", "max-age=60")
		collapsed := 0
		for _, a := range all {
			got := <-a
			if !strings.HasPrefix(got, "one ") {
				t.Errorf("got %q", got)
			}
			if strings.HasSuffix(got, "fwd=uri-miss; ttl=60; collapsed") {
				collapsed++
			}
		}
		if collapsed != 99 {
			t.Errorf("%d say collapsed, want 99", collapsed)
		}
		base.none(t)
	}))
	t.Run("WhatIsNotStoredIsForItsOwn", inBubble(func(t *testing.T) {
		base := newHeld()
		cache := &httpcache.Transport{Base: base}
		one, two := ask(t.Context(), cache, "GET", ""), ask(t.Context(), cache, "GET", "")
		body := make(open)
		first := answerOf("", "no-store")
		first.Body, first.ContentLength = body, -1
		base.next(t).answer <- first
		base.next(t).answer <- answerOf("two", "no-store") // although the body of the first is still open
		got := ""
		select { // either may be the one with the open body
		case got = <-one:
		case got = <-two:
		}
		if !strings.HasPrefix(got, "two ") {
			t.Errorf("got %q", got)
		}
		close(body)
		base.none(t)
	}))
	t.Run("IdentitiesDoNotWaitForEachOther", inBubble(func(t *testing.T) {
		base := newHeld()
		cache := &httpcache.Transport{Base: base, Options: httpcache.Options{Scope: httpcache.Partitioned}}
		a1, a2 := ask(t.Context(), cache, "GET", "a"), ask(t.Context(), cache, "GET", "a")
		b := ask(t.Context(), cache, "GET", "b")
		for range 2 {
			call := base.next(t)
			call.answer <- answerOf(call.Header.Get("Authorization"), "max-age=60")
		}
		a1.want(t, "a ")
		a2.want(t, "a ")
		b.want(t, "b ")
		base.none(t)
	}))
	t.Run("TheLeaderLeaves", inBubble(func(t *testing.T) {
		base := newHeld()
		cache := &httpcache.Transport{Base: base}
		ctx, cancel := context.WithCancel(t.Context())
		leader := ask(ctx, cache, "GET", "")
		first := base.next(t)
		var others []asked
		for range 10 {
			others = append(others, ask(t.Context(), cache, "GET", ""))
		}
		base.none(t)
		cancel()
		leader.want(t, context.Canceled.Error())
		if first.Context().Err() == nil {
			t.Error("the leader's call goes on")
		}
		base.next(t).answer <- answerOf("one", "max-age=60")
		for _, other := range others {
			other.want(t, "one ")
		}
		base.none(t)
	}))
	t.Run("WhoWaitsMayLeave", inBubble(func(t *testing.T) {
		base := newHeld()
		cache := &httpcache.Transport{Base: base}
		leader := ask(t.Context(), cache, "GET", "")
		first := base.next(t)
		ctx, cancel := context.WithCancel(t.Context())
		other := ask(ctx, cache, "GET", "")
		synctest.Wait()
		cancel()
		other.want(t, context.Canceled.Error())
		first.answer <- answerOf("one", "max-age=60")
		leader.want(t, "one ")
	}))
}

func TestNoStoreIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := newHeld()
		cache := &httpcache.Transport{Base: base}
		secret := make(asked, 1)
		go func() {
			secret <- fetchWith(t.Context(), cache, "GET", http.Header{"Cache-Control": {"no-store"}})
		}()
		first := base.next(t)
		other := ask(t.Context(), cache, "GET", "")
		base.next(t).answer <- answerOf("two", "max-age=60")
		other.want(t, "two ")
		first.answer <- answerOf("one", "max-age=60")
		secret.want(t, "one ")
	})
}

// A client that has gone gets its own error, not a stale answer.
func TestCancelledIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := newHeld()
		cache := &httpcache.Transport{Base: base}
		first := ask(t.Context(), cache, "GET", "")
		base.next(t).answer <- answerOf("one", "max-age=0, stale-if-error=60")
		first.want(t, "one ")
		ctx, cancel := context.WithCancel(t.Context())
		second := ask(ctx, cache, "GET", "")
		base.next(t)
		cancel()
		second.want(t, context.Canceled.Error())
	})
}

// One URI with an answer for everybody who asks has room for some of them.
func TestVariantsAreBounded(t *testing.T) {
	memory := httpcache.NewMemory(0)
	cache := &httpcache.Transport{
		Base:  roundTrip(func(*http.Request) (*http.Response, error) { return answerOf("one", "max-age=60"), nil }),
		Store: memory, Options: httpcache.Options{Scope: httpcache.Partitioned},
	}
	for i := range 100 {
		fetch(t.Context(), cache, "GET", fmt.Sprint(i))
	}
	if got := len(memory.Get("http://shop.test/a")); got != 64 {
		t.Errorf("got %d entries, want 64", got)
	}
	if got := fetch(t.Context(), cache, "GET", "99"); !strings.Contains(got, "hit") {
		t.Errorf("the newest is gone: %q", got)
	}
}

// open is a body that has nothing to read until it is closed from the other end.
type open chan struct{}

func (o open) Read([]byte) (int, error) {
	<-o
	return 0, io.EOF
}

func (o open) Close() error { return nil }

// inBubble returns a test that runs with a time of its own.
func inBubble(f func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) { synctest.Test(t, f) }
}

// The answer of a GET that was under way when a write ended is returned, but serves nobody afterwards.
func TestInvalidationInFlight(t *testing.T) {
	for _, outcome := range []string{"OK", "OutcomeUnknown"} {
		t.Run(outcome, inBubble(func(t *testing.T) {
			base := newHeld()
			cache := &httpcache.Transport{Base: base}
			before := ask(t.Context(), cache, "GET", "")
			old := base.next(t)
			waits := ask(t.Context(), cache, "GET", "")

			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			write := ask(ctx, cache, "POST", "")
			if post := base.next(t); outcome == "OK" {
				post.answer <- answerOf("done", "")
			} else {
				cancel()
			}
			<-write

			after := ask(t.Context(), cache, "GET", "")
			fresh := base.next(t) // does not join the call that began before
			old.answer <- answerOf("old", "max-age=60")
			before.want(t, "old ")
			base.none(t) // who waited for it waits for the one that began after
			fresh.answer <- answerOf("new", "max-age=60")
			after.want(t, "new ")
			waits.want(t, "new ")
			ask(t.Context(), cache, "GET", "").want(t, "new ")
		}))
	}
}

func TestStaleWhileRevalidate(t *testing.T) {
	const control = "max-age=60, stale-while-revalidate=30"
	store := func(t *testing.T, base *held, cache *httpcache.Transport) {
		t.Helper()
		first := ask(t.Context(), cache, "GET", "")
		base.next(t).answer <- answerOf("one", control)
		first.want(t, "one ")
		time.Sleep(61 * time.Second)
	}
	t.Run("RFC 5861 §3 RefreshedOnce", inBubble(func(t *testing.T) {
		base := newHeld()
		cache := &httpcache.Transport{Base: base}
		store(t, base, cache)
		ctx, cancel := context.WithCancel(t.Context())
		for range 3 {
			ask(ctx, cache, "GET", "").want(t, "one httpcache; hit; ttl=-1")
		}
		cancel() // the refresh is not the request's
		base.next(t).answer <- answerOf("two", control)
		base.none(t)
		ask(t.Context(), cache, "GET", "").want(t, "two httpcache; hit; ttl=60")
		cache.Close()
	}))
	t.Run("RFC 5861 §3 FailedRefreshChangesNothing", inBubble(func(t *testing.T) {
		base := newHeld()
		cache := &httpcache.Transport{Base: base, RefreshTimeout: 5 * time.Second}
		store(t, base, cache)
		ask(t.Context(), cache, "GET", "").want(t, "one ")
		time.Sleep(6 * time.Second)
		if call := base.next(t); !errors.Is(call.Context().Err(), context.DeadlineExceeded) {
			t.Errorf("the refresh is %v", call.Context().Err())
		}
		ask(t.Context(), cache, "GET", "").want(t, "one ")
		base.next(t).answer <- answerOf("two", control)
		cache.Close()
		ask(t.Context(), cache, "GET", "").want(t, "two ")
	}))
	t.Run("RFC 5861 §3 RefreshIsUnconditional", inBubble(func(t *testing.T) {
		base := newHeld()
		cache := &httpcache.Transport{Base: base}
		store(t, base, cache)
		fetchWith(t.Context(), cache, "GET", http.Header{"If-None-Match": {`"mine"`}})
		call := base.next(t)
		if got := call.Header.Get("If-None-Match"); got != "" {
			t.Errorf("the refresh is conditional on the client's %s", got)
		}
		call.answer <- answerOf("two", control)
		cache.Close()
	}))
	t.Run("Bounded", inBubble(func(t *testing.T) {
		base := newHeld()
		cache := &httpcache.Transport{Base: base, Refreshes: 2, Options: httpcache.Options{Scope: httpcache.Partitioned}}
		for i := range 5 {
			first := ask(t.Context(), cache, "GET", fmt.Sprint(i))
			base.next(t).answer <- answerOf("one", control)
			first.want(t, "one ")
		}
		time.Sleep(61 * time.Second)
		for i := range 5 {
			ask(t.Context(), cache, "GET", fmt.Sprint(i)).want(t, "one ")
		}
		base.next(t).answer <- answerOf("two", control)
		base.next(t).answer <- answerOf("two", control)
		base.none(t)
		cache.Close()
	}))
	t.Run("CloseWaitsAndEndsIt", inBubble(func(t *testing.T) {
		base := newHeld()
		cache := &httpcache.Transport{Base: base}
		store(t, base, cache)
		ask(t.Context(), cache, "GET", "").want(t, "one ")
		closed := make(chan struct{})
		go func() {
			cache.Close()
			close(closed)
		}()
		call := base.next(t)
		select {
		case <-closed:
			t.Error("Close does not wait")
		default:
		}
		call.answer <- answerOf("two", control)
		<-closed
		time.Sleep(61 * time.Second)
		ask(t.Context(), cache, "GET", "").want(t, "two httpcache; hit; ttl=-1")
		base.none(t)
	}))
}

// crossings is a service whose answers name who asked, and the users who check that.
type crossings struct {
	cache    *httpcache.Transport
	versions [3]atomic.Int64 // of each path, as the service has it
	seen     [3]atomic.Int64 // of each path, the latest that some user has seen the write of
	hits     atomic.Int64
}

// RoundTrip is the service: /0 is the same for all, /1 is private by the request's credentials, /2 by its own word.
func (c *crossings) RoundTrip(req *http.Request) (*http.Response, error) {
	path := int(req.URL.Path[1] - '0')
	user := req.Header.Get("Authorization")
	if req.Method == http.MethodPost {
		return answerOf(fmt.Sprint(c.versions[path].Add(1)), ""), nil
	}
	version := c.versions[path].Load()
	runtime.Gosched() // so that writes overtake
	switch path {
	case 0:
		return answerOf(fmt.Sprintf("all %d", version), "public, max-age=60"), nil
	case 1:
		return answerOf(fmt.Sprintf("%s %d", user, version), "max-age=60"), nil
	}
	return answerOf(fmt.Sprintf("%s %d", user, version), "private, max-age=0, stale-while-revalidate=60"), nil
}

// use makes one request and checks its answer.
func (c *crossings) use(t *testing.T, user, method string, path int) {
	least := c.seen[path].Load()
	req, err := http.NewRequestWithContext(t.Context(), method, fmt.Sprintf("http://shop.test/%d", path), nil)
	if err != nil {
		t.Error(err)
		return
	}
	req.Header.Set("Authorization", user)
	res, err := c.cache.RoundTrip(req)
	if err != nil {
		t.Error(err)
		return
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if strings.Contains(res.Header.Get("Cache-Status"), "hit") {
		c.hits.Add(1)
	}
	if method == http.MethodPost {
		c.saw(path, string(body))
		return
	}
	if path == 0 {
		user = "all"
	}
	var version int64
	if _, err := fmt.Sscanf(string(body), user+" %d", &version); err != nil || version < least {
		t.Errorf("%s asks for %d, at version %d or later, and gets %q", user, path, least, body)
	}
}

// saw notes that the write of a version has ended.
func (c *crossings) saw(path int, body string) {
	version, _ := strconv.ParseInt(body, 10, 64)
	for {
		old := c.seen[path].Load()
		if old >= version || c.seen[path].CompareAndSwap(old, version) {
			return
		}
	}
}

// Many users read and write through one cache, and nobody gets what is another's, or what is older than a write whose end
// somebody has seen.
func TestNoCrossings(t *testing.T) {
	c := &crossings{}
	c.cache = &httpcache.Transport{Base: c, Options: httpcache.Options{Scope: httpcache.Partitioned}}
	defer c.cache.Close()
	var users sync.WaitGroup
	for i := range 8 {
		users.Go(func() {
			rnd := rand.New(rand.NewPCG(5, uint64(i)))
			for range 500 {
				method := http.MethodGet
				if rnd.IntN(20) == 0 {
					method = http.MethodPost
				}
				c.use(t, fmt.Sprintf("user%d", i), method, rnd.IntN(3))
			}
		})
	}
	users.Wait()
	if c.hits.Load() == 0 {
		t.Error("nothing was served from the cache")
	}
}

func TestMemory(t *testing.T) {
	entry := func(n int) []*httpcache.Entry { return []*httpcache.Entry{{Body: make([]byte, n)}} }
	m := httpcache.NewMemory(10_000)
	m.Set("a", entry(3000))
	m.Set("b", entry(3000))
	if m.Get("a") == nil { // now b was used least recently
		t.Fatal("a is gone")
	}
	m.Set("c", entry(3000))
	for key, want := range map[string]bool{"a": true, "b": false, "c": true} {
		if got := m.Get(key) != nil; got != want {
			t.Errorf("%s is there: %t, want %t", key, got, want)
		}
	}
	m.Set("d", entry(10_000))
	if m.Get("d") != nil || m.Get("c") == nil {
		t.Error("an entry above the limit is kept, or costs others their place")
	}
	m.Set("a", nil)
	m.Set("c", nil)
	if m.Get("a") != nil || m.Bytes() != 0 {
		t.Errorf("%d bytes are left of nothing", m.Bytes())
	}
}

// A body that is handed out is the reader's, not the cache's.
func TestTransportBodiesAreIndependent(t *testing.T) {
	cache := &httpcache.Transport{Base: roundTrip(func(*http.Request) (*http.Response, error) {
		return answerOf("one", "max-age=60"), nil
	})}
	for range 3 {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://shop.test/a", nil)
		res, err := cache.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		_, _ = body.ReadFrom(res.Body)
		if body.String() != "one" || res.Header.Get("X") != "" {
			t.Errorf("got %q, %v", body.String(), res.Header)
		}
		body.Bytes()[0] = 'X'
		res.Header.Set("X", "y")
	}
}

// RFC 9110 §7.1: a request's Host is part of what it is for.
func TestTransportHost(t *testing.T) {
	cache := &httpcache.Transport{Base: roundTrip(func(req *http.Request) (*http.Response, error) {
		return answerOf(req.Host, "max-age=60"), nil
	})}
	for _, host := range []string{"a.test", "b.test", "a.test", ""} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://shop.test/", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		res, err := cache.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if body, _ := io.ReadAll(res.Body); string(body) != host {
			t.Errorf("%q: got the answer of %q", host, body)
		}
	}
}
