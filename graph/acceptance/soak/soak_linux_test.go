package soak_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/lane/lanetest"
	"weft/graph/rate"
	"weft/graph/service"
	"weft/upstream"
)

const (
	clients = 16
	posts   = 2000
	users   = 10
	timeout = 500 * time.Millisecond // of a call
	token   = "the administrators' token"
)

// world is a service that is soaked, and what it is over.
type world struct {
	service *service.Service
	front   *httptest.Server
	origin  *httptest.Server
	redis   store

	answers, failed, refused atomic.Int64
}

func start(t *testing.T, seed uint64, alone bool) *world {
	t.Helper()
	w := &world{redis: newStore(t, alone)}
	w.origin = httptest.NewServer(&faulty{random: rand.New(rand.NewPCG(seed, 0))})
	t.Cleanup(w.origin.Close)
	w.origin.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	conf, err := config.Load(config.Program{Name: "posts", Upstreams: generated.Upstreams}, nil, []string{
		"WEFT_REDIS_URL=redis://" + w.redis.addr(), "WEFT_ADMIN_TOKEN=" + token, "WEFT_CACHE_MAX_BYTES=1MiB",
		"WEFT_RATES_OPERATIONS=100000/s", "WEFT_RATES_TRUSTED_HOPS=192.0.2.0/24",
	})
	if err != nil {
		t.Fatal(err)
	}
	const name = "jsonplaceholder"
	conf.Upstreams[name] = upstream.Options{URL: w.origin.URL, Timeout: timeout, Network: upstream.Network{Failing: upstream.Failing{Retries: 1}}}
	conf.UpstreamCache[name] = config.UpstreamCache{MaxAge: 200 * time.Millisecond, StaleWhileRevalidate: time.Second, StaleIfError: 5 * time.Second, Share: true}
	conf.Rates.Sharing = rate.Proceed
	conf.Overload.Target = 5 * time.Millisecond
	if !alone {
		conf.Overload.Target = time.Second // other packages' tests run at the same time, and they are not what is soaked
	}
	if w.service, err = service.New(generated.Service(resolver.Resolver{}), conf, service.Options{Logger: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.service.Close)
	w.front = lanetest.NewServer(w.service)
	t.Cleanup(w.front.Close)
	return w
}

// TestSoak: whatever fails, each value that is answered is its key's, what is missing has an error, and in the end nothing is held that was not
// held in the beginning.
func TestSoak(t *testing.T) {
	length, seed := 2*time.Second, uint64(time.Now().UnixNano())
	text, alone := os.LookupEnv("WEFT_SOAK")
	if alone {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	if text := os.Getenv("WEFT_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("WEFT_SEED=%d", seed)
	w := start(t, seed, alone)
	if length >= time.Minute {
		w.fill(t, seed)
	}
	w.load(t, time.Second, seed) // what is made once
	before := w.settled(t, held{})
	t.Logf("after a second: %+v", before)
	early := before
	if length >= time.Minute { // then caches fill up meanwhile
		w.load(t, length/6, seed+1)
		early = w.settled(t, before)
		t.Logf("after %s: %+v", length/6, early)
		w.load(t, length-length/6, seed+2)
	} else {
		w.load(t, length, seed+2)
	}
	after := w.settled(t, before)
	t.Logf("in the end: %+v; %d answers, %d with errors, %d refused", after, w.answers.Load(), w.failed.Load(), w.refused.Load())
	if w.failed.Load() == 0 || w.answers.Load() < 10*w.refused.Load() {
		t.Errorf("%d answers, %d with errors, %d refused", w.answers.Load(), w.failed.Load(), w.refused.Load())
	}
	if early != before {
		if err := after.grown(early, length); err != nil {
			t.Error(err)
		}
	}
}

// lasting is how long a soak has to be for memory to have got where it stays after a sixth of it.
const lasting = 5 * time.Minute

// grown says what is held that was not early in a soak of some length, but for what comes and goes; nil: nothing.
func (h held) grown(early held, length time.Duration) error {
	var more []error
	if most := early.Heap + early.Heap/7 + 4<<20; h.Heap > most {
		more = append(more, fmt.Errorf("%d bytes of objects in the end, and %d early", h.Heap, early.Heap))
	}
	if length >= lasting && h.Goroutines > early.Goroutines+10 {
		more = append(more, fmt.Errorf("%d goroutines in the end, and %d early", h.Goroutines, early.Goroutines))
	}
	if most := early.Resident + early.Resident*15/100; length >= lasting && h.Resident > most {
		more = append(more, fmt.Errorf("%d bytes are resident in the end, and %d early", h.Resident, early.Resident))
	}
	return errors.Join(more...)
}

// TestGrown has soaks end with as much as they may hold, and with more.
func TestGrown(t *testing.T) {
	const mega = 1 << 20
	early := held{Goroutines: 50, Heap: 70 * mega, Resident: 100 * mega}
	for name, c := range map[string]struct {
		after  held
		length time.Duration
		more   bool
	}{
		"as it was":         {early, lasting, false},
		"as much as may be": {held{Goroutines: 60, Heap: 84 * mega, Resident: 115 * mega}, lasting, false},
		"a goroutine more":  {held{Goroutines: 61}, lasting, true},
		"memory":            {held{Resident: 115*mega + 1}, lasting, true},
		"objects":           {held{Heap: 84*mega + 1}, time.Minute, true},
		"only for a minute": {held{Goroutines: 61, Resident: 200 * mega}, time.Minute, false},
	} {
		if err := c.after.grown(early, c.length); (err != nil) != c.more {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// fill has clients ask for more documents than are kept, each twice, so that those take the room that they may have from the beginning: of such that come
// once a fourth is kept.
func (w *world) fill(t *testing.T, seed uint64) {
	t.Helper()
	const each = 300
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			for n := range each {
				for range 2 {
					w.ask(t.Context(), t, rand.New(rand.NewPCG(seed, uint64(1000+i*each+n))))
				}
			}
		})
	}
	all.Wait()
}

// load has clients ask for a time, while Redis now and then fails.
func (w *world) load(t *testing.T, d time.Duration, seed uint64) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), d)
	defer stop()
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(i)+1))
			for ctx.Err() == nil {
				w.ask(ctx, t, random)
			}
		})
	}
	all.Go(func() {
		random := rand.New(rand.NewPCG(seed, 0))
		for ctx.Err() == nil {
			sleep(ctx, time.Duration(random.IntN(400))*time.Millisecond)
			w.redis.fail(ctx, time.Duration(random.IntN(400))*time.Millisecond, random)
		}
	})
	all.Wait()
	http.DefaultClient.CloseIdleConnections()
}

// post is one of an answer, and its author in two ways.
type post struct {
	ID           int
	Title        string
	User, Author *struct {
		ID   int
		Name string
	}
}

// ask asks for some posts. One client in a hundred does not wait for the answer.
func (w *world) ask(ctx context.Context, t *testing.T, random *rand.Rand) {
	t.Helper()
	asked := map[string]int{}
	var query strings.Builder
	for i := range 1 + random.IntN(4) {
		name := fmt.Sprint("p", i)
		asked[name] = 1 + random.IntN(posts)
		fmt.Fprintf(&query, "%s: post(id: %d) { id title user { id name } author { id name } } ", name, asked[name])
	}
	leaves := random.IntN(100) == 0
	if leaves {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(random.IntN(20))*time.Millisecond)
		defer cancel()
	}
	body, _ := json.Marshal(map[string]string{"query": "{" + query.String() + "}"})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.front.URL+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		t.Error(err)
		return
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		if ctx.Err() == nil {
			t.Error(err)
		}
		return
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		t.Error(err)
	case response.StatusCode == http.StatusServiceUnavailable && strings.Contains(string(text), `"code":"OVERLOADED"`):
		w.refused.Add(1)
	case response.StatusCode != http.StatusOK:
		t.Errorf("%d %s", response.StatusCode, text)
	default:
		w.check(t, asked, text)
	}
}

// codes are those that an error may have here.
var codes = map[string]bool{
	"UPSTREAM_TIMEOUT": true, "UPSTREAM_UNAVAILABLE": true, "UPSTREAM_CIRCUIT_OPEN": true, "UPSTREAM_RATE_LIMITED": true, "BAD_RESPONSE": true,
}

// check compares an answer with what it has to be.
func (w *world) check(t *testing.T, asked map[string]int, text []byte) {
	t.Helper()
	w.answers.Add(1)
	var a struct {
		Data   map[string]*post
		Errors []struct {
			Path       []any
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal(text, &a); err != nil {
		t.Errorf("%s: %v", text, err)
		return
	}
	failed := map[string]bool{} // by field of a post: it, or a member of it that may not be null
	for _, e := range a.Errors {
		if !codes[e.Extensions.Code] {
			t.Errorf("a code that nothing explains: %s", text)
		}
		if len(e.Path) > 1 {
			failed[fmt.Sprint(e.Path[0], " ", e.Path[1])] = true
		}
	}
	if len(a.Errors) > 0 {
		w.failed.Add(1)
	}
	for name, id := range asked {
		p := a.Data[name]
		if p == nil {
			if len(a.Errors) == 0 {
				t.Errorf("%s is null without an error: %s", name, text)
			}
			continue
		}
		if p.ID != id || p.Title != titleOf(id) {
			t.Errorf("%s is not post %d: %s", name, id, text)
		}
		if p.User == nil && !failed[name+" user"] || p.Author == nil && !failed[name+" author"] {
			t.Errorf("a user of %s is null without an error: %s", name, text)
		}
		for _, u := range []*struct {
			ID   int
			Name string
		}{p.User, p.Author} {
			if u != nil && (u.ID != userOf(id) || u.Name != nameOf(userOf(id))) {
				t.Errorf("%s has another user than %d: %s", name, userOf(id), text)
			}
		}
	}
}

// held is what a process holds.
type held struct {
	Goroutines, Descriptors int
	InFlight                int64  // bytes
	Running                 int    // operations
	Heap                    uint64 // bytes of objects
	Resident                int64  // bytes of memory of the process, but for files and what was freed
}

// settled returns what is held when nothing is asked any more, and that is hardly more than before, or stays so where there was no before. The
// test's own time bounds it.
func (w *world) settled(t *testing.T, before held) (now held) {
	t.Helper()
	for last := (held{}); ; last = now {
		w.front.CloseClientConnections()
		w.origin.CloseClientConnections()
		now = w.held(t)
		if now.InFlight == 0 && now.Running == 0 && (before == (held{}) && now.Goroutines == last.Goroutines || now.Goroutines <= before.Goroutines+10 && now.Descriptors <= before.Descriptors+5) {
			return now
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatalf("it holds %+v, and before it held %+v", now, before)
		}
	}
}

func (w *world) held(t *testing.T) held {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/status", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	answer := httptest.NewRecorder()
	w.service.Admin().ServeHTTP(answer, r)
	var s service.Status
	if err := json.Unmarshal(answer.Body.Bytes(), &s); err != nil {
		t.Fatal(err)
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	descriptors, goroutines := w.redis.held(t)
	return held{runtime.NumGoroutine() - goroutines, len(open) - descriptors, s.InFlight.Used, s.Overload.Running, m.HeapAlloc, resident(t)}
}

// resident is the memory of this process that is not in files or swapped out.
func resident(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm") // in pages: size, resident, shared
	if err != nil {
		t.Fatal(err)
	}
	var size, resident, shared int64
	if _, err := fmt.Sscan(string(text), &size, &resident, &shared); err != nil {
		t.Fatal(err)
	}
	return (resident - shared) * int64(os.Getpagesize())
}
