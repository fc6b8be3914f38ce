package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// What a service is loaded with, in parts of what it can do, one after the other.
var overloads = []struct {
	name string
	part float64
}{{"four fifths of the peak", 0.8}, {"the peak", 1}, {"twice the peak", 2}, {"half of it, at once after that", 0.5}}

// overload loads the first operation's service, which shares nothing, by an open loop with more and more, and reports what clients get: of one
// that refuses what it cannot do in time, with net/http and on the lane, and of one that does not.
func (b *bench) overload(ctx context.Context, stdout io.Writer, o operation, each time.Duration) error {
	for _, m := range []mode{
		{name: "sheds", label: "refuses what is too much", calls: own, without: "shared", sheds: true},
		{name: "sheds-lane", label: "refuses what is too much, lane", calls: own, without: "shared", sheds: true, lane: true},
		{name: "takes-all", label: "refuses nothing", calls: own, without: "shared"},
	} {
		if err := b.overloadOne(ctx, stdout, o, m, each); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) overloadOne(ctx context.Context, stdout io.Writer, o operation, m mode, each time.Duration) error {
	p := b.programs
	p.recordings = recordings{}
	t := p.service(o, m, "planned", b.upstream)
	r, err := b.begin(ctx, o, &measurement{target: t})
	if err != nil {
		return fmt.Errorf("%s: %w", t.label(), err)
	}
	defer r.process.stop()
	l := r.load
	l.duration, l.connections = each, min(l.connections, closed)
	s, err := l.run(ctx)
	if err != nil {
		return err
	}
	peak := float64(s.right) / s.took.Seconds()
	var text strings.Builder
	fmt.Fprintf(&text, "\n%s %s, an open loop of %s each; %d connections in a closed one have %.0f requests a second. Load %s.\n\n", o.name, t.label(), each, l.connections, peak, machineLoad())
	text.WriteString("| offered | a second | right | of the peak | p50 ms | p99 ms | refused | p50 ms | p99 ms | wrong | unanswered | processors busy |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	warm := l
	warm.duration = min(each, warmth)
	open{load: warm, rate: max(1, int(peak*overloads[0].part))}.run(ctx)
	var of outcome
	var said strings.Builder
	for _, part := range overloads {
		rate := max(1, int(peak*part.part))
		b.say("%s: %s, %d a second\n", t.label(), part.name, rate)
		before, err := processorTime(r.process.pid)
		if err != nil {
			return err
		}
		of = outcomeOf(part.name, rate, open{load: l, rate: rate}.run(ctx))
		after, err := processorTime(r.process.pid)
		if err != nil {
			return err
		}
		of.processor = after - before
		text.WriteString(of.line(peak))
		if of.said != "" {
			fmt.Fprintf(&said, "\nAt %s the first that was neither right nor refused is: %s\n", of.name, of.said)
		}
	}
	text.WriteString(said.String())
	if !of.lastRefused.IsZero() {
		fmt.Fprintf(&text, "\nThe last was refused %.1f s after the load was halved.", of.lastRefused.Sub(of.start).Seconds())
	}
	memory, err := peakMemory(r.process.pid)
	if err != nil {
		return err
	}
	fmt.Fprintf(&text, "\nPeak RSS: %d MB.\n", memory>>20)
	_, err = io.WriteString(stdout, text.String())
	return err
}

// warmth is for how long a service is loaded before anything counts: connections are opened then, of clients and to services.
const warmth = 3 * time.Second

// closed is how many connections find out what a service can do.
const closed = 32

// machineLoad is the machine's load in the last minute, and more.
func machineLoad() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}
