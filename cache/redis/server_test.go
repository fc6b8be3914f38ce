package redis_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"

	"weft/cache/redis/redistest"
)

// requireRedis in the environment makes it a failure that there is no redis-server.
const requireRedis = "TEST_REQUIRE_REDIS"

// server is a Redis of the test's own.
type server struct {
	addr   string
	client *goredis.Client // of the test, which asks and breaks things
	args   []string
	cmd    *exec.Cmd
}

// newServer starts redis-server where there is one, miniredis otherwise.
func newServer(t testing.TB, args ...string) *server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil && os.Getenv(requireRedis) == "" {
		return newMini(t)
	}
	return newReal(t, args...)
}

// newReal starts redis-server, or skips the test.
func newReal(t testing.TB, args ...string) *server {
	t.Helper()
	return newRealFrom(t, "", append([]string{"--save", "", "--appendonly", "no"}, args...)...)
}

// newRealFrom starts redis-server from a file of configuration, if there is one.
func newRealFrom(t testing.TB, file string, args ...string) *server {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv(requireRedis) != "" {
			t.Fatal(err)
		}
		t.Skip("needs redis-server")
	}
	port := strconv.Itoa(redistest.FreePort(t))
	s := &server{addr: net.JoinHostPort("127.0.0.1", port), args: []string{path}}
	if file != "" {
		s.args = append(s.args, file)
	}
	s.args = append(s.args, "--port", port, "--bind", "127.0.0.1", "--dir", t.TempDir(), "--loglevel", "warning")
	s.args = append(s.args, args...)
	s.client = goredis.NewClient(&goredis.Options{Addr: s.addr, MaxRetries: -1, DialerRetries: 1})
	t.Cleanup(func() {
		_ = s.client.Close()
		s.kill(t)
	})
	s.run(t)
	return s
}

func newMini(t testing.TB) *server {
	t.Helper()
	m := miniredis.RunT(t)
	s := &server{addr: m.Addr(), client: goredis.NewClient(&goredis.Options{Addr: m.Addr(), MaxRetries: -1})}
	t.Cleanup(func() { _ = s.client.Close() })
	return s
}

// run starts the process and waits until it answers.
func (s *server) run(t testing.TB) {
	t.Helper()
	s.cmd = exec.Command(s.args[0], s.args[1:]...)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "redis-server does not answer", func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		return s.client.Ping(ctx).Err() == nil
	})
}

// kill ends the process and waits for it. What was in it is lost.
func (s *server) kill(t testing.TB) {
	t.Helper()
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// do runs a command.
func (s *server) do(t testing.TB, args ...any) any {
	t.Helper()
	v, err := s.client.Do(context.Background(), args...).Result()
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return v
}

func (s *server) url() string { return "redis://" + s.addr }

// newCluster starts three nodes that share the slots.
func newCluster(t testing.TB) []*server {
	t.Helper()
	nodes := make([]*server, 3)
	for i := range nodes {
		nodes[i] = newReal(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
	}
	bounds := []int{0, 5461, 10923, 16384}
	for i, n := range nodes {
		n.do(t, "CLUSTER", "ADDSLOTSRANGE", bounds[i], bounds[i+1]-1)
		n.do(t, "CLUSTER", "SET-CONFIG-EPOCH", i+1)
		host, port, _ := net.SplitHostPort(nodes[0].addr)
		if i > 0 {
			n.do(t, "CLUSTER", "MEET", host, port)
		}
	}
	eventually(t, "the cluster does not form", func() bool {
		for _, n := range nodes {
			info := fmt.Sprint(n.do(t, "CLUSTER", "INFO"))
			if !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:3") {
				return false
			}
		}
		return true
	})
	return nodes
}

// eventually fails the test unless a condition holds within twenty seconds.
func eventually(t testing.TB, failure string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal(failure)
		}
	}
}
