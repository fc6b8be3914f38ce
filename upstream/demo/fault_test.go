package demo_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/upstream/demo"
)

func TestFaultByHTTP(t *testing.T) {
	d := start(t)
	set := func(body string) object {
		t.Helper()
		return decode[object](t, d.send(t, "POST", "reviews", "/_fault", body), 200)
	}
	const path = "/reviews?product_id=p-0001"

	if got, want := set(`{"mode": "down"}`), (object{"mode": "down", "rate": 1.0}); !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if a, err := d.try(t, "GET", "reviews", path, ""); err == nil {
		t.Errorf("down: got status %d, want a closed connection", a.status)
	}

	set(`{"mode": "errors"}`)
	a := d.get(t, "reviews", path)
	wantProblem(t, a, 503, "overloaded")
	wantHeader(t, a, "Retry-After", "1")

	set(`{"mode": "malformed"}`)
	if a := d.get(t, "reviews", path); a.status != 200 || json.Valid(a.body) {
		t.Errorf("malformed: got %d %s, want 200 and broken JSON", a.status, a.body)
	}

	if got, want := set(`{"mode": "slow", "rate": 0.3, "delay": "1ms"}`), (object{"mode": "slow", "rate": 0.3, "delay": "1ms"}); !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	decode[object](t, d.get(t, "reviews", path), 200)

	set(`{"mode": "none"}`)
	decode[object](t, d.get(t, "reviews", path), 200)
	if got := decode[object](t, d.get(t, "reviews", "/_fault"), 200); !cmp.Equal(got, object{"mode": "none"}) {
		t.Errorf("got %v, want mode none", got)
	}
}

func TestFaultInGo(t *testing.T) {
	s, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() }) //nolint:errcheck // it says nothing new
	for _, mode := range []string{"errors", "none"} {
		if err := s.SetFault("reviews", mode); err != nil {
			t.Fatal(err)
		}
		if got := s.Faults(); got["reviews"] != mode || got["catalog"] != "none" || len(got) != len(s.URLs()) {
			t.Errorf("after reviews: %s: got %v", mode, got)
		}
	}
	for _, wrong := range []struct{ service, mode, says string }{
		{"review", "down", `there is no service "review": choose of accounts, catalog,`},
		{"reviews", "broken", `mode: got "broken", want none, down, slow, errors or malformed`},
	} {
		if err := s.SetFault(wrong.service, wrong.mode); err == nil || !strings.HasPrefix(err.Error(), wrong.says) {
			t.Errorf("%s: %s: got %v, want %s", wrong.service, wrong.mode, err, wrong.says)
		}
	}
}

func TestFaultSparesOthers(t *testing.T) {
	d := start(t)
	d.fault(t, "pricing", `{"mode": "down"}`)
	decode[object](t, d.get(t, "catalog", "/products/p-0001"), 200)
	if _, err := d.try(t, "GET", "pricing", "/healthz", ""); err == nil {
		t.Error("pricing is down, yet its probe was answered")
	}
	d.fault(t, "pricing", `{}`)
	decode[object](t, d.get(t, "pricing", "/healthz"), 200)
}

// A rate hits a share of the requests, and the same ones on every run.
func TestFaultRate(t *testing.T) {
	pattern := func() (statuses []int) {
		d := start(t)
		d.fault(t, "catalog", `{"mode": "errors", "rate": 0.3}`)
		for range 100 {
			statuses = append(statuses, d.get(t, "catalog", "/brands/b-01").status)
		}
		return statuses
	}
	one := pattern()
	failed := 0
	for _, s := range one {
		if s == 503 {
			failed++
		}
	}
	if failed < 15 || failed > 45 {
		t.Errorf("%d of 100 requests failed, want about 30", failed)
	}
	if diff := cmp.Diff(one, pattern()); diff != "" {
		t.Errorf("another run fails elsewhere: %s", diff)
	}
}

func TestFaultErrors(t *testing.T) {
	d := start(t)
	for body, detail := range map[string]string{
		`{"mode": "tired"}`:                  "tired",
		`{"mode": "slow", "delay": "later"}`: "later",
		`{"mode": "slow", "delay": "-1ns"}`:  "delay",
		`{"mode": "errors", "rate": 1.1}`:    "rate",
		`{"mode": "errors", "rate": -1}`:     "rate",
		`{"mood": "slow"}`:                   "mood",
		`{"mode": "slow"} {}`:                "more than one",
	} {
		wantProblem(t, d.send(t, "POST", "reviews", "/_fault", body), 400, detail)
	}
}
