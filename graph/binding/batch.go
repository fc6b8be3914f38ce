package binding

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"weft/cache"
	"weft/graph/view"
	"weft/upstream"
)

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
func (b *Binding) split(ctx context.Context, x *Execution, k keyBatch, q question) {
	if len(k.keys) == 1 && b.single != nil {
		*k.result(0) = b.fetchOne(ctx, x, keyValues(k.keys[0], len(b.Vars)), q.old)
		return
	}
	in := b.batchInput(k.keys, q.values)
	path, err := b.batch.url.expand(in)
	if n := len(k.keys); err == nil && len(path) > maxURL && n > 1 {
		halves := [2]keyBatch{k.slice(0, n/2), k.slice(n/2, n)}
		each(len(halves), len(halves), func(i int) { b.split(ctx, x, halves[i], q) })
		return
	}
	var found reply
	if err != nil {
		err = b.batch.badInput(err)
	} else {
		found, err = b.batch.send(ctx, x, path, in, nil)
	}
	if err != nil {
		k.fill(Result{Err: err})
		return
	}
	b.match(x, found, k)
}

// match files the answer's elements under their keys: an element nobody asked for is ignored, of two with one key the
// first counts, unless the binding answers many.
func (b *Binding) match(x *Execution, found reply, k keyBatch) {
	rows := found.Rows
	k.fill(Result{Answer: Answer{Found: b.many(), origin: found.origin}})
	var matched int
	switch {
	case b.lists != nil:
		matched = b.matchLists(rows, k)
	case b.many():
		matched = b.matchMany(rows, k)
	default:
		matched = b.matchOne(rows, k)
	}
	if matched == 0 && rows.Len() > 0 {
		x.service.log().Warn("an upstream's answer matches none of the keys asked for: is match right?",
			"binding", b.Name, "at", b.At, "upstream", b.Upstream, "asked", len(k.keys), "answered", rows.Len())
	}
}

// matchOne files one element a key. All keys share one list of objects.
func (b *Binding) matchOne(rows view.Rows, k keyBatch) (matched int) {
	objects := make([]view.Object, 0, min(rows.Len(), len(k.keys)))
	at := finder{keys: k.keys}
	for i := range rows.Len() {
		key, ok := b.rowKey(rows, i)
		if !ok {
			continue
		}
		place, ok := at.find(key)
		if !ok {
			continue
		}
		matched++
		if r, o := k.result(place), rows.At(i); !r.Found && !o.IsNull() {
			objects = append(objects, o)
			r.Objects, r.Found = objects[len(objects)-1:len(objects):len(objects)], true
		}
	}
	return matched
}

// matchMany files any number of elements a key, in the answer's order.
func (b *Binding) matchMany(rows view.Rows, k keyBatch) (matched int) {
	at := finder{keys: k.keys}
	places := make([]int32, rows.Len()+len(k.keys)) // by row; and then by key, how many rows it has
	counts := places[rows.Len():]
	for i := range rows.Len() {
		places[i] = -1
		if key, ok := b.rowKey(rows, i); ok {
			if place, ok := at.find(key); ok {
				places[i] = int32(place)
				counts[place]++
				matched++
			}
		}
	}
	objects := make([]view.Object, matched)
	for place, n := range counts {
		if n > 0 {
			k.result(place).Objects, objects = objects[:0:n], objects[n:]
		}
	}
	for i, place := range places[:rows.Len()] {
		if place >= 0 {
			r := k.result(int(place))
			r.Objects = append(r.Objects, rows.At(i))
		}
	}
	return matched
}

// matchLists files the list that each key has.
func (b *Binding) matchLists(rows view.Rows, k keyBatch) (matched int) {
	at := finder{keys: k.keys}
	for i := range rows.Len() {
		key, ok := b.rowKey(rows, i)
		if !ok {
			continue
		}
		place, ok := at.find(key)
		if !ok {
			continue
		}
		matched++
		object := rows.At(i)
		if object.IsNull() {
			continue
		}
		list, err := b.lists.Scan(object.JSON(), b.Upstream)
		r := k.result(place)
		r.Objects, r.Err = list.Objects(), err
	}
	return matched
}

// finder finds keys in an ordered list, soonest in the list's own order: upstreams mostly answer as they are asked.
type finder struct {
	keys []string
	next int // behind the key found last
}

func (f *finder) find(key string) (int, bool) {
	switch {
	case f.next < len(f.keys) && f.keys[f.next] == key:
		f.next++
		return f.next - 1, true
	case f.next > 0 && f.keys[f.next-1] == key:
		return f.next - 1, true
	}
	i, ok := slices.BinarySearchFunc(f.keys, key, compareKeys)
	if ok {
		f.next = i + 1
	}
	return i, ok
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
	var list any = keys
	if b.parts() > 1 {
		list = b.batchObjects(keys)
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

// batchObjects are the parts of each key, by name.
func (b *Binding) batchObjects(keys []string) []any {
	list := make([]any, len(keys))
	for i, key := range keys {
		parts := make(map[string]any, len(b.Vars))
		for k, part := range KeyParts(key, len(b.Vars)) {
			if parts[b.Vars[k].Name] = part; b.KeyInt {
				parts[b.Vars[k].Name] = json.Number(part)
			}
		}
		list[i] = parts
	}
	return list
}

// fetchOne answers one value of the variables by the single call. With old, the answer may be that it is still current.
func (b *Binding) fetchOne(ctx context.Context, x *Execution, values []any, old *cache.Entry) Result {
	in := input{vars: b.Vars, values: values}
	if b.Entity {
		in.keys = 1
	}
	n := x.note()
	found, err := b.single.do(ctx, x, in, old)
	switch {
	case b.missing(err) && kindOf(err) == upstream.NotFound:
		return Result{Answer: Answer{origin: x.missing(b, n, err)}}
	case b.missing(err):
		return Result{Answer: Answer{origin: noCall}}
	case err != nil:
		return Result{Err: err}
	}
	r := Result{Answer: Answer{Objects: found.Objects(), Found: !found.Null(), origin: found.origin}}
	if b.Page != nil && !found.response.NotModified {
		r.Err = b.Page.read(&r.Answer, b, found.response)
	}
	return r
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
