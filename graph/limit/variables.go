package limit

import (
	"math"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// few is how many values variables may have altogether without anybody counting where they are used: a document has not so many
// nodes that this would matter.
const few = 16

// CheckVariables returns why variables, as they were sent, cost too much in op, an operation of doc; nil if they do not. A variable's
// values are coerced again wherever it is used. It costs a step for each value, and, if there are many, for each node of doc.
func (l Document) CheckVariables(doc *ast.QueryDocument, op *ast.OperationDefinition, variables map[string]any) *gqlerror.Error {
	if len(op.VariableDefinitions) == 0 {
		return nil
	}
	all, most, largest := 0, 0, op.VariableDefinitions[0]
	for _, v := range op.VariableDefinitions {
		n := sizeIn(variables, v)
		if all += n; n > most {
			most, largest = n, v
		}
	}
	if all <= few {
		return nil
	}
	limit := l.WithDefaults().Variables
	u := uses{doc: doc, sizes: make(map[string]int, len(op.VariableDefinitions))}
	for _, v := range op.VariableDefinitions {
		u.sizes[v.Variable] = sizeIn(variables, v)
	}
	if max(all, sum(u.set(op.SelectionSet), u.directives(op.Directives))) <= limit {
		return nil
	}
	return exceeded(largest.Position, "variables", limit,
		"The variables have too many values for how often they are used: each value counts once for each use, and $"+largest.Variable+" has the most")
}

// sizeIn returns the values of a variable: those in variables, or its default's.
func sizeIn(variables map[string]any, v *ast.VariableDefinition) int {
	if value, ok := variables[v.Variable]; ok {
		return sizeOf(value)
	}
	if v.DefaultValue != nil {
		return sizeOfLiteral(v.DefaultValue)
	}
	return 0
}

// sizeOf returns the values in a decoded JSON value; longer texts count as several.
func sizeOf(v any) int {
	n := 1
	switch v := v.(type) {
	case string:
		n += len(v) / 256
	case []any:
		for _, e := range v {
			n += sizeOf(e)
		}
	case map[string]any:
		for _, e := range v {
			n += sizeOf(e)
		}
	}
	return n
}

func sizeOfLiteral(v *ast.Value) int {
	n := 1 + len(v.Raw)/256
	for _, child := range v.Children {
		n += sizeOfLiteral(child.Value)
	}
	return n
}

// uses adds up the sizes of variables over all places that use them.
type uses struct {
	doc       *ast.QueryDocument
	sizes     map[string]int
	fragments map[string]int // what is known of them
}

func (u *uses) set(set ast.SelectionSet) int {
	n := 0
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			n = sum(n, sum(u.arguments(s.Arguments), sum(u.directives(s.Directives), u.set(s.SelectionSet))))
		case *ast.InlineFragment:
			n = sum(n, sum(u.directives(s.Directives), u.set(s.SelectionSet)))
		case *ast.FragmentSpread:
			n = sum(n, sum(u.directives(s.Directives), u.fragment(s.Name)))
		}
	}
	return n
}

// fragment returns what a fragment adds; nothing while it is being read, because a fragment inside of itself is not executed.
func (u *uses) fragment(name string) int {
	if n, ok := u.fragments[name]; ok {
		return n
	}
	if u.fragments == nil {
		u.fragments = map[string]int{}
	}
	u.fragments[name] = 0
	f := u.doc.Fragments.ForName(name)
	if f == nil {
		return 0
	}
	n := u.set(f.SelectionSet)
	u.fragments[name] = n
	return n
}

func (u *uses) directives(list ast.DirectiveList) int {
	n := 0
	for _, d := range list {
		n = sum(n, u.arguments(d.Arguments))
	}
	return n
}

func (u *uses) arguments(list ast.ArgumentList) int {
	n := 0
	for _, a := range list {
		n = sum(n, u.value(a.Value))
	}
	return n
}

func (u *uses) value(v *ast.Value) int {
	if v.Kind == ast.Variable {
		return u.sizes[v.Raw]
	}
	n := 0
	for _, child := range v.Children {
		n = sum(n, u.value(child.Value))
	}
	return n
}

// sum adds, up to what an int32 holds.
func sum(a, b int) int { return min(a+b, math.MaxInt32) }
