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

// TestPolicy holds which answers have the policy that their executor says: data of a query, without errors; and that who looks at one is known.
func TestPolicy(t *testing.T) {
	partial := &graphql.Response{Data: json.RawMessage(`{"product":null}`), Errors: gqlerror.List{{Message: "no"}}}
	reports := operation.Options{Reports: true}
	for name, tt := range map[string]struct {
		exec    func(context.Context) *graphql.Response
		options operation.Options
		request request
		kept    bool
		watched bool
	}{
		"AQuery":          {keep(data), reports, request{body: hello}, true, false},
		"NothingIsSaid":   {greet, reports, request{body: hello}, false, false},
		"NoCacheControl":  {say(map[string][]string{"Age": {"5"}}, data), reports, request{body: hello}, false, false},
		"SomethingElse":   {say("public", data), reports, request{body: hello}, false, false},
		"Errors":          {keep(partial), reports, request{body: hello}, false, false},
		"NoData":          {keep(&graphql.Response{}), reports, request{body: hello}, false, false},
		"AMutation":       {keep(data), reports, request{body: `{"query":"mutation { rename(name: \"x\") }"}`}, false, false},
		"Invalid":         {keep(data), reports, request{body: `{"query":"{ greetin }"}`}, false, false},
		"AReport":         {keep(data), reports, request{body: hello, headers: map[string][]string{protocol.ReportHeader: {"calls"}}}, true, true},
		"AnotherReport":   {keep(data), reports, request{body: hello, headers: map[string][]string{protocol.ReportHeader: {"plan"}}}, true, false},
		"Without":         {keep(data), reports, request{body: hello, headers: map[string][]string{protocol.WithoutHeader: {"memory"}}}, true, true},
		"NobodyMayWatch":  {keep(data), operation.Options{}, request{body: hello, headers: map[string][]string{protocol.ReportHeader: {"calls"}}}, true, false},
		"OnlyQueriesHere": {keep(data), reports, request{body: hello, readOnly: true}, true, false},
	} {
		want := map[string][]string(nil)
		if tt.kept {
			want = minutes
		}
		if got := tt.request.of(t, newEngine(tt.exec, tt.options)); !reflect.DeepEqual(got.policy, want) || got.watched != tt.watched {
			t.Errorf("%s: got %v, watched %t, want %v", name, got.policy, got.watched, want)
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
