package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"weft/graph/edge/coding"
)

func TestReadAnswer(t *testing.T) {
	r := bufio.NewReader(strings.NewReader(
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: 5\r\n\r\nhello" +
			"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"))
	for _, want := range []struct {
		status int
		body   string
	}{{200, "hello"}, {502, ""}} {
		status, body, err := readAnswer(r, nil)
		if err != nil || status != want.status || string(body) != want.body {
			t.Errorf("got %d %q, %v, want %d %q", status, body, err, want.status, want.body)
		}
	}
}

func TestReadAnswerRefuses(t *testing.T) {
	for _, text := range []string{
		"", "\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 fine\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
		"HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Le",
	} {
		if status, body, err := readAnswer(bufio.NewReader(strings.NewReader(text)), nil); err == nil {
			t.Errorf("%q gives %d %q and no error", text, status, body)
		}
	}
}

// loadOf is a short load of a server, whose right answer is "right".
func loadOf(t *testing.T, h http.HandlerFunc) load {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	address := strings.TrimPrefix(server.URL, "http://")
	return load{address: address, path: "/graphql", body: []byte(`{}`), want: []byte("right"), connections: 4, duration: 50 * time.Millisecond}
}

func TestLoadCountsEveryAnswer(t *testing.T) {
	var asked atomic.Int64
	l := loadOf(t, func(w http.ResponseWriter, r *http.Request) {
		switch n := asked.Add(1); {
		case r.Method != http.MethodPost || r.URL.Path != "/graphql" || r.ContentLength != 2:
			t.Errorf("asked %s %s with %d bytes", r.Method, r.URL, r.ContentLength)
		case n == 2:
			_, _ = w.Write([]byte("other"))
		case n == 3:
			http.Error(w, "right", http.StatusInternalServerError)
		default:
			_, _ = w.Write([]byte("right"))
		}
	})
	s, err := l.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.wrong != 2 || s.right+s.wrong != int(asked.Load()) || len(s.latencies) != s.right {
		t.Errorf("%d right and %d wrong answers of %d, of which the second and third are wrong; %d latencies", s.right, s.wrong, asked.Load(), len(s.latencies))
	}
	if s.took < l.duration {
		t.Errorf("took %s of %s", s.took, l.duration)
	}
}

func TestLoadKnowsTheAnswerInOtherBytes(t *testing.T) {
	at := func(level int, text string) []byte {
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, level)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, text)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	text := strings.Repeat("right, ", 20)
	l := load{want: at(gzip.BestCompression, text), coding: coding.Gzip}
	for _, c := range []struct {
		body  []byte
		right bool
	}{{l.want, true}, {at(gzip.HuffmanOnly, text), true}, {at(gzip.BestCompression, "wrong"), false}, {[]byte(text), false}} {
		if got := l.right(c.body); got != c.right {
			t.Errorf("right(%q) = %v", c.body, got)
		}
	}
}

func TestLoadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	l := loadOf(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a server notices that a client leaves once the request is read
		cancel()
		<-r.Context().Done() // the load closes its connections
	})
	l.duration = time.Minute
	if _, err := l.run(ctx); err == nil {
		t.Error("a load that was cancelled gives no error")
	}
}
