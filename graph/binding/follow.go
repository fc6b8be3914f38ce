package binding

import (
	"regexp"
	"slices"

	"weft/graph/view"
)

// expressions are those of a URI template (RFC 6570). In the data nobody has values for their variables, and what is undefined is left out.
var expressions = regexp.MustCompile(`\{[^{}]*\}`)

// follows is the index of the variable that is a URL in the data; below 0 where the call's path is its template's own.
func (b *Binding) follows() int {
	if b.single == nil || b.single.url.follows == "" {
		return -1
	}
	return slices.IndexFunc(b.Vars, func(v Var) bool { return v.Name == b.single.url.follows })
}

// Follow puts into values, in the place of a URL in the data, the path that it leads to, which link says: for calls that are made by the path
// are kept and told apart by it, however the URL is written. Its error says why it leads nowhere, and that the parent's answer is to blame.
func (f *Field) Follow(parent view.Object, values []any, link func(upstream, reference string) (path string, err error)) error {
	i := f.Binding.follows()
	if i < 0 {
		return nil
	}
	slot := f.Sources[i].Slot
	reference, ok := values[i].(string)
	if !ok {
		return parent.Unfit(slot, "a URL")
	}
	path, err := link(f.Binding.Upstream, expressions.ReplaceAllString(reference, ""))
	if err != nil {
		return parent.Misfit(slot, "a URL below the base of "+f.Binding.Upstream, err.Error())
	}
	values[i] = path
	return nil
}
