package binding

import (
	"encoding/json"
	"slices"

	"weft/graph/view"
)

// Match files the elements of a batch's answer under the batch's keys, which are in order: see [CompareKeys]. at is where the answer of the
// i-th key goes, which says already what nothing found is; fail says that a key has none. An element with another key is ignored,
// of two with one key the first counts, unless the binding answers many. It returns how many elements have one of the keys.
func (b *Binding) Match(rows view.Rows, keys []string, at func(i int) *Answer, fail func(i int, err error)) (matched int) {
	switch {
	case b.lists != nil:
		return b.matchLists(rows, keys, at, fail)
	case b.ManyPerKey():
		return b.matchMany(rows, keys, at)
	}
	return b.matchOne(rows, keys, at)
}

// matchOne files one element a key. All keys share one list of objects.
func (b *Binding) matchOne(rows view.Rows, keys []string, at func(i int) *Answer) (matched int) {
	objects := make([]view.Object, 0, min(rows.Len(), len(keys)))
	finder := finder{keys: keys}
	for i := range rows.Len() {
		place, ok := finder.find(b.rowKey(rows, i))
		if !ok {
			continue
		}
		matched++
		if a, o := at(place), rows.At(i); !a.Found && !o.IsNull() {
			objects = append(objects, o)
			a.Objects, a.Found = objects[len(objects)-1:len(objects):len(objects)], true
		}
	}
	return matched
}

// matchMany files any number of elements a key, in the answer's order.
func (b *Binding) matchMany(rows view.Rows, keys []string, at func(i int) *Answer) (matched int) {
	finder := finder{keys: keys}
	places := make([]int32, rows.Len()+len(keys)) // by row; and then by key, how many rows it has
	counts := places[rows.Len():]
	for i := range rows.Len() {
		places[i] = -1
		if place, ok := finder.find(b.rowKey(rows, i)); ok {
			places[i] = int32(place)
			counts[place]++
			matched++
		}
	}
	objects := make([]view.Object, matched)
	for place, n := range counts {
		if n > 0 {
			at(place).Objects, objects = objects[:0:n], objects[n:]
		}
	}
	for i, place := range places[:rows.Len()] {
		if place >= 0 {
			a := at(int(place))
			a.Objects = append(a.Objects, rows.At(i))
		}
	}
	return matched
}

// matchLists files the list that each key has.
func (b *Binding) matchLists(rows view.Rows, keys []string, at func(i int) *Answer, fail func(i int, err error)) (matched int) {
	finder := finder{keys: keys}
	for i := range rows.Len() {
		place, ok := finder.find(b.rowKey(rows, i))
		if !ok {
			continue
		}
		matched++
		object := rows.At(i)
		if object.IsNull() {
			continue
		}
		list, err := b.lists.Scan(object.JSON(), b.Upstream)
		at(place).Objects = list.Objects()
		if err != nil {
			fail(place, err)
		}
	}
	return matched
}

// finder finds keys in an ordered list, soonest in the list's own order: upstreams mostly answer as they are asked.
type finder struct {
	keys []string
	next int // behind the key found last
}

// find returns where a row's key is in the list; false also for a row without one.
func (f *finder) find(key string, ok bool) (int, bool) {
	switch {
	case !ok:
		return 0, false
	case f.next < len(f.keys) && f.keys[f.next] == key:
		f.next++
		return f.next - 1, true
	case f.next > 0 && f.keys[f.next-1] == key:
		return f.next - 1, true
	}
	i, ok := slices.BinarySearchFunc(f.keys, key, CompareKeys)
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

// BatchParams is what a batch's call is filled with: keys, and the other variables' values.
func (b *Binding) BatchParams(keys []string, values []any) Params {
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
		return Params{Vars: []Var{all}, Values: []any{list}, Keys: len(keys)}
	}
	in := Params{Vars: slices.Clone(b.Vars), Values: slices.Clone(values), Keys: len(keys)}
	in.Vars[b.KeyVar], in.Values[b.KeyVar] = all, list
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
