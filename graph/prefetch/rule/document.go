package rule

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// countIn counts how often a selection has a field, with its fragments: up to 2. counted has it of fragments.
func countIn(set ast.SelectionSet, field string, counted map[string]int) (n int) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if is(s, field) {
				n++
			}
			n += countIn(s.SelectionSet, field, counted)
		case *ast.InlineFragment:
			n += countIn(s.SelectionSet, field, counted)
		case *ast.FragmentSpread:
			of, known := counted[s.Name]
			if !known {
				of = countIn(s.Definition.SelectionSet, field, counted)
				counted[s.Name] = of
			}
			n += of
		}
	}
	return min(n, 2)
}

// fieldsOf returns a field of a name where a selection has it, with its fragments.
func fieldsOf(set ast.SelectionSet, field string) (found []*ast.Field) {
	visited := map[string]bool{}
	var visit func(ast.SelectionSet)
	visit = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				if is(s, field) {
					found = append(found, s)
				}
				visit(s.SelectionSet)
			case *ast.InlineFragment:
				visit(s.SelectionSet)
			case *ast.FragmentSpread:
				if !visited[s.Name] {
					visited[s.Name] = true
					visit(s.Definition.SelectionSet)
				}
			}
		}
	}
	visit(set)
	return found
}

// is reports whether a field is the one with these names of type and field.
func is(f *ast.Field, name string) bool {
	of, field, _ := strings.Cut(name, ".")
	return f.Name == field && f.ObjectDefinition != nil && f.ObjectDefinition.Name == of
}

// byResponseKeys makes a pointer by names of fields one by the keys that an answer has; ok is false where the operation does not select
// what it points to.
func byResponseKeys(set ast.SelectionSet, pointer string) (string, bool) {
	segments, err := Segments(pointer)
	if err != nil {
		return "", false
	}
	for i, name := range segments {
		if name == "*" {
			continue
		}
		f := named(set, name)
		if f == nil {
			return "", false
		}
		segments[i], set = f.Alias, f.SelectionSet
	}
	return "/" + strings.Join(segments, "/"), true
}

// named returns the first field of a name in a selection.
func named(set ast.SelectionSet, name string) *ast.Field {
	for _, selection := range set {
		var f *ast.Field
		switch s := selection.(type) {
		case *ast.Field:
			if s.Name == name {
				return s
			}
		case *ast.InlineFragment:
			f = named(s.SelectionSet, name)
		case *ast.FragmentSpread:
			f = named(s.Definition.SelectionSet, name)
		}
		if f != nil {
			return f
		}
	}
	return nil
}

// clone copies an operation and the fragments of its document, so that their selections may be changed.
func clone(doc *ast.QueryDocument, op *ast.OperationDefinition) (*ast.QueryDocument, *ast.OperationDefinition) {
	own := new(ast.QueryDocument)
	fragments := map[string]*ast.FragmentDefinition{}
	for _, f := range doc.Fragments {
		its := *f
		fragments[f.Name] = &its
	}
	for _, f := range doc.Fragments {
		its := fragments[f.Name]
		its.SelectionSet = cloned(f.SelectionSet, fragments)
		own.Fragments = append(own.Fragments, its)
	}
	its := *op
	its.VariableDefinitions = slices.Clone(op.VariableDefinitions)
	its.SelectionSet = cloned(op.SelectionSet, fragments)
	own.Operations = ast.OperationList{&its}
	return own, &its
}

func cloned(set ast.SelectionSet, fragments map[string]*ast.FragmentDefinition) ast.SelectionSet {
	own := make(ast.SelectionSet, len(set))
	for i, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			its := *s
			its.Arguments = slices.Clone(s.Arguments)
			its.SelectionSet = cloned(s.SelectionSet, fragments)
			own[i] = &its
		case *ast.InlineFragment:
			its := *s
			its.SelectionSet = cloned(s.SelectionSet, fragments)
			own[i] = &its
		case *ast.FragmentSpread:
			its := *s
			its.Definition = fragments[s.Name]
			own[i] = &its
		}
	}
	return own
}

// printed is the text of a document, with those of its fragments that its operation uses: others would not be valid.
func printed(doc *ast.QueryDocument) string {
	used := map[string]bool{}
	var use func(ast.SelectionSet)
	use = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				use(s.SelectionSet)
			case *ast.InlineFragment:
				use(s.SelectionSet)
			case *ast.FragmentSpread:
				if !used[s.Name] {
					used[s.Name] = true
					use(s.Definition.SelectionSet)
				}
			}
		}
	}
	use(doc.Operations[0].SelectionSet)
	doc.Fragments = slices.DeleteFunc(doc.Fragments, func(f *ast.FragmentDefinition) bool { return !used[f.Name] })
	var b strings.Builder
	formatter.NewFormatter(&b, formatter.WithIndent(" ")).FormatQueryDocument(doc)
	return b.String()
}
