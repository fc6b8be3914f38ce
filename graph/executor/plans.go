package executor

import (
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/document"
	"weft/graph/plan"
)

// maxVariants is how many plans of one operation are kept, one for each combination of its conditions. One more displaces the one
// that was made first.
const maxVariants = 4

// plans are those of one operation that were made last. They are kept, and weighed, where its document is.
type plans struct {
	document   *document.Document
	conditions []string // the variables that choose among them
	prefix     string   // of its answers' names

	mu   sync.Mutex  // guards kept
	kept []*keptPlan // the oldest first
}

// keptPlan is a plan, which whoever comes first makes.
type keptPlan struct {
	variant variant

	mu    sync.Mutex // guards what follows; held while the plan is made
	made  bool
	plan  *prepared // nil: there is none
	bytes int
}

type variant struct {
	conditions string
	apart      bool // see plan.Apart
}

// plansOf returns the schema's plans of an operation.
func (s *schema) plansOf(o *document.Operation) *plans {
	return o.Derive(s, func() any {
		p := &plans{
			document:   o.Document,
			conditions: plan.Conditions(o.Document.AST, o.AST),
			prefix:     s.answers.Prefix(o.Document.Text, o.AST.Name),
		}
		o.Document.Charge(perCondition * (2 + len(p.conditions)))
		return p
	}).(*plans)
}

// get returns the operation's plan for variables, built if it is not kept. Of those who want the same one at once, one builds it.
func (p *plans) get(variables map[string]any, apart bool, build func() (*prepared, error)) (*prepared, error) {
	k := p.of(variant{values(p.conditions, variables), apart})
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.made {
		return k.plan, nil
	}
	built, err := build()
	if err != nil { // a context has ended: the next one builds it
		return nil, err
	}
	k.plan, k.made = built, true
	if built != nil {
		p.weigh(k, built.plan.Size())
	}
	return built, nil
}

// of returns where a variant's plan is, or is to be.
func (p *plans) of(v variant) *keptPlan {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, k := range p.kept {
		if k.variant == v {
			return k
		}
	}
	k := &keptPlan{variant: v, bytes: perCondition + len(v.conditions)}
	grown := k.bytes
	if len(p.kept) == maxVariants {
		grown -= p.kept[0].bytes
		p.kept = append(p.kept[:0], p.kept[1:]...)
	}
	p.kept = append(p.kept, k)
	p.document.Charge(grown)
	return k
}

// weigh counts a plan that was made, if it still is kept.
func (p *plans) weigh(k *keptPlan, bytes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if slices.Contains(p.kept, k) {
		k.bytes += bytes
		p.document.Charge(bytes)
	}
}

// perCondition is what one condition of an operation takes, and the operation itself.
const perCondition = 32

// values are the conditions' values: "1" true, "0" false, "-" anything else.
func values(names []string, variables map[string]any) string {
	if len(names) == 0 {
		return ""
	}
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

// variants are values of an operation's conditions, for as many plans as are kept: the variables' defaults first, false where there is
// none, then those that differ from them in the first variables.
func variants(op *ast.OperationDefinition, conditions []string) []map[string]any {
	var declared ast.VariableDefinitionList // a fragment may have others, for other operations
	for _, name := range conditions {
		if v := op.VariableDefinitions.ForName(name); v != nil {
			declared = append(declared, v)
		}
	}
	var all []map[string]any
	for bits := 0; bits < maxVariants && bits>>len(declared) == 0; bits++ {
		values := map[string]any{}
		for i, v := range declared {
			initial := v.DefaultValue != nil && v.DefaultValue.Raw == "true"
			values[v.Variable] = initial != (bits>>i&1 == 1)
		}
		all = append(all, values)
	}
	return all
}
