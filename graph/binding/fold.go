package binding

import (
	"slices"
	"strings"
	"unicode"

	"weft/graph/view"
)

// matchFolded is Match where keys are compared without case: what is found for one of them is found for all that differ in case only.
func (b *Binding) matchFolded(rows view.Rows, keys []string, at func(i int) *Value, fail func(i int, err error)) Matched {
	same := make(map[string][]int, len(keys)) // by folded key: the keys that it stands for
	var once []string
	for i, key := range keys {
		f := folded(key)
		if same[f] == nil {
			once = append(once, f)
		}
		same[f] = append(same[f], i)
	}
	slices.SortFunc(once, CompareKeys)
	m := b.match(rows, once, func(i int) *Value { return at(same[once[i]][0]) }, func(i int, err error) {
		for _, k := range same[once[i]] {
			fail(k, err)
		}
	})
	for _, all := range same {
		for _, k := range all[1:] {
			*at(k) = *at(all[0])
		}
	}
	return m
}

// folds reports whether the keys of a batch are compared without case.
func (b *Binding) folds() bool { return b.Batch != nil && b.Batch.Fold }

// folded is the same text for texts that differ in case only, as strings.EqualFold compares them.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return least
	}, s)
}
