package oracletest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/graph/acceptance/oracletest/generated"
	"weft/graph/compiled"
	"weft/graph/edge"
	"weft/graph/operation"
	"weft/graph/protocol"
	"weft/upstream"
)

// question is a request, and what the service behind it answers. Its name is that of its group, and what is special about it.
type question struct {
	Name      string                     `json:"-"`
	Query     string                     `json:"query"`
	Operation string                     `json:"operationName,omitempty"`
	Variables string                     `json:"variables,omitempty"` // as the client writes them
	Answers   map[string]json.RawMessage `json:"answers,omitempty"`   // of fields that have no arguments
	Boxed     bool                       `json:"-"`                   // it has lists of lists of objects, which have no plan
	Sorted    bool                       `json:"-"`                   // what is answered has members, types or directives in any order
}

// answer is what becomes of a question.
type answer struct {
	Refused string // the step that refused it: parse, validation, variables or operation; "": it ran
	Data    json.RawMessage
	Errors  []problem
}

type problem struct {
	Message    string
	Path       []any
	Locations  []location
	Extensions struct{ Code string }
}

type location struct{ Line, Column int }

// TestOracle asks graphql-js and both executors the same, and compares which requests are refused and in which step, data with its
// members in order, and the errors of fields by their paths and locations, in order; those of requests by their locations. Where
// we differ for a reason is in differences, which has nothing else. It needs Node.js and `npm ci` in testdata/clients;
// TEST_REQUIRE_CLIENTS makes it a failure that they are missing.
func TestOracle(t *testing.T) {
	all := questions(t)
	want := ask(t, all)
	got := map[string][]answer{}
	for _, executor := range []string{"planned", "stock"} {
		got[executor] = run(t, executor, all)
	}
	found := make([]int, len(differences))
	for i, q := range all {
		planned, stock := compare(t, q, want[i], got["planned"][i], q.Boxed), compare(t, q, want[i], got["stock"][i], true)
		for _, aspect := range aspects {
			name := q.Name + ": " + aspect
			diff := planned[aspect]
			switch {
			case planned[aspect] == "" && stock[aspect] == "":
				continue
			case planned[aspect] == "":
				name, diff = name+", stock", stock[aspect]
			case stock[aspect] == "":
				name += ", planned"
			}
			which := slices.IndexFunc(differences, func(d difference) bool { return d.names.MatchString(name) })
			if which >= 0 {
				found[which]++
			} else {
				t.Errorf("%s\n%s\nvariables %s, answers %s\n%s", name, q.Query, q.Variables, encode(t, q.Answers), diff)
			}
		}
	}
	for i, d := range differences {
		if found[i] != d.count {
			t.Errorf("%s: there are %d such differences, want %d", d.names, found[i], d.count)
		}
	}
	t.Logf("%d questions", len(all))
}

const clientTests = "../../../testdata/clients"

// ask returns what graphql-js answers.
func ask(t *testing.T, all []question) []answer {
	t.Helper()
	if _, err := os.Stat(filepath.Join(clientTests, "node_modules", "graphql")); err != nil {
		if os.Getenv("TEST_REQUIRE_CLIENTS") != "" {
			t.Fatal("npm ci was not run in " + clientTests)
		}
		t.Skip("npm ci was not run in " + clientTests)
	}
	schema, err := os.ReadFile("schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "oracle.mjs")
	cmd.Dir = clientTests
	cmd.Stdin = strings.NewReader(encode(t, map[string]any{"schema": string(schema), "requests": all}))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd, err)
	}
	var answers []answer
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(all) {
		t.Fatalf("got %d answers for %d requests: %v", len(answers), len(all), err)
	}
	return answers
}

// run returns what an executor answers.
func run(t *testing.T, executor string, all []question) []answer {
	t.Helper()
	var answers atomic.Pointer[map[string]json.RawMessage]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPost {
			_, _ = io.Copy(w, r.Body)
			return
		}
		if a, ok := (*answers.Load())[strings.TrimPrefix(r.URL.Path, "/")]; ok {
			_, _ = w.Write(a)
			return
		}
		_, _ = io.WriteString(w, "null")
	}))
	t.Cleanup(server.Close)
	clients, err := upstream.NewClients(generated.Upstreams, map[string]upstream.Options{"echo": {URL: server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	quiet := slog.New(slog.DiscardHandler)
	schema, err := generated.Service().Executable(compiled.Settings{
		Clients: clients, BatchWait: 100 * time.Microsecond, Executor: executor, Logger: quiet,
	})
	if err != nil {
		t.Fatal(err)
	}
	handler := edge.NewHandler(operation.New(schema, operation.Options{Logger: quiet}), edge.Options{})
	got := make([]answer, len(all))
	for i, q := range all {
		answers.Store(&q.Answers)
		got[i] = q.post(t, handler)
	}
	return got
}

// post sends a question to a service.
func (q question) post(t *testing.T, service http.Handler) answer {
	t.Helper()
	body := `{"query":` + encode(t, q.Query)
	if q.Operation != "" {
		body += `,"operationName":` + encode(t, q.Operation)
	}
	if q.Variables != "" {
		body += `,"variables":` + q.Variables
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(body+"}"))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/graphql-response+json")
	w := httptest.NewRecorder()
	service.ServeHTTP(w, r)
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%s: %d %s: %v", q.Name, w.Code, w.Body, err)
	}
	if a.Data == nil {
		a.Refused = "it was, with status " + fmt.Sprint(w.Code)
		if len(a.Errors) > 0 {
			a.Refused = steps[a.Errors[0].Extensions.Code]
		}
	}
	return a
}

// steps are the ones that refuse with each code.
var steps = map[string]string{protocol.CodeParse: "parse", protocol.CodeValidation: "validation"}

// aspects are what is compared.
var aspects = []string{"refused", "data", "errors"}

// compare returns, of each aspect in which an answer is not what it should be, how it differs. gqlgen's executor goes on beside a field that
// has made its object null, and reports more: errors below what is null.
func compare(t *testing.T, q question, want, got answer, more bool) map[string]string {
	t.Helper()
	mistaken := want.Refused == "validation"
	if want.Refused == "variables" || want.Refused == "operation" {
		want.Refused = "validation" // our code is the same
	}
	if want.Refused != got.Refused {
		return map[string]string{"refused": fmt.Sprintf("got  %q %s %s\nwant %q %s %s",
			got.Refused, got.Data, messages(got), want.Refused, want.Data, messages(want))}
	}
	diff := map[string]string{}
	if a, b := canonical(t, q, want.Data), canonical(t, q, got.Data); a != b {
		diff["data"] = cmp.Diff(strings.Split(a, "\n"), strings.Split(b, "\n"))
	}
	same := false
	switch {
	case mistaken:
		same = covers(want.Errors, got.Errors)
	case more:
		same = slices.Equal(problems(want), problems(withoutMore(t, want, got)))
	default:
		same = slices.Equal(problems(want), problems(got))
	}
	if !same {
		diff["errors"] = fmt.Sprintf("got  %s %s\nwant %s %s", problems(got), messages(got), problems(want), messages(want))
	}
	return diff
}

// withoutMore is an answer without the errors below what is null for another error, which comes before.
func withoutMore(t *testing.T, want, got answer) answer {
	t.Helper()
	var data any
	if len(got.Errors) > 0 && got.Data != nil {
		if err := json.Unmarshal(got.Data, &data); err != nil {
			t.Fatal(err)
		}
	}
	expected, nulls := problems(want), map[string]bool{}
	kept := got
	kept.Errors = nil
	for _, p := range got.Errors {
		null := fmt.Sprint(firstNull(data, p.Path))
		if nulls[null] && !slices.Contains(expected, fmt.Sprint(p.Path, p.Locations)) {
			continue
		}
		nulls[null] = true
		kept.Errors = append(kept.Errors, p)
	}
	return kept
}

// firstNull is the beginning of a path that leads to null.
func firstNull(data any, path []any) []any {
	for i, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := data.(map[string]any)
			data = object[step]
		case float64:
			list, _ := data.([]any)
			if int(step) >= len(list) {
				return path[:i]
			}
			data = list[int(step)]
		}
		if data == nil {
			return path[:i+1]
		}
	}
	return path
}

// covers reports whether errors of validation are about the same places of a document: where graphql-js names several places, one is enough.
func covers(want, got []problem) bool {
	for _, w := range want {
		if !slices.ContainsFunc(got, func(g problem) bool { return overlap(w, g) }) {
			return false
		}
	}
	for _, g := range got {
		if g.Path != nil || !slices.ContainsFunc(want, func(w problem) bool { return overlap(w, g) }) {
			return false
		}
	}
	return true
}

func overlap(a, b problem) bool {
	return len(a.Locations) == 0 && len(b.Locations) == 0 ||
		slices.ContainsFunc(a.Locations, func(l location) bool { return slices.Contains(b.Locations, l) })
}

// problems are an answer's errors, each by its path and locations.
func problems(a answer) []string {
	lines := []string{}
	for _, p := range a.Errors {
		lines = append(lines, fmt.Sprint(p.Path, p.Locations))
	}
	if a.Refused != "" {
		slices.Sort(lines) // whichever rule comes first, and how often it says so
		lines = slices.Compact(lines)
	}
	return lines
}

func messages(a answer) (texts []string) {
	for _, p := range a.Errors {
		texts = append(texts, fmt.Sprintf("%q", p.Message))
	}
	return texts
}

// encode writes JSON as it is: without escapes for HTML.
func encode(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
