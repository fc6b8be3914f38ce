package rate_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"weft/cache/redis/redistest"
	"weft/graph/rate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is a redis-server that can be stopped, and started again.
type server struct {
	path string
	port int
	stop func()
}

// startRedis starts a redis-server, and skips the test where there is none; TEST_REQUIRE_REDIS makes that a failure.
func startRedis(t *testing.T) *server {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("TEST_REQUIRE_REDIS") != "" {
			t.Fatal(err)
		}
		t.Skip("needs redis-server")
	}
	s := &server{path: path, port: redistest.FreePort(t)}
	s.start(t)
	t.Cleanup(func() { s.stop() })
	return s
}

func (s *server) start(t *testing.T) {
	t.Helper()
	cmd := exec.Command(s.path, "--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", t.TempDir(), "--save", "", "--loglevel", "warning")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.stop = sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	client := s.client(t)
	for client.Ping(t.Context()).Err() != nil {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("redis-server does not answer")
		}
	}
}

func (s *server) client(t *testing.T) *goredis.Client {
	c := goredis.NewClient(&goredis.Options{Addr: fmt.Sprintf("127.0.0.1:%d", s.port), MaxRetries: -1, ContextTimeoutEnabled: true, DialerRetries: 1})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// replica counts in a Redis.
func (s *server) replica(t *testing.T, o rate.Options) *rate.Rates {
	o.Redis = rate.Redis{Client: s.client(t), Prefix: "shop", Patience: 10 * time.Second, Logger: slog.New(slog.DiscardHandler)}
	r := open(t, o)
	t.Cleanup(r.Close)
	return r
}

// heard waits until Redis has heard from so many replicas.
func (s *server) heard(t *testing.T, n int64) {
	t.Helper()
	client := s.client(t)
	until(t, func() bool { return client.ZCard(t.Context(), "shop:rates:replicas").Val() == n })
}

func until(t *testing.T, so func() bool) {
	t.Helper()
	for !so() {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("it never is")
		}
	}
}

// taken is how many operations clients get of some replicas at once, of so many tries.
func taken(t *testing.T, tries int, c rate.Client, of ...*rate.Rates) int {
	t.Helper()
	var n atomic.Int64
	var all sync.WaitGroup
	for i := range tries {
		all.Go(func() {
			err := of[i%len(of)].Operation(t.Context(), c)
			if _, exceeded := errors.AsType[*rate.Exceeded](err); err != nil && !exceeded {
				t.Error(err)
			}
			if err == nil {
				n.Add(1)
			}
		})
	}
	all.Wait()
	return int(n.Load())
}

// Operations that a limit names count together, too.
func TestReplicasCountNamedTogether(t *testing.T) {
	s := startRedis(t)
	o := rate.Options{Named: map[string]rate.Limit{"addReview": {Count: 3, Per: time.Hour}}}
	first, second := s.replica(t, o), s.replica(t, o)
	c, had := rate.At(netip.MustParseAddr("192.0.2.1")), 0
	for i := range 10 {
		if []*rate.Rates{first, second}[i%2].Named(t.Context(), c, "addReview") == nil {
			had++
		}
	}
	if had != 3 || first.Named(t.Context(), c, "another") != nil {
		t.Errorf("it has had %d of both, want 3", had)
	}
}

// Who tries credentials at each replica is refused by each when all of them together have refused as many as they may; others are not. Without
// Redis each replica counts for itself.
func TestReplicasCountRefusedCredentials(t *testing.T) {
	s := startRedis(t)
	o := rate.Options{FailedAuthentications: rate.Limit{Count: 10, Per: time.Hour}, TrustedHops: []netip.Prefix{}}
	at, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	replicas := []*rate.Rates{s.replica(t, o), s.replica(t, o), s.replica(t, o)}
	for range 3 {
		for _, r := range replicas {
			if err := r.Credentials(at); err != nil {
				t.Fatal(err)
			}
			r.Failed(at)
		}
	}
	client := s.client(t)
	until(t, func() bool { return counted(t, client) > 8*6*time.Minute }) // nine were counted, of which each takes six minutes to be forgotten
	for _, r := range replicas {
		r.Failed(at)
		until(t, func() bool { return r.Credentials(at) != nil })
		if err := r.Credentials(other); err != nil {
			t.Error(err)
		}
	}
	s.stop()
	alone := s.replica(t, o)
	for n := range 10 {
		if err := alone.Credentials(at); err != nil {
			t.Errorf("after %d of 10: %v", n, err)
		}
		alone.Failed(at)
	}
	if alone.Credentials(at) == nil {
		t.Error("without Redis nobody counts")
	}
}

// counted is how long it takes until what was counted in Redis is forgotten.
func counted(t *testing.T, client *goredis.Client) time.Duration {
	t.Helper()
	names := client.Keys(t.Context(), "shop:rate:*").Val()
	if len(names) != 1 {
		return 0
	}
	return client.PTTL(t.Context(), names[0]).Val()
}

// What a client may have it has of all replicas together, and another one as well.
func TestReplicasCountTogether(t *testing.T) {
	s := startRedis(t)
	o := rate.Options{Operations: rate.Limit{Count: 100, Per: time.Hour}, UpstreamCalls: rate.Limit{Count: 50, Per: time.Hour}}
	first, second := s.replica(t, o), s.replica(t, o)
	a, b := rate.At(netip.MustParseAddr("192.0.2.1")), rate.At(netip.MustParseAddr("192.0.2.2"))
	if err := first.Operation(t.Context(), a); err != nil { // once the script is there
		t.Fatal(err)
	}
	if n := taken(t, 40, a, first, second); n != 40 {
		t.Errorf("%d of 40 within the limit", n)
	}
	if n := taken(t, 100, a, first, second); n != 59 {
		t.Errorf("%d more, want the 59 that were left", n)
	}
	exceeded, _ := errors.AsType[*rate.Exceeded](second.Operation(t.Context(), a))
	if exceeded == nil || exceeded.What != "operations" || exceeded.Wait <= 0 || exceeded.Wait > time.Minute {
		t.Errorf("got %+v", exceeded)
	}

	if err := second.Operation(t.Context(), b); err != nil {
		t.Errorf("another client: %v", err)
	}
	first.Calls(b, 70) // it may owe some
	until(t, func() bool {
		exceeded, _ := errors.AsType[*rate.Exceeded](second.Operation(t.Context(), b))
		return exceeded != nil && exceeded.What == "calls to services"
	})
	keys, err := s.client(t).Keys(t.Context(), "shop:rate:*").Result()
	if err != nil || len(keys) != 3 {
		t.Errorf("got %q, %v", keys, err)
	}
}

// What comes back does so for all of them.
func TestReplicasFillTogether(t *testing.T) {
	s := startRedis(t)
	o := rate.Options{Operations: rate.Limit{Count: 5, Per: time.Second}}
	first, second := s.replica(t, o), s.replica(t, o)
	c := rate.At(netip.MustParseAddr("2001:db8::1"))
	begin, n := time.Now(), 0
	for n < 15 {
		if first.Operation(t.Context(), c) == nil {
			n++
		}
		if n < 15 && second.Operation(t.Context(), c) == nil {
			n++
		}
	}
	if took := time.Since(begin); took < 1990*time.Millisecond { // 10 more than were there come at 5 a second
		t.Errorf("15 operations after %s", took)
	}
}

// While Redis is away a replica lets clients have a half where there were two, and when it is back they count together again.
func TestWithoutRedis(t *testing.T) {
	s := startRedis(t)
	o := rate.Options{Operations: rate.Limit{Count: 100, Per: time.Hour}}
	first := s.replica(t, o)
	s.heard(t, 1)
	second := s.replica(t, o)
	s.heard(t, 2)
	until(t, func() bool { return first.Status().Replicas == 2 && second.Status().Replicas == 2 })
	refuses := o
	refuses.Sharing, refuses.Redis = rate.Refuse, rate.Redis{Client: s.client(t), Patience: 10 * time.Second, Logger: slog.New(slog.DiscardHandler)}
	closed := open(t, refuses)
	defer closed.Close()
	c := rate.At(netip.MustParseAddr("192.0.2.1"))
	s.stop()
	if n := taken(t, 100, c, first); n != 50 {
		t.Errorf("the first let it have %d", n)
	}
	if n := taken(t, 100, c, second); n != 50 {
		t.Errorf("the second let it have %d", n)
	}
	if s := first.Status(); s.Redis || s.Replicas != 2 {
		t.Errorf("got %+v", s)
	}
	if err := closed.Operation(t.Context(), c); !errors.Is(err, rate.ErrUncounted) {
		t.Errorf("got %v", err)
	}
	s.start(t)
	until(t, func() bool { return first.Operation(t.Context(), c) == nil && closed.Operation(t.Context(), c) == nil })
}

// A Redis without memory counts nothing, and is none.
func TestFullRedis(t *testing.T) {
	s := startRedis(t)
	r := s.replica(t, rate.Options{Operations: rate.Limit{Count: 10, Per: time.Hour}})
	s.heard(t, 1)
	if err := s.client(t).ConfigSet(t.Context(), "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	if n := taken(t, 30, rate.At(netip.MustParseAddr("192.0.2.1")), r); n != 10 {
		t.Errorf("it let it have %d", n)
	}
}
