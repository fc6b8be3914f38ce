package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxOpen is how many connections an open load has at most. One request more waits for one that is free, and that counts as its wait.
const maxOpen = 5000

// open is an open loop: requests come at a rate, whatever becomes of those before them.
type open struct {
	load
	rate int // requests a second
}

// arrival is a request of an open load, and what came of it.
type arrival struct {
	due    time.Time     // when it was to be sent
	took   time.Duration // since then: a load that lags behind does not hide what clients would have waited
	status int           // 0: there was no answer, and -1: a wrong one
	said   string        // the beginning of what is neither right nor a refusal; "" of the rest
}

// saidBytes are how many of an answer that is neither right nor a refusal are reported.
const saidBytes = 300

// run sends requests at their times, and returns when all have been answered. A connection sends one at a time.
func (o open) run(ctx context.Context) []arrival {
	var mu sync.Mutex // guards all
	var all []arrival
	due := make(chan time.Time)
	var clients sync.WaitGroup
	client := func(first time.Time) {
		c := openConnection{load: o.load, request: o.onWire()}
		own := c.run(first, due)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, own...)
	}
	begin, connections := time.Now(), 0
	for i := range int(o.duration.Seconds() * float64(o.rate)) {
		at := begin.Add(time.Duration(float64(i) / float64(o.rate) * float64(time.Second)))
		if wait := time.Until(at); wait > 0 {
			time.Sleep(wait)
		}
		if ctx.Err() != nil {
			break
		}
		select {
		case due <- at:
			continue
		default:
		}
		if connections == maxOpen {
			due <- at
			continue
		}
		connections++
		clients.Go(func() { client(at) })
	}
	close(due)
	clients.Wait()
	slices.SortFunc(all, func(a, b arrival) int { return a.due.Compare(b.due) })
	return all
}

// openConnection is dialled anew after a failure.
type openConnection struct {
	load
	request []byte
	conn    net.Conn // nil: none yet
	reader  *bufio.Reader
	body    []byte
}

// run sends one request after the other, the first at once, until there are no more.
func (c *openConnection) run(at time.Time, due <-chan time.Time) (all []arrival) {
	defer c.drop()
	for ok := true; ok; at, ok = <-due {
		status, err := c.ask()
		said := ""
		switch {
		case err != nil:
			c.drop()
			status, said = 0, err.Error()
		case status == 200 && !c.right(c.body):
			status, said = -1, string(c.body[:min(len(c.body), saidBytes)])
		case status != 200 && status != 503:
			said = fmt.Sprintf("%d %s", status, c.body[:min(len(c.body), saidBytes)])
		}
		all = append(all, arrival{at, time.Since(at), status, said})
	}
	return all
}

// ask sends the request, and reads the answer into body.
func (c *openConnection) ask() (status int, err error) {
	if c.conn == nil {
		if c.conn, err = net.DialTimeout("tcp", c.address, answerTime); err != nil {
			return 0, err
		}
		c.reader = bufio.NewReaderSize(c.conn, 4<<10)
	}
	if err = c.conn.SetDeadline(time.Now().Add(answerTime)); err != nil {
		return 0, err
	}
	if _, err = c.conn.Write(c.request); err != nil {
		return 0, err
	}
	status, c.body, err = readAnswer(c.reader, c.body[:0])
	return status, err
}

func (c *openConnection) drop() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

// outcome is what came of an open load.
type outcome struct {
	name               string
	offered            int             // requests a second
	right, refused     []time.Duration // how long they took, sorted
	wrong, unanswered  int
	took               time.Duration // from the first to the last answer
	lastRefused, start time.Time     // zero: none was
	said               string        // of the first that was neither right nor refused; "" there was none
	processor          time.Duration // that the server has used meanwhile
}

// outcomeOf counts what came of arrivals.
func outcomeOf(name string, offered int, all []arrival) outcome {
	o := outcome{name: name, offered: offered}
	var end time.Time
	for _, a := range all {
		switch a.status {
		case 200:
			o.right = append(o.right, a.took)
		case 503:
			o.refused = append(o.refused, a.took)
			o.lastRefused = a.due
		case 0:
			o.unanswered++
		default:
			o.wrong++
		}
		o.said = cmp.Or(o.said, a.said)
		if done := a.due.Add(a.took); done.After(end) {
			end = done
		}
	}
	if len(all) > 0 {
		o.start = all[0].due
		o.took = end.Sub(o.start)
	}
	slices.Sort(o.right)
	slices.Sort(o.refused)
	return o
}

// goodput is how many right answers there were in a second.
func (o outcome) goodput() float64 { return float64(len(o.right)) / o.took.Seconds() }

// line is the outcome's row of a Markdown table; peak is the rate that the server can do.
func (o outcome) line(peak float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | %d | %.0f | %.0f %% | %.1f | %.1f | %d | %.1f | %.1f | %d | %d | %.2f |\n", o.name, o.offered, o.goodput(), 100*o.goodput()/peak,
		millis(percentile(o.right, 50)), millis(percentile(o.right, 99)), len(o.refused), millis(percentile(o.refused, 50)), millis(percentile(o.refused, 99)), o.wrong, o.unanswered,
		o.processor.Seconds()/o.took.Seconds())
	return b.String()
}
