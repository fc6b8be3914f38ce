package binding

import (
	"context"
	"runtime/debug"

	"github.com/graph-gophers/dataloader/v7"
	"golang.org/x/sync/errgroup"

	"weft/graph/view"
	"weft/loaders"
)

// maxTogether is how many calls that are not batched one Fetch makes at once.
const maxTogether = 32

// Request is one parent's wish for one field.
type Request struct {
	Field  *Field
	Parent view.Object
	Args   Arguments
}

// Result is what came of a Request: objects, a page, or an error.
type Result struct {
	Objects []view.Object // one, or a list's
	Errs    []error       // of a list by keys: one for each object, nil where it is there; nil: none failed
	Found   bool          // false: null
	Err     error
	Page    *Segment // of a paged field
}

// Fetch answers requests, all at once: what is batched goes in one call for each binding and set of other values, split by
// its maximum; the rest in parallel. Nothing waits for a timer. Results are in the requests' order.
func (x *Execution) Fetch(ctx context.Context, requests []Request) []Result {
	f := fetching{x: x, results: make([]Result, len(requests)), batches: map[batchOf]*batching{}, once: map[onceKey]int{}}
	for i := range requests {
		f.add(ctx, i, &requests[i])
	}
	for _, b := range f.order {
		b.thunk = b.loader.LoadBatch(ctx, b.keys)
	}
	f.runTasks()
	for _, b := range f.order {
		f.deliver(b)
	}
	for i, first := range f.copies {
		f.results[i] = f.results[first]
	}
	return f.results
}

// fetching is one Fetch.
type fetching struct {
	x       *Execution
	results []Result
	batches map[batchOf]*batching
	order   []*batching // in the order of the requests, so that calls are the same each time
	tasks   []func()
	once    map[onceKey]int // the first request with these values
	copies  map[int]int     // requests with the same values as an earlier one
}

type onceKey struct {
	field  *Field
	values string
}

// batching is the distinct keys of one loader, and who wants them.
type batching struct {
	loader interface {
		LoadBatch(context.Context, []string) dataloader.ThunkMany[Answer]
	}
	keys  []string
	index map[string]int32 // of keys
	wants []wanted
	thunk dataloader.ThunkMany[Answer]
}

// wanted is one request for a key.
type wanted struct {
	field   *Field
	request int32
	key     int32 // in keys
	element int32 // of a list by keys; -1: the request is for one
}

func (b *batching) want(key string, w wanted) {
	k, ok := b.index[key]
	if !ok {
		k = int32(len(b.keys))
		b.index[key] = k
		b.keys = append(b.keys, key)
	}
	w.key = k
	b.wants = append(b.wants, w)
}

// deliver files the answers.
func (f *fetching) deliver(b *batching) {
	answers, errs := b.thunk()
	for _, w := range b.wants {
		var err error
		if errs != nil {
			err = errs[w.key]
		}
		if w.element < 0 {
			f.set(int(w.request), w.field, answers[w.key], err)
			continue
		}
		if err == nil && !answers[w.key].Found && w.field.Elems {
			err = w.field.Binding.nothing()
		}
		f.results[w.request].element(int(w.element), answers[w.key].one(), err, w.field.Elems)
	}
}

func (f *fetching) add(ctx context.Context, i int, r *Request) {
	field, b := r.Field, r.Field.Binding
	if field.Keys {
		f.addKeys(i, r)
		return
	}
	if key, ok := field.memberKey(r.Parent); ok {
		f.batch(batchOf{b, ""}, nil).want(key, wanted{field: field, request: int32(i), element: -1})
		return
	}
	values, ok := field.values(r.Parent, r.Args)
	switch {
	case !ok:
		f.set(i, field, Answer{Found: b.many()}, nil)
	case b.Page != nil:
		f.tasks = append(f.tasks, func() { f.results[i] = field.pageResult(ctx, f.x, values, r.Args) })
	case b.Mutation:
		f.tasks = append(f.tasks, func() {
			answer, err := f.x.mutate(ctx, b, values, nil)
			f.set(i, field, answer, err)
		})
	case field.emptyList(values):
		f.results[i] = Result{Found: b.List || b.many()}
	case b.Entity:
		f.batch(batchOf{b, ""}, nil).want(keyOfValues(b, values), wanted{field: field, request: int32(i), element: -1})
	case b.batch != nil:
		key, ok := text(values[b.keyVar], b.Vars[b.keyVar].Type)
		if !ok {
			f.set(i, field, Answer{Found: b.many()}, nil)
			return
		}
		f.batch(b.of(values), values).want(key, wanted{field: field, request: int32(i), element: -1})
	default:
		f.addOnce(ctx, i, field, values)
	}
}

// addOnce calls a binding without a batch, once for each distinct set of values.
func (f *fetching) addOnce(ctx context.Context, i int, field *Field, values []any) {
	key := onceKey{field, canonical(field.Binding.Vars, values, -1)}
	if first, ok := f.once[key]; ok {
		if f.copies == nil {
			f.copies = map[int]int{}
		}
		f.copies[i] = first
		return
	}
	f.once[key] = i
	f.tasks = append(f.tasks, func() {
		answer, err := f.x.once(ctx, field, values, nil)
		f.set(i, field, answer, err)
	})
}

// addKeys asks for the entities of a list of keys.
func (f *fetching) addKeys(i int, r *Request) {
	field := r.Field
	keys, ok := field.keys(r.Parent, r.Args)
	if !ok {
		f.set(i, field, Answer{}, nil)
		return
	}
	f.results[i] = Result{Found: true, Objects: make([]view.Object, len(keys))}
	b := f.batch(batchOf{field.Binding, ""}, nil)
	for j, key := range keys {
		b.want(key, wanted{field: field, request: int32(i), element: int32(j)})
	}
}

// element files one object of a list by keys. A failure costs the whole list where its elements may not be null.
func (r *Result) element(j int, o view.Object, err error, nonNull bool) {
	r.Objects[j] = o
	switch {
	case err == nil:
	case nonNull && r.Err == nil:
		r.Err = err
	case !nonNull:
		if r.Errs == nil {
			r.Errs = make([]error, len(r.Objects))
		}
		r.Errs[j] = err
	}
}

func (f *fetching) batch(of batchOf, values []any) *batching {
	b := f.batches[of]
	if b == nil {
		b = &batching{loader: f.x.loader(of, values), index: map[string]int32{}}
		f.batches[of] = b
		f.order = append(f.order, b)
	}
	return b
}

func (f *fetching) set(i int, field *Field, a Answer, err error) {
	a, err = field.checked(a, err)
	f.results[i] = Result{Objects: a.Objects, Found: a.Found, Err: err}
}

// runTasks runs the calls that are not batched: the only one here, several in parallel.
func (f *fetching) runTasks() {
	if len(f.tasks) == 1 {
		f.tasks[0]()
		return
	}
	var g errgroup.Group
	g.SetLimit(maxTogether)
	for _, task := range f.tasks {
		g.Go(func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = &loaders.PanicError{Value: p, Stack: debug.Stack()}
				}
			}()
			task()
			return nil
		})
	}
	if err := g.Wait(); err != nil { // tasks report in results; what is left is a panic
		panic(err)
	}
}

// pageResult answers a paged field.
func (f *Field) pageResult(ctx context.Context, x *Execution, values []any, args Arguments) Result {
	w, err := f.window(args, values)
	if err != nil {
		return Result{Err: err}
	}
	s, err := w.load(ctx, x, f, values)
	if err != nil {
		return Result{Err: err}
	}
	if s.null {
		_, err := f.checked(Answer{}, nil)
		return Result{Err: err}
	}
	page := &Segment{Cursors: s.cursors, HasNext: s.more, HasPrevious: !w.start(), Total: s.total}
	switch n := len(s.cursors); {
	case n > 0:
		page.Start, page.End = &s.cursors[0], &s.cursors[n-1]
	case s.end != "":
		page.End = &s.end
	}
	return Result{Objects: s.objects, Found: true, Page: page}
}
