package executor_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"weft/graph/binding"
	"weft/graph/cost"
	"weft/graph/plan"
)

// generous answers for all upstreams of a schema as those do that give all that they may: every list has as many elements as its
// size says, every page as many as it was asked for, and more behind it; no key comes twice, nothing is null, and nothing fails.
type generous struct {
	*fake // its routes and types

	costs *cost.Schema
	calls atomic.Int64

	mu   sync.Mutex // guards last
	last int        // key
}

// sizedBy adds to what is said of lists a size for those of which nothing is said, and makes long lists shorter.
func sizedBy(costs *cost.Schema, tables *plan.Schema) *cost.Schema {
	all := &cost.Schema{Types: costs.Types, Inputs: costs.Inputs, Fields: map[string]*cost.Field{}}
	for _, t := range sorted(tables.Types) {
		for name, f := range t.Fields {
			said := *costs.Field(t.Name, name)
			switch few := 1 + (len(t.Name)+len(name))%4; {
			case f.Type.Elem == nil || t.Kind == plan.Connection:
			case said.Size == nil:
				said.Size = &cost.Size{Assumed: few}
			case said.Size.Assumed > 0:
				size := *said.Size
				said.Size, size.Assumed = &size, min(size.Assumed, 2*few)
			}
			all.Fields[t.Name+"."+name] = &said
		}
	}
	return all
}

// RoundTrip implements http.RoundTripper.
func (g *generous) RoundTrip(request *http.Request) (*http.Response, error) {
	g.calls.Add(1)
	var body []byte
	if request.Body != nil {
		body, _ = io.ReadAll(request.Body)
		_ = request.Body.Close()
	}
	for _, r := range g.routes {
		if r.binding.Upstream != request.URL.Hostname() {
			continue
		}
		if q, ok := r.match(request, body); ok {
			header := http.Header{"Content-Type": {"application/json"}}
			text := encode(g.whole(q, header))
			return &http.Response{
				Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: request,
				Header: header, Body: io.NopCloser(strings.NewReader(text)),
			}, nil
		}
	}
	panic("nobody answers " + request.Method + " " + request.URL.String())
}

// whole is the whole answer to a question.
func (g *generous) whole(q *question, header http.Header) any {
	b := q.binding
	switch {
	case q.batch != nil:
		return place(q.call.At, g.batch(q))
	case b.Entity:
		return place(q.call.At, g.entity(b.Object, q.parts()))
	case b.Page != nil:
		return g.page(q, header)
	case b.List:
		return place(q.call.At, g.times(g.size(q), func() any { return place(q.call.Each, g.summary(b, g.one(g.elementType(b), nesting))) }))
	}
	return place(q.call.At, g.summary(b, g.typed(g.fields[b].Type, "", 1, nesting)))
}

// batch has for each key an object, or as many elements as it may have.
func (g *generous) batch(q *question) any {
	b := q.binding
	found, all := map[string]any{}, []any{}
	for _, parts := range q.keys() {
		n := 1
		if q.batch.Many {
			n = g.size(q)
		}
		elements := g.times(n, func() any { return g.element(q, parts) })
		all = append(all, elements...)
		if found[parts[0]] = any(elements); !q.batch.Many && n == 1 {
			found[parts[0]] = elements[0]
		}
	}
	if b.Batch.Map {
		return found
	}
	return all
}

// element is one that belongs to a key.
func (g *generous) element(q *question, parts []string) any {
	b := q.binding
	var e any
	if b.Entity {
		e = g.entity(b.Object, parts)
	} else {
		e = place(q.call.Each, g.summary(b, g.one(g.elementType(b), nesting)))
	}
	if object, ok := e.(map[string]any); ok {
		for i, pointer := range q.batch.Match {
			set(object, pointer, parts[i])
		}
	}
	return e
}

// page has as many elements as it was asked for, and more behind it.
func (g *generous) page(q *question, header http.Header) any {
	p := q.binding.Page
	size := number(q.query[p.Size])
	items := g.times(size, func() any { return g.summary(q.binding, g.one(g.elementType(q.binding), nesting)) })
	if p.Style == binding.Link {
		header.Set("Link", fmt.Sprintf(`</x?%s=%s>; rel="next"`, p.Start, g.key()))
	}
	if name, ok := strings.CutPrefix(p.Total, "header:"); ok {
		header.Set(name, "1000000")
	}
	if q.call.At == "" {
		return items
	}
	answer := map[string]any{}
	set(answer, q.call.At, items)
	if p.Total != "" && !strings.HasPrefix(p.Total, "header:") {
		set(answer, p.Total, 1_000_000)
	}
	if p.Next != "" {
		set(answer, p.Next, g.key())
	}
	return answer
}

// size is how many elements a question's list, or that of one of its keys, has at most.
func (g *generous) size(q *question) int {
	size := g.sizeOf(q.binding.Name)
	if size == nil {
		return 3
	}
	n := size.Assumed
	for _, path := range size.Slicing {
		for i, s := range g.fields[q.binding].Bound.Sources {
			if text := q.query[q.binding.Vars[i].Name]; s.Argument == path[0] && len(text) > 0 {
				n = min(max(number(text), 0), size.Assumed)
			}
		}
	}
	return n
}

func (g *generous) sizeOf(name string) *cost.Size {
	object, field, _ := strings.Cut(name, ".")
	return g.costs.Field(object, field).Size
}

func (g *generous) times(n int, one func() any) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = one()
	}
	return list
}

// key is one that nobody has seen.
func (g *generous) key() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last++
	return strconv.Itoa(1_000_000 + g.last)
}

func (g *generous) entity(name string, parts []string) any {
	b := g.entities[name]
	m := g.members(name, nesting)
	for i, slot := range b.KeySlots {
		set(m, b.Shape.Pointer(slot), keyJSON(b, i, parts[i]))
	}
	return m
}

func (g *generous) one(name string, depth int) any {
	t := g.tables.Types[name]
	switch {
	case t == nil:
		return g.leaf(name)
	case t.Kind == plan.Abstract:
		values := make([]string, 0, len(t.Variants))
		for value := range t.Variants {
			values = append(values, value)
		}
		slices.Sort(values)
		value := values[number([]string{g.key()})%len(values)]
		m := g.one(t.Variants[value], depth).(map[string]any)
		m[strings.TrimPrefix(t.Discriminator, "/")] = value
		return m
	}
	return g.members(name, depth)
}

func (g *generous) members(name string, depth int) map[string]any {
	t := g.tables.Types[name]
	m := map[string]any{}
	for slot := 1; slot <= t.Shape.Len(); slot++ {
		set(m, t.Shape.Pointer(slot), g.member(t, slot, depth))
	}
	return m
}

func (g *generous) member(t *plan.Type, slot, depth int) any {
	field, keyList := g.slot(t, slot)
	if field != nil && field.Stub != nil {
		return g.stubs(t, field, depth)
	}
	for name, candidate := range t.Fields {
		switch size := g.costs.Field(t.Name, name).Size; {
		case field != nil && candidate == field && size != nil:
			return g.typed(field.Type, field.Each, size.Assumed, depth)
		case keyList && candidate.Bound != nil && candidate.Bound.Keys && candidate.Bound.Sources[0].Slot == slot:
			return g.times(size.Assumed, func() any { return g.key() })
		}
	}
	if field != nil {
		return g.typed(field.Type, field.Each, 1, depth)
	}
	return g.key()
}

func (g *generous) typed(t *plan.TypeRef, each string, n, depth int) any {
	switch {
	case t.Elem == nil && g.tables.Types[t.Name()] != nil && depth <= 0:
		return nil
	case t.Elem == nil:
		return g.one(t.Name(), depth-1)
	case depth <= 0:
		return []any{}
	}
	return g.times(n, func() any { return place(each, g.typed(t.Elem, "", n, depth-1)) })
}

// stubs are nothing but keys: all that is selected has to be asked for.
func (g *generous) stubs(t *plan.Type, field *plan.Field, depth int) any {
	stub := func() any {
		if field.Stub.Types != nil {
			return g.told(field)
		}
		if field.Stub.Keys == nil {
			return g.key()
		}
		object := map[string]any{}
		set(object, field.Stub.Keys[0], g.key())
		return object
	}
	switch {
	case depth <= 0 && field.Type.Elem != nil:
		return []any{}
	case depth <= 0:
		return nil
	case field.Type.Elem == nil:
		return stub()
	}
	for name, candidate := range t.Fields {
		if size := g.costs.Field(t.Name, name).Size; candidate == field && size != nil {
			return g.times(size.Assumed, func() any { return place(field.Each, stub()) })
		}
	}
	return []any{place(field.Each, stub())}
}

// told is a stub of one of several types: nothing but its key, and what tells the type.
func (g *generous) told(field *plan.Field) any {
	t, object := g.tables.Types[field.Type.Name()], map[string]any{}
	for _, value := range slices.Sorted(maps.Keys(t.Variants)) {
		if field.Stub.Types[t.Variants[value]] != nil {
			set(object, t.Discriminator, value)
		}
	}
	stub := field.Stub.Types[typeOf(t, object)]
	if stub.Keys != nil {
		set(object, stub.Keys[0], g.key())
	} else {
		set(object, stub.Entity.Shape.Pointer(stub.Entity.KeySlots[0]), g.key())
	}
	return object
}

// summary is an object without all that an answer may leave out.
func (g *generous) summary(b *binding.Binding, v any) any {
	object, ok := v.(map[string]any)
	if b.Stub == nil || !ok {
		return v
	}
	for _, slot := range b.Stub.Sparse {
		delete(object, strings.TrimPrefix(b.Shape.Pointer(slot), "/"))
	}
	return object
}

func (g *generous) leaf(name string) any {
	switch {
	case g.kind.values[name] != nil:
		return json.RawMessage(g.kind.values[name][0])
	case name == "Boolean":
		return true
	case name == "Int", name == "ID", name == "Float":
		return json.RawMessage(g.key())
	}
	return g.key()
}
