package edge_test

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
)

type callsKey struct{}

// countCalls is a trace that counts what the operation adds to it.
func countCalls(ctx context.Context) (context.Context, func() any) {
	calls := []string{}
	ctx = context.WithValue(ctx, callsKey{}, &calls)
	return ctx, func() any { return calls }
}

func TestTrace(t *testing.T) {
	exec := func(ctx context.Context) *graphql.Response {
		if calls, ok := ctx.Value(callsKey{}).(*[]string); ok {
			*calls = append(*calls, "GET /products?a=1&b=<2>")
		}
		return greet(ctx)
	}
	const traced = `{"data":{"greeting":"hello"},"extensions":{"weft":{"calls":["GET /products?a=1&b=<2>"]}}}`
	on, off := serve(t, exec, edge.Options{Trace: countCalls}), serve(t, exec, edge.Options{})
	tests := []struct{ name, base, header, want string }{
		{"Asked", on, "calls", traced},
		{"AskedAmongOthers", on, "plan, calls", traced},
		{"NotAsked", on, "", helloData},
		{"AskedForAnother", on, "recalls", helloData},
		{"SwitchedOff", off, "calls", helloData},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := request{body: hello, header: map[string]string{edge.TraceHeader: tt.header}}.send(t, tt.base)
			if got.body != tt.want {
				t.Errorf("got %s, want %s", got.body, tt.want)
			}
		})
	}
}

func TestTraceOfAnInvalidOperationIsNone(t *testing.T) {
	base := serve(t, greet, edge.Options{Trace: func(context.Context) (context.Context, func() any) {
		panic("traced what does not run")
	}})
	got := request{body: `{"query":"{ x }"}`, header: map[string]string{edge.TraceHeader: "calls"}}.send(t, base)
	if got.status != 200 {
		t.Errorf("got %d %s", got.status, got.body)
	}
}
