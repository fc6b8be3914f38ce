package soak_test

import (
	"context"
	"fmt"
	"math/rand/v2"
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

// store is a Redis that can fail.
type store interface {
	addr() string
	// fail fails for a time, in one way or another, and returns when that or ctx has ended.
	fail(ctx context.Context, d time.Duration, random *rand.Rand)
	// held is what this process holds for the connections of the service, of which there are as many as were once needed at a time.
	held(t *testing.T) (descriptors, goroutines int)
}

// newStore is redis-server where long is true, and otherwise what needs no other program. That forgets nothing, though: what it holds grows.
func newStore(t *testing.T, long bool) store {
	t.Helper()
	if !long {
		return within{miniredis.RunT(t)}
	}
	s := server{at: fmt.Sprintf("127.0.0.1:%d", redistest.FreePort(t))}
	_, port, _ := strings.Cut(s.at, ":")
	cmd := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", t.TempDir(), "--save", "", "--appendonly", "no", "--loglevel", "warning")
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal("a long soak needs redis-server: ", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	s.client = goredis.NewClient(&goredis.Options{Addr: s.at, PoolSize: 1, DialerRetries: 1})
	t.Cleanup(func() { _ = s.client.Close() })
	for s.client.Ping(t.Context()).Err() != nil {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("redis-server does not answer")
		}
	}
	return s
}

// within is a Redis within this process, whose failures are answers.
type within struct{ *miniredis.Miniredis }

func (w within) addr() string { return w.Addr() }

func (w within) fail(ctx context.Context, d time.Duration, _ *rand.Rand) {
	w.SetError("LOADING it is not there")
	defer w.SetError("")
	sleep(ctx, d)
}

func (w within) held(*testing.T) (descriptors, goroutines int) {
	n := w.CurrentConnectionCount()
	return 2 * n, 2 * n
}

// server is a process of its own, which hangs, has no memory, or closes its connections.
type server struct {
	at     string
	client *goredis.Client
}

func (s server) addr() string { return s.at }

func (s server) fail(ctx context.Context, d time.Duration, random *rand.Rand) {
	switch random.IntN(3) {
	case 0:
		s.client.ClientPause(ctx, d)
		sleep(ctx, d)
	case 1:
		s.client.ConfigSet(ctx, "maxmemory", "1")
		sleep(ctx, d)
		s.client.ConfigSet(context.WithoutCancel(ctx), "maxmemory", "0")
	default:
		s.client.ClientKillByFilter(ctx, "TYPE", "normal", "SKIPME", "yes")
	}
}

func (s server) held(t *testing.T) (descriptors, goroutines int) {
	t.Helper()
	text, err := s.client.Info(t.Context(), "clients").Result()
	if err != nil {
		t.Fatal(err)
	}
	_, n, _ := strings.Cut(text, "connected_clients:")
	n, _, _ = strings.Cut(n, "\r\n")
	connections, err := strconv.Atoi(n)
	if err != nil {
		t.Fatal(err)
	}
	return connections, 0
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
