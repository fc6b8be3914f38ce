package executor_test

import (
	"bytes"
	"maps"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// minimise leaves out selections of a document as long as the executors disagree.
func minimise(t *testing.T, s service, seed uint64, d document) document {
	t.Helper()
	schema := open(t, s, seed, "stock").schema.Schema()
	for tries := 0; tries < 1000; {
		smaller := false
		for n := 0; tries < 1000; n++ {
			text, ok := without(d.text, n)
			if !ok {
				break
			}
			next := d
			next.text, next.variables = text, declared(text, d.variables)
			doc, err := parser.ParseQuery(&ast.Source{Input: text})
			if err != nil || len(validator.ValidateWithRules(schema, doc, rules.NewDefaultRules())) > 0 {
				continue
			}
			tries++
			planned := open(t, s, seed, "planned")
			if disagree(open(t, s, seed, "stock").run(t, next), planned.run(t, next), planned.fake) != "" {
				d, smaller = next, true
				n--
			}
		}
		if !smaller {
			break
		}
	}
	return d
}

// without is a document whose n-th selection is left out, or where it is a fragment is replaced by what it selects; and
// without what is then not used. false: there are fewer.
func without(text string, n int) (string, bool) {
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return "", false
	}
	count := 0
	this := func() bool { count++; return count == n+1 }
	var cut func(set ast.SelectionSet) ast.SelectionSet
	cut = func(set ast.SelectionSet) ast.SelectionSet {
		var out ast.SelectionSet
		for _, selection := range set {
			if len(set) > 1 && this() {
				continue
			}
			switch s := selection.(type) {
			case *ast.Field:
				if len(s.Directives) > 0 && this() {
					s.Directives = nil
				}
				s.SelectionSet = cut(s.SelectionSet)
			case *ast.InlineFragment:
				if this() {
					out = append(out, s.SelectionSet...)
					continue
				}
				s.SelectionSet = cut(s.SelectionSet)
			case *ast.FragmentSpread:
				if this() {
					f := doc.Fragments.ForName(s.Name)
					selection = &ast.InlineFragment{TypeCondition: f.TypeCondition, Directives: s.Directives, SelectionSet: f.SelectionSet}
				}
			}
			out = append(out, selection)
		}
		return out
	}
	for _, op := range doc.Operations {
		op.SelectionSet = cut(op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		f.SelectionSet = cut(f.SelectionSet)
	}
	prune(doc)
	var out bytes.Buffer
	formatter.NewFormatter(&out, formatter.WithIndent(" ")).FormatQueryDocument(doc)
	return out.String(), count > n
}

// prune drops fragments and variables that nothing uses.
func prune(doc *ast.QueryDocument) {
	fragments, variables := map[string]bool{}, map[string]bool{}
	var value func(v *ast.Value)
	value = func(v *ast.Value) {
		if v.Kind == ast.Variable {
			variables[v.Raw] = true
		}
		for _, c := range v.Children {
			value(c.Value)
		}
	}
	directives := func(list ast.DirectiveList) {
		for _, d := range list {
			for _, a := range d.Arguments {
				value(a.Value)
			}
		}
	}
	var walk func(set ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				directives(s.Directives)
				for _, a := range s.Arguments {
					value(a.Value)
				}
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				directives(s.Directives)
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				directives(s.Directives)
				if !fragments[s.Name] {
					fragments[s.Name] = true
					walk(doc.Fragments.ForName(s.Name).SelectionSet)
				}
			}
		}
	}
	var kept ast.FragmentDefinitionList
	for _, op := range doc.Operations {
		walk(op.SelectionSet)
		var used ast.VariableDefinitionList
		for _, v := range op.VariableDefinitions {
			if variables[v.Variable] {
				used = append(used, v)
			}
		}
		op.VariableDefinitions = used
	}
	for _, f := range doc.Fragments {
		if fragments[f.Name] {
			kept = append(kept, f)
		}
	}
	doc.Fragments = kept
}

func declared(text string, variables map[string]any) map[string]any {
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return variables
	}
	kept := maps.Clone(variables)
	maps.DeleteFunc(kept, func(name string, _ any) bool { return doc.Operations[0].VariableDefinitions.ForName(name) == nil })
	return kept
}
