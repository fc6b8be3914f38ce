package upstreamtest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"

	"github.com/klauspost/compress/zstd"
)

// endlessBody is how many bytes a body that does not end has on the wire after all, should its reader have no limit.
const endlessBody = 1 << 30

// inject answers a request with a fault, or with next when there is none.
func (s *Server) inject(f Fault, w http.ResponseWriter, req *http.Request, next http.Handler) {
	switch f {
	case None:
		next.ServeHTTP(w, req)
	case Slow:
		s.mu.Lock()
		released := s.released
		s.mu.Unlock()
		if s.until(req, released) {
			next.ServeHTTP(w, req)
		}
	case Hang:
		half(w, req, next)
		s.until(req, nil)
	case Cut:
		half(w, req, next)
		panic(http.ErrAbortHandler) // closes the connection, without a log line
	case Reset:
		reset(w)
	case Malformed:
		Answer{Body: `{"data": [{"id": 1}, {"id`}.write(w)
	case HTML:
		Answer{Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Body: "<!doctype html><p>Welcome"}.write(w)
	case Huge:
		w.Header().Set("Content-Type", "application/json")
		endless(w, bytes.Repeat([]byte{'x'}, 64<<10))
	case Bomb:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		endless(w, compressGzip(bytes.Repeat([]byte{' '}, 1<<20))) // one gzip member after the other
	case Redirect:
		w.Header().Set("Location", s.URL+"/redirected")
		w.WriteHeader(http.StatusFound)
	case Gzip:
		encode(w, req, next, "gzip", compressGzip)
	case Zstd:
		encode(w, req, next, "zstd", compressZstd)
	default:
		problem(w, f)
	}
}

// half sends the headers of next's answer, which promise all of the body, and the first half of it.
func half(w http.ResponseWriter, req *http.Request, next http.Handler) {
	header, status, body := answer(req, next)
	if len(body) < 2 {
		body = []byte(`{"more": "to come"}`)
	}
	maps.Copy(w.Header(), header)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
}

// reset closes the connection so that the peer gets a reset instead of an orderly end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// endless writes chunk until nobody reads it any more.
func endless(w io.Writer, chunk []byte) {
	var err error
	for n := 0; err == nil && n < endlessBody; n += len(chunk) {
		_, err = w.Write(chunk)
	}
}

// encode sends next's answer compressed.
func encode(w http.ResponseWriter, req *http.Request, next http.Handler, coding string, compress func([]byte) []byte) {
	header, status, body := answer(req, next)
	maps.Copy(w.Header(), header)
	w.Header().Set("Content-Encoding", coding)
	w.WriteHeader(status)
	_, _ = w.Write(compress(body))
}

func compressGzip(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body)
	_ = z.Close()
	return b.Bytes()
}

func compressZstd(body []byte) []byte { return zstd.EncodeTo(nil, body) }

// answer returns what next answers.
func answer(req *http.Request, next http.Handler) (header http.Header, status int, body []byte) {
	recorder := httptest.NewRecorder()
	next.ServeHTTP(recorder, req)
	return recorder.Header(), recorder.Code, recorder.Body.Bytes()
}

// problem answers with the status that f names.
func problem(w http.ResponseWriter, f Fault) {
	status, err := strconv.Atoi(string(f))
	if err != nil {
		status = http.StatusInternalServerError
	}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	if status == http.StatusNoContent || status == http.StatusNotModified {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"title": %q, "status": %d}`, http.StatusText(status), status)
}
