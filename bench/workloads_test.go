package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"weft/bench/items/generated"
	"weft/bench/items/resolver"
	"weft/graph/compiled"
	"weft/graph/fetch"
	"weft/graph/operation"
	"weft/upstream"
)

// executors are those that are compared. What the second has no plan for it leaves to the first.
var executors = []string{"stock", "planned"}

// workloads are what they are compared on. calls is how many calls an operation needs.
var workloads = []struct {
	name, query string
	calls       int
}{
	{"1x8", scalars(1), 1},
	{"100x8", scalars(100), 1},
	{"1000x8", scalars(1000), 1},
	{"loader100", `{ items(first: 100) { id detail { text } } }`, 2},
	{"batch10x10", `{ groups { id items { id a: reviews { stars } b: reviews { text } } } }`, 2},
	{"resolver100", `{ items(first: 100) { id label } }`, 1},
}

// scalars selects six scalars and an object of two from each of n items.
func scalars(n int) string {
	return fmt.Sprintf(`{ items(first: %d) { id name price stock active note maker { id name } } }`, n)
}

// memory is the upstream of the items service: bodies in memory, found by path and query.
type memory struct {
	bodies map[string][]byte // by path; a query that is asked for with one body only is not looked at
	calls  atomic.Int64
}

func newMemory() *memory {
	m := &memory{bodies: map[string][]byte{"/details": details(100), "/reviews": reviews(100), "/groups": groups(10, 10)}}
	for _, n := range []int{1, 100, 1000, 10_000, 100_000} {
		m.bodies["/items?first="+strconv.Itoa(n)] = list(0, n, item)
	}
	return m
}

// detailsDelay is how long the upstream takes to answer a batch of details.
const detailsDelay = 2 * time.Millisecond

// RoundTrip implements http.RoundTripper.
func (m *memory) RoundTrip(r *http.Request) (*http.Response, error) {
	m.calls.Add(1)
	body, ok := m.bodies[r.URL.Path]
	if !ok {
		body, ok = m.bodies[r.URL.Path+"?"+r.URL.RawQuery]
	}
	if !ok {
		return nil, errors.New("there is no body for " + r.URL.String())
	}
	if r.URL.Path == "/details" {
		select {
		case <-time.After(detailsDelay):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// list is a JSON array of what element writes for each number from start to end.
func list(start, end int, element func(b []byte, i int) []byte) []byte {
	b := []byte{'['}
	for i := start; i < end; i++ {
		if i > start {
			b = append(b, ',')
		}
		b = element(b, i)
	}
	return append(b, ']')
}

func item(b []byte, i int) []byte {
	note := `null`
	if i%2 == 0 {
		note = `"Handle with care."`
	}
	return fmt.Appendf(b, `{"id":"i%d","name":"Item number %d","price":%d.5,"stock":%d,"active":%t,"note":%s,"maker":{"id":"m%d","name":"Maker number %d"}}`,
		i, i, i, i*3, i%3 == 0, note, i%10, i%10)
}

func details(n int) []byte {
	return list(0, n, func(b []byte, i int) []byte {
		return fmt.Appendf(b, `{"id":"i%d","text":"All there is to say of item number %d."}`, i, i)
	})
}

func reviews(n int) []byte {
	return list(0, 2*n, func(b []byte, i int) []byte {
		return fmt.Appendf(b, `{"item":"i%d","stars":%d,"text":"Review number %d."}`, i/2, 1+i%5, i)
	})
}

func groups(n, each int) []byte {
	return list(0, n, func(b []byte, i int) []byte {
		b = fmt.Appendf(b, `{"id":"g%d","items":`, i)
		return append(append(b, list(i*each, (i+1)*each, item)...), '}')
	})
}

// service is the items service without HTTP in front of it, over an upstream in memory.
type service struct {
	engine   *operation.Engine
	upstream *memory
}

func newService(tb testing.TB, executor string) *service {
	tb.Helper()
	s := &service{upstream: newMemory()}
	clients, err := upstream.NewClients(generated.Upstreams, map[string]upstream.Options{
		"items": {URL: "http://items.test", Transport: s.upstream, MaxBody: 64 << 20},
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(clients.Close)
	schema, err := generated.Service(resolver.Resolver{}).Executable(compiled.Settings{
		Clients: clients, Executor: executor, Unshared: map[string]bool{"items": true}, Limits: fetch.Limits{MaxReceived: 64 << 20, MaxCalls: 100, MaxObjects: 1_000_000, MaxAnswer: 64 << 20},
	})
	if err != nil {
		tb.Fatal(err)
	}
	s.engine = operation.New(schema, operation.Options{Reports: true})
	return s
}

// shareNothing are the headers of requests whose operations load all that they need.
var shareNothing = map[string][]string{"Weft-Without": {"shared"}}

// run executes an operation as an edge does, from its text to the answer's bytes. It shares nothing with others.
func (s *service) run(tb testing.TB, query string) []byte {
	request := operation.Request{Prepared: s.engine.Find([]byte(query), ""), Text: query, Headers: shareNothing}
	answer := s.engine.Run(context.Background(), &request)
	if answer.Class != operation.Executed || len(answer.Errors) > 0 {
		tb.Fatal(answer.Errors)
	}
	return answer.Data
}
