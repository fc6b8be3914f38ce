package bindgen

import (
	"slices"
	"strconv"

	"weft/graph/bindgen/spec"
)

// spellings are those of enum values that are not their names, sorted.
func spellings(enums []*spec.Enum) []string {
	var all []string
	for _, e := range enums {
		for _, v := range e.Values {
			if v.JSON != v.Name {
				all = append(all, v.JSON)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// fallbacks are the values of enums that are only answered, as entries of a map.
func fallbacks(enums []*spec.Enum) (entries []string) {
	for _, e := range enums {
		if e.Fallback != "" {
			entries = append(entries, strconv.Quote(e.Def.Name)+": "+strconv.Quote(e.Fallback))
		}
	}
	slices.Sort(entries)
	return entries
}
