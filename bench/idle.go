package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// restTime is after what idle connections are measured: by then they are parked.
const restTime = 3 * time.Second

// idle has a service keep connections on which one request was answered, and reports how much memory they take.
func (b *bench) idle(ctx context.Context, stdout io.Writer, o operation, m mode, connections int) error {
	p := b.programs
	p.recordings = recordings{}
	t := p.service(o, m, "planned", b.upstream)
	r, err := b.begin(ctx, o, &measurement{target: t})
	if err != nil {
		return fmt.Errorf("%s: %w", t.label(), err)
	}
	defer r.process.stop()
	if err := b.compare(ctx, r); err != nil {
		return err
	}
	before, err := currentMemory(r.process.pid)
	if err != nil {
		return err
	}
	request := r.load.onWire()
	for range connections {
		conn, err := r.load.once(ctx, request)
		if err != nil {
			return err
		}
		defer conn.Close()
	}
	select {
	case <-time.After(restTime):
	case <-ctx.Done():
		return ctx.Err()
	}
	after, err := currentMemory(r.process.pid)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "\n%s, %s: RSS %d MB without connections, %d MB with them: %.1f KB each.\n",
		t.label(), counted(connections, "idle connection"), before>>20, after>>20, float64(after-before)/float64(connections)/1024)
	return err
}

// once dials a connection, and has one request answered on it.
func (l load) once(ctx context.Context, request []byte) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", l.address)
	if err != nil {
		return nil, err
	}
	if err = conn.SetDeadline(time.Now().Add(answerTime)); err == nil {
		_, err = conn.Write(request)
	}
	status := 0
	if err == nil {
		status, _, err = readAnswer(bufio.NewReader(conn), nil)
	}
	if err == nil && status != 200 {
		err = fmt.Errorf("the answer has status %d", status)
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// currentMemory is what a process has in memory, in bytes.
func currentMemory(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0, fmt.Errorf("statm has %q", text)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}
