package process_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weft/graph/edge"
	"weft/graph/lane"
	"weft/graph/lane/lanetest"
	"weft/graph/process"

	"github.com/google/go-cmp/cmp"
)

// serve is process.Serve, with a lane where the environment says so.
func serve(ctx context.Context, l net.Listener, h http.Handler, o process.ServeOptions) error {
	return process.Serve(ctx, l, h, laned(o))
}

// listenAndServe is process.ListenAndServe, likewise.
func listenAndServe(ctx context.Context, addr string, h http.Handler, o process.ServeOptions) error {
	return process.ListenAndServe(ctx, addr, h, laned(o))
}

func laned(o process.ServeOptions) process.ServeOptions {
	if lanetest.On() {
		o.Lane = process.Lane{Path: edge.Endpoint}
	}
	return o
}

// late is how much later a connection is known to be idle, and what comes in pieces to be too slow, where it has been on the lane first.
func late() time.Duration {
	if lanetest.On() {
		return time.Second
	}
	return 0
}

// echo answers with what it was asked, in the way that the query, or the body, begins with the name of.
type echo struct {
	mu   sync.Mutex
	seen []string
}

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	fields := new(strings.Builder)
	if err := r.Header.Write(fields); err != nil {
		panic(err)
	}
	said := fmt.Sprintf("%s %s %s %s %d %v %v\n%s\n%q %v", r.Method, r.RequestURI, r.URL, r.Host, r.ContentLength, r.TransferEncoding, r.Close, fields, body, err)
	e.mu.Lock()
	e.seen = append(e.seen, said)
	e.mu.Unlock()
	how, _, _ := strings.Cut(r.URL.RawQuery+string(body), " ")
	h := w.Header()
	switch how {
	case "held": // no length is declared
		_, _ = io.WriteString(w, said)
	case "large":
		h["X-Odd"] = []string{" a\r\nSet-Cookie: b ", "", "\u00e4"}
		h["Not A Name"] = []string{"c"}
		_, _ = io.WriteString(w, strings.Repeat(said, 100))
	case "parts":
		h.Set("Content-Length", strconv.Itoa(3*len(said)))
		for range 3 {
			_, _ = io.WriteString(w, said)
			_ = http.NewResponseController(w).Flush()
		}
	case "nothing":
	case "none":
		h.Set("Content-Length", "5")
		h.Set("Content-Type", "text/plain")
		w.WriteHeader(http.StatusNotModified)
		_, _ = io.WriteString(w, said)
	case "long": // more than was declared
		h.Set("Content-Length", "5")
		_, _ = io.WriteString(w, "12345")
		_, _ = io.WriteString(w, said)
	case "short":
		h.Set("Content-Length", "5")
		_, _ = io.WriteString(w, "123")
	case "end":
		h.Set("Connection", "close")
	case "panic":
		panic(http.ErrAbortHandler)
	case "sniffed":
		h.Set("Content-Length", "6002")
		_, _ = io.WriteString(w, "  ")
		_, _ = io.WriteString(w, "<html>"+strings.Repeat("a", 5994))
	case "code":
		w.WriteHeader(1000)
	case "late":
		w.WriteHeader(299)
		h.Set("X-Late", "1")
		w.WriteHeader(http.StatusTeapot)
	default:
		h.Set("Content-Type", "text/plain; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(len(said)))
		_, _ = io.WriteString(w, said)
	}
}

// conversation is what a server made of a connection.
type conversation struct {
	seen    []string // by the handler
	answers []string
	ended   bool // before it was idle for long
}

// converse sends pieces to a server, and waits.
func converse(t *testing.T, o process.ServeOptions, pieces [][]byte) (got conversation) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		h, s := new(echo), drainable{newPipes(), cancel, make(chan error, 1)}
		o.Logger = slog.New(slog.DiscardHandler)
		go func() { s.ended <- process.Serve(ctx, s, h, o) }()
		c := s.dial()
		var all bytes.Buffer
		read := make(chan struct{})
		go func() {
			_, _ = io.Copy(&all, c)
			close(read)
		}()
		for _, piece := range pieces {
			if _, err := c.Write(piece); err != nil {
				break
			}
			synctest.Wait()
		}
		select {
		case <-read:
			got.ended = true
		case <-time.After(30 * time.Second):
			_ = c.Close()
			<-read
		}
		cancel()
		<-s.ended
		got.seen, got.answers = h.seen, answersIn(all.Bytes(), h.seen)
	})
	return got
}

// answersIn returns what a connection carried, in one spelling.
func answersIn(all []byte, seen []string) (answers []string) {
	from := bufio.NewReader(bytes.NewReader(all))
	for {
		if _, err := from.Peek(1); err != nil {
			return answers
		}
		r := &http.Request{Method: http.MethodGet}
		if n := len(answers); n < len(seen) {
			r.Method, _, _ = strings.Cut(seen[n], " ")
		}
		res, err := http.ReadResponse(from, r)
		if err != nil {
			rest, _ := io.ReadAll(from)
			return append(answers, fmt.Sprintf("%v: %q", err, rest))
		}
		body, err := io.ReadAll(res.Body)
		res.Header.Del("Date")
		res.Header.Del("Content-Length") // what is chunked has none
		fields := new(strings.Builder)
		_ = res.Header.Write(fields)
		answers = append(answers, fmt.Sprintf("%s close %v\n%s\n%q %v", res.Status, res.Close, fields, body, err))
	}
}

// same compares what net/http alone makes of a connection with what it and the lane make of it.
func same(t *testing.T, name string, pieces [][]byte) {
	t.Helper()
	want := converse(t, process.ServeOptions{}, pieces)
	got := converse(t, process.ServeOptions{Lane: process.Lane{Path: edge.Endpoint}}, pieces)
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(conversation{})); diff != "" {
		t.Errorf("%s: %q (-net/http +lane):\n%s", name, pieces, diff)
	}
}

const (
	laneGet  = "GET /graphql?q HTTP/1.1\r\nHost: x\r\n\r\n"
	lanePost = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
)

// laneInputs are what connections carry, by what is tried with it. Each is followed by a request that is of the form.
func laneInputs() map[string]string {
	asks := func(how string) string {
		return strings.Replace(lanePost, "5\r\n\r\nhello", fmt.Sprintf("%d\r\n\r\n%s", len(how), how), 1)
	}
	inputs := map[string]string{
		"get": laneGet, "post": lanePost, "both": laneGet + lanePost + laneGet, "as before": strings.Repeat(lanePost, 5), "elsewhere": "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
		"head": "HEAD /graphql?q HTTP/1.1\r\nHost: x\r\n\r\n", "options": "OPTIONS /graphql HTTP/1.1\r\nHost: x\r\n\r\n", "lines before": lanePost + "\r\n\r\n" + lanePost + "\r\n\r\n\r\n",
		"lines behind a get": laneGet + "\r\n", "a line first": "\r\n" + laneGet, "chunks": "POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"HTTP/1.0": "GET /graphql?q HTTP/1.0\r\n\r\n", "HTTP/1.0 kept": "GET /graphql?q HTTP/1.0\r\nConnection: keep-alive\r\nHost: x\r\n\r\n", "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"nonsense": "\x16\x03\x01", "no method": " HTTP/1.1\r\nHost: x\r\n\r\n", "no target": "GET HTTP/1.1\r\nHost: x\r\n\r\n", "an empty line": "\r\n", "a byte": "G", "three bytes": "GET", "two lines and two bytes": "\r\nGE", "a long head": strings.Replace(laneGet, "\r\n\r\n", "\r\nA: "+strings.Repeat("a", 9000)+"\r\n\r\n", 1),
		"a long body": asks(strings.Repeat("b", 10_000)), "too long a head": strings.Replace(laneGet, "\r\n\r\n", "\r\nA: "+strings.Repeat("a", 50_000)+"\r\n\r\n", 1),
	}
	for _, how := range []string{"held", "large", "parts", "nothing", "none", "long", "short", "end", "panic", "late", "sniffed", "code"} {
		inputs["answer "+how] = asks(how + " ")
	}
	// What has let requests be smuggled past proxies: framings that two parsers may take for two things.
	for _, field := range []string{
		"Transfer-Encoding: chunked", "Transfer-Encoding : chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding:\tchunked", "Transfer-Encoding:\x0bchunked",
		"transfer-encoding: identity, chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x", "X: y\r\n Transfer-Encoding: chunked", "X: y\nTransfer-Encoding: chunked",
		"X: y\rTransfer-Encoding: chunked", "\x00Transfer-Encoding: chunked", "Transfer_Encoding: chunked", " Transfer-Encoding: chunked", "Content-Length: 0", "Content-Length: 5",
		"Content-Length: +5", "Content-Length: 5, 5", "Content-Length:", "Content_Length: 0", "Content-Length : 0", "Connection: Content-Length", "Connection: close",
		"Connection: keep-alive, Host", "Expect: 100-continue", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQ", "Trailer: A", "TE: trailers",
		"Host: y", "Host:", "Host :y", "X-HTTP-Method-Override: DELETE", "Pragma: no-cache", "Keep-Alive: timeout=5", "A: \x7f", "A: \x80", "A\x80: b", "A(: b", ": b", "b", "A: " + "\t b \t",
	} {
		inputs["get, "+field] = strings.Replace(laneGet, "\r\n\r\n", "\r\n"+field+"\r\n\r\n", 1)
		inputs["post, "+field] = strings.Replace(lanePost, "\r\n\r\n", "\r\n"+field+"\r\n\r\n", 1)
		inputs["before all, "+field] = strings.Replace(lanePost, "Host", field+"\r\nHost", 1)
	}
	for _, target := range []string{"*", "http://x/graphql", "//graphql", "/graphql#a", "/graphql?", "/graphql??", "/graphql?a=%zz", "/graphql/", "/graphql/id", "/%67raphql", "/graphql?a;b", "/graphql ?"} {
		inputs["target "+target] = "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"
	}
	return inputs
}

// The lane and net/http together do what net/http does: the same requests reach the handler, with the same answers, and connections end the same.
func TestLane(t *testing.T) {
	for name, text := range laneInputs() {
		all := text + laneGet
		same(t, name, [][]byte{[]byte(all)})
		same(t, name+", then another", [][]byte{[]byte(text), []byte(laneGet)})
		same(t, name+", behind one", [][]byte{[]byte(lanePost), []byte(all)})
		same(t, name+", behind one, and then nothing", [][]byte{[]byte(lanePost + text)})
		same(t, name+", behind a get, and then nothing", [][]byte{[]byte(laneGet + text)})
		if len(all) < 500 {
			half := len(all) / 3
			same(t, name+", cut", [][]byte{[]byte(all[:half]), []byte(all[half:])})
			same(t, name+", byte by byte", slices.Collect(slices.Chunk([]byte(all), 1)))
		}
	}
}

// Two fields that are odd together: the same name twice, empty, in another case, or what contradicts.
func TestLaneFields(t *testing.T) {
	fields := []string{
		"", "A", ":", "A: b", "a:", "Host: x", "Host:", "host: y", "Host: x,y", "Host :y", "Content-Length: 5", "content-length: 5", "Content-Length: 0", "Content-Length:",
		"Content-Length: 05", "Content-Length: 6", "Transfer-Encoding: chunked", "Transfer-Encoding:", "Transfer-Encoding: identity", "Connection: close", "connection: Keep-Alive",
		"Connection:", "Connection: x", "Expect: 100-continue", "Expect:", "Trailer: A", "Upgrade: h2c", "TE:", "Keep-Alive:", "Pragma:", "Cookie: a", "Content-Encoding: gzip",
	}
	for _, line := range []string{"GET /graphql?q", "POST /graphql", "OPTIONS /graphql"} {
		for _, before := range []string{"", "Host: x\r\n", "Host: x\r\nContent-Length: 5\r\n"} {
			for _, first := range fields {
				for _, second := range fields {
					text := line + " HTTP/1.1\r\n" + before + first + "\r\n" + second + "\r\n\r\nhello"
					same(t, "two fields", [][]byte{[]byte(text), []byte(laneGet)})
				}
			}
		}
	}
}

// FuzzLane is TestLane with what the fuzzer thinks of; cuts are lengths of what is sent at once.
func FuzzLane(f *testing.F) {
	const longest = 4 << 10 // longer ones are slow; TestLane has them
	for _, text := range laneInputs() {
		if len(text+laneGet) <= longest {
			f.Add([]byte(text+laneGet), []byte{200, 3, 20})
		}
	}
	f.Fuzz(func(t *testing.T, text, cuts []byte) {
		if len(text) > longest || len(cuts) > 10 {
			return
		}
		var pieces [][]byte
		for _, n := range cuts {
			n := min(int(n), len(text))
			if n > 0 {
				pieces, text = append(pieces, text[:n]), text[n:]
			}
		}
		same(t, "fuzzed", append(pieces, text))
	})
}

// apart is a status without what the lane has done.
func apart(s process.ConnectionStatus) process.ConnectionStatus {
	s.Lane = lane.Status{}
	return s
}
