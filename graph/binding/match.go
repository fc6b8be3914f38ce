package binding

import (
	"encoding/json"
	"slices"

	"weft/graph/view"
)

// Match files the elements of a batch's answer under the batch's keys, which are in order: see [CompareKeys]. at is where the answer of the
// i-th key goes, which says already what nothing found is: null, or the empty list of a binding that answers many. fail says that the i-th
// key has an error in place of an answer. An element with another key is ignored, of two with one key the first counts, unless the binding
// answers many.
func (b *Binding) Match(rows view.Rows, keys []string, at func(i int) *Value, fail func(i int, err error)) Matched {
	if b.loose() {
		return b.matchLoose(rows, keys, at, fail)
	}
	return b.match(rows, keys, at, fail)
}

// match is Match for keys that are compared as they are, or are compared texts already.
func (b *Binding) match(rows view.Rows, keys []string, at func(i int) *Value, fail func(i int, err error)) (m Matched) {
	switch {
	case b.lists != nil:
		m = b.matchLists(rows, keys, at, fail)
	case b.ManyPerKey():
		m.Elements = b.matchMany(rows, keys, at)
	default:
		m = b.matchOne(rows, keys, at, fail)
	}
	if m.Elements < rows.Len() && !b.Batch.Map && b.Batch.Each == "" {
		b.matchStray(rows, keys, fail)
	}
	return m
}

// Matched is how elements of a batch's answer and its keys belong together.
type Matched struct {
	Elements int // that have one of the keys
	Again    int // of these, those of a key that has one already, which does not count
}

// matchOne files one element a key. The answers' objects are parts of one list, since a list for each would be an allocation for each;
// none has room behind it, so that nothing appended to one answer shows up in the next. An element that is no object costs its key.
func (b *Binding) matchOne(rows view.Rows, keys []string, at func(i int) *Value, fail func(i int, err error)) (m Matched) {
	objects := make([]view.Object, 0, min(rows.Len(), len(keys)))
	finder := finder{keys: keys}
	for i := range rows.Len() {
		o := rows.At(i)
		k, ok := finder.find(b.rowKey(rows, i))
		if !ok {
			continue
		}
		m.Elements++
		if a := at(k); b.nothing(o) {
			continue
		} else if a.Found {
			m.Again++
		} else if err := b.objectOnly(o); err != nil {
			fail(k, err)
		} else {
			objects = append(objects, o)
			a.Objects, a.Found = objects[len(objects)-1:len(objects):len(objects)], true
		}
	}
	return m
}

// matchStray looks for an element that has no key, since it is no object. The keys that no other element is for have an error then: it may be
// theirs.
func (b *Binding) matchStray(rows view.Rows, keys []string, fail func(i int, err error)) {
	var stray error
	told := make([]bool, len(keys))
	finder := finder{keys: keys}
	for i := range rows.Len() {
		if k, ok := finder.find(b.rowKey(rows, i)); ok {
			told[k] = true
		} else if stray == nil {
			stray = b.objectOnly(rows.At(i))
		}
	}
	if stray == nil {
		return
	}
	for k := range keys {
		if !told[k] {
			fail(k, stray)
		}
	}
}

// nothing reports whether an element says that its key has nothing.
func (b *Binding) nothing(o view.Object) bool { return o.IsNull() || o.Member(0).MeansNothing(b.Empty) }

// matchMany files any number of elements a key, in the answer's order. It counts them first, so that the lists of all keys are parts of
// one, each as long as it will be.
func (b *Binding) matchMany(rows view.Rows, keys []string, at func(i int) *Value) (matched int) {
	const none = -1
	finder := finder{keys: keys}
	keyOf := make([]int32, rows.Len()) // by row: the index of its key, or none
	counts := make([]int32, len(keys)) // by key: how many rows it has
	for i := range keyOf {
		keyOf[i] = none
		if k, ok := finder.find(b.rowKey(rows, i)); ok {
			keyOf[i] = int32(k)
			counts[k]++
			matched++
		}
	}
	objects := make([]view.Object, matched)
	for k, n := range counts {
		if n > 0 {
			at(k).Objects, objects = objects[:0:n], objects[n:]
		}
	}
	for i, k := range keyOf {
		if k != none {
			a := at(int(k))
			a.Objects = append(a.Objects, rows.At(i))
		}
	}
	return matched
}

// matchLists files the list that each key has in a map. What is no list is an error of its key only.
func (b *Binding) matchLists(rows view.Rows, keys []string, at func(i int) *Value, fail func(i int, err error)) (m Matched) {
	finder := finder{keys: keys}
	listed := make([]bool, len(keys))
	for i := range rows.Len() {
		k, ok := finder.find(b.rowKey(rows, i))
		if !ok {
			continue
		}
		m.Elements++
		object := rows.At(i)
		if object.IsNull() {
			continue
		}
		if listed[k] {
			m.Again++
			continue
		}
		listed[k] = true
		list, err := b.lists.Scan(object.JSON(), b.listed, rows.Call())
		at(k).Objects = list.Objects()
		if err != nil {
			fail(k, err)
		}
	}
	return m
}

// finder finds keys in an ordered list: at once where they come in the list's own order, as upstreams mostly answer, otherwise by binary
// search.
type finder struct {
	keys []string
	next int // the index behind the key that was found last
}

// find returns where a row's key is in the list; false also for a row without one.
func (f *finder) find(key string, ok bool) (int, bool) {
	switch {
	case !ok:
		return 0, false
	case f.next < len(f.keys) && f.keys[f.next] == key:
		f.next++
		return f.next - 1, true
	case f.next > 0 && f.keys[f.next-1] == key: // the one found last once more: many elements a key
		return f.next - 1, true
	}
	i, ok := slices.BinarySearchFunc(f.keys, key, CompareKeys)
	if ok {
		f.next = i + 1
	}
	return i, ok
}

// rowKey is the key that the i-th element says it is for; false where it says none.
func (b *Binding) rowKey(rows view.Rows, i int) (key string, ok bool) {
	var parts []string
	if len(b.Batch.Match) < 2 {
		if key, ok = rows.Key(i); !b.loose() {
			return key, ok
		}
		parts = []string{key}
	} else {
		parts, ok = rows.Keys(i)
	}
	return b.compared(parts...), ok
}

// BatchParams is what a batch's call is filled with: keys, and the other variables' values.
func (b *Binding) BatchParams(keys []string, values []any) Params {
	all := Var{Name: b.Batch.Keys, Type: &Type{List: b.keyType}}
	if b.Entity && b.partLists == nil {
		return Params{Vars: []Var{all}, Values: []any{keys}, Keys: len(keys)}
	}
	in := Params{Keys: len(keys)}
	if !b.Entity {
		in.Vars, in.Values = slices.Clone(b.Vars), slices.Clone(values)
	}
	if b.partLists == nil {
		in.Vars[b.keyVars[0]], in.Values[b.keyVars[0]] = all, keys
		return in
	}
	objects, lists := b.keyObjects(keys)
	in.Vars, in.Values = append(in.Vars, all), append(in.Values, objects)
	for i, v := range b.partLists {
		if b.Entity {
			in.Vars, in.Values = append(in.Vars, v), append(in.Values, lists[i])
		} else {
			in.Vars[b.keyVars[i]], in.Values[b.keyVars[i]] = v, lists[i]
		}
	}
	return in
}

// keyObjects are keys of several parts as objects, and as a list for each part.
func (b *Binding) keyObjects(keys []string) (objects []any, lists [][]string) {
	n := b.parts()
	lists = make([][]string, n)
	for _, key := range keys {
		object := make(map[string]any, n)
		for i, part := range KeyParts(key, n) {
			lists[i] = append(lists[i], part)
			if object[b.partName(i)] = part; b.KeyInt {
				object[b.partName(i)] = json.Number(part)
			}
		}
		objects = append(objects, object)
	}
	return objects, lists
}

// partName is the name of a part of a key of several.
func (b *Binding) partName(i int) string {
	if b.Entity {
		return b.Vars[i].Name
	}
	return b.Batch.Parts[i]
}
