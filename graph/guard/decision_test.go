package guard_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/auth"
	"weft/graph/guard"
)

// A policy that fails, panics or is not there is not met, and the log says so; each is asked once for a request.
func TestPolicies(t *testing.T) {
	var asked atomic.Int32
	yes := func(context.Context, *auth.Caller) (bool, error) {
		asked.Add(1)
		return true, nil
	}
	schema := &guard.Schema{
		Requirements: []guard.Requirement{{Policy: "Yes"}, {Policy: "Fails"}, {Policy: "Panics"}, {Policy: "Missing"}, {Authenticated: true}},
		Fields:       map[string][]int{"Q.yes": {0}, "Q.fails": {1}, "Q.panics": {2}, "Q.missing": {3}, "Q.both": {0, 4}},
		Policies: guard.Policies{
			"Yes":    yes,
			"Fails":  func(context.Context, *auth.Caller) (bool, error) { return true, errors.New("the directory is down") },
			"Panics": func(context.Context, *auth.Caller) (bool, error) { panic("a mistake") },
		},
	}
	var log strings.Builder
	d := schema.Decide(t.Context(), guard.Needs{0, 1, 2, 3, 4}, nil, slog.New(slog.NewTextHandler(&log, nil)))
	for name, denied := range map[string]bool{"yes": false, "fails": true, "panics": true, "missing": true, "both": true, "open": false} {
		if got := d.Denies("Q", &ast.Field{Name: name}); got != denied {
			t.Errorf("%s: denied is %v, want %v", name, got, denied)
		}
	}
	if asked.Load() != 1 || strings.Count(log.String(), "is not met") != 2 {
		t.Errorf("asked %d times; log:\n%s", asked.Load(), &log)
	}
	if d.Key() != "010000" {
		t.Errorf("the key is %s", d.Key())
	}
}

// Where nobody has decided, all that is guarded is denied; what is not guarded at all needs no decision.
func TestUndecided(t *testing.T) {
	schema := &guard.Schema{Requirements: []guard.Requirement{{Authenticated: true}}, Fields: map[string][]int{"Q.a": {0}}}
	ctx := t.Context()
	if d := schema.Decision(ctx); !d.Denies("Q", &ast.Field{Name: "a"}) || d.Denies("Q", &ast.Field{Name: "b"}) || d.Key() == "" {
		t.Errorf("got %+v", d)
	}
	if d := schema.Decision(guard.With(ctx, schema.All(guard.Needs{0}))); d.Denies("Q", &ast.Field{Name: "a"}) {
		t.Errorf("got %+v", d)
	}
	if d := (*guard.Schema)(nil).Decision(ctx); d.Denies("Q", &ast.Field{Name: "a"}) || d.Key() != "" {
		t.Errorf("got %+v", d)
	}
}

// What differs in any guard has another fingerprint.
func TestFingerprint(t *testing.T) {
	known := map[string]bool{(*guard.Schema)(nil).Fingerprint(): true}
	for _, s := range []*guard.Schema{
		{Requirements: []guard.Requirement{{Authenticated: true}}, Fields: map[string][]int{"Q.a": {0}}},
		{Requirements: []guard.Requirement{{Policy: "P"}}, Fields: map[string][]int{"Q.a": {0}}},
		{Requirements: []guard.Requirement{{Scopes: [][]string{{"a", "b"}}}}, Fields: map[string][]int{"Q.a": {0}}},
		{Requirements: []guard.Requirement{{Scopes: [][]string{{"a"}, {"b"}}}}, Fields: map[string][]int{"Q.a": {0}}},
		{Requirements: []guard.Requirement{{Scopes: [][]string{{"a"}, {"b"}}}}, Fields: map[string][]int{"Q.b": {0}}},
		{Requirements: []guard.Requirement{{Scopes: [][]string{{"a"}, {"b"}}}}, Arguments: map[string][]int{"Q.b(a:)": {0}}},
	} {
		if f := s.Fingerprint(); known[f] {
			t.Errorf("%+v has the fingerprint of another", s)
		} else {
			known[f] = true
		}
	}
}
