package service_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/service"
)

// overheard is a logger of go-redis.
type overheard struct {
	mu    sync.Mutex // guards lines
	lines []string
}

// Printf implements go-redis' logger.
func (o *overheard) Printf(_ context.Context, format string, v ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lines = append(o.lines, fmt.Sprintf(format, v...))
}

// A program's log has no line of go-redis' for each connection that fails.
func TestGoRedisIsQuiet(t *testing.T) {
	var log overheard
	goredis.SetLogger(&log)
	absent := httptest.NewServer(nil)
	absent.Close()
	ctx, stop := context.WithCancel(t.Context())
	ready, served := make(chan net.Addr, 1), make(chan error, 1)
	p := service.Program{Name: "posts", Options: service.Options{AdminReady: func(a net.Addr) { ready <- a }}}
	go func() {
		served <- p.Run(ctx, generated.Service(resolver.Resolver{}), []string{"-addr=localhost:0", "-admin.addr=127.0.0.1:0"},
			[]string{address, "WEFT_ADMIN_TOKEN=" + adminToken, "WEFT_REDIS_URL=redis://" + absent.Listener.Addr().String()}, io.Discard)
	}()
	running := posts{admin: "http://" + (<-ready).String()}
	for running.status(t).Redis.Disconnects < 3 {
		runtime.Gosched()
	}
	http.DefaultClient.CloseIdleConnections()
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
	log.mu.Lock()
	defer log.mu.Unlock()
	if len(log.lines) > 0 {
		t.Errorf("go-redis has logged %q", log.lines)
	}
}
