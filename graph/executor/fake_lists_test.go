package executor_test

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"weft/graph/binding"
)

// batch is the answer for many keys. What stands for one key does not depend on the others.
func (f *fake) batch(q *question) any {
	b := q.binding
	found := map[string]any{}
	var chunks [][]any
	for _, parts := range append(q.keys(), []string{"99", "99"}[:len(q.keys()[0])]) {
		chunk, ok := f.chunk(q, parts)
		if !ok {
			continue
		}
		chunks = append(chunks, chunk)
		if q.batch.Many {
			found[parts[0]] = chunk
		} else if len(chunk) > 0 {
			found[parts[0]] = chunk[0]
		}
	}
	if q.batch.Map {
		return found
	}
	f.random("order", b.Name).Shuffle(len(chunks), func(i, j int) { chunks[i], chunks[j] = chunks[j], chunks[i] })
	return slices.Concat([]any{}, slices.Concat(chunks...))
}

// chunk are the elements of a batch that belong to one key; false: nothing at all.
func (f *fake) chunk(q *question, parts []string) ([]any, bool) {
	b := q.binding
	r := f.random("chunk", b.Name, q.rest(), fmt.Sprintf("%q", parts))
	var list []any
	switch {
	case b.Entity && !f.known(b.Object, parts):
		if q.batch.Map && r.IntN(2) == 0 {
			return []any{nil}, true
		}
		return nil, false
	case b.Entity:
		object := f.object(b.Object, parts, nesting)
		list = append(list, object)
		for i, pointer := range q.batch.Match {
			set(object, pointer, keyJSON(b, i, parts[i]))
		}
		if r.IntN(10) == 0 && !q.batch.Map { // a second one that does not count
			list = append(list, map[string]any{strings.TrimPrefix(q.batch.Match[0], "/"): parts[0]})
		}
		if r.IntN(10) == 0 && !q.batch.Map {
			list = append(list, nil)
		}
		return list, true
	case r.IntN(8) == 0:
		return nil, false
	}
	n := 1
	if q.batch.Many {
		n = r.IntN(4)
	}
	if p := b.Primes; p != nil && len(q.batch.Match) == 1 && hasMember(p, q.batch.Match[0]) { // an object follows from its key
		list = f.having(p, q.batch.Match[0], parts[0])
		list = list[:min(n, len(list))]
		for _, e := range list {
			if f.unprimed(p) {
				f.apart(p, e.(map[string]any), q.batch.Match[0])
			}
		}
		return list, true
	}
	for range n {
		e := f.element(q, r)
		if object, ok := e.(map[string]any); ok && len(q.batch.Match) == 1 {
			set(object, q.batch.Match[0], parts[0])
		}
		list = append(list, e)
	}
	return list, true
}

// hasMember reports whether an entity's objects have a member at a pointer.
func hasMember(b *binding.Binding, pointer string) bool {
	for slot := range b.Shape.Len() {
		if b.Shape.Pointer(slot+1) == pointer {
			return true
		}
	}
	return false
}

// having are the objects of an entity whose member at a pointer is a key, in the order of their own keys.
func (f *fake) having(b *binding.Binding, pointer, key string) []any {
	var list []any
	for n := range int(math.Pow(keys, float64(len(b.Vars)))) {
		parts := make([]string, len(b.Vars))
		for i := range parts {
			parts[i] = keyText(n % keys)
			n /= keys
		}
		if odd := slices.Contains(parts, keyText(keys-1)); odd && (b.KeyInt || b.Vars[0].Type.Scalar == "Int") || !f.known(b.Object, parts) {
			continue
		}
		object := f.object(b.Object, parts, nesting)
		if v := object[strings.TrimPrefix(pointer, "/")]; v != nil && fmt.Sprint(v) == key {
			list = append(list, object)
		}
	}
	return list
}

// page is a part of a list whose length follows from what is no page of it.
func (f *fake) page(q *question, header http.Header) any {
	b, p := q.binding, q.binding.Page
	filter := fmt.Sprint(q.path)
	for _, v := range b.Vars {
		if v.Name != p.Size && v.Name != p.Start {
			filter += fmt.Sprint(q.query[v.Name])
		}
	}
	total := f.random("total", b.Name, filter).IntN(9)
	size, at := number(q.query[p.Size]), number(q.query[p.Start])
	if p.Style == binding.PageNumber || p.Style == binding.Link {
		at = max(at-1, 0) * size
	}
	end := min(at+size, total)
	items := []any{}
	for i := at; i < end; i++ {
		items = append(items, f.element(q, f.random("item", b.Name, filter, i)))
	}
	answer := map[string]any{}
	if q.call.At == "" {
		f.pageHeader(q, header, total, at, size)
		return items
	}
	set(answer, q.call.At, items)
	if p.Total != "" && !strings.HasPrefix(p.Total, "header:") {
		set(answer, p.Total, total)
	}
	if p.Next != "" && end < total && end > 0 {
		set(answer, p.Next, strconv.Itoa(end))
	}
	f.pageHeader(q, header, total, at, size)
	return answer
}

func (f *fake) pageHeader(q *question, header http.Header, total, at, size int) {
	p := q.binding.Page
	if name, ok := strings.CutPrefix(p.Total, "header:"); ok {
		header.Set(name, strconv.Itoa(total))
	}
	if p.Style == binding.Link && at+size < total && size > 0 {
		header.Set("Link", fmt.Sprintf(`</x?%s=%d>; rel="next"`, p.Start, at/size+2))
	}
}

func number(texts []string) int {
	n, _ := strconv.Atoi(strings.Join(texts, ""))
	return n
}
