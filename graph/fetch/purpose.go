package fetch

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/prefetch/ledger"
	"weft/upstream"
)

// purpose is what an operation runs for. The zero value is a client's request.
type purpose struct {
	renews bool   // what was served stale is loaded anew
	source string // it runs ahead of time, for a source of the ledger; "": it does not

	mu      sync.Mutex // guards what follows
	settled bool       // the operation has ended: what goes on makes no call any more
	tickets []*ledger.Ticket
}

// errNotIssued is why a value is missing in an operation that runs ahead of time. Nobody reads its answer.
var errNotIssued = errors.New("no call is made for this ahead of time")

// ahead reports whether nobody has asked for the operation yet.
func (p *purpose) ahead() bool { return p.source != "" }

// issue asks whether a call may be made. An operation of a client's needs no ticket.
func (x *Execution) issue(b *binding.Binding) (*ledger.Ticket, error) {
	p := &x.purpose
	if !p.ahead() {
		return nil, nil
	}
	if !x.looksUp(b) { // what it brings is not kept
		return nil, b.Failed(upstream.Canceled, errNotIssued)
	}
	t := x.service.Ledger.Issue(p.source, b.Upstream)
	if t == nil {
		return nil, b.Failed(upstream.Canceled, errNotIssued)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.settled {
		t.Settle()
		return nil, b.Failed(upstream.Canceled, errNotIssued)
	}
	p.tickets = append(p.tickets, t)
	return t, nil
}

// called notes how a call has ended.
func (x *Execution) called(b *binding.Binding, t *ledger.Ticket, began time.Time, r *upstream.Response, err error) {
	if failure, ok := errors.AsType[*upstream.Error](err); ok {
		x.service.Failed(failure)
	}
	l := x.service.Ledger
	if l == nil || x.purpose.renews {
		return
	}
	kind, took := kindOf(err), time.Since(began)
	failed := meanings[kind].down
	if client := x.service.Clients[b.Upstream]; kind == upstream.Timeout {
		failed = client != nil && took >= client.Timeout() // and not only the client's patience is over
	}
	if t == nil {
		l.Demanded(b.Upstream, failed)
		return
	}
	bytes := 0
	if r != nil {
		bytes = len(r.Body)
	}
	t.Ended(took, bytes, failed)
}

// settle closes the account of an operation that has ended.
func (p *purpose) settle() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.tickets {
		t.Settle()
	}
	p.tickets, p.settled = nil, true
}

// mark stands at an entry that was loaded ahead of time.
type mark struct {
	ticket *ledger.Ticket
	taken  atomic.Bool
}

// marked marks an entry, before anybody else sees it, as what a call ahead of time has brought.
func marked(e *cache.Entry, t *ledger.Ticket) {
	e.Ahead = &mark{ticket: t}
	t.Kept(time.UnixMilli(e.FreshUntil))
}

// Take implements cache.Ahead.
func (m *mark) Take() bool {
	if m.taken.Swap(true) {
		return false
	}
	m.ticket.Use(time.Now())
	return true
}
