package bindgen

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"weft/graph/guard"
)

// saidData is what bindings.gotpl prints of what the schema says beside who answers.
type saidData struct {
	Costs      costData
	Prefetches []string
	Guards     *guardData // nil: everybody may see all
}

// guardData is what bindings.gotpl prints of what not everybody may see.
type guardData struct {
	Requirements      []string
	Fields, Arguments []namedLiteral
	Policies          []string // names
}

func newGuardData(s *guard.Schema) *guardData {
	if s == nil {
		return nil
	}
	d := &guardData{Policies: s.PolicyNames(), Fields: needsLiterals(s.Fields), Arguments: needsLiterals(s.Arguments)}
	for _, r := range s.Requirements {
		scopes := ""
		if r.Scopes != nil {
			var lists []string
			for _, list := range r.Scopes {
				lists = append(lists, strings.TrimPrefix(stringsLiteral(list), "[]string"))
			}
			scopes = "[][]string{" + strings.Join(lists, ", ") + "}"
		}
		d.Requirements = append(d.Requirements, structLiteral(
			"Authenticated", strconv.FormatBool(r.Authenticated), "Scopes", scopes, "Policy", strconv.Quote(r.Policy)))
	}
	return d
}

func needsLiterals(needs map[string][]int) (all []namedLiteral) {
	for _, name := range slices.Sorted(maps.Keys(needs)) {
		all = append(all, namedLiteral{name, strings.ReplaceAll(strings.Trim(fmt.Sprint(needs[name]), "[]"), " ", ", ")})
	}
	return all
}
