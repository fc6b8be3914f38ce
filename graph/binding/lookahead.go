package binding

import (
	"context"
	"sync"
	"unsafe"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/view"
)

// Under gqlgen's executor each object of a list is resolved by a goroutine of its own, so a batch that waits for a timer
// may leave before the last of them has asked, and a busy machine makes more calls than an idle one. Therefore
// whoever gets objects asks at once for all that the operation selects below all of them: the batch of authors is
// complete before the first review is looked at, and the resolvers find their answers on the way. The timer then only joins
// what comes from different places of an operation.

// ObjectType is what looking ahead knows of an object type; generated code has one for each that it can walk.
type ObjectType struct {
	Satisfies []string          // its own name, and the interfaces and unions it belongs to
	Fields    map[string]*Field // the fields that bindings answer
	Within    map[string]string // of a connection or edge: the fields that hold the same objects, and their types
}

// want is what an operation selects below the objects that a binding will answer.
type want struct {
	ctx        context.Context // the operation's, at the field: what is asked for ahead belongs to it
	object     string          // the object type
	selections ast.SelectionSet
}

// same identifies a want: the selections of one place in the document.
type same struct {
	object string
	first  *ast.Selection
	n      int
}

func (w want) same() same { return same{w.object, unsafe.SliceData(w.selections), len(w.selections)} }

// wants are the operation's wants, by what was asked for. The zero value is ready.
type wants struct {
	mu    sync.Mutex // guards what follows
	by    map[asked][]want
	known map[known]bool // what by has: an operation may select one object in thousands of places
}

// asked is a key of a binding's loader.
type asked struct {
	of  batchOf
	key string
}

// known is a place of the document that wants what is asked for.
type known struct {
	asked asked
	by    same
}

// add notes that w will be wanted of what is asked for.
func (s *wants) add(a asked, w *want) {
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
		s.by, s.known = map[asked][]want{}, map[known]bool{}
	}
	s.known[k] = true
	s.by[a] = append(s.by[a], *w)
}

func (s *wants) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.by, s.known = nil, nil
}

func (s *wants) of(a asked) []want {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.by[a]
}

// ahead asks for what is wanted below the answers of a call: of all of them together.
func (x *Execution) ahead(of batchOf, keys []string, answers func(i int) []view.Object) {
	var order []want
	objects := map[same][]view.Object{}
	for i, key := range keys {
		for _, w := range x.wants.of(asked{of, key}) {
			if _, ok := objects[w.same()]; !ok {
				order = append(order, w)
			}
			objects[w.same()] = append(objects[w.same()], answers(i)...)
		}
	}
	for _, w := range order {
		x.below(w, objects[w.same()])
	}
}

// below asks for the batched fields that w selects of objects.
func (x *Execution) below(w want, objects []view.Object) {
	t := x.service.Types[w.object]
	if t == nil || len(objects) == 0 {
		return
	}
	op := graphql.GetOperationContext(w.ctx)
	for _, selected := range x.collect(op, w.selections, t.Satisfies) {
		if within, ok := t.Within[selected.Name]; ok {
			x.below(want{w.ctx, within, selected.Selections}, objects)
			continue
		}
		f := t.Fields[selected.Name]
		if f == nil || !f.Binding.Batched() || x.refused[selected.Field] != nil {
			continue
		}
		next := &want{w.ctx, f.Binding.Object, selected.Selections}
		args := Arguments(selected.ArgumentMap(op.Variables))
		for _, o := range objects {
			if x.Excess() != nil {
				return
			}
			f.askAhead(x, o, args, next)
		}
	}
}

// collect returns what is selected. One goroutine finds it out, and all others, and gqlgen's executor, find it in op: it takes a
// millisecond for some hundred fields, and several batches may want it at the same time.
func (x *Execution) collect(op *graphql.OperationContext, selections ast.SelectionSet, satisfies []string) []graphql.CollectedField {
	x.collecting.Lock()
	defer x.collecting.Unlock()
	return graphql.CollectFields(op, selections, satisfies)
}

// askAhead asks and does not wait: the field's own resolver will. What is asked for is counted here already, because gqlgen's
// executor begins a goroutine for each of these fields, and only then would anybody see that there are too many objects.
func (f *Field) askAhead(x *Execution, parent view.Object, args Arguments, w *want) {
	if parent.IsNull() {
		return
	}
	if f.Keys {
		if keys, ok := f.keys(parent, args); ok && x.Count(len(keys)) == nil {
			x.askMany(w.ctx, f.Binding, keys, w)
		}
		return
	}
	if values, ok := f.values(parent, args); ok && !f.emptyList(values) && x.Count(1) == nil {
		f.askOne(w.ctx, x, values, w)
	}
}

// Batched reports whether many keys travel in one call.
func (b *Binding) Batched() bool { return b.batch != nil || b.Func != "" }
