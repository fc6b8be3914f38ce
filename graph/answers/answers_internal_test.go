package answers

import (
	"context"
	"encoding/json"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/upstream"
)

// operation is an operation, and what is known of it before it runs.
type operation struct {
	*graphql.OperationContext
	plan.Variant
	run func() string
}

// Run implements Runner.
func (o *operation) Run(context.Context, *graphql.OperationContext, fetch.Planned) (json.RawMessage, gqlerror.List) {
	return json.RawMessage(o.run()), nil
}

// TakeBack implements Runner.
func (o *operation) TakeBack(json.RawMessage) {}

// query is a query of the upstream "u", which forwards Authorization.
func query(run func() string) *operation {
	return &operation{
		OperationContext: &graphql.OperationContext{
			Variables: map[string]any{}, Headers: http.Header{}, Operation: &ast.OperationDefinition{Operation: ast.Query},
		},
		Variant: plan.Variant{Plan: &plan.Plan{Policy: &plan.Policy{Upstreams: []string{"u"}}}, Prefix: "a"},
		run:     run,
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
	c, other := New(service(t), "schema", Options{}), New(service(t), "other", Options{})
	names := map[string]string{}
	name := func(what string, c *Cache, change func(*operation)) {
		o := query(nil)
		o.Prefix = c.Prefix("{ a }", "", "")
		change(o)
		key, ok := c.Prepare(&o.Variant, o).key(o.OperationContext, fetch.Behalf{Header: o.Headers})
		if !ok {
			t.Fatalf("%s: no name", what)
		}
		if known, taken := names[string(key.Key)]; taken {
			t.Errorf("%s has the name of %s", what, known)
		}
		names[string(key.Key)] = what
	}
	name("a query", c, func(*operation) {})
	name("the same of another schema", other, func(o *operation) { o.Prefix = other.Prefix("{ a }", "", "") })
	name("another text", c, func(o *operation) { o.Prefix = c.Prefix("{ b }", "", "") })
	name("an operation's name", c, func(o *operation) { o.Prefix = c.Prefix("{ a }", "A", "") })
	name("who may see other fields", c, func(o *operation) { o.Prefix = c.Prefix("{ a }", "", "10") })
	name("a text that begins like the name", c, func(o *operation) { o.Prefix = c.Prefix(" }", "A{ a", "") })
	name("variables", c, func(o *operation) { o.Variables = map[string]any{"v": 1} })
	name("other variables", c, func(o *operation) { o.Variables = map[string]any{"v": nil} })
	name("somebody", c, func(o *operation) { o.Headers.Set("Authorization", "Bearer a") })
	name("somebody else", c, func(o *operation) { o.Headers.Set("Authorization", "Bearer b") })
	o := query(nil)
	o.Prefix = c.Prefix("{ a }", "", "")
	o.Headers.Set("X-Other", "1")
	if key, _ := c.Prepare(&o.Variant, o).key(o.OperationContext, fetch.Behalf{Header: o.Headers}); names[string(key.Key)] != "a query" || key.identified {
		t.Error("a header that is not forwarded is part of the name")
	}
	o.Variables["v"] = func() {}
	if _, ok := c.Prepare(&o.Variant, o).key(o.OperationContext, fetch.Behalf{Header: o.Headers}); ok {
		t.Error("variables that cannot be written have a name")
	}
}

func ask(t *testing.T, p *Prepared, o *operation) string {
	t.Helper()
	ctx := graphql.WithResponseContext(graphql.WithOperationContext(t.Context(), o.OperationContext), graphql.DefaultErrorPresenter, graphql.DefaultRecover)
	return string(p.Respond(ctx, o.OperationContext).Data)
}

// TestOneRunForAll tries which operations wait for an equal one that is running.
func TestOneRunForAll(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*operation, *fetch.Service)
		runs   int32
	}{
		"a query":                              {func(*operation, *fetch.Service) {}, 1},
		"a mutation":                           {func(o *operation, _ *fetch.Service) { o.Operation.Operation = ast.Mutation }, 2},
		"Go answers a field":                   {func(o *operation, _ *fetch.Service) { o.Plan.Policy.HandWritten = true }, 2},
		"it has no name":                       {func(o *operation, _ *fetch.Service) { o.Prefix = "" }, 2},
		"no upstream is asked":                 {func(o *operation, _ *fetch.Service) { o.Plan.Policy.Upstreams = nil }, 2},
		"the upstream says that nothing is so": {func(_ *operation, s *fetch.Service) { s.Unshared = map[string]bool{"u": true} }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := service(t)
				var runs atomic.Int32
				release := make(chan struct{})
				o := query(func() string {
					runs.Add(1)
					<-release
					return "{}"
				})
				tt.change(o, s)
				p := New(s, "", Options{}).Prepare(&o.Variant, o)
				answers := make(chan string)
				for range 2 {
					go func() { answers <- ask(t, p, o) }()
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

// TestLent tries whose data is taken back: of two operations at the same time, that of those that ran for nobody else.
func TestLent(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*operation)
		at     int // how many ask at the same time
		lent   bool
	}{
		"one query":                     {func(*operation) {}, 1, true},
		"two that are one":              {func(*operation) {}, 2, false},
		"two that are not to be shared": {func(o *operation) { o.Plan.Policy.HandWritten = true }, 2, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				o := query(func() string {
					<-release
					return "{}"
				})
				tt.change(o)
				p := New(service(t), "", Options{}).Prepare(&o.Variant, o)
				lent := make(chan bool)
				for range tt.at {
					go func() {
						asked := &fetch.Asked{Behalf: fetch.Behalf{Header: o.Headers}, Operation: o.OperationContext, Run: new(fetch.Run)}
						lent <- p.Answer(t.Context(), asked).Lender != nil
					}()
				}
				synctest.Wait()
				close(release)
				for range tt.at {
					if got := <-lent; got != tt.lent {
						t.Errorf("got %t, want %t", got, tt.lent)
					}
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
			values := make(chan string, 2)
			o := query(func() string { return <-values })
			p := New(s, "", Options{}).Prepare(&o.Variant, o)
			before, after := make(chan string, 1), make(chan string, 1)
			go func() { before <- ask(t, p, o) }()
			synctest.Wait()
			if _, err := s.Clients[to].Do(t.Context(), upstream.Request{Method: http.MethodPost, Path: "/"}); err != nil {
				t.Fatal(err)
			}
			go func() { after <- ask(t, p, o) }()
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

// TestJoiningAllocates bounds what it takes to wait for the answer that another operation is making, of a client whose time ends after that.
func TestJoiningAllocates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const joiners, most = 100, 6 // goroutines and their functions among them
		release := make(chan struct{})
		o := query(func() string { <-release; return "{}" })
		p := New(service(t), "", Options{}).Prepare(&o.Variant, o)
		client, cancel := context.WithCancel(t.Context())
		defer cancel()
		answered := make(chan int, joiners+1)
		ask := func(ctx context.Context, asked *fetch.Asked) { answered <- len(p.Answer(ctx, asked).Data) }
		var asked [joiners + 1]fetch.Asked
		var until [joiners + 1]context.Context
		for i := range asked {
			asked[i] = fetch.Asked{Operation: o.OperationContext, Run: new(fetch.Run), Client: client}
			ctx, end := context.WithTimeout(client, time.Second+time.Duration(i))
			defer end()
			until[i] = ctx
		}
		go ask(until[0], &asked[0])
		synctest.Wait()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for i := range joiners {
			go ask(until[i+1], &asked[i+1])
		}
		synctest.Wait()
		runtime.ReadMemStats(&after)
		close(release)
		for range asked {
			if got := <-answered; got != len("{}") {
				t.Errorf("got %d bytes", got)
			}
		}
		if got := (after.Mallocs - before.Mallocs) / joiners; got > most {
			t.Errorf("%d allocations for each who waits, want %d at most", got, most)
		}
	})
}
