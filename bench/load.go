package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"weft/graph/edge/coding"
)

// load is a closed loop: each connection sends its next request when it has the answer to the last.
type load struct {
	address     string // host:port
	path        string
	body        []byte // JSON
	want        []byte // the right answer, coded
	coding      coding.Coding
	without     string // what each request says to do without; "" nothing
	connections int
	duration    time.Duration
}

// sample is what came of a load.
type sample struct {
	took      time.Duration
	right     int             // right answers
	wrong     int             // answers with another status or body, or none
	cut       int             // requests that were under way at the end
	latencies []time.Duration // of right answers
}

// answerTime is how long an answer may take before the run is given up.
const answerTime = 10 * time.Second

// onWire is the load's request, a POST of JSON, as it goes on the wire.
func (l load) onWire() []byte {
	without := ""
	if l.without != "" {
		without = "Weft-Without: " + l.without + "\r\n"
	}
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAccept: */*\r\nAccept-Encoding: %s\r\n%sContent-Length: %d\r\n\r\n%s",
		l.path, l.address, l.coding, without, len(l.body), l.body)
}

// run is the generator that is built in. Its error says why it could not be loaded at all; wrong answers are counted.
func (l load) run(ctx context.Context) (sample, error) {
	begin := time.Now()
	end := begin.Add(l.duration)
	request := l.onWire()
	parts := make([]sample, l.connections)
	g, ctx := errgroup.WithContext(ctx)
	for i := range parts {
		g.Go(func() error { return l.connection(ctx, request, end, &parts[i]) })
	}
	if err := g.Wait(); err != nil {
		return sample{}, err
	}
	all := sample{took: time.Since(begin)}
	for _, p := range parts {
		all.latencies = append(all.latencies, p.latencies...)
		all.wrong += p.wrong
	}
	all.right = len(all.latencies)
	return all, nil
}

// connection sends one request after the other until the end, and files what came of them in s, which is its own. A connection that
// fails ends the run: a server that closes them would look fast otherwise.
func (l load) connection(ctx context.Context, request []byte, end time.Time, s *sample) error {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", l.address)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // what waits for an answer stops waiting
	r := bufio.NewReaderSize(conn, 16<<10)
	var body []byte
	for {
		sent := time.Now()
		if !sent.Before(end) {
			return nil
		}
		if err := conn.SetDeadline(sent.Add(answerTime)); err != nil {
			return err
		}
		if _, err := conn.Write(request); err != nil {
			return err
		}
		status := 0
		if status, body, err = readAnswer(r, body[:0]); err != nil {
			return err
		}
		if status != 200 || !l.right(body) {
			s.wrong++
			continue
		}
		s.latencies = append(s.latencies, time.Since(sent))
	}
}

// right reports whether a body is the right answer. An answer that is renewed during the load comes in other bytes for a moment: it is
// compressed with less effort before it is asked for again.
func (l load) right(body []byte) bool {
	if bytes.Equal(body, l.want) {
		return true
	}
	if l.coding == coding.Identity {
		return false
	}
	got, err := decoded(body, l.coding)
	if err != nil {
		return false
	}
	want, err := decoded(l.want, l.coding)
	return err == nil && bytes.Equal(got, want)
}

var errLength = errors.New("the answer has no Content-Length")

// readAnswer reads an HTTP/1.1 answer with a Content-Length, and returns its body in buf. It is not net/http's: the generator shares the
// machine with what it measures, and should take as little of it as it can.
func readAnswer(r *bufio.Reader, buf []byte) (status int, body []byte, err error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return 0, buf, err
	}
	if fields := bytes.Fields(line); len(fields) > 1 {
		status, err = strconv.Atoi(string(fields[1]))
	}
	if err != nil || status == 0 {
		return 0, buf, fmt.Errorf("the answer begins with %q", line)
	}
	length := -1
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, buf, err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			break
		}
		if name, value, _ := bytes.Cut(line, []byte(":")); bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, buf, fmt.Errorf("the answer has Content-Length %q", value)
			}
		}
	}
	if length < 0 {
		return 0, buf, errLength
	}
	buf = append(buf, make([]byte, length)...)
	_, err = io.ReadFull(r, buf)
	return status, buf, err
}
