package rate_test

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"weft/graph/rate"
)

func open(t testing.TB, o rate.Options) *rate.Rates {
	t.Helper()
	r, err := rate.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestParseLimit(t *testing.T) {
	for text, want := range map[string]rate.Limit{
		"50/s": {50, time.Second}, "600/m": {600, time.Minute}, "1/h": {1, time.Hour},
		"": {}, "50": {}, "0/s": {}, "-1/s": {}, "1/d": {}, "1/": {}, "/s": {}, "1.5/s": {}, "10000000000/s": {}, "1/s/s": {},
	} {
		got, err := rate.ParseLimit(text)
		if got != want || (err == nil) != (want != rate.Limit{}) {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
		if err == nil && got.String() != text {
			t.Errorf("%q is printed as %q", text, got)
		}
	}
}

// A bucket is full at first, and fills up evenly.
func TestOperations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, rate.Options{Operations: rate.Limit{Count: 10, Per: time.Second}})
		a, b := rate.At(netip.MustParseAddr("192.0.2.1")), rate.At(netip.MustParseAddr("192.0.2.2"))
		taken := func(c rate.Client) (n int, err error) {
			for err = r.Operation(t.Context(), c); err == nil; err = r.Operation(t.Context(), c) {
				n++
			}
			return n, err
		}
		n, err := taken(a)
		exceeded, ok := errors.AsType[*rate.Exceeded](err)
		if n != 10 || !ok || exceeded.Wait != 100*time.Millisecond || exceeded.Seconds() != 1 {
			t.Errorf("got %d operations, and %v", n, err)
		}
		if want := "too many operations, 10/s at most: try again in 1 s"; err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
		for _, step := range []struct {
			later time.Duration
			want  int
		}{{99 * time.Millisecond, 0}, {time.Millisecond, 1}, {250 * time.Millisecond, 2}, {50 * time.Millisecond, 1}, {time.Hour, 10}} {
			time.Sleep(step.later)
			if n, _ := taken(a); n != step.want {
				t.Errorf("%s later: got %d, want %d", step.later, n, step.want)
			}
		}
		if n, _ := taken(b); n != 10 {
			t.Errorf("another client got %d", n)
		}
		for range 1000 {
			if err := r.Operation(t.Context(), rate.Client{}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Operations that a limit names have a bucket of their own for each client, by the first of their names that has one.
func TestNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, rate.Options{Named: map[string]rate.Limit{"addReview": {Count: 2, Per: time.Minute}, "id": {Count: 1, Per: time.Minute}}})
		a, b := rate.At(netip.MustParseAddr("192.0.2.1")), rate.At(netip.MustParseAddr("192.0.2.2"))
		for i, step := range []struct {
			client rate.Client
			names  []string
			want   string
		}{
			{a, []string{"addReview"}, ""},
			{a, []string{"another", "id"}, ""},
			{a, []string{"addReview", "id"}, ""},
			{a, []string{"addReview"}, "too many operations addReview, 2/m at most: try again in 30 s"},
			{a, []string{"", "id"}, "too many operations id, 1/m at most: try again in 60 s"},
			{a, []string{"another"}, ""},
			{a, nil, ""},
			{b, []string{"addReview"}, ""},
			{rate.Client{}, []string{"addReview"}, ""},
		} {
			got := ""
			if err := r.Named(t.Context(), step.client, step.names...); err != nil {
				got = err.Error()
			}
			if got != step.want {
				t.Errorf("%d: got %q, want %q", i, got, step.want)
			}
		}
		if err := r.Operation(t.Context(), a); err != nil {
			t.Errorf("operations have no limit, but %v", err)
		}
	})
}

// Calls are counted when they were made: a client may owe some, but never for longer than it takes to fill its bucket, and to get one more.
func TestCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, rate.Options{UpstreamCalls: rate.Limit{Count: 100, Per: time.Minute}})
		c := rate.At(netip.MustParseAddr("192.0.2.1"))
		wait := func() time.Duration {
			exceeded, _ := errors.AsType[*rate.Exceeded](r.Operation(t.Context(), c))
			if exceeded == nil {
				return 0
			}
			return exceeded.Wait
		}
		r.Calls(c, 99)
		if got := wait(); got != 0 {
			t.Errorf("with one left: %s", got)
		}
		r.Calls(c, 51)
		if got, want := wait(), 30*time.Second+600*time.Millisecond; got != want {
			t.Errorf("with 50 that it owes: got %s, want %s", got, want)
		}
		r.Calls(c, 1<<40)
		if got, want := wait(), time.Minute+600*time.Millisecond; got != want {
			t.Errorf("with any number that it owes: got %s, want %s", got, want)
		}
		time.Sleep(2 * time.Minute)
		if got := wait(); got != 0 {
			t.Errorf("later: %s", got)
		}
	})
}

func TestFailedAuthentications(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, rate.Options{FailedAuthentications: rate.Limit{Count: 3, Per: time.Minute}, TrustedHops: []netip.Prefix{}})
		at, neighbour, other := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::ffff"), netip.MustParseAddr("2001:db8:0:1::1")
		for range 3 {
			if err := r.Credentials(at); err != nil {
				t.Fatal(err)
			}
			r.Failed(at)
		}
		if r.Credentials(at) == nil || r.Credentials(neighbour) == nil || r.Credentials(other) != nil {
			t.Errorf("got %v, %v, %v", r.Credentials(at), r.Credentials(neighbour), r.Credentials(other))
		}
		time.Sleep(20 * time.Second)
		if err := r.Credentials(at); err != nil {
			t.Error(err)
		}
	})
}

// Where a request comes from: only who is trusted is believed about it.
func TestAddress(t *testing.T) {
	hops := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("::ffff:172.16.0.0/108"), netip.MustParsePrefix("fe80::/10")}
	limit := rate.Limit{Count: 1, Per: time.Second}
	for _, tt := range []struct {
		hops      []netip.Prefix
		from      string
		forwarded []string
		want      string
	}{
		{nil, "10.0.0.1", []string{"198.51.100.1"}, "invalid IP"},
		{[]netip.Prefix{}, "198.51.100.7", []string{"198.51.100.1"}, "198.51.100.7"},
		{hops, "198.51.100.7", []string{"198.51.100.1"}, "198.51.100.7"}, // no hop
		{hops, "10.0.0.1", nil, "invalid IP"},                            // it does not say for whom
		{hops, "172.16.0.1", []string{"198.51.100.1:5555"}, "198.51.100.1"},
		{hops, "fe80::1%eth0", []string{"[2001:db9::1]:5555"}, "2001:db9::1"},
		{hops, "10.0.0.1", []string{"[2001:db9::1]"}, "2001:db9::1"},
		{hops, "10.0.0.1", []string{"198.51.100.1"}, "198.51.100.1"},
		{hops, "::ffff:10.0.0.1", []string{"1.1.1.1, 198.51.100.1"}, "198.51.100.1"},
		{hops, "10.0.0.1", []string{"1.1.1.1", "198.51.100.1, 10.2.0.1", "2001:db8::5"}, "198.51.100.1"},
		{hops, "10.0.0.1", []string{"1.1.1.1, unknown, 10.2.0.1"}, "invalid IP"},
		{hops, "10.0.0.1", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{hops, "10.0.0.1", []string{"10.0.0.2"}, "invalid IP"},
		{hops, "10.0.0.1", []string{""}, "invalid IP"},
	} {
		r := open(t, rate.Options{Operations: limit, TrustedHops: tt.hops})
		got := r.Address(netip.MustParseAddr(tt.from), map[string][]string{"X-Forwarded-For": tt.forwarded})
		if got.String() != tt.want {
			t.Errorf("%s, %q: got %s, want %s", tt.from, tt.forwarded, got, tt.want)
		}
	}
}

func TestNothing(t *testing.T) {
	if r, err := rate.New(rate.Options{TrustedHops: []netip.Prefix{}}); r != nil || err != nil {
		t.Errorf("got %v, %v", r, err)
	}
	if _, err := rate.New(rate.Options{FailedAuthentications: rate.Limit{Count: 1, Per: time.Second}}); err == nil {
		t.Error("got no error")
	}
	var r *rate.Rates
	at := netip.MustParseAddr("192.0.2.1")
	r.Failed(at)
	r.Calls(rate.At(at), 5)
	if r.Credentials(at) != nil || r.Operation(t.Context(), rate.At(at)) != nil || r.Address(at, nil).IsValid() {
		t.Error("nothing is bounded, yet something is")
	}
}

// However many clients there are, the memory for them is bounded; whose bucket is not empty is forgotten then, too.
func TestManyClients(t *testing.T) {
	r := open(t, rate.Options{Operations: rate.Limit{Count: 1, Per: time.Hour}})
	refused := 0
	for range 2 {
		for i := range 150_000 {
			if r.Operation(t.Context(), rate.At(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))) != nil {
				refused++
			}
		}
	}
	if refused == 0 || refused > 100_000 {
		t.Errorf("%d were refused the second time, want some, and at most as many as are known", refused)
	}
}

func ExampleParseLimit() {
	l, _ := rate.ParseLimit("600/m")
	fmt.Println(l.Count, l.Per)
	// Output: 600 1m0s
}
