package cache

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// maxEntryTags is how many tags an entry carries; above, those of some classes are replaced by their class. A page of 100 objects with two
// tags each stays below.
const maxEntryTags = 256

// Classes are prefixes of tags: what is invalidated by a tag of a class is whatever carries that tag, or the class. They
// bound what an entry with very many parts carries, at the price of losing it when any tag of the class is invalidated.
// They are immutable.
type Classes struct{ prefixes []string }

// NewClasses returns classes for prefixes; an empty one is the class of all tags.
func NewClasses(prefixes ...string) Classes {
	sorted := slices.Clone(prefixes)
	slices.Sort(sorted)
	return Classes{slices.Compact(sorted)}
}

// of yields the classes of a tag, as the tags that stand for them.
func (c Classes) of(tag string, yield func(class string)) {
	for _, prefix := range c.prefixes {
		if strings.HasPrefix(tag, prefix) {
			yield(classTag(prefix))
		}
	}
}

// Covering returns tags and the classes of them: all that entries may carry that are invalid when tags are.
func (c Classes) Covering(tags []string) []string {
	if len(c.prefixes) == 0 {
		return tags
	}
	all := slices.Clone(tags)
	for _, tag := range tags {
		c.of(tag, func(class string) { all = append(all, class) })
	}
	return all
}

func classTag(prefix string) string { return classForm + prefix }

// Bound returns the tags that an entry carries: all of them, without repetition, if they are few; see [Classes.Fit] otherwise. It may
// change tags.
func (c Classes) Bound(tags []string) []string {
	slices.Sort(tags)
	return c.Fit(slices.Compact(tags), maxEntryTags, func(string) int { return 1 })
}

// Fit returns tags, which are sorted, as they are if their sizes together are within limit. Otherwise the tags of a class are replaced by
// the class, their narrowest one, class by class until it fits: those go first that make most room. Where no class is left to do so
// it does not fit. It may change tags.
func (c Classes) Fit(tags []string, limit int, size func(tag string) int) []string {
	total := 0
	for _, tag := range tags {
		total += size(tag)
	}
	if total <= limit {
		return tags
	}
	classes := make([]string, len(tags)) // of each tag; "": it has none
	room := map[string]int{}             // what a class makes
	for i, tag := range tags {
		class := c.narrowest(tag)
		if classes[i] = class; class == "" {
			continue
		}
		if _, known := room[class]; !known {
			room[class] = -size(class)
		}
		room[class] += size(tag)
	}
	replaced := map[string]bool{}
	for _, class := range slices.SortedFunc(maps.Keys(room), func(a, b string) int { return cmp.Or(room[b]-room[a], cmp.Compare(a, b)) }) {
		if total <= limit || room[class] <= 0 {
			break
		}
		replaced[class] = true
		total -= room[class]
	}
	for i, class := range classes {
		if replaced[class] {
			tags[i] = class
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// narrowest returns the longest class of a tag; "": it has none.
func (c Classes) narrowest(tag string) (narrowest string) {
	c.of(tag, func(class string) {
		if len(class) > len(narrowest) {
			narrowest = class
		}
	})
	return narrowest
}
