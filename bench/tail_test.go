package main

import (
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestTail is a whole run at a rate, as short as it can be, with net/http and on the lane.
func TestTail(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the harness needs /proc")
	}
	var out, progress strings.Builder
	err := run(t.Context(), []string{
		"-operations", "q3", "-executors", "planned", "-modes", "shared,shared-lane", "-rates", "100", "-duration", "100ms", "-connections", "3",
		"-generator", "builtin", "-upstream", "builtin",
	}, &out, &progress)
	if err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	for _, server := range []string{"limit: fixed bytes", "weft planned, shared", "weft planned, shared, lane"} {
		if !regexp.MustCompile(`(?m)^\| ` + server + ` \| 100 \| \d+ \| [\d.]+ \| [\d.]+ \| [\d.]+ \| 0.00 \| 0 \|$`).MatchString(out.String()) {
			t.Errorf("the report has no line of %q:\n%s", server, out.String())
		}
	}
}

// TestBeside is a whole run beside each misuse, as short as it can be.
func TestBeside(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the harness needs /proc")
	}
	var out, progress strings.Builder
	err := run(t.Context(), []string{"-operations", "q3", "-modes", "shared", "-beside", "-duration", "100ms", "-generator", "builtin", "-upstream", "builtin"}, &out, &progress)
	if err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	for _, u := range misuses {
		if !regexp.MustCompile(`(?m)^\| ` + u.name + ` \| [\d.]+ \| [\d.]+ \| [\d.]+ \| [\d.]+ \| \d+ \| [1-9]\d* \|$`).MatchString(out.String()) {
			t.Errorf("the report has no line of %s:\n%s", u.name, out.String())
		}
	}
}

func TestParseRates(t *testing.T) {
	for text, want := range map[string][]int{"": nil, "5": {5}, "2000, 5000": {2000, 5000}, "0": nil, "a": nil, "1,": nil, "200001": nil} {
		got, err := parseRates(text)
		if !slices.Equal(got, want) || (err != nil) != (want == nil && text != "") {
			t.Errorf("%q: got %v, %v; want %v", text, got, err, want)
		}
	}
}
