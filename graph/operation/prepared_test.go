package operation_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/document"
	"weft/graph/fetch"
	"weft/graph/operation"
	"weft/graph/plan"
)

// named answers an operation with its name and its variables.
func named(ctx context.Context) *graphql.Response {
	op := graphql.GetOperationContext(ctx)
	data, err := json.Marshal(map[string]any{"name": op.Operation.Name, "variables": op.Variables})
	if err != nil {
		panic(err)
	}
	return &graphql.Response{Data: data}
}

func prepare(t *testing.T, e *operation.Engine, text, name string) *operation.Prepared {
	t.Helper()
	p, err := e.Prepare(t.Context(), text, name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPreparedRunsOften runs one operation for many requests at once, each with its own variables.
func TestPreparedRunsOften(t *testing.T) {
	e := newEngine(named, operation.Options{})
	p := prepare(t, e, "query A($n: String) { greeting(name: $n) } mutation B { rename(name: \"x\") }", "A")
	if p.Kind() != ast.Query {
		t.Errorf("got a %s", p.Kind())
	}
	var all sync.WaitGroup
	for n := range 50 {
		all.Go(func() {
			want := fmt.Sprintf(`{"name":"A","variables":{"n":"%d"}}`, n)
			a := e.Run(t.Context(), &operation.Request{Prepared: p, Variables: map[string]any{"n": fmt.Sprint(n)}})
			if a.Class != operation.Executed || string(a.Data) != want {
				t.Errorf("got %+v, want %s", a, want)
			}
		})
	}
	all.Wait()
	a := e.Run(t.Context(), &operation.Request{Prepared: p, Variables: map[string]any{"n": 1.5}})
	if a.Class != operation.Refused || len(a.Errors) != 1 || a.Data != nil {
		t.Errorf("a variable that is none: %+v", a)
	}
}

// TestPreparedIsRefused tries what Prepare makes nothing of.
func TestPreparedIsRefused(t *testing.T) {
	e := newEngine(greet, operation.Options{})
	for text, want := range map[string]string{
		"{":                                   "Expected Name, found <EOF>",
		"{ greetin }":                         `Cannot query field "greetin" on type "Query"`,
		"query B { greeting }":                "operation A not found",
		"subscription A { ticks }":            "subscriptions are not served here",
		"query A { ... @defer { greeting } }": "@defer is not served here",
	} {
		p, err := e.Prepare(t.Context(), text, map[bool]string{true: "A"}[strings.Contains(text, "A") || strings.Contains(text, "B")])
		errs, ok := errors.AsType[gqlerror.List](err)
		if !ok || p != nil || len(errs) != 1 || !strings.Contains(errs[0].Message, want) || errs[0].Extensions["code"] == nil {
			t.Errorf("%s: got %+v, %v, want %s", text, p, err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Prepare(ctx, "{ greeting }", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// TestFind holds that what ran by its text is found by it, and that what somebody else keeps takes no room from it.
func TestFind(t *testing.T) {
	e := newEngine(greet, operation.Options{MaxDocumentBytes: 64 << 10})
	const text = "query A { greeting } query B { greeting }"
	if p := e.Find([]byte(text), "A"); p != nil {
		t.Errorf("found %+v before anybody asked", p)
	}
	run(t, e, operation.Request{Text: text, Name: "A"})
	found := e.Find([]byte(text), "A")
	if found == nil || found.Operation.AST.Name != "A" || found.Operation.Document.Text != text {
		t.Fatalf("found %+v", found)
	}
	for _, other := range []string{"", "B", "C"} {
		if p := e.Find([]byte(text), other); p != nil {
			t.Errorf("%q: found %+v, which nobody asked for", other, p)
		}
	}
	own := prepare(t, e, text, "A")
	if own == found || own.Bytes() != found.Bytes() || own.Bytes() < len(text) {
		t.Errorf("two that are one, or weigh %d and %d bytes", own.Bytes(), found.Bytes())
	}
	for n := range 1000 {
		prepare(t, e, fmt.Sprintf("{ a%d: greeting }", n), "")
	}
	if e.Find([]byte(text), "A") != found {
		t.Error("what others keep has displaced it")
	}
	for n := range 1000 {
		ask(t, e, fmt.Sprintf("{ a%d: greeting }", n))
	}
	if e.Find([]byte(text), "A") != found {
		t.Error("what others ask for once has displaced it")
	}
	for n := range 1000 {
		ask(t, e, fmt.Sprintf("{ b%d: greeting }", n))
		ask(t, e, fmt.Sprintf("{ b%d: greeting }", n))
	}
	if e.Find([]byte(text), "A") != nil {
		t.Error("it is still there after 1,000 others that were asked for again")
	}
}

// planning is a schema that counts what it is asked to plan.
type planning struct {
	*schema

	plans map[string]int // by the operation's name
	err   error
}

func (p *planning) Variant(ctx context.Context) (*plan.Variant, fetch.Answerer, error) {
	o := document.From(ctx)
	if op := graphql.GetOperationContext(ctx); op.Operation != o.AST || op.Doc != o.Document.AST || op.ResolverMiddleware == nil {
		return nil, nil, errors.New("the context lacks something")
	}
	p.plans[o.AST.Name]++
	return &plan.Variant{Plan: &plan.Plan{Policy: &plan.Policy{Private: true}}, Prefix: "a"}, nil, p.err
}

func (p *planning) Variants(ctx context.Context) error {
	p.plans[document.From(ctx).AST.Name+", variants"]++
	return p.err
}

// TestPlannedOnce holds that an operation has its plan before it runs, and that none is made for what does not run.
func TestPlannedOnce(t *testing.T) {
	s := &planning{schema: newSchema(greet), plans: map[string]int{}}
	e := operation.New(s, operation.Options{})
	s.err = context.DeadlineExceeded
	if a := run(t, e, operation.Request{Text: "query A { greeting }"}); a.class != operation.Late {
		t.Errorf("its time was over: got %+v", a)
	}
	s.err = nil
	for range 3 {
		run(t, e, operation.Request{Text: "query A { greeting }"})
	}
	run(t, e, operation.Request{Text: "query B { greetin }"})
	run(t, e, operation.Request{Text: "subscription C { ticks }"})
	p := prepare(t, e, "query D { greeting }", "")
	run(t, e, operation.Request{Prepared: p})
	if p.Variant == nil || !p.Variant.Plan.Policy.Private || p.Variant.Prefix != "a" {
		t.Errorf("got %+v, without its plan, policy or prefix", p)
	}
	if len(s.plans) != 2 || s.plans["A"] != 2 || s.plans["D"] != 1 {
		t.Errorf("planned %v, want A twice, since the first time failed, and D once", s.plans)
	}
}

// TestAdmitKnowsTheVariant holds that who admits operations knows what each would run by: with conditions, what its variables choose.
func TestAdmitKnowsTheVariant(t *testing.T) {
	s := &planning{schema: newSchema(greet), plans: map[string]int{}}
	var admitted []*plan.Variant
	e := operation.New(s, operation.Options{
		Admit: func(_ context.Context, _ *document.Operation, v *plan.Variant, _ map[string]any) *gqlerror.Error {
			admitted = append(admitted, v)
			return gqlerror.Errorf("not today")
		},
	})
	for _, text := range []string{"query A { greeting }", "query B($b: Boolean = true) { greeting @skip(if: $b) }"} {
		for range 2 {
			if a := run(t, e, operation.Request{Text: text}); a.class != operation.Refused {
				t.Errorf("%s: got %+v", text, a)
			}
		}
	}
	if s.plans["A"] != 1 || s.plans["B"] != 2 || len(admitted) != 4 || slices.Contains(admitted, nil) {
		t.Errorf("planned %v for %v, want A once, and B with each variables", s.plans, admitted)
	}
	s.err = context.DeadlineExceeded
	if a := run(t, e, operation.Request{Text: "query B($b: Boolean = true) { greeting @skip(if: $b) }"}); a.class != operation.Late {
		t.Errorf("its time was over: got %+v", a)
	}
}

// rewriting is an extension that changes parameters.
type rewriting struct {
	text, name string
	variable   any
}

func (rewriting) ExtensionName() string                   { return "Rewriting" }
func (rewriting) Validate(graphql.ExecutableSchema) error { return nil }
func (r rewriting) MutateOperationParameters(_ context.Context, p *graphql.RawParams) *gqlerror.Error {
	if r.text != "" {
		p.Query, p.OperationName = r.text, r.name
	}
	if r.variable != nil {
		p.Variables = map[string]any{"n": r.variable}
	}
	return nil
}

// TestParametersAreTheExtensions holds that extensions have the last word on what a prepared operation is run with, and on which runs.
func TestParametersAreTheExtensions(t *testing.T) {
	const text = "query A($n: String) { greeting(name: $n) }"
	for name, tt := range map[string]struct {
		extension rewriting
		want      string
	}{
		"Nothing":   {rewriting{}, `{"data":{"name":"A","variables":{}}}`},
		"Variables": {rewriting{variable: "x"}, `{"data":{"name":"A","variables":{"n":"x"}}}`},
		"Text":      {rewriting{text: "query B { greeting }"}, `{"data":{"name":"B","variables":{}}}`},
		"Name":      {rewriting{text: text, name: "C"}, `{"errors":[{"message":"operation C not found","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`},
	} {
		e := newEngine(named, operation.Options{Extensions: []graphql.HandlerExtension{tt.extension}})
		if got := run(t, e, operation.Request{Prepared: prepare(t, e, text, "")}); got.body != tt.want {
			t.Errorf("%s: got %s, want %s", name, got.body, tt.want)
		}
	}
}

// TestReadOnly holds that a transport which may not write does not, and that what runs is told apart by its class.
func TestReadOnly(t *testing.T) {
	e := newEngine(greet, operation.Options{})
	const mutation = `{"query":"mutation { rename(name: \"x\") }"}`
	if got := (request{body: mutation, readOnly: true}).of(t, e); got.class != operation.Writes || !strings.Contains(got.body, `"only queries are executed here: this is a mutation"`) {
		t.Errorf("got %+v", got)
	}
	if got := (request{body: mutation}).of(t, e); got.class != operation.Executed {
		t.Errorf("got %+v", got)
	}
	if got := (request{body: hello, readOnly: true}).of(t, e); got.class != operation.Executed {
		t.Errorf("got %+v", got)
	}
}

// TestWhoLeavesIsCanceled holds that a context that has ended is told apart from time that is over.
func TestWhoLeavesIsCanceled(t *testing.T) {
	e := newEngine(greet, operation.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := e.Run(ctx, &operation.Request{Text: "{ greeting }"})
	if a.Class != operation.Canceled || len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "CANCELED" {
		t.Errorf("got %+v", a)
	}
}

// BenchmarkRun is what an engine costs beside what executes the operation, by how the request says which one it wants.
func BenchmarkRun(b *testing.B) {
	e := newEngine(greet, operation.Options{})
	text := "query A($n: String) { greeting(name: $n) } # " + strings.Repeat("a long comment ", 100)
	p, err := e.Prepare(b.Context(), text, "")
	if err != nil {
		b.Fatal(err)
	}
	run(b, e, operation.Request{Text: text})
	for name, request := range map[string]func() operation.Request{
		"Prepared": func() operation.Request { return operation.Request{Prepared: p} },
		"Found":    func() operation.Request { return operation.Request{Prepared: e.Find([]byte(text), "")} },
		"Text":     func() operation.Request { return operation.Request{Text: text} },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := request()
				if a := e.Run(b.Context(), &r); a.Class != operation.Executed {
					b.Fatal(a.Errors)
				}
			}
		})
	}
}
