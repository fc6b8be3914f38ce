package plan

import "github.com/vektah/gqlparser/v2/ast"

// What a build may cost, in steps. One looks at a selection, or at a type, and takes some hundred nanoseconds (BenchmarkBuild);
// an operation of the storefront takes two or three for each of its fields, one over an interface whose types differ several for
// each type. The most, 50,000, take less than 50 ms.
const (
	stepsPerField = 8
	stepsBesides  = 10_000

	// mostFields is how many fields count, since fragments can make any number.
	mostFields = 5000

	// betweenLooks is how many steps a build takes before it looks at its context again.
	betweenLooks = 1024
)

// stopped is a build's panic when its context has ended.
type stopped struct{ error }

// step counts steps.
func (d *draft) step(n int) {
	before := d.steps
	d.steps += n
	if d.steps > d.budget {
		refuse("it takes more than %d steps", d.budget)
	}
	if before/betweenLooks != d.steps/betweenLooks && d.ctx.Err() != nil {
		panic(stopped{d.ctx.Err()})
	}
}

// budget is how many steps a build of the operation may take.
func budget(doc *ast.QueryDocument, op *ast.OperationDefinition) int {
	return stepsPerField*fields(doc, op.SelectionSet, map[string]int{}) + stepsBesides
}

// fields counts the fields of a selection set, and below, with fragments expanded: no more than mostFields. known has what is
// known of fragments.
func fields(doc *ast.QueryDocument, set ast.SelectionSet, known map[string]int) int {
	n := 0
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			n += 1 + fields(doc, s.SelectionSet, known)
		case *ast.InlineFragment:
			n += fields(doc, s.SelectionSet, known)
		case *ast.FragmentSpread:
			inside, ok := known[s.Name]
			if !ok {
				inside = fields(doc, doc.Fragments.ForName(s.Name).SelectionSet, known)
				known[s.Name] = inside
			}
			n += inside
		}
		n = min(n, mostFields)
	}
	return n
}
