package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// A hanging Redis is met by a steady load, far below what the service can do: at saturation, waiting for a processor would hide
// what waiting for Redis costs.
const (
	pace     = 100 * time.Millisecond // from one request of a connection to its next
	peek     = 5 * time.Millisecond   // from one look at the breaker to the next
	recovery = 15 * time.Second       // for the breaker to close, once Redis answers again
)

// answered is a request of a steady load, and what came of it.
type answered struct {
	at    time.Time // when it was due
	took  time.Duration
	right bool
}

// moments are when Redis changed, or what the service thinks of it. A zero one did not come.
type moments struct {
	stopped   time.Time // Redis hangs
	opened    time.Time // and the breaker is seen to be open
	continued time.Time // Redis answers again
	closed    time.Time // and the breaker is seen to be closed
}

// phase is what clients got while Redis was in one state.
type phase struct {
	name      string
	answers   int
	failed    int
	latencies []time.Duration // of right answers, sorted
}

// phases divides answers by when they were due.
func phases(all []answered, m moments) []phase {
	list := []phase{{name: "Redis answers"}, {name: "hangs, breaker closed"}, {name: "hangs, breaker open"}, {name: "answers, breaker open"}, {name: "answers again"}}
	starts := []time.Time{{}, m.stopped, m.opened, m.continued, m.closed}
	for _, a := range all {
		in := 0
		for i, start := range starts {
			if !start.IsZero() && !a.at.Before(start) {
				in = i
			}
		}
		p := &list[in]
		p.answers++
		if !a.right {
			p.failed++
			continue
		}
		p.latencies = append(p.latencies, a.took)
	}
	for i := range list {
		slices.Sort(list[i].latencies)
	}
	return list
}

// printHang writes phases as a Markdown table. What is added is added to the p99 of both phases in which all is well.
func printHang(w io.Writer, label string, list []phase) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s, while Redis hangs\n\n", label)
	b.WriteString("| Redis | requests | failed | p50 ms | p99 ms | longest ms | p99 added ms |\n|---|--:|--:|--:|--:|--:|--:|\n")
	well := slices.Concat(list[0].latencies, list[len(list)-1].latencies)
	slices.Sort(well)
	usual := percentile(well, 99)
	for _, p := range list {
		if p.answers == 0 {
			continue
		}
		p99 := percentile(p.latencies, 99)
		fmt.Fprintf(&b, "| %s | %d | %d | %.1f | %.1f | %.1f | %.1f |\n",
			p.name, p.answers, p.failed, millis(percentile(p.latencies, 50)), millis(p99), millis(percentile(p.latencies, 100)), millis(p99-usual))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// hang runs the posts service in the modes that need Redis, which hangs for a while, and reports what clients get.
func (b *bench) hang(ctx context.Context, stdout io.Writer, modes []mode, hung time.Duration) error {
	o, p := operations()[0], b.programs
	p.recordings = recordings{} // they are of what was measured before
	for _, m := range modes {
		if !m.redis {
			continue
		}
		t := p.service(o, m, "planned", b.upstream)
		r, err := b.begin(ctx, o, &measurement{target: t})
		if err != nil {
			return fmt.Errorf("%s: %w", t.label(), err)
		}
		b.say("%s: Redis hangs for %s\n", t.label(), hung)
		list, err := b.hangOne(ctx, r, hung)
		r.process.stop()
		if err != nil {
			return fmt.Errorf("%s: %w", t.label(), err)
		}
		if err := printHang(stdout, t.label(), list); err != nil {
			return err
		}
	}
	return nil
}

// hangOne lets Redis hang under one service's steady load.
func (b *bench) hangOne(ctx context.Context, r *running, hung time.Duration) ([]phase, error) {
	if err := b.compare(ctx, r); err != nil {
		return nil, err
	}
	loading, stop := context.WithCancel(ctx)
	defer stop()
	answers := make(chan []answered, 1)
	go func() { answers <- r.load.steady(loading) }()
	m, err := b.stopRedis(ctx, r.process, hung)
	stop()
	all := <-answers
	if err != nil {
		return nil, err
	}
	return phases(all, m), nil
}

// stopRedis lets Redis hang, after and before a round's time of it answering.
func (b *bench) stopRedis(ctx context.Context, p *process, hung time.Duration) (m moments, err error) {
	signal := func(s syscall.Signal) (time.Time, error) { return time.Now(), syscall.Kill(b.programs.redisPID, s) }
	defer func() { _, _ = signal(syscall.SIGCONT) }() // whatever happens, it can be ended
	if _, _, err = p.watch(ctx, b.duration, ""); err != nil {
		return m, err
	}
	if m.stopped, err = signal(syscall.SIGSTOP); err != nil {
		return m, err
	}
	var seen bool
	var at time.Time
	if seen, at, err = p.watch(ctx, hung, "open"); err != nil {
		return m, err
	}
	if seen {
		m.opened = at
		if _, _, err = p.watch(ctx, hung-at.Sub(m.stopped), ""); err != nil {
			return m, err
		}
	}
	if m.continued, err = signal(syscall.SIGCONT); err != nil {
		return m, err
	}
	if seen, at, err = p.watch(ctx, recovery, "closed"); err != nil {
		return m, err
	}
	if !seen {
		return m, fmt.Errorf("the breaker did not close in %s", recovery)
	}
	m.closed = at
	_, _, err = p.watch(ctx, b.duration, "")
	return m, err
}

// watch returns when the breaker is in a state, and when that was; or when the time is over. It looks either way: that costs the
// same before and after.
func (p *process) watch(ctx context.Context, limit time.Duration, state string) (seen bool, at time.Time, err error) {
	end := time.NewTimer(limit)
	defer end.Stop()
	tick := time.NewTicker(peek)
	defer tick.Stop()
	for {
		s, err := p.status(ctx)
		if err != nil {
			return false, at, err
		}
		if s.Redis.Breaker == state {
			return true, time.Now(), nil
		}
		select {
		case <-end.C:
			return false, at, nil
		case <-tick.C:
		case <-ctx.Done():
			return false, at, ctx.Err()
		}
	}
}

// steady sends a request on each connection every [pace], until ctx ends, however long answers take.
func (l load) steady(ctx context.Context) []answered {
	var mu sync.Mutex // guards all
	var all []answered
	request := l.onWire()
	begin := time.Now()
	var g errgroup.Group
	for i := range l.connections {
		g.Go(func() error {
			c := steadyConnection{load: l, request: request}
			due := begin.Add(pace * time.Duration(i) / time.Duration(l.connections))
			own := c.run(ctx, due)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, own...)
			return nil
		})
	}
	_ = g.Wait() // no error
	return all
}

// steadyConnection is one that is dialled anew after a failure.
type steadyConnection struct {
	load
	request []byte
	conn    net.Conn // nil: none yet
	reader  *bufio.Reader
	body    []byte
}

// run asks whenever it is due. One that takes longer than pace makes the next ones late, and their lateness counts as theirs: clients
// would have come at their time.
func (c *steadyConnection) run(ctx context.Context, due time.Time) (all []answered) {
	defer c.drop()
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return all
		case <-timer.C:
		}
		right := c.ask()
		all = append(all, answered{at: due, took: time.Since(due), right: right})
		due = due.Add(pace)
		timer.Reset(time.Until(due))
	}
}

// ask reports whether the right answer came.
func (c *steadyConnection) ask() bool {
	right := c.exchange() == nil && bytes.Equal(c.body, c.want)
	if !right {
		c.drop()
	}
	return right
}

// exchange sends a request and reads its answer into body.
func (c *steadyConnection) exchange() (err error) {
	if c.conn == nil {
		if c.conn, err = net.DialTimeout("tcp", c.address, answerTime); err != nil {
			return err
		}
		c.reader = bufio.NewReaderSize(c.conn, 16<<10)
	}
	if err := c.conn.SetDeadline(time.Now().Add(answerTime)); err != nil {
		return err
	}
	if _, err := c.conn.Write(c.request); err != nil {
		return err
	}
	var status int
	if status, c.body, err = readAnswer(c.reader, c.body[:0]); err == nil && status != 200 {
		err = fmt.Errorf("status %d", status)
	}
	return err
}

// drop closes the connection, if there is one.
func (c *steadyConnection) drop() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}
