package binding

import (
	"cmp"
	"context"
	"encoding/json"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/graph-gophers/dataloader/v7"
	"golang.org/x/sync/errgroup"

	"weft/graph/view"
	"weft/loaders"
	"weft/upstream"
)

type result = dataloader.Result[Answer]

// fetchBatch answers keys by calls that carry many of them. values holds the other variables' values. Keys that no
// upstream can know (see possible) are null without a call. They are sent in order, so that the same keys make the same call.
func (b *Binding) fetchBatch(ctx context.Context, x *Execution, keys []string, values []any) []*result {
	asked := make([]string, 0, len(keys))
	for _, key := range keys {
		if b.possible(key) {
			asked = append(asked, key)
		}
	}
	slices.SortFunc(asked, compareKeys)
	answers := make(map[string]*result, len(keys))
	b.split(ctx, x, asked, values, answers)
	out := make([]*result, len(keys))
	for i, key := range keys {
		out[i] = answers[key]
		if out[i] == nil {
			out[i] = &result{Data: Answer{Found: b.many()}}
		}
	}
	return out
}

// possible reports whether an upstream can know the key: not when it is empty, no number where numbers are sent, or dots
// that could not stand in the path of the call for one key.
func (b *Binding) possible(key string) bool {
	if key == "" || b.single != nil && (key == "." || key == "..") {
		return false
	}
	return !b.KeyInt || !slices.ContainsFunc(KeyParts(key, b.parts()), func(part string) bool { return !integer(part) })
}

// parts is how many parts a key has.
func (b *Binding) parts() int {
	if b.Entity {
		return len(b.Vars)
	}
	return 1
}

// compareKeys orders keys by length, then text: numbers from 0 by value.
func compareKeys(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// integer reports whether s is a whole number as JSON writes it.
func integer(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == "" && (digits[0] != '0' || s == "0")
}

// split sends keys in one call, or in two halves where its URL would be too long.
func (b *Binding) split(ctx context.Context, x *Execution, keys []string, values []any, into map[string]*result) {
	if len(keys) == 0 {
		return
	}
	if len(keys) == 1 && b.single != nil {
		data, err := b.fetchOne(ctx, x, keyValues(keys[0], len(b.Vars)))
		into[keys[0]] = &result{Data: data, Error: err}
		return
	}
	in := b.batchInput(keys, values)
	path, err := b.batch.url.expand(in)
	if err == nil && len(path) > maxURL && len(keys) > 1 {
		b.halves(ctx, x, keys, values, into)
		return
	}
	var found reply
	if err != nil {
		err = b.batch.badInput(err)
	} else {
		found, err = b.batch.send(ctx, x, path, in)
	}
	b.match(x, found.Rows, err, keys, into)
}

func (b *Binding) halves(ctx context.Context, x *Execution, keys []string, values []any, into map[string]*result) {
	left := map[string]*result{}
	var g errgroup.Group
	g.Go(func() (err error) {
		defer func() {
			if p := recover(); p != nil { // in a loader's own goroutine it would be these keys' error, too
				err = &loaders.PanicError{Value: p, Stack: debug.Stack()}
			}
		}()
		b.split(ctx, x, keys[:len(keys)/2], values, left)
		return nil
	})
	b.split(ctx, x, keys[len(keys)/2:], values, into)
	err := g.Wait()
	for _, key := range keys[:len(keys)/2] {
		if into[key] = left[key]; err != nil {
			into[key] = &result{Error: err}
		}
	}
}

// match files the answer's elements under their keys: an element nobody asked for is ignored, of two with one key the
// first counts, unless the binding answers many.
func (b *Binding) match(x *Execution, rows view.Rows, err error, keys []string, into map[string]*result) {
	for _, key := range keys {
		into[key] = &result{Data: Answer{Found: b.many()}, Error: err}
	}
	if err != nil {
		return
	}
	matched := 0
	for i := range rows.Len() {
		key, ok := b.rowKey(rows, i)
		r := into[key]
		if !ok || r == nil {
			continue
		}
		matched++
		b.file(r, rows.At(i))
	}
	if matched == 0 && rows.Len() > 0 {
		x.service.log().Warn("an upstream's answer matches none of the keys asked for: is match right?",
			"binding", b.Name, "upstream", b.Upstream, "asked", len(keys), "answered", rows.Len())
	}
}

// file adds an element to what its key has.
func (b *Binding) file(r *result, object view.Object) {
	switch {
	case b.lists != nil && object.IsNull():
	case b.lists != nil:
		list, err := b.lists.Scan(object.JSON(), b.Upstream)
		if err == nil {
			err = b.objectsOnly(list)
		}
		r.Data.Objects, r.Error = list.Objects(), err
	case b.many() || len(r.Data.Objects) == 0 && !object.IsNull():
		r.Data.Objects = append(r.Data.Objects, object)
		r.Data.Found = true
	}
}

func (b *Binding) rowKey(rows view.Rows, i int) (string, bool) {
	if len(b.Batch.Match) < 2 {
		return rows.Key(i)
	}
	parts, ok := rows.Keys(i)
	return Key(parts...), ok
}

// batchInput fills the batch's call with the keys and the other variables' values.
func (b *Binding) batchInput(keys []string, values []any) input {
	list := make([]any, len(keys))
	for i, key := range keys {
		list[i] = b.batchKey(key)
	}
	keyType := &Type{Scalar: "String"}
	if b.KeyInt {
		keyType = &Type{Scalar: "Int"}
	}
	if b.parts() > 1 {
		keyType = &Type{} // an object of the parts, written as it is
	}
	all := Var{Name: b.Batch.Keys, Type: &Type{List: keyType}}
	if b.Entity {
		return input{vars: []Var{all}, values: []any{list}, keys: len(keys)}
	}
	in := input{vars: slices.Clone(b.Vars), values: slices.Clone(values), keys: len(keys)}
	in.vars[b.keyVar], in.values[b.keyVar] = all, list
	return in
}

func (b *Binding) batchKey(key string) any {
	if b.parts() == 1 {
		return key
	}
	parts := map[string]any{}
	for i, part := range KeyParts(key, len(b.Vars)) {
		if parts[b.Vars[i].Name] = part; b.KeyInt {
			parts[b.Vars[i].Name] = json.Number(part)
		}
	}
	return parts
}

// fetchOne answers one value of the variables by the single call.
func (b *Binding) fetchOne(ctx context.Context, x *Execution, values []any) (Answer, error) {
	in := input{vars: b.Vars, values: values}
	if b.Entity {
		in.keys = 1
	}
	found, err := b.single.do(ctx, x, in)
	switch {
	case b.missing(err):
		return Answer{}, nil
	case err != nil:
		return Answer{}, err
	}
	answer := Answer{Objects: found.Objects(), Found: !found.Null()}
	if b.Page != nil {
		err = b.Page.read(&answer, b, found.response)
	}
	return answer, err
}

// missing reports whether err says that a by-key read found nothing: 404, or a key that cannot stand in a path. A page's
// own variables are no key.
func (b *Binding) missing(err error) bool {
	if err == nil || b.Mutation || len(b.Vars) == 0 || b.Page != nil && len(b.Vars) == 2 {
		return false
	}
	if b.Entity && kindOf(err) == upstream.BadInput {
		return true
	}
	return kindOf(err) == upstream.NotFound
}
