package admit_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"weft/graph/admit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A gate lets everything begin while the process has time.
func Example() {
	gate := admit.New(admit.Options{})
	defer gate.Close()
	if err := gate.Enter(context.Background(), admit.Query); err != nil {
		fmt.Println(err)
		return
	}
	defer gate.Leave()
	fmt.Println(gate.Status().Running)
	// Output: 1
}

// More work than processors can do in good time is refused; when there is less again, nothing is.
func TestLoad(t *testing.T) {
	gate := admit.New(admit.Options{Logger: slog.New(slog.DiscardHandler)})
	defer gate.Close()
	enough, stop := context.WithCancel(t.Context())
	defer stop()
	var refused, ran atomic.Int64
	var clients sync.WaitGroup
	for range 200 * runtime.GOMAXPROCS(0) {
		clients.Go(func() {
			for enough.Err() == nil {
				switch err := gate.Enter(enough, admit.Query); {
				case err == nil:
					for end := time.Now().Add(time.Millisecond); time.Now().Before(end); {
					}
					ran.Add(1)
					gate.Leave()
				case errors.Is(err, admit.ErrFull):
					refused.Add(1)
				}
				if refused.Load() > 1000 && ran.Load() > 100 {
					stop()
				}
			}
		})
	}
	clients.Wait()
	s := gate.Status()
	if s.Running != 0 || s.Waiting != 0 || s.Refused.Query < uint64(refused.Load()) {
		t.Errorf("got %+v, and %d refused", s, refused.Load())
	}
	for gate.Status().Congested { // until there was little to do for a while
		if err := gate.Enter(t.Context(), admit.Query); err == nil {
			gate.Leave()
		} else if !errors.Is(err, admit.ErrFull) {
			t.Fatal(err)
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal(gate.Status())
		}
	}
}

func TestParsePriority(t *testing.T) {
	for _, p := range []admit.Priority{admit.Prefetch, admit.Refresh, admit.Query, admit.Mutation} {
		if got, err := admit.ParsePriority(p.String()); got != p || err != nil {
			t.Errorf("%s: got %s, %v", p, got, err)
		}
	}
	for _, name := range []string{"", "Query", "0"} {
		if _, err := admit.ParsePriority(name); err == nil {
			t.Errorf("%q is a priority", name)
		}
	}
}

func BenchmarkGate(b *testing.B) {
	gate := admit.New(admit.Options{})
	defer gate.Close()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := gate.Enter(b.Context(), admit.Query); err == nil {
				gate.Leave()
			}
		}
	})
}
