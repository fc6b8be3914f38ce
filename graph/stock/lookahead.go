package stock

import (
	"context"
	"sync"
	"unsafe"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/view"
)

// Under gqlgen's executor each object of a list is resolved by a goroutine of its own, so a batch that waits for a timer
// may leave before the last of them has come, and a busy machine makes more calls than an idle one. Therefore
// whoever gets objects loads at once all that the operation selects below all of them: the batch of authors is
// complete before the first review is looked at, and the resolvers find their answers on the way. The timer then only joins
// what comes from different places of an operation.

// ObjectType is what looking ahead knows of an object type; generated code has one for each that it can walk.
type ObjectType struct {
	Satisfies []string                  // its own name, and the interfaces and unions it belongs to
	Fields    map[string]*binding.Field // the fields that bindings answer
	Within    map[string]string         // of a connection or edge: the fields that hold the same objects, and their types
	Members   map[string]int            // of an entity that may have stubs: the slots of all members
	Stubs     map[string]*Stub          // the fields whose objects are stubs
}

// selection is what an operation selects below the objects that a binding will answer.
type selection struct {
	ctx    context.Context // the operation's, at the field: what is loaded ahead belongs to it
	object string          // the object type
	set    ast.SelectionSet
	stub   *binding.Stub // what the objects are; nil: whole ones
}

// same identifies a selection: a place in the document.
type same struct {
	object string
	first  *ast.Selection
	n      int
}

func (s selection) same() same { return same{s.object, unsafe.SliceData(s.set), len(s.set)} }

// selections are what an operation selects below what it loads. The zero value is ready.
type selections struct {
	mu    sync.Mutex // guards what follows
	by    map[keyOf][]selection
	known map[known]bool // what by has: an operation may select one object in thousands of places
}

// keyOf is a key in its space.
type keyOf struct {
	of  fetch.Space
	key string
}

// known is a place of the document that selects below a key's object.
type known struct {
	key keyOf
	by  same
}

// add notes what is selected below a key's object; nil: nothing.
func (s *selections) add(a keyOf, w *selection) {
	if w == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := known{a, w.same()}
	if s.known[k] {
		return
	}
	if s.by == nil {
		s.by, s.known = map[keyOf][]selection{}, map[known]bool{}
	}
	s.known[k] = true
	s.by[a] = append(s.by[a], *w)
}

func (s *selections) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.by, s.known = nil, nil
}

func (s *selections) of(a keyOf) []selection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.by[a]
}

// landed loads what is selected below objects that a batch has brought: below all of them together.
func (o *operation) landed(of fetch.Space, keys []string, brought func(i int) []view.Object) {
	var order []selection
	objects := map[same][]view.Object{}
	for i, key := range keys {
		for _, s := range o.selections.of(keyOf{of, key}) {
			if _, ok := objects[s.same()]; !ok {
				order = append(order, s)
			}
			objects[s.same()] = append(objects[s.same()], brought(i)...)
		}
	}
	for _, s := range order {
		o.ahead(s, objects[s.same()])
	}
}

// ahead loads the batched fields that are selected of objects.
func (o *operation) ahead(s selection, objects []view.Object) {
	t := o.types[s.object]
	if t == nil || len(objects) == 0 {
		return
	}
	if s.stub != nil {
		o.lacking(s.stub, objects, s)
	}
	op := graphql.GetOperationContext(s.ctx)
	fields := o.collect(op, s.set, t.Satisfies)
	for _, selected := range fields { // what is embedded first: it may be all that is needed of what other fields would load
		if stub := t.Stubs[selected.Name]; stub != nil && o.refused[selected.Field] == nil {
			for _, e := range stub.in(objects) {
				o.offer(e.stub, e.objects)
			}
		}
	}
	for _, selected := range fields {
		if within, ok := t.Within[selected.Name]; ok {
			o.ahead(selection{ctx: s.ctx, object: within, set: selected.Selections}, objects)
			continue
		}
		if stub := t.Stubs[selected.Name]; stub != nil && o.refused[selected.Field] == nil {
			for _, e := range stub.in(objects) {
				o.lacking(e.stub, e.objects, selection{ctx: s.ctx, object: e.object, set: selected.Selections})
			}
			continue
		}
		f := t.Fields[selected.Name]
		if f == nil || !f.Binding.Batched() || o.refused[selected.Field] != nil {
			continue
		}
		below := &selection{ctx: s.ctx, object: f.Binding.Object, set: selected.Selections, stub: f.Binding.Stub}
		if f.Lift != nil {
			below.object = "" // what is selected is of another object
		}
		args := binding.Arguments(selected.ArgumentMap(op.Variables))
		var known []view.Object
		for _, object := range objects {
			if o.Excess() != nil {
				return
			}
			known = append(known, o.loadAhead(f, object, args, below)...)
		}
		if f.Lift == nil {
			o.ahead(*below, known)
		}
	}
}

// loadAhead loads and does not wait: the field's own resolver will. What is loaded is counted here already, because gqlgen's
// executor begins a goroutine for each of these fields, and only then would anybody see that there are too many objects. It returns the
// objects that need not be loaded, since another answer has all that is needed of them.
func (o *operation) loadAhead(f *binding.Field, parent view.Object, args binding.Arguments, below *selection) (known []view.Object) {
	if parent.IsNull() {
		return nil
	}
	add := func(key string) {
		if object, ok := o.Known(f.Binding, key, func() []int { return o.needsOf(f, below) }); ok {
			known = append(known, object)
		}
	}
	if f.Keys {
		if list, err := f.KeyList(parent, args); err == nil && list.Found && o.Count(len(list.Keys)) == nil {
			for _, key := range list.Keys {
				add(key)
			}
			o.loadKeys(below.ctx, f, list.Keys, below)
		}
		return known
	}
	if values, ok := f.Values(parent, args); ok && !f.EmptyList(values) && o.Count(1) == nil {
		if f.Binding.Entity {
			add(f.Binding.KeyFor(values))
		}
		o.loadKey(below.ctx, f, values, below)
	}
	return known
}

// needsOf are the slots of the members that are needed of what a field loads by key; nil: nobody knows which.
func (o *operation) needsOf(f *binding.Field, below *selection) []int {
	switch {
	case f.Lift != nil:
		return []int{f.Lift.Slot}
	case below == nil:
		return nil
	}
	return o.needs(below.ctx, below.object, o.setsOf(*below))
}
