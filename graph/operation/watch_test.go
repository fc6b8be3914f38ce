package operation_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/fetch"
	"weft/graph/operation"
	"weft/graph/protocol"
)

// answered is an executor whose operations find their whole answer with another one.
func answered(ctx context.Context) *graphql.Response {
	fetch.RunOf(ctx).Ended(&fetch.Record{Answer: &fetch.WholeAnswer{From: fetch.FromShared, Values: 5, Calls: 3}})
	return greet(ctx)
}

func TestReport(t *testing.T) {
	const reported = `{"from":"answer","answer":{"from":"shared","age":0,"values":5,"calls":3},"asked":5,"caching":{`
	on, off := newEngine(answered, operation.Options{Reports: true}), newEngine(answered, operation.Options{})
	tests := []struct {
		name     string
		engine   *operation.Engine
		header   string
		reported bool
	}{
		{"Asked", on, "calls", true},
		{"AskedAmongOthers", on, "plan, calls", true},
		{"NotAsked", on, "", false},
		{"AskedForAnother", on, "recalls", false},
		{"SwitchedOff", off, "calls", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := request{body: hello, headers: map[string][]string{protocol.ReportHeader: {tt.header}}}.of(t, tt.engine)
			if !tt.reported && got.body != helloData {
				t.Errorf("got %s, want %s", got.body, helloData)
			}
			if want := `{"data":{"greeting":"hello"},"extensions":{"weft":` + reported; tt.reported && !strings.HasPrefix(got.body, want) {
				t.Errorf("got %s, want %s…", got.body, want)
			}
		})
	}
}

// TestRunIsHandedUp holds that an engine hands down how an operation runs, and gets back what it did, whether or not anybody asks.
func TestRunIsHandedUp(t *testing.T) {
	for _, o := range []operation.Options{{}, {Reports: true}} {
		var run *fetch.Run
		e := newEngine(func(ctx context.Context) *graphql.Response {
			run = fetch.RunOf(ctx)
			return answered(ctx)
		}, o)
		a := e.Run(t.Context(), &operation.Request{Text: "{ greeting }", MaxAge: 5})
		if a.Run == nil || a.Run != run || a.Run.MaxAge != 5 || a.Run.Record() == nil || a.Run.Record().Answer.Values != 5 {
			t.Errorf("got %+v", a.Run)
		}
	}
}

func TestWithout(t *testing.T) {
	var without fetch.Technique
	e := newEngine(func(ctx context.Context) *graphql.Response {
		without = fetch.RunOf(ctx).Without
		return keep(data)(ctx)
	}, operation.Options{Reports: true})
	got := request{body: hello, headers: map[string][]string{protocol.WithoutHeader: {"memory"}}}.of(t, e)
	if got.body != helloData || !got.watched || without != fetch.Memory {
		t.Errorf("without a technique: %s, %t, %v", got.body, got.watched, without)
	}
	got = request{body: hello, headers: map[string][]string{protocol.WithoutHeader: {"luck"}}}.of(t, e)
	if got.class != operation.Refused || !strings.Contains(got.body, `Weft-Without: there is no technique \"luck\"`) || !strings.Contains(got.body, "BAD_REQUEST") {
		t.Errorf("without what does not exist: %d %s", got.class, got.body)
	}
}

func TestNoReportOfWhatDoesNotRun(t *testing.T) {
	e := newEngine(greet, operation.Options{Reports: true})
	got := request{body: `{"query":"{ x }"}`, headers: map[string][]string{protocol.ReportHeader: {"calls"}}}.of(t, e)
	if got.class != operation.Refused || strings.Contains(got.body, "extensions\":{\"weft") {
		t.Errorf("got %d %s", got.class, got.body)
	}
}

// TestReportToken holds for whom the headers work where only who has a token may look.
func TestReportToken(t *testing.T) {
	const token = "sixteen bytes or more"
	e := newEngine(answered, operation.Options{Reports: true, ReportToken: token})
	for name, tt := range map[string]struct {
		headers            map[string][]string
		reported, mistaken bool
	}{
		"Right":         {map[string][]string{protocol.ReportHeader: {"calls"}, protocol.ReportTokenHeader: {token}}, true, false},
		"Missing":       {map[string][]string{protocol.ReportHeader: {"calls"}, protocol.WithoutHeader: {"luck"}}, false, false},
		"Wrong":         {map[string][]string{protocol.ReportHeader: {"calls"}, protocol.ReportTokenHeader: {"sixteen bytes or less"}}, false, true},
		"Two":           {map[string][]string{protocol.ReportHeader: {"calls"}, protocol.ReportTokenHeader: {token, token}}, false, true},
		"NoReport":      {map[string][]string{protocol.ReportTokenHeader: {token}}, false, false},
		"TheFormerName": {map[string][]string{protocol.FormerReportHeader: {"calls"}, protocol.ReportTokenHeader: {token}}, false, true},
	} {
		got := request{body: hello, headers: tt.headers}.of(t, e)
		if strings.Contains(got.body, `"weft"`) != tt.reported || strings.Contains(got.body, "BAD_REQUEST") != tt.mistaken || strings.Contains(got.body, token) {
			t.Errorf("%s: got %s", name, got.body)
		}
	}
	if !slices.Contains(e.Headers(), protocol.ReportTokenHeader) {
		t.Error("answers do not depend on the token")
	}
}
