package upstream_test

import (
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// connected is a service that counts its connections, and closes those that are idle for that long; 0: none.
func connected(t *testing.T, idle time.Duration) (url string, opened, closed *atomic.Int64) {
	t.Helper()
	opened, closed = new(atomic.Int64), new(atomic.Int64)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("{}"))
	}))
	s.Config.IdleTimeout = idle
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			opened.Add(1)
		case http.StateClosed:
			closed.Add(1)
		case http.StateActive, http.StateIdle, http.StateHijacked:
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL, opened, closed
}

// TestWritesMeetNoClosingService has 400 writes come to a service that closes connections which are idle for three seconds, at about the
// moment at which it does: none fails. On a machine that is busy an answer may be read so much later than it is written as these are longer than
// the second for which connections are kept.
func TestWritesMeetNoClosingService(t *testing.T) {
	t.Parallel()
	const clients, each, idle = 100, 4, 3 * time.Second
	url, _, closed := connected(t, idle)
	c, err := upstream.NewClient(upstream.Spec{Name: "shop"}, upstream.Options{
		URL: url, InFlight: clients, Timeout: time.Minute, Network: upstream.Network{Dial: time.Minute},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var failed atomic.Int64
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for n := range each {
				if _, err := c.Do(t.Context(), upstream.Request{Method: "POST", Path: "/p", Body: []byte("{}")}); err != nil {
					failed.Add(1)
					t.Log(err)
				}
				if n < each-1 {
					time.Sleep(idle - 20*time.Millisecond + rand.N(40*time.Millisecond))
				}
			}
		})
	}
	all.Wait()
	if failed.Load() > 0 || closed.Load() == 0 {
		t.Errorf("%d of %d writes failed; %d connections were closed", failed.Load(), clients*each, closed.Load())
	}
}

// TestConnectionsGetOld has calls move to new connections, and old ones be closed.
func TestConnectionsGetOld(t *testing.T) {
	for name, age := range map[string]time.Duration{"10ms": 10 * time.Millisecond, "AnyAge": -1} {
		t.Run(name, func(t *testing.T) {
			url, opened, closed := connected(t, 0)
			c, err := upstream.NewClient(upstream.Spec{Name: "shop"}, upstream.Options{URL: url, Network: upstream.Network{Age: age}})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			began := time.Now()
			for opened.Load() < 4 || closed.Load() < 3 {
				if _, err := c.Do(t.Context(), get("/p")); err != nil {
					t.Fatal(err)
				}
				if age < 0 && time.Since(began) > 200*time.Millisecond {
					break // and the others must come to an end
				}
			}
			if age < 0 && opened.Load() != 1 {
				t.Errorf("got %d connections, want one", opened.Load())
			}
		})
	}
}

// TestMovedService has a service's name come to stand for another address while the old one goes on to answer: calls follow it when their
// connections are old.
func TestMovedService(t *testing.T) {
	dns := upstreamtest.NewNames(t)
	var at [2]atomic.Int64 // calls that each address has had
	var port string
	for i, address := range []string{"127.0.0.1", "127.0.0.2"} {
		listener, err := net.Listen("tcp", net.JoinHostPort(address, port))
		if err != nil {
			t.Skip(err)
		}
		_, port, _ = net.SplitHostPort(listener.Addr().String())
		s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			at[i].Add(1)
			_, _ = w.Write([]byte("{}"))
		})}
		var ended sync.WaitGroup
		ended.Go(func() { _ = s.Serve(listener) })
		t.Cleanup(func() {
			_ = s.Close()
			ended.Wait()
		})
	}
	dns.Set("127.0.0.1")
	c := newClient(t, upstream.Options{URL: "http://shop.example:" + port, Network: upstream.Network{Age: 10 * time.Millisecond}})
	call := func() {
		if _, err := c.Do(t.Context(), get("/p")); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		call()
	}
	if at[0].Load() != 3 {
		t.Errorf("it has had %d of 3 calls", at[0].Load())
	}
	dns.Set("127.0.0.2")
	for at[1].Load() == 0 {
		call()
	}
	before := at[0].Load()
	call()
	if at[0].Load() != before {
		t.Error("the old address is called again")
	}
}
