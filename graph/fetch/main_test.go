package fetch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/goleak"

	"weft/graph/binding/bindingtest/generated"
	"weft/graph/binding/bindingtest/resolver"
	"weft/graph/compiled"
	"weft/upstream"
	"weft/upstream/upstreamtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// batchWait is long enough that a batch is complete also under the race detector on a busy machine.
const batchWait = 20 * time.Millisecond

// executors are those that run bindings.
var executors = []string{"stock", "planned"}

// options are what a test may change of the test service.
type options struct {
	compiled.Settings
	functions generated.Functions
}

func withExecutor(name string) func(*options) {
	return func(o *options) { o.Executor = name }
}

// shop is the test service over scripted upstreams.
type shop struct {
	*executor.Executor
	catalog, pricing, inventory, accounts, reviews *upstreamtest.Server
}

// newShop starts the service; change, if any, may change its options.
func newShop(t testing.TB, change ...func(*options)) *shop {
	t.Helper()
	s := &shop{
		catalog: upstreamtest.New(t), pricing: upstreamtest.New(t), inventory: upstreamtest.New(t),
		accounts: upstreamtest.New(t), reviews: upstreamtest.New(t),
	}
	patient := upstream.Network{Dial: time.Minute} // on a machine that is busy with other tests, too
	clients, err := upstream.NewClients(generated.Upstreams, map[string]upstream.Options{
		"catalog": {URL: s.catalog.URL, Network: patient}, "pricing": {URL: s.pricing.URL, Network: patient},
		"inventory": {URL: s.inventory.URL, Network: patient}, "accounts": {URL: s.accounts.URL, Network: patient},
		"reviews": {URL: s.reviews.URL, Network: patient},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	o := options{Settings: compiled.Settings{Clients: clients, BatchWait: batchWait}, functions: generated.Functions{BadgesByID: resolver.BadgesByID}}
	for _, f := range change {
		f(&o)
	}
	schema, err := generated.Service(resolver.Resolver{}, o.functions).Executable(o.Settings)
	if err != nil {
		t.Fatal(err)
	}
	s.Executor = executor.New(schema)
	return s
}

// do runs an operation for a client that sent header. The variables travel as JSON, as a client's do.
func (s *shop) do(ctx context.Context, header http.Header, query string, variables map[string]any) *graphql.Response {
	ctx = graphql.StartOperationTrace(ctx)
	op, errs := s.CreateOperationContext(ctx, &graphql.RawParams{Query: query, Variables: asJSON(variables), Headers: header})
	if errs != nil {
		return s.DispatchError(graphql.WithOperationContext(ctx, op), errs)
	}
	handler, ctx := s.DispatchOperation(ctx, op)
	return handler(ctx)
}

func asJSON(variables map[string]any) (read map[string]any) {
	text, err := json.Marshal(variables)
	if err != nil {
		panic(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&read); err != nil {
		panic(err)
	}
	return read
}

// query runs an operation that succeeds, and reads its data into a T.
func query[T any](t testing.TB, s *shop, text string, variables map[string]any) T {
	t.Helper()
	response := s.do(t.Context(), nil, text, variables)
	if len(response.Errors) > 0 {
		t.Fatalf("%s with %v: %v", text, variables, response.Errors)
	}
	var data T
	if err := json.Unmarshal(response.Data, &data); err != nil {
		t.Fatal(err)
	}
	return data
}

// wantJSON checks the data and the errors' messages of an operation.
func wantJSON(t *testing.T, r *graphql.Response, data string, messages ...string) {
	t.Helper()
	if got := string(r.Data); got != data {
		t.Errorf("data:\n got %s\nwant %s", got, data)
	}
	var got []string
	for _, err := range r.Errors {
		got = append(got, err.Message)
	}
	if diff := cmp.Diff(messages, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// refused reports whether the answer is the one error of an argument that no call is made for, with this message; "" any.
func refused(r *graphql.Response, message string) bool {
	if len(r.Errors) != 1 {
		return false
	}
	err := r.Errors[0]
	if inner, ok := errors.AsType[*gqlerror.Error](err.Err); ok { // an executor may wrap what it was given
		err = inner
	}
	return err.Extensions["code"] == "BAD_INPUT" && (message == "" || err.Message == message)
}

// kinds are the kinds of an answer's errors, "" for those that are not an upstream's.
func kinds(r *graphql.Response) []upstream.Kind {
	var all []upstream.Kind
	for _, err := range r.Errors {
		kind := upstream.Kind("")
		if e, ok := errors.AsType[*upstream.Error](err); ok {
			kind = e.Kind
		}
		all = append(all, kind)
	}
	return all
}

func wantCalls(t *testing.T, s *upstreamtest.Server, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, s.Lines(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
