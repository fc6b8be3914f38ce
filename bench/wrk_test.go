package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseWrk(t *testing.T) {
	got, err := parseWrk("Running 1s test @ http://127.0.0.1:1/\n  9 requests in 1.00s\n" +
		"weft summary 1001544 9 2 1\nweft latency 3210 1\nweft latency 44000 3\n")
	if err != nil {
		t.Fatal(err)
	}
	want := sample{
		took: 1001544 * time.Microsecond, right: 7, wrong: 3,
		latencies: []time.Duration{3210 * time.Microsecond, 44 * time.Millisecond, 44 * time.Millisecond, 44 * time.Millisecond},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(sample{})); diff != "" {
		t.Errorf("sample (-want +got):\n%s", diff)
	}
	for _, out := range []string{
		"", "Running 1s test\n", "weft summary 0 0 0 0\n", "weft summary 1 2 3\n", "weft summary 1 2 3 four\n", "weft summary 9 9 0 0\nweft latency 5\n",
		"weft summary 9 9 0 0\nweft latency 5 -1\n",
	} {
		if s, err := parseWrk(out); err == nil {
			t.Errorf("%q gives %v and no error", out, s)
		}
	}
}

func TestWholeSeconds(t *testing.T) {
	for d, want := range map[time.Duration]time.Duration{
		60 * time.Millisecond: time.Second, time.Second: time.Second, 1600 * time.Millisecond: 2 * time.Second, time.Minute: time.Minute,
	} {
		if got := wholeSeconds(d); got != want {
			t.Errorf("%s: got %s, want %s", d, got, want)
		}
	}
}
