package executor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	gqlgen "github.com/99designs/gqlgen/graphql/executor"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	posts "weft/bench/posts/generated"
	postsresolver "weft/bench/posts/resolver"
	shop "weft/graph/binding/bindingtest/generated"
	shopresolver "weft/graph/binding/bindingtest/resolver"
	"weft/graph/executor"
	storefront "weft/graph/generated"
	"weft/graph/plan"
	storefrontresolver "weft/graph/resolver"
	"weft/upstream"
)

var documentsFlag = flag.Int("documents", 0, "how many documents TestDifferential runs of each schema; 0 = WEFT_DOCUMENTS, or else 300")

// enoughPlanned is the share of documents, in percent, that must have a plan.
const enoughPlanned = 95

// service is one of the schemas that the executors are compared over.
type service struct {
	upstreams []upstream.Spec
	kind      kind
	schema    func(clients upstream.Clients, executor string) (graphql.ExecutableSchema, error)
}

// wait is how long a batch of the stock executor collects keys. What the fake upstreams answer does not depend on how
// complete batches are.
const wait = 500 * time.Microsecond

var quiet = slog.New(slog.DiscardHandler)

var services = map[string]service{
	"posts": {
		posts.Upstreams,
		kind{},
		func(c upstream.Clients, executor string) (graphql.ExecutableSchema, error) {
			return posts.NewSchema(posts.Options{Clients: c, Resolvers: postsresolver.Resolver{}, BatchWait: wait, Executor: executor, Logger: quiet})
		},
	},
	"shop": {
		shop.Upstreams,
		kind{
			values: map[string][]string{
				"DateTime":     {`"2026-03-01T09:30:00Z"`, "1767225600", `"soon"`},
				"JSON":         {`{"a": [1.50, null]}`, "0", `"text"`, "[]"},
				"Availability": {`"in-stock"`, `"sold-out"`, `"PREORDER"`, `"IN_STOCK"`},
			},
			errs: "reviews",
		},
		func(c upstream.Clients, executor string) (graphql.ExecutableSchema, error) {
			return shop.NewSchema(shop.Options{
				Clients: c, Resolvers: shopresolver.Resolver{}, BatchWait: wait, Executor: executor, Logger: quiet,
				Functions: shop.Functions{BadgesByID: shopresolver.BadgesByID},
			})
		},
	},
	"storefront": {
		storefront.Upstreams,
		kind{
			values: map[string][]string{
				"DateTime":    {`"2026-03-01T09:30:00Z"`, "1767225600", `"soon"`},
				"Date":        {`"2026-03-01"`, `"2026-03-01"`, `"today"`},
				"Decimal":     {`"19.90"`, "19.90", "3", `"much"`},
				"URL":         {`"/images/1.svg"`, `"https://example.com/?a=b&c=d"`},
				"Tier":        {`"regular"`, `"friend"`, `"family"`, `"none"`},
				"StockState":  {`"IN_STK"`, `"LOW"`, `"OUT"`},
				"Reason":      {`"similar"`, `"same_maker"`, `"bought_together"`},
				"OrderStatus": {`"placed"`, `"packed"`, `"shipped"`, `"lost"`},
			},
			errs: "reviews",
		},
		func(c upstream.Clients, executor string) (graphql.ExecutableSchema, error) {
			return storefront.NewSchema(storefront.Options{
				Clients: c, Resolvers: storefrontresolver.Resolver{}, BatchWait: wait, Executor: executor, Logger: quiet,
				Functions: storefront.Functions{DeliveryByWeight: storefrontresolver.DeliveryByWeight},
			})
		},
	},
}

// TestDifferential runs random documents, over upstreams that misbehave at random, on both executors, which must agree:
//
//   - data is the same, member by member in the same order; numbers count by value (1.50 is 1.5)
//   - the planned executor's errors are a subset of stock's, by path and meaning (see meaning): it reports nothing below what is
//     null already, and nothing more of an object once one of its fields made it null, where stock goes on
//   - the positions that are null because of an error are the same: for each error of stock, the null that its path
//     meets first in data is met first by the path of one of the planned executor's errors
//   - the planned executor asks upstreams for nothing that stock does not ask for, except for what it asks for early (in vain,
//     where the parent then is missing): keys count one by one, since batches may be put together differently. Entities
//     that lists may prime are left out, unless the fake upstreams make sure that none does: stock asks for some of them, or
//     not, as time has it
func TestDifferential(t *testing.T) {
	n := count(t)
	for name, s := range services {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var planned, stockCalls, plannedCalls atomic.Int64
			t.Run("documents", func(t *testing.T) {
				const parts = 4
				for part := range parts {
					t.Run(strconv.Itoa(part), func(t *testing.T) {
						t.Parallel()
						for seed := part; seed < n; seed += parts {
							r := compare(t, s, uint64(seed))
							if r.planned {
								planned.Add(1)
							}
							stockCalls.Add(int64(r.stockCalls))
							plannedCalls.Add(int64(r.plannedCalls))
						}
					})
				}
			})
			share := 100 * float64(planned.Load()) / float64(n)
			t.Logf("%d documents, %.1f %% planned; upstream demands: stock %d, planned %d", n, share, stockCalls.Load(), plannedCalls.Load())
			if share < enoughPlanned {
				t.Errorf("%.1f %% of the documents have a plan, want at least %d %%", share, enoughPlanned)
			}
		})
	}
}

func count(t *testing.T) int {
	t.Helper()
	if *documentsFlag > 0 {
		return *documentsFlag
	}
	text := os.Getenv("WEFT_DOCUMENTS")
	if text == "" {
		return 300
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("WEFT_DOCUMENTS=%q is no number of documents", text)
	}
	return n
}

// FuzzDifferential is TestDifferential for one seed.
func FuzzDifferential(f *testing.F) {
	names := slices.Sorted(maps.Keys(services))
	for seed := range uint64(6) {
		f.Add(seed<<32, uint8(seed))
	}
	f.Fuzz(func(t *testing.T, seed uint64, which uint8) {
		compare(t, services[names[int(which)%len(names)]], seed)
	})
}

// comparison is what compare counts.
type comparison struct {
	planned                  bool
	stockCalls, plannedCalls int
}

// compare runs the document of a seed on both executors, twice: the second time conditions are turned round, and pages begin
// behind a cursor of the first.
func compare(t *testing.T, s service, seed uint64) comparison {
	t.Helper()
	stock, planned := open(t, s, seed, "stock"), open(t, s, seed, "planned")
	rng := rand.New(rand.NewPCG(seed, 1))
	tables := executor.Tables(planned.schema)
	d := newDocument(rng, planned.schema.Schema(), tables)
	var result comparison
	for round := range 2 {
		a, b := stock.run(t, d), planned.run(t, d)
		if round == 0 {
			result = comparison{b.planned, len(a.calls), len(b.calls)}
		}
		if wrong := disagree(a, b, planned.fake); wrong != "" {
			small := minimise(t, s, seed, d)
			a, b = open(t, s, seed, "stock").run(t, small), open(t, s, seed, "planned").run(t, small)
			t.Fatalf("seed %d, round %d: %s\n\n%s\nvariables: %s\nfaults: %v\n\nminimised: %s\n%s\nstock:   %s\n%s\n\nplanned: %s\n%s\n",
				seed, round, wrong, d.text, encode(d.variables), planned.fake.faults, disagree(a, b, planned.fake), small.text,
				a.data, strings.Join(a.lines(), "\n"), b.data, strings.Join(b.lines(), "\n"))
		}
		d = d.again(rng, a.data)
	}
	return result
}

// again is the document with other variables.
func (d document) again(rng *rand.Rand, data string) document {
	cursors := cursorsIn(data)
	d.variables = maps.Clone(d.variables)
	for _, name := range slices.Sorted(maps.Keys(d.variables)) {
		if condition, ok := d.variables[name].(bool); ok {
			d.variables[name] = !condition
		}
	}
	for _, name := range d.cursors {
		if len(cursors) > 0 {
			d.variables[name] = cursors[rng.IntN(len(cursors))]
		}
	}
	return d
}

func cursorsIn(data string) []string {
	var list []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				if text, ok := v[key].(string); ok && strings.Contains(strings.ToLower(key), "cursor") {
					list = append(list, text)
				}
				walk(v[key])
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		}
	}
	var v any
	_ = json.Unmarshal([]byte(data), &v)
	walk(v)
	return list
}

// opened is a service on one executor, over upstreams of its own.
type opened struct {
	*gqlgen.Executor

	fake   *fake
	schema graphql.ExecutableSchema
	plans  bool // it is the planned executor
}

func open(t *testing.T, s service, seed uint64, executorName string) opened {
	t.Helper()
	tables, err := s.schema(s.clients(t, nil), "planned")
	if err != nil {
		t.Fatal(err)
	}
	f := newFake(seed, s.kind, executor.Tables(tables))
	schema, err := s.schema(s.clients(t, f), executorName)
	if err != nil {
		t.Fatal(err)
	}
	o := opened{gqlgen.New(schema), f, schema, executorName == "planned"}
	o.SetRecoverFunc(func(_ context.Context, v any) error { return fmt.Errorf("panic: %v", v) })
	o.SetQueryCache(graphql.MapCache[*ast.QueryDocument]{})
	return o
}

func (s service) clients(t *testing.T, f *fake) upstream.Clients {
	t.Helper()
	options := map[string]upstream.Options{}
	for _, spec := range s.upstreams {
		o := upstream.Options{URL: "http://" + spec.Name, Timeout: time.Minute}
		if f != nil {
			o.Transport = f
		}
		options[spec.Name] = o
	}
	clients, err := upstream.NewClients(s.upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	return clients
}

// answer is what an executor gave and did.
type answer struct {
	data  string
	errs  map[string]ast.Path // by path and meaning
	calls map[string]int

	planned bool
	early   map[string]bool // bindings that the plan asks before it knows that their parents are there
}

func (a answer) lines() []string { return slices.Sorted(maps.Keys(a.errs)) }

func (o opened) run(t *testing.T, d document) answer {
	t.Helper()
	o.fake.reset()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ctx = graphql.StartOperationTrace(ctx)
	op, errs := o.CreateOperationContext(ctx, &graphql.RawParams{Query: d.text, Variables: asJSON(d.variables)})
	var response *graphql.Response
	if errs != nil {
		if op == nil || op.Operation == nil {
			t.Fatalf("the generator wrote an invalid document: %v\n%s", errs, d.text)
		}
		response = o.DispatchError(graphql.WithOperationContext(ctx, op), errs)
	} else {
		var handler graphql.ResponseHandler
		handler, ctx = o.DispatchOperation(ctx, op)
		response = handler(ctx)
	}
	a := answer{data: canonical(t, response.Data), errs: map[string]ast.Path{}, calls: maps.Clone(o.fake.calls), planned: true}
	if errs == nil && o.plans {
		a.plan(o, op)
	}
	for _, err := range response.Errors {
		a.errs[err.Path.String()+": "+meaning(err)] = err.Path
	}
	return a
}

// plan notes whether an operation has a plan, and what it asks for early.
func (a *answer) plan(o opened, op *graphql.OperationContext) {
	p, err := plan.Build(executor.Tables(o.schema), op.Doc, op.Operation, op.Variables)
	if a.planned = err == nil; !a.planned {
		return
	}
	a.early = map[string]bool{}
	for _, p := range append(p.Serial, p) {
		for _, f := range p.Fetches {
			for _, early := range f.Early {
				a.early[early.Members[0].Node.Field.Bound.Binding.Name] = true
			}
		}
	}
}

func asJSON(variables map[string]any) (read map[string]any) {
	decoder := json.NewDecoder(strings.NewReader(encode(variables)))
	decoder.UseNumber()
	_ = decoder.Decode(&read)
	return read
}

// meaning is what clients can tell an error by: the kind, upstream and status of an upstream's failure, or the message.
func meaning(err *gqlerror.Error) string {
	var kinded interface {
		ErrorKind() (kind, upstream string, status int)
	}
	var null *graphql.InvalidNullError
	switch {
	case errors.As(err, &null):
		return "null for non-null " + null.SchemaCoordinate()
	case errors.As(err, &kinded):
		kind, name, status := kinded.ErrorKind()
		return fmt.Sprint(kind, " ", name, " ", status)
	}
	return err.Message
}

// canonical is JSON with each number by its value.
func canonical(t *testing.T, data json.RawMessage) string {
	t.Helper()
	if !json.Valid(data) && data != nil {
		t.Fatalf("data is no JSON: %s", data)
	}
	var out bytes.Buffer
	for i := 0; i < len(data); {
		c := data[i]
		switch {
		case c == '"':
			end := i + 1
			for data[end] != '"' {
				if data[end] == '\\' {
					end++
				}
				end++
			}
			var text string
			_ = json.Unmarshal(data[i:end+1], &text)
			out.WriteString(encode(text))
			i = end + 1
		case c == '-' || c >= '0' && c <= '9':
			end := i
			for end < len(data) && strings.ContainsRune("+-.eE0123456789", rune(data[end])) {
				end++
			}
			n, _ := strconv.ParseFloat(string(data[i:end]), 64)
			out.WriteString(strconv.FormatFloat(n, 'g', -1, 64))
			i = end
		default:
			if !strings.ContainsRune(" \t\r\n", rune(c)) {
				out.WriteByte(c)
			}
			i++
		}
	}
	return out.String()
}

// disagree says what is wrong with the planned executor's answer; "" nothing.
func disagree(stock, planned answer, f *fake) string {
	if stock.data != planned.data {
		return "data differs (-stock +planned):\n" + cmp.Diff(indented(stock.data), indented(planned.data))
	}
	var data any
	if err := json.Unmarshal([]byte(stock.data), &data); stock.data != "" && err != nil {
		return err.Error()
	}
	for _, line := range planned.lines() {
		if _, ok := stock.errs[line]; !ok {
			return "only the planned executor reports " + line
		}
	}
	nulls := map[string]bool{}
	for _, path := range planned.errs {
		nulls[null(data, path)] = true
	}
	for line, path := range stock.errs {
		if at := null(data, path); !nulls[at] {
			return fmt.Sprintf("%s is null without an error of the planned executor; stock reports %s", at, line)
		}
	}
	for _, call := range slices.Sorted(maps.Keys(planned.calls)) {
		name, _, _ := strings.Cut(call, " ")
		if b := f.entities[name]; stock.calls[call] == 0 && !planned.early[name] && !(f.primed[b] && !f.unprimed(b)) {
			return "only the planned executor asks for " + call
		}
	}
	return ""
}

// null is the first position on the way of a path that is null.
func null(data any, path ast.Path) string {
	for i, step := range path {
		if data == nil {
			return path[:i].String()
		}
		switch step := step.(type) {
		case ast.PathName:
			object, _ := data.(map[string]any)
			data = object[string(step)]
		case ast.PathIndex:
			list, _ := data.([]any)
			if int(step) < len(list) {
				data = list[step]
			}
		}
	}
	return path.String()
}

func indented(data string) string {
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(data), "", " "); err != nil {
		return data
	}
	return out.String()
}
