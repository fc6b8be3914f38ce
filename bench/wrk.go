package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

//go:embed wrk.lua
var wrkScript []byte

// wrk is the generator that runs wrk, of one thread. It compares no answers, and waits for none in the end. Its latencies are
// corrected: an answer that was late counts, too, for the requests that its connection would have sent meanwhile.
func wrk(program, dir string) (generator, error) {
	script := filepath.Join(dir, "wrk.lua")
	if err := os.WriteFile(script, wrkScript, 0o600); err != nil {
		return nil, err
	}
	return func(ctx context.Context, l load) (sample, error) {
		cmd := exec.CommandContext(ctx, program, "--threads", "1", "--connections", strconv.Itoa(l.connections),
			"--duration", strconv.Itoa(int(l.duration.Seconds()))+"s", "--timeout", strconv.Itoa(int(answerTime.Seconds()))+"s",
			"--script", script, "http://"+l.address+l.path, "--", string(l.body), l.coding.String(), l.without)
		cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
		cmd.WaitDelay = stopTime
		bindToParent(cmd)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return sample{}, fmt.Errorf("wrk: %w: %s", err, bytes.TrimSpace(out))
		}
		s, err := parseWrk(string(out))
		s.cut = l.connections
		return s, err
	}, nil
}

// wholeSeconds is what wrk can take for a time: at least one second.
func wholeSeconds(d time.Duration) time.Duration { return max(d.Round(time.Second), time.Second) }

// parseWrk reads the lines that wrk.lua prints.
func parseWrk(out string) (sample, error) {
	var s sample
	for line := range strings.Lines(out) {
		if text, ok := strings.CutPrefix(line, "weft summary "); ok {
			n, err := numbers(text, 4)
			if err != nil {
				return sample{}, err
			}
			s.took, s.right, s.wrong = time.Duration(n[0])*time.Microsecond, n[1]-n[2], n[2]+n[3]
		}
		if text, ok := strings.CutPrefix(line, "weft latency "); ok {
			n, err := numbers(text, 2)
			if err != nil {
				return sample{}, err
			}
			s.latencies = append(s.latencies, slices.Repeat([]time.Duration{time.Duration(n[0]) * time.Microsecond}, n[1])...)
		}
	}
	if s.took <= 0 {
		return sample{}, errors.New("wrk printed no summary")
	}
	return s, nil
}

// numbers reads n whole numbers, separated by spaces.
func numbers(text string, n int) ([]int, error) {
	fields := strings.Fields(text)
	if len(fields) != n {
		return nil, fmt.Errorf("wrk printed %q, not %d numbers", text, n)
	}
	list := make([]int, n)
	for i, f := range fields {
		v, err := strconv.Atoi(f)
		if err != nil || v < 0 {
			return nil, fmt.Errorf("wrk printed %q, not numbers", text)
		}
		list[i] = v
	}
	return list, nil
}
