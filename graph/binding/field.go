package binding

import (
	"context"
	"errors"
	"slices"

	"github.com/graph-gophers/dataloader/v7"

	"weft/graph/view"
	"weft/upstream"
)

// Field is a field that a binding answers; generated code holds one for each.
type Field struct {
	Binding *Binding
	Sources []Source // where the value of each of the binding's variables comes from
	Keys    bool     // Sources[0] is a list of keys: the field is the list of their entities
	NonNull bool     // the field may not be null: nothing found is an error
	Elems   bool     // with Keys: nor may its elements
}

// Source says where a variable's value comes from: an argument, or a member of the parent.
type Source struct {
	Argument string   // "" = a member
	Path     []string // below an input object's argument
	Slot     int      // the member's slot in the parent's shape
	Page     bool     // the page being asked for: its size or where it begins
}

// Arguments are a field's coerced arguments: absent ones are not in the map, null is nil.
type Arguments map[string]any

// load answers the field for one parent, the zero Object for a root field. w is what the operation selects below the
// answer; nil: nothing that would be asked for ahead.
func (f *Field) load(ctx context.Context, x *Execution, parent view.Object, args Arguments, w *want) (Answer, error) {
	values, ok := f.values(parent, args)
	if !ok { // a member that the call needs is null
		return f.checked(Answer{Found: f.Binding.many()}, nil)
	}
	b := f.Binding
	switch {
	case b.Mutation:
		return f.checked(x.mutate(ctx, b, values, w))
	case f.emptyList(values):
		return Answer{Found: b.List || b.many()}, nil
	case b.Entity || b.batch != nil:
		return f.checked(f.askOne(ctx, x, values, w)())
	}
	return f.checked(x.once(ctx, f, values, w, false))
}

// askOne asks for a batched binding's answer to values.
func (f *Field) askOne(ctx context.Context, x *Execution, values []any, w *want) dataloader.Thunk[Answer] {
	b := f.Binding
	x.record.ask(b, 1, 0)
	if b.Entity {
		key := keyOfValues(b, values)
		x.wants.add(asked{batchOf{b, ""}, key}, w)
		return x.entity(b).Load(ctx, key)
	}
	key, ok := text(values[b.keyVar], b.Vars[b.keyVar].Type)
	if !ok {
		return func() (Answer, error) { return Answer{Found: b.many()}, nil }
	}
	of := b.of(values)
	x.wants.add(asked{of, key}, w)
	return x.loader(of, values).Load(ctx, key)
}

// askMany asks for entities.
func (x *Execution) askMany(ctx context.Context, b *Binding, keys []string, w *want) dataloader.ThunkMany[Answer] {
	x.record.ask(b, len(keys), 0)
	for _, key := range keys {
		x.wants.add(asked{batchOf{b, ""}, key}, w)
	}
	return x.entity(b).LoadMany(ctx, keys)
}

// loadKeys answers a field that is a list of entities by their keys, in the keys' order: an answer or an error each.
// A null list of keys is a null list; null keys are left out.
func (f *Field) loadKeys(ctx context.Context, x *Execution, parent view.Object, args Arguments, w *want) ([]Answer, []error, bool) {
	keys, ok := f.keys(parent, args)
	if !ok {
		return nil, nil, false
	}
	answers, errs := x.askMany(ctx, f.Binding, keys, w)()
	out := make([]error, len(answers))
	copy(out, errs)
	for i := range answers {
		if out[i] == nil && !answers[i].Found && f.Elems {
			out[i] = f.Binding.nothing()
		}
	}
	return answers, out, true
}

func (f *Field) keys(parent view.Object, args Arguments) ([]string, bool) {
	s := f.Sources[0]
	if s.Argument == "" {
		return parent.Keys(s.Slot)
	}
	v, ok := args.at(s)
	if !ok || v == nil {
		return nil, false
	}
	return listTexts(v, &Type{Scalar: "ID"}), true
}

// values are the variables' values; false where a member that they come from is null or absent.
func (f *Field) values(parent view.Object, args Arguments) ([]any, bool) {
	values := make([]any, len(f.Sources))
	for i, s := range f.Sources {
		if s.Page {
			values[i] = absent
			continue
		}
		if s.Argument == "" {
			values[i] = parent.Value(s.Slot)
			if values[i] == nil {
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

func (a Arguments) at(s Source) (any, bool) {
	v, ok := a[s.Argument]
	for _, name := range s.Path {
		m, _ := v.(map[string]any)
		v, ok = m[name]
	}
	return v, ok
}

// emptyList reports whether a list that the call needs has no element, so that there is nothing to ask for.
func (f *Field) emptyList(values []any) bool {
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

// keyOfValues is an entity's key; "", which no upstream knows, when a part is no text.
func keyOfValues(b *Binding, values []any) string {
	if len(values) == 1 {
		key, _ := text(values[0], b.Vars[0].Type)
		return key
	}
	parts := make([]string, len(values))
	for i, v := range values {
		var ok bool
		if parts[i], ok = text(v, b.Vars[i].Type); !ok {
			return ""
		}
	}
	return Key(parts...)
}

// once calls a binding that has no batch, once for each distinct set of values in the operation. Early says that nobody wants
// it yet.
func (x *Execution) once(ctx context.Context, f *Field, values []any, w *want, early bool) (Answer, error) {
	b := f.Binding
	if x.planned {
		r := f.settled(x.memo.once(ctx, x, b, values, early), values)
		return r.Answer, r.Err
	}
	key := canonical(b.Vars, values, -1)
	x.record.ask(b, 1, 0)
	x.wants.add(asked{batchOf{b, ""}, key}, w)
	answer, err := x.calls(b).Do(ctx, key, func(ctx context.Context) (Answer, error) {
		return x.answerOne(ctx, question{of: batchOf{b, ""}, keys: []string{key}, values: values})
	})
	r := f.settled(Result{Answer: answer, Err: err}, values)
	return r.Answer, r.Err
}

// settled makes null of a call that was not made because of what the parent has.
func (f *Field) settled(r Result, values []any) Result {
	if errors.Is(r.Err, errSegment) && f.fromParent(values) {
		return Result{}
	}
	return r
}

// fromParent reports whether it is the parent's member, not the client's argument, that cannot stand in a path.
func (f *Field) fromParent(values []any) bool {
	for i, s := range f.Sources {
		t, _ := text(values[i], f.Binding.Vars[i].Type)
		if s.Argument != "" && slices.Contains([]string{"", ".", ".."}, t) && f.Binding.single.url.path[f.Binding.Vars[i].Name] {
			return false
		}
	}
	return true
}

// mutate calls a mutation, between two fresh memos: what was read before may no longer be true.
func (x *Execution) mutate(ctx context.Context, b *Binding, values []any, w *want) (Answer, error) {
	x.reset()
	x.record.write(b)
	r := x.write(ctx, b, values)
	x.reset()
	if w != nil {
		x.below(*w, r.Objects)
	}
	return r.Answer, r.Err
}

// checked makes nothing found an error where the field may not be null.
func (f *Field) checked(a Answer, err error) (Answer, error) {
	if err == nil && !a.Found && f.NonNull {
		err = f.Binding.nothing()
	}
	return a, err
}

func (b *Binding) nothing() error {
	return b.failed(upstream.NotFound, errors.New("nothing found, and the field may not be null"))
}

// failed is an error of a binding that no call has told.
func (b *Binding) failed(kind upstream.Kind, err error) error {
	return &upstream.Error{Upstream: b.Upstream, Endpoint: b.Name, At: b.At, Kind: kind, Err: err}
}

// kindOf returns an upstream error's kind; "" for any other.
func kindOf(err error) upstream.Kind {
	if e, ok := errors.AsType[*upstream.Error](err); ok {
		return e.Kind
	}
	return ""
}
