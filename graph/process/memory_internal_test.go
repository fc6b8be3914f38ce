package process

import (
	"log/slog"
	"runtime/debug"
	"testing"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// TestLimitMemory: the collector is told nine tenths of what the process may have, unless somebody has told it something else.
func TestLimitMemory(t *testing.T) {
	const before, may = 1 << 40, 10 << 30
	was := debug.SetMemoryLimit(before)
	t.Cleanup(func() { debug.SetMemoryLimit(was) })
	fails := func() (uint64, error) { return 0, memlimit.ErrNoCgroup }
	for _, c := range []struct {
		name     string
		env      map[string]string
		provider memlimit.Provider
		want     int64
	}{
		{"ThereIsNoCgroup", nil, fails, before},
		{"GOMEMLIMIT", map[string]string{"GOMEMLIMIT": "1TiB"}, memlimit.Limit(may), before},
		{"Off", map[string]string{"AUTOMEMLIMIT": "off"}, memlimit.Limit(may), before},
		{"Cgroup", nil, memlimit.Limit(may), may / 10 * 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			limitMemory(slog.New(slog.DiscardHandler), c.provider)
			if got := debug.SetMemoryLimit(-1); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}
