package operation_test

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/operation"
	"weft/graph/protocol"
)

var (
	data    = &graphql.Response{Data: json.RawMessage(`{"greeting":"hello"}`)}
	minutes = map[string][]string{"Cache-Control": {"public, max-age=60"}, "Age": {"5"}}
)

// keep is an executor that lets answers be kept.
func keep(resp *graphql.Response) func(context.Context) *graphql.Response { return say(minutes, resp) }

// say is an executor that says something about keeping its answers.
func say(policy any, resp *graphql.Response) func(context.Context) *graphql.Response {
	return func(ctx context.Context) *graphql.Response {
		graphql.GetOperationContext(ctx).Stats.SetExtension(protocol.PolicyExtension, policy)
		own := *resp
		return &own
	}
}

// TestPolicy holds which answers may be kept as their executor says: data of a query, without errors, that nobody looks at.
func TestPolicy(t *testing.T) {
	partial := &graphql.Response{Data: json.RawMessage(`{"product":null}`), Errors: gqlerror.List{{Message: "no"}}}
	reports := operation.Options{Reports: true}
	for name, tt := range map[string]struct {
		exec    func(context.Context) *graphql.Response
		options operation.Options
		request request
		kept    bool
	}{
		"AQuery":          {keep(data), reports, request{body: hello}, true},
		"NothingIsSaid":   {greet, reports, request{body: hello}, false},
		"NoCacheControl":  {say(map[string][]string{"Age": {"5"}}, data), reports, request{body: hello}, false},
		"SomethingElse":   {say("public", data), reports, request{body: hello}, false},
		"Errors":          {keep(partial), reports, request{body: hello}, false},
		"NoData":          {keep(&graphql.Response{}), reports, request{body: hello}, false},
		"AMutation":       {keep(data), reports, request{body: `{"query":"mutation { rename(name: \"x\") }"}`}, false},
		"Invalid":         {keep(data), reports, request{body: `{"query":"{ greetin }"}`}, false},
		"AReport":         {keep(data), reports, request{body: hello, headers: map[string][]string{protocol.ReportHeader: {"calls"}}}, false},
		"AnotherReport":   {keep(data), reports, request{body: hello, headers: map[string][]string{protocol.ReportHeader: {"plan"}}}, true},
		"Without":         {keep(data), reports, request{body: hello, headers: map[string][]string{protocol.WithoutHeader: {"memory"}}}, false},
		"NobodyMayWatch":  {keep(data), operation.Options{}, request{body: hello, headers: map[string][]string{protocol.ReportHeader: {"calls"}}}, true},
		"OnlyQueriesHere": {keep(data), reports, request{body: hello, readOnly: true}, true},
	} {
		want := map[string][]string(nil)
		if tt.kept {
			want = minutes
		}
		if got := tt.request.of(t, newEngine(tt.exec, tt.options)); !reflect.DeepEqual(got.policy, want) {
			t.Errorf("%s: got %v, want %v", name, got.policy, want)
		}
	}
}

// TestHeaders holds which headers an engine's answers depend on.
func TestHeaders(t *testing.T) {
	if got := newEngine(greet, operation.Options{}).Headers(); got != nil {
		t.Errorf("got %v, want none", got)
	}
	want := []string{protocol.ReportHeader, protocol.FormerReportHeader, protocol.WithoutHeader}
	if got := newEngine(greet, operation.Options{Reports: true}).Headers(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
