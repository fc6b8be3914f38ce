package main_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is the import table: what a package of this module may import of this module. A change is a commit of its
// own, with the reason. generated, model and resolver stand for the packages of that name wherever a schema lives.
var mayImport = map[string][]string{
	"graph":                               {},
	"graph/acceptance":                    {}, // tests only, and those may import what a main may
	"graph/acceptance/clients":            {}, // tests only, likewise
	"graph/acceptance/oracletest":         {}, // tests only, likewise
	"graph/acceptance/attacks":            {}, // likewise
	"graph/acceptance/faults":             {}, // likewise
	"graph/acceptance/soak":               {}, // likewise
	"graph/acceptance/services":           {}, // likewise
	"graph/service/processtest":           {},
	"graph/binding/bindingtest":           {},
	"graph/binding/requesttest":           {},
	"graph/binding/bindingtest/hotel":     {},
	"graph/binding/bindingtest/magazine":  {},
	"graph/binding/linktest":              {},
	"graph/binding/typetest":              {},
	"graph/scalar":                        {},                           // texts in, yes or no out
	"graph/view":                          {"graph/scalar", "upstream"}, // of upstream the kind of failure that an answer is which cannot be used
	"deadline":                            {},
	"upstream":                            {"deadline", "upstream/files"}, // of deadline the context of calls
	"upstream/demo":                       {},
	"upstream/files":                      {},           // files in, what they say out
	"upstream/failurelog":                 {"upstream"}, // of it the failures
	"upstream/upstreamtest":               {},
	"loaders":                             {},
	"cache":                               {},
	"cache/httpcache":                     {},
	"cache/httpcache/httpcachetest":       {"cache/httpcache"},
	"cache/httpcache/httpcachetest/proxy": {"cache/httpcache/httpcachetest"},
	"cache/memory":                        {"cache"},
	"cache/order":                         {"cache"},                // records and moments in, what is to be done out
	"cache/redis":                         {"cache", "cache/order"}, // of order what it does with the log that it reads
	"cache/redis/redistest":               {},
	"cache/cachetest":                     {"cache"},
	"cache/tiers":                         {"cache", "cache/memory", "cache/redis"},
	"graph/document":                      {},
	"graph/coercion":                      {"graph/scalar"},                                                                                                                                                                                                                      // values in, values out
	"graph/operation":                     {"deadline", "graph/admit", "graph/auth", "graph/coercion", "graph/cost", "graph/document", "graph/fetch", "graph/guard", "graph/limit", "graph/persisted", "graph/rate", "graph/plan", "graph/protocol", "graph/report", "upstream"}, // of deadline the context of operations, of fetch what passes between it and who runs operations, of upstream the kinds of failure; nor net/http: see TestOperationsKnowNoTransport
	"graph/admit":                         {},                                                                                                                                                                                                                                    // times and counts in, whose turn it is out
	"graph/govern":                        {},                                                                                                                                                                                                                                    // numbers in, yes or no out
	"graph/lane":                          {},                                                                                                                                                                                                                                    // bytes in, http.Handler out
	"graph/lane/lanetest":                 {"graph/lane"},
	"graph/process":                       {"graph/lane"},  // what serves a connection before net/http
	"graph/persisted":                     {"graph/admit"}, // the names of priorities
	"graph/edge":                          {"graph/coercion", "graph/edge/coding", "graph/govern", "graph/operation", "graph/persisted", "graph/process", "graph/protocol"},
	"graph/edge/admin":                    {},
	"graph/edge/coding":                   {}, // RFC 9110 alone
	"graph/edge/playground":               {},
	"graph/schema/examples":               {},
	"graph/schema/tour":                   {"graph/protocol"},                                                                                                                             // a client: it sees what clients see
	"graph/bindgen":                       {"graph/bindgen/check", "graph/bindgen/spec", "graph/binding", "graph/guard", "graph/prefetch/rule", "graph/scalar", "graph/view", "upstream"}, // build time: gqlgen only, nothing that it generates
	"graph/bindgen/check":                 {"graph/bindgen/spec", "graph/binding", "graph/guard", "graph/imageurl", "graph/prefetch/rule", "graph/scalar", "graph/view", "upstream"},      // of imageurl the arguments that it knows, of view what nothing looks like
	"graph/bindgen/spec":                  {"graph/binding", "graph/guard", "graph/prefetch/rule", "graph/view", "upstream"},                                                              // its types only
	"graph/bindgen/weft":                  {"graph/bindgen"},
	"graph/config":                        {"graph/auth", "graph/edge/coding", "graph/imageurl", "graph/limit", "graph/oauth", "graph/persisted", "graph/rate", "upstream"},
	"graph/binding":                       {"cache", "graph/protocol", "graph/view", "upstream"}, // of cache and upstream values and names only: nothing is called
	"graph/imageurl":                      {"graph/protocol", "graph/view", "upstream"},          // values in, a URL out: nothing is called; of upstream a kind of failure
	"graph/fetch":                         {"graph/auth", "cache", "cache/httpcache", "graph/binding", "graph/govern", "graph/prefetch/ledger", "graph/protocol", "graph/schedule", "graph/view", "loaders", "upstream", "upstream/failurelog"},
	"graph/report":                        {"graph/fetch", "upstream"}, // values in, a value out
	"graph/prefetch/ledger":               {},                          // times and counts
	"graph/prefetch/rule":                 {"graph/view"},              // values in, values out
	"graph/prefetch":                      {"graph/auth", "graph/fetch", "graph/operation", "graph/prefetch/ledger", "graph/prefetch/rule", "graph/schedule"},
	"graph/stock":                         {"graph/auth", "graph/binding", "graph/fetch", "graph/gqlgen", "graph/guard", "graph/imageurl", "graph/view", "loaders", "upstream"}, // of upstream failures
	"model":                               {"graph/view"},
	"generated":                           {"graph/binding", "graph/compiled", "graph/cost", "graph/fetch", "graph/guard", "graph/plan", "graph/prefetch/rule", "graph/stock", "graph/view", "loaders", "model", "upstream"},
	"graph/service":                       {"cache", "cache/redis", "cache/tiers", "graph/admit", "graph/auth", "graph/binding", "graph/compiled", "graph/config", "graph/edge", "graph/edge/admin", "graph/edge/coding", "graph/edge/playground", "graph/fetch", "graph/govern", "graph/inspect", "graph/jobs", "graph/oauth", "graph/operation", "graph/persisted", "graph/rate", "graph/prefetch", "graph/prefetch/ledger", "graph/prefetch/rule", "graph/process", "graph/samples", "graph/schedule", "graph/switches", "upstream", "upstream/failurelog", "upstream/files"}, // of fetch the type of what it does off the request path, of failurelog one that ends with it
	"graph/gqlgen":                        {"graph/selection"},                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   // where fields stand in a document
	"graph/protocol":                      {},                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    // names only
	"graph/limit":                         {"graph/protocol"},
	"graph/samples":                       {"graph/binding", "graph/schedule"}, // of binding what requests and answers are
	"graph/schedule":                      {},
	"graph/switches":                      {},                                               // what they turn is told by functions
	"graph/rate":                          {"graph/auth"},                                   // of it who asks
	"graph/auth":                          {"graph/schedule", "upstream/files"},             // keys are fetched off the request path
	"graph/oauth":                         {"graph/schedule", "upstream", "upstream/files"}, // tokens are asked for off the request path
	"graph/guard":                         {"graph/auth", "graph/protocol"},                 // of auth who asks
	"graph/guard/guardtest":               {},
	"graph/jobs":                          {"graph/operation", "graph/schedule"},
	"graph/selection":                     {},
	"graph/cost":                          {"graph/protocol", "graph/selection"},
	"graph/forecast":                      {"graph/binding", "graph/cost", "graph/plan"},
	"graph/inspect":                       {"graph/compiled", "graph/cost", "graph/document", "graph/forecast", "graph/limit", "graph/operation", "graph/plan", "graph/protocol"},
	"graph/plan":                          {"graph/binding", "graph/selection", "graph/view"},
	"graph/answers":                       {"graph/auth", "cache", "cache/httpcache", "graph/binding", "graph/fetch", "graph/plan", "graph/protocol"},
	"graph/executor":                      {"graph/binding", "graph/fetch", "graph/gqlgen", "graph/govern", "graph/imageurl", "graph/plan", "graph/protocol", "graph/view"},                                                                             // no cache: what is kept surrounds it
	"graph/planned":                       {"graph/answers", "graph/document", "graph/executor", "graph/fetch", "graph/gqlgen", "graph/guard", "graph/plan", "upstream"},                                                                                // of upstream failures
	"graph/compiled":                      {"cache", "graph/answers", "graph/binding", "graph/cost", "graph/executor", "graph/fetch", "graph/guard", "graph/imageurl", "graph/plan", "graph/planned", "graph/prefetch/rule", "graph/stock", "upstream"}, // it makes one of all that answer operations
	"resolver":                            {"generated", "graph/auth", "graph/compiled", "loaders", "model"},
	"bench":                               {"graph/edge", "graph/edge/coding", "graph/process", "upstream"},
	"bench/items":                         {},
	"bench/measured":                      {"graph/config", "graph/service"},
	"bench/posts":                         {"bench/measured", "generated", "resolver"},
	"bench/reviews":                       {"bench/measured", "generated"},
	".": {
		"generated", "resolver", "graph/auth", "graph/config", "graph/edge", "graph/edge/playground", "graph/imageurl", "graph/process", "graph/schema/examples", "graph/schema/tour", "graph/service", "upstream/demo",
		"graph/bindgen", // tools.go
	},
}

func TestImports(t *testing.T) {
	seen := map[string]bool{}
	eachFile(t, func(path string, imports []string) {
		seen[role(filepath.Dir(path))] = true
		checkImports(t, path, imports)
	})
	for name := range mayImport {
		if !seen[name] {
			t.Errorf("the table has %s, which has no Go file", name)
		}
	}
}

func checkImports(t *testing.T, path string, imports []string) {
	t.Helper()
	from := role(filepath.Dir(path))
	allowed, known := mayImport[from]
	if !known {
		t.Errorf("%s: package %s is not in the table", path, from)
	}
	for _, name := range imports {
		if ours, ok := strings.CutPrefix(name, "weft/"); ok && !slices.Contains(allowed, role(ours)) {
			t.Errorf("%s imports %s, which %s may not", path, name, from)
		}
	}
}

// libraries are what Weft is built on. Each does its work in a service, not only in the demo or the benchmarks.
var libraries = []string{
	"github.com/99designs/gqlgen/graphql", "github.com/graph-gophers/dataloader/v7", "github.com/redis/go-redis/v9",
	"golang.org/x/sync/errgroup", "github.com/vektah/gqlparser/v2/ast", "github.com/klauspost/compress/zstd",
}

func TestLibraries(t *testing.T) {
	used := map[string]bool{}
	eachFile(t, func(path string, imports []string) {
		if dir := filepath.ToSlash(path); strings.HasPrefix(dir, "bench/") || strings.HasPrefix(dir, "upstream/demo/") {
			return
		}
		for _, name := range imports {
			used[name] = true
		}
	})
	for _, name := range libraries {
		if !used[name] {
			t.Errorf("no package of a service imports %s", name)
		}
	}
}

// TestOperationsKnowNoTransport: what makes operations and runs them is the same for every transport.
func TestOperationsKnowNoTransport(t *testing.T) {
	eachFile(t, func(path string, imports []string) {
		from := filepath.ToSlash(filepath.Dir(path))
		if (from == "graph/operation" || from == "graph/coercion") && slices.Contains(imports, "net/http") {
			t.Errorf("%s imports net/http", path)
		}
	})
}

// TestWatchingChangesNothing: who looks at an operation is known where requests become runs, and nowhere below that.
func TestWatchingChangesNothing(t *testing.T) {
	above := []string{"graph/operation", "graph/edge", "graph/edge/playground", "graph/config", "graph", "graph/schema/tour", "bench", "."}
	names := regexp.MustCompile(`protocol\.(Report|ReportToken|Without)Header|Weft-(Report|Without)`)
	eachFile(t, func(path string, _ []string) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		from := filepath.ToSlash(filepath.Dir(path))
		if name := names.Find(text); name != nil && from != "graph/protocol" && !slices.Contains(above, from) {
			t.Errorf("%s has %s: only who makes runs of requests looks for that", path, name)
		}
	})
}

// eachFile calls f for each Go file that is no test, with what it imports.
func eachFile(t *testing.T, f func(path string, imports []string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && path != ".") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		var imports []string
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			imports = append(imports, name)
		}
		f(path, imports)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestServersLinkNoCompiler: what compiles schemas, and gqlgen's generator with it, is no part of a program that serves.
func TestServersLinkNoCompiler(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "weft", "weft/bench/posts").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.Lines(string(out)) {
		name = strings.TrimSpace(name)
		for _, compiler := range []string{"weft/graph/bindgen", "github.com/99designs/gqlgen/codegen", "golang.org/x/tools"} {
			if name == compiler || strings.HasPrefix(name, compiler+"/") {
				t.Errorf("a server links %s", name)
			}
		}
	}
}

// role is a package's row in the table: its folder, or its last name where every schema has one.
func role(dir string) string {
	dir = filepath.ToSlash(dir)
	last := dir[strings.LastIndex(dir, "/")+1:]
	if slices.Contains([]string{"generated", "model", "resolver"}, last) {
		return last
	}
	return dir
}
