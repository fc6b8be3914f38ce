package upstream

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"strings"
	"syscall"
)

// cause gives an error from below a text without hosts, addresses and URLs. What it wraps is for errors.Is and errors.As.
type cause struct {
	text string
	err  error
}

func (c *cause) Error() string { return c.text }
func (c *cause) Unwrap() error { return c.err }

// interrupted is the failure of a call whose context has ended: also of one that was cancelled because somebody's time was over.
func interrupted(ctx context.Context) *Error {
	if errors.Is(ctx.Err(), context.Canceled) && !errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return &Error{Kind: Canceled, Err: context.Canceled}
	}
	return &Error{Kind: Timeout, Err: context.DeadlineExceeded}
}

// broken is the failure of a call that the transport could not complete.
//
// The end of the context comes first: whatever the transport says then, it says because of it. A connection that could not
// be made in time is Unavailable and not a Timeout, since the upstream has not seen the request.
func broken(ctx context.Context, err error) *Error {
	if ctx.Err() != nil {
		return interrupted(ctx)
	}
	kind := Unavailable
	if errors.Is(err, context.DeadlineExceeded) && !dialing(err) {
		kind = Timeout // a transport's own
	}
	return &Error{
		Kind: kind, Err: &cause{text: describe(err), err: err},
		repeat: repeat{lost: kind == Unavailable && passing(err), unsent: unsent(err), refused: dialing(err) && errors.Is(err, syscall.ECONNREFUSED)},
	}
}

// dialing reports whether err happened before there was a connection.
func dialing(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// unsent reports whether err says that there was no connection to send a request on. When it does not, there may have been one.
func unsent(err error) bool {
	var (
		lookup      *net.DNSError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
	)
	return dialing(err) || errors.As(err, &lookup) || errors.As(err, &certificate) || errors.As(err, &record)
}

// describe says in a few fixed words what went wrong. It never uses err's own text, which names hosts.
func describe(err error) string {
	var (
		errno       syscall.Errno
		lookup      *net.DNSError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
		refused     *refusedAddress
		op          *net.OpError
	)
	switch {
	case errors.As(err, &refused):
		return refused.Error()
	case errors.As(err, &errno):
		return errno.Error()
	case errors.As(err, &lookup):
		return "name lookup failed"
	case errors.As(err, &certificate):
		return "certificate not accepted"
	case errors.As(err, &record), errors.As(err, &alert):
		return "TLS handshake failed"
	case errors.As(err, &op) && op.Op == "remote error": // an alert, whose texts are those of package tls
		return "TLS refused by the upstream: " + strings.TrimPrefix(op.Err.Error(), "tls: ")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed before the answer was complete"
	case dialing(err):
		return "cannot connect"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	}
	return "the call could not be completed"
}

// panicked is the failure of a call whose transport panicked with v. The stack is in the wrapped error.
func panicked(v any) *Error {
	return &Error{Kind: Unavailable, Err: &cause{text: "panic below the call", err: fmt.Errorf("%v\n%s", v, debug.Stack())}}
}
