package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
)

// example is a schema on one of the language's pages, with the Go that stands behind it and the operations that are shown of it.
type example struct {
	name, schema string
	code         []string
	shown        []shown
}

// shown is an operation, the calls that it takes, and its answer.
type shown struct {
	operation string
	calls     []call
	answer    string
}

// call is what a service is sent, and what it answers.
type call struct {
	upstream, method, target, body string
	sent                           []string // headers
	status                         int
	given                          http.Header
	answer                         string
}

// unshown are the examples whose operation is not run, with the reason.
var unshown = map[string]string{
	"imageurl": "its answer depends on a configuration, of which the page shows a part",
}

// few are the examples that are run where nobody asks for all: to generate a service takes seconds.
var few = []string{"start", "form", "included", "loadat", "func"}

// TestLanguage makes one program of examples of the language's pages, of all where TEST_EXAMPLES is all, and sends each its operations: it makes
// the calls that are shown, and no others, and answers what is shown.
func TestLanguage(t *testing.T) {
	examples := slices.DeleteFunc(languageExamples(t), func(e example) bool { return len(e.shown) == 0 || unshown[e.name] != "" })
	if len(examples) < 38 {
		t.Fatalf("the pages show operations of %d examples", len(examples))
	}
	if os.Getenv("TEST_EXAMPLES") != "all" {
		examples = slices.DeleteFunc(examples, func(e example) bool { return !slices.Contains(few, e.name) })
	}
	binary := filepath.Join(t.TempDir(), "examples")
	shell(t, exampleModule(t, examples), "GOPROXY=off GOFLAGS='-mod=mod -trimpath -buildvcs=false' go build -o "+binary+" .")
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			services := map[string]*showing{}
			env := []string{"WEFT_ADDR=localhost:0"}
			for _, found := range regexp.MustCompile(`@upstream\(name: "([a-z]+)"`).FindAllStringSubmatch(e.schema, -1) {
				services[found[1]] = serveShown(t, found[1])
				env = append(env, fmt.Sprintf("WEFT_UPSTREAM_%s_URL=%s", strings.ToUpper(found[1]), services[found[1]].url))
			}
			url := launch(t, exec.CommandContext(context.WithoutCancel(t.Context()), binary, e.name), env...)
			for _, s := range e.shown {
				s.send(t, services, url)
			}
		})
	}
}

// send sends the operation, and compares calls and answer with those that are shown.
func (s shown) send(t *testing.T, services map[string]*showing, url string) {
	t.Helper()
	for name, service := range services {
		service.expect(slices.DeleteFunc(slices.Clone(s.calls), func(c call) bool { return c.upstream != name }))
	}
	body, _ := json.Marshal(map[string]string{"query": s.operation})
	resp, err := http.Post(url+"/graphql", "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decode(t, []byte(s.answer)), decode(t, got)); diff != "" {
		t.Errorf("%s (-shown +got):\n%s", s.operation, diff)
	}
	for _, service := range services {
		for _, left := range service.left() {
			t.Errorf("%s: there was no call %s %s %s %s", s.operation, left.upstream, left.method, left.target, left.body)
		}
	}
}

// showing is a service that answers the calls that are shown, each once.
type showing struct {
	url string

	mu    sync.Mutex // guards calls
	calls []call
}

func serveShown(t *testing.T, name string) *showing {
	s := &showing{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c, ok := s.take(r, string(body))
		if !ok {
			t.Errorf("%s got %s %s %s, which is not shown", name, r.Method, r.RequestURI, body)
			http.Error(w, "not shown", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		for header, values := range c.given {
			w.Header()[header] = values
		}
		w.WriteHeader(c.status)
		_, _ = io.WriteString(w, strings.ReplaceAll(c.answer, "https://"+name+".example.com", s.url))
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *showing) expect(calls []call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = calls
}

func (s *showing) left() []call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// take takes the call that a request is.
func (s *showing) take(r *http.Request, body string) (call, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.calls, func(c call) bool {
		return c.method == r.Method && c.target == r.RequestURI && sameBody(c.body, body) && !slices.ContainsFunc(c.sent, func(header string) bool {
			name, value, _ := strings.Cut(header, ": ")
			return r.Header.Get(name) != value
		})
	})
	if i < 0 {
		return call{}, false
	}
	c := s.calls[i]
	s.calls = slices.Delete(s.calls, i, i+1)
	return c, true
}

// sameBody compares bodies: as JSON where both are.
func sameBody(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return a == b
	}
	return cmp.Equal(x, y)
}

var (
	block     = regexp.MustCompile("(?ms)^```([a-z ]+)\n(.*?)^```$")
	answered  = regexp.MustCompile(`^([0-9]{3})(?: |$)`)
	inlined   = regexp.MustCompile(`^([A-Z][A-Za-z-]+): (\S+) ([{\[].*)$`)
	givenLine = regexp.MustCompile(`^([A-Z][A-Za-z-]+): (.*)$`)
)

// languageExamples reads the pages.
func languageExamples(t *testing.T) (examples []example) {
	t.Helper()
	for _, page := range []string{"graph/bindgen/README.md", "graph/bindgen/REFERENCE.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		var s shown
		for _, b := range block.FindAllStringSubmatch(string(text), -1) {
			kind, body := b[1], b[2]
			last := len(examples) - 1
			name, complete := strings.CutPrefix(kind, "graphql complete ")
			switch {
			case complete:
				examples, s = append(examples, example{name: name, schema: body}), shown{}
			case kind == "go" && strings.HasPrefix(body, "package "):
				examples[last].code = append(examples[last].code, body)
			case kind == "graphql" && (body[0] == '{' || strings.HasPrefix(body, "mutation ")):
				s = shown{operation: body}
			case kind == "text" && s.operation != "":
				s.calls = shownCalls(t, body)
			case kind == "json" && s.calls != nil:
				s.answer = body
				examples[last].shown, s = append(examples[last].shown, s), shown{}
			}
		}
	}
	return examples
}

// shownCalls reads lines that begin with an arrow, each with those behind it that have none.
func shownCalls(t *testing.T, text string) (calls []call) {
	t.Helper()
	for _, part := range regexp.MustCompile(`(?ms)^([→←]) (.*?)(?:\n|\z)(?:\z|(?:[^→←].*?\n)*)`).FindAllStringSubmatchIndex(text, -1) {
		sent, line := text[part[2]:part[3]] == "→", strings.TrimSpace(text[part[4]:part[1]])
		last := len(calls) - 1
		if !sent {
			calls[last].read(line)
			continue
		}
		if header := givenLine.FindString(line); header != "" {
			calls[last].sent = append(calls[last].sent, header)
			continue
		}
		words := strings.SplitN(line, " ", 4)
		if len(words) < 3 {
			t.Fatalf("%q is no call", line)
		}
		c := call{upstream: words[0], method: words[1], target: words[2], status: http.StatusOK, given: http.Header{}}
		if len(words) > 3 {
			c.body = words[3]
		}
		calls = append(calls, c)
	}
	return calls
}

// read reads a status, a header and a body, or some of these.
func (c *call) read(line string) {
	if status := answered.FindStringSubmatch(line); status != nil {
		c.status, _ = strconv.Atoi(status[1])
		line = strings.TrimSpace(line[3:])
	}
	if header := inlined.FindStringSubmatch(line); header != nil {
		c.given.Add(header[1], header[2])
		line = header[3]
	} else if header := givenLine.FindStringSubmatch(line); header != nil {
		c.given.Add(header[1], header[2])
		return
	}
	c.answer = line
}

// exampleModule writes a program that serves the example which its first argument names.
func exampleModule(t *testing.T, examples []example) string {
	t.Helper()
	dir, checkout := t.TempDir(), workingDirectory(t)
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		write(name, strings.Replace(string(text), "module weft\n", "module examples\n", 1))
	}
	write("go.mod", regexp.MustCompile(`(?m)^tool (\S+|\([^)]*\))$`).ReplaceAllString(readText(t, filepath.Join(dir, "go.mod")), "")+
		"\nrequire weft v0.0.0\n\nreplace weft => "+checkout+"\n")
	for _, e := range examples {
		write(e.name+"/schema.graphql", e.schema)
		write(e.name+"/gqlgen.yml", "schema: [schema.graphql]\nexec: {filename: generated/exec_gen.go, package: generated}\nmodel: {filename: model/models_gen.go, package: model}\n")
		for _, code := range e.code {
			pkg, _, _ := strings.Cut(strings.TrimPrefix(code, "package "), "\n")
			write(e.name+"/"+pkg+"/"+pkg+".go", strings.ReplaceAll(code, `"shop/`, `"examples/`+e.name+`/`))
		}
	}
	generateAll(t, dir, examples)
	var imports, cases strings.Builder
	for _, e := range examples {
		fmt.Fprintf(&imports, "\t%s_generated %q\n", e.name, "examples/"+e.name+"/generated")
		arguments := e.arguments(t, dir)
		if arguments != "" {
			fmt.Fprintf(&imports, "\t%s_resolver %q\n", e.name, "examples/"+e.name+"/resolver")
		}
		fmt.Fprintf(&cases, "\tcase %q:\n\t\tservice.Main(%s_generated.Service(%s))\n", e.name, e.name, arguments)
	}
	write("main.go", "package main\n\nimport (\n\t\"os\"\n\n\t\"weft/graph/service\"\n\n"+imports.String()+")\n\nfunc main() {\n\tname := os.Args[1]\n\tos.Args = os.Args[:1]\n\tswitch name {\n"+cases.String()+"\t}\n}\n")
	return dir
}

// arguments are what the generated Service takes of an example's resolver.
func (e example) arguments(t *testing.T, dir string) string {
	t.Helper()
	bindings := readText(t, filepath.Join(dir, e.name, "generated", "bindings_gen.go"))
	taken := regexp.MustCompile(`(?m)^func Service\((.*)\) compiled\.Schema`).FindStringSubmatch(bindings)[1]
	var all []string
	if strings.Contains(taken, "ResolverRoot") {
		all = append(all, e.name+"_resolver.Resolver{}")
	}
	if strings.Contains(taken, "Functions") {
		function := regexp.MustCompile(`(?m)^type Functions struct \{\n\t([A-Za-z]+) `).FindStringSubmatch(bindings)[1]
		all = append(all, fmt.Sprintf("%s_generated.Functions{%s: %s_resolver.%s}", e.name, function, e.name, function))
	}
	return strings.Join(all, ", ")
}

// generateAll generates each example's code, as many at once as there are processors.
func generateAll(t *testing.T, dir string, examples []example) {
	t.Helper()
	generator := filepath.Join(t.TempDir(), "weft")
	shell(t, workingDirectory(t), "go build -o "+generator+" ./graph/bindgen/weft")
	var all errgroup.Group
	all.SetLimit(runtime.GOMAXPROCS(0))
	for _, e := range examples {
		all.Go(func() error {
			cmd := exec.CommandContext(t.Context(), generator, "generate")
			cmd.Dir, cmd.Env = filepath.Join(dir, e.name), append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=mod -trimpath -buildvcs=false")
			if out, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("%s: %w\n%s", e.name, err, out)
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
}

func readText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
