package compiled

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// Words are the strings of upstreams' JSON that the schema knows, sorted: enum values as they are spelt, and what tells the types of interfaces
// and unions apart.
func (c Schema) Words() []string {
	words := map[string]bool{}
	for _, t := range c.Stock.Schema().Types {
		if t.Kind == ast.Enum && !t.BuiltIn {
			for _, v := range t.EnumValues {
				words[v.Name] = true
			}
		}
	}
	for _, t := range c.Tables.Types {
		for value := range t.Variants {
			words[value] = true
		}
	}
	for _, spelling := range c.Spellings {
		words[spelling] = true
	}
	return slices.Sorted(maps.Keys(words))
}
