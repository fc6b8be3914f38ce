package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPhases(t *testing.T) {
	begin := time.Unix(1000, 0)
	at := func(seconds int) time.Time { return begin.Add(time.Duration(seconds) * time.Second) }
	var all []answered
	for i := range 10 {
		all = append(all, answered{at(i), time.Duration(10 - i), i != 3})
	}
	summary := func(list []phase) (text string) {
		for _, p := range list {
			text += strings.Repeat("+", len(p.latencies)) + strings.Repeat("-", p.failed) + "|"
			if p.answers != len(p.latencies)+p.failed || !slices.IsSorted(p.latencies) {
				t.Errorf("%+v", p)
			}
		}
		return text
	}
	for _, c := range []struct {
		m    moments
		want string
	}{
		{moments{at(2), at(4), at(7), at(9)}, "++|+-|+++|++|+|"},
		{moments{stopped: at(2), continued: at(7), closed: at(9)}, "++|++++-||++|+|"}, // it never opened
		{moments{at(0), at(0), at(0), at(0)}, "||||+++++++++-|"},
	} {
		if diff := cmp.Diff(c.want, summary(phases(all, c.m))); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c.m, diff)
		}
	}
}

func TestPrintHang(t *testing.T) {
	ms := func(list ...int) (out []time.Duration) {
		for _, n := range list {
			out = append(out, time.Duration(n)*time.Millisecond)
		}
		return out
	}
	var out strings.Builder
	err := printHang(&out, "weft", []phase{{"well", 2, 1, ms(1)}, {"hangs", 2, 0, ms(3, 52)}, {"never", 0, 0, nil}, {"well again", 2, 0, ms(1, 2)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"| well | 2 | 1 | 1.0 | 1.0 | 1.0 | -1.0 |", "| hangs | 2 | 0 | 3.0 | 52.0 | 52.0 | 50.0 |", "| well again | 2 | 0 | 1.0 | 2.0 | 2.0 | 0.0 |"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("there is no line %s:\n%s", line, &out)
		}
	}
}

// TestSteady loads a server that answers wrong, and breaks connections, now and then.
func TestSteady(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var n atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		switch n.Add(1) {
		case 2:
			writeJSON(w, []byte("wrong"))
		case 3:
			panic(http.ErrAbortHandler)
		case 4:
			http.Error(w, "right", http.StatusBadGateway)
		case 6:
			stop()
			fallthrough
		default:
			writeJSON(w, []byte("right"))
		}
	}))
	defer server.Close()
	l := load{address: server.Listener.Addr().String(), path: "/", want: []byte("right"), connections: 2}
	all := l.steady(ctx)
	failed := 0
	for _, a := range all {
		if !a.right {
			failed++
		}
		if a.took < 0 {
			t.Errorf("an answer took %s", a.took)
		}
	}
	if int64(len(all)) != n.Load() || len(all) < 6 || failed != 3 {
		t.Errorf("%d answers of %d, %d failed, want 3", len(all), n.Load(), failed)
	}
}

// TestHang lets a Redis hang.
func TestHang(t *testing.T) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip(err)
	}
	var out, progress strings.Builder
	err := run(t.Context(), []string{
		"-operations", "q3", "-executors", "planned", "-modes", "redis-answers", "-rounds", "1", "-duration", "200ms", "-connections", "10",
		"-generator", "builtin", "-upstream", "builtin", "-hang", "400ms",
	}, &out, &progress)
	if err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	for _, line := range []string{"Redis answers", "answers again"} {
		if !regexp.MustCompile(`(?m)^\| ` + line + ` \| [1-9]\d* \| 0 \|`).MatchString(out.String()) {
			t.Errorf("the report has no line of %q without failures:\n%s", line, &out)
		}
	}
	if !strings.Contains(out.String(), "weft planned, answers in Redis, while Redis hangs") {
		t.Errorf("the report does not say what was measured:\n%s", &out)
	}
}
