package operation

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/persisted"
	"weft/graph/protocol"
)

// occupy takes all turns of a queue, and returns what gives them back.
func occupy(q *queue) (leave func()) {
	for range cap(q.turns) {
		q.turns <- struct{}{}
	}
	return func() {
		for range cap(q.turns) {
			q.leave()
		}
	}
}

// waitFor returns when documents of so many bytes wait at the queue.
func waitFor(q *queue, n int64) {
	for q.waiting.Load() != n {
		runtime.Gosched()
	}
}

func TestQueue(t *testing.T) {
	q := newQueue()
	leave := occupy(q)
	entered := make(chan error)
	for range maxWaiting / page {
		go func() { entered <- q.enter(t.Context(), 10) }()
	}
	waitFor(q, maxWaiting)
	if err := q.enter(t.Context(), 10); !errors.Is(err, ErrFull) {
		t.Fatalf("the queue is full: got %v, want %v", err, ErrFull)
	}
	leave()
	for range maxWaiting / page {
		if err := <-entered; err != nil {
			t.Fatal(err)
		}
		q.leave()
	}
	waitFor(q, 0)
	if err := q.enter(t.Context(), 10); err != nil {
		t.Fatalf("the queue is empty: %v", err)
	}
}

func TestQueueForgetsWhoLeaves(t *testing.T) {
	q := newQueue()
	defer occupy(q)()
	ctx, cancel := context.WithCancel(t.Context())
	entered := make(chan error)
	go func() { entered <- q.enter(ctx, 2*maxWaiting) }() // the only one may be as long as it likes
	waitFor(q, 2*maxWaiting)
	cancel()
	if err := <-entered; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	waitFor(q, 0)
}

// TestQueueDoesNotWorkForWhoHasLeft tries that there is no turn for who has left before, though nobody waits.
func TestQueueDoesNotWorkForWhoHasLeft(t *testing.T) {
	q := newQueue()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := q.enter(ctx, 10); !errors.Is(err, context.Canceled) || len(q.turns) != 0 {
		t.Errorf("got %v, and %d turns are taken", err, len(q.turns))
	}
}

// TestOverloaded tries that a full queue turns away at once what it would have to parse, and only that.
func TestOverloaded(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: "type Query { a: String }"})
	served := 0
	e := New(&graphql.ExecutableSchemaMock{
		SchemaFunc:     func() *ast.Schema { return schema },
		ComplexityFunc: func(context.Context, string, string, int, map[string]any) (int, bool) { return 0, false },
		ExecFunc: func(context.Context) graphql.ResponseHandler {
			served++
			return graphql.OneShot(&graphql.Response{Data: json.RawMessage(`{"a":null}`)})
		},
	}, Options{})
	ask := func(text string) *Answer { return e.Run(t.Context(), &Request{Text: text}) }
	if a := ask("{ a }"); a.Class != Executed {
		t.Fatalf("%+v", a)
	}
	kept, err := e.Prepare(t.Context(), "{ c: a }", "")
	if err != nil {
		t.Fatal(err)
	}
	q := e.documents.queue
	defer occupy(q)()
	q.waiting.Add(maxWaiting)
	a := ask("{ b: a }")
	const want = "too many documents wait to be parsed and validated: try again"
	if a.Class != Full || len(a.Errors) != 1 || a.Errors[0].Message != want || a.Errors[0].Extensions["code"] != protocol.CodeOverloaded {
		t.Errorf("a document that is not known: %+v", a)
	}
	if _, err := e.Prepare(t.Context(), "{ b: a }", ""); !errors.Is(err, ErrFull) {
		t.Errorf("to be kept: got %v, want %v", err, ErrFull)
	}
	if a := ask("{ a }"); a.Class != Executed || served != 2 {
		t.Errorf("a document that is known: %+v", a)
	}
	if a := e.Run(t.Context(), &Request{Prepared: kept}); a.Class != Executed || served != 3 {
		t.Errorf("an operation that is prepared: %+v", a)
	}
}

// TestInstallWaits tries that manifests wait while clients have all room for documents, instead of staying as they were.
func TestInstallWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		schema := gqlparser.MustLoadSchema(&ast.Source{Input: "type Query { a: String }"})
		e := New(&graphql.ExecutableSchemaMock{
			SchemaFunc:     func() *ast.Schema { return schema },
			ComplexityFunc: func(context.Context, string, string, int, map[string]any) (int, bool) { return 0, false },
		}, Options{})
		q := e.documents.queue
		leave := occupy(q)
		q.waiting.Add(maxWaiting)
		done := make(chan error)
		go func() {
			_, err := e.Install(t.Context(), []persisted.Operation{{ID: "a", Text: "{ a }"}})
			done <- err
		}()
		synctest.Wait() // it has found no room
		q.waiting.Add(-maxWaiting)
		leave()
		if err := <-done; err != nil || len(e.Installed()) != 1 {
			t.Errorf("got %v, and %d are installed", err, len(e.Installed()))
		}

		defer occupy(q)()
		q.waiting.Add(maxWaiting)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, err := e.Install(ctx, []persisted.Operation{{ID: "a", Text: "{ b: a }"}})
			done <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that the context has ended", err)
		}
	})
}
