package upstream_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"weft/upstream"
)

// usual is what is done for a service that fails, if nothing is configured.
func usual(t http.RoundTripper) upstream.Options {
	return upstream.Options{Transport: t, Network: upstream.Network{Failing: upstream.Failing{Retries: 1, Changed: func(string, string, upstream.State) {}}}}
}

// answers are what a service does, one request after the other; the last one is repeated.
type answers struct {
	list []func() (*http.Response, error)
	n    atomic.Int64
	at   []time.Duration // when requests came, since the first; of one goroutine
	from time.Time
}

func (a *answers) RoundTrip(*http.Request) (*http.Response, error) {
	n := int(a.n.Add(1))
	if n == 1 {
		a.from = time.Now()
	}
	a.at = append(a.at, time.Since(a.from))
	return a.list[min(n, len(a.list))-1]()
}

func says(status int, header ...string) func() (*http.Response, error) {
	return func() (*http.Response, error) {
		r := answer(`1`)
		r.StatusCode = status
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return r, nil
	}
}

func breaks(err error) func() (*http.Response, error) {
	return func() (*http.Response, error) { return nil, err }
}

// cutShort is an answer whose connection is closed before its end.
func cutShort() (*http.Response, error) {
	r := answer("")
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"a`), failingReader{}))
	return r, nil
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

var (
	refused = &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	reset   = &net.OpError{Op: "read", Err: syscall.ECONNRESET}
)

// TestRetries has each failure meet what asks and what changes something: whether it is sent again.
func TestRetries(t *testing.T) {
	inTwo := time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC).Format(http.TimeFormat) // a bubble's clock begins at 2000
	for name, tt := range map[string]struct {
		failure     func() (*http.Response, error)
		asks, write int // attempts
	}{
		"Refused":         {breaks(refused), 2, 2},
		"Reset":           {breaks(reset), 2, 1},
		"Cut":             {cutShort, 2, 1},
		"500":             {says(500), 1, 1},
		"501":             {says(501), 1, 1},
		"502":             {says(502), 2, 1},
		"503":             {says(503), 2, 1},
		"504":             {says(504), 2, 1},
		"503After":        {says(503, "Retry-After", "1"), 2, 1},
		"503AfterDate":    {says(503, "Retry-After", inTwo), 2, 1},
		"503AfterTooLong": {says(503, "Retry-After", "2"), 1, 1},
		"503AfterNothing": {says(503, "Retry-After", "soon"), 1, 1},
		"429":             {says(429), 1, 1},
		"429After":        {says(429, "Retry-After", "1"), 2, 1},
		"400":             {says(400), 1, 1},
		"401":             {says(401), 1, 1},
		"404":             {says(404), 1, 1},
		"409":             {says(409, "Retry-After", "1"), 1, 1},
		"HTML":            {says(200, "Content-Type", "text/html"), 1, 1},
		"Certificate":     {breaks(&tls.CertificateVerificationError{Err: errors.New("unknown")}), 1, 1},
		"NotTLS":          {breaks(tls.RecordHeaderError{Msg: "not a TLS record"}), 1, 1},
		"AnythingElse":    {breaks(errors.New("something else")), 2, 1},
	} {
		for _, method := range []string{"GET", "POST asks", "POST keyed", "POST", "PUT", "PATCH", "DELETE"} {
			synctest.Test(t, func(t *testing.T) {
				wire := &answers{list: []func() (*http.Response, error){tt.failure, says(200)}}
				c := newClient(t, usual(wire))
				verb, how, _ := strings.Cut(method, " ")
				want := tt.write
				if how != "" || verb == "GET" {
					want = tt.asks
				}
				set := http.Header{}
				if how == "keyed" {
					set["Idempotency-Key"] = []string{"k"}
				}
				recorder := new(upstream.Recorder)
				recorder.Begin()
				_, err := c.Do(t.Context(), upstream.Request{Method: verb, Safe: how == "asks", Path: "/p", Set: set, Recorder: recorder})
				if got := int(wire.n.Load()); got != want || (err == nil) != (want == 2) || len(recorder.Calls()) != want {
					t.Errorf("%s, %s: %d attempts and %d calls in the report, want %d; %v", name, method, got, len(recorder.Calls()), want, err)
				}
			})
		}
	}
}

// TestRefusedIsSentAgain: what nobody has seen is sent once more, whatever it is, also where nothing else is repeated; and a fifth of all calls
// at most.
func TestRefusedIsSentAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		failure func() (*http.Response, error)
		want    int // attempts
	}{
		"Refused":       {breaks(refused), 2},
		"DialTimedOut":  {breaks(&net.OpError{Op: "dial", Err: context.DeadlineExceeded}), 1},
		"NoSuchName":    {breaks(&net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}), 1},
		"RefusedInRead": {breaks(&net.OpError{Op: "read", Err: syscall.ECONNREFUSED}), 1},
		"Reset":         {breaks(reset), 1},
		"502":           {says(502), 1},
	} {
		for _, method := range []string{"GET", "POST"} {
			synctest.Test(t, func(t *testing.T) {
				wire := &answers{list: []func() (*http.Response, error){tt.failure, says(200)}}
				o := usual(wire)
				o.Network.Failing.Retries = 0
				_, err := newClient(t, o).Do(t.Context(), upstream.Request{Method: method, Path: "/p"})
				if got := int(wire.n.Load()); got != tt.want || (err == nil) != (tt.want == 2) {
					t.Errorf("%s, %s: %d attempts, want %d; %v", name, method, got, tt.want, err)
				}
			})
		}
	}
	synctest.Test(t, func(t *testing.T) {
		wire := &answers{list: []func() (*http.Response, error){breaks(refused)}}
		o := usual(wire)
		o.Network.Failing = upstream.Failing{NoBreaker: true}
		c := newClient(t, o)
		const calls = 1000
		for range calls {
			_, _ = c.Do(t.Context(), upstream.Request{Method: "POST", Path: "/p"})
		}
		seconds := int(time.Since(wire.from)/time.Second) + 1
		if n := int(wire.n.Load()) - calls; n < calls/5 || n > calls/5+3+seconds {
			t.Errorf("%d calls were sent again, of %d within %d s", n, calls, seconds)
		}
	})
}

// TestRestarted has a service restarted: what it refuses while nobody listens is sent to it when somebody does.
func TestRestarted(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = fmt.Fprintf(w, "%q", r.Method) })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	var served *http.Server
	restart := func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			res, err := next.RoundTrip(r)
			if served == nil {
				again, failed := net.Listen("tcp", address)
				if failed != nil {
					t.Error(failed)
					return res, err
				}
				served = &http.Server{Handler: handler}
				go func() { _ = served.Serve(again) }()
			}
			return res, err
		})
	}
	c := newClient(t, upstream.Options{URL: "http://" + address, Network: upstream.Network{Around: restart}})
	res, err := c.Do(t.Context(), upstream.Request{Method: "POST", Path: "/p", Body: []byte(`{}`)})
	if err != nil || string(res.Body) != `"POST"` {
		t.Errorf("got %v", err)
	}
	if served != nil {
		_ = served.Close()
	}
	if s := c.Stats(); s.Attempts != 2 || s.Retries != 1 {
		t.Errorf("got %+v", s)
	}
}

// TestRetryWaits has retries wait by chance up to 25 ms, or for as long as the service says.
func TestRetryWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var waits []time.Duration
		for range 100 {
			wire := &answers{list: []func() (*http.Response, error){says(502), says(200)}}
			if _, err := newClient(t, usual(wire)).Do(t.Context(), get("/p")); err != nil {
				t.Fatal(err)
			}
			waits = append(waits, wire.at[1])
		}
		slices.Sort(waits)
		if waits[99] > 25*time.Millisecond || waits[50] < 5*time.Millisecond || len(slices.Compact(waits)) < 90 {
			t.Errorf("got waits from %v over %v to %v", waits[0], waits[50], waits[len(waits)-1])
		}
		wire := &answers{list: []func() (*http.Response, error){says(503, "Retry-After", "1"), says(200)}}
		if _, err := newClient(t, usual(wire)).Do(t.Context(), get("/p")); err != nil || wire.at[1] < time.Second {
			t.Errorf("got %v after %v, want a second", err, wire.at)
		}
	})
}

// TestRetriesCount has retries count as further calls of their operation, which may refuse them.
func TestRetriesCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &answers{list: []func() (*http.Response, error){says(502)}}
		r := get("/p")
		r.Counter = counter{further: func() error { return errors.New("too many calls") }}
		if _, err := newClient(t, usual(wire)).Do(t.Context(), r); kind(t, err) != upstream.Unavailable || wire.n.Load() != 1 {
			t.Errorf("got %v after %d attempts, want the failure of one", err, wire.n.Load())
		}
	})
}

// TestRetryBudget has everything fail: a fifth more calls are made, not twice as many, and a few of each second.
func TestRetryBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const requests, concurrency = 2000, 10
		wire := &countingWire{status: 502}
		o := usual(wire)
		o.Network.Failing.NoBreaker = true
		c := newClient(t, o)
		var all sync.WaitGroup
		for range concurrency {
			all.Go(func() {
				for range requests / concurrency {
					_, _ = c.Do(t.Context(), get("/p"))
					time.Sleep(50 * time.Millisecond)
				}
			})
		}
		all.Wait()
		n := wire.n.Load()
		if n > requests*12/10+3*concurrency || n < requests*11/10 {
			t.Errorf("%d attempts of %d requests", n, requests)
		}
		if s := c.Stats(); s.Attempts != uint64(n) || s.Failures != uint64(n) || s.Retries != uint64(n-requests) || s.NoBudget == 0 {
			t.Errorf("%d attempts, but %+v", n, s)
		}
	})
}

// countingWire answers with a status.
type countingWire struct {
	status int
	n      atomic.Int64
}

func (w *countingWire) RoundTrip(*http.Request) (*http.Response, error) {
	w.n.Add(1)
	return says(w.status)()
}

// TestBreaker has a service fail until it is not called any more, and come back.
func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := &countingWire{status: 500}
		var changes []string
		o := usual(wire)
		o.Network.Failing.Changed = func(name, endpoint string, s upstream.State) {
			changes = append(changes, fmt.Sprint(name, " ", endpoint, " ", s))
		}
		c := newClient(t, o)
		ask := func(endpoint string) error {
			r := get("/p")
			r.Endpoint = endpoint
			_, err := c.Do(t.Context(), r)
			return err
		}
		for range 19 {
			if got := kind(t, ask("product")); got != upstream.Unavailable {
				t.Fatalf("got %s before it is open", got)
			}
		}
		_ = ask("product")
		began := time.Now()
		for range 1000 {
			if got := kind(t, ask("product")); got != upstream.CircuitOpen {
				t.Fatalf("got %s, want it open", got)
			}
		}
		if n := wire.n.Load(); n != 20 || time.Since(began) > 0 {
			t.Errorf("%d calls, want 20; refusing took %v", n, time.Since(began))
		}
		if s := c.Stats(); s.Refused != 1000 || !slices.Equal(s.Open, []string{"product"}) {
			t.Errorf("got %+v", s)
		}
		wire.status = 200
		if err := ask("price"); err != nil {
			t.Errorf("another endpoint: %v", err)
		}
		wire.status = 500
		time.Sleep(6 * time.Second)
		if got := kind(t, ask("product")); got != upstream.Unavailable {
			t.Errorf("the probe: got %s", got)
		}
		time.Sleep(7 * time.Second) // it stays open twice as long
		if got := kind(t, ask("product")); got != upstream.CircuitOpen {
			t.Errorf("after a probe that failed: got %s", got)
		}
		wire.status = 200
		time.Sleep(6 * time.Second)
		if err := ask("product"); err != nil {
			t.Error(err)
		}
		want := []string{"catalog product open", "catalog product half-open", "catalog product open", "catalog product half-open", "catalog product closed"}
		if !slices.Equal(changes, want) {
			t.Errorf("got changes %q, want %q", changes, want)
		}
	})
}

// TestBreakerProbe has one call go through at a time when it is half open, and another be the probe when that one's caller leaves.
func TestBreakerProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hang atomic.Bool
		o := usual(roundTrip(func(r *http.Request) (*http.Response, error) {
			if hang.Load() {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return says(500)()
		}))
		c := newClient(t, o)
		for range 20 {
			_, _ = c.Do(t.Context(), get("/p"))
		}
		time.Sleep(6 * time.Second)
		hang.Store(true)
		ctx, cancel := context.WithCancel(t.Context())
		probe := start(ctx, c, get("/p"))
		synctest.Wait()
		if got := kind(t, (<-start(t.Context(), c, get("/p"))).err); got != upstream.CircuitOpen {
			t.Errorf("beside the probe: got %s", got)
		}
		cancel()
		if got := kind(t, (<-probe).err); got != upstream.Canceled {
			t.Errorf("the probe: got %s", got)
		}
		hang.Store(false)
		if got := kind(t, (<-start(t.Context(), c, get("/p"))).err); got != upstream.Unavailable {
			t.Errorf("the next one is the probe: got %s", got)
		}
	})
}

// TestBreakerCounts has 40 calls end in each way: which of them open the breaker.
func TestBreakerCounts(t *testing.T) {
	for name, tt := range map[string]struct {
		end  func() (*http.Response, error)
		open bool
	}{
		"Refused": {breaks(refused), true}, "Reset": {breaks(reset), true}, "Cut": {cutShort, true},
		"500": {says(500), true}, "503": {says(503), true}, "HTML": {says(200, "Content-Type", "text/html"), true},
		"200": {says(200), false}, "302": {says(302), false}, "400": {says(400), false}, "401": {says(401), false}, "404": {says(404), false},
		"429": {says(429), false},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := newClient(t, usual(&answers{list: []func() (*http.Response, error){tt.end}}))
			for range 40 {
				_, _ = c.Do(t.Context(), get("/p"))
			}
			if got := len(c.Stats().Open) > 0; got != tt.open {
				t.Errorf("%s: open %t", name, got)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, usual(&answers{list: []func() (*http.Response, error){says(200)}}))
		for range 40 {
			if _, err := c.Do(t.Context(), get("/p")); err == nil {
				c.Unusable("product")
			}
		}
		if len(c.Stats().Open) == 0 {
			t.Error("answers that cannot be used leave it closed")
		}
	})
}

// Who waits for a slot of ours until hardly any time is left says nothing of the service.
func TestBreakerWaitsApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(r *http.Request) (*http.Response, error) {
			select {
			case <-time.After(600 * time.Millisecond):
				return says(200)()
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		}
		o := usual(roundTrip(slow))
		o.InFlight, o.Timeout, o.Network.Failing.PerEndpoint = 100, time.Second, 100
		c := newClient(t, o)
		var all sync.WaitGroup
		for range 200 {
			all.Go(func() { _, _ = c.Do(t.Context(), get("/p")) })
		}
		all.Wait()
		if open := c.Stats().Open; len(open) > 0 {
			t.Errorf("open: %v", open)
		}
	})
}

// An endpoint whose answers turn out to be of no use is called less and less, though the probes succeed.
func TestBreakerBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, usual(&answers{list: []func() (*http.Response, error){says(200)}}))
		const second = 10 // calls in each
		for range 120 * second {
			if _, err := c.Do(t.Context(), get("/p")); err == nil {
				c.Unusable("product")
			}
			time.Sleep(time.Second / second)
		}
		if got := c.Stats().Attempts; got > 140 { // 20 until it opens, and 20 after each of at most 5 probes: after 5, 10, 20, 40 s, and a minute
			t.Errorf("%d calls in two minutes", got)
		}
	})
}
