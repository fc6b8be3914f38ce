package main_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestSignalOverTheDemo ends weft while an operation asks the demo services: it is answered as if nothing had been, by services
// that are there until it is, and the process ends with 0.
func TestSignalOverTheDemo(t *testing.T) {
	p := startProcess(t, exec.Command(build(t), "-demo-latency=1s"))
	answer := make(chan string, 1)
	running := make(chan struct{})
	go func() { answer <- askInTwoSteps(t, p.url, running) }()
	<-running
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	const want = `{"data":{"products":{"nodes":[{"name":"Snowbunting Two-Person Tent","price":{"amount":"309.00"}}]}}}`
	if got := <-answer; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	p.ends(t)
}

// askInTwoSteps asks for a product and its price, two services one after the other. It closes running when weft has begun to read
// the request, and has been sent all of it.
func askInTwoSteps(t *testing.T, url string, running chan struct{}) string {
	var begun, sent sync.WaitGroup
	begun.Add(1)
	sent.Add(1)
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		Got100Continue: begun.Done,
		WroteRequest:   func(httptrace.WroteRequestInfo) { sent.Done() },
	})
	go func() {
		begun.Wait()
		sent.Wait()
		close(running)
	}()
	return post100(ctx, t, url, `{"query": "{ products(first: 1) { nodes { name price { amount } } } }"}`)
}

// post100 posts a body as soon as the server wants it, and returns the answer.
func post100(ctx context.Context, t *testing.T, url, body string) string {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return ""
	}
	r.Header = http.Header{"Content-Type": {"application/json"}, "Expect": {"100-continue"}}
	transport := &http.Transport{ExpectContinueTimeout: time.Minute}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(r)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return string(text)
}
