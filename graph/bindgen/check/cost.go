package check

import (
	"math"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
)

// maxWeight bounds what @cost may say, in both directions.
const maxWeight = 1_000_000

// checkCosts reads @cost and @listSize, as the GraphQL Cost Directives specification of IBM defines them.
func (c *compiler) checkCosts() {
	for _, def := range c.order {
		switch {
		case def.Kind == ast.InputObject:
			for _, f := range def.Fields {
				c.Costs.Inputs = c.addWeight(c.Costs.Inputs, f, def.Name+"."+f.Name)
			}
		case def.Kind != ast.Interface:
			c.Costs.Types = c.addWeight(c.Costs.Types, def, def.Name)
		}
		if o := c.objects[def.Name]; o != nil {
			for _, f := range o.fields {
				c.fieldCost(f)
			}
		}
	}
}

// fieldCost reads what is said of a field and its arguments. A field of which nothing is said is not listed.
func (c *compiler) fieldCost(f *field) {
	cost := spec.FieldCost{Name: f.name()}
	for _, directive := range []string{"cost", "listSize"} {
		if u := c.use(f.def, directive); u != nil && f.hidden != nil {
			c.report(u.site, u.pos, "clients never select an @inaccessible field; write @%s on the field that uses it", directive)
			return
		}
	}
	if w := c.addWeight(nil, f.def, ""); w != nil {
		cost.Weight = &w[0].Weight
	}
	for _, a := range f.def.Arguments {
		cost.Arguments = c.addWeight(cost.Arguments, a, a.Name)
	}
	cost.Size = c.listSize(f)
	if cost.Weight != nil || cost.Arguments != nil || cost.Size != nil {
		c.Costs.Fields = append(c.Costs.Fields, cost)
	}
}

// addWeight adds what the @cost of a node says, if it has one.
func (c *compiler) addWeight(list []spec.Weight, node any, name string) []spec.Weight {
	u := c.use(node, "cost")
	if u == nil || !u.has("weight") {
		return list
	}
	w, err := strconv.ParseFloat(u.text("weight"), 64)
	if err != nil || math.IsNaN(w) || math.Abs(w) > maxWeight {
		c.report(u.site, u.at("weight"), `weight is %q; give a number such as "2.5", from -%d to %[2]d`, u.text("weight"), maxWeight)
		return list
	}
	return append(list, spec.Weight{Name: name, Weight: w})
}
