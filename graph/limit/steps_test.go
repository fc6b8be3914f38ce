package limit

import (
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// steps counts what validation does for a document: the nodes that it comes by, and what the rule OverlappingFieldsCanBeMerged compares.
type steps struct {
	nodes       int
	comparisons int // of fields, with their arguments; of fragments; of fields with fragments

	collected map[*ast.Selection]*selected
	spreads   map[[2]string]bool // pairs of fragments that were compared, and whether only for objects of two types
	fields    map[compared]bool  // the same of fields and fragments
}

// selected is what a set selects, inline fragments opened.
type selected struct {
	names   []string
	fields  map[string][]*ast.Field
	spreads []*ast.FragmentSpread
}

type compared struct {
	fields   *selected
	fragment string
}

// stepsOf counts the steps of validating doc.
func stepsOf(doc *ast.QueryDocument) steps {
	s := &steps{collected: map[*ast.Selection]*selected{}, spreads: map[[2]string]bool{}, fields: map[compared]bool{}}
	Validate(attackSchema, doc, rules.NewRules(core.Rule{Name: "Steps", RuleFunc: s.observe}))
	return *s
}

func (s *steps) observe(events *core.Events, _ core.AddErrFunc) {
	events.OnOperation(func(_ *core.Walker, o *ast.OperationDefinition) { s.within(o.SelectionSet) })
	events.OnFragment(func(_ *core.Walker, f *ast.FragmentDefinition) { s.within(f.SelectionSet) })
	events.OnInlineFragment(func(_ *core.Walker, f *ast.InlineFragment) { s.within(f.SelectionSet) })
	events.OnField(func(w *core.Walker, f *ast.Field) {
		s.nodes++
		if w.CurrentOperation != nil {
			s.within(f.SelectionSet)
		}
	})
	events.OnFragmentSpread(func(*core.Walker, *ast.FragmentSpread) { s.nodes++ })
	events.OnDirective(func(*core.Walker, *ast.Directive) { s.nodes++ })
	events.OnValue(func(*core.Walker, *ast.Value) { s.nodes++ })
	events.OnVariable(func(*core.Walker, *ast.VariableDefinition) { s.nodes++ })
}

// within compares all that one set selects.
func (s *steps) within(set ast.SelectionSet) {
	if s.nodes++; len(set) == 0 {
		return
	}
	all := s.collect(set)
	for _, name := range all.names {
		for i, f := range all.fields[name] {
			for _, other := range all.fields[name][i+1:] {
				s.pair(false, f, other)
			}
		}
	}
	for i, spread := range all.spreads {
		s.fieldsAndFragment(false, all, spread)
		for _, other := range all.spreads[i+1:] {
			s.fragments(false, spread, other)
		}
	}
}

func (s *steps) pair(apart bool, a, b *ast.Field) {
	s.comparisons += 1 + len(a.Arguments)*len(b.Arguments)/8 // names: most of what they compare differs at once
	if a.ObjectDefinition == nil || b.ObjectDefinition == nil {
		return
	}
	apart = apart || a.ObjectDefinition.Name != b.ObjectDefinition.Name && a.ObjectDefinition.Kind == ast.Object &&
		b.ObjectDefinition.Kind == ast.Object && a.Definition != nil && b.Definition != nil
	if !apart && a.Name != b.Name {
		return
	}
	one, other := s.collect(a.SelectionSet), s.collect(b.SelectionSet)
	s.between(apart, one, other)
	for _, spread := range other.spreads {
		s.fieldsAndFragment(apart, one, spread)
	}
	for _, spread := range one.spreads {
		s.fieldsAndFragment(apart, other, spread)
		for _, beside := range other.spreads {
			s.fragments(apart, spread, beside)
		}
	}
}

func (s *steps) between(apart bool, one, other *selected) {
	for _, name := range one.names {
		s.comparisons++
		for _, a := range one.fields[name] {
			for _, b := range other.fields[name] {
				s.pair(apart, a, b)
			}
		}
	}
}

func (s *steps) fieldsAndFragment(apart bool, fields *selected, spread *ast.FragmentSpread) {
	s.comparisons++
	key := compared{fields, spread.Name}
	if before, known := s.fields[key]; known && (apart || !before) {
		return
	}
	s.fields[key] = apart
	if spread.Definition == nil {
		return
	}
	inside := s.collect(spread.Definition.SelectionSet)
	if inside == fields {
		return
	}
	s.between(apart, fields, inside)
	for _, next := range inside.spreads {
		s.fieldsAndFragment(apart, fields, next)
	}
}

func (s *steps) fragments(apart bool, a, b *ast.FragmentSpread) {
	s.comparisons++
	key := [2]string{min(a.Name, b.Name), max(a.Name, b.Name)}
	if before, known := s.spreads[key]; a.Name == b.Name || known && (apart || !before) {
		return
	}
	s.spreads[key] = apart
	if a.Definition == nil || b.Definition == nil {
		return
	}
	one, other := s.collect(a.Definition.SelectionSet), s.collect(b.Definition.SelectionSet)
	s.between(apart, one, other)
	for _, next := range other.spreads {
		s.fragments(apart, a, next)
	}
	for _, next := range one.spreads {
		s.fragments(apart, next, b)
	}
}

// collect returns what a set selects, the same each time.
func (s *steps) collect(set ast.SelectionSet) *selected {
	if len(set) == 0 {
		return &selected{}
	}
	known := s.collected[&set[0]]
	if known == nil {
		known = &selected{fields: map[string][]*ast.Field{}}
		known.add(set)
		s.collected[&set[0]] = known
	}
	return known
}

func (s *selected) add(set ast.SelectionSet) {
	for _, selection := range set {
		switch it := selection.(type) {
		case *ast.Field:
			name := it.Name
			if it.Alias != "" {
				name = it.Alias
			}
			if s.fields[name] == nil {
				s.names = append(s.names, name)
			}
			s.fields[name] = append(s.fields[name], it)
		case *ast.InlineFragment:
			s.add(it.SelectionSet)
		case *ast.FragmentSpread:
			s.spreads = append(s.spreads, it)
		}
	}
}

// holds fails a test where validating doc, which is within limits, takes more steps than are in proportion to them.
func (l Document) holds(t *testing.T, doc *ast.QueryDocument) {
	t.Helper()
	s := stepsOf(doc)
	if most := 3 * (l.Nodes + 1); s.nodes > most {
		t.Errorf("validation comes by %d nodes, want %d at most", s.nodes, most)
	}
	if most := l.Repeats + l.Nodes; s.comparisons > most {
		t.Errorf("validation compares %d times, want %d at most", s.comparisons, most)
	}
}

// TestSteps holds for all attacks, each as large as may be, that what is within limits takes no more steps than they say.
func TestSteps(t *testing.T) {
	limits := Document{Tokens: 5000, Nodes: 2000, Repeats: 20_000}.WithDefaults()
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			doc, err := limits.Parse(a.text(limits.largest(a)))
			if err != nil || limits.Check(aboutAttacks, doc) != nil {
				return // no size of it is within limits
			}
			limits.holds(t, doc)
		})
	}
}
