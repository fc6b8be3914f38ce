package services_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	github "weft/graph/acceptance/services/github/generated"
	hal "weft/graph/acceptance/services/hal/generated"
	jsonapi "weft/graph/acceptance/services/jsonapi/generated"
	odata "weft/graph/acceptance/services/odata/generated"
	stripe "weft/graph/acceptance/services/stripe/generated"
	"weft/graph/compiled"
	"weft/graph/edge"
	"weft/graph/lane/lanetest"
	"weft/graph/operation"
	"weft/upstream"
	"weft/upstream/upstreamtest"
)

var update = flag.Bool("update", false, "write the answers and calls into operations")

// schemas are what the services' schemas are compiled to.
var schemas = map[string]compiled.Schema{
	"stripe":  stripe.Service(),
	"github":  github.Service(),
	"jsonapi": jsonapi.Service(),
	"hal":     hal.Service(),
	"odata":   odata.Service(),
}

// credentials are what the services receive from Weft itself.
var credentials = map[string]string{"stripe": "sk_test"}

// shown are the headers of calls that cases show; no others are said by a schema.
var shown = []string{"Authorization", "Idempotency-Key", "Stripe-Version", "X-Github-Api-Version", "If-Match", "Prefer"}

// TestOperations sends each operation to a service of its own over the fake, on both executors. The parts of a case:
//
//	headers, operation.graphql, variables.json   the request
//	response.json, calls                         what comes of it, written by -update
//
// An operation with the variable after is sent again with the endCursor of its answer, until there is no next page: it has several answers. A
// cursor is opaque, and stands as (cursor).
func TestOperations(t *testing.T) {
	for name := range schemas {
		files, err := filepath.Glob(name + "/operations/*.txtar")
		if err != nil || len(files) < 3 {
			t.Fatalf("%s has %d operations, %v", name, len(files), err)
		}
		for _, file := range files {
			for _, executor := range []string{"planned", "stock"} {
				if *update && executor != "planned" {
					continue
				}
				t.Run(strings.TrimSuffix(file, ".txtar")+"/"+executor, func(t *testing.T) {
					t.Parallel()
					replay(t, name, file, executor)
				})
			}
		}
	}
}

func replay(t *testing.T, name, file, executor string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, part := range archive.Files {
		parts[part.Name] = string(part.Data)
	}
	server := upstreamtest.New(t)
	handler := fakes[name].handler(t)
	server.Handle("/", func(w http.ResponseWriter, r *http.Request) { fakes[name].serve(w, r, handler) })
	response, calls := askAll(t, weft(t, name, executor, server.URL), parts, server)
	public := strings.NewReplacer(server.URL, fakes[name].base)
	got := map[string]string{"response.json": public.Replace(response), "calls": public.Replace(calls)}
	if *update {
		for _, part := range []string{"response.json", "calls"} {
			i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == part })
			if i < 0 {
				i, archive.Files = len(archive.Files), append(archive.Files, txtar.File{Name: part})
			}
			archive.Files[i].Data = []byte(got[part])
		}
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for part, text := range got {
		want := parts[part]
		if executor == "stock" && part == "response.json" { // numbers may be written in another way: 1.50, 1.5
			want, text = canonical(t, want), canonical(t, text)
		}
		if diff := cmp.Diff(want, text); diff != "" {
			t.Errorf("%s of %s (-want +got):\n%s", part, file, diff)
		}
	}
}

// weft serves the schema over the service, and returns its address.
func weft(t *testing.T, name, executor, url string) string {
	t.Helper()
	return weftOver(t, name, executor, upstream.Options{URL: url})
}

// weftOver does, over a service that is configured.
func weftOver(t *testing.T, name, executor string, o upstream.Options) string {
	t.Helper()
	if secret := credentials[name]; secret != "" {
		file := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
		o.Credential = upstream.Credential{Prefix: "Bearer ", File: file}
	}
	clients, err := upstream.NewClients(schemas[name].Upstreams, map[string]upstream.Options{name: o})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	// Stock waits so long for more keys: a batch is complete also on a busy machine.
	schema, err := schemas[name].Executable(compiled.Settings{Clients: clients, BatchWait: 150 * time.Millisecond, Executor: executor})
	if err != nil {
		t.Fatal(err)
	}
	server := lanetest.NewServer(edge.NewHandler(operation.New(schema, operation.Options{Said: operation.Said{Scalars: schemas[name].Values.Scalars, Fallbacks: schemas[name].Values.Fallbacks}}), edge.Options{}))
	t.Cleanup(server.Close)
	return server.URL
}

func canonical(t *testing.T, answers string) (text string) {
	t.Helper()
	for d := json.NewDecoder(strings.NewReader(answers)); d.More(); {
		var v any
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		one, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		text += string(one) + "\n"
	}
	return text
}

// problem is an error of an answer.
type problem struct {
	Message    string `json:"message"`
	Path       []any  `json:"path"`
	Extensions any    `json:"extensions"`
}

var cursor = regexp.MustCompile(`"(endCursor|startCursor|cursor)": "([^"]+)"`)

// askAll asks for one page after the other, and returns the answers, and the calls that they took.
func askAll(t *testing.T, url string, parts map[string]string, server *upstreamtest.Server) (answers, calls string) {
	t.Helper()
	for range 10 {
		answer := ask(t, url, parts)
		answers += cursor.ReplaceAllString(answer, `"$1": "(cursor)"`)
		var lines []string
		for _, call := range server.Calls() {
			lines = append(lines, line(call)+"\n")
		}
		server.Forget()
		if !strings.HasPrefix(parts["operation.graphql"], "mutation") {
			slices.Sort(lines) // some of them leave at the same time
		}
		calls += strings.Join(lines, "")
		end := cursor.FindStringSubmatch(answer)
		if !strings.Contains(parts["operation.graphql"], "$after") || !strings.Contains(answer, `"hasNextPage": true`) || end == nil {
			return answers, calls
		}
		parts = maps.Clone(parts)
		parts["variables.json"] = `{"after": "` + end[2] + `"}`
	}
	t.Fatalf("there is no end of pages:\n%s", answers)
	return "", ""
}

// ask sends the operation, and returns the answer, whose errors are sorted, as fields that fail at the same time report in any order.
func ask(t *testing.T, url string, parts map[string]string) string {
	t.Helper()
	body := map[string]any{"query": parts["operation.graphql"]}
	if v := parts["variables.json"]; v != "" {
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
	for header := range strings.Lines(parts["headers"]) {
		name, value, _ := strings.Cut(strings.TrimSpace(header), ": ")
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct {
		Errors []problem       `json:"errors,omitempty"`
		Data   json.RawMessage `json:"data"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(answer.Errors, func(a, b problem) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(answer); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// line is a call with the headers that a schema says, and the media types where these are others than JSON.
func line(call upstreamtest.Call) string {
	text := call.Method + " " + call.Path
	for _, name := range shown {
		if v := call.Header.Get(name); v != "" {
			text += " [" + name + ": " + v + "]"
		}
	}
	for _, usual := range [][2]string{{"Accept", "application/json, application/problem+json;q=0.9"}, {"Content-Type", "application/json"}} {
		if v := call.Header.Get(usual[0]); v != "" && v != usual[1] {
			text += " [" + usual[0] + ": " + v + "]"
		}
	}
	if call.Body != "" {
		text += " " + call.Body
	}
	return text
}
