package binding

import (
	"slices"
	"strings"
	"unicode"

	"weft/graph/view"
)

// loose reports whether the keys of a batch are compared otherwise than as they are: a service may then spell one otherwise than it is asked for.
func (b *Binding) loose() bool { return b.Batch != nil && (b.Batch.Fold || b.Batch.Unpad) }

// matchLoose is Match where keys are not compared as they are: what is found for one of them is found for all that compare equal.
func (b *Binding) matchLoose(rows view.Rows, keys []string, at func(i int) *Value, fail func(i int, err error)) Matched {
	same := make(map[string][]int, len(keys)) // by compared text: the keys that it stands for
	var once []string
	for i, key := range keys {
		c := b.compared(KeyParts(key, b.parts())...)
		if same[c] == nil {
			once = append(once, c)
		}
		same[c] = append(same[c], i)
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

// compared is the same text for all keys that the batch takes for one.
func (b *Binding) compared(parts ...string) string {
	switch {
	case b.Batch.Fold:
		parts = mapped(parts, folded)
	case b.Batch.Unpad:
		parts = mapped(parts, unpadded)
	}
	return Key(parts...)
}

func mapped(parts []string, f func(string) string) []string {
	all := make([]string, len(parts))
	for i, part := range parts {
		all[i] = f(part)
	}
	return all
}

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

// unpadded is a number without the zeros in front of it. What has anything but digits is no number, and its zeros count.
func unpadded(s string) string {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return s
	}
	if s = strings.TrimLeft(s, "0"); s == "" {
		return "0"
	}
	return s
}
