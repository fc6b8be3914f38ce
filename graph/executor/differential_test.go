package executor_test

import (
	"context"
	"encoding/json"
	"flag"
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
	"github.com/vektah/gqlparser/v2/ast"
)

var (
	documentsFlag = flag.Int("documents", 0, "how many documents TestDifferential runs of each schema; 0 = WEFT_DOCUMENTS, or else 300")
	seedFlag      = flag.Int64("seed", -1, "the only document that TestDifferential runs of each schema; below 0 = all")
)

// enoughPlanned is the share of documents, in percent, that must have a plan.
const enoughPlanned = 95

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
//
// A document, and all that upstreams answer, follows from its seed alone, the same on every machine.
func TestDifferential(t *testing.T) {
	n := count(t)
	for name, s := range services {
		t.Run(name, func(t *testing.T) {
			if *seedFlag >= 0 {
				compare(t, name, s, uint64(*seedFlag))
				return
			}
			t.Parallel()
			var planned, stockCalls, plannedCalls atomic.Int64
			t.Run("documents", func(t *testing.T) {
				const parts = 4
				for part := range parts {
					t.Run(strconv.Itoa(part), func(t *testing.T) {
						t.Parallel()
						for seed := part; seed < n; seed += parts {
							r := compare(t, name, s, uint64(seed))
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
		name := names[int(which)%len(names)]
		compare(t, name, services[name], seed)
	})
}

// comparison is what compare counts.
type comparison struct {
	planned                  bool
	stockCalls, plannedCalls int
}

// compare runs the document of a seed on both executors, twice: the second time conditions are turned round, and pages begin
// behind a cursor of the first.
func compare(t *testing.T, name string, s service, seed uint64) comparison {
	t.Helper()
	stock, planned := open(t, s, seed, "stock"), open(t, s, seed, "planned")
	rng := rand.New(rand.NewPCG(seed, 1))
	d := newDocument(rng, planned.schema.Schema(), s.Tables, false)
	var result comparison
	for round := range 2 {
		a, b := stock.run(t, d), planned.run(t, d)
		if round == 0 {
			result = comparison{b.planned, len(a.calls), len(b.calls)}
		}
		if wrong := disagree(a, b, planned.fake); wrong != "" {
			small := minimise(t, s, seed, d)
			a, b = open(t, s, seed, "stock").run(t, small), open(t, s, seed, "planned").run(t, small)
			t.Fatalf("seed %d, round %d; again: go test ./graph/executor -run 'TestDifferential/%s$' -seed %d\n\n%s\n\n%s\nvariables: %s\nfaults: %v\n\nminimised: %s\n%s\nstock:   %s\n%s\n\nplanned: %s\n%s\n",
				seed, round, name, seed, wrong, d.text, encode(d.variables), planned.fake.faults, disagree(a, b, planned.fake), small.text,
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
	a := answer{data: canonical(t, response.Data), errs: map[string]ast.Path{}, calls: o.fake.called(), planned: true}
	if errs == nil && o.build != nil {
		a.plan(o, op)
	}
	for _, err := range response.Errors {
		a.errs[err.Path.String()+": "+meaning(err)] = err.Path
	}
	return a
}

// plan notes whether an operation has a plan, and what it asks for early.
func (a *answer) plan(o opened, op *graphql.OperationContext) {
	p, err := o.build(context.Background(), o.tables, op.Doc, op.Operation, op.Variables, nil)
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
