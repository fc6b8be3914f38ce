package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// nearDepth is how deep a member is looked for that a pointer misses.
const nearDepth = 3

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// nearPointers is the end of a message about a pointer that leads nowhere: the pointer that was likely meant, or what
// the first value has, or nothing.
func nearPointers(pointer string, values []found) string {
	names := tokens(pointer)
	if len(names) == 0 {
		return ""
	}
	last := names[len(names)-1]
	var same, all []string
	for _, v := range values {
		walk(v.value, "", nearDepth, func(p, name string) {
			if p == pointer {
				return
			}
			all = append(all, p)
			if name == last {
				same = append(same, p)
			}
		})
		if len(all) > 0 {
			break // the others look alike
		}
	}
	if len(same) > 0 {
		slices.SortStableFunc(same, func(a, b string) int { return len(tokens(a)) - len(tokens(b)) })
		return fmt.Sprintf(" (did you mean %q?)", same[0])
	}
	if best := hint(pointer, all); best != "" || len(all) == 0 {
		return best
	}
	return fmt.Sprintf(" (it has %s)", strings.Join(all[:min(len(all), maxChoices)], ", "))
}

// walk calls visit for every member below an object, to a depth.
func walk(v any, at string, depth int, visit func(pointer, name string)) {
	object, ok := v.(map[string]any)
	if !ok || depth == 0 {
		return
	}
	for _, name := range sortedKeys(object) {
		visit(child(at, name), name)
		walk(object[name], child(at, name), depth-1, visit)
	}
}

// nearLists is the end of a message about an object where a list should be: a list in it, or nothing.
func nearLists(object map[string]any) string {
	for _, name := range sortedKeys(object) {
		if _, ok := object[name].([]any); ok {
			return fmt.Sprintf(" (did you mean %q?)", child("", name))
		}
	}
	return ""
}
