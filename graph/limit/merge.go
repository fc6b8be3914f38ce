package limit

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// pass is one reading of a document, up to the first limit that it reaches.
type pass struct {
	limits    Document
	schema    *Schema              // nil: what is asked about it does not count
	fragments map[string]*fragment // the first of each name, as execution takes it
	variables int                  // the most that an operation defines

	err     *gqlerror.Error
	steps   int // what the pass did
	nodes   int
	repeats int
	depth   int       // of the deepest selection set so far
	objects int       // merged so far
	pairs   int       // of fragments that are spread in one object, so far
	levels  []*object // one for each depth, used again and again
	asked   float64   // values in an answer about the schema
}

func newPass(limits Document, schema *Schema, doc *ast.QueryDocument) *pass {
	p := &pass{limits: limits, schema: schema, fragments: make(map[string]*fragment, len(doc.Fragments))}
	for _, definition := range doc.Fragments {
		if p.fragments[definition.Name] == nil {
			p.fragments[definition.Name] = &fragment{definition: definition}
		}
	}
	for _, op := range doc.Operations {
		p.variables = max(p.variables, len(op.VariableDefinitions))
	}
	return p
}

func (p *pass) refuse(at *ast.Position, setting string, most int, what string) {
	if p.err == nil {
		p.err = exceeded(at, setting, most, what)
	}
}

// walk reads all that is reached from each operation and each fragment, as validation will.
func (p *pass) walk(doc *ast.QueryDocument) {
	for _, op := range doc.Operations {
		p.name(op.Name, op.Position)
		p.definitions(op.VariableDefinitions)
		p.directives(op.Directives)
		p.merge(scope{counts: true}, op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		p.name(f.Name, f.Position)
		p.name(f.TypeCondition, f.Position)
		p.directives(f.Directives)
		p.merge(scope{}, f.SelectionSet)
	}
}

// scope is where an object stands.
type scope struct {
	level  int     // fields around it
	depth  int     // selection sets around it
	inline int     // the most inline fragments that any object around it has inside each other: it is compared for each of them
	counts bool    // what it asks about the schema counts: it is reached from an operation
	values float64 // how many of it an answer about the schema has; 0 outside of introspection
}

// object is what is selected for one object of an answer.
type object struct {
	id         int
	groups     map[string]*group
	order      []*group
	selections int
	spreads    int // of them
	fragments  int // that are spread
	inline     int // the most inline fragments inside each other
	depth      int // the deepest selection set
	last       *ast.Position
}

// group is the fields of an object that have one response name.
type group struct {
	fields []*ast.Field
	weight int // of comparing all of them with one more
	pairs  int // weighed
}

// merge reads sets, which select of one object.
func (p *pass) merge(at scope, sets ...ast.SelectionSet) {
	o := p.object(at)
	for _, set := range sets {
		p.collect(o, set, at.depth+1, 0)
	}
	p.compare(o, 1+max(at.inline, o.inline))
	for _, g := range o.order {
		if p.err != nil {
			return
		}
		p.descend(at, o, g)
	}
}

// object returns an empty object for a place. Nothing else is using it: at one level there is one object at a time.
func (p *pass) object(at scope) *object {
	p.objects++
	if at.level == len(p.levels) {
		p.levels = append(p.levels, &object{groups: map[string]*group{}})
	}
	o := p.levels[at.level]
	clear(o.groups)
	*o = object{id: p.objects, groups: o.groups, order: o.order[:0]}
	return o
}

// descend reads what is selected of the objects of g.
func (p *pass) descend(at scope, o *object, g *group) {
	first := g.fields[0]
	at.values = p.introspect(at, first)
	if len(g.fields) == 1 {
		if len(first.SelectionSet) == 0 {
			return
		}
		at = scope{level: at.level + 1, depth: o.depth, inline: max(at.inline, o.inline), counts: at.counts, values: at.values}
		p.merge(at, first.SelectionSet)
		return
	}
	var sets []ast.SelectionSet
	for _, f := range g.fields {
		if len(f.SelectionSet) > 0 {
			sets = append(sets, f.SelectionSet)
		}
	}
	if len(sets) == 0 {
		return
	}
	at = scope{level: at.level + 1, depth: o.depth, inline: max(at.inline, o.inline), counts: at.counts, values: at.values}
	p.merge(at, sets...)
}

// collect adds to o what set selects, and checks all of it but what is below its fields.
func (p *pass) collect(o *object, set ast.SelectionSet, depth, inline int) {
	o.depth, o.inline = max(o.depth, depth), max(o.inline, inline)
	p.depth = max(p.depth, o.depth)
	if depth > p.limits.Depth && len(set) > 0 {
		p.refuse(set[0].GetPosition(), "depth", p.limits.Depth, "The document selects too deeply: these are selection sets inside each other")
	}
	for _, s := range set {
		if p.err != nil {
			return
		}
		o.last = s.GetPosition()
		o.selections++
		p.count(1, o.last)
		switch s := s.(type) {
		case *ast.Field:
			p.field(o, s)
		case *ast.InlineFragment:
			p.name(s.TypeCondition, s.Position)
			p.directives(s.Directives)
			p.collect(o, s.SelectionSet, depth+1, inline+1)
		case *ast.FragmentSpread:
			p.spread(o, s, depth, inline)
		}
	}
}

func (p *pass) field(o *object, f *ast.Field) {
	p.name(f.Name, f.Position)
	p.name(f.Alias, f.Position)
	p.directives(f.Directives)
	weight := 1 + len(f.Arguments)*len(f.Arguments)/8 + p.arguments(f.Arguments)
	name := f.Name
	if f.Alias != "" {
		name = f.Alias
	}
	g := o.groups[name]
	if g == nil {
		g = &group{}
		o.groups[name], o.order = g, append(o.order, g)
	}
	g.pairs += g.weight + weight*len(g.fields)
	g.weight += weight
	g.fields = append(g.fields, f)
}

func (p *pass) spread(o *object, s *ast.FragmentSpread, depth, inline int) {
	p.name(s.Name, s.Position)
	p.directives(s.Directives)
	p.count(len(p.fragments)/64, s.Position) // one rule looks each of them up in a list
	o.spreads++
	f := p.fragments[s.Name]
	if f == nil || f.seen == o.id {
		return
	}
	f.seen = o.id
	o.fragments++
	p.collect(o, f.definition.SelectionSet, depth+1, inline)
}

// namesAtOnce is how many response names of one object gqlgen's executor compares at the price of one pair that validation compares.
const namesAtOnce = 16

// compare counts what is compared in o: by validation, which does so so many times, and by gqlgen's executor, which looks for each
// field among all that it has collected of the object.
func (p *pass) compare(o *object, times int) {
	p.repeats += times*o.spreads*o.selections*9/16 + len(o.order)*len(o.order)/namesAtOnce + p.together(o)*3
	at := o.last
	for _, g := range o.order {
		if g.pairs > 0 {
			at = g.fields[len(g.fields)-1].Position
		}
		if p.repeats += times * g.pairs; p.repeats > p.limits.Repeats {
			break
		}
	}
	if p.repeats > p.limits.Repeats {
		p.refuse(at, "repeats", p.limits.Repeats,
			"The document selects too many fields in the same objects, or the same response names too often: these are the pairs that have to be compared")
	}
}

// together returns how many pairs of fragments are compared for the first time, since o has them: validation does so once in a document.
// One takes as long as several of fields: 139 fragments beside each other, as many as pass, take it as long as 316 fields of one
// name (TestWorstDocument).
func (p *pass) together(o *object) int {
	all := len(p.fragments) * len(p.fragments)
	n := min(o.fragments*o.fragments, all-p.pairs)
	p.pairs += n
	return n
}
