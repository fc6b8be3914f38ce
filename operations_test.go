package main_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
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
	shopresolver "weft/graph/binding/bindingtest/resolver"
	"weft/graph/edge"
	"weft/upstream"
	"weft/upstream/upstreamtest"
)

var update = flag.Bool("update", false, "write the answers and calls into testdata/operations")

// service is a schema that operations are replayed over; its upstreams are scripted by the case.
type service struct {
	upstreams []upstream.Spec
	schema    func(upstream.Clients) (graphql.ExecutableSchema, error)
}

// batchWait is long enough that a batch is complete also under the race detector on a busy machine.
const batchWait = 60 * time.Millisecond

var services = map[string]service{
	"posts": {posts.Upstreams, func(c upstream.Clients) (graphql.ExecutableSchema, error) {
		return posts.NewSchema(posts.Options{Clients: c, Resolvers: postsresolver.Resolver{}, BatchWait: batchWait})
	}},
	"shop": {shop.Upstreams, func(c upstream.Clients) (graphql.ExecutableSchema, error) {
		return shop.NewSchema(shop.Options{
			Clients: c, Resolvers: shopresolver.Resolver{}, BatchWait: batchWait,
			Functions: shop.Functions{BadgesByID: shopresolver.BadgesByID},
		})
	}},
}

// TestOperations replays testdata/operations/SERVICE/*.txtar over real HTTP. The parts of a case:
//
//	UPSTREAM METHOD PATTERN   what the upstream answers: a body; a first line "status: N" or "Name: value" sets status and headers
//	faults                    lines "UPSTREAM METHOD PATTERN: fault" (upstreamtest.Fault)
//	headers, operation.graphql, variables.json   the request
//	response.json, calls      what comes of it, written by -update
func TestOperations(t *testing.T) {
	cases, err := filepath.Glob("testdata/operations/*/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range cases {
		name := filepath.Base(filepath.Dir(file))
		t.Run(name+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			replay(t, services[name], file)
		})
	}
}

func replay(t *testing.T, s service, file string) {
	c := readCase(t, file)
	servers := c.script(t, s.upstreams)
	response := c.post(t, serve(t, s, servers))
	var calls []string
	for name, server := range servers {
		calls = append(calls, callLines(name, server)...)
	}
	slices.Sort(calls)
	got := map[string]string{"response.json": response, "calls": strings.Join(append(calls, ""), "\n")}
	if *update {
		c.write(t, file, got)
		return
	}
	for part, text := range got {
		if diff := cmp.Diff(c.parts[part], text); diff != "" {
			t.Errorf("%s of %s (-want +got):\n%s", part, file, diff)
		}
	}
}

// serve starts the service over the upstreams.
func serve(t *testing.T, s service, servers map[string]*upstreamtest.Server) string {
	t.Helper()
	options := map[string]upstream.Options{}
	for name, server := range servers {
		options[name] = upstream.Options{URL: server.URL, MaxBody: 64 << 10}
	}
	clients, err := upstream.NewClients(s.upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	schema, err := s.schema(clients)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(edge.NewHandler(schema, edge.Options{}))
	t.Cleanup(server.Close)
	return server.URL
}

func callLines(name string, s *upstreamtest.Server) []string {
	var lines []string
	for _, call := range s.Calls() {
		line := name + " " + call.String()
		for _, header := range []string{"Authorization", "Accept-Language"} {
			if v := call.Header.Get(header); v != "" {
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

// script starts the case's upstreams.
func (c testCase) script(t *testing.T, specs []upstream.Spec) map[string]*upstreamtest.Server {
	t.Helper()
	servers := map[string]*upstreamtest.Server{}
	for _, spec := range specs {
		servers[spec.Name] = upstreamtest.New(t)
	}
	for part, body := range c.parts {
		if name, pattern, ok := strings.Cut(part, " "); ok {
			servers[name].Answer(pattern, answer(body))
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
	defer response.Body.Close()
	return indent(t, response.Body)
}

// indent also sorts the errors: fields that fail at the same time report in any order.
func indent(t *testing.T, r io.Reader) string {
	t.Helper()
	var answer struct {
		Errors []json.RawMessage `json:"errors,omitempty"`
		Data   json.RawMessage   `json:"data,omitempty"`
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

func (c testCase) write(t *testing.T, file string, got map[string]string) {
	t.Helper()
	for _, name := range []string{"response.json", "calls"} {
		i := slices.IndexFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == name })
		if i < 0 {
			i = len(c.archive.Files)
			c.archive.Files = append(c.archive.Files, txtar.File{Name: name})
		}
		c.archive.Files[i].Data = []byte(got[name])
	}
	if err := os.WriteFile(file, txtar.Format(c.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
