package fetch

import (
	"fmt"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/view"
)

// Result is what came of one key, or of one call: an answer, or why there is none.
type Result struct {
	binding.Value
	Err error

	from   source       // where the operation has it from
	age    uint32       // in ms, when the operation got it
	origin *origin      // the call that it came with; nil: nothing is known of it
	entry  *cache.Entry // what it is kept as, or might be; nil: it may not be kept
}

// Space is what keys have in common that are loaded together: their binding, and the values of its variables that are no keys, as text.
type Space struct {
	Binding *binding.Binding
	Rest    string
}

// spaceOf is the space of a batched field's keys.
func spaceOf(b *binding.Binding, values []any) Space { return Space{b, b.RestOf(values)} }

// load is keys of one space that are loaded at once.
type load struct {
	space  Space
	keys   []string // distinct; of a binding that takes no keys one, which stands for values
	values []any    // of the variables that are no keys
	counts []int32  // how often each key is sent for; nil: once
	early  bool     // nobody needs it yet
	riding *riding  // keys that may go along; nil: none

	old *cache.Entry // of one key: what it was, to be validated; nil: nothing
}

// came says where the operation got a result from, and how old it was.
func (r *Result) came(from source, age time.Duration) {
	r.from, r.age = from, uint32(min(max(0, age.Milliseconds()), 1<<32-1))
}

func fail(results []Result, err error) {
	for i := range results {
		results[i] = Result{Err: err}
	}
}

// keyBatch is keys that travel together, and where their Results are.
type keyBatch struct {
	keys []string
	into []Result
	at   []int32 // the index in into of each key's Result; nil: its own

	ahead int // how many of the keys nobody has asked for yet
}

// result is where the Result of the i-th key is.
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

// pieces are the keys of one call each, no more than most.
func (k keyBatch) pieces(b *binding.Binding, most int) []keyBatch {
	var list []keyBatch
	for from, to := 0, 0; from < len(k.keys); from = to {
		to += b.Piece(k.keys[from:], most)
		list = append(list, k.slice(from, to))
	}
	return list
}

// halves are the keys in two parts.
func (k keyBatch) halves() []keyBatch {
	middle := (len(k.keys) + 1) / 2
	return []keyBatch{k.slice(0, middle), k.slice(middle, len(k.keys))}
}

// singles are the keys one by one.
func (k keyBatch) singles() []keyBatch {
	parts := make([]keyBatch, len(k.keys))
	for i := range parts {
		parts[i] = k.slice(i, i+1)
	}
	return parts
}

// fill gives all keys the same Result.
func (k keyBatch) fill(r Result) {
	for i := range k.keys {
		*k.result(i) = r
	}
}

// returned is what Go returned for its i-th key.
func returned(b *binding.Binding, objects []view.Object, errs []error, i int) Result {
	switch {
	case i < len(errs) && errs[i] != nil:
		return Result{Err: errs[i]}
	case i >= len(objects):
		return Result{Err: fmt.Errorf("%s gave %d objects, and neither object nor error for key %d", b.Func, len(objects), i+1)}
	case objects[i].IsNull():
		return Result{}
	}
	return Result{Value: binding.One(objects, i)}
}
