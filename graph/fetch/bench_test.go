package fetch_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/compiled"
	"weft/graph/document"
	"weft/upstream"
)

// instant is a transport that answers at once, by path, and counts.
type instant struct {
	bodies map[string]string
	calls  atomic.Int64
}

func (i *instant) RoundTrip(r *http.Request) (*http.Response, error) {
	i.calls.Add(1)
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(i.bodies[r.URL.Path])),
	}, nil
}

// newPosts is the service of the public workload, 100 posts by n users, over an instant transport.
func newPosts(b *testing.B, name string, users int) (*executor.Executor, *instant) {
	var posts, authors []string
	for i := range 100 {
		posts = append(posts, fmt.Sprintf(`{"userId": %d, "id": %d, "title": "sunt aut facere repellat provident", "body": %q}`, i%users+1, i+1, strings.Repeat("quia et suscipit ", 12)))
	}
	for i := range users {
		authors = append(authors, fmt.Sprintf(`{"id": %d, "name": "Leanne Graham", "username": "Bret", "email": "Sincere@april.biz"}`, i+1))
	}
	transport := &instant{bodies: map[string]string{
		"/posts": "[" + strings.Join(posts, ",") + "]", "/users": "[" + strings.Join(authors, ",") + "]", "/users/1": authors[0],
	}}
	clients, err := upstream.NewClients(generated.Upstreams, map[string]upstream.Options{"jsonplaceholder": {URL: "http://service.test", Transport: transport}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(clients.Close)
	schema, err := generated.Service(resolver.Resolver{}).Executable(compiled.Settings{Clients: clients, Executor: name})
	if err != nil {
		b.Fatal(err)
	}
	return executor.New(schema), transport
}

func BenchmarkOperation(b *testing.B) {
	for _, c := range []struct {
		name, text string
		users      int
	}{
		{"Q1", `{ posts { id userId title user { id name email } } }`, 10},
		{"batchOf100", `{ posts { user { name } } }`, 100},
		{"single", `{ user(id: 1) { name } }`, 1},
		{"list", `{ posts { title } }`, 1},
	} {
		for _, name := range executors {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				e, transport := newPosts(b, name, c.users)
				ctx := graphql.StartOperationTrace(context.Background())
				op, errs := e.CreateOperationContext(ctx, &graphql.RawParams{Query: c.text})
				if errs != nil {
					b.Fatal(errs)
				}
				ctx = document.With(ctx, document.New(c.text, op.Doc).Operation(""))
				b.ReportAllocs()
				for b.Loop() {
					handler, ctx := e.DispatchOperation(ctx, op)
					if r := handler(ctx); len(r.Errors) > 0 || len(r.Data) == 0 {
						b.Fatal(r.Errors)
					}
				}
				b.ReportMetric(float64(transport.calls.Load())/float64(b.N), "calls/op")
			})
		}
	}
}
