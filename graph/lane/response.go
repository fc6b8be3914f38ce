package lane

import (
	"net"
	"net/http"
	"strconv"
	"time"
)

// maxWaiting is how much of an answer waits for more of it, in bytes, so that small parts leave together.
const maxWaiting = 4 << 10

// response is the http.ResponseWriter of a connection's requests, one after the other. An answer whose length is declared leaves as it is written, with
// its head and its first part in one system call. Another one is held until its end.
type response struct {
	of     *connection
	client *exchange
	header http.Header
	until  time.Time // when writing ends; zero: it has to be set

	status   int   // 0: nothing has been said of it
	declared int64 // how long the body will be; -1: nobody has said
	written  int64 // of the body
	sent     bool  // the head has left
	typed    bool  // the handler has said of what media type the body is, or coded it
	ends     bool  // the connection, with the answer
	failed   error // of the connection

	memory
}

// memory is what answers are put together in, one after the other.
type memory struct {
	head    []byte // as far as it is known
	waiting []byte // of the body
	names   []string
	parts   [3][]byte   // what buffers are made of
	buffers net.Buffers // written at once
}

// again leaves the memory to the next answer, but for what only a large one needs.
func (m *memory) again() {
	m.head, m.waiting, m.names = m.head[:0], m.waiting[:0], m.names[:0]
	if cap(m.waiting) > MaxRequest {
		m.waiting = nil
	}
}

// begin makes a response that of another request.
func (w *response) begin(x *exchange) {
	clear(w.header)
	w.again()
	*w = response{of: w.of, client: x, header: w.header, until: w.until, declared: -1, memory: w.memory}
	now, limit := time.Now(), w.of.server.WriteTimeout
	if w.until.Sub(now) < limit {
		w.until = now.Add(limit + w.of.server.Idle)
		_ = w.of.Conn.SetWriteDeadline(w.until)
	}
}

// Header implements http.ResponseWriter.
func (w *response) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter. Interim answers (1xx) are not sent.
func (w *response) WriteHeader(status int) {
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

// Write implements http.ResponseWriter.
func (w *response) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if len(p) == 0 {
		return 0, nil
	}
	if !w.hasBody() {
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
	w.until = time.Time{}
	return w.of.Conn.SetWriteDeadline(t)
}

// finish sends what has not been, and reports whether the connection carries more.
func (w *response) finish() bool {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.hasBody() && w.declared < 0 {
		w.declared = w.written
		w.head = appendField(w.head, "Content-Length", strconv.FormatInt(w.declared, 10))
	}
	w.send(nil)
	return w.failed == nil && !w.ends && (!w.hasBody() || w.written == w.declared)
}

func (w *response) has(name string) bool {
	_, ok := w.header[name]
	return ok
}

// sniff appends the media type of a body that begins with what waits, or with p, where nobody has said it.
func (w *response) sniff(b, p []byte) []byte {
	if len(w.waiting) > 0 {
		p = w.waiting
	}
	if w.typed || !w.hasBody() || len(p) == 0 {
		return b
	}
	return appendField(b, "Content-Type", http.DetectContentType(p))
}

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
			_, w.failed = w.of.Conn.Write(w.head)
		}
	} else {
		w.parts = [...][]byte{w.head, w.waiting, p}
		w.buffers = w.parts[:]
		_, w.failed = w.buffers.WriteTo(w.of.raw)
		w.parts = [3][]byte{}
	}
	w.head, w.waiting = w.head[:0], w.waiting[:0]
	if w.failed != nil {
		w.client.leave()
	}
}
