package redis_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"weft/cache/redis"
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

func TestGoRedisIsQuiet(t *testing.T) {
	var log overheard
	goredis.SetLogger(&log)
	tier := openAbsent(t, redis.Options{URL: "redis://127.0.0.1:" + strconv.Itoa(freePort(t))})
	eventually(t, "no connection fails", func() bool { return tier.Stats().Disconnects > 2 })
	tier.Close()
	log.mu.Lock()
	defer log.mu.Unlock()
	if len(log.lines) > 0 {
		t.Errorf("go-redis has logged %q", log.lines)
	}
}
