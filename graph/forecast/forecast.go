package forecast

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/cost"
	"weft/graph/plan"
)

// Tables are what is known of a schema beside its plans' own tables.
type Tables struct {
	Schema *ast.Schema
	Costs  *cost.Schema // how long lists are
}

// Forecast is what an operation will take.
type Forecast struct {
	// Calls is how many calls to upstreams the operation takes at most, if Unbounded is nil; otherwise, how many all fetches take
	// that are bounded.
	Calls     int
	Unbounded *Unbounded
	Fetches   []Fetch // in the plan's order; of a plan with several root fields one root after another
	// HandWritten are the fields that Go answers, "Type.field", in the plan's order. What they ask services for is not in Calls.
	HandWritten []string
}

// Fetch is what one fetch takes.
type Fetch struct {
	*plan.Fetch

	Keys      int // how many keys, or sets of values, it asks for at most; 0: of hand-written fields
	Calls     int
	Unbounded *Unbounded // nil: both are bounded
}

// Unbounded is a list of which nobody says how long it is.
type Unbounded struct {
	Field    string // "Type.field"
	At       *ast.Position
	Argument string // the argument that bounds it where its value is known; "": none does, and only @listSize can say it
}

// String says what is unbounded, and what would bound it.
func (u *Unbounded) String() string {
	advice := "say @listSize(assumedSize:) in the schema"
	if u.Argument != "" {
		advice = "give the argument " + u.Argument + " a value, or " + advice
	}
	return fmt.Sprintf("%s may have any number of elements: %s", u.Field, advice)
}

// Of forecasts a plan. Variables are coerced ones; nil: they are not known, and may have any value.
func (t Tables) Of(p *plan.Plan, variables map[string]any) *Forecast {
	f := new(Forecast)
	roots := p.Serial
	if roots == nil {
		roots = []*plan.Plan{p}
	}
	for _, root := range roots {
		c := counter{Tables: t, plan: root, variables: variables, objects: map[*plan.Place]amount{}}
		for _, fetch := range c.fetches() {
			f.add(fetch)
		}
	}
	return f
}

func (f *Forecast) add(fetch Fetch) {
	f.Fetches = append(f.Fetches, fetch)
	f.Calls = plus(f.Calls, fetch.Calls)
	if f.Unbounded == nil {
		f.Unbounded = fetch.Unbounded
	}
	for _, m := range fetch.Members {
		if m.Node.Field.Resolve != nil {
			f.HandWritten = append(f.HandWritten, m.Scope.Type.Name+"."+m.Node.AST.Name)
		}
	}
}
