package service_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	shop "weft/graph/binding/bindingtest/generated"
	shopresolver "weft/graph/binding/bindingtest/resolver"
	"weft/graph/process"
	"weft/graph/service"
)

// inspected runs a command of the posts service, which no upstream is reachable for, in a folder with these files.
func inspected(t *testing.T, o service.Options, files map[string]string, args ...string) (out string, status int) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var said strings.Builder
	p := service.Program{Name: "posts", Options: o, Output: &said}
	err := p.Run(t.Context(), generated.Service(resolver.Resolver{}), args, nil, io.Discard)
	var complaint strings.Builder
	status = process.ExitCode(&complaint, err)
	return said.String() + complaint.String(), status
}

const (
	authorOf = "query AuthorOf($id: Int!) { post(id: $id) { title user { name } author { name } } }\n"
	allPosts = "query AllPosts { posts { user { name } } }\n"

	anyNumber = "Query.posts may have any number of elements: say @listSize(assumedSize:) in the schema"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name   string
		files  map[string]string
		args   []string
		want   string
		status int
	}{
		{
			"OK",
			map[string]string{"a.graphql": authorOf},
			[]string{"a.graphql"},
			"a.graphql:1: AuthorOf: 3 calls at most, field cost 3, type cost 4, depth 3\n1 operation, 0 findings\n", 0,
		},
		{
			"SchemaOnly",
			map[string]string{"a.gql": "{ __schema { types { name } } ...F } fragment F on Query { __typename ... { __typename } }"},
			[]string{"a.gql"},
			"a.gql:1: 0 calls, field cost 0, type cost 1, depth 5\n1 operation, 0 findings\n", 0,
		},
		{
			"TooMany",
			map[string]string{"a.graphql": authorOf},
			[]string{"-max-calls", "2", "a.graphql"},
			"a.graphql:1: AuthorOf: 3 calls at most, field cost 3, type cost 4, depth 3\n" +
				"a.graphql:1:1: AuthorOf: calls: it may take 3 calls, and 2 are allowed\n1 operation, 1 finding\nthere is a finding\n", 1,
		},
		{
			"Unbounded",
			map[string]string{"a.graphql": authorOf + "\n" + allPosts},
			[]string{"a.graphql"},
			"a.graphql:1: AuthorOf: 3 calls at most, field cost 3, type cost 4, depth 3\n" +
				"a.graphql:3: AllPosts: any number of calls, field cost 11, type cost 21, depth 3\n" +
				"a.graphql:3:18: AllPosts: unbounded: it may take any number of calls: " + anyNumber +
				"\n2 operations, 1 finding\nthere is a finding\n", 1,
		},
		{
			"Invalid",
			map[string]string{"a.graphql": "{ post(id: 1) {\n  titel } }", "b.graphql": "{", "c.graphql": "fragment F on Post { id }"},
			[]string{"a.graphql", "b.graphql", "c.graphql"},
			"a.graphql:2:3: invalid: Cannot query field \"titel\" on type \"Post\". Did you mean \"title\"?\n" +
				"b.graphql:1:2: invalid: Expected Name, found <EOF>\nc.graphql: invalid: no operation provided\n" +
				"3 operations, 3 findings\nthere are 3 findings\n", 1,
		},
		{
			"Empty",
			map[string]string{"a.graphql": "", "b.graphql": "# nothing\n"},
			[]string{"a.graphql", "b.graphql"},
			"a.graphql: invalid: no operation provided\nb.graphql: invalid: no operation provided\n" +
				"2 operations, 2 findings\nthere are 2 findings\n", 1,
		},
		{
			"OneIsInvalid",
			map[string]string{"a.graphql": "query A { greet }\nquery B { no }\nquery C { post(id: 1) { ...F } }\nfragment F on Post { id }\n"},
			[]string{"a.graphql"},
			"a.graphql:1: A: 0 calls at most, field cost 0, type cost 1, depth 1\n" +
				"a.graphql:2:11: B: invalid: Cannot query field \"no\" on type \"Query\".\n" +
				"a.graphql:3: C: 1 call at most, field cost 1, type cost 2, depth 3\n3 operations, 1 finding\nthere is a finding\n", 1,
		},
		{
			"NothingTellsThemApart",
			map[string]string{"a.graphql": "query A { greet } query A { greet }", "b.graphql": "{ greet } query B { greet }"},
			[]string{"a.graphql", "b.graphql"},
			"a.graphql:1:19: A: invalid: There can be only one operation named \"A\".\n" +
				"b.graphql:1:1: invalid: This anonymous operation must be the only defined operation.\n" +
				"2 operations, 2 findings\nthere are 2 findings\n", 1,
		},
		{
			"Folder",
			map[string]string{
				"src/page.graphql":             "query Page { post(id: 1) {\n ...Title ...Own } }\nfragment Own on Post { id }",
				"src/parts/title.gql":          "# é\n\n  fragment Unused on Post { id } fragment Title on Post {\n title\n ...User }",
				"src/user.graphql":             "fragment User on Post { user {\n nam } }",
				"src/node_modules/x/x.graphql": "{", "src/.x/x.graphql": "{", "src/package.json": "{}",
			},
			[]string{"src"},
			"src/user.graphql:2:2: Page: invalid: Cannot query field \"nam\" on type \"User\". Did you mean \"name\"?\n" +
				"src/parts/title.gql:3:3: invalid: Fragment \"Unused\" is never used.\n2 operations, 2 findings\nthere are 2 findings\n", 1,
		},
		{
			"FolderOfManifests",
			map[string]string{"m/a.json": `{"abc": "{ greet }"}`},
			[]string{"m"},
			"m/a.json: abc: 0 calls at most, field cost 0, type cost 1, depth 1\n1 operation, 0 findings\n", 0,
		},
		{
			"SameFragment",
			map[string]string{
				"a.graphql": "query A { post(id: 1) { ...F } }", "b.graphql": "fragment F on Post { id }\n", "c.graphql": "fragment F on Post { id }",
			},
			[]string{"a.graphql", "b.graphql", "c.graphql"},
			"a.graphql:1: A: 1 call at most, field cost 1, type cost 2, depth 3\n1 operation, 0 findings\n", 0,
		},
		{
			"OtherFragment",
			map[string]string{
				"a.graphql": "query A { post(id: 1) { ...F } }", "b.graphql": "fragment F on Post { id }\n", "c.graphql": "\nfragment F on Post { title }",
			},
			[]string{"a.graphql", "b.graphql", "c.graphql"},
			"c.graphql:2:1: A: invalid: There can be only one fragment named \"F\".\n1 operation, 1 finding\nthere is a finding\n", 1,
		},
		{
			"Manifest",
			map[string]string{"m.json": `{"abc": "query A { post(id: 1) { id } }", "def": "query B { post(id: 1) { no } }"}`},
			[]string{"m.json"},
			"m.json: abc: A: 1 call at most, field cost 1, type cost 2, depth 2\n" +
				"m.json: def: B: invalid: Cannot query field \"no\" on type \"Post\".\n2 operations, 1 finding\nthere is a finding\n", 1,
		},
		{
			"Configured",
			map[string]string{"m.json": `{"abc": "{ post(id: 1) { id } }"}`, "weft.yaml": "operations: {manifests: [m.json]}\nlimits: {cost: 1}\n"},
			[]string{"-config=weft.yaml"},
			"m.json: abc: 1 call at most, field cost 1, type cost 2, depth 2\n" +
				"m.json: abc: cost: it may cost 2, and limits.cost is 1\n1 operation, 1 finding\nthere is a finding\n", 1,
		},
		{
			"Jobs",
			map[string]string{
				"m.json": `{"abc": "query A($id: Int!) { post(id: $id) { id } }"}`,
				"weft.yaml": "operations: {manifests: [m.json]}\nlimits: {upstreamCalls: 2}\njobs:\n" +
					"  few: {id: 'abc', variables: {id: 1}, every: 1m}\n" +
					"  wrong: {id: abc, variables: {id: x}, every: 1m}\n" +
					"  old: {document: '{ no }', every: 1m}\n" +
					"  missing: {id: def, every: 1m}\n" +
					"  several: {document: 'query A { greet } query B { greet }', operation: B, every: 1m}\n" +
					"  large: {document: '{ post(id: 1) { user { name } author { name } } }', every: 1m}\n",
			},
			[]string{"-config=weft.yaml"},
			"m.json: abc: A: 1 call at most, field cost 1, type cost 2, depth 2\n" +
				"weft.yaml: jobs.few: A: 1 call at most, field cost 1, type cost 2, depth 2\n" +
				"weft.yaml: jobs.wrong: A: 0 calls, field cost 0, type cost 0, depth 0\n" +
				"weft.yaml: jobs.wrong: A: invalid: variable $id: expected a 32-bit integer, got a string\n" +
				"weft.yaml: jobs.old: invalid: Cannot query field \"no\" on type \"Query\".\n" +
				"weft.yaml: jobs.missing: invalid: no manifest has an operation with the id def\n" +
				"weft.yaml: jobs.several: B: 0 calls at most, field cost 0, type cost 1, depth 1\n" +
				"weft.yaml: jobs.large: 3 calls at most, field cost 3, type cost 4, depth 3\n" +
				"weft.yaml: jobs.large: calls: it may take 3 calls, and 2 are allowed\n" +
				"7 operations, 4 findings\nthere are 4 findings\n", 1,
		},
		{
			"JobsOnly",
			map[string]string{"weft.yaml": "jobs: {greet: {document: '{ greet }', every: 1m}}\n"},
			[]string{"-config=weft.yaml"},
			"weft.yaml: jobs.greet: 0 calls at most, field cost 0, type cost 1, depth 1\n1 operation, 0 findings\n", 0,
		},
		{
			"GitHub",
			map[string]string{"a.graphql": allPosts, "m.json": `{"a,b:c": "{ greet(x: 1) }"}`},
			[]string{"a.graphql", "-format=github", "m.json"},
			"::error file=a.graphql,line=1,col=18,title=unbounded::AllPosts: it may take any number of calls: " + anyNumber + "\n" +
				"::error file=m.json,title=invalid::a,b:c: Unknown argument \"x\" on field \"Query.greet\".\nthere are 2 findings\n", 1,
		},
		{
			"Stock",
			map[string]string{"a.graphql": authorOf},
			[]string{"a.graphql", "-executor=stock"},
			"a.graphql:1: AuthorOf: ? calls, field cost 3, type cost 4, depth 3\n" +
				"a.graphql:1:1: AuthorOf: unknown: nobody knows how many calls it takes: " +
				"executor is stock: gqlgen's executor, whose batches depend on time, runs all operations\n" +
				"1 operation, 1 finding\nthere is a finding\n", 1,
		},
		{"NoFile", nil, []string{"no.graphql"}, "open no.graphql: no such file or directory\n", 2},
		{"NoManifest", nil, []string{"no.json"}, "no.json: ", 2},
		{"Nothing", nil, nil, "there is nothing to check: name files, or set operations.manifests or jobs\n", 2},
		{"NoFormat", nil, []string{"-format", "sarif", "x.graphql"}, "there is no format \"sarif\": choose github, json, text\n", 2},
		{"NoFlag", nil, []string{"-max", "1"}, "flag provided but not defined: -max; posts -h lists all flags\n", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, status := inspected(t, service.Options{}, c.files, append([]string{"check"}, c.args...)...)
			if !strings.HasPrefix(got, c.want) || !strings.HasSuffix(c.want, ": ") && got != c.want || status != c.status {
				t.Errorf("got status %d and\n%s\nwant %d and\n%s", status, got, c.status, c.want)
			}
		})
	}
}

// Jobs keep what is read: one that writes does not start, and check says so before.
func TestCheckJobThatWrites(t *testing.T) {
	t.Chdir(t.TempDir())
	const conf = "jobs: {add: {document: 'mutation { addReview(input: {productId: 1, rating: 1, text: \"\"}) { id } }', every: 1m}}\n"
	if err := os.WriteFile("weft.yaml", []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	p := service.Program{Name: "shop", Output: &said}
	schema := shop.Service(shopresolver.Resolver{}, shop.Functions{BadgesByID: shopresolver.BadgesByID})
	err := p.Run(t.Context(), schema, []string{"check", "-config=weft.yaml"}, nil, io.Discard)
	if want := "weft.yaml: jobs.add: invalid: it is a mutation: jobs keep what queries read\n"; err == nil || !strings.HasPrefix(said.String(), want) {
		t.Errorf("got %v and %s, want %s", err, &said, want)
	}
}

// For programs there is JSON: null is a number of calls that nobody can say.
func TestCheckJSON(t *testing.T) {
	files := map[string]string{"a.graphql": authorOf + allPosts}
	got, status := inspected(t, service.Options{}, files, "check", "-format", "json", "a.graphql")
	var read []struct {
		File, Operation string
		Line, Depth     int
		Calls           *int
		Cost            struct{ Field, Type float64 }
		Findings        []struct{ Rule string }
	}
	text, _, _ := strings.Cut(got, "there is a finding")
	if err := json.Unmarshal([]byte(text), &read); err != nil || len(read) != 2 || status != 1 {
		t.Fatalf("got %s with status %d, %v", got, status, err)
	}
	if a := read[0]; a.File != "a.graphql" || a.Operation != "AuthorOf" || a.Line != 1 || a.Depth != 3 || a.Cost.Type != 4 {
		t.Errorf("got %+v", a)
	}
	if a := read[0]; *a.Calls != 3 || len(a.Findings) != 0 {
		t.Errorf("got %+v", a)
	}
	if b := read[1]; b.Calls != nil || len(b.Findings) != 1 || b.Findings[0].Rule != "unbounded" {
		t.Errorf("got %+v", b)
	}
}

// passing lets root fields pass, each by itself.
type passing struct{}

func (passing) ExtensionName() string                   { return "Passing" }
func (passing) Validate(graphql.ExecutableSchema) error { return nil }
func (passing) InterceptRootField(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	return next(ctx)
}

// looking looks at fields.
type looking struct{}

func (looking) ExtensionName() string                   { return "Looking" }
func (looking) Validate(graphql.ExecutableSchema) error { return nil }
func (looking) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	return next(ctx)
}

// What extensions a service has decides how its operations run: root fields that are intercepted share no batch.
func TestCheckWithExtensions(t *testing.T) {
	files := map[string]string{"a.graphql": "{ a: post(id: 1) { user { name } } b: post(id: 2) { user { name } } }"}
	for _, c := range []struct {
		extensions []graphql.HandlerExtension
		want       string
	}{{nil, "2 calls"}, {[]graphql.HandlerExtension{passing{}}, "4 calls"}, {[]graphql.HandlerExtension{looking{}}, "? calls"}} {
		got, _ := inspected(t, service.Options{Extensions: c.extensions}, files, "check", "a.graphql")
		if !strings.HasPrefix(got, "a.graphql:1: "+c.want) {
			t.Errorf("with %v: got %s, want %s", c.extensions, got, c.want)
		}
	}
}

func TestExplain(t *testing.T) {
	files := map[string]string{
		"a.graphql": authorOf + allPosts, "variables.json": `{"id": 7}`, "wrong.json": `[7]`, "m.json": `{"abc": "{ greet }"}`,
		"b.graphql": "query A { greet } query B { no } query C { post(id: x) }", "c.graphql": "",
	}
	const plan = `
Query
  post(id: $id) Post  ← fetch 1
    Post
      title String!
      user User  ← fetch 2
        User
          name String!
      author User  ← fetch 3
        User
          name String!
fetch 1, depth 0: Post by batches of jsonplaceholder
  post
fetch 2, depth 1: User by batches of jsonplaceholder
  post.user
fetch 3, depth 1: Post.author by single calls of jsonplaceholder
  post.author

wave  fetch  keys  calls  by
1     1      1     1      jsonplaceholder GET /posts/{id}
2     2      1     1      jsonplaceholder GET /users/{id}
2     3      1     1      jsonplaceholder GET /users/{userId}
`
	const title = "query AuthorOf: 3 calls at most, field cost 3, type cost 4, depth 3\n"
	for _, c := range []struct {
		name   string
		args   []string
		want   string
		status int
	}{
		{"Operation", []string{"a.graphql", "-operation", "AuthorOf"}, title + plan, 0},
		{"Variables", []string{"-variables", `{"id": 7}`, "a.graphql", "-operation=AuthorOf"}, title + plan, 0},
		{"VariablesFile", []string{"-variables", `variables.json`, "a.graphql", "-operation=AuthorOf"}, title + plan, 0},
		{
			"WrongVariables",
			[]string{"-variables", `{"id": "x"}`, "a.graphql", "-operation=AuthorOf"},
			"query AuthorOf\ninvalid: variable $id: expected a 32-bit integer, got a string\nthere is a finding\n", 1,
		},
		{"NoVariables", []string{"-variables", "wrong.json", "a.graphql"}, "-variables is no JSON object", 2},
		{"NoSuchOperation", []string{"a.graphql", "-operation=C"}, "a.graphql has no operation \"C\": it has AuthorOf, AllPosts\n", 2},
		{
			"Unbounded",
			[]string{"a.graphql", "-operation=AllPosts"},
			"query AllPosts: any number of calls, field cost 11, type cost 21, depth 3\nunbounded: ", 1,
		},
		{"ByID", []string{"m.json", "-operation=abc"}, "query: 0 calls at most, field cost 0, type cost 1, depth 1\n", 0},
		{"OthersAreInvalid", []string{"b.graphql", "-operation=A"}, "query A: 0 calls at most, field cost 0, type cost 1, depth 1\n\nQuery\n", 0},
		{"Invalid", []string{"b.graphql", "-operation=B"}, "B\ninvalid: Cannot query field \"no\" on type \"Query\".\nthere is a finding\n", 1},
		{"NotInManifest", []string{"m.json", "-operation=def"}, "m.json has no operation \"def\": it has one without a name\n", 2},
		{"NoDocument", []string{"c.graphql", "-operation=A"}, "c.graphql has no operation \"A\": it has none that can be read; check says why\n", 2},
		{"TwoFiles", []string{"a.graphql", "m.json"}, "explain takes one file, and got 2\n", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, status := inspected(t, service.Options{}, files, append([]string{"explain"}, c.args...)...)
			if !strings.HasPrefix(got, c.want) || status != c.status {
				t.Errorf("got status %d and\n%s\nwant %d and\n%s", status, got, c.status, c.want)
			}
		})
	}
}

// A service that runs only what its manifests have does not start an operation that may take more calls than it allows, or any number.
func TestLockedBudget(t *testing.T) {
	dir := t.TempDir()
	const manifest = `{"two": "query($two: Boolean = true) { a: post(id: 1) { title } b: user(id: 1) @include(if: $two) { name } }",
		"any": "{ posts { user { name } } }", "posts": "{ posts { title } }", "schema": "{ __schema { queryType { name } } }"}`
	if err := os.WriteFile(dir+"/m.json", []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	var calls atomic.Int64
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		w.Header().Set("Content-Type", "application/json")
		text := `{"id": 1, "userId": 1, "title": "t", "body": ""}`
		if r.URL.Path == "/posts" {
			text = "[]"
		}
		_, _ = io.WriteString(w, text)
	}))
	defer origin.Close()
	m := mount(t, load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL="+origin.URL, "WEFT_LIMITS_UPSTREAM_CALLS=1",
		"WEFT_OPERATIONS_MODE=locked", "WEFT_OPERATIONS_MANIFESTS="+dir+"/m.json"), service.Options{})
	for _, c := range []struct {
		body, want string
		calls      int64
	}{
		{`{"documentId": "two"}`, `{"errors":[{"message":` +
			`"the operation may take 2 calls to services, and 1 are allowed: ask for less at a time","locations":[{"line":1,"column":1}],"extensions":{"code":"TOO_MANY_CALLS"}}]}`, 0},
		{`{"documentId": "two", "variables": {"two": false}}`, `{"data":{"a":{"title":"t"}}}`, 1},
		{`{"documentId": "any"}`, `{"errors":[{"message":` +
			`"the operation may take any number of calls to services, and 1 are allowed: ` + anyNumber + `","locations":[{"line":1,"column":3}],"extensions":{"code":"TOO_MANY_CALLS"}}]}`, 0},
		{`{"documentId": "posts"}`, `{"data":{"posts":[]}}`, 1},
		{`{"documentId": "schema"}`, `{"data":{"__schema":{"queryType":{"name":"Query"}}}}`, 0},
	} {
		calls.Store(0)
		got := send(t, http.MethodPost, m.url+"graphql", c.body, http.Header{"Content-Type": {"application/json"}})
		if n := calls.Load(); got != c.want || n != c.calls {
			t.Errorf("%s: got %s after %d calls, want %s after %d", c.body, got, n, c.want, c.calls)
		}
	}
}
