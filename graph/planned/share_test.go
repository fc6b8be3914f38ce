package planned_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	gqlgen "github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/cache"
	"weft/cache/memory"
	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/planned"
	"weft/graph/view"
	"weft/upstream"
)

// sharing is a schema that shares whole operations and keeps their answers.
type sharing struct {
	graphql.ExecutableSchema
	cache *cache.Cache
}

// share makes one of Query's fields, which answer with Items by the upstream "u".
func share(t *testing.T, transport http.RoundTripper, fields map[string]*plan.Field) sharing {
	t.Helper()
	clients, err := upstream.NewClients([]upstream.Spec{{Name: "u"}}, map[string]upstream.Options{"u": {URL: "http://u", Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	generations := new(cache.Generations)
	kept := memory.New(memory.Options{Generations: generations, Now: time.Now})
	t.Cleanup(kept.Close)
	c := cache.New(cache.Options{Memory: kept, Generations: generations})
	item := &plan.Type{
		Name: "Item", Satisfies: []string{"Item"}, Shape: view.NewShape("/name"),
		Fields: map[string]*plan.Field{"name": {Type: plan.Ref("String"), Slot: 1, Leaf: view.AppendString}},
	}
	tables := &plan.Schema{Query: "Query", Types: map[string]*plan.Type{
		"Query": {Name: "Query", Satisfies: []string{"Query"}, Fields: fields}, "Item": item,
	}}
	service := &fetch.Service{Clients: clients, Logger: quiet, Cache: c}
	return sharing{planned.New(noStock{}, planned.Options{Tables: tables, Service: service}), c}
}

// keptCall is a field that is answered by GET path, for a minute.
func keptCall(path string) *plan.Field {
	return &plan.Field{Type: plan.Ref("Item"), Bound: &binding.Field{Binding: binding.New(binding.Spec{
		Name:    path,
		Origin:  binding.Origin{Upstream: "u", Single: &binding.Call{Template: path}},
		Result:  binding.Result{Shape: view.NewShape("/name"), Object: "Item"},
		Caching: binding.Caching{Fingerprint: path, Cache: &binding.CachePolicy{MaxAge: time.Minute, HasMaxAge: true}},
	})}}
}

// run runs an operation, and returns the headers that its answer has, too.
func (s sharing) run(ctx context.Context, t *testing.T, text string) (string, gqlerror.List, http.Header) {
	t.Helper()
	recovered := func(_ context.Context, v any) error { return fmt.Errorf("panic: %v", v) }
	op, _ := gqlgen.New(s).CreateOperationContext(graphql.StartOperationTrace(ctx), &graphql.RawParams{Query: "{__typename}"})
	op.Doc = parse(t, text)
	op.Operation, op.RawQuery, op.RecoverFunc = op.Doc.Operations[0], text, recovered
	define(op.Operation.SelectionSet)
	ctx = graphql.WithOperationContext(ctx, op)
	ctx = graphql.WithResponseContext(ctx, graphql.DefaultErrorPresenter, recovered)
	response := s.Exec(ctx)(ctx)
	header, _ := op.Stats.GetExtension("weft.headers").(map[string][]string)
	return string(response.Data), graphql.GetErrors(ctx), header
}

// An operation that asks after an invalidation does not join an equal one from before it: also when that one's answer is not kept,
// for an error in it, and so knows not all of its tags.
func TestOperationFromBeforeAnInvalidationIsNotJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, name := make(chan struct{}), "old"
		s := share(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			if r.URL.Path == "/bad" {
				return reply(r, http.StatusInternalServerError, ""), nil
			}
			now := name
			<-release
			return reply(r, http.StatusOK, fmt.Sprintf(`{"name":%q}`, now)), nil
		}), map[string]*plan.Field{"a": keptCall("/a"), "bad": keptCall("/bad")})
		var both sync.WaitGroup
		ask := func(want string) {
			both.Go(func() {
				if data, _, _ := s.run(t.Context(), t, `{ a { name } bad { name } }`); !strings.Contains(data, want) {
					t.Errorf("got %s, want %s in it", data, want)
				}
			})
			synctest.Wait()
		}
		ask("old")
		name = "new"
		if err := s.cache.Invalidate(t.Context(), []string{cache.OfType("Item")}); err != nil {
			t.Fatal(err)
		}
		ask("new")
		close(release)
		both.Wait()
	})
}

// Who began an operation and runs out of time does not cost those who wait for its answer theirs.
func TestLeaderOutOfTimeCostsOthersNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s := share(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			select {
			case <-release:
				return reply(r, http.StatusOK, `{"name":"v"}`), nil
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		}), map[string]*plan.Field{"a": keptCall("/a")})
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var both sync.WaitGroup
		both.Go(func() { s.run(short, t, `{ a { name } }`) })
		synctest.Wait()
		both.Go(func() {
			if data, errs, _ := s.run(t.Context(), t, `{ a { name } }`); data != `{"a":{"name":"v"}}` || len(errs) > 0 {
				t.Errorf("who has time got %s, %v", data, errs)
			}
		})
		time.Sleep(2 * time.Second)
		close(release)
		both.Wait()
	})
}

// What Go answers may depend on anything: an answer with such a part goes out without a word on keeping it.
func TestHandWrittenIsNotKept(t *testing.T) {
	byHand := &plan.Field{
		Type: plan.Ref("String!"), Leaf: view.AppendRaw,
		Resolve: func(context.Context, any, view.Object, map[string]any) (any, error) { return "whoever asks", nil },
		Marshal: func(_ context.Context, v any) graphql.Marshaler { return graphql.MarshalString(v.(string)) },
	}
	synctest.Test(t, func(t *testing.T) {
		s := share(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			return reply(r, http.StatusOK, `{"name":"v"}`), nil
		}), map[string]*plan.Field{"a": keptCall("/a"), "who": byHand})
		for text, want := range map[string]bool{`{ a { name } }`: true, `{ a { name } who }`: false} {
			_, errs, header := s.run(t.Context(), t, text)
			if len(errs) > 0 {
				t.Errorf("%s: %v", text, errs)
			}
			if _, has := header["Cache-Control"]; has != want {
				t.Errorf("%s: headers %v, want Cache-Control: %v", text, header, want)
			}
		}
	})
}
