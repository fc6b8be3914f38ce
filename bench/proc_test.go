package main

import (
	"strings"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	const rest = " S 1 2 3 4 5 6 7 8 9 10 123 45 0 0 20 0 8 0 100"
	for _, name := range []string{"(posts)", "(a b)", "(a) R 9)"} {
		got, err := parseStat([]byte("4711 " + name + rest))
		if err != nil || got != 1680*time.Millisecond {
			t.Errorf("%s: %v, %v, want 1.68s: 123 and 45 ticks", name, got, err)
		}
	}
	for _, text := range []string{"", "1 (x)", "1 (x) S 1 2", "1 (x)" + strings.Replace(rest, "123", "many", 1), "1 (x)" + strings.Replace(rest, "45", "-", 1)} {
		if got, err := parseStat([]byte(text)); err == nil {
			t.Errorf("%q gives %v and no error", text, got)
		}
	}
}

func TestParsePeak(t *testing.T) {
	got, err := parsePeak("Name:\tposts\nVmPeak:\t  999 kB\nVmHWM:\t   20480 kB\nVmRSS:\t 1 kB\n")
	if err != nil || got != 20<<20 {
		t.Errorf("got %d, %v, want 20 MiB", got, err)
	}
	for _, text := range []string{"", "VmRSS:\t 1 kB\n", "VmHWM:\t lots kB\n"} {
		if got, err := parsePeak(text); err == nil {
			t.Errorf("%q gives %d and no error", text, got)
		}
	}
}
