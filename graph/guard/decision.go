package guard

import (
	"context"
	"log/slog"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"golang.org/x/sync/errgroup"

	"weft/graph/auth"
	"weft/graph/protocol"
)

// Policy says whether who asks meets what the schema calls by its name. It is called at most once for a request, beside others. who is nil
// where nobody is known. An error is logged, and means no.
type Policy func(ctx context.Context, who *auth.Caller) (bool, error)

// Policies answer the policies of a schema, by name.
type Policies map[string]Policy

// Decision is what of a schema's guards who asks meets. Nobody changes it.
type Decision struct {
	schema *Schema
	known  bool
	met    []bool // by requirement; nil: none is met
	key    string
}

// nobody may see nothing that is guarded.
func (s *Schema) nobody() *Decision { return &Decision{schema: s, key: "undecided"} }

// Decide says which of an operation's needs who asks meets; who is nil where nobody is known. It returns nil where the operation needs
// nothing.
func (s *Schema) Decide(ctx context.Context, needs Needs, who *auth.Caller, logger *slog.Logger) *Decision {
	if len(needs) == 0 {
		return nil
	}
	d := &Decision{schema: s, known: who != nil, met: make([]bool, len(s.Requirements))}
	var asked errgroup.Group
	for _, i := range needs {
		switch r := s.Requirements[i]; {
		case r.Policy != "":
			asked.Go(func() error {
				d.met[i] = s.Policies.met(ctx, r.Policy, who, logger)
				return nil
			})
		case who == nil:
		case r.Authenticated:
			d.met[i] = true
		default:
			d.met[i] = hasScopes(who, r.Scopes)
		}
	}
	_ = asked.Wait()
	d.key = d.name(needs)
	return d
}

// All returns the decision for somebody who meets all needs: what an operation does for them is the most that it may do. It is nil where
// there are none.
func (s *Schema) All(needs Needs) *Decision {
	if len(needs) == 0 {
		return nil
	}
	d := &Decision{schema: s, known: true, met: make([]bool, len(s.Requirements))}
	for _, i := range needs {
		d.met[i] = true
	}
	d.key = d.name(needs)
	return d
}

// met asks a policy. One that panics, fails or is not there is not met.
func (p Policies) met(ctx context.Context, name string, who *auth.Caller, logger *slog.Logger) (ok bool) {
	defer func() {
		if v := recover(); v != nil {
			logger.Error("a policy panicked, and is not met", "policy", name, "panic", v)
			ok = false
		}
	}()
	if p[name] == nil {
		return false
	}
	ok, err := p[name](ctx, who)
	if err != nil {
		logger.Error("a policy failed, and is not met", "policy", name, "error", err)
		return false
	}
	return ok
}

// hasScopes reports whether who asks has all scopes of one of the lists.
func hasScopes(who *auth.Caller, lists [][]string) bool {
	for _, list := range lists {
		all := true
		for _, scope := range list {
			all = all && who.Has(scope)
		}
		if all {
			return true
		}
	}
	return false
}

// name is a text that differs for decisions that refuse different fields, or refuse them differently.
func (d *Decision) name(needs Needs) string {
	b := make([]byte, 0, 1+len(needs))
	b = append(b, bit(d.known))
	for _, i := range needs {
		b = append(b, bit(d.met[i]))
	}
	return string(b)
}

func bit(is bool) byte {
	if is {
		return '1'
	}
	return '0'
}

// Key names the decision among those of one operation. It has no claim in it. That of the nil Decision is "".
func (d *Decision) Key() string {
	if d == nil {
		return ""
	}
	return d.key
}

// Denies reports whether a field, as the operation selects it on objects of a type, is refused. The nil Decision refuses nothing.
func (d *Decision) Denies(object string, f *ast.Field) bool {
	if d == nil {
		return false
	}
	for _, i := range d.schema.of(object, f) {
		if d.met == nil || !d.met[i] {
			return true
		}
	}
	return false
}

// Refusal is the error that stands for a field that is refused: UNAUTHENTICATED where nobody is known, and FORBIDDEN otherwise. It does not tell
// what would be needed.
func (d *Decision) Refusal(object, field string) *gqlerror.Error {
	if !d.known {
		return &gqlerror.Error{
			Message:    object + "." + field + " is not for everybody: send credentials",
			Extensions: map[string]any{"code": protocol.CodeUnauthenticated},
		}
	}
	return &gqlerror.Error{
		Message:    object + "." + field + " is not for this caller",
		Extensions: map[string]any{"code": protocol.CodeForbidden},
	}
}

// Denial is the decision as plans are built by it; nil: nothing is denied.
func (d *Decision) Denial() func(object string, f *ast.Field) error {
	if d == nil {
		return nil
	}
	return func(object string, f *ast.Field) error {
		if d.Denies(object, f) {
			return d.Refusal(object, f.Name)
		}
		return nil
	}
}

type contextKey struct{}

// With returns a context with a decision; nil: the operation needs nothing.
func With(ctx context.Context, d *Decision) context.Context {
	return context.WithValue(ctx, contextKey{}, d)
}

// Decision returns that of a context. Where nobody has decided, it refuses all that is guarded; where nothing is, it is nil.
func (s *Schema) Decision(ctx context.Context) *Decision {
	if s == nil || len(s.Requirements) == 0 {
		return nil
	}
	if d, decided := ctx.Value(contextKey{}).(*Decision); decided {
		return d
	}
	return s.nobody()
}
