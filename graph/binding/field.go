package binding

import (
	"errors"
	"slices"
	"strings"

	"weft/graph/view"
	"weft/upstream"
)

// Field is a field that a binding answers; generated code holds one for each.
type Field struct {
	Binding *Binding
	Sources []Source // where the value of each of the binding's variables comes from
	Keys    bool     // Sources[0] is a list of keys: the field is the list of their entities
	Lift    *Lift    // the entity's member that is the field's value; nil: the entity's object is
	Part    *Part    // with Keys: which of them; nil: all
	Selects *Selects // what it is asked for depends on what is selected: the value of arguments; nil: it does not
	NonNull bool     // the field may not be null: nothing found is an error
	Elems   bool     // with Keys: nor may its elements
}

// Source says where a variable's value comes from: an argument, a member of the parent, or the page.
type Source struct {
	Argument string     // its GraphQL name; "": Slot or Page says
	Path     []string   // below an input object's argument: the members that lead to the value, by GraphQL name
	Slot     int        // the member's slot in the parent's shape, from 1
	Each     view.Path  // from each element of a member that is a list to the value in it
	Empty    view.Empty // what stands for an empty list in the member
	Page     bool       // the page: its size or where it begins. The value is absent until a [Window] fills it in for each call
}

// Arguments are a field's coerced arguments: absent ones are not in the map, null is nil.
type Arguments map[string]any

// allKeys are the keys of a field that is a list of entities; false where the list is null. Null keys are left out.
func (f *Field) allKeys(parent view.Object, args Arguments) ([]string, bool) {
	s := f.Sources[0]
	if s.Argument == "" {
		if parent.Member(s.Slot).MeansNoElements(s.Empty) {
			return nil, true
		}
		return parent.Keys(s.Slot, s.Each)
	}
	v, ok := args.at(s)
	if !ok || v == nil {
		return nil, false
	}
	return appendListTexts([]string{}, v, &Type{Scalar: "ID"}), true
}

// Values are the variables' values; false where there can be nothing to find: a member that they come from is null or absent, or, of
// an entity, an argument is. Other fields may be called without an argument.
func (f *Field) Values(parent view.Object, args Arguments) ([]any, bool) {
	values := make([]any, len(f.Sources))
	for i, s := range f.Sources {
		if s.Page {
			values[i] = absent
			continue
		}
		if s.Argument == "" {
			if parent.Member(s.Slot).MeansNoElements(s.Empty) {
				values[i] = []any{}
			} else if values[i] = parent.Values(s.Slot, s.Each); values[i] == nil {
				return nil, false
			}
			continue
		}
		v, ok := args.at(s)
		if !ok {
			v = absent
		}
		if values[i] = v; f.Binding.Entity && (!ok || v == nil) {
			return nil, false
		}
	}
	return values, true
}

// at is the argument that a source names, or the member of it; false where the client did not give it.
func (a Arguments) at(s Source) (any, bool) {
	v, ok := a[s.Argument]
	for _, name := range s.Path {
		m, _ := v.(map[string]any)
		v, ok = m[name]
	}
	return v, ok
}

// KnownKeys are the keys that the field asks for whatever its parent is, in any order and some of them several times. What has no text in
// args, such as a value that nobody knows yet, is none of them, nor is a key with such a part.
func (f *Field) KnownKeys(args Arguments) []string {
	fromParent := func(s Source) bool { return s.Argument == "" }
	switch b := f.Binding; {
	case !b.TakesKeys() || slices.ContainsFunc(f.Sources, fromParent):
		return nil
	case f.Keys:
		list, err := f.KeyList(view.Object{}, args)
		if err != nil { // nobody knows which part of it
			list.Keys, _ = f.allKeys(view.Object{}, args)
		}
		return list.Keys
	default:
		values, ok := f.Values(view.Object{}, args)
		if !ok {
			return nil
		}
		key, ok := b.KeyFor(values), true
		if !b.Entity {
			key, ok = b.KeyText(values)
		}
		if !ok || key == "" {
			return nil
		}
		return []string{key}
	}
}

// EmptyList reports whether a list that the call needs has no element, so that there is nothing to load. To a URL an empty list is the
// same as none, and would ask for everything: only emptyMeansAll wants that.
func (f *Field) EmptyList(values []any) bool {
	if f.Binding.EmptyAll {
		return false
	}
	for i, v := range values {
		if f.Binding.Vars[i].Type.List != nil && v != nil && v != absent && len(elements(v)) == 0 {
			return true
		}
	}
	return false
}

// KeyFor is an entity's key made of its variables' values; "", which no upstream knows, when a part has no text.
func (b *Binding) KeyFor(values []any) string {
	if len(values) == 1 {
		key, _ := text(values[0], b.Vars[0].Type)
		return key
	}
	key, _ := keyOf(b.Vars, values, len(values), func(i int) int { return i })
	return key
}

// keyOf is a key of n parts, each the value of the variable that at says; false where one has no text.
func keyOf(vars []Var, values []any, n int, at func(part int) int) (string, bool) {
	parts := make([]string, n)
	for i := range parts {
		var ok bool
		if parts[i], ok = text(values[at(i)], vars[at(i)].Type); !ok {
			return "", false
		}
	}
	return Key(parts...), true
}

// Settled makes nothing found of a call that was not made because of what the parent has: a member that cannot stand in a path, in text or in a
// header is a key that no upstream knows. The same from a client's argument stays an error of bad input.
func (f *Field) Settled(a Value, err error, values []any) (Value, error) {
	misplaced := errors.Is(err, errSegment) || errors.Is(err, errPlace) || errors.Is(err, errHeader)
	if misplaced && f.fromParent(values) {
		return f.Binding.no, nil
	}
	return a, err
}

// fromParent reports whether it is the parent's member, not the client's argument, that cannot stand in the request.
func (f *Field) fromParent(values []any) bool {
	in, request := f.Binding.Params(values), f.Binding.single
	for i, s := range f.Sources {
		if s.Argument == "" {
			continue
		}
		name := f.Binding.Vars[i].Name
		t, _ := text(values[i], f.Binding.Vars[i].Type)
		if slices.Contains([]string{"", ".", ".."}, t) && request.url.inPath[name] {
			return false
		}
		if slices.ContainsFunc(in.texts(name), func(s string) bool { return !request.fits(name, s, in.typeOf(name)) }) {
			return false
		}
	}
	return true
}

// Checked makes nothing found an error where the field may not be null.
func (f *Field) Checked(a Value, err error) (Value, error) {
	if err == nil && !a.Found && f.NonNull {
		err = f.Binding.Nothing()
	}
	return a, err
}

// Nothing is the error of a field that may not be null, where nothing was found.
func (b *Binding) Nothing() error {
	return b.Failed(upstream.NotFound, errors.New("nothing found, and the field may not be null"))
}

// Failed is an error of a binding that was found here, not told by an answer.
func (b *Binding) Failed(kind upstream.Kind, err error) error {
	return &upstream.Error{Upstream: b.Upstream, Endpoint: b.Name, At: b.At, Kind: kind, Err: err}
}

// KeyText is the text of the key among a batched field's values; false for null and for what has no text.
func (b *Binding) KeyText(values []any) (string, bool) {
	if at := b.keyVars[0]; len(b.keyVars) == 1 {
		return text(values[at], b.Vars[at].Type)
	}
	return keyOf(b.Vars, values, len(b.keyVars), func(i int) int { return b.keyVars[i] })
}

// Canonical is the same text for the same values, and another one for others.
func (b *Binding) Canonical(values []any) string { return canonical(b.Vars, values, nil) }

// RestOf is the same text for the same values, whatever the key among them is.
func (b *Binding) RestOf(values []any) string { return canonical(b.Vars, values, b.keyVars) }

// KeySlot is for many parents of one field whose calls differ in the key only: the slot of the member that is the key, and the values of
// the other variables, which are the same for all. An entity has no others. ok is false where more than the key depends on the parent, or
// the member's text is not the key as it is sent: Values of each parent are then the way.
func (f *Field) KeySlot(args Arguments) (slot int, values []any, ok bool) {
	b := f.Binding
	if f.Keys || !b.TakesKeys() || b.Mutation || b.Page != nil || b.parts() != 1 {
		return 0, nil, false
	}
	at := 0 // an entity's only one
	if !b.Entity {
		at = b.keyVars[0]
	}
	if f.Sources[at].Argument != "" || len(b.Vars[at].Type.Enum) > 0 || b.Vars[at].Type.List != nil {
		return 0, nil, false
	}
	if b.Entity {
		return f.Sources[at].Slot, nil, true
	}
	values = make([]any, len(f.Sources))
	for i, s := range f.Sources {
		values[i] = absent
		if i == at {
			continue
		}
		if s.Argument == "" {
			return 0, nil, false
		}
		if v, ok := args.at(s); ok {
			values[i] = v
		}
	}
	values[at] = "" // a key, which is no list
	return f.Sources[at].Slot, values, !f.EmptyList(values)
}

// Needs is the text of all members of a parent that the field needs: parents with the same text get the same answer, which is loaded
// once.
func (f *Field) Needs(parent view.Object) string {
	var text string
	n := 0
	for _, s := range f.Sources {
		if s.Argument != "" || s.Page {
			continue
		}
		if n++; n == 1 {
			text = parent.Member(s.Slot).Literal()
		} else {
			text = strings.Join([]string{text, parent.Member(s.Slot).Literal()}, "\x00") // which JSON never has
		}
	}
	return text
}
