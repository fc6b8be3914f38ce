package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// tail loads each server of the first operation by an open loop, at one rate after the other, all servers in turn at each, and reports how long
// clients wait.
func (b *bench) tail(ctx context.Context, stdout io.Writer, o operation, targets []target, rates []int) error {
	fmt.Fprintf(stdout, "\n%s, an open loop of %s at each rate. Load %s.\n\n| server | a second | right | p50 ms | p99 ms | CPU µs/req | upstream calls/req | not right |\n|---|--:|--:|--:|--:|--:|--:|--:|\n",
		o.name, b.duration, machineLoad())
	for _, rate := range rates {
		for _, t := range targets {
			line, err := b.tailOne(ctx, o, t, rate)
			if err != nil {
				return fmt.Errorf("%s: %w", t.label(), err)
			}
			if _, err := io.WriteString(stdout, line); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) tailOne(ctx context.Context, o operation, t target, rate int) (line string, err error) {
	b.say("%s: %d a second\n", t.label(), rate)
	r, err := b.begin(ctx, o, &measurement{target: t})
	if err != nil {
		return "", err
	}
	defer r.process.stop()
	if err := b.compare(ctx, r); err != nil {
		return "", err
	}
	before, err := b.spent(ctx, r.process)
	if err != nil {
		return "", err
	}
	l := r.load
	l.duration = b.duration
	all := open{load: l, rate: rate}.run(ctx)
	after, err := b.spent(ctx, r.process)
	if err != nil {
		return "", err
	}
	of, spent := outcomeOf("", rate, all), after.since(before)
	if len(all) == 0 {
		return "", errors.New("nothing was sent")
	}
	return fmt.Sprintf("| %s | %d | %.0f | %.2f | %.2f | %.1f | %.2f | %d |\n", t.label(), rate, of.goodput(), millis(percentile(of.right, 50)), millis(percentile(of.right, 99)),
		float64(spent.processor)/float64(len(all))/float64(time.Microsecond), float64(spent.calls)/float64(len(all)), len(all)-len(of.right)), nil
}

// parseRates reads requests a second, separated by commas.
func parseRates(text string) (rates []int, err error) {
	if text == "" {
		return nil, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		rate, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || rate < 1 || rate > 200_000 {
			return nil, fmt.Errorf("-rates must be numbers from 1 to 200000, separated by commas, and has %q", part)
		}
		rates = append(rates, rate)
	}
	return rates, nil
}
