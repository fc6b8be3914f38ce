package executor

import (
	"runtime"
	"strings"
	"sync"
	"weak"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/plan"
)

// maxVariants is how many plans of one operation are kept: one for each combination of its conditions.
const maxVariants = 4

// plans keeps plans as long as their documents live: whoever bounds documents bounds them. The zero value is ready.
type plans struct {
	mu sync.Mutex // guards of
	of map[weak.Pointer[ast.QueryDocument]]*variants
}

// variants are the plans of one document.
type variants struct {
	mu         sync.Mutex // guards what follows
	conditions map[*ast.OperationDefinition][]string
	plans      map[variant]*prepared // nil: there is no plan
}

type variant struct {
	operation  *ast.OperationDefinition
	conditions string
}

// get returns the operation's plan for its variables, built if it is not known.
func (c *plans) get(op *graphql.OperationContext, build func() (*prepared, error)) (*prepared, error) {
	v := c.document(op.Doc)
	v.mu.Lock()
	names, ok := v.conditions[op.Operation]
	if !ok {
		names = plan.Conditions(op.Doc, op.Operation)
		v.conditions[op.Operation] = names
	}
	key := variant{op.Operation, values(names, op.Variables)}
	p, ok := v.plans[key]
	v.mu.Unlock()
	if ok {
		return p, nil
	}
	p, err := build()
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.plans) < maxVariants {
		v.plans[key] = p
	}
	return p, nil
}

func (c *plans) document(doc *ast.QueryDocument) *variants {
	key := weak.Make(doc)
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.of[key]
	if v == nil {
		v = &variants{conditions: map[*ast.OperationDefinition][]string{}, plans: map[variant]*prepared{}}
		if c.of == nil {
			c.of = map[weak.Pointer[ast.QueryDocument]]*variants{}
		}
		c.of[key] = v
		runtime.AddCleanup(doc, c.forget, key)
	}
	return v
}

func (c *plans) forget(key weak.Pointer[ast.QueryDocument]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.of, key)
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
