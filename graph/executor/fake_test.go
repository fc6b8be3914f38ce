package executor_test

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"weft/graph/binding"
	"weft/graph/plan"
)

// fake answers for all upstreams of a schema, by what its bindings say: an http.RoundTripper without a network. Everything
// it answers follows from the seed and from what is asked for, never from the order of calls, nor from how keys are put
// together into batches, which executors may do differently:
//
//   - an object follows from its type and key, wherever it appears
//   - whether a key is known follows from type and key; lists hold only known ones
//   - whether a call fails as a whole follows from the binding and the values that are no keys
//
// A field that has objects may prime their loader, so that their own calls are not made, if it comes before they are.
// Therefore an entity whose calls may fail has objects that never prime: without their key, or with nothing but it.
type fake struct {
	seed     uint64
	kind     kind
	tables   *plan.Schema
	routes   []*route
	fields   map[*binding.Binding]*plan.Field // one of the fields that each binding answers
	primed   map[*binding.Binding]bool        // entities that lists or embedded objects may prime
	entities map[string]*binding.Binding      // by type

	mu     sync.Mutex // guards what follows
	calls  map[string]int
	faults map[string]string
}

// kind is what a schema's tables do not say about its upstreams' JSON.
type kind struct {
	values map[string][]string // by enum or custom scalar: JSON that can be one
	errs   string              // the upstream that says in a 2xx answer that it failed, at /error
}

// route is one call of a binding.
type route struct {
	binding  *binding.Binding
	call     *binding.Call
	batch    *binding.Batch // nil: of the single call
	segments []string
}

// keys is how many keys there are of each type, and keyText their text; not all are known upstream.
const keys = 7

func keyText(n int) string {
	if n == keys-1 {
		return "x y/é,&"
	}
	return strconv.Itoa(n + 1)
}

func newFake(seed uint64, k kind, tables *plan.Schema) *fake {
	f := &fake{
		seed: seed, kind: k, tables: tables,
		fields: map[*binding.Binding]*plan.Field{}, primed: map[*binding.Binding]bool{}, entities: map[string]*binding.Binding{},
	}
	for _, t := range sorted(tables.Types) {
		for _, field := range sorted(t.Fields) {
			for _, stub := range stubsOf(field) {
				f.primed[stub.Entity] = true
				if f.fields[stub.Entity] == nil {
					f.add(&plan.Field{Type: plan.Ref(stub.Entity.Object), Bound: stub.Fill})
				}
			}
			if field.Bound != nil && f.fields[field.Bound.Binding] == nil {
				f.add(field)
			}
		}
	}
	slices.SortStableFunc(f.routes, func(a, b *route) int { return b.rank() - a.rank() })
	f.reset()
	return f
}

// stubsOf are what a field's objects are, of one type or several.
func stubsOf(field *plan.Field) []*binding.Stub {
	switch {
	case field.Stub == nil:
		return nil
	case field.Stub.Types == nil:
		return []*binding.Stub{field.Stub}
	}
	return sorted(field.Stub.Types)
}

// reset forgets the calls so far.
func (f *fake) reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.faults = map[string]int{}, map[string]string{}
}

// called returns the calls so far. What was asked for early, and is not wanted any more, may still be on its way.
func (f *fake) called() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.calls)
}

func sorted[T any](m map[string]T) []T {
	var list []T
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, m[name])
	}
	return list
}

func (f *fake) add(field *plan.Field) {
	b := field.Bound.Binding
	f.fields[b] = field
	if b.Primes != nil {
		f.primed[b.Primes] = true
	}
	if b.Entity {
		f.entities[b.Object] = b
	}
	if b.Single != nil {
		f.routes = append(f.routes, newRoute(b, b.Single, nil))
	}
	if b.Batch != nil {
		f.routes = append(f.routes, newRoute(b, &b.Batch.Call, b.Batch))
	}
}

func newRoute(b *binding.Binding, c *binding.Call, batch *binding.Batch) *route {
	path, _, _ := strings.Cut(strings.ReplaceAll(c.Template, "{?", "?"), "?")
	return &route{b, c, batch, strings.Split(path, "/")}
}

// rank orders routes of one path: literal segments before variables, batches before lists.
func (r *route) rank() int {
	n := 0
	for _, s := range r.segments {
		if !strings.Contains(s, "{") {
			n += 10
		}
	}
	if r.batch != nil {
		n += 2
	}
	if r.binding.Entity {
		n++
	}
	return n
}

// RoundTrip implements http.RoundTripper.
func (f *fake) RoundTrip(request *http.Request) (*http.Response, error) {
	var body []byte
	if request.Body != nil {
		body, _ = io.ReadAll(request.Body)
		_ = request.Body.Close()
	}
	for _, r := range f.routes {
		if r.binding.Upstream != request.URL.Hostname() {
			continue
		}
		if q, ok := r.match(request, body); ok {
			f.note(q)
			return f.answer(request, q)
		}
	}
	panic("nobody answers " + request.Method + " " + request.URL.String())
}

// note counts a call as the demands it carries: one for each key of an entity or batch.
func (f *fake) note(q *question) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := q.binding
	switch {
	case q.batch != nil:
		for _, key := range q.keys() {
			f.calls[fmt.Sprint(b.Name, " ", q.rest(), " ", key)]++
		}
	case b.Entity:
		f.calls[fmt.Sprint(b.Name, " ", q.rest(), " ", q.parts())]++
	default:
		f.calls[b.Name+" "+q.text]++
	}
}

// parts are the parts of the key that a single call asks for.
func (q *question) parts() []string {
	var parts []string
	for _, v := range q.binding.Vars {
		part, ok := q.path[v.Name]
		if !ok {
			part = strings.Join(q.query[v.Name], ",")
		}
		parts = append(parts, part)
	}
	return parts
}

// rest is what is no key.
func (q *question) rest() string {
	if q.binding.Entity {
		return ""
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(q.query)) {
		if q.batch == nil || name != q.batch.Keys {
			list = append(list, name+"="+strings.Join(q.query[name], ","))
		}
	}
	return strings.Join(list, "&")
}

// random is a source that always gives the same for the same words.
func (f *fake) random(words ...any) *rand.Rand {
	h := fnv.New64a()
	_, _ = fmt.Fprintln(h, words...)
	return rand.New(rand.NewPCG(f.seed, h.Sum64()))
}

// unprimed reports whether no answer with an entity's objects primes it.
func (f *fake) unprimed(b *binding.Binding) bool {
	return b != nil && (f.fault(b, "") != "" || f.random("unprimed", b.Name).IntN(3) == 0)
}

// fault is how a call of a binding fails as a whole; "" not at all.
func (f *fake) fault(b *binding.Binding, rest string) string {
	r := f.random("fault", b.Name, rest)
	if r.IntN(100) >= 8 {
		return ""
	}
	list := []string{"500", "401", "timeout", "reset", "syntax", "cut"}
	if b.Upstream == f.kind.errs {
		list = append(list, "error")
	}
	if !b.Entity || b.Single == nil || b.Batch == nil { // else the single call would mean another thing than the batch
		list = append(list, "404", "form", "null", "empty", "number")
	}
	return list[r.IntN(len(list))]
}

func (f *fake) answer(request *http.Request, q *question) (*http.Response, error) {
	b := q.binding
	scope := q.rest()
	if q.batch == nil && !b.Entity {
		scope = q.text
	}
	response := &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: request,
		Header: http.Header{"Content-Type": {"application/json"}},
	}
	status, body := http.StatusOK, ""
	fault := f.fault(b, scope)
	if fault != "" {
		f.mu.Lock()
		f.faults[b.Name+" "+scope] = fault
		f.mu.Unlock()
	}
	switch fault {
	case "timeout":
		return nil, context.DeadlineExceeded
	case "reset":
		return nil, io.ErrUnexpectedEOF
	case "500", "401", "404":
		status, _ = strconv.Atoi(fault)
	case "syntax":
		body = `{"data": [1, 2`
	case "error":
		body = `{"error": {"code": "BROKEN", "text": "out of order"}}`
	case "form":
		body = f.wrongForm(q)
	case "null":
		body = "null"
	case "number":
		body = "12"
	case "empty":
	default:
		status, body = f.body(q, response.Header)
	}
	switch {
	case fault != "cut":
	case body != "":
		body = body[:len(body)-1]
	case status == http.StatusNotFound: // asked for in a batch, the unknown key would be in an answer that is cut
		status, body = http.StatusOK, "{"
	}
	response.StatusCode, response.Body = status, io.NopCloser(strings.NewReader(body))
	return response, nil
}

// wrongForm is an answer that has a list where an object is due, or the other way round.
func (f *fake) wrongForm(q *question) string {
	if q.binding.List || q.batch != nil && !q.batch.Map {
		return encode(place(q.call.At, map[string]any{"id": 1}))
	}
	return encode(place(q.call.At, []any{1}))
}

func encode(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// place is a value with v at a JSON pointer.
func place(pointer string, v any) any {
	if pointer == "" {
		return v
	}
	tokens := strings.Split(pointer[1:], "/")
	for _, token := range slices.Backward(tokens) {
		v = map[string]any{token: v}
	}
	return v
}
