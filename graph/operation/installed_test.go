package operation_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"

	"weft/graph/admit"
	"weft/graph/operation"
	"weft/graph/persisted"
)

func TestInstallBad(t *testing.T) {
	e := newEngine(repeatText, operation.Options{})
	good := persisted.Operation{ID: "good", Text: greetingText}
	all := []persisted.Operation{
		good,
		{ID: "a", Name: "Cart", Text: "query Cart { cart }", Manifest: "ios/1.json"},
		{ID: "b", Text: "{", Manifest: "ios/2.json"},
	}
	bad, err := e.Install(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(errors.Join(bad...))
	for _, want := range []string{
		`ios/1.json: Cart "a": 1:14: Cannot query field "cart" on type "Query".`, `ios/2.json: operation "b": 1:2: Expected Name, found <EOF>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s in it", got, want)
		}
	}

	// Nothing changes when all is bad, or there is no time.
	if bad, err := e.Install(t.Context(), all[1:]); err == nil || len(bad) != 2 {
		t.Errorf("all are bad: got %v, %v", bad, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Install(ended, []persisted.Operation{{ID: "new", Text: productText}}); !errors.Is(err, context.Canceled) {
		t.Errorf("the context has ended: got %v", err)
	}
	if got := run(t, e, operation.Request{ID: "good"}); got.class != operation.Executed {
		t.Errorf("got %s", got.body)
	}
	if n := len(e.Installed()); n != 1 {
		t.Errorf("%d are installed, want the one that is not bad", n)
	}
	if _, err := e.Install(t.Context(), nil); err != nil || len(e.Installed()) != 0 {
		t.Errorf("none: got %v, and %d", err, len(e.Installed()))
	}
}

// An empty manifest is a mistake where nothing else runs.
func TestInstallNothing(t *testing.T) {
	e := knowing(t, operation.Options{Persisted: operation.Persisted{Mode: operation.Locked}})
	if _, err := e.Install(t.Context(), nil); err == nil {
		t.Error("a locked engine has taken no operations for all that there are")
	}
	if got := run(t, e, operation.Request{ID: "greet"}); got.class != operation.Executed {
		t.Errorf("got %s", got.body)
	}
}

// All operations of a manifest's document are planned before anybody asks for one, those plans included that variables choose among.
func TestInstallPlansAll(t *testing.T) {
	s := &planning{schema: newSchema(greet), plans: map[string]int{}}
	e := operation.New(s, operation.Options{})
	const text = "query A { greeting } query B($b: Boolean!) { greeting @skip(if: $b) } subscription C { ticks }"
	operations := []persisted.Operation{{ID: "a", Text: text}}
	s.err = context.DeadlineExceeded
	if _, err := e.Install(t.Context(), operations); !errors.Is(err, context.DeadlineExceeded) || e.Lookup("a") != nil {
		t.Errorf("its time was over: got %v", err)
	}
	s.err = nil
	clear(s.plans)
	if bad, err := e.Install(t.Context(), operations); err != nil || len(bad) > 0 {
		t.Fatal(bad, err)
	}
	want := map[string]int{"A": 1, "B, variants": 1}
	if !maps.Equal(s.plans, want) {
		t.Errorf("planned %v, want %v", s.plans, want)
	}
	run(t, e, operation.Request{ID: "a", Name: "B", Variables: map[string]any{"b": true}})
	want["B"] = 1 // the variant that its variables choose is asked for, which the schema has
	if !maps.Equal(s.plans, want) {
		t.Errorf("when it runs, planned %v, want %v", s.plans, want)
	}
}

func TestInstallBounds(t *testing.T) {
	e := newEngine(repeatText, operation.Options{Persisted: operation.Persisted{MaxBytes: 20_000}})
	var all []persisted.Operation
	for i := range 100 {
		all = append(all, persisted.Operation{ID: fmt.Sprint(i), Text: fmt.Sprintf("query Q%d { greeting }", i)})
	}
	if _, err := e.Install(t.Context(), all[:5]); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Install(t.Context(), all); err == nil || !strings.Contains(err.Error(), "more than 20000 bytes") {
		t.Errorf("got %v", err)
	}
	if got := run(t, e, operation.Request{ID: "4"}); got.class != operation.Executed {
		t.Errorf("what was installed before: got %s", got.body)
	}
}

// What stays is not made again, and who runs an operation while others are installed finds it, always.
func TestInstallWhileRunning(t *testing.T) {
	e := newEngine(repeatText, operation.Options{})
	install := func(text string) {
		t.Helper()
		if _, err := e.Install(t.Context(), []persisted.Operation{{ID: "stays", Text: greetingText}, {ID: "changes", Text: text}}); err != nil {
			t.Error(err)
		}
	}
	install(productText)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 200 {
				if got := run(t, e, operation.Request{ID: "stays"}).body; got != `{"data":"{ greeting }"}` {
					t.Errorf("got %s", got)
				}
				if got := run(t, e, operation.Request{ID: "changes"}).body; !strings.Contains(got, "product") {
					t.Errorf("got %s", got)
				}
			}
		})
	}
	for i := range 50 {
		install([]string{otherText, productText}[i%2])
	}
	all.Wait()
}

// A priority is a manifest's, and another one is obeyed when the manifest has it, though the text is the same.
func TestInstallPriority(t *testing.T) {
	e := newEngine(repeatText, operation.Options{})
	for _, want := range []admit.Priority{admit.Prefetch, admit.Mutation, admit.ByKind} {
		if _, err := e.Install(t.Context(), []persisted.Operation{{ID: "a", Text: greetingText, Priority: want}}); err != nil {
			t.Fatal(err)
		}
		if got := e.Lookup("a").Priority; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
