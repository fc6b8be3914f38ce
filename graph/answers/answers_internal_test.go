package answers

import (
	"context"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/upstream"
)

// operation is a query of the upstream "u", which forwards Authorization.
func operation(run func() string) Operation {
	return Operation{
		OperationContext: &graphql.OperationContext{
			Variables: map[string]any{}, Headers: http.Header{}, Operation: &ast.OperationDefinition{Operation: ast.Query},
		},
		Policy: &plan.Policy{Upstreams: []string{"u"}, MaxAge: -1},
		Prefix: "a",
		Unkept: new(atomic.Bool),
		Run: func(context.Context, *fetch.Execution) (json.RawMessage, gqlerror.List) {
			return json.RawMessage(run()), nil
		},
	}
}

// empty is a transport that answers with nothing.
type empty struct{}

func (empty) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}, Body: http.NoBody}, nil
}

func service(t *testing.T) *fetch.Service {
	t.Helper()
	clients, err := upstream.NewClients(
		[]upstream.Spec{{Name: "u", ForwardHeaders: []string{"Authorization"}}, {Name: "other"}},
		map[string]upstream.Options{"u": {URL: "http://u", Transport: empty{}}, "other": {URL: "http://other", Transport: empty{}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	return &fetch.Service{Clients: clients}
}

// TestKey tries that answers have different names when anything that they depend on differs.
func TestKey(t *testing.T) {
	c, other := New(service(t), "schema", 0), New(service(t), "other", 0)
	names := map[string]string{}
	name := func(what string, c *Cache, change func(*Operation)) {
		o := operation(nil)
		o.Prefix = c.Prefix("{ a }", "")
		change(&o)
		key, ok := c.key(&o)
		if !ok {
			t.Fatalf("%s: no name", what)
		}
		if known, taken := names[string(key.Key)]; taken {
			t.Errorf("%s has the name of %s", what, known)
		}
		names[string(key.Key)] = what
	}
	name("a query", c, func(*Operation) {})
	name("the same of another schema", other, func(o *Operation) { o.Prefix = other.Prefix("{ a }", "") })
	name("another text", c, func(o *Operation) { o.Prefix = c.Prefix("{ b }", "") })
	name("an operation's name", c, func(o *Operation) { o.Prefix = c.Prefix("{ a }", "A") })
	name("a text that begins like the name", c, func(o *Operation) { o.Prefix = c.Prefix(" }", "A{ a") })
	name("variables", c, func(o *Operation) { o.Variables = map[string]any{"v": 1} })
	name("other variables", c, func(o *Operation) { o.Variables = map[string]any{"v": nil} })
	name("somebody", c, func(o *Operation) { o.Headers.Set("Authorization", "Bearer a") })
	name("somebody else", c, func(o *Operation) { o.Headers.Set("Authorization", "Bearer b") })
	o := operation(nil)
	o.Prefix = c.Prefix("{ a }", "")
	o.Headers.Set("X-Other", "1")
	if key, _ := c.key(&o); names[string(key.Key)] != "a query" || key.identified {
		t.Error("a header that is not forwarded is part of the name")
	}
	o.Variables["v"] = func() {}
	if _, ok := c.key(&o); ok {
		t.Error("variables that cannot be written have a name")
	}
}

func ask(t *testing.T, c *Cache, o Operation) string {
	t.Helper()
	ctx := graphql.WithResponseContext(graphql.WithOperationContext(t.Context(), o.OperationContext), graphql.DefaultErrorPresenter, graphql.DefaultRecover)
	return string(c.Answer(ctx, o).Data)
}

// TestOneRunForAll tries which operations wait for an equal one that is running.
func TestOneRunForAll(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Operation, *fetch.Service)
		runs   int32
	}{
		"a query":                              {func(*Operation, *fetch.Service) {}, 1},
		"a mutation":                           {func(o *Operation, _ *fetch.Service) { o.Operation.Operation = ast.Mutation }, 2},
		"Go answers a field":                   {func(o *Operation, _ *fetch.Service) { o.Policy.HandWritten = true }, 2},
		"it has no name":                       {func(o *Operation, _ *fetch.Service) { o.Prefix = "" }, 2},
		"no upstream is asked":                 {func(o *Operation, _ *fetch.Service) { o.Policy.Upstreams = nil }, 2},
		"the upstream says that nothing is so": {func(_ *Operation, s *fetch.Service) { s.Unshared = map[string]bool{"u": true} }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := service(t)
				var runs atomic.Int32
				release := make(chan struct{})
				o := operation(func() string {
					runs.Add(1)
					<-release
					return "{}"
				})
				tt.change(&o, s)
				c := New(s, "", 0)
				answers := make(chan string)
				for range 2 {
					go func() { answers <- ask(t, c, o) }()
				}
				synctest.Wait()
				close(release)
				for range 2 {
					if got := <-answers; got != "{}" {
						t.Errorf("got %s", got)
					}
				}
				if got := runs.Load(); got != tt.runs {
					t.Errorf("%d runs, want %d", got, tt.runs)
				}
			})
		})
	}
}

// TestWriteInBetween tries that an operation that begins after a write was sent to one of its upstreams does not wait for one from
// before it.
func TestWriteInBetween(t *testing.T) {
	for _, to := range []string{"u", "other"} {
		synctest.Test(t, func(t *testing.T) {
			s := service(t)
			c := New(s, "", 0)
			values := make(chan string, 2)
			o := operation(func() string { return <-values })
			before, after := make(chan string, 1), make(chan string, 1)
			go func() { before <- ask(t, c, o) }()
			synctest.Wait()
			if _, err := s.Clients[to].Do(t.Context(), upstream.Request{Method: http.MethodPost, Path: "/"}); err != nil {
				t.Fatal(err)
			}
			go func() { after <- ask(t, c, o) }()
			synctest.Wait()
			values <- `{"a":1}`
			values <- `{"a":2}`
			first, second := <-before, <-after
			if shared := first == second; shared != (to == "other") {
				t.Errorf("a write to %s: got %s and %s", to, first, second)
			}
		})
	}
}
