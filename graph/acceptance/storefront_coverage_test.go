package acceptance_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	storefront "weft/graph/generated"
)

// notInTheDemo are values that none of the demo's data that a token opens has.
var notInTheDemo = map[string]bool{
	"Tier.REGULAR": true, "Tier.FAMILY": true, // both tokens are of friends
	"OrderStatus.PACKED": true, "OrderStatus.SHIPPED": true, // their last orders have long arrived
}

// TestStorefrontCoverage fails for each field, argument, input field, enum value, union and scalar of the schema that no
// case of TestStorefront has: a field counts when it was answered with something else than null.
func TestStorefrontCoverage(t *testing.T) {
	schema := storefrontSchema()
	seen := coverage{}
	for _, c := range storefrontCases(t) {
		for n := range c.steps() {
			doc, errs := gqlparser.LoadQueryWithRules(schema, c.of("operation%s.graphql", n), nil)
			if errs != nil || len(doc.Operations) == 0 {
				continue // a case of a mistake, or of an id
			}
			var answer struct{ Data any }
			if err := json.Unmarshal([]byte(c.parts[numbered("response%s.json", n)]), &answer); err != nil {
				t.Fatalf("%s: %v", c.file, err)
			}
			var variables map[string]any
			if text := c.of("variables%s.json", n); text != "" {
				if err := json.Unmarshal([]byte(text), &variables); err != nil {
					t.Fatalf("%s: %v", c.file, err)
				}
			}
			seen.selections(schema, doc.Operations[0].SelectionSet, answer.Data, variables)
		}
	}
	for _, name := range covered(schema) {
		if seen[name] == notInTheDemo[name] {
			t.Errorf("%s: got %t, want %t", name, seen[name], !notInTheDemo[name])
		}
	}
}

func storefrontSchema() *ast.Schema {
	return storefront.NewExecutableSchema(storefront.Config{}).Schema()
}

// covered lists what there is to see: Type.field, Type.field(argument), Enum.VALUE, and names of unions and scalars.
func covered(schema *ast.Schema) []string {
	var names []string
	for _, def := range schema.Types {
		if def.BuiltIn {
			continue
		}
		if def.Kind == ast.Union || def.Kind == ast.Scalar {
			names = append(names, def.Name)
		}
		for _, v := range def.EnumValues {
			names = append(names, def.Name+"."+v.Name)
		}
		for _, f := range def.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			names = append(names, def.Name+"."+f.Name)
			for _, a := range f.Arguments {
				names = append(names, def.Name+"."+f.Name+"("+a.Name+")")
			}
		}
	}
	return slices.Sorted(slices.Values(names))
}

// coverage is the names that were seen.
type coverage map[string]bool

func (c coverage) selections(schema *ast.Schema, set ast.SelectionSet, data any, variables map[string]any) {
	if list, ok := data.([]any); ok {
		for _, element := range list {
			c.selections(schema, set, element, variables)
		}
		return
	}
	object, ok := data.(map[string]any)
	if !ok {
		return
	}
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			c.field(schema, s, object, variables)
		case *ast.InlineFragment:
			if applies(schema, s.TypeCondition, object) {
				c.selections(schema, s.SelectionSet, data, variables)
			}
		case *ast.FragmentSpread:
			if applies(schema, s.Definition.TypeCondition, object) {
				c.selections(schema, s.Definition.SelectionSet, data, variables)
			}
		}
	}
}

// applies is false where the object says that it is of another type than the fragment.
func applies(schema *ast.Schema, condition string, object map[string]any) bool {
	def := schema.Types[condition]
	name, known := object["__typename"]
	return def == nil || def.Kind != ast.Object || !known || name == condition
}

func (c coverage) field(schema *ast.Schema, f *ast.Field, object map[string]any, variables map[string]any) {
	value, ok := object[f.Alias]
	if !ok || strings.HasPrefix(f.Name, "__") {
		return
	}
	name := f.ObjectDefinition.Name + "." + f.Name
	for _, a := range f.Arguments {
		given, err := a.Value.Value(variables)
		if err != nil || given == nil {
			continue
		}
		c[name+"("+a.Name+")"] = true
		c.input(schema, f.Definition.Arguments.ForName(a.Name).Type, given)
	}
	if value == nil {
		return
	}
	c[name] = true
	c[f.Definition.Type.Name()] = true
	c.values(f.Definition.Type.Name(), value)
	c.selections(schema, f.SelectionSet, value, variables)
}

// values notes the values of an enum.
func (c coverage) values(enum string, value any) {
	switch v := value.(type) {
	case string:
		c[enum+"."+v] = true
	case []any:
		for _, element := range v {
			c.values(enum, element)
		}
	}
}

func (c coverage) input(schema *ast.Schema, of *ast.Type, value any) {
	def := schema.Types[of.Name()]
	if def.Kind == ast.Enum {
		c.values(def.Name, value)
	}
	object, ok := value.(map[string]any)
	if !ok {
		return
	}
	for name := range maps.Keys(object) {
		c[def.Name+"."+name] = true
		c.input(schema, def.Fields.ForName(name).Type, object[name])
	}
}

// TestStorefrontIsDescribed fails for each type, field, argument and value without a description.
func TestStorefrontIsDescribed(t *testing.T) {
	for _, def := range storefrontSchema().Types {
		if def.BuiltIn {
			continue
		}
		described(t, def.Name, def.Description)
		for _, v := range def.EnumValues {
			described(t, def.Name+"."+v.Name, v.Description)
		}
		for _, f := range def.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			described(t, def.Name+"."+f.Name, f.Description)
			for _, a := range f.Arguments {
				described(t, def.Name+"."+f.Name+"("+a.Name+")", a.Description)
			}
		}
	}
}

func described(t *testing.T, name, description string) {
	t.Helper()
	if !strings.HasSuffix(description, ".") && !strings.HasSuffix(description, "?") {
		t.Errorf("%s: description is %q, want a sentence or a question", name, description)
	}
}
