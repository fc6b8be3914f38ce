package main_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"weft/graph/service/processtest"
)

// TestSignalOverTheDemo ends weft while an operation asks the demo services: it is answered as if nothing had been, by services
// that are there until it is, and the process ends with 0.
func TestSignalOverTheDemo(t *testing.T) {
	p := processtest.Start(t, exec.Command(processtest.Build(t), "-demo-latency=1s"))
	conn := begin(t, p.URL, len(question))
	defer conn.Close()
	if _, err := io.WriteString(conn, question); err != nil {
		t.Fatal(err)
	}
	p.Terminate(t)
	const want = `{"data":{"products":{"nodes":[{"name":"Snowbunting Two-Person Tent","price":{"amount":"309.00"}}]}}}`
	if status, got := conn.answer(t); status != http.StatusOK || got != want {
		t.Errorf("got %d %s, want 200 %s", status, got, want)
	}
	p.Ends(t)
}

// TestSignalWithHalfABody ends weft while a client has sent half of a body and sends no more: the client is told, and the process
// ends with 0. How long that takes is held in a test with a clock of its own.
func TestSignalWithHalfABody(t *testing.T) {
	p := processtest.Start(t, exec.Command(processtest.Build(t)))
	conn := begin(t, p.URL, len(question))
	defer conn.Close()
	if _, err := io.WriteString(conn, question[:10]); err != nil {
		t.Fatal(err)
	}
	p.Terminate(t)
	if status, text := conn.answer(t); status != http.StatusRequestTimeout || !strings.Contains(text, "the body stopped arriving") {
		t.Errorf("got %d %s, want 408", status, text)
	}
	p.Ends(t)
}

const question = `{"query": "{ products(first: 1) { nodes { name price { amount } } } }"}`

// posting is a connection on which weft waits for a body.
type posting struct {
	net.Conn

	received *bufio.Reader
}

// begin sends the headers of a POST with a body of length bytes, and returns when weft begins to read that.
func begin(t *testing.T, url string, length int) posting {
	t.Helper()
	host, path, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	p := posting{conn, bufio.NewReader(conn)}
	_, err = fmt.Fprintf(conn, "POST /%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", path, host, length)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"HTTP/1.1 100 Continue\r\n", "\r\n"} {
		if got, err := p.received.ReadString('\n'); got != want {
			t.Fatalf("got %q, %v, want %q", got, err, want)
		}
	}
	return p
}

// answer returns the answer's status and body.
func (p posting) answer(t *testing.T) (status int, body string) {
	t.Helper()
	response, err := http.ReadResponse(p.received, nil)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return response.StatusCode, string(text)
}
