package edge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/edge"
	"weft/graph/operation"
	"weft/graph/protocol"
)

// keep is an executor that lets answers be kept, and would have other headers set, too.
func keep(resp *graphql.Response) func(context.Context) *graphql.Response {
	return func(ctx context.Context) *graphql.Response {
		graphql.GetOperationContext(ctx).Stats.SetExtension(protocol.PolicyExtension, map[string][]string{
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
	reports := operation.Options{Reports: true}
	get := request{method: http.MethodGet, path: getHello}
	kept := http.Header{"Cache-Control": {"public, max-age=30"}, "Age": {"5"}, "Cache-Tag": {"product-1"}}
	watched := http.Header{"Cache-Control": {"no-store"}, "Age": {"5"}, "Cache-Tag": {"product-1"}}
	second, no := http.Header{"Cache-Control": {"max-age=1"}}, http.Header{"Cache-Control": {"no-store"}}
	forwarded := []string{"Authorization", "Accept-Language"}
	tests := []struct {
		name    string
		exec    func(context.Context) *graphql.Response
		engine  operation.Options
		vary    []string
		request request
		want    http.Header
		varies  string
	}{
		{"Get", keep(data), operation.Options{}, nil, get, kept, "Accept, Accept-Encoding"},
		{"GetVary", keep(data), operation.Options{}, forwarded, get, kept, "Accept, Accept-Encoding, Authorization, Accept-Language"},
		{"OwnVary", said(map[string][]string{"Cache-Control": {"max-age=1"}, "Vary": {"Accept-Language"}}), reports, forwarded, get, second, "Accept, Accept-Encoding, Accept-Language, Weft-Report, Weft-Trace, Weft-Without"},
		{"NoVary", said(map[string][]string{"Cache-Control": {"max-age=1"}, "Vary": {""}}), operation.Options{}, forwarded, get, second, "Accept, Accept-Encoding"},
		{"OwnVaryOfErrors", said(map[string][]string{"Vary": {""}}), operation.Options{}, forwarded, get, no, "Accept, Accept-Encoding, Authorization, Accept-Language"},
		{"Post", keep(data), operation.Options{}, []string{"Authorization"}, request{body: hello}, kept, "Accept, Accept-Encoding, Authorization"},
		{"Nothing", greet, operation.Options{}, nil, get, no, "Accept, Accept-Encoding"},
		{"NoCacheControl", said(map[string][]string{"Age": {"5"}}), operation.Options{}, nil, get, no, "Accept, Accept-Encoding"},
		{"OtherValue", said("public"), operation.Options{}, nil, get, no, "Accept, Accept-Encoding"},
		{"Errors", keep(partial), operation.Options{}, nil, get, no, "Accept, Accept-Encoding"},
		{"NoData", keep(&graphql.Response{}), operation.Options{}, nil, get, no, "Accept, Accept-Encoding"},
		{"Mutation", keep(data), operation.Options{}, nil, request{body: `{"query":"mutation { rename(name: \"x\") }"}`}, no, "Accept, Accept-Encoding"},
		{"Invalid", keep(data), operation.Options{}, nil, request{body: `{"query":"{ greetin }"}`}, no, "Accept, Accept-Encoding"},
		{"Refused", keep(data), operation.Options{}, nil, request{method: http.MethodGet}, no, "Accept, Accept-Encoding"},
		{"MethodNotAllowed", keep(data), operation.Options{}, nil, request{method: http.MethodPut, body: hello}, no, "Accept, Accept-Encoding"},
		{"Watched", keep(data), reports, nil, request{method: http.MethodGet, path: getHello, header: map[string]string{protocol.ReportHeader: "calls"}}, watched, "Accept, Accept-Encoding, Weft-Report, Weft-Trace, Weft-Without"},
		{"WatchedOwnVary", said(map[string][]string{"Cache-Control": {"max-age=1"}, "Vary": {""}}), reports, forwarded, request{method: http.MethodGet, path: getHello, header: map[string]string{protocol.WithoutHeader: "memory"}}, no, "Accept, Accept-Encoding, Weft-Report, Weft-Trace, Weft-Without"},
		{"ReportNotAskedFor", keep(data), reports, nil, get, kept, "Accept, Accept-Encoding, Weft-Report, Weft-Trace, Weft-Without"},
		{"Late", func(ctx context.Context) *graphql.Response { keep(data)(ctx); return nil }, operation.Options{}, nil, get, no, "Accept, Accept-Encoding"},
		{"Panic", func(ctx context.Context) *graphql.Response { keep(data)(ctx); panic("x") }, operation.Options{}, nil, get, no, "Accept, Accept-Encoding"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.request.send(t, serveEngine(t, newEngine(tt.exec, tt.engine), edge.Options{Vary: tt.vary}))
			headers := http.Header{}
			for _, name := range []string{"Cache-Control", "Age", "Cache-Tag", "Set-Cookie"} {
				if values := got.header.Values(name); values != nil {
					headers[name] = values
				}
			}
			if diff := cmp.Diff(tt.want, headers); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if vary := got.header.Get("Vary"); vary != tt.varies {
				t.Errorf("got Vary %q, want %q", vary, tt.varies)
			}
			if media := got.header.Get("Content-Type"); media != "application/json; charset=utf-8" {
				t.Errorf("got Content-Type %s", media)
			}
		})
	}
}

// TestLongVary tries that who runs a service hears once that nginx would not keep its answers.
func TestLongVary(t *testing.T) {
	for names, warned := range map[int]bool{3: false, 4: true} {
		var log bytes.Buffer
		o := edge.Options{Logger: slog.New(slog.NewTextHandler(&log, nil)), Vary: slices.Repeat([]string{"X-Header-Of-25-Characters"}, names)}
		base := serve(t, greet, o)
		for range 2 {
			request{body: hello}.send(t, base)
		}
		if got := strings.Count(log.String(), "Vary may have more than 128 bytes"); got > 1 || warned != (got == 1) {
			t.Errorf("%d names: got %s", names, log.String())
		}
	}
}
