package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// closest returns the candidate that a writer of name most likely meant, or "". A candidate is likely when fewer than 2 + 2n/5
// of a name's n bytes must change to make it, and never when all must. Names that differ in case, by an s at the end, or in the
// order of their letters only, count as one byte apart.
func closest(name string, candidates []string) string {
	best, bestDistance := "", 2+2*len(name)/5
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if c == name {
			continue
		}
		d := levenshtein.ComputeDistance(name, c)
		if strings.EqualFold(name, c) || plural(name, c) || sameLetters(name, c) {
			d = 1
		}
		if d < bestDistance && d < max(len(name), len(c)) {
			best, bestDistance = c, d
		}
	}
	return best
}

// plural reports whether one name is the other with an s.
func plural(a, b string) bool { return a+"s" == b || b+"s" == a }

// sameLetters reports whether two names have the same letters: one is the other with letters out of order.
func sameLetters(a, b string) bool {
	return slices.Equal(slices.Sorted(slices.Values([]rune(a))), slices.Sorted(slices.Values([]rune(b))))
}

// hint is the end of a message about an unknown name: the name that was likely meant, or nothing.
func hint(name string, candidates []string) string {
	if best := closest(name, candidates); best != "" {
		return fmt.Sprintf(" (did you mean %q?)", best)
	}
	return ""
}

// use is what to do about an unknown name: take one of these, and which was likely meant. There are no names to take when
// the list is empty.
func use(name string, names []string) string {
	switch len(names) {
	case 0:
		return "remove it"
	case 1:
		return fmt.Sprintf("use %q", names[0])
	}
	likely := hint(name, names)
	if likely != "" && len(names) > fewNames {
		return "correct it" + likely
	}
	return "use " + choices(names) + likely
}

// fewNames is how many names a message lists although it knows which was likely meant.
const fewNames = 4

// maxChoices is how many names a message lists.
const maxChoices = 12

// choices lists names for a message: `"a", "b" or "c"`.
func choices(names []string) string {
	more := ""
	if len(names) > maxChoices {
		names, more = names[:maxChoices], ", …"
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	switch n := len(quoted); n {
	case 0:
		return "none"
	case 1:
		return quoted[0]
	default:
		if more != "" {
			return strings.Join(quoted, ", ") + more
		}
		return strings.Join(quoted[:n-1], ", ") + " or " + quoted[n-1]
	}
}
