package edge_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/edge"
	"weft/graph/protocol"
)

// keep is an executor that lets answers be kept, and would have other headers set, too.
func keep(resp *graphql.Response) func(context.Context) *graphql.Response {
	return func(ctx context.Context) *graphql.Response {
		graphql.GetOperationContext(ctx).Stats.SetExtension(protocol.PolicyExtension, http.Header{
			"Cache-Control": {"public, max-age=30"}, "Age": {"5"}, "Cache-Tag": {"product-1"}, "Set-Cookie": {"a=b"}, "Content-Type": {"text/html"},
		})
		return resp
	}
}

func TestPolicy(t *testing.T) {
	data := &graphql.Response{Data: json.RawMessage(`{"greeting":"hello"}`)}
	partial := &graphql.Response{Data: json.RawMessage(`{"product":null}`), Errors: gqlerror.List{{Message: "no"}}}
	said := func(value any) func(context.Context) *graphql.Response {
		return func(ctx context.Context) *graphql.Response {
			graphql.GetOperationContext(ctx).Stats.SetExtension(protocol.PolicyExtension, value)
			return data
		}
	}
	trace := edge.Options{Trace: func(ctx context.Context, _ http.Header) (context.Context, func() any, error) {
		return ctx, func() any { return nil }, nil
	}}
	get := request{method: http.MethodGet, path: getHello}
	kept := http.Header{"Cache-Control": {"public, max-age=30"}, "Age": {"5"}, "Cache-Tag": {"product-1"}}
	no := http.Header{"Cache-Control": {"no-store"}}
	tests := []struct {
		name    string
		exec    func(context.Context) *graphql.Response
		options edge.Options
		request request
		want    http.Header
		vary    string
	}{
		{"Get", keep(data), edge.Options{}, get, kept, "Accept"},
		{"GetVary", keep(data), edge.Options{Vary: []string{"Authorization", "Accept-Language"}}, get, kept, "Accept, Authorization, Accept-Language"},
		{"Post", keep(data), edge.Options{Vary: []string{"Authorization"}}, request{body: hello}, kept, ""},
		{"Nothing", greet, edge.Options{}, get, no, "Accept"},
		{"NoCacheControl", said(http.Header{"Age": {"5"}}), edge.Options{}, get, no, "Accept"},
		{"OtherValue", said("public"), edge.Options{}, get, no, "Accept"},
		{"Errors", keep(partial), edge.Options{}, get, no, "Accept"},
		{"NoData", keep(&graphql.Response{}), edge.Options{}, get, no, "Accept"},
		{"Mutation", keep(data), edge.Options{}, request{body: `{"query":"mutation { rename(name: \"x\") }"}`}, no, ""},
		{"Invalid", keep(data), edge.Options{}, request{body: `{"query":"{ greetin }"}`}, no, ""},
		{"Refused", keep(data), edge.Options{}, request{method: http.MethodGet}, no, "Accept"},
		{"MethodNotAllowed", keep(data), edge.Options{}, request{method: http.MethodPut, body: hello}, no, ""},
		{"Traced", keep(data), trace, request{method: http.MethodGet, path: getHello, header: map[string]string{protocol.TraceHeader: "calls"}}, no, "Accept, Weft-Trace, Weft-Without"},
		{"TraceNotAskedFor", keep(data), trace, get, kept, "Accept, Weft-Trace, Weft-Without"},
		{"Late", func(ctx context.Context) *graphql.Response { keep(data)(ctx); return nil }, edge.Options{}, get, no, "Accept"},
		{"Panic", func(ctx context.Context) *graphql.Response { keep(data)(ctx); panic("x") }, edge.Options{}, get, no, "Accept"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.request.send(t, serve(t, tt.exec, tt.options))
			headers := http.Header{}
			for _, name := range []string{"Cache-Control", "Age", "Cache-Tag", "Set-Cookie"} {
				if values := got.header.Values(name); values != nil {
					headers[name] = values
				}
			}
			if diff := cmp.Diff(tt.want, headers); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if vary := got.header.Get("Vary"); vary != tt.vary {
				t.Errorf("got Vary %q, want %q", vary, tt.vary)
			}
			if media := got.header.Get("Content-Type"); media != "application/json; charset=utf-8" {
				t.Errorf("got Content-Type %s", media)
			}
		})
	}
}
