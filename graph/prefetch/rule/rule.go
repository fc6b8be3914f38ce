// Package rule says what is likely asked for next: of the @prefetch directives of a schema and of an operation it makes the operations
// that should run ahead of time. It is pure: it runs nothing.
package rule

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/view"
)

// Rule is one @prefetch directive: what is asked for next by whoever has asked for a field. It says one of Page, Rest, Load and
// Operation.
type Rule struct {
	Field string // the field at which it stands: "Query.products"
	At    string // where the schema says it: file:line, the file from the folder of gqlgen.yml

	Page bool   // the next page of a paged field
	Rest string // of a field that loads a part of a list of keys: the upstream that the next part rides to, in calls that are made anyway

	Load   string // a field of the objects that the field gives
	Member string // what has to be selected of that field, for its value to be loaded, as names with a slash between them; "": nothing can be

	Operation string            // the name of an operation of a manifest
	With      map[string]string // its variables, each with a pointer into the answer, by names of fields; * is an element of a list
	Top       int               // of how many elements, from the first on; 0: one
}

// Form is what a rule does: one that a configuration leaves out is not followed.
func (r Rule) Form() string {
	switch {
	case r.Page:
		return "page"
	case r.Rest != "":
		return "rest"
	case r.Load != "":
		return "load"
	}
	return "operation"
}

// String names the rule: "Query.products load: reviews".
func (r Rule) String() string {
	return r.Field + " " + r.Form() + ": " + cmp.Or(r.Load, r.Operation, "NEXT")
}

// Step is what a rule says of one operation: what is to run when that has been answered.
type Step struct {
	Rule Rule
	Text string // of a document with the operation that runs; "": it is the same operation, or the one that the rule names

	after string            // the variable that takes where the next page begins
	with  map[string]string // pointers into the answer, by response keys
}

// cursor is the variable that a document is given for the next page, where it has none.
const cursor = "weftAfter"

// ahead is the alias of a field that is loaded ahead of time.
const ahead = "weftAhead"

// Steps returns what rules say of an operation of a valid document.
func Steps(rules []Rule, schema *ast.Schema, doc *ast.QueryDocument, op *ast.OperationDefinition) []Step {
	var steps []Step
	for _, r := range rules {
		if s, ok := r.step(schema, doc, op); ok {
			steps = append(steps, s)
		}
	}
	return steps
}

// step returns what the rule says of an operation; ok is false where that is nothing. An operation that has a field more than once, or
// within a fragment that it spreads more than once, does not say which of its answers goes on.
func (r Rule) step(schema *ast.Schema, doc *ast.QueryDocument, op *ast.OperationDefinition) (s Step, ok bool) {
	s.Rule = r
	if r.Rest != "" { // nothing runs for it
		return s, false
	}
	if countIn(op.SelectionSet, r.Field, map[string]int{}) != 1 {
		return s, false
	}
	switch {
	case r.Page:
		return s, s.nextPage(doc, op)
	case r.Load != "":
		return s, s.load(schema, doc, op)
	}
	s.with = map[string]string{}
	for name, pointer := range r.With {
		if s.with[name], ok = byResponseKeys(op.SelectionSet, pointer); !ok {
			return s, false
		}
	}
	return s, true
}

// nextPage finds the variable that takes where the page begins, or gives the document one.
func (s *Step) nextPage(doc *ast.QueryDocument, op *ast.OperationDefinition) bool {
	for _, f := range fieldsOf(op.SelectionSet, s.Rule.Field) {
		if after := f.Arguments.ForName("after"); after != nil && after.Value.Kind == ast.Variable {
			s.after = after.Value.Raw
			return true
		}
	}
	s.after = cursor
	own, its := clone(doc, op)
	its.VariableDefinitions = append(its.VariableDefinitions, &ast.VariableDefinition{Variable: cursor, Type: ast.NamedType("String", nil)})
	for _, f := range fieldsOf(its.SelectionSet, s.Rule.Field) {
		f.Arguments = slices.DeleteFunc(f.Arguments, func(a *ast.Argument) bool { return a.Name == "after" })
		f.Arguments = append(f.Arguments, &ast.Argument{Name: "after", Value: &ast.Value{Kind: ast.Variable, Raw: cursor}})
	}
	s.Text = printed(own)
	return true
}

// load adds a field to the objects that the rule's field gives.
func (s *Step) load(schema *ast.Schema, doc *ast.QueryDocument, op *ast.OperationDefinition) bool {
	own, its := clone(doc, op)
	for _, f := range fieldsOf(its.SelectionSet, s.Rule.Field) {
		objects, typ := &f.SelectionSet, schema.Types[f.Definition.Type.Name()]
		if typ.Fields.ForName(s.Rule.Load) == nil { // a connection
			nodes := typ.Fields.ForName("nodes")
			within := &ast.Field{Name: "nodes", Alias: ahead, Definition: nodes, ObjectDefinition: typ}
			if known := fieldsOf(f.SelectionSet, typ.Name+".nodes"); len(known) > 0 {
				within = known[0]
			} else {
				f.SelectionSet = append(f.SelectionSet, within)
			}
			objects, typ = &within.SelectionSet, schema.Types[nodes.Type.Name()]
		}
		if len(fieldsOf(*objects, typ.Name+"."+s.Rule.Load)) > 0 {
			return false // the operation has it already
		}
		loaded := &ast.Field{Name: s.Rule.Load, Alias: ahead}
		if s.Rule.Member != "" {
			within := loaded
			for name := range strings.SplitSeq(s.Rule.Member, "/") {
				of := &ast.Field{Name: name, Alias: name}
				within.SelectionSet = ast.SelectionSet{of}
				within = of
			}
		}
		*objects = append(*objects, loaded)
	}
	s.Text = printed(own)
	return true
}

// Variables returns those that the step's operation runs with, one set for each run: variables are those of the operation that has been
// answered, data its answer, and after where the page after it begins; "": nowhere. A nil list: there is nothing to run.
func (s Step) Variables(variables map[string]any, data []byte, after string) (runs []map[string]any) {
	switch {
	case s.Rule.Page && after == "":
		return nil
	case s.Rule.Page:
		return []map[string]any{with(variables, s.after, after)}
	case s.Rule.Load != "":
		return []map[string]any{variables}
	}
	for i := range max(1, s.Rule.Top) {
		run := map[string]any{}
		for name, pointer := range s.with {
			v, _ := view.Find(data, strings.Replace(pointer, "*", strconv.Itoa(i), 1))
			switch v.Kind() {
			case view.KindString:
				run[name] = v.Text()
			case view.KindNumber:
				run[name] = json.Number(v.Text())
			case view.KindBoolean:
				run[name] = string(v.Raw()) == "true"
			default: // null, or the list has no more elements
				return runs
			}
		}
		runs = append(runs, run)
	}
	return runs
}

// with is variables with another value of one.
func with(variables map[string]any, name string, value any) map[string]any {
	own := make(map[string]any, len(variables)+1)
	for n, v := range variables {
		own[n] = v
	}
	own[name] = value
	return own
}

// Segments are the names in a pointer such as "/products/nodes/*/id". The error says what is wrong with it.
func Segments(pointer string) ([]string, error) {
	rest, ok := strings.CutPrefix(pointer, "/")
	segments := strings.Split(rest, "/")
	if !ok || slices.Contains(segments, "") {
		return nil, fmt.Errorf("%q is no pointer: write /field/field, and * for an element of a list", pointer)
	}
	return segments, nil
}
