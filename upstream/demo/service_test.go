package demo

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

func TestLatencyDraw(t *testing.T) {
	for name, c := range map[string]struct{ latency, want Latency }{
		"Default": {Latency{}, Latency{5 * time.Millisecond, 40 * time.Millisecond}},
		"Range":   {Latency{time.Second, 2 * time.Second}, Latency{time.Second, 2 * time.Second}},
		"Fixed":   {Latency{time.Second, time.Second}, Latency{time.Second, time.Second}},
		"OnlyMin": {Latency{Min: time.Second}, Latency{time.Second, time.Second}},
		"None":    {Latency{Max: -1}, Latency{}},
	} {
		t.Run(name, func(t *testing.T) {
			one, two := stream(1), stream(1)
			for range 100 {
				got := c.latency.draw(one)
				if got < c.want.Min || got > c.want.Max || got != c.latency.draw(two) {
					t.Fatalf("got %s, want the same of %v every time", got, c.want)
				}
			}
		})
	}
}

// elapsed is how long a service takes for a request, by the clock of a synctest bubble.
func elapsed(s *service, path string) time.Duration {
	began := time.Now()
	s.handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
	return time.Since(began)
}

func TestServiceTakesItsTime(t *testing.T) {
	shop := makeShop(t)
	synctest.Test(t, func(t *testing.T) {
		catalog, slow := newCatalog(shop), newRecommendations(shop)
		catalog.latency = Latency{time.Second, time.Second}
		slow.latency = catalog.latency
		catalog.log = slog.New(slog.DiscardHandler)
		for _, c := range []struct {
			service *service
			path    string
			want    time.Duration
		}{
			{catalog, "/products", time.Second},
			{catalog, "/products/p-9999", time.Second},
			{catalog, "/healthz", 0},
			{catalog, "/openapi.json", 0},
			{slow, "/recommendations/p-0001", 3 * time.Second},
		} {
			if got := elapsed(c.service, c.path); got != c.want {
				t.Errorf("%s: took %s, want %s", c.path, got, c.want)
			}
		}
		if err := catalog.faults.set(Fault{Mode: Slow}); err != nil {
			t.Fatal(err)
		}
		if got := elapsed(catalog, "/products"); got != 4*time.Second {
			t.Errorf("slow: took %s, want 3 s more", got)
		}
	})
}

func TestWaitEndsWithItsRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("got panic %v, want ErrAbortHandler", got)
		}
	}()
	wait(httptest.NewRequestWithContext(ctx, "GET", "/", nil), time.Hour)
	t.Error("wait returned")
}

func BenchmarkNewShop(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		makeShop(b)
	}
}
