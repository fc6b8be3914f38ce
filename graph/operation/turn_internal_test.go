package operation

import (
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/admit"
	"weft/graph/document"
)

// A manifest may say an operation's priority, but not of one that nobody waits for; nothing that a client sends does.
func TestPriority(t *testing.T) {
	prepared := func(kind ast.Operation, p admit.Priority) *Prepared {
		return &Prepared{Operation: &document.Operation{AST: &ast.OperationDefinition{Operation: kind}}, Priority: p}
	}
	for name, c := range map[string]struct {
		request  Request
		prepared *Prepared
		want     admit.Priority
	}{
		"a query":                   {Request{}, prepared(ast.Query, admit.ByKind), admit.Query},
		"a mutation":                {Request{}, prepared(ast.Mutation, admit.ByKind), admit.Mutation},
		"a query of a manifest":     {Request{}, prepared(ast.Query, admit.Mutation), admit.Mutation},
		"a mutation of a manifest":  {Request{}, prepared(ast.Mutation, admit.Prefetch), admit.Prefetch},
		"a job":                     {Request{Peer: Peer{Inside: true}}, prepared(ast.Query, admit.Mutation), admit.Refresh},
		"ahead of time":             {Request{Ahead: "a rule"}, prepared(ast.Query, admit.Mutation), admit.Prefetch},
		"what may not be needed":    {Request{Speculative: true}, prepared(ast.Query, admit.Mutation), admit.Prefetch},
		"whatever a client says":    {Request{Headers: map[string][]string{"Priority": {"u=0"}}}, prepared(ast.Query, admit.ByKind), admit.Query},
		"in extensions of requests": {Request{Extensions: map[string]any{"priority": "mutation"}}, prepared(ast.Query, admit.ByKind), admit.Query},
	} {
		if got := c.request.priority(c.prepared); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
