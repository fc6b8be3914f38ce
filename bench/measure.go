package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"weft/graph/edge/coding"
)

// settings are how a run measures.
type settings struct {
	connections int
	rounds      int
	duration    time.Duration // of a round
	warmup      time.Duration // before and after each of a server's rounds, not counted
	processors  string        // that servers run on, as taskset takes them; "": all
}

// measurement is what is known of one target after all rounds.
type measurement struct {
	target
	refused   error           // why it was not measured; nil: it was
	rates     []float64       // requests a second, by round
	cpu       []time.Duration // of the server for a request, by round
	calls     []float64       // of the upstream for a request, by round
	trips     []float64       // to Redis for a request, by round
	breaks    int64           // how often its breaker for Redis opened, in all rounds
	latencies []time.Duration // of all rounds, sorted
	wrong     int             // answers that were not right, in all rounds and before and after them
	peak      int64           // bytes of memory, at most
	kept      int64           // bytes that it says its values in memory take
}

// running is a target that has been started.
type running struct {
	*measurement
	process *process
	load    load
}

// bench measures operations.
type bench struct {
	settings
	programs programs
	upstream string
	generate generator
	progress io.Writer
}

// operation measures one operation on all targets: all are started, then take turns, round by round.
func (b *bench) operation(ctx context.Context, o operation, targets []target) ([]*measurement, error) {
	var all []*measurement
	var active []*running
	defer func() {
		for _, r := range active {
			r.process.stop()
		}
	}()
	for _, t := range targets {
		m := &measurement{target: t}
		all = append(all, m)
		r, err := b.begin(ctx, o, m)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err != nil {
			m.refused = err
			b.say("%s  %-22s not measured: %v\n", o.name, m.label(), err)
			continue
		}
		active = append(active, r)
	}
	for round := range b.rounds {
		for _, r := range active {
			if r.refused != nil {
				continue
			}
			err := b.round(ctx, r)
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err != nil {
				r.refused = err
				b.say("%s  %-22s given up: %v\n", o.name, r.label(), err)
				continue
			}
			b.say("%s  round %d/%d  %-32s %8.0f req/s %9s CPU each\n", o.name, round+1, b.rounds, r.label(), r.rates[round], r.cpu[round])
		}
	}
	for _, m := range all {
		slices.Sort(m.latencies)
	}
	return all, nil
}

// begin starts a target and looks at its answer.
func (b *bench) begin(ctx context.Context, o operation, m *measurement) (*running, error) {
	p, err := m.start(ctx)
	if err != nil {
		return nil, err
	}
	l := load{
		address: strings.TrimPrefix(p.url, "http://"), path: m.path, body: o.body(), coding: m.coding, without: m.without, connections: b.connections,
	}
	limited, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	body, err := ask(limited, p.url+m.path, l)
	if err == nil && !m.limit {
		var text []byte
		if text, err = decoded(body, m.coding); err == nil {
			err = verify(text, o)
		}
	}
	if err != nil {
		p.stop()
		return nil, err
	}
	l.want = body
	return &running{measurement: m, process: p, load: l}, nil
}

// round loads one target once, and files what it cost. Before and after, its answers are compared, whatever generates the load.
func (b *bench) round(ctx context.Context, r *running) error {
	if err := b.compare(ctx, r); err != nil {
		return err
	}
	before, err := b.spent(ctx, r.process)
	if err != nil {
		return err
	}
	l := r.load
	l.duration = b.duration
	s, err := b.generate(ctx, l)
	if err != nil {
		return err
	}
	after, err := b.spent(ctx, r.process)
	if err != nil {
		return err
	}
	if r.peak, err = peakMemory(r.process.pid); err != nil {
		return err
	}
	if err := b.compare(ctx, r); err != nil {
		return err
	}
	return r.add(s, after.since(before))
}

// spending is what requests cost beside time.
type spending struct {
	processor time.Duration
	calls     int64 // of the upstream
	trips     int64 // to Redis
	breaks    int64 // of the breaker for Redis
	kept      int64 // bytes that values in memory take, and not only since
}

// spent is what a server has cost so far. The upstream counts who asks it, too.
func (b *bench) spent(ctx context.Context, p *process) (spending, error) {
	var s spending
	status, err := p.status(ctx)
	if err != nil {
		return s, err
	}
	s.trips, s.breaks, s.kept = status.Redis.RoundTrips, status.Redis.BreakerOpened, status.Memory.Bytes
	if s.calls, err = callsSoFar(ctx, b.upstream); err != nil {
		return s, err
	}
	s.processor, err = processorTime(p.pid)
	return s, err
}

// since is what was spent since an earlier spending, but for asking the upstream for the later one.
func (s spending) since(earlier spending) spending {
	return spending{s.processor - earlier.processor, s.calls - earlier.calls - 1, s.trips - earlier.trips, s.breaks - earlier.breaks, s.kept}
}

// compare loads a target without measuring it: it warms up, and its wrong answers are found.
func (b *bench) compare(ctx context.Context, r *running) error {
	l := r.load
	l.duration = b.warmup
	s, err := l.run(ctx)
	r.wrong += s.wrong
	return err
}

// add files a round's sample, with what was spent on it.
func (m *measurement) add(s sample, spent spending) error {
	n := s.right
	m.wrong += s.wrong
	if n <= 0 {
		return fmt.Errorf("no right answer in %s", s.took.Round(time.Millisecond))
	}
	m.rates = append(m.rates, float64(n)/s.took.Seconds())
	sent := n + s.wrong + s.cut
	m.cpu = append(m.cpu, spent.processor/time.Duration(sent))
	m.calls = append(m.calls, float64(spent.calls)/float64(sent))
	m.trips = append(m.trips, float64(spent.trips)/float64(sent))
	m.breaks += spent.breaks
	m.kept = spent.kept
	m.latencies = append(m.latencies, s.latencies...)
	return nil
}

// say writes a line of progress.
func (b *bench) say(format string, args ...any) { _, _ = fmt.Fprintf(b.progress, format, args...) }

// label is the target's name with its mode and its coding.
func (t target) label() string {
	label := t.name
	if t.mode != "" {
		label += ", " + t.mode
	}
	if t.coding != coding.Identity {
		label += ", " + t.coding.String()
	}
	return label
}
