package bindgen

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"weft/graph/prefetch/rule"
)

// rulesLiterals are Go literals of the members of rules.
func rulesLiterals(rules []rule.Rule) (all []string) {
	for _, r := range rules {
		with := ""
		if len(r.With) > 0 {
			var members []string
			for _, name := range slices.Sorted(maps.Keys(r.With)) {
				members = append(members, fmt.Sprintf("%q: %q", name, r.With[name]))
			}
			with = "map[string]string{" + strings.Join(members, ", ") + "}"
		}
		all = append(all, structLiteral("Field", strconv.Quote(r.Field), "At", strconv.Quote(r.At), "Page", strconv.FormatBool(r.Page), "Rest", strconv.Quote(r.Rest),
			"Load", strconv.Quote(r.Load), "Member", strconv.Quote(r.Member), "Operation", strconv.Quote(r.Operation), "With", with, "Top", strconv.Itoa(r.Top)))
	}
	return all
}
