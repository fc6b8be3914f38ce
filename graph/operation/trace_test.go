package operation_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/operation"
	"weft/graph/protocol"
)

type callsKey struct{}

// countCalls is a trace that counts what the operation adds to it.
func countCalls(ctx context.Context, h map[string][]string) (context.Context, func() any, error) {
	if slices.Equal(h[protocol.WithoutHeader], []string{"luck"}) {
		return nil, nil, errors.New("there is no technique luck")
	}
	calls := []string{}
	ctx = context.WithValue(ctx, callsKey{}, &calls)
	return ctx, func() any { return map[string]any{"calls": calls} }, nil
}

func TestTrace(t *testing.T) {
	exec := func(ctx context.Context) *graphql.Response {
		if calls, ok := ctx.Value(callsKey{}).(*[]string); ok {
			*calls = append(*calls, "GET /products?a=1&b=<2>")
		}
		return greet(ctx)
	}
	const traced = `{"data":{"greeting":"hello"},"extensions":{"weft":{"calls":["GET /products?a=1&b=<2>"]}}}`
	on, off := newEngine(exec, operation.Options{Trace: countCalls}), newEngine(exec, operation.Options{})
	tests := []struct {
		name         string
		engine       *operation.Engine
		header, want string
	}{
		{"Asked", on, "calls", traced},
		{"AskedAmongOthers", on, "plan, calls", traced},
		{"NotAsked", on, "", helloData},
		{"AskedForAnother", on, "recalls", helloData},
		{"SwitchedOff", off, "calls", helloData},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := request{body: hello, headers: map[string][]string{protocol.TraceHeader: {tt.header}}}.of(t, tt.engine)
			if got.body != tt.want {
				t.Errorf("got %s, want %s", got.body, tt.want)
			}
		})
	}
}

func TestWithout(t *testing.T) {
	e := newEngine(keep(data), operation.Options{Trace: countCalls})
	got := request{body: hello, headers: map[string][]string{protocol.WithoutHeader: {"memory"}}}.of(t, e)
	if got.body != helloData || got.policy != nil {
		t.Errorf("without a technique: %s, %v", got.body, got.policy)
	}
	got = request{body: hello, headers: map[string][]string{protocol.WithoutHeader: {"luck"}}}.of(t, e)
	const want = `{"errors":[{"message":"there is no technique luck","extensions":{"code":"BAD_REQUEST"}}]}`
	if got.body != want && got.body != `{"errors":[{"message":"there is no technique luck","extensions":{"code":"BAD_REQUEST"}}],"data":null}` {
		t.Errorf("without what does not exist: %s", got.body)
	}
}

func TestTraceOfAnInvalidOperationIsNone(t *testing.T) {
	e := newEngine(greet, operation.Options{Trace: func(context.Context, map[string][]string) (context.Context, func() any, error) {
		panic("traced what does not run")
	}})
	got := request{body: `{"query":"{ x }"}`, headers: map[string][]string{protocol.TraceHeader: {"calls"}}}.of(t, e)
	if got.class != operation.Refused {
		t.Errorf("got %d %s", got.class, got.body)
	}
}
