package executor_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	gqlgen "github.com/99designs/gqlgen/graphql/executor"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/gqlerror"

	shop "weft/graph/binding/bindingtest/generated"
	"weft/graph/binding/bindingtest/model"
	shopresolver "weft/graph/binding/bindingtest/resolver"
	"weft/graph/compiled"
	"weft/upstream"
)

// executors are the names that tests of gqlgen's extensions run with: what they promise holds on both.
var executors = []string{"stock", "planned"}

// shopService is the shop, over an upstream that answers some paths and notes all that it is asked for.
type shopService struct {
	*gqlgen.Executor

	mu    sync.Mutex // guards paths
	paths []string
}

func openShop(t *testing.T, executorName string, logger *slog.Logger) *shopService {
	t.Helper()
	s := &shopService{}
	answers := answering(map[string]string{
		"/products/1": `{"data":{"id":"1","name":"Lamp"}}`,
		"/count":      `{"n":3}`, "/users/1": `{"id":"1","name":"Ann","deleted":true}`, "/users/2": `{"id":"2","name":"Bob","deleted":false}`,
	})
	transport := roundTrip(func(r *http.Request) (*http.Response, error) {
		s.mu.Lock()
		s.paths = append(s.paths, r.URL.Path)
		s.mu.Unlock()
		return answers(r)
	})
	options := map[string]upstream.Options{}
	for _, spec := range shop.Upstreams {
		options[spec.Name] = upstream.Options{URL: "http://" + spec.Name, Transport: transport}
	}
	clients, err := upstream.NewClients(shop.Upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	schema, err := shop.Service(shopResolvers{}, shop.Functions{BadgesByID: shopresolver.BadgesByID}).
		Executable(compiled.Settings{Clients: clients, Executor: executorName, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	s.Executor = gqlgen.New(schema)
	return s
}

// ask runs an operation; the whole answer is as text, errors by path and message.
func (s *shopService) ask(t *testing.T, query string) (data string, errs []string) {
	t.Helper()
	ctx := graphql.StartOperationTrace(t.Context())
	op, wrong := s.CreateOperationContext(ctx, &graphql.RawParams{Query: query})
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	handler, ctx := s.DispatchOperation(ctx, op)
	response := handler(ctx)
	for _, err := range response.Errors {
		errs = append(errs, err.Path.String()+": "+err.Message)
	}
	slices.Sort(errs)
	return string(response.Data), errs
}

// asked are the paths that the upstreams were asked for, sorted.
func (s *shopService) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(slices.Values(s.paths))
}

// shopResolvers are the shop's hand-written fields: compare tells what stands in its context, shout panics.
type shopResolvers struct{ shopresolver.Resolver }

type (
	comparing struct{ shop.QueryResolver }
	shouting  struct{}
	traceKey  struct{}
)

func (r shopResolvers) Query() shop.QueryResolver                      { return comparing{r.Resolver.Query()} }
func (shopResolvers) Product() shop.ProductResolver                    { return shouting{} }
func (shouting) Shout(context.Context, *model.Product) (string, error) { panic("no voice") }

func (comparing) Compare(ctx context.Context, _, _ string) (*string, error) {
	text := fmt.Sprint(ctx.Value(traceKey{}))
	return &text, nil
}

// TestExtensions: operations and responses are intercepted once, the error presenter words all errors, the recover function
// gets panics.
func TestExtensions(t *testing.T) {
	for _, name := range executors {
		t.Run(name, func(t *testing.T) {
			s := openShop(t, name, quiet)
			var operations, responses []string
			s.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
				op := graphql.GetOperationContext(ctx)
				operations = append(operations, op.Operation.Name)
				return next(ctx)
			})
			s.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
				response := next(ctx)
				responses = append(responses, fmt.Sprintf("%s, %d errors", response.Data, len(graphql.GetErrors(ctx))))
				response.Data = bytes.ReplaceAll(response.Data, []byte("Lamp"), []byte("LAMP"))
				return response
			})
			s.SetErrorPresenter(func(_ context.Context, err error) *gqlerror.Error {
				worded := graphql.DefaultErrorPresenter(t.Context(), err)
				worded.Message = "worded " + worded.Message
				return worded
			})
			s.SetRecoverFunc(func(_ context.Context, v any) error { return fmt.Errorf("recovered %.8v", v) })
			data, errs := s.ask(t, `query Q { product(id: "1") { name } shouting: product(id: "1") { shout } }`)
			if want := `{"product":{"name":"LAMP"},"shouting":null}`; data != want {
				t.Errorf("data:\n got %s\nwant %s", data, want)
			}
			if diff := cmp.Diff([]string{"shouting.shout: worded recovered no voice"}, errs); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"Q"}, operations); diff != "" {
				t.Errorf("operations (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{`{"product":{"name":"Lamp"},"shouting":null}, 1 errors`}, responses); diff != "" {
				t.Errorf("responses (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRootFieldsIntercepted: each root field is intercepted once, with its context, its value's bytes and its errors.
func TestRootFieldsIntercepted(t *testing.T) {
	for _, name := range executors {
		t.Run(name, func(t *testing.T) {
			s := openShop(t, name, quiet)
			var mu sync.Mutex
			var seen []string
			s.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
				value := next(ctx)
				var text bytes.Buffer
				value.MarshalGQL(&text)
				root := graphql.GetRootFieldContext(ctx)
				mu.Lock()
				defer mu.Unlock()
				seen = append(seen, fmt.Sprintf("%s.%s as %s: %s, null %t", graphql.GetFieldContext(ctx).Object, root.Object, root.Field.Alias, &text, value == graphql.Null))
				if root.Object == "me" && len(graphql.GetErrors(ctx)) == 0 {
					t.Error("the error of me is not there yet")
				}
				return value
			})
			for range 2 { // the second time by plans that are kept
				seen = nil
				data, errs := s.ask(t, `{ __typename ann: user(id: "1") { ...F } ...G user(id: "9") { name } } fragment F on User { name } fragment G on Query { count me { id } ann: user(id: "1") { id } }`)
				if want := `{"__typename":"Query","ann":{"name":"Ann","id":"1"},"count":3,"me":null,"user":null}`; data != want {
					t.Errorf("data:\n got %s\nwant %s", data, want)
				}
				if len(errs) != 1 || !strings.HasPrefix(errs[0], "me: ") {
					t.Errorf("errors: %v, want one, of me", errs)
				}
				slices.Sort(seen)
				if diff := cmp.Diff([]string{
					"Query.count as count: 3, null false", "Query.me as me: null, null true",
					`Query.user as ann: {"name":"Ann","id":"1"}, null false`, "Query.user as user: null, null true",
				}, seen); diff != "" {
					t.Errorf("intercepted (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestRootFieldsReplaced: what an extension does not let through asks for nothing; what it returns is the answer.
func TestRootFieldsReplaced(t *testing.T) {
	seven := graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, "7") })
	for _, name := range executors {
		for _, c := range []struct {
			query, data string
			asked       []string
		}{
			{`{ user(id: "1") { name } count b: user(id: "2") { name } }`, `{"user":null,"count":7,"b":{"name":"Bob"}}`, []string{"/users/2"}},
			{`{ tags user(id: "1") { name } }`, "null", nil},
			{`{ b: user(id: "2") { id } }`, `{"b":{"id":"2"}}`, []string{"/users/2"}},
			{`{ __typename @skip(if: true) }`, "{}", nil},
			{`mutation { one: deleteUser(id: 1) b: deleteUser(id: 2) }`, `{"one":null,"b":false}`, []string{"/users/2"}},
		} {
			s := openShop(t, name, quiet)
			s.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
				switch graphql.GetRootFieldContext(ctx).Field.Alias {
				case "b":
					return next(ctx)
				case "count":
					return seven
				}
				return graphql.Null
			})
			data, errs := s.ask(t, c.query)
			if data != c.data || len(errs) > 0 {
				t.Errorf("%s: %s:\n got %s %v\nwant %s", name, c.query, data, errs, c.data)
			}
			if diff := cmp.Diff(c.asked, s.asked()); diff != "" {
				t.Errorf("%s: %s: asked (-want +got):\n%s", name, c.query, diff)
			}
		}
	}
}

// TestRootFieldsContext: what an extension puts into a root field's context is there below it, and not below others.
func TestRootFieldsContext(t *testing.T) {
	for _, name := range executors {
		s := openShop(t, name, quiet)
		s.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
			return next(context.WithValue(ctx, traceKey{}, graphql.GetRootFieldContext(ctx).Field.Alias))
		})
		data, errs := s.ask(t, `{ x: compare(a: 1, b: 2) y: compare(a: 1, b: 2) }`)
		if want := `{"x":"x","y":"y"}`; data != want || len(errs) > 0 {
			t.Errorf("%s: got %s %v, want %s", name, data, errs, want)
		}
	}
}

// TestRootFieldsOfMutation: they are intercepted one after another.
func TestRootFieldsOfMutation(t *testing.T) {
	for _, name := range executors {
		s := openShop(t, name, quiet)
		var seen []string
		s.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
			alias := graphql.GetRootFieldContext(ctx).Field.Alias
			seen = append(seen, "begin "+alias)
			defer func() { seen = append(seen, "end "+alias) }()
			return next(ctx)
		})
		data, errs := s.ask(t, `mutation { b: deleteUser(id: 1) __typename a: deleteUser(id: 2) }`)
		if want := `{"b":true,"__typename":"Mutation","a":false}`; data != want || len(errs) > 0 {
			t.Errorf("%s: got %s %v, want %s", name, data, errs, want)
		}
		if diff := cmp.Diff([]string{"begin b", "end b", "begin a", "end a"}, seen); diff != "" {
			t.Errorf("%s: intercepted (-want +got):\n%s", name, diff)
		}
	}
}

// TestRootFieldsPanic: a panic of an extension costs its own root field.
func TestRootFieldsPanic(t *testing.T) {
	s := openShop(t, "planned", quiet)
	s.SetRecoverFunc(func(_ context.Context, v any) error { return fmt.Errorf("recovered %v", v) })
	s.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		if graphql.GetRootFieldContext(ctx).Field.Alias == "a" {
			panic("at the root")
		}
		return next(ctx)
	})
	data, errs := s.ask(t, `{ a: user(id: "1") { name } b: user(id: "2") { name } }`)
	if want := `{"a":null,"b":{"name":"Bob"}}`; data != want {
		t.Errorf("data:\n got %s\nwant %s", data, want)
	}
	if diff := cmp.Diff([]string{"a: recovered at the root"}, errs); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// TestFieldInterceptors: an extension that intercepts fields sees them, because the operation then runs on gqlgen's executor,
// which is logged once.
func TestFieldInterceptors(t *testing.T) {
	var log strings.Builder
	s := openShop(t, "planned", slog.New(slog.NewTextHandler(&log, nil)))
	var mu sync.Mutex
	seen := map[string]int{}
	s.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
		mu.Lock()
		defer mu.Unlock()
		seen[graphql.GetPath(ctx).String()]++
		return next(ctx)
	})
	for range 2 {
		if data, errs := s.ask(t, `{ count }`); data != `{"count":3}` || len(errs) > 0 {
			t.Errorf("got %s %v", data, errs)
		}
	}
	if diff := cmp.Diff(map[string]int{"count": 2}, seen); diff != "" {
		t.Errorf("the extension saw (-want +got):\n%s", diff)
	}
	if n := strings.Count(log.String(), "intercepts fields"); n != 1 {
		t.Errorf("logged %d times that an extension intercepts fields, want once:\n%s", n, &log)
	}
}
