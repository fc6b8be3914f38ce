package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// besideRate is how many requests a second those send who are measured.
const besideRate = 200

// misuse is what a service has to bear from some clients.
type misuse struct {
	name string
	// begin has clients begin, which go on until ctx ends, and returns when all are there. All waits for them.
	begin func(ctx context.Context, l load, all *sync.WaitGroup) error
}

var misuses = []misuse{
	{"2,000 idle connections", func(ctx context.Context, l load, all *sync.WaitGroup) error {
		return hold(ctx, l, all, 2000, l.onWire(), true)
	}},
	{"1,000 bodies of 1 MiB without their last byte, again and again", func(ctx context.Context, l load, all *sync.WaitGroup) error {
		head := fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", l.path, l.address, 1<<20)
		return hold(ctx, l, all, 1000, append(head, bytes.Repeat([]byte(" "), 1<<20-1)...), false)
	}},
	{"200 connections that ask 300 times at once, and read nothing", func(ctx context.Context, l load, all *sync.WaitGroup) error {
		return hold(ctx, l, all, 200, bytes.Repeat(l.onWire(), 300), false)
	}},
	{"a client that sends a document after the other that nobody has sent before", func(ctx context.Context, l load, all *sync.WaitGroup) error {
		var n atomic.Int64
		all.Go(func() {
			for ctx.Err() == nil {
				l.body = fmt.Appendf(nil, `{"query":"{a%d:__typename %s}"}`, n.Add(1), manyNames)
				if conn, err := l.once(ctx, l.onWire()); err == nil {
					_ = conn.Close()
				}
			}
		})
		return nil
	}},
}

// manyNames are fields of any schema that make a document 4 KB long.
var manyNames = func() string {
	var b bytes.Buffer
	for i := range 200 {
		fmt.Fprintf(&b, "n%d:__typename ", i)
	}
	return b.String()
}()

// hold has so many connections each send a text, and then nothing until they are closed; then another takes its place. answered has each wait for
// one answer first. It returns when each text was sent, or has been on its way for a second.
func hold(ctx context.Context, l load, all *sync.WaitGroup, connections int, text []byte, answered bool) error {
	var sent sync.WaitGroup
	for range connections {
		sent.Add(1)
		once := sync.OnceFunc(sent.Done)
		all.Go(func() {
			defer once()
			for ctx.Err() == nil {
				holdOne(ctx, l, text, answered, once)
			}
		})
	}
	sent.Wait()
	return ctx.Err()
}

func holdOne(ctx context.Context, l load, text []byte, answered bool, sent func()) {
	var conn net.Conn
	var err error
	if answered {
		conn, err = l.once(ctx, text)
	} else {
		var dialer net.Dialer
		conn, err = dialer.DialContext(ctx, "tcp", l.address)
	}
	if err != nil {
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
		}
		return
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if !answered {
		timer := time.AfterFunc(time.Second, sent)
		_, err = conn.Write(text)
		timer.Stop()
	}
	sent()
	if err != nil {
		return
	}
	if answered {
		_ = conn.SetDeadline(time.Time{})
		_, _ = io.Copy(io.Discard, conn)
		return
	}
	<-ctx.Done()
}

// beside reports how long those wait who send an operation at a steady rate, before others misuse their service and meanwhile, and how much memory
// that takes. Each misuse has a service of its own.
func (b *bench) beside(ctx context.Context, stdout io.Writer, o operation, m mode) error {
	p := b.programs
	p.recordings = recordings{}
	t := p.service(o, m, "planned", b.upstream)
	fmt.Fprintf(stdout, "\n%s %s, %d a second for %s beside others, and before them. Load %s.\n\n| others | p50 ms before | beside | p99 ms before | beside | not right | peak RSS MB |\n|---|--:|--:|--:|--:|--:|--:|\n",
		o.name, t.label(), besideRate, b.duration, machineLoad())
	for _, u := range misuses {
		b.say("%s: %s\n", t.label(), u.name)
		line, err := b.besideOne(ctx, o, t, u)
		if err != nil {
			return fmt.Errorf("%s: %w", u.name, err)
		}
		if _, err := io.WriteString(stdout, line); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) besideOne(ctx context.Context, o operation, t target, u misuse) (line string, err error) {
	r, err := b.begin(ctx, o, &measurement{target: t})
	if err != nil {
		return "", err
	}
	defer r.process.stop()
	l := r.load
	l.duration = b.duration
	measure := func() outcome { return outcomeOf("", besideRate, open{load: l, rate: besideRate}.run(ctx)) }
	measure() // opens connections
	alone := measure()
	misusing, end := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer end()
	if err := u.begin(misusing, r.load, &all); err != nil {
		return "", err
	}
	select {
	case <-time.After(restTime): // what is sent at once is over then
	case <-ctx.Done():
		return "", ctx.Err()
	}
	beside := measure()
	memory, err := peakMemory(r.process.pid)
	if err != nil {
		return "", err
	}
	wrong := len(beside.refused) + beside.wrong + beside.unanswered
	return "| " + u.name + " | " + besideTimes(alone, beside, 50) + besideTimes(alone, beside, 99) + strconv.Itoa(wrong) + " | " + strconv.FormatInt(memory>>20, 10) + " |\n", nil
}

func besideTimes(alone, beside outcome, percent float64) string {
	return fmt.Sprintf("%.1f | %.1f | ", millis(percentile(alone.right, percent)), millis(percentile(beside.right, percent)))
}
