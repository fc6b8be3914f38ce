package lane

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// maxWaiting is how much of an answer waits for more of it, in bytes, so that small parts leave together.
const maxWaiting = 4 << 10

// response is the http.ResponseWriter of a request. An answer whose length is declared leaves as it is written, with its head and its first part in one
// system call. Another one is held until its end.
type response struct {
	on     *connection
	of     *exchange
	header http.Header

	status   int   // 0: nothing has been said of it
	declared int64 // how long the body will be; -1: nobody has said
	written  int64 // of the body
	sent     bool  // the head has left
	typed    bool  // the handler has said of what media type the body is, or coded it
	ends     bool  // the connection, with the answer
	failed   error // of the connection
	memory         // the connection's, which it is lent until the end
}

// memory is what answers are put together in, one after the other.
type memory struct {
	head    []byte // as far as it is known
	waiting []byte // of the body
	names   []string
	parts   [3][]byte   // what buffers are made of
	buffers net.Buffers // written at once
	until   time.Time   // when writing ends; zero: it has to be set
}

// again leaves the memory to the next answer, but for what only a large one needs.
func (m *memory) again() {
	m.head, m.waiting, m.names = m.head[:0], m.waiting[:0], m.names[:0]
	if cap(m.waiting) > MaxRequest {
		m.waiting = nil
	}
}

// begin begins the answer to an exchange's request.
func (w *response) begin(x *exchange) {
	w.on, w.of, w.header, w.declared, w.memory = x.of, x, http.Header{}, -1, x.of.memory
	now, limit := time.Now(), w.on.server.WriteTimeout
	if w.until.Sub(now) < limit {
		w.until = now.Add(limit + w.on.server.Patience)
		_ = w.on.Conn.SetWriteDeadline(w.until)
	}
}

// Header implements http.ResponseWriter.
func (w *response) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter. Interim answers (1xx) are not sent.
func (w *response) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("invalid WriteHeader code %d", status)) // as net/http does
	}
	if w.status != 0 || status < 200 {
		return
	}
	w.status = status
	if text := w.header.Get("Content-Length"); text != "" {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= 0 {
			w.declared = n
		}
	}
	w.ends = w.header.Get("Connection") == "close"
	w.typed = w.has("Content-Type") || w.header.Get("Content-Encoding") != ""
	w.head = w.appendHead(w.head)
}

// hasBody reports whether the status allows a body (RFC 9112 §6.3).
func (w *response) hasBody() bool {
	return w.status != http.StatusNoContent && w.status != http.StatusNotModified
}

func (w *response) has(name string) bool {
	_, ok := w.header[name]
	return ok
}

// Write implements http.ResponseWriter.
func (w *response) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	switch {
	case w.failed != nil:
		return 0, w.failed
	case len(p) == 0:
		return 0, nil
	case !w.hasBody():
		return 0, http.ErrBodyNotAllowed
	}
	w.written += int64(len(p))
	if w.declared >= 0 && w.written > w.declared {
		return 0, http.ErrContentLength
	}
	if w.declared < 0 || w.written < w.declared && len(w.waiting)+len(p) <= maxWaiting {
		w.waiting = append(w.waiting, p...)
		return len(p), nil
	}
	if w.send(p); w.failed != nil {
		return 0, w.failed
	}
	return len(p), nil
}

// FlushError is what http.ResponseController has. An answer of no declared length is held all the same.
func (w *response) FlushError() error {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.declared >= 0 || !w.hasBody() {
		w.send(nil)
	}
	return w.failed
}

// Flush implements http.Flusher.
func (w *response) Flush() { _ = w.FlushError() }

// SetWriteDeadline is what http.ResponseController has.
func (w *response) SetWriteDeadline(t time.Time) error {
	if w.failed != nil {
		return w.failed
	}
	w.until = time.Time{}
	return w.on.Conn.SetWriteDeadline(t)
}

var errAnswered = errors.New("lane: the request has been answered")

// finish sends what has not been, and reports whether the connection carries more. A handler that writes later than that has nothing to write to.
func (w *response) finish() (more bool) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.hasBody() && w.declared < 0 {
		w.declared = w.written
		w.head = appendField(w.head, "Content-Length", strconv.FormatInt(w.declared, 10))
	}
	w.send(nil)
	more = w.failed == nil && !w.ends && (!w.hasBody() || w.written == w.declared)
	w.again()
	w.on.memory = w.memory
	w.memory, w.failed = memory{}, errAnswered
	return more
}

// sniff appends the media type of a body that begins with what waits and p, where nobody has said it.
func (w *response) sniff(b, p []byte) []byte {
	if w.typed || !w.hasBody() || len(w.waiting)+len(p) == 0 {
		return b
	}
	first := w.waiting
	if len(first) < sniffed {
		first = append(first[:len(first):len(first)], p[:min(len(p), sniffed)]...)
	}
	return appendField(b, "Content-Type", http.DetectContentType(first))
}

// sniffed is how many bytes tell a media type, as http.DetectContentType says.
const sniffed = 512

// send sends what waits, and p, in one system call.
func (w *response) send(p []byte) {
	if w.failed != nil {
		return
	}
	if !w.sent {
		w.sent, w.head = true, append(w.sniff(w.head, p), "\r\n"...)
	}
	if len(w.waiting)+len(p) <= maxWaiting { // to copy so much is less than to hand over parts
		w.head = append(append(w.head, w.waiting...), p...)
		if len(w.head) > 0 {
			_, w.failed = w.on.Conn.Write(w.head)
		}
	} else {
		w.parts = [...][]byte{w.head, w.waiting, p}
		w.buffers = w.parts[:]
		_, w.failed = w.buffers.WriteTo(w.on.raw)
		w.parts = [3][]byte{}
	}
	w.head, w.waiting = w.head[:0], w.waiting[:0]
	if w.failed != nil {
		w.of.stop()
	}
}
