package binding

import "weft/graph/view"

// KeyFrom is the key of the entity that a field needs, when it comes from arguments only, so that nobody needs the parent for it; false
// where it does not, or where an argument is null.
func (f *Field) KeyFrom(args Arguments) (string, bool) {
	for _, s := range f.Sources {
		if s.Argument == "" {
			return "", false
		}
	}
	values, ok := f.Values(view.Object{}, args)
	if !ok {
		return "", false
	}
	return f.Binding.KeyFor(values), true
}

// EarlyKey reports whether a field can be loaded before its parent, an entity of b, is there: when all it takes are
// arguments and the parent's key, which whoever loads the parent knows. Of a key of several parts it is not tried.
func (f *Field) EarlyKey(b *Binding) bool {
	if len(b.KeySlots) != 1 || f.Binding.Mutation || f.Binding.follows() >= 0 { // a key may be a client's, and a URL never is
		return false
	}
	for _, s := range f.Sources {
		if s.Argument == "" && !s.Page && s.Slot != b.KeySlots[0] {
			return false
		}
	}
	return true
}
