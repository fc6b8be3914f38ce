package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/goleak"

	"weft/cache"
	"weft/graph/fetch"
	"weft/graph/jobs"
	"weft/graph/operation"
	"weft/graph/schedule"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shop is a schema that answers as it is told to, and the jobs over it. What its answers depend on is invalid once somebody says so.
type shop struct {
	ast      *ast.Schema
	schedule *schedule.Scheduler
	engine   *operation.Engine
	kept     *cache.Cache

	mu     sync.Mutex // guards what follows
	runs   []string
	takes  time.Duration
	err    error
	panics bool
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{
		ast: gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: `
			type Query { name(of: Int!): String }
			type Mutation { rename: String }`}),
		schedule: schedule.New(schedule.Options{}),
		kept:     cache.New(cache.Options{}),
	}
	s.engine = operation.New(s, operation.Options{Logger: quiet})
	t.Cleanup(func() { s.schedule.Close(t.Context()) })
	return s
}

var quiet = slog.New(slog.DiscardHandler)

func (s *shop) jobs(t *testing.T, all ...jobs.Job) (*jobs.Runner, error) {
	t.Helper()
	return jobs.New(t.Context(), all, jobs.Options{
		Engine: s.engine, Schedule: s.schedule, Logger: quiet,
	})
}

// invalidate makes all that the shop has answered invalid.
func (s *shop) invalidate(t *testing.T) {
	t.Helper()
	if err := s.kept.Invalidate(t.Context(), tags); err != nil {
		t.Fatal(err)
	}
}

var tags = []string{"all"}

// set changes how the shop behaves.
func (s *shop) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// ran returns the runs since it was called last.
func (s *shop) ran() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	runs := s.runs
	s.runs = nil
	return runs
}

// Schema implements graphql.ExecutableSchema, as do Complexity and Exec.
func (s *shop) Schema() *ast.Schema { return s.ast }

func (s *shop) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (s *shop) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	return graphql.OneShot(s.answer(ctx, op))
}

func (s *shop) answer(ctx context.Context, op *graphql.OperationContext) *graphql.Response {
	run := fetch.RunOf(ctx)
	run.DependsOn(s.kept, s.kept.Position(), tags)
	s.mu.Lock()
	s.runs = append(s.runs, fmt.Sprint(op.Operation.Name, op.Variables, op.Headers, " ", run.MaxAge))
	takes, err, panics := s.takes, s.err, s.panics
	s.mu.Unlock()
	if panics {
		panic("oh")
	}
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err != nil {
		graphql.AddError(ctx, err)
		return nil
	}
	return &graphql.Response{Data: json.RawMessage(`{"name":"Tent"}`)}
}

var errDown = errors.New("it is down")
