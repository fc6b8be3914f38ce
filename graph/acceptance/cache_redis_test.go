package acceptance_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"

	"weft/cache"
	"weft/cache/memory"
	"weft/cache/redis"
	"weft/cache/redis/redistest"
)

// requireRedis in the environment makes it a failure that there is no redis-server.
const requireRedis = "TEST_REQUIRE_REDIS"

// anyRedis is the address of a redis-server where there is one, of miniredis otherwise. It ends with the test.
func anyRedis(t testing.TB) string {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil && os.Getenv(requireRedis) == "" {
		return miniredis.RunT(t).Addr()
	}
	return realRedis(t).addr
}

// redisServer is a redis-server of the test's own.
type redisServer struct {
	addr string
	cmd  *exec.Cmd
}

// realRedis starts redis-server, or skips the test.
func realRedis(t testing.TB) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv(requireRedis) != "" {
			t.Fatal(err)
		}
		t.Skip("needs redis-server")
	}
	s := &redisServer{addr: fmt.Sprintf("127.0.0.1:%d", redistest.FreePort(t))}
	t.Cleanup(s.kill)
	s.run(t)
	return s
}

// run starts the process, which knows nothing of an earlier one, and waits until it answers.
func (s *redisServer) run(t testing.TB) {
	t.Helper()
	_, port, _ := net.SplitHostPort(s.addr)
	s.cmd = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", t.TempDir(), "--save", "", "--appendonly", "no", "--loglevel", "warning")
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	client := goredis.NewClient(&goredis.Options{Addr: s.addr, MaxRetries: -1, DialerRetries: 1})
	defer client.Close()
	eventually(t, "redis-server does not answer", func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		return client.Ping(ctx).Err() == nil
	})
}

// kill ends the process and waits for it. What was in it is lost.
func (s *redisServer) kill() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// replica is the cache of one process of several over one Redis.
type replica struct {
	*cache.Cache

	redis *redis.Tier
}

// newReplica opens a cache whose budgets suit a busy machine, and waits until it is connected. It is closed with the test.
func newReplica(t testing.TB, addr, prefix string, classes cache.Classes) replica {
	t.Helper()
	secret := []byte("a secret of replicas")
	generations := &cache.Generations{Classes: classes}
	tier, err := redis.New(redis.Options{
		URL: "redis://" + addr, Prefix: prefix, Generations: generations, Codec: cache.NewCodec(cache.CodecOptions{Secret: secret}), KeepPrivate: true,
		GetTimeout: 20 * time.Second, SetTimeout: 20 * time.Second, Slow: 20 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	kept := memory.New(memory.Options{Generations: generations})
	r := replica{cache.New(cache.Options{Memory: kept, Remote: tier, Generations: generations, Secret: secret}), tier}
	t.Cleanup(func() {
		tier.Close()
		kept.Close()
	})
	eventually(t, "the tier does not connect to "+strconv.Quote(addr), func() bool { return tier.Stats().Connected })
	return r
}

// flush waits until what was kept is in Redis.
func (r replica) flush(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := r.redis.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}
