package main

import (
	"context"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestRun is a whole run, as short as it can be: every server starts, answers right, and ends.
func TestRun(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the harness needs /proc")
	}
	file := filepath.Join(t.TempDir(), "plot")
	var out, progress strings.Builder
	err := run(t.Context(), []string{
		"-operations", "q1,q3", "-executors", "stock", "-rounds", "1", "-duration", "60ms", "-connections", "3", "-plot", file + ".svg",
		"-generator", "builtin", "-upstream", "builtin",
	}, &out, &progress)
	if err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	for _, server := range []string{"limit: fixed bytes", "limit: 2 GETs", "limit: 2 GETs, shared", "weft stock", "weft stock, shared"} {
		line := regexp.MustCompile(`(?m)^\| ` + server + ` \| \d+ \| [\d.]+ \|.*\| 0 \|$`)
		if !line.MatchString(out.String()) {
			t.Errorf("the report has no line of %q:\n%s", server, out.String())
		}
	}
	drawn, err := os.ReadFile(file + ".svg")
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(drawn, new(struct{})); err != nil || strings.Count(string(drawn), "weft stock, shared") != 2 {
		t.Errorf("the plot is %v:\n%s", err, drawn)
	}
	picture, err := os.Open(file + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer picture.Close()
	if m, err := png.Decode(picture); err != nil || m.Bounds().Dx() != plotWidth*pngScale {
		t.Errorf("the picture: %v", err)
	}
}

// TestRunWithPrograms is a run whose load is wrk's and whose upstream is nginx.
func TestRunWithPrograms(t *testing.T) {
	for _, name := range []string{"wrk", "nginx"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(err)
		}
	}
	var out, progress strings.Builder
	err := run(t.Context(), []string{
		"-executors", "planned", "-rounds", "1", "-duration", "60ms", "-connections", "3", "-generator", "wrk", "-upstream", "nginx",
	}, &out, &progress)
	if err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	if !strings.Contains(out.String(), "Load: wrk; upstream: nginx.") {
		t.Errorf("the report does not say where load and answers come from:\n%s", &out)
	}
	for server, calls := range map[string]string{"limit: fixed bytes": "0.00", "limit: 2 GETs": "(2.00|1.[5-9][0-9])", "weft planned": "(2.00|1.[5-9][0-9])"} { // those that were cut may have made none
		line := regexp.MustCompile(`(?m)^\| ` + server + ` \| [1-9].*\| ` + calls + ` \| [0-9.]+ \| [0-9]+ \| [0-9.]+ \| 0 \|$`)
		if !line.MatchString(out.String()) {
			t.Errorf("the report has no line of %q with %s calls a request:\n%s", server, calls, &out)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, args := range []string{
		"-operations q9", "-rounds 0", "-rounds 101", "-connections 0", "-connections 1001", "-duration 0s", "-duration 2m", "more", "-nothing",
		"-generator ab", "-upstream apache", "-modes alone,none",
	} {
		if _, err := parse(strings.Fields(args), io.Discard); err == nil {
			t.Errorf("%s: no error", args)
		}
	}
}

// wrongService answers everything, but not what is asked.
const wrongService = "limit"

// TestWrongAnswerIsNotMeasured gives the harness a service whose answer is of no use, and one that cannot start.
func TestWrongAnswerIsNotMeasured(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{settings: settings{connections: 1, rounds: 1, duration: time.Millisecond}, progress: io.Discard, generate: func(ctx context.Context, l load) (sample, error) { return l.run(ctx) }}
	list, err := b.operation(t.Context(), operations()[0], []target{
		{name: "wrong", path: "/", start: func(ctx context.Context) (*process, error) {
			return start(ctx, self, "serve", wrongService, "-size", "10")
		}},
		{name: "broken", path: "/", start: func(ctx context.Context) (*process, error) {
			return start(ctx, self, "serve", "nothing")
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := list[0].refused; got == nil || !strings.Contains(got.Error(), "not JSON") {
		t.Errorf("the wrong one: %v, want that it is not JSON", got)
	}
	if got := list[1].refused; got == nil || !strings.Contains(got.Error(), `there is no "nothing"`) {
		t.Errorf("the broken one: %v, want what it wrote", got)
	}
	if errs := failed(operations()[0], rows(list)); len(errs) != 2 {
		t.Errorf("the run reports %v, want both", errs)
	}
}

// TestStopEndsTheProcess also covers an interrupt, which ends the context.
func TestStopEndsTheProcess(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var all []*process
	for range 2 {
		p, err := start(ctx, self, "serve", "upstream")
		if err != nil {
			t.Fatal(err)
		}
		if calls, err := callsSoFar(t.Context(), p.url); err != nil || calls != 1 {
			t.Fatalf("%d calls, %v", calls, err)
		}
		all = append(all, p)
	}
	all[0].stop()
	all[0].stop()
	if _, err := callsSoFar(t.Context(), all[1].url); err != nil {
		t.Errorf("stopping one stopped the other: %v", err)
	}
	cancel()
	<-all[1].ended
	for _, p := range all {
		if _, err := callsSoFar(t.Context(), p.url); err == nil {
			t.Error("it still answers")
		}
	}
	if _, err := start(ctx, self, "serve", "upstream"); !errors.Is(err, context.Canceled) {
		t.Errorf("start after the interrupt: %v, want %v", err, context.Canceled)
	}
}
