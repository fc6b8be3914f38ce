package planned

import (
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/document"
	"weft/graph/plan"
)

// maxVariants is how many variants of one operation are kept. One more displaces the one that was made first.
const maxVariants = 4

// variants are those of one operation that were made last. They are kept, and weighed, where its document is.
type variants struct {
	document   *document.Document
	conditions []string // the variables that choose among them

	mu   sync.Mutex // guards kept
	kept []*kept    // the oldest first
}

// kept is a variant, which whoever comes first makes.
type kept struct {
	key variantKey

	mu    sync.Mutex // guards what follows; held while the variant is made
	ready *ready     // nil: nobody has made it yet
	bytes int
}

type variantKey struct {
	conditions string
	may        string // the key of what who asks may see
	apart      bool   // see plan.Apart
}

// variantsOf returns the schema's variants of an operation.
func (s *schema) variantsOf(o *document.Operation) *variants {
	return o.Derive(s, func() any {
		v := &variants{
			document:   o.Document,
			conditions: plan.Conditions(o.Document.AST, o.AST),
		}
		o.Document.Charge(perOperation + perCondition*len(v.conditions))
		return v
	}).(*variants)
}

// get returns the operation's variant for variables and for what who asks may see, built if it is not kept. Of those who want the same one at
// once, one builds it.
func (v *variants) get(variables map[string]any, may string, apart bool, build func() (*ready, error)) (*ready, error) {
	k := v.of(variantKey{values(v.conditions, variables), may, apart})
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ready != nil {
		return k.ready, nil
	}
	built, err := build()
	if err != nil { // a context has ended: the next one builds it
		return nil, err
	}
	k.ready = built
	if built.Plan != nil {
		v.weigh(k, built.Plan.Size())
	}
	return built, nil
}

// of returns where a variant is, or is to be.
func (v *variants) of(key variantKey) *kept {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, k := range v.kept {
		if k.key == key {
			return k
		}
	}
	k := &kept{key: key, bytes: perVariant + len(key.conditions) + len(key.may)}
	grown := k.bytes
	if len(v.kept) == maxVariants {
		grown -= v.kept[0].bytes
		v.kept = append(v.kept[:0], v.kept[1:]...)
	}
	v.kept = append(v.kept, k)
	v.document.Charge(grown)
	return k
}

// weigh counts the plan of a variant, if that still is kept.
func (v *variants) weigh(k *kept, bytes int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if slices.Contains(v.kept, k) {
		k.bytes += bytes
		v.document.Charge(bytes)
	}
}

// What an operation, a condition of it and a variant take, beside plans: also in packages operation, executor and answers, which each keep
// something with them.
const (
	perOperation = 200
	perCondition = 32
	perVariant   = 400
)

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

// combinations are values of an operation's conditions, for as many variants as are kept: the variables' defaults first, false where there is
// none, then those that differ from them in the first variables.
func combinations(op *ast.OperationDefinition, conditions []string) []map[string]any {
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
