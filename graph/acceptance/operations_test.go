package acceptance_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	posts "weft/bench/posts/generated"
	postsresolver "weft/bench/posts/resolver"
	shop "weft/graph/binding/bindingtest/generated"
	hotel "weft/graph/binding/bindingtest/hotel/generated"
	magazine "weft/graph/binding/bindingtest/magazine/generated"
	shopresolver "weft/graph/binding/bindingtest/resolver"
	links "weft/graph/binding/linktest/generated"
	requests "weft/graph/binding/requesttest/generated"
	types "weft/graph/binding/typetest/generated"
	"weft/graph/compiled"
	"weft/graph/lane/lanetest"
	"weft/graph/operation"
	"weft/upstream"
	"weft/upstream/upstreamtest"
)

var update = flag.Bool("update", false, "write the answers and calls into testdata/operations")

// service is a schema that operations are replayed over; its upstreams are scripted by the case.
type service struct {
	upstreams []upstream.Spec
	said      operation.Said
	schema    func(clients upstream.Clients, executor string) (graphql.ExecutableSchema, error)
}

// executors are those that must agree. Golden files are written from the first.
var executors = []string{"stock", "planned"}

// batchWait is long enough that a batch is complete also under the race detector on a busy machine.
const batchWait = 150 * time.Millisecond

var services = map[string]service{
	"posts": {posts.Upstreams, operation.Said{}, func(c upstream.Clients, name string) (graphql.ExecutableSchema, error) {
		return posts.Service(postsresolver.Resolver{}).Executable(compiled.Settings{Clients: c, BatchWait: batchWait, Executor: name})
	}},
	"hotel": {hotel.Upstreams, operation.Said{}, func(c upstream.Clients, name string) (graphql.ExecutableSchema, error) {
		return hotel.Service().Executable(compiled.Settings{Clients: c, BatchWait: batchWait, Executor: name})
	}},
	"shop": {shop.Upstreams, operation.Said{}, func(c upstream.Clients, name string) (graphql.ExecutableSchema, error) {
		return shop.Service(shopresolver.Resolver{}, shop.Functions{BadgesByID: shopresolver.BadgesByID}).
			Executable(compiled.Settings{Clients: c, BatchWait: batchWait, Executor: name})
	}},
	"links": {links.Upstreams, operation.Said{}, func(c upstream.Clients, name string) (graphql.ExecutableSchema, error) {
		return links.Service().Executable(compiled.Settings{Clients: c, BatchWait: batchWait, Executor: name})
	}},
	"requests": {requests.Upstreams, operation.Said{}, func(c upstream.Clients, name string) (graphql.ExecutableSchema, error) {
		return requests.Service().Executable(compiled.Settings{Clients: c, BatchWait: batchWait, Executor: name})
	}},
	"types": {types.Upstreams, said(types.Service()), func(c upstream.Clients, name string) (graphql.ExecutableSchema, error) {
		return types.Service().Executable(compiled.Settings{Clients: c, BatchWait: batchWait, Executor: name})
	}},
	"magazine": {magazine.Upstreams, operation.Said{}, func(c upstream.Clients, name string) (graphql.ExecutableSchema, error) {
		return magazine.Service().Executable(compiled.Settings{Clients: c, BatchWait: batchWait, Executor: name})
	}},
}

// said is what a schema says of operations, beside its types.
func said(schema compiled.Schema) operation.Said {
	return operation.Said{Costs: schema.Costs, Scalars: schema.Values.Scalars, Fallbacks: schema.Values.Fallbacks}
}

// TestOperations replays testdata/operations/SERVICE/*.txtar of each of services over real HTTP. The parts of a case:
//
//	UPSTREAM METHOD PATTERN   what the upstream answers: a body; a first line "status: N" or "Name: value" sets status and headers;
//	                          http://UPSTREAM.test in them is where it is
//	faults                    lines "UPSTREAM METHOD PATTERN: fault" (upstreamtest.Fault)
//	headers, operation.graphql, variables.json   the request
//	response.headers          what of its answer's header is not the same in every answer, where the case has it; written by -update
//	response.json, calls      what comes of it, written by -update
func TestOperations(t *testing.T) {
	for name, s := range services {
		cases, err := filepath.Glob("../../testdata/operations/" + name + "/*.txtar")
		if err != nil || len(cases) == 0 {
			t.Fatalf("no cases of %s: %v", name, err)
		}
		for _, file := range cases {
			for _, executor := range executors {
				if *update && executor != executors[0] {
					continue
				}
				t.Run(name+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+executor, func(t *testing.T) {
					t.Parallel()
					replay(t, s, executor, file)
				})
			}
		}
	}
}

func replay(t *testing.T, s service, executor, file string) {
	c := readCase(t, file)
	servers := c.script(t, s.upstreams)
	response, headers := c.answered(t, serve(t, s, executor, c.patience(), servers))
	var calls []string
	for name, server := range servers {
		calls = append(calls, callLines(name, server)...)
	}
	slices.Sort(calls)
	got := []txtar.File{
		{Name: "response.json", Data: []byte(response)},
		{Name: "calls", Data: []byte(strings.Join(append(calls, ""), "\n"))},
	}
	if _, shown := c.parts["response.headers"]; shown {
		got = append(got, txtar.File{Name: "response.headers", Data: []byte(headers)})
	}
	if *update {
		c.write(t, file, got)
		return
	}
	for _, part := range got {
		want, text := c.parts[part.Name], string(part.Data)
		if executor != executors[0] && part.Name == "response.json" {
			want, text = canonical(t, want), canonical(t, text)
		}
		if diff := cmp.Diff(want, text); diff != "" {
			t.Errorf("%s of %s (-want +got):\n%s", part.Name, file, diff)
		}
	}
}

// canonical is an answer without what executors may do differently: how a number is written (1.50, 1.5), and locations,
// which stock leaves out of some errors.
func canonical(t *testing.T, answer string) string {
	t.Helper()
	var a map[string]any
	if err := json.Unmarshal([]byte(answer), &a); err != nil {
		t.Fatal(err)
	}
	if errs, ok := a["errors"].([]any); ok {
		for _, e := range errs {
			delete(e.(map[string]any), "locations")
		}
		slices.SortFunc(errs, func(x, y any) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
	}
	text, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// serve starts the service over the upstreams, whose calls may take so long.
func serve(t *testing.T, s service, executor string, patience time.Duration, servers map[string]*upstreamtest.Server) string {
	t.Helper()
	options := map[string]upstream.Options{}
	for name, server := range servers {
		o := optionsOf(name, server)
		o.Timeout = patience
		options[name] = o
	}
	clients, err := upstream.NewClients(s.upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	schema, err := s.schema(clients, executor)
	if err != nil {
		t.Fatal(err)
	}
	server := lanetest.NewServer(handlerOf(schema, operation.Options{Said: s.said, Timeout: 30 * time.Second}))
	t.Cleanup(server.Close)
	return server.URL
}

// optionsOf is how a scripted upstream is called.
func optionsOf(name string, server *upstreamtest.Server) upstream.Options {
	o := upstream.Options{URL: server.URL, MaxBody: 64 << 10, Network: patient}
	if name == "forum" {
		o.Redirects, o.Links = true, []string{"https://forum.example.com/v1"}
		o.ContentTypes = []string{"text/html", "application/octet-stream"}
	}
	return o
}

// usual are headers that calls have without being told.
var usual = map[string]string{"Accept": "application/json, application/problem+json;q=0.9", "Content-Type": "application/json"}

func callLines(name string, s *upstreamtest.Server) []string {
	var lines []string
	for _, call := range s.Calls() {
		line := name + " " + call.String()
		for _, header := range []string{"Authorization", "Accept-Language", "Accept", "Content-Type", "Idempotency-Key", "If-Match", "X-Version"} {
			if v := call.Header.Get(header); v != "" && v != usual[header] {
				line += " [" + header + ": " + v + "]"
			}
		}
		lines = append(lines, line)
	}
	return lines
}

type testCase struct {
	archive *txtar.Archive
	parts   map[string]string
}

func readCase(t *testing.T, file string) testCase {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := testCase{archive, map[string]string{}}
	for _, f := range archive.Files {
		c.parts[f.Name] = string(f.Data)
	}
	return c
}

// patience is how long a call may take: so long that a busy machine fails nothing, but where what comes is waited for in vain.
func (c testCase) patience() time.Duration {
	if faults := c.parts["faults"]; strings.Contains(faults, ": slow") || strings.Contains(faults, ": hang") {
		return 5 * time.Second
	}
	return time.Minute
}

// script starts the case's upstreams.
func (c testCase) script(t *testing.T, specs []upstream.Spec) map[string]*upstreamtest.Server {
	t.Helper()
	servers := map[string]*upstreamtest.Server{}
	for _, spec := range specs {
		servers[spec.Name] = upstreamtest.New(t)
	}
	for part, body := range c.parts {
		if name, pattern, ok := strings.Cut(part, " "); ok {
			servers[name].Answer(pattern, answer(strings.ReplaceAll(body, "http://"+name+".test", servers[name].URL)))
		}
	}
	for line := range strings.Lines(c.parts["faults"]) {
		route, fault, _ := strings.Cut(strings.TrimSpace(line), ": ")
		name, pattern, _ := strings.Cut(route, " ")
		f, err := upstreamtest.ParseFault(fault)
		if err != nil {
			t.Fatal(err)
		}
		servers[name].Fault(pattern, f)
	}
	return servers
}

// answer reads header lines, then the body.
func answer(text string) upstreamtest.Answer {
	a := upstreamtest.Answer{Header: http.Header{}}
	for {
		line, rest, _ := strings.Cut(text, "\n")
		name, value, ok := strings.Cut(line, ": ")
		if !ok || strings.ContainsAny(name, `{["`) {
			a.Body = text
			return a
		}
		if text = rest; name == "status" {
			_, _ = fmt.Sscan(value, &a.Status)
		} else {
			a.Header.Add(name, value)
		}
	}
}

// post sends the operation and returns the answer, indented.
func (c testCase) post(t *testing.T, url string) string {
	t.Helper()
	response, _ := c.answered(t, url)
	return response
}

// answered sends the operation and returns the answer, indented, and of its header what is not the same in every answer.
func (c testCase) answered(t *testing.T, url string) (body, headers string) {
	t.Helper()
	response := c.do(t, url)
	defer response.Body.Close()
	for _, name := range slices.Sorted(maps.Keys(response.Header)) {
		if !slices.Contains([]string{"Content-Length", "Content-Type", "Date", "Vary", "X-Content-Type-Options"}, name) {
			for _, value := range response.Header[name] {
				headers += name + ": " + value + "\n"
			}
		}
	}
	return indent(t, response.Body), headers
}

func (c testCase) do(t *testing.T, url string) *http.Response {
	t.Helper()
	body := map[string]any{"query": c.parts["operation.graphql"]}
	if v := c.parts["variables.json"]; v != "" {
		body["variables"] = json.RawMessage(v)
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/graphql", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	for line := range strings.Lines(c.parts["headers"]) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		request.Header.Add(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// indent also sorts the errors: fields that fail at the same time report in any order.
func indent(t *testing.T, r io.Reader) string {
	t.Helper()
	var answer struct {
		Errors []json.RawMessage `json:"errors,omitempty"`
		Data   json.RawMessage   `json:"data,omitempty"`

		Extensions json.RawMessage `json:"extensions,omitempty"`
	}
	if err := json.NewDecoder(r).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(answer.Errors, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	out, err := json.MarshalIndent(answer, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out) + "\n"
}

// write puts the parts into the case's file: in their places, new ones at the end.
func (c testCase) write(t *testing.T, file string, parts []txtar.File) {
	t.Helper()
	for _, part := range parts {
		i := slices.IndexFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == part.Name })
		if i < 0 {
			c.archive.Files = append(c.archive.Files, part)
			continue
		}
		c.archive.Files[i] = part
	}
	if err := os.WriteFile(file, txtar.Format(c.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
