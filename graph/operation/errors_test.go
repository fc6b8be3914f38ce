package operation_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/operation"
	"weft/upstream"
)

// failure is an upstream's error; its text holds what clients must never see.
type failure struct {
	kind, upstream string
	status         int
}

func (f failure) Error() string { return "get http://10.0.0.7/canary: refused" }

func (f failure) ErrorKind() (kind, upstream string, status int) { return f.kind, f.upstream, f.status }

// problem is a failure with an RFC 9457 problem.
type problem struct {
	failure
	title, detail, code string
}

func (p problem) Explained() *upstream.Problem {
	return &upstream.Problem{Title: p.title, Detail: p.detail, Code: p.code}
}

// failWith answers every operation with null for product, and err on it.
func failWith(err error) func(context.Context) *graphql.Response {
	return func(ctx context.Context) *graphql.Response {
		graphql.AddError(inProduct(ctx), err)
		return &graphql.Response{Data: json.RawMessage(`{"product":null}`)}
	}
}

// inProduct returns the context of a resolver of Query.product.
func inProduct(ctx context.Context) context.Context {
	def := &ast.FieldDefinition{Name: "product", Arguments: ast.ArgumentDefinitionList{{Name: "size"}}, Type: ast.NamedType("Product", nil)}
	field := &ast.Field{Name: "product", Alias: "product", Definition: def}
	return graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Query", Field: graphql.CollectedField{Field: field}})
}

func TestErrors(t *testing.T) {
	coded := func(code, message, more string) string {
		return fmt.Sprintf(`{"message":%q,"path":["product"],"extensions":{"code":%q%s}}`, message, code, more)
	}
	internal := coded("INTERNAL", "internal error", "")
	tests := []struct {
		name string
		err  error
		want string
		logs string
	}{
		{"Timeout", failure{"timeout", "catalog", 0}, coded("UPSTREAM_TIMEOUT", "catalog did not answer in time", `,"upstream":"catalog"`), ""},
		{"Unavailable", failure{"unavailable", "catalog", 503}, coded("UPSTREAM_UNAVAILABLE", "catalog is unavailable", `,"status":503,"upstream":"catalog"`), ""},
		{"NotFound", failure{"not_found", "catalog", 404}, coded("NOT_FOUND", "catalog does not have this", `,"status":404,"upstream":"catalog"`), ""},
		{"Unauthenticated", failure{"unauthenticated", "a", 401}, coded("UNAUTHENTICATED", "a asks who you are: credentials are missing or not valid", `,"status":401,"upstream":"a"`), ""},
		{"Forbidden", failure{"forbidden", "a", 403}, coded("FORBIDDEN", "a does not allow this", `,"status":403,"upstream":"a"`), ""},
		{"CircuitOpen", failure{"circuit_open", "a", 0}, coded("UPSTREAM_CIRCUIT_OPEN", "a has failed too often lately, and is not asked for a while", `,"upstream":"a"`), ""},
		{"RateLimited", failure{"rate_limited", "a", 429}, coded("UPSTREAM_RATE_LIMITED", "a gets too many requests: try again later", `,"status":429,"upstream":"a"`), ""},
		{"Rejected", failure{"rejected", "a", 422}, coded("UPSTREAM_REJECTED", "a rejected the request", `,"status":422,"upstream":"a"`), ""},
		{"BadResponse", failure{"bad_response", "", 0}, coded("BAD_RESPONSE", "an upstream answered with something that cannot be used here", ""), ""},
		{"BadInput", failure{"bad_input", "a", 0}, coded("BAD_INPUT", "a cannot be asked with this value", `,"upstream":"a"`), ""},
		{"Canceled", failure{"canceled", "a", 0}, coded("CANCELED", "the request was canceled", `,"upstream":"a"`), ""},
		{"Wrapped", fmt.Errorf("load canary: %w", failure{"not_found", "a", 0}), coded("NOT_FOUND", "a does not have this", `,"upstream":"a"`), ""},
		{"Located", gqlerror.WrapPath(ast.Path{ast.PathName("product")}, failure{"not_found", "a", 0}), coded("NOT_FOUND", "a does not have this", `,"upstream":"a"`), ""},
		{"UnknownKind", failure{"strange", "a", 0}, internal, "canary"},
		{"KindInOtherSpelling", failure{"NotFound", "a", 0}, internal, "canary"},
		{"NoKind", failure{"", "a", 0}, internal, "canary"},
		{"UpstreamLikeAPlaceholder", failure{"unavailable", "{upstream}", 0}, coded("UPSTREAM_UNAVAILABLE", "{upstream} is unavailable", `,"upstream":"{upstream}"`), ""},

		{
			"Problem",
			problem{failure{"rejected", "a", 422}, "Out of stock", "none left", "E7"},
			coded("UPSTREAM_REJECTED", "a rejected the request", `,"problem":{"code":"E7","detail":"none left","title":"Out of stock"},"status":422,"upstream":"a"`), "",
		},
		{"ProblemPart", problem{failure{"rejected", "a", 422}, "", "", "E7"}, coded("UPSTREAM_REJECTED", "a rejected the request", `,"problem":{"code":"E7"},"status":422,"upstream":"a"`), ""},
		{"ProblemEmpty", problem{failure{"rejected", "a", 422}, "", "", ""}, coded("UPSTREAM_REJECTED", "a rejected the request", `,"status":422,"upstream":"a"`), ""},
		{
			"ProblemLong",
			problem{failure{"rejected", "a", 0}, strings.Repeat("é", 600), "", ""},
			coded("UPSTREAM_REJECTED", "a rejected the request", `,"problem":{"title":"`+strings.Repeat("é", 512)+`…"},"upstream":"a"`), "",
		},

		{"Unknown", errors.New("dial canary"), internal, `msg="field failed" path=product operation=Q error="input: product dial canary"`},
		{"Worded", gqlerror.Errorf("no such size"), `{"message":"no such size","path":["product"]}`, ""},
		{
			"WordedWithCause", &gqlerror.Error{Message: "no such size", Err: errors.New("canary"), Extensions: map[string]any{"code": "SIZE"}},
			coded("SIZE", "no such size", ""), "",
		},
		{"WordedAroundKind", &gqlerror.Error{Message: "no such size", Err: failure{"timeout", "a", 0}}, `{"message":"no such size","path":["product"]}`, ""},
		{
			"NullForNonNull", &graphql.InvalidNullError{Object: "Product", Field: "name", Source: graphql.NullSourceResolver},
			coded("BAD_RESPONSE", "cannot return null for non-null field Product.name", ""), "",
		},
		{"SomebodysDeadline", fmt.Errorf("query: %w", context.DeadlineExceeded), internal, "deadline"},
		{
			"Argument", gqlerror.WrapPath(ast.Path{ast.PathName("product"), ast.PathName("size")}, errors.New("3000000000 overflows a 32-bit Int")),
			`{"message":"3000000000 overflows a 32-bit Int","path":["product","size"],"extensions":{"code":"BAD_INPUT"}}`, "",
		},
		{
			"BelowButNoArgument", gqlerror.WrapPath(ast.Path{ast.PathName("product"), ast.PathName("name")}, errors.New("canary")),
			`{"message":"internal error","path":["product","name"],"extensions":{"code":"INTERNAL"}}`, "canary",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out logs
			e := newEngine(failWith(tt.err), operation.Options{Logger: out.logger()})
			got := ask(t, e, "query Q { product(id: 1) { name } }")
			if tt.name == "Unknown" { // the name reaches the log only when it is sent
				got = request{body: `{"query":"query Q { product(id: 1) { name } }","operationName":"Q"}`}.of(t, e).body
			}
			want := `{"errors":[` + tt.want + `],"data":{"product":null}}`
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if tt.logs == "" && out.String() != "" || !strings.Contains(out.String(), tt.logs) {
				t.Errorf("got log %q, want %q", out.String(), tt.logs)
			}
		})
	}
}

func TestUnknownErrorIsLoggedOnce(t *testing.T) {
	var out logs
	e := newEngine(failWith(errors.New("dial canary")), operation.Options{Logger: out.logger()})
	ask(t, e, "{ product(id: 1) { name } }")
	if n := strings.Count(out.String(), "canary"); n != 1 {
		t.Errorf("got %d log lines, want 1:\n%s", n, out.String())
	}
}

func TestErrorsPastThePresenterAreMasked(t *testing.T) {
	e := newEngine(func(context.Context) *graphql.Response {
		return &graphql.Response{
			Data:   json.RawMessage(`{"product":null}`),
			Errors: gqlerror.List{gqlerror.WrapPath(ast.Path{ast.PathName("product")}, failure{"timeout", "catalog", 0})},
		}
	}, operation.Options{})
	want := `{"errors":[{"message":"catalog did not answer in time","path":["product"],"extensions":{"code":"UPSTREAM_TIMEOUT","upstream":"catalog"}}],"data":{"product":null}}`
	if got := ask(t, e, "{ product(id: 1) { name } }"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAtMost100Errors(t *testing.T) {
	for _, n := range []int{100, 101, 250} {
		e := newEngine(func(ctx context.Context) *graphql.Response {
			for i := range n {
				graphql.AddError(ctx, gqlerror.Errorf("failed %d", i))
			}
			return greet(ctx)
		}, operation.Options{})
		var answer struct{ Errors gqlerror.List }
		if err := json.Unmarshal([]byte(ask(t, e, "{ greeting }")), &answer); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("%d more errors are not shown", n-100)
		last := answer.Errors[len(answer.Errors)-1].Message
		if n == 100 && (len(answer.Errors) != 100 || last != "failed 99") || n > 100 && (len(answer.Errors) != 101 || last != want) {
			t.Errorf("%d errors: got %d, the last %q", n, len(answer.Errors), last)
		}
	}
}

func TestPanicIsOneErrorAndTheProcessLives(t *testing.T) {
	var out logs
	broken := true
	e := newEngine(func(ctx context.Context) *graphql.Response {
		if broken {
			panic("canary")
		}
		return greet(ctx)
	}, operation.Options{Logger: out.logger()})
	got := request{body: hello}.of(t, e)
	if want := `{"errors":[{"message":"internal error","extensions":{"code":"INTERNAL"}}]}`; got.class != operation.Failed || got.body != want {
		t.Errorf("got %d %s, want Failed %s", got.class, got.body, want)
	}
	if log := out.String(); strings.Count(log, "canary") != 1 || !strings.Contains(log, "errors_test.go") {
		t.Errorf("the log lacks the panic's value or stack: %s", log)
	}
	broken = false
	if got := ask(t, e, "{ greeting }"); got != helloData {
		t.Errorf("after the panic: got %s", got)
	}
}

// A resolver's panic is recovered by generated code, through the recover function given to the executor.
func TestResolverPanicKeepsItsPath(t *testing.T) {
	var out logs
	e := newEngine(func(ctx context.Context) *graphql.Response {
		ctx = inProduct(ctx)
		func() {
			defer func() { graphql.AddError(ctx, graphql.Recover(ctx, recover())) }()
			panic("canary")
		}()
		return &graphql.Response{Data: json.RawMessage(`{"product":null}`)}
	}, operation.Options{Logger: out.logger()})
	want := `{"errors":[{"message":"internal error","path":["product"],"extensions":{"code":"INTERNAL"}}],"data":{"product":null}}`
	if got := ask(t, e, "{ product(id: 1) { name } }"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if log := out.String(); strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, "path=product") {
		t.Errorf("got log %s", log)
	}
}

func TestRequestTimeout(t *testing.T) {
	e := newEngine(func(ctx context.Context) *graphql.Response {
		<-ctx.Done()
		graphql.AddError(inProduct(ctx), ctx.Err())
		return &graphql.Response{Data: json.RawMessage(`{"product":null}`)}
	}, operation.Options{Timeout: time.Millisecond})
	const (
		executed = `{"errors":[{"message":"the request took too long","path":["product"],"extensions":{"code":"REQUEST_TIMEOUT"}}],"data":{"product":null}}`
		never    = `{"errors":[{"message":"the request took too long","extensions":{"code":"REQUEST_TIMEOUT"}}]}`
	)
	got := request{body: `{"query":"{ product(id: 1) { name } }"}`}.of(t, e)
	if (got.class != operation.Executed || got.body != executed) && (got.class != operation.Late || got.body != never) {
		t.Errorf("got %d %s", got.class, got.body)
	}
}

func TestTimeoutBeforeAnyAnswer(t *testing.T) {
	e := newEngine(greet, operation.Options{Timeout: time.Nanosecond})
	got := request{body: hello}.of(t, e)
	want := `{"errors":[{"message":"the request took too long","extensions":{"code":"REQUEST_TIMEOUT"}}]}`
	if got.class != operation.Late || got.body != want {
		t.Errorf("got %d %s, want Late %s", got.class, got.body, want)
	}
}

func TestDeadlineIsOnTheContext(t *testing.T) {
	for given, want := range map[time.Duration]time.Duration{0: 10 * time.Second, 3 * time.Second: 3 * time.Second, time.Hour: 30 * time.Second} {
		var left time.Duration
		e := newEngine(func(ctx context.Context) *graphql.Response {
			deadline, _ := ctx.Deadline()
			left = time.Until(deadline)
			return greet(ctx)
		}, operation.Options{Timeout: given})
		ask(t, e, "{ greeting }")
		if left > want || left < want/2 {
			t.Errorf("Timeout %s: got %s left, want at most %s", given, left, want)
		}
	}
}

// mapped is a schema that knows where its fields stand.
type mapped struct{ graphql.ExecutableSchema }

func (mapped) Place(object, field string) string { return "shop.graphql:7, " + object + "." + field }

// knows is an error that says where its field stands.
type knows struct{ error }

func (knows) Place() string { return "shop.graphql:9" }

// TestPlacesAreLogged lets a field fail, and panic: the log says where it stands in the schema, and the client is not told.
func TestPlacesAreLogged(t *testing.T) {
	for name, c := range map[string]struct {
		fail func(context.Context)
		want string
	}{
		"Error":        {func(ctx context.Context) { graphql.AddError(ctx, errors.New("no")) }, `at="shop.graphql:7, Query.product"`},
		"ErrorKnowsIt": {func(ctx context.Context) { graphql.AddError(ctx, knows{errors.New("no")}) }, "at=shop.graphql:9"},
		"Panic":        {func(ctx context.Context) { graphql.AddError(ctx, graphql.Recover(ctx, "no")) }, `at="shop.graphql:7, Query.product"`},
	} {
		t.Run(name, func(t *testing.T) {
			var out logs
			schema := newSchema(func(ctx context.Context) *graphql.Response {
				c.fail(inProduct(ctx))
				return &graphql.Response{Data: json.RawMessage(`{"product":null}`)}
			})
			e := operation.New(mapped{schema}, operation.Options{Logger: out.logger()})
			got := ask(t, e, "{ product(id: 1) { name } }")
			if strings.Contains(got, "shop.graphql") || !strings.Contains(got, `"INTERNAL"`) {
				t.Errorf("got %s, want an error without the place", got)
			}
			if log := out.String(); !strings.Contains(log, c.want) {
				t.Errorf("got log %s, want %s in it", log, c.want)
			}
		})
	}
}
