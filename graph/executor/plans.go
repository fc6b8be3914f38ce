package executor

import (
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/document"
	"weft/graph/plan"
)

// maxVariants is how many plans of one document are kept: for each of its operations one for each combination of its conditions.
// One more displaces the one that was made first.
const maxVariants = 4

// plans are those of one document that were made last. They are kept, and weighed, where the document is.
type plans struct {
	document *document.Document

	mu         sync.Mutex // guards what follows
	conditions map[*ast.OperationDefinition][]string
	kept       []keptPlan // the oldest first
}

type keptPlan struct {
	variant variant
	plan    *prepared // nil: there is none
	bytes   int
}

type variant struct {
	operation  *ast.OperationDefinition
	conditions string
	apart      bool // see plan.Apart
}

// plansOf returns the schema's plans of a document.
func (s *schema) plansOf(d *document.Document) *plans {
	return d.Derive(s, func() any {
		return &plans{document: d, conditions: map[*ast.OperationDefinition][]string{}}
	}).(*plans)
}

// get returns the operation's plan for its variables, built if it is not kept.
func (p *plans) get(op *graphql.OperationContext, apart bool, build func() (*prepared, error)) (*prepared, error) {
	v, known, ok := p.find(op, apart)
	if ok {
		return known, nil
	}
	built, err := build()
	if err != nil {
		return nil, err
	}
	p.keep(keptPlan{v, built, weight(v, built)})
	return built, nil
}

func (p *plans) find(op *graphql.OperationContext, apart bool) (v variant, known *prepared, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	names, ok := p.conditions[op.Operation]
	if !ok {
		names = plan.Conditions(op.Doc, op.Operation)
		p.conditions[op.Operation] = names
		p.document.Charge(perCondition * (1 + len(names)))
	}
	v = variant{op.Operation, values(names, op.Variables), apart}
	for _, k := range p.kept {
		if k.variant == v {
			return v, k.plan, true
		}
	}
	return v, nil, false
}

func (p *plans) keep(k keptPlan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	grown := k.bytes
	if len(p.kept) == maxVariants {
		grown -= p.kept[0].bytes
		p.kept = append(p.kept[:0], p.kept[1:]...)
	}
	p.kept = append(p.kept, k)
	p.document.Charge(grown)
}

// perCondition is what one condition of an operation takes, and the operation itself.
const perCondition = 32

func weight(v variant, p *prepared) int {
	n := perCondition + len(v.conditions)
	if p != nil {
		n += p.plan.Size()
	}
	return n
}

// values are the conditions' values: "1" true, "0" false, "-" anything else.
func values(names []string, variables map[string]any) string {
	var b strings.Builder
	for _, name := range names {
		switch variables[name] {
		case true:
			b.WriteByte('1')
		case false:
			b.WriteByte('0')
		default:
			b.WriteByte('-')
		}
	}
	return b.String()
}
