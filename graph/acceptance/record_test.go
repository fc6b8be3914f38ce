package acceptance_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	posts "weft/bench/posts/generated"
	postsresolver "weft/bench/posts/resolver"
	"weft/graph/bindgen/check"
	shop "weft/graph/binding/bindingtest/generated"
	shopresolver "weft/graph/binding/bindingtest/resolver"
	"weft/graph/compiled"
	"weft/graph/config"
	"weft/graph/resolver"
	"weft/graph/schema/examples"
	front "weft/graph/service"
	"weft/upstream/demo"
	"weft/upstream/upstreamtest"
)

// recording is a service whose upstreams' answers are written into dir, as with -record samples in the folder of its gqlgen.yml.
type recording struct {
	*front.Service

	root string
}

// record makes a service of a schema record. args follow -record.
func record(t *testing.T, schema compiled.Schema, urls map[string]string, args ...string) recording {
	t.Helper()
	root := t.TempDir()
	conf, err := config.Load(config.Program{Name: "recording", Upstreams: schema.Upstreams}, append([]string{"-record", filepath.Join(root, "samples")}, args...), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, url := range urls {
		o := conf.Upstreams[name]
		o.URL = url
		conf.Upstreams[name] = o
	}
	s, err := front.New(schema, conf, front.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return recording{s, root}
}

// ask has the service answer an operation, whatever comes of it.
func (r recording) ask(t *testing.T, g graphRequest) string {
	t.Helper()
	request, err := g.http(t.Context(), "/graphql")
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range g.Header {
		request.Header[name] = values
	}
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		t.Fatalf("%s: got %d %s", g.Query, answer.Code, answer.Body)
	}
	return answer.Body.String()
}

// files are the samples, by their names. Each may be read by its owner only.
func (r recording) files(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	dir := os.DirFS(filepath.Join(r.root, "samples"))
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: got the mode %v (%v), want 0600", name, info.Mode(), err)
		}
		text, err := fs.ReadFile(dir, name)
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// problems are those that generation has with schema files whose upstreams all have the samples, after a replacement in their text.
func (r recording) problems(t *testing.T, files []string, from, to string) string {
	t.Helper()
	var sources []*ast.Source
	var replaced bool
	for _, file := range files {
		text, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil {
			t.Fatal(err)
		}
		schema := strings.ReplaceAll(string(text), `@upstream(name: "`, `@upstream(samples: "samples", name: "`)
		replaced = replaced || strings.Contains(schema, from)
		sources = append(sources, &ast.Source{Name: filepath.Base(file), Input: strings.ReplaceAll(schema, from, to)})
	}
	if !replaced {
		t.Fatalf("the schema has no %s", from)
	}
	if _, problems := check.Compile(sources, check.Options{Root: r.root, Parsers: ownScalars}); len(problems) > 0 {
		return problems.Error()
	}
	return ""
}

// postsUpstream answers as the service of the posts does, each time otherwise in what may be otherwise.
func postsUpstream(t *testing.T) *upstreamtest.Server {
	t.Helper()
	up := upstreamtest.New(t)
	up.JSON("GET /posts", `[{"id": 1, "userId": 7, "title": "Secret plans", "body": ""}, {"id": 2, "userId": 8, "title": "More of them", "body": "Nobody may read this."}]`)
	up.JSON("GET /users", `[
		{"id": 7, "name": "Ada Secret", "username": "ada", "email": "ada@secret.example", "phone": null, "website": "https://secret.example/ada", "address": {"city": "Secretville"}, "company": {"name": "Secret & Co.", "catchPhrase": "psst"}},
		{"id": 8, "name": "Ben Secret", "username": "ben", "email": "ben@secret.example", "phone": "1-770-736-8031", "website": "", "address": {"city": null}}
	]`)
	up.JSON("GET /comments", `[{"postId": 1, "id": 11, "name": "a secret", "email": "eve@secret.example", "body": "Secret!"}]`)
	return up
}

const (
	askPosts = `{ posts { id title body user { name username email phone website city company { name catchPhrase } } comments { id name email body } } }`

	postsSchema = "../../bench/posts/schema.graphql"
)

// What services have sent becomes samples, without what they said, under both executors; generation checks a schema with them, and finds
// what services do otherwise at its line.
func TestRecord(t *testing.T) {
	t.Parallel()
	for _, executor := range executors {
		up := postsUpstream(t)
		r := record(t, posts.Service(postsresolver.Resolver{}), map[string]string{"jsonplaceholder": up.URL}, "-executor", executor)
		if got := r.ask(t, graphRequest{Query: askPosts}); strings.Contains(got, "errors") {
			t.Fatalf("%s: got %s", executor, got)
		}
		r.Close()
		files := r.files(t)
		want := map[string]string{
			"Query.posts.json": `[
  {
    "body": "",
    "id": 1,
    "title": "text",
    "userId": 1
  },
  {
    "body": "text",
    "id": 1,
    "title": "text",
    "userId": 1
  }
]
`,
			"Post.comments.json": `[
  {
    "body": "text",
    "email": "x@example.com",
    "id": 1,
    "name": "text",
    "postId": 1
  }
]
`,
			"User.batch.json": `[
  {
    "address": {
      "city": "text"
    },
    "company": {
      "catchPhrase": "text",
      "name": "text"
    },
    "email": "x@example.com",
    "id": 1,
    "name": "text",
    "phone": null,
    "username": "text",
    "website": "https://example.com/x"
  },
  {
    "address": {
      "city": null
    },
    "email": "x@example.com",
    "id": 1,
    "name": "text",
    "phone": "text",
    "username": "text",
    "website": ""
  }
]
`,
		}
		if diff := cmp.Diff(want, files); diff != "" {
			t.Errorf("%s: samples (-want +got):\n%s", executor, diff)
		}
		for _, tt := range []struct{ from, to, want string }{
			{"  phone: String\n", "  phone: String\n", ""},
			{
				"  phone: String\n", "  phone: String!\n",
				"schema.graphql:44:3: User.phone: samples/User.batch.json#/0/phone is null, and the type is String!; drop the !, or correct the sample",
			},
			{
				"  title: String!\n", "  title: Int!\n",
				`schema.graphql:28:3: Post.title: samples/Query.posts.json#/0/title is the string "text", which is no Int; correct the type or @json(at:)`,
			},
			{
				`at: "/address/city"`, `at: "/address/town"`,
				`schema.graphql:46:26: @json: User.city: nothing answers the field: /address/town is in no element of samples/User.batch.json; say @json(at:), or remove the field (did you mean "/address/city"?)`,
			},
			{
				`match: "/postId"`, `match: "/post"`,
				`schema.graphql:35:111: @http: Post.comments: batch.match: /post is not in samples/Post.comments.json#/0; correct match (did you mean "/postId"?)`,
			},
		} {
			if got := r.problems(t, []string{postsSchema}, tt.from, tt.to); got != tt.want {
				t.Errorf("%s, with %s: got\n%s\nwant\n%s", executor, tt.to, got, tt.want)
			}
		}
	}
}

// A schema that services do not fit is what samples are for: they are written of answers that nothing can be made of, too.
func TestRecordWhatCannotBeUsed(t *testing.T) {
	t.Parallel()
	up := upstreamtest.New(t)
	up.JSON("GET /posts", `{"data": [{"id": 1, "userId": 7, "title": "Warp", "body": ""}]}`)
	r := record(t, posts.Service(postsresolver.Resolver{}), map[string]string{"jsonplaceholder": up.URL})
	if got := r.ask(t, graphRequest{Query: "{ posts { id } }"}); !strings.Contains(got, "BAD_RESPONSE") {
		t.Errorf("got %s, want an error", got)
	}
	r.Close()
	const want = `schema.graphql:11:20: @http: Query.posts: samples/Query.posts.json is an object, and [Post!]! is a list; correct the type or at (did you mean "/data"?)`
	if got := r.problems(t, []string{postsSchema}, "", ""); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What tells the types of a union apart stays where the schema knows it; what it does not know is an error of generation.
func TestRecordDiscriminators(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		feed, values, want string
	}{
		{`[{"kind": "note", "text": "a"}, {"kind": "poll", "question": "b?"}]`, "", ""},
		{
			`[{"kind": "note", "text": "a"}, {"kind": "photo", "text": "b"}]`, "",
			`Post: the value "text" in samples/Query.feed.json#/1/kind has no type`,
		},
		{
			`[{"kind": "note", "text": "a"}, {"kind": "photo", "text": "b"}]`, "kind",
			`Post: the value "photo" in samples/Query.feed.json#/1/kind has no type`,
		},
	} {
		up := upstreamtest.New(t)
		up.JSON("GET /feed", tt.feed)
		urls := map[string]string{}
		for _, u := range shop.Upstreams {
			urls[u.Name] = up.URL
		}
		var args []string
		if tt.values != "" {
			args = []string{"-record-values", tt.values}
		}
		r := record(t, shop.Service(shopresolver.Resolver{}, shop.Functions{BadgesByID: shopresolver.BadgesByID}), urls, args...)
		r.ask(t, graphRequest{Query: "{ feed { __typename } }"})
		r.Close()
		if got := r.problems(t, []string{"../binding/bindingtest/schema.graphql"}, "", ""); !strings.Contains(got, tt.want) || (got == "") != (tt.want == "") {
			t.Errorf("%s, %q: got\n%s\nwant\n%s\nof %v", tt.feed, tt.values, got, tt.want, r.files(t))
		}
	}
}

// What services say when they fail is not written.
func TestRecordNoErrors(t *testing.T) {
	t.Parallel()
	up := upstreamtest.New(t)
	up.Answer("GET /posts", upstreamtest.Answer{Status: http.StatusConflict, Body: `{"message": "secret"}`})
	r := record(t, posts.Service(postsresolver.Resolver{}), map[string]string{"jsonplaceholder": up.URL})
	r.ask(t, graphRequest{Query: "{ posts { id } }"})
	r.Close()
	if got := r.files(t); len(got) > 0 {
		t.Errorf("got %v, want nothing", got)
	}
}

// Nor is it where a service says so with status 200.
func TestRecordNoFailures(t *testing.T) {
	t.Parallel()
	up := upstreamtest.New(t)
	up.JSON("POST /reviews", `{"error": {"code": "secret", "text": "more of it"}}`)
	urls := map[string]string{}
	for _, u := range shop.Upstreams {
		urls[u.Name] = up.URL
	}
	r := record(t, shop.Service(shopresolver.Resolver{}, shop.Functions{BadgesByID: shopresolver.BadgesByID}), urls)
	got := r.ask(t, graphRequest{Query: `mutation { addReview(input: {productId: "1", rating: 5, text: "x"}) { id } }`})
	if r.Close(); !strings.Contains(got, "more of it") || len(r.files(t)) > 0 {
		t.Errorf("got %s and %v", got, r.files(t))
	}
}

// The values of members that are named are written, and no others.
func TestRecordValues(t *testing.T) {
	t.Parallel()
	r := record(t, posts.Service(postsresolver.Resolver{}), map[string]string{"jsonplaceholder": postsUpstream(t).URL}, "-record-values", "id,city")
	r.ask(t, graphRequest{Query: askPosts})
	r.Close()
	files := r.files(t)
	for name, want := range map[string]string{"Query.posts.json": `"id": 2`, "User.batch.json": `"city": "Secretville"`, "Post.comments.json": `"id": 11`} {
		if !strings.Contains(files[name], want) || strings.Contains(strings.ReplaceAll(files[name], "Secretville", ""), "ecret") {
			t.Errorf("%s: got\n%s\nwant %s, and nothing that is secret", name, files[name], want)
		}
	}
}

// The storefront's own schema fits what its services send.
func TestRecordStorefront(t *testing.T) {
	t.Parallel()
	services, err := demo.Start(t.Context(), demo.Options{Latency: demo.Latency{Max: -1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = services.Close() })
	issuer, dir := introspectionOf(services), t.TempDir()
	file, secret := filepath.Join(dir, "weft.yaml"), filepath.Join(dir, "secret")
	text := fmt.Sprintf("authentication: {introspection: {url: %q, issuer: %q, audience: %q, clientID: %q, secret: {file: %s}}}\n",
		issuer.URL, issuer.Issuer, issuer.Audience, issuer.ClientID, secret)
	for name, text := range map[string]string{file: text, secret: issuer.Secret} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := record(t, resolver.Service(), services.URLs(), "-config", file)
	for _, e := range examples.All() {
		r.ask(t, graphRequest{Query: e.Query, Variables: e.Variables, Header: http.Header{"Authorization": {"Bearer " + services.Tokens()[0].Value}}})
	}
	r.Close()
	files := r.files(t)
	for _, name := range []string{"Price.batch.json", "Query.products.json", "Query.search.json", "Mutation.addReview.json", "User.batch.json", "Query.me.json", "Mutation.placeOrder.json"} {
		if files[name] == "" {
			t.Errorf("there is no %s", name)
		}
	}
	schema, err := filepath.Glob("../schema/*.graphql")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(schema)
	if got := r.problems(t, schema, "", ""); got != "" {
		t.Errorf("got\n%s\nof the samples\n%v", got, files)
	}
}

// ownScalars are those of the storefront that its Go reads.
var ownScalars = map[string]bool{"DateTime": true, "Decimal": true}
