package upstream

import (
	"context"
	"io"
	"sync/atomic"
	"time"
)

// paced is a body whose service may pause for so long between two parts of it. From who pauses for longer nothing is read any more, as from one that
// takes longer than it may. Time in which nobody reads does not count.
//
// It ends reading by closing the body, which may be done while it is read (see [Options].Transport). A context for each call would take 2 % of q1 (bench -modes policies).
type paced struct {
	io.ReadCloser
	pause time.Duration
	timer *time.Timer // nil: nobody has read yet
	late  atomic.Bool // the service has paused for longer
}

// paced has the body of an answer paced, where a pause is configured.
func (c *Client) paced(body io.ReadCloser) io.ReadCloser {
	if c.policies.Pause <= 0 {
		return body
	}
	return &paced{ReadCloser: body, pause: c.policies.Pause}
}

// Read implements io.Reader.
func (p *paced) Read(b []byte) (n int, err error) {
	if p.timer == nil {
		p.timer = time.AfterFunc(p.pause, p.giveUp)
	} else {
		p.timer.Reset(p.pause)
	}
	n, err = p.ReadCloser.Read(b)
	p.timer.Stop()
	if err != nil && p.late.Load() { // also io.EOF, which net/http says of some bodies that are closed meanwhile
		err = context.DeadlineExceeded
	}
	return n, err
}

// giveUp ends reading. A panic of the body's would end the process, since nobody else is above it here.
func (p *paced) giveUp() {
	defer func() { _ = recover() }()
	p.late.Store(true)
	_ = p.Close()
}
