package edge_test

import (
	"context"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
	"weft/graph/govern"
)

// Bodies above 64 KiB share room: one that does not fit any more is refused, a small one is not, and the room of an answered
// one is free.
func TestLargeBodiesShareRoom(t *testing.T) {
	const maxBody = 100 << 10
	large := hello + strings.Repeat(" ", maxBody-len(hello))
	running, release := make(chan struct{}, 3), make(chan struct{})
	base := serve(t, func(ctx context.Context) *graphql.Response {
		running <- struct{}{}
		<-release
		return greet(ctx)
	}, edge.Options{MaxBody: maxBody, Memory: govern.New(maxBody - govern.Free)})
	answers := make(chan response, 2)
	ask := func(body string) { answers <- request{body: body}.send(t, base) }
	go ask(large)
	<-running
	const full = `{"errors":[{"message":"too many large bodies are being read at once: try again","extensions":{"code":"OVERLOADED"}}]}`
	got := request{body: large}.send(t, base)
	if got.status != 503 || got.body != full || got.header.Get("Retry-After") != "1" {
		t.Errorf("got %d %v %s, want 503 with Retry-After", got.status, got.header, got.body)
	}
	go ask(hello)
	<-running
	close(release)
	for range 2 {
		if got := <-answers; got.status != 200 || got.body != helloData {
			t.Errorf("got %d %s", got.status, got.body)
		}
	}
	// An answer is there a moment before its room is free.
	for got = (request{body: large}).send(t, base); got.status == 503; got = (request{body: large}).send(t, base) {
	}
	if got.status != 200 || got.body != helloData {
		t.Errorf("got %d %s after the first large body was answered", got.status, got.body)
	}
}

// What is in a body takes room, too: a few bytes of empty objects are many maps.
func TestValuesTakeRoom(t *testing.T) {
	body := `{"query":"{ greeting }","extensions":{"x":[` + strings.Repeat(`{"":{}},`, 1000) + `1]}}`
	running, release := make(chan struct{}, 1), make(chan struct{})
	base := serve(t, func(ctx context.Context) *graphql.Response {
		running <- struct{}{}
		<-release
		return greet(ctx)
	}, edge.Options{MaxBody: 100 << 10, Memory: govern.New(400 << 10)})
	answer := make(chan response, 1)
	go func() { answer <- request{body: body}.send(t, base) }()
	<-running
	if got := (request{body: body}).send(t, base); got.status != 503 {
		t.Errorf("got %d %s, want 503", got.status, got.body)
	}
	close(release)
	if got := <-answer; got.status != 200 || got.body != helloData {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

// The largest body that is allowed always has room, however little is configured.
func TestOneLargeBodyFits(t *testing.T) {
	const maxBody = 1 << 20
	base := serve(t, greet, edge.Options{Memory: govern.New(1)})
	for range 2 {
		got := request{body: hello + strings.Repeat(" ", maxBody-len(hello))}.send(t, base)
		for got.status == 503 { // the first one's room is not free yet
			got = request{body: hello + strings.Repeat(" ", maxBody-len(hello))}.send(t, base)
		}
		if got.status != 200 || got.body != helloData {
			t.Errorf("got %d %s", got.status, got.body)
		}
	}
}
