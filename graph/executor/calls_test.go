package executor_test

import (
	"context"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	gqlgen "github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/forecast"
	"weft/graph/plan"
)

// TestForecast runs random documents over upstreams that give all that they may (see generous), and counts their calls: there are never
// more than were forecast, neither with the variables nor without, and mostly not many fewer. Documents whose calls nobody can count, or
// that would take long, are replaced by others.
func TestForecast(t *testing.T) {
	n := (count(t) + 2) / 3 // unlike TestDifferential each runs on one executor only, but with much longer lists
	for name, s := range services {
		t.Run(name, func(t *testing.T) {
			if *seedFlag >= 0 {
				t.Logf("%+v", forecastOne(t, s, uint64(*seedFlag)))
				return
			}
			t.Parallel()
			var forecasts, calls, unbounded, documents, runs, near, split atomic.Int64
			t.Run("documents", func(t *testing.T) {
				const parts = 4
				for part := range parts {
					t.Run(strconv.Itoa(part), func(t *testing.T) {
						t.Parallel()
						want := (n + parts - 1 - part) / parts
						for seed := part; want > 0; seed += parts {
							if seed > 10*n {
								t.Fatalf("calls of fewer than one document of ten can be counted: %d are missing", want)
							}
							r := forecastOne(t, s, uint64(seed))
							if r.runs > 0 {
								want--
								documents.Add(1)
							}
							forecasts.Add(int64(r.forecast))
							calls.Add(int64(r.calls))
							runs.Add(int64(r.runs))
							split.Add(int64(r.split))
							near.Add(int64(r.near))
							unbounded.Add(int64(r.unbounded))
						}
					})
				}
			})
			t.Logf("%d runs of %d documents: %d take an unbounded number of calls where variables are not known, and %d batches were split "+
				"since their keys are long; %d calls were forecast, and %d made",
				runs.Load(), documents.Load(), unbounded.Load(), split.Load(), forecasts.Load(), calls.Load())
			if 4*near.Load() < 3*runs.Load() { // some have wrong arguments, and call nobody
				t.Errorf("%d of %d runs make two thirds of the calls that were forecast: want three of four", near.Load(), runs.Load())
			}
			if documents.Load() != int64(n) {
				t.Errorf("calls of %d documents were counted, want %d", documents.Load(), n)
			}
		})
	}
}

// forecastResult is what forecastOne counts.
type forecastResult struct{ forecast, calls, runs, unbounded, near, split int }

// forecastOne runs the document of a seed twice: the second time conditions are turned round, and pages begin behind a cursor of the first.
func forecastOne(t *testing.T, s service, seed uint64) (r forecastResult) {
	t.Helper()
	o := openGenerous(t, s, seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	d := newDocument(rng, o.schema.Schema(), o.tables, true)
	for range 2 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		ctx = graphql.StartOperationTrace(ctx)
		op, errs := o.CreateOperationContext(ctx, &graphql.RawParams{Query: d.text, Variables: asJSON(d.variables)})
		if errs != nil {
			cancel()
			return r
		}
		p, err := plan.Build(ctx, o.tables, op.Doc, op.Operation, op.Variables, nil)
		whole, failed := plan.Build(ctx, o.tables, op.Doc, op.Operation, nil, nil)
		if err != nil || failed != nil { // it runs on gqlgen's executor
			cancel()
			return r
		}
		variables := op.Variables
		if variables == nil {
			variables = map[string]any{}
		}
		if most, err := o.of.Costs.Of(o.of.Schema, op.Doc, op.Operation, variables); err != nil || most.Type > 5000 { // it would take long
			cancel()
			return r
		}
		before := o.fake.calls.Load()
		handler, ctx := o.DispatchOperation(ctx, op)
		response := handler(ctx)
		cancel()
		calls := int(o.fake.calls.Load() - before)
		known, unknown := o.of.Of(p, variables), o.of.Of(whole, nil)
		if !s.asks(known) {
			r.runs++
			r.split += split(known)
			r.forecast += known.Calls
			r.calls += calls
			if 2*known.Calls <= 3*calls {
				r.near++
			}
			if known.Unbounded != nil || calls > known.Calls || unknown.Unbounded == nil && unknown.Calls < known.Calls {
				t.Fatalf("seed %d: %d calls, forecast: %d with the variables (unbounded: %v), %d without (unbounded: %v)\n%s\n%s\n%.300s\n%v", seed,
					calls, known.Calls, known.Unbounded, unknown.Calls, unknown.Unbounded, d.text, encode(d.variables), response.Data, response.Errors)
			}
			if unknown.Unbounded != nil {
				r.unbounded++
			}
		}
		d = d.again(rng, string(response.Data))
	}
	return r
}

// split is how many fetches take more calls than keys of 40 bytes would.
func split(f *forecast.Forecast) int {
	n := 0
	for _, fetch := range f.Fetches {
		if bound := fetch.Members[0].Node.Field.Bound; bound != nil && fetch.Calls > bound.Binding.Calls(fetch.Keys, 0) && bound.Binding.Entity {
			n++
		}
	}
	return n
}

// asks reports whether hand-written Go asks services for something, which no forecast knows.
func (s service) asks(f *forecast.Forecast) bool { return len(f.HandWritten) > 0 && s.loads }

// lavish is a service over generous upstreams.
type lavish struct {
	*gqlgen.Executor

	fake   *generous
	schema graphql.ExecutableSchema
	tables *plan.Schema
	of     forecast.Tables
}

func openGenerous(t *testing.T, s service, seed uint64) lavish {
	t.Helper()
	f := &generous{fake: newFake(seed, s.kind, s.Tables), costs: sizedBy(s.Costs, s.Tables)}
	clients := s.clients(t, f)
	t.Cleanup(clients.Close)
	schema := s.open(t, clients, "planned")
	o := lavish{
		Executor: gqlgen.New(schema), fake: f, schema: schema, tables: s.Tables,
		of: forecast.Tables{Schema: schema.Schema(), Costs: f.costs},
	}
	o.SetQueryCache(graphql.MapCache[*ast.QueryDocument]{})
	return o
}
