package cache

import (
	"slices"
	"strings"
)

// maxEntryTags is how many tags an entry carries; above, those of one class are replaced by the class.
const maxEntryTags = 64

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

func classTag(prefix string) string { return "class:" + prefix }

// Bound returns tags without repetition, sorted, as they are if they are few; otherwise with each that has a class replaced by its
// narrowest one. It may change tags.
func (c Classes) Bound(tags []string) []string {
	slices.Sort(tags)
	tags = slices.Compact(tags)
	if len(tags) <= maxEntryTags {
		return tags
	}
	for i, tag := range tags {
		narrowest := ""
		c.of(tag, func(class string) {
			if len(class) > len(narrowest) {
				narrowest = class
			}
		})
		if narrowest != "" {
			tags[i] = narrowest
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}
