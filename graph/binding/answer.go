package binding

import (
	"context"
	"fmt"
	"slices"

	"weft/cache"
	"weft/graph/view"
)

// Answer is what a binding found for one key, or for one call.
type Answer struct {
	Objects []view.Object // one, or a list's elements
	Found   bool          // false: null

	from source // where the operation has it from
	age  uint32 // in ms, when the operation got it

	more   *more   // nil: nothing
	origin *origin // nil: nothing is known of it
}

// more is what few answers have.
type more struct {
	total   *int     // of a page: how many there are; nil: unknown
	next    string   // of a page: where the next one begins; "" nowhere
	segment *Segment // of a paged field
	errs    []error  // of a list by keys: one for each object, nil where it is there; nil: none failed
}

// Result is an Answer, or why there is none.
type Result struct {
	Answer
	Err   error
	entry *cache.Entry // what it is kept as, or might be; nil: it may not be kept
}

// Page is what is known of a paged field's page beside its nodes; nil for any other.
func (a *Answer) Page() *Segment {
	if a.more == nil {
		return nil
	}
	return a.more.segment
}

// Missing is why the i-th object of a list by keys is not there; nil: it just is not, or is.
func (a *Answer) Missing(i int) error {
	if a.more == nil || a.more.errs == nil {
		return nil
	}
	return a.more.errs[i]
}

func (a *Answer) one() view.Object {
	if len(a.Objects) == 0 {
		return view.Object{}
	}
	return a.Objects[0]
}

// total is how many elements a page's list has, and next where its next page begins.
func (a *Answer) total() *int {
	if a.more == nil {
		return nil
	}
	return a.more.total
}

func (a *Answer) next() string {
	if a.more == nil {
		return ""
	}
	return a.more.next
}

// question is what is asked of a binding at once.
type question struct {
	of     batchOf
	keys   []string // distinct; of a binding that takes no keys one, which stands for values
	values []any    // of the variables that are no keys
	counts []int32  // how often each key is wanted; nil: once
	early  bool     // nobody wants it yet

	old *cache.Entry // of one key: what it was, to be asked whether it still is; nil: nothing
}

// ask asks the upstream a question, each of its keys into the Result of the same index.
func (x *Execution) ask(ctx context.Context, q question, into []Result) {
	if q.counts != nil {
		x.askRepeatedly(ctx, q, into)
		return
	}
	switch b := q.of.binding; {
	case b.Batched():
		x.askBatches(ctx, q, into)
	case b.Entity:
		x.askEach(ctx, q, into, func(int) {})
	default:
		into[0] = b.fetchOne(ctx, x, q.values, q.old)
	}
}

// askEach makes a call for each key of a question, and says when the Result of one is there.
func (x *Execution) askEach(ctx context.Context, q question, into []Result, landed func(i int)) {
	b := q.of.binding
	if err := x.mayCall(len(q.keys)); err != nil {
		fail(into, err)
		return
	}
	each(len(q.keys), maxTogether, func(i int) {
		into[i] = b.fetchOne(ctx, x, keyValues(q.keys[i], len(b.Vars)), q.old)
		landed(i)
	})
}

func fail(results []Result, err error) {
	for i := range results {
		results[i] = Result{Err: err}
	}
}

// askRepeatedly asks for each key as often as it is wanted.
func (x *Execution) askRepeatedly(ctx context.Context, q question, into []Result) {
	all := q
	all.keys, all.counts = nil, nil
	first := make([]int, len(q.keys))
	for i, key := range q.keys {
		first[i] = len(all.keys)
		for range q.counts[i] {
			all.keys = append(all.keys, key)
		}
	}
	results := make([]Result, len(all.keys))
	if b := q.of.binding; b.takesKeys() {
		x.ask(ctx, all, results)
	} else {
		each(len(results), maxTogether, func(i int) { x.ask(ctx, question{of: q.of, keys: q.keys, values: q.values}, results[i:i+1]) })
	}
	for i := range into {
		into[i] = results[first[i]]
	}
	x.record.again(q.of.binding, len(all.keys)-len(q.keys))
}

const (
	maxTogether = 32 // calls for one key, or one set of values, that a question makes at once
	maxBatches  = 16 // calls for many
)

// together reports whether all calls for so many keys are made at once.
func (b *Binding) together(keys int) bool {
	if b.Batched() {
		return keys <= maxBatches*b.max()
	}
	return keys <= maxTogether
}

// askBatches makes calls for many keys each. Keys that no upstream can know (see possible) are null without a call. They
// are sent in order, so that the same keys make the same calls.
func (x *Execution) askBatches(ctx context.Context, q question, into []Result) {
	b := q.of.binding
	all := b.batchOfKeys(q.keys, into)
	size := b.max()
	if x.without.Has(Batching) {
		size = 1
	}
	n := (len(all.keys) + size - 1) / size
	if b.Func == "" {
		if err := x.mayCall(n); err != nil {
			all.fill(Result{Err: err})
			return
		}
	}
	each(n, maxBatches, func(i int) {
		some := all.slice(i*size, min((i+1)*size, len(all.keys)))
		if b.Func != "" {
			some.callFunc(ctx, x, b)
		} else {
			b.split(ctx, x, some, q)
		}
	})
}

// keyBatch is keys that travel together, and where their Results are.
type keyBatch struct {
	keys []string
	into []Result
	at   []int32 // the index in into of each key's Result; nil: its own
}

// batchOfKeys are those of keys that an upstream can know, in order; the others are answered.
func (b *Binding) batchOfKeys(keys []string, into []Result) keyBatch {
	ordered := b.Func != "" || slices.IsSortedFunc(keys, compareKeys)
	if ordered && !slices.ContainsFunc(keys, func(key string) bool { return !b.possible(key) }) {
		return keyBatch{keys: keys, into: into}
	}
	at := make([]int32, 0, len(keys))
	for i, key := range keys {
		if b.possible(key) {
			at = append(at, int32(i))
		} else {
			into[i].Answer = Answer{Found: b.many(), origin: noCall}
		}
	}
	if !ordered {
		slices.SortFunc(at, func(i, j int32) int { return compareKeys(keys[i], keys[j]) })
	}
	sorted := make([]string, len(at))
	for i, k := range at {
		sorted[i] = keys[k]
	}
	return keyBatch{keys: sorted, into: into, at: at}
}

func (k keyBatch) result(i int) *Result {
	if k.at == nil {
		return &k.into[i]
	}
	return &k.into[k.at[i]]
}

func (k keyBatch) slice(from, to int) keyBatch {
	if k.at == nil {
		return keyBatch{keys: k.keys[from:to], into: k.into[from:to]}
	}
	return keyBatch{keys: k.keys[from:to], into: k.into, at: k.at[from:to]}
}

// fill gives all keys the same Result.
func (k keyBatch) fill(r Result) {
	for i := range k.keys {
		*k.result(i) = r
	}
}

// callFunc asks Go for the keys' objects.
func (k keyBatch) callFunc(ctx context.Context, x *Execution, b *Binding) {
	objects, errs := x.service.Functions[b.Func](ctx, k.keys)
	for i := range k.keys {
		*k.result(i) = b.returned(objects, errs, i)
	}
}

// returned is what a Func returned for its i-th key.
func (b *Binding) returned(objects []view.Object, errs []error, i int) Result {
	switch {
	case i < len(errs) && errs[i] != nil:
		return Result{Err: errs[i]}
	case i >= len(objects):
		return Result{Err: fmt.Errorf("%s gave %d objects, and neither object nor error for key %d", b.Func, len(objects), i+1)}
	case objects[i].IsNull():
		return Result{}
	}
	return Result{Answer: Answer{Objects: objects[i : i+1 : i+1], Found: true}}
}
