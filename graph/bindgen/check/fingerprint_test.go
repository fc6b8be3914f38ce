package check_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/check"
)

const fingerprintSchema = `extend schema @upstream(name: "catalog", forwardHeaders: ["authorization"], errors: {when: "/error"}) @upstream(name: "other")

type Query {
  product(id: ID!): Product @load(key: "id")
  find(filter: Filter!, kind: Kind = OLD): [Product!] @http(upstream: "catalog", post: "/find{?kind}", at: "/data", each: "/product")
  pages(first: Int, after: String): Products @http(upstream: "catalog", get: "/pages{?n,from}", page: {style: OFFSET, size: "n", start: "from", items: "/items"})
  ping: Int @http(upstream: "other", get: "/ping")
  pong: Int @http(upstream: "other", get: "/pong")
}

type Product
  @entity(upstream: "catalog", key: "id", get: "/products/{id}", batch: {post: "/products", body: {ids: "{ids}"}, keys: "ids", match: "/id", at: "/data", max: 50}) {
  id: ID!
  name: String @json(at: "/title")
  kind: Kind
  maker: Maker
  tags: [String!] @json(each: "/text")
  first: Thing
}

type Maker {
  city: String
}

union Thing @discriminator(at: "/kind", types: [{value: "m", type: "Maker"}]) = Maker

type Products {
  nodes: [Product!]!
  pageInfo: PageInfo!
}

type PageInfo {
  hasNextPage: Boolean!
  hasPreviousPage: Boolean!
  startCursor: String
  endCursor: String
}

input Filter {
  words: String = "tea"
}

enum Kind {
  OLD @json(value: "old")
}
`

// TestFingerprint changes a schema here and there: the fingerprints of the bindings whose stored values then mean
// something else are different, and those of all others are not.
func TestFingerprint(t *testing.T) {
	const product, find, pages, ping = "Product", "Query.find", "Query.pages", "Query.ping"
	before := fingerprints(t, fingerprintSchema)
	seen := map[string]string{}
	for name, f := range before {
		if !regexp.MustCompile("^[0-9a-f]{16}$").MatchString(f) || seen[f] != "" {
			t.Errorf("%s has the fingerprint %q, want 16 hexadecimal digits that %s does not have", name, f, seen[f])
		}
		seen[f] = name
	}
	for _, c := range []struct {
		name, old, new string
		changed        []string
	}{
		{"template of get", `"/products/{id}"`, `"/v2/products/{id}"`, []string{product}},
		{"template of batch", `post: "/products"`, `post: "/v2/products"`, []string{product}},
		{"body", `{ids: "{ids}"}`, `{ids: "{ids}", all: true}`, []string{product}},
		{"at of batch", `at: "/data", max`, `at: "/items", max`, []string{product}},
		{"match", `match: "/id"`, `match: "/key"`, []string{product}},
		{"key type", `key: "id", get`, `key: "id", keyType: INT, get`, []string{product}},
		{"at of a field", `at: "/data", each`, `at: "/items", each`, []string{find}},
		{"each of a field", `each: "/product"`, `each: "/item"`, []string{find}},
		{"page", `items: "/items"`, `items: "/data"`, []string{pages}},
		{"style of a page", `OFFSET, size: "n", start: "from"`, `PAGE, size: "n", start: "from", next: "/more"`, []string{pages}},
		{"parameter", `get: "/ping"`, `get: "/ping", query: {name: "v", value: "2"}`, []string{ping}},
		{"encoding", `post: "/find{?kind}", at`, `post: "/find{?kind}", encoding: FORM, at`, []string{find}},
		{"quote", `get: "/products/{id}", batch`, `get: "/products({id})", quote: ODATA, batch`, []string{product}},
		{"header", `get: "/ping"`, `get: "/ping", headers: {name: "Accept", value: "text/x"}`, []string{ping}},
		{"join of a parameter", `get: "/products/{id}", batch: {post: "/products", body`, `get: "/products/{id}", batch: {post: "/products", query: {name: "q", each: "{ids}", join: ","}, body`, []string{product}},
		{"upstream", `(upstream: "other", get: "/ping")`, `(upstream: "catalog", get: "/ping")`, []string{ping}},
		{"forwarded headers", `["authorization"]`, `["authorization", "accept-language"]`, []string{product, find, pages}},
		{"identity by claims", `["authorization"]`, `["authorization"], identity: ["sub"]`, []string{product, find, pages}},
		{"headers of claims", `["authorization"]`, `["authorization"], claims: {name: "X-User", claim: "sub"}`, []string{product, find, pages}},
		{"failures", `when: "/error"`, `when: "/failure"`, []string{product, find, pages}},
		{"pointer of a member", `"/title"`, `"/name"`, []string{product, find, pages}},
		{"each of a member", `each: "/text"`, `each: "/word"`, []string{product, find, pages}},
		{"type of a member", `name: String @json`, `name: Int @json`, []string{product, find, pages}},
		{"another member", `  kind: Kind` + "\n", `  kind: Kind` + "\n  more: Int\n", []string{product, find, pages}},
		{"hidden member", `  kind: Kind` + "\n", `  kind: Kind` + "\n  more: Int @inaccessible\n", []string{product, find, pages}},
		{"member of a member", `city: String`, `city: String @json(at: "/home/city")`, []string{product, find, pages}},
		{"discriminator", `value: "m"`, `value: "maker"`, []string{product, find, pages}},
		{"spelling", `value: "old"`, `value: "OLD"`, []string{product, find, pages}},
		{"name of an input field", `= "tea"`, `= "tea" @json(name: "q")`, []string{find}},
		{"default of an input field", `"tea"`, `"pots"`, []string{find}},

		{"policy", `  city: String`, `  city: String @cacheControl(maxAge: 5)`, nil},
		{"policy of a type", `type Maker {`, `type Maker @cacheControl(scope: PRIVATE) {`, nil},
		{"policy of a call", `get: "/ping")`, `get: "/ping") @cacheControl(maxAge: 5) @cacheTag(format: "ping")`, nil},
		{"keys in one call", `max: 50`, `max: 60`, nil},
		{"description", `  ping: Int`, `  "Is it there?" ping: Int`, nil},
		{"name of a member", `  name: String @json(at: "/title")`, `  title: String @json(at: "/title")`, nil},
		{"default of an argument", `Kind = OLD`, `Kind`, nil},
		{"errors' texts", `when: "/error"`, `when: "/error", message: "/text"`, nil},
	} {
		schema := strings.Replace(fingerprintSchema, c.old, c.new, 1)
		if schema == fingerprintSchema {
			t.Errorf("%s: the schema has no %q", c.name, c.old)
		}
		after := fingerprints(t, schema)
		for name, want := range before {
			changed := false
			for _, n := range c.changed {
				changed = changed || n == name
			}
			if got := after[name] != want; got != changed {
				t.Errorf("%s: the fingerprint of %s is another: got %v, want %v", c.name, name, got, changed)
			}
		}
	}
}

// fingerprints are those of a schema's bindings, by name.
func fingerprints(t *testing.T, schema string) map[string]string {
	t.Helper()
	service, problems := check.Compile([]*ast.Source{{Name: "schema.graphql", Input: schema}}, check.Options{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	found := map[string]string{}
	for _, b := range service.Bindings {
		found[b.Name] = b.Fingerprint
	}
	return found
}
