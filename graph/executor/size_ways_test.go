package executor_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	gqlgen "github.com/99designs/gqlgen/graphql/executor"

	posts "weft/bench/posts/generated"
	postsresolver "weft/bench/posts/resolver"
	"weft/graph/compiled"
	"weft/graph/fetch"
	"weft/upstream"
)

// ways are the ways that an operation may take: the executors, and what makes the planned one leave it to gqlgen's, or run each root
// field by itself.
var ways = map[string]struct {
	executor string
	beside   string // in the document
	values   int    // that an answer may have
	use      func(*gqlgen.Executor)
}{
	"stock":         {executor: "stock", values: 65_536},
	"planned":       {executor: "planned", values: 1_048_576},
	"introspection": {executor: "planned", beside: " __schema { queryType { name } }", values: 65_536},
	"fields intercepted": {executor: "planned", values: 65_536, use: func(e *gqlgen.Executor) {
		e.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) })
	}},
	"root fields intercepted": {executor: "planned", values: 1_048_576, use: func(e *gqlgen.Executor) {
		e.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) })
	}},
}

// askPosts asks for n posts whose text has a length, on one of the ways, with limits.
func askPosts(t *testing.T, way string, n, length int, limits compiled.Settings, query string) (data string, errs []string) {
	t.Helper()
	body := list(n, fmt.Sprintf(`{"id": 1, "userId": 1, "title": "t", "body": %q}`, strings.Repeat("é\\n", length/3)))
	clients, err := upstream.NewClients(posts.Upstreams, map[string]upstream.Options{
		"jsonplaceholder": {URL: "http://u", MaxBody: 1 << 30, Transport: answering(map[string]string{"/posts": "[" + body + "]"})},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer clients.Close()
	w := ways[way]
	limits.Clients, limits.Executor, limits.Logger = clients, w.executor, quiet
	schema, err := posts.Service(postsresolver.Resolver{}).Executable(limits)
	if err != nil {
		t.Fatal(err)
	}
	e := gqlgen.New(schema)
	e.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		graphql.GetOperationContext(ctx).DisableIntrospection = false
		return next(ctx)
	})
	if w.use != nil {
		w.use(e)
	}
	s := shopService{Executor: e}
	return s.ask(t, strings.TrimSuffix(query, "}")+w.beside+" }")
}

// TestTooLargeOnAllWays: whatever runs an operation, an answer that is too large is null, with the same one error, and not much
// more was made of it than its limit.
func TestTooLargeOnAllWays(t *testing.T) {
	const kilo = 1 << 10
	for _, c := range []struct {
		name, query   string
		posts, length int
		limits        compiled.Settings
		want          string
		most          int // bytes that may be allocated, also to read the upstream's answer
	}{
		{"many objects with many fields", `{ posts { ` + aliased(600, "id") + `} }`, 12_000, 3, compiled.Settings{}, "# values", 128 << 20},
		{"many names of types", `{ posts { ` + aliased(600, "__typename") + `} }`, 12_000, 3, compiled.Settings{}, "# values", 128 << 20},
		{"a long text many times", `{ posts { ` + aliased(600, "body") + `} }`, 1, 300 * kilo, compiled.Settings{Limits: fetch.Limits{MaxAnswer: 1024 * kilo}}, "1048576 bytes", 32 << 20},
		{"many long texts", `{ posts { body } }`, 100, 30 * kilo, compiled.Settings{Limits: fetch.Limits{MaxAnswer: 1024 * kilo}}, "1048576 bytes", 64 << 20},
		{"long names", `{ posts { ` + strings.Repeat("a", 4*kilo) + `: id } }`, 600, 3, compiled.Settings{Limits: fetch.Limits{MaxAnswer: 1024 * kilo}}, "1048576 bytes", 32 << 20},
		{"several root fields", `{ a: posts { body } b: posts { body } c: posts { body } }`, 10, 30 * kilo, compiled.Settings{Limits: fetch.Limits{MaxAnswer: 512 * kilo}}, "524288 bytes", 32 << 20},
		{"many objects", `{ a: posts { id } b: posts { id } }`, 600, 3, compiled.Settings{Limits: fetch.Limits{MaxObjects: 1000}}, "1000 objects", 32 << 20},
	} {
		for way, w := range ways {
			want := strings.Replace(c.want, "#", strconv.Itoa(w.values), 1)
			t.Run(c.name+"/"+way, func(t *testing.T) {
				made := allocates(func() {
					data, errs := askPosts(t, way, c.posts, c.length, c.limits, c.query)
					if data != "null" || len(errs) != 1 || !strings.HasPrefix(errs[0], ": the answer has more than "+want+": ") {
						t.Errorf("got %.100s, %d errors %.300q; want null, and one that there are more than %s", data, len(errs), errs, want)
					}
				})
				if made > c.most {
					t.Errorf("%d bytes were allocated, want at most %d", made, c.most)
				}
			})
		}
	}
}

// TestLargeOnAllWays: with exactly the bytes and objects that an answer has as limits, it is answered; with one less, it is not.
func TestLargeOnAllWays(t *testing.T) {
	const query, n, length = `{ a: posts { __typename body } b: posts { body title } }`, 10, 3000
	for way := range ways {
		full, errs := askPosts(t, way, n, length, compiled.Settings{}, query)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		for limits, want := range map[[2]int]string{
			{len(full), 2 * n}:     full,
			{len(full) - 1, 2 * n}: "null",
			{len(full), 2*n - 1}:   "null",
		} {
			data, errs := askPosts(t, way, n, length, compiled.Settings{Limits: fetch.Limits{MaxAnswer: limits[0], MaxObjects: limits[1]}}, query)
			if data != want || (len(errs) == 1) != (want == "null") {
				t.Errorf("%s with %d bytes and %d objects: got %.100s, %q; want %.100s", way, limits[0], limits[1], data, errs, want)
			}
		}
	}
}

// TestIntrospectionSize: what the schema says of itself counts.
func TestIntrospectionSize(t *testing.T) {
	const limit = 1 << 20
	query := "{ " + aliased(250, "__schema { types { name fields { name type { name kind ofType { name kind } } } } }") + "}"
	made := allocates(func() {
		if data, errs := askPosts(t, "planned", 1, 3, compiled.Settings{Limits: fetch.Limits{MaxAnswer: limit}}, query); data != "null" || len(errs) != 1 {
			t.Errorf("got %.100s, %.300q; want null and one error", data, errs)
		}
	})
	if made > 32*limit {
		t.Errorf("%d bytes were allocated for a limit of %d", made, limit)
	}
}
