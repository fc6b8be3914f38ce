package edge_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
	"weft/graph/protocol"
)

type callsKey struct{}

// countCalls is a trace that counts what the operation adds to it.
func countCalls(ctx context.Context, h http.Header) (context.Context, func() any, error) {
	if h.Get(protocol.WithoutHeader) == "luck" {
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
			got := request{body: hello, header: map[string]string{protocol.TraceHeader: tt.header}}.send(t, tt.base)
			if got.body != tt.want {
				t.Errorf("got %s, want %s", got.body, tt.want)
			}
		})
	}
}

func TestWithout(t *testing.T) {
	base := serve(t, greet, edge.Options{Trace: countCalls})
	got := request{body: hello, header: map[string]string{protocol.WithoutHeader: "memory"}}.send(t, base)
	if got.body != helloData || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("without a technique: %s, %v", got.body, got.header)
	}
	got = request{body: hello, header: map[string]string{protocol.WithoutHeader: "luck"}}.send(t, base)
	const want = `{"errors":[{"message":"there is no technique luck","extensions":{"code":"BAD_REQUEST"}}]}`
	if got.body != want && got.body != `{"errors":[{"message":"there is no technique luck","extensions":{"code":"BAD_REQUEST"}}],"data":null}` {
		t.Errorf("without what does not exist: %s", got.body)
	}
}

func TestTraceOfAnInvalidOperationIsNone(t *testing.T) {
	base := serve(t, greet, edge.Options{Trace: func(context.Context, http.Header) (context.Context, func() any, error) {
		panic("traced what does not run")
	}})
	got := request{body: `{"query":"{ x }"}`, header: map[string]string{protocol.TraceHeader: "calls"}}.send(t, base)
	if got.status != 200 {
		t.Errorf("got %d %s", got.status, got.body)
	}
}
