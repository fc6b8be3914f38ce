package acceptance_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"golang.org/x/tools/txtar"

	"weft/cache/tiers"
	"weft/graph/auth"
	"weft/graph/compiled"
	"weft/graph/edge"
	"weft/graph/fetch"
	guarded "weft/graph/guard/guardtest/generated"
	"weft/graph/guard/guardtest/resolver"
	"weft/graph/operation"
	"weft/graph/persisted"
	"weft/graph/prefetch/ledger"
)

// callersOfGuards are who asks, as a gateway in front says it: their name and their scopes. Who has a name that begins with M is a member.
var callersOfGuards = []struct{ name, scopes string }{
	{"nobody", ""}, {"Ada", ""}, {"Rea", "read"}, {"Wim", "read write"}, {"Max", ""}, {"Una", "admin"}, {"Mia", "read write admin"},
}

// archive is a guarded service, in one process.
type archive struct {
	http.Handler
	executable graphql.ExecutableSchema
	engine     *operation.Engine
	services   scripts
}

// openArchive opens one; setUp, if it is not nil, is called with its engine.
func openArchive(t testing.TB, executor string, setUp func(*operation.Options), install ...persisted.Operation) *archive {
	t.Helper()
	s := newScripts(guarded.Upstreams)
	for pattern, answer := range map[string]string{
		"GET /me":            `{"id": 7, "name": "NAME", "email": "EMAIL"}`,
		"GET /shelves/{id}":  `{"id": 1, "kind": "shelf", "title": "A", "worth": 10.5, "note": "NOTE", "fileIds": [1, 2], "newest": {"id": 2}}`,
		"GET /shelves":       `[{"id": 1, "title": "A", "fileIds": [1, 2], "newest": {"id": 2, "title": "TITLE", "secret": "SECRET"}}, {"id": 2, "title": "B", "newest": null}]`,
		"GET /files":         `{"items": [{"id": 1, "title": "TITLE", "secret": "SECRET"}], "total": 1}`,
		"GET /files/{id}":    `{"id": 1, "title": "TITLE", "secret": "SECRET"}`,
		"GET /files-by-id":   `[{"id": 1, "title": "TITLE", "secret": "SECRET"}, {"id": 2, "title": "TITLE", "secret": "SECRET"}]`,
		"GET /shelf-of/{id}": `{"id": 1, "title": "A"}`,
		"GET /sealed":        `{"kind": "letter", "from": "FROM", "text": "TEXT"}`,
		"GET /found":         `[{"kind": "shelf", "id": 1, "title": "A"}, {"kind": "file", "id": 1, "title": "TITLE"}, {"kind": "letter", "from": "FROM", "text": "TEXT"}]`,
		"GET /titled":        `[{"kind": "shelf", "id": 1, "title": "A"}, {"kind": "file", "id": 1, "title": "TITLE", "secret": "SECRET"}, {"kind": "map", "title": "M", "scale": 5}]`,
		"GET /stamps/{id}":   `{"stamp": "STAMP"}`,
		"GET /rank":          `{"rank": "HIGH"}`,
		"GET /count":         `{"count": 3}`,
		"GET /owners":        `{"id": 8, "name": "OWNER"}`,
		"GET /labels":        `[{"shelf": 1, "text": "LABEL"}, {"shelf": 2, "text": "LABEL"}]`,
	} {
		s.handle("archive", pattern, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) })
	}
	s.handle("archive", "DELETE /files/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	s.handle("archive", "POST /files/{id}/open", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"id": 1, "title": "TITLE", "secret": "SECRET"}`)
	})
	clients := s.clients(t, guarded.Upstreams)
	caching, err := tiers.Open(tiers.Options{Classes: guarded.CacheClasses})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		clients.Close()
		caching.Close()
	})
	schema := guarded.Service(resolver.Resolver{}, guarded.Policies{IsMember: resolver.IsMember})
	executable, err := schema.Executable(compiled.Settings{
		Clients: clients, Cache: caching.Cache, Executor: executor, BatchWait: 5 * time.Millisecond, Callers: fetch.Callers{Headers: []string{"X-Forwarded-User"}},
		Background: fetch.Background{Schedule: newSchedule(t), Ledger: ledger.New(ledger.Options{})},
	})
	if err != nil {
		t.Fatal(err)
	}
	who, err := auth.New(auth.Options{Gateway: &auth.GatewayOptions{Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}})
	if err != nil {
		t.Fatal(err)
	}
	o := operation.Options{Callers: operation.CallerOptions{Authenticator: who}}
	if setUp != nil {
		setUp(&o)
	}
	engine := operation.New(executable, o)
	if _, err := engine.Install(t.Context(), install); err != nil {
		t.Fatal(err)
	}
	return &archive{edge.NewHandler(engine, edge.Options{}), executable, engine, s}
}

// ask sends a request for a caller, and returns the answer.
func (a *archive) ask(body map[string]any, name, scopes string) *httptest.ResponseRecorder {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/graphql", strings.NewReader(string(text)))
	r.Header.Set("Content-Type", "application/json")
	if name != "nobody" {
		r.Header.Set("X-Forwarded-User", name)
		r.Header.Set("X-Forwarded-Scopes", scopes)
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

// summary is the answer to a caller: its data, and an error in each line.
func summary(t testing.TB, answer string) string {
	t.Helper()
	var a struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Path       []any
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal([]byte(answer), &a); err != nil {
		t.Fatalf("%s: %v", answer, err)
	}
	text := []string{string(a.Data)}
	var errs []string
	for _, e := range a.Errors {
		errs = append(errs, strings.TrimSpace(fmt.Sprint(strings.Trim(strings.ReplaceAll(fmt.Sprint(e.Path), " ", "."), "[]"), " ", e.Extensions.Code, ": ", e.Message)))
	}
	slices.Sort(errs)
	return strings.Join(append(text, errs...), "\n") + "\n"
}

// unpropagated leaves out of a summary the errors that are not in another one, and lie below null: of an object that is null since one of its
// fields is, gqlgen's executor tells what is wrong with the others, too.
func unpropagated(t testing.TB, got, want string) string {
	t.Helper()
	data, errs, _ := strings.Cut(got, "\n")
	var root any
	if err := json.Unmarshal([]byte(data), &root); err != nil {
		t.Fatal(err)
	}
	var kept strings.Builder
	for line := range strings.Lines(errs) {
		path, _, _ := strings.Cut(line, " ")
		if strings.Contains(want, line) || !belowNull(root, strings.Split(path, ".")) {
			kept.WriteString(line)
		}
	}
	return data + "\n" + kept.String()
}

func belowNull(v any, path []string) bool {
	for len(path) > 1 {
		switch of := v.(type) {
		case map[string]any:
			v = of[path[0]]
		case []any:
			i, err := strconv.Atoi(path[0])
			if err != nil || i >= len(of) {
				return false
			}
			v = of[i]
		}
		if path = path[1:]; v == nil {
			return true
		}
	}
	return v == nil
}

// guardCase is one file of testdata/guards.
type guardCase struct {
	name, file string
	archive    *txtar.Archive
	body       map[string]any
}

func guardCases(t testing.TB) (all []guardCase) {
	t.Helper()
	files, err := filepath.Glob("../../testdata/guards/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := guardCase{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), file: file, archive: archive, body: map[string]any{}}
		for _, f := range archive.Files {
			switch f.Name {
			case "operation.graphql":
				c.body["query"] = string(f.Data)
			case "variables.json":
				c.body["variables"] = json.RawMessage(f.Data)
			}
		}
		all = append(all, c)
	}
	return all
}

// want is what a caller gets: data, errors and calls of a process that has just begun.
func (c *guardCase) want(name string) string {
	for _, f := range c.archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// data is want without the calls.
func (c *guardCase) data(name string) string {
	data, _, _ := strings.Cut(c.want(name), "archive ")
	return data
}

// TestGuards asks what testdata/guards asks for, for each of several callers, by both executors: what is denied is null with an error, and
// nobody is called for it. It writes the files with -update.
func TestGuards(t *testing.T) {
	for _, c := range guardCases(t) {
		t.Run(c.name, func(t *testing.T) {
			for i, executor := range []string{"planned", "stock"} {
				for _, who := range callersOfGuards {
					a := openArchive(t, executor, nil)
					got := summary(t, a.ask(c.body, who.name, who.scopes).Body.String()) + a.services.take()
					if *update && i == 0 {
						c.archive.Files = slices.DeleteFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == who.name })
						c.archive.Files = append(c.archive.Files, txtar.File{Name: who.name, Data: []byte(got)})
						continue
					}
					if diff := cmp.Diff(c.want(who.name), unpropagated(t, got, c.want(who.name))); diff != "" {
						t.Errorf("%s, %s (-want +got):\n%s", executor, who.name, diff)
					}
				}
			}
			if *update {
				if err := os.WriteFile(c.file, txtar.Format(c.archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// What a caller gets does not depend on who has asked before, nor on who asks at the same time; and it is the same by an operation's id.
func TestGuardsOfWhatIsKept(t *testing.T) {
	for _, executor := range []string{"planned", "stock"} {
		for _, c := range guardCases(t) {
			if strings.HasPrefix(c.body["query"].(string), "mutation") {
				continue
			}
			t.Run(executor+"/"+c.name, func(t *testing.T) {
				check := func(how, who string, answer *httptest.ResponseRecorder) {
					t.Helper()
					if diff := cmp.Diff(c.data(who), unpropagated(t, summary(t, answer.Body.String()), c.data(who))); diff != "" {
						t.Errorf("%s, %s (-want +got):\n%s", how, who, diff)
					}
					if h := answer.Header(); c.guards() && !strings.Contains(h.Get("Cache-Control"), "private") && !strings.Contains(h.Get("Cache-Control"), "no-store") {
						t.Errorf("%s, %s: others may keep it: %v", how, who, h)
					}
				}
				byID := maps.Clone(c.body)
				byID["documentId"] = "id"
				delete(byID, "query")
				a := openArchive(t, executor, nil, persisted.Operation{ID: "id", Text: c.body["query"].(string)})
				for round := range 3 {
					for _, who := range callersOfGuards {
						check(fmt.Sprint("round ", round), who.name, a.ask(c.body, who.name, who.scopes))
						check("by id", who.name, a.ask(byID, who.name, who.scopes))
					}
					for _, who := range slices.Backward(callersOfGuards) {
						check("backward", who.name, a.ask(c.body, who.name, who.scopes))
					}
				}
				a = openArchive(t, executor, nil)
				var asking sync.WaitGroup
				for range 3 {
					for _, who := range callersOfGuards {
						asking.Go(func() { check("at once", who.name, a.ask(c.body, who.name, who.scopes)) })
					}
				}
				asking.Wait()
			})
		}
	}
}

// guards reports whether the case selects anything that is guarded: whether not all get the same.
func (c *guardCase) guards() bool {
	return slices.ContainsFunc(callersOfGuards, func(who struct{ name, scopes string }) bool { return c.data(who.name) != c.data("nobody") })
}

// Each field and argument that the schema guards is denied to somebody in some case: one that is new fails here until it has its case.
func TestGuardsHaveCases(t *testing.T) {
	schema := guarded.Service(resolver.Resolver{}, guarded.Policies{IsMember: resolver.IsMember}).Guards
	var all string
	for _, c := range guardCases(t) {
		for _, who := range callersOfGuards {
			all += c.want(who.name)
		}
	}
	for name := range schema.Fields {
		// An edge's node, a page's nodes and a field of a box are only reached through what is denied, too.
		if !strings.Contains(all, name+" is not for this caller") && !strings.Contains(all, name+" is not for everybody") && !slices.Contains([]string{
			"Box.from", "Box.weight", "File.id", "File.shelf", "FileConnection.nodes", "FileEdge.node", "Letter.from",
		}, name) {
			t.Errorf("no case is denied %s", name)
		}
	}
}

// An operation that is rejected as a whole calls nobody.
func TestGuardsReject(t *testing.T) {
	for _, executor := range []string{"planned", "stock"} {
		a := openArchive(t, executor, func(o *operation.Options) { o.Callers.RejectDenied = true })
		for _, c := range []struct {
			name, scopes, query string
			status              int
			code, calls         string
		}{
			{"nobody", "", `{ shelf(id: "1") { title note } }`, http.StatusUnauthorized, "UNAUTHENTICATED", ""},
			{"Ada", "", `{ shelf(id: "1") { title ...F } } fragment F on Titled { ... on Shelf { note } }`, http.StatusForbidden, "FORBIDDEN", ""},
			{"Ada", "", `{ titled { ... on File { secret } } }`, http.StatusForbidden, "FORBIDDEN", ""},
			{"Ada", "", `{ shelf(id: "1") { title note @include(if: false) } }`, http.StatusOK, "", "archive GET /shelves/1\n"},
			{"Una", "admin", `{ shelf(id: "2") { title note } }`, http.StatusOK, "", "archive GET /shelves/2\n"},
		} {
			w := a.ask(map[string]any{"query": c.query}, c.name, c.scopes)
			if calls := a.services.take(); w.Code != c.status || calls != c.calls || !strings.Contains(w.Body.String(), c.code) {
				t.Errorf("%s, %s, %s: got %d %s, calls %q", executor, c.name, c.query, w.Code, w.Body, calls)
			}
			if challenge := w.Header().Get("WWW-Authenticate"); (challenge != "") != (c.status == http.StatusUnauthorized) {
				t.Errorf("%s, %s: WWW-Authenticate is %q", executor, c.name, challenge)
			}
		}
	}
}

// Credentials that are bad are never those of nobody, whether or not the operation needs any.
func TestGuardsOfBadCredentials(t *testing.T) {
	a := openArchive(t, "planned", nil)
	for _, query := range []string{`{ shelf(id: "1") { title } }`, `{ me { id } }`} {
		w := a.ask(map[string]any{"query": query}, " ", "")
		if w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" || a.services.count() != 0 {
			t.Errorf("%s: got %d %v %s", query, w.Code, w.Header(), w.Body)
		}
	}
}

// What runs ahead of time runs for who has been answered before: it loads what they may see, and nothing that they may not. What it has
// loaded is no way for others to see it.
func TestGuardsAhead(t *testing.T) {
	const query = `{ shelf(id: "1") { title files { title } } }`
	a := openArchive(t, "planned", nil)
	for range 10 { // demand, so that something may be issued
		a.ask(map[string]any{"query": `{ count }`}, "nobody", "")
	}
	a.services.take()
	ahead := func(who *auth.Caller) string {
		t.Helper()
		got := a.engine.Run(t.Context(), &operation.Request{Text: query, Ahead: "a rule", ReadOnly: true, Caller: who})
		if got.Class != operation.Executed {
			t.Fatalf("got %+v", got)
		}
		return a.services.take()
	}
	answered := func(name, scopes string) *auth.Caller {
		t.Helper()
		got := a.engine.Run(t.Context(), &operation.Request{
			Text: `{ greeting }`, Peer: operation.Peer{From: netip.MustParseAddr("192.0.2.1")},
			Headers: map[string][]string{"X-Forwarded-User": {name}, "X-Forwarded-Scopes": {scopes}},
		})
		if got.Caller.Subject() != name {
			t.Fatalf("got %+v, want %s", got.Caller, name)
		}
		return got.Caller
	}
	if got := ahead(nil); got != "archive GET /shelves/1\n" {
		t.Errorf("for nobody: got %q", got)
	}
	if got := ahead(answered("Ada", "")); got != "" {
		t.Errorf("for Ada: got %q", got)
	}
	if got := ahead(answered("Rea", "read")); got != "archive GET /files-by-id?ids=1,2\n" {
		t.Errorf("for Rea: got %q", got)
	}
	for name, want := range map[string]string{"nobody": `"files":null`, "Ada": `"files":null`} {
		if got := a.ask(map[string]any{"query": query}, name, "").Body.String(); !strings.Contains(got, want) || strings.Contains(got, "TITLE") {
			t.Errorf("%s: got %s", name, got)
		}
	}
	if got := a.ask(map[string]any{"query": query}, "Rea", "read").Body.String(); !strings.Contains(got, "TITLE") || a.services.count() != 0 {
		t.Errorf("Rea: got %s, and %d calls", got, a.services.count())
	}
}

// Where nobody has decided, since gqlgen's own executor runs operations, and where nobody is ever known, all that is guarded is denied.
func TestGuardsWithoutDecision(t *testing.T) {
	const query = `{ me { id } motto shelf(id: "1") { title note } }`
	const want = `{"me":null,"motto":null,"shelf":{"title":"A","note":null}}`
	for _, name := range []string{"planned", "stock"} {
		a := openArchive(t, name, func(o *operation.Options) { *o = operation.Options{} })
		if got := summary(t, a.ask(map[string]any{"query": query}, "Mia", "read write admin").Body.String()); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s", name, got)
		}
		gqlgens := executor.New(a.executable)
		ctx := graphql.StartOperationTrace(t.Context())
		op, errs := gqlgens.CreateOperationContext(ctx, &graphql.RawParams{Query: query})
		if errs != nil {
			t.Fatal(errs)
		}
		run, ctx := gqlgens.DispatchOperation(graphql.WithOperationContext(ctx, op), op)
		if got := string(run(ctx).Data); got != want {
			t.Errorf("%s, run by gqlgen's executor: got %s", name, got)
		}
	}
}

// otherOperation is an extension that has another operation run than was asked for.
type otherOperation struct{ text string }

func (otherOperation) ExtensionName() string { return "otherOperation" }

func (otherOperation) Validate(graphql.ExecutableSchema) error { return nil }

func (x otherOperation) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	doc, err := parser.ParseQuery(&ast.Source{Input: x.text})
	if err != nil {
		return gqlerror.WrapIfUnwrapped(err)
	}
	schema := guarded.Service(resolver.Resolver{}, guarded.Policies{}).Stock.Schema()
	if errs := validator.ValidateWithRules(schema, doc, nil); len(errs) > 0 {
		return errs[0]
	}
	op.Doc, op.Operation = doc, doc.Operations[0]
	return nil
}

// What an extension puts in the place of an operation is decided anew.
func TestGuardsOfAnotherOperation(t *testing.T) {
	for _, executor := range []string{"planned", "stock"} {
		a := openArchive(t, executor, func(o *operation.Options) {
			o.Extensions = []graphql.HandlerExtension{otherOperation{`{ me { id } file(id: "1") { title } }`}}
		})
		for _, c := range []struct{ name, want string }{
			{"nobody", `{"me":null,"file":null}`}, {"Ada", `{"me":{"id":"7"},"file":null}`},
		} {
			got, _, _ := strings.Cut(summary(t, a.ask(map[string]any{"query": `{ greeting }`}, c.name, "").Body.String()), "\n")
			if got != c.want {
				t.Errorf("%s, %s: got %s, want %s", executor, c.name, got, c.want)
			}
		}
	}
}
