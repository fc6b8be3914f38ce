package operation_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/operation"
	"weft/graph/persisted"
)

const (
	greetingText = "{ greeting }"
	productText  = `query Page { product(id: "p") { name } }`
	otherText    = "{ greeting product(id: 1) { name } }"
)

// repeatText answers with the text of the document.
func repeatText(ctx context.Context) *graphql.Response {
	op := graphql.GetOperationContext(ctx)
	return &graphql.Response{Data: []byte(fmt.Sprintf("%q", op.RawQuery))}
}

// knowing returns an engine that has greetingText installed, by its digest and as "greet".
func knowing(t *testing.T, o operation.Options) *operation.Engine {
	t.Helper()
	e := newEngine(repeatText, o)
	bad, err := e.Install(t.Context(), []persisted.Operation{
		{ID: persisted.Digest(greetingText), Text: greetingText},
		{ID: "greet", Text: greetingText},
		{ID: "two", Text: "query A { greeting } query B { product(id: 1) { name } }"},
		{ID: "bad", Name: "Bad", Text: "{ greetin }", Manifest: "shop.json"},
	})
	if err != nil || len(bad) != 1 {
		t.Fatalf("installed with %v, %v, want one that is bad", bad, err)
	}
	return e
}

func TestIdentify(t *testing.T) {
	known, unknown := persisted.Digest(greetingText), persisted.Digest(otherText)
	const (
		notFound     = `{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}`
		notSupported = `{"errors":[{"message":"PersistedQueryNotSupported","extensions":{"code":"PERSISTED_QUERY_NOT_SUPPORTED"}}]}`
		idRequired   = "PERSISTED_QUERY_ID_REQUIRED"
		mismatch     = "PERSISTED_QUERY_HASH_MISMATCH"
		invalid      = `{"errors":[{"message":"the operation of this id is not valid for this service",` +
			`"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`
		greeted = `{"data":"{ greeting }"}`
		other   = `{"data":"{ greeting product(id: 1) { name } }"}`
	)
	type asked = operation.Request
	for _, tt := range []struct {
		request asked
		// in what the answer has, where clients may register texts, where they may not, and when locked
		open, closed, locked string
	}{
		{asked{ID: known}, greeted, greeted, greeted},
		{asked{ID: "sha256:" + known}, greeted, greeted, greeted},
		{asked{ID: known, Automatic: true}, greeted, greeted, greeted},
		{asked{ID: known, Automatic: true, Text: greetingText}, greeted, greeted, greeted},
		{asked{ID: known, Text: greetingText}, greeted, greeted, greeted},
		{asked{ID: known, Automatic: true, Text: otherText}, mismatch, mismatch, mismatch},
		{asked{ID: known, Text: otherText}, mismatch, mismatch, mismatch},
		{asked{ID: known, Text: greetingText + " "}, mismatch, mismatch, mismatch},
		{asked{ID: "greet"}, greeted, greeted, greeted},
		{asked{ID: "greet", Text: otherText}, mismatch, mismatch, mismatch},
		{asked{Text: greetingText}, greeted, greeted, idRequired},
		{asked{Text: otherText}, other, other, idRequired},
		{asked{ID: "unknown"}, notFound, notFound, notFound},
		{asked{ID: "unknown", Text: greetingText}, greeted, greeted, idRequired},
		{asked{ID: unknown}, notFound, notFound, notFound},
		{asked{ID: strings.ToUpper(known)}, notFound, notFound, notFound},
		{asked{ID: unknown, Automatic: true}, notFound, notSupported, notFound},
		{asked{ID: unknown, Automatic: true, Text: productText}, mismatch, mismatch, idRequired},
		{asked{ID: "sha256:" + unknown, Text: productText}, mismatch, mismatch, idRequired},
		{asked{ID: "sha256:" + unknown, Text: otherText}, other, other, idRequired},
		{asked{ID: "sha256:" + strings.ToUpper(unknown), Text: otherText}, mismatch, mismatch, idRequired},
		{asked{ID: "unknown", Automatic: true, Text: otherText}, mismatch, mismatch, idRequired},
		{asked{ID: unknown, Text: productText}, `{"data":"query Page`, `{"data":"query Page`, idRequired},
		{asked{ID: unknown, Automatic: true, Text: otherText}, other, other, idRequired},
		{asked{ID: "bad"}, invalid, invalid, invalid},
		{asked{ID: "bad", Automatic: true, Text: "{ greetin }"}, invalid, invalid, invalid},
		{asked{ID: "two", Name: "B"}, `{"data":"query A`, `{"data":"query A`, `{"data":"query A`},
		{asked{ID: "two", Name: "C"}, "operation C not found", "operation C not found", "operation C not found"},
	} {
		for mode, want := range map[string]string{"open": tt.open, "closed": tt.closed, "locked": tt.locked} {
			o := map[string]operation.Persisted{
				"open":   {Registry: persisted.NewRegistry(persisted.RegistryOptions{})},
				"closed": {},
				"locked": {Mode: operation.Locked, Registry: persisted.NewRegistry(persisted.RegistryOptions{})},
			}[mode]
			e := knowing(t, operation.Options{Persisted: o})
			for range 2 { // the second time, everything is known that may be
				request := tt.request
				if got := run(t, e, request); !strings.Contains(got.body, want) {
					t.Errorf("%s, %+v: got %s, want %s in it", mode, tt.request, got.body, want)
				}
			}
		}
	}
}

// What was registered runs by its digest from then on, wherever that stands. What is no operation of the schema is not registered.
func TestRegister(t *testing.T) {
	r := persisted.NewRegistry(persisted.RegistryOptions{})
	e := newEngine(repeatText, operation.Options{Persisted: operation.Persisted{Registry: r}})
	for _, text := range []string{"{ greetin }", "{", "{ __typename", "subscription { ticks }", `query ($a: Int!) { product(id: 1, size: $a) { name } }`} {
		run(t, e, operation.Request{ID: persisted.Digest(text), Automatic: true, Text: text})
		if _, found := r.Lookup(t.Context(), persisted.Digest(text)); found {
			t.Errorf("%s is registered", text)
		}
	}
	run(t, e, operation.Request{ID: persisted.Digest(otherText), Text: otherText})
	if _, found := r.Lookup(t.Context(), persisted.Digest(otherText)); found {
		t.Error("a text is registered without Apollo's envelope")
	}
	run(t, e, operation.Request{ID: persisted.Digest(otherText), Automatic: true, Text: otherText})
	for _, automatic := range []bool{true, false} {
		got := run(t, e, operation.Request{ID: persisted.Digest(otherText), Automatic: automatic})
		if !strings.Contains(got.body, "{ greeting product") {
			t.Errorf("automatic %t: got %s", automatic, got.body)
		}
	}
}

// A registered operation that has run by its digest is found by that from then on: nothing is made of its text, nor looked up by it, which
// is what gqlgen's extensions are told as the time of parsing.
func TestRegisteredTextIsNotRead(t *testing.T) {
	var reading []bool
	e := newEngine(func(ctx context.Context) *graphql.Response {
		of := graphql.GetOperationContext(ctx).Stats.Parsing
		reading = append(reading, of.End.After(of.Start))
		return repeatText(ctx)
	}, operation.Options{Persisted: operation.Persisted{Registry: persisted.NewRegistry(persisted.RegistryOptions{})}})
	text := "query A { greeting } query B { greeting }" + strings.Repeat(" ", 50<<10)
	id := persisted.Digest(text)
	for _, r := range []operation.Request{
		{ID: id, Automatic: true, Text: text, Name: "A"},
		{ID: id, Automatic: true, Name: "A"},
		{ID: id, Automatic: true, Name: "A"},
		{ID: "sha256:" + id, Name: "A"},
		{ID: id, Name: "B"},
		{ID: id, Name: "B"},
	} {
		if got := run(t, e, r); !strings.Contains(got.body, "query A") {
			t.Errorf("%+v: got %s", r, got.body)
		}
	}
	if want := []bool{true, true, false, false, true, false}; !slices.Equal(reading, want) {
		t.Errorf("read texts: %v, want %v", reading, want)
	}
	if got := run(t, e, operation.Request{ID: id, Name: "C"}).body; !strings.Contains(got, "operation C not found") {
		t.Errorf("got %s", got)
	}
}

// renaming is an extension that changes texts.
type renaming struct{}

func (renaming) ExtensionName() string                   { return "Renaming" }
func (renaming) Validate(graphql.ExecutableSchema) error { return nil }

func (renaming) MutateOperationParameters(_ context.Context, p *graphql.RawParams) *gqlerror.Error {
	p.Query = strings.ReplaceAll(p.Query, "hello", "greeting")
	return nil
}

// A digest is that of the text which the client has sent, whatever extensions make of it.
func TestRewrittenTexts(t *testing.T) {
	var l logs
	e := newEngine(repeatText, operation.Options{
		Logger: l.logger(), Extensions: []graphql.HandlerExtension{renaming{}},
		Persisted: operation.Persisted{Mode: operation.Observe, Registry: persisted.NewRegistry(persisted.RegistryOptions{})},
	})
	if _, err := e.Install(t.Context(), []persisted.Operation{{ID: "listed", Text: "query Listed { greeting }"}}); err != nil {
		t.Fatal(err)
	}
	const sent, rewritten = "{ hello }", `{"data":"{ greeting }"}`
	for _, c := range []struct {
		request operation.Request
		want    string
	}{
		{operation.Request{ID: persisted.Digest(sent), Automatic: true}, "PersistedQueryNotFound"},
		{operation.Request{ID: persisted.Digest(greetingText), Automatic: true, Text: sent}, "PERSISTED_QUERY_HASH_MISMATCH"},
		{operation.Request{ID: persisted.Digest(sent), Automatic: true, Text: sent}, rewritten},
		{operation.Request{ID: persisted.Digest(sent), Automatic: true}, rewritten},
		{operation.Request{ID: persisted.Digest(sent), Automatic: true, Text: sent}, rewritten},
		{operation.Request{ID: persisted.Digest(greetingText), Automatic: true}, "PersistedQueryNotFound"},
		{operation.Request{Text: "query  Listed { greeting }"}, `{"data":"query  Listed`},
	} {
		if got := run(t, e, c.request); !strings.Contains(got.body, c.want) {
			t.Errorf("%+v: got %s, want %s in it", c.request, got.body, c.want)
		}
	}
	if got := l.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "id="+persisted.Digest(sent)) {
		t.Errorf("logged %s", got)
	}
}

// Only a query runs where only queries may, whatever names it.
func TestInstalledMutation(t *testing.T) {
	e := newEngine(repeatText, operation.Options{})
	if _, err := e.Install(t.Context(), []persisted.Operation{{ID: "rename", Text: `mutation { rename(name: "x") }`}}); err != nil {
		t.Fatal(err)
	}
	if got := run(t, e, operation.Request{ID: "rename", ReadOnly: true}); got.class != operation.Writes {
		t.Errorf("got %v %s, want Writes", got.class, got.body)
	}
	if got := run(t, e, operation.Request{ID: "rename"}); got.class != operation.Executed {
		t.Errorf("got %v %s, want Executed", got.class, got.body)
	}
}

// An operation that somebody has prepared in Go runs when locked: it is no client's text.
func TestPreparedRunsWhenLocked(t *testing.T) {
	e := newEngine(repeatText, operation.Options{Persisted: operation.Persisted{Mode: operation.Locked}})
	p, err := e.Prepare(t.Context(), greetingText, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := run(t, e, operation.Request{Prepared: p}); got.class != operation.Executed {
		t.Errorf("got %s", got.body)
	}
	if e.Find([]byte(greetingText), "") != nil {
		t.Error("an operation is found by its text")
	}
}

// Operators learn which apps ask for what is not there; a client that asks again and again is no flood.
func TestUnknownIsLogged(t *testing.T) {
	var l logs
	e := knowing(t, operation.Options{Logger: l.logger(), Persisted: operation.Persisted{Mode: operation.Locked}})
	from := func(version string) map[string][]string {
		return map[string][]string{"Apollographql-Client-Name": {"shop-ios"}, "Apollographql-Client-Version": {version}, "User-Agent": {"x"}}
	}
	for range 3 {
		run(t, e, operation.Request{ID: "missing", Name: "Cart", Headers: from("1.2")})
	}
	run(t, e, operation.Request{ID: "missing", Headers: from("1.3")})
	run(t, e, operation.Request{Text: greetingText, Headers: map[string][]string{"User-Agent": {"curl/8"}}})
	run(t, e, operation.Request{ID: strings.Repeat("ü", 1000) + "\n", Headers: map[string][]string{"Graphql-Client-Name": {"web\nlevel=ERROR"}}})
	got := l.String()
	for _, want := range []string{
		`msg="operation: an id is asked for that no manifest has" id=missing client=shop-ios version=1.2 operation=Cart`,
		`client=shop-ios version=1.3`,
		`msg="operation: a text is refused, since only ids are taken" id="" client=curl/8`,
		`client="web\nlevel=ERROR"`,
	} {
		if n := strings.Count(got, want); n != 1 {
			t.Errorf("%d times %s in %s", n, want, got)
		}
	}
	if n := strings.Count(got, "\n"); n != 4 || len(got) > 2000 {
		t.Errorf("%d lines, %d bytes: %s", n, len(got), got)
	}
}

// Ids that somebody has made up take no lines from other clients, also when clients are made up, too. What is not logged is counted.
func TestUnknownIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l logs
		e := knowing(t, operation.Options{Logger: l.logger(), Persisted: operation.Persisted{Mode: operation.Locked}})
		ask := func(id, name, version string) {
			run(t, e, operation.Request{ID: id, Headers: map[string][]string{"Graphql-Client-Name": {name}, "Graphql-Client-Version": {version}}})
		}
		minute := func() (lines string) {
			t.Helper()
			time.Sleep(time.Minute)
			synctest.Wait()
			lines = l.String()
			l.Reset()
			return lines
		}
		ask("cart", "web", "1")
		for i := range 1000 {
			ask(fmt.Sprint("made up ", i), "curl", "")
		}
		for range 3 {
			ask("cart", "web", "1")
			ask("cart", "web", "2")
		}
		got := minute()
		for want, times := range map[string]int{
			"client=curl": 20, "dropped=980": 1,
			`manifest has" id=cart client=web version=1` + "\n": 1,
			`manifest has" id=cart client=web version=2` + "\n": 1,
			"id=cart client=web version=1 count=4":              1, "id=cart client=web version=2 count=3": 1,
		} {
			if n := strings.Count(got, want); n != times {
				t.Errorf("%d times %q, want %d, in %s", n, want, times, got)
			}
		}

		// A client that was there before those who were made up has its lines. Others share those of one.
		for i := range 1000 {
			ask("x", fmt.Sprint("made up ", i), "")
		}
		for i := range 30 {
			ask(fmt.Sprint("page ", i), "web", "1")
		}
		got = minute()
		if n := strings.Count(got, "client=web"); n != 20 {
			t.Errorf("%d lines of a client that was there before, want 20: %s", n, got)
		}
		if n := strings.Count(got, "\n"); n > 100 || !strings.Contains(got, "dropped=") {
			t.Errorf("%d lines for a thousand clients that somebody has made up: %s", n, got)
		}

		// A minute without any ends it.
		for range 3 {
			if got := minute(); got != "" {
				t.Errorf("logged %s", got)
			}
		}
		ask("cart", "web", "3")
		if got := minute(); strings.Count(got, "\n") != 1 {
			t.Errorf("later: logged %s", got)
		}
	})
}

// When observed, what manifests do not have runs, and is logged. How a tool has printed a document makes no difference.
func TestObserve(t *testing.T) {
	var l logs
	e := knowing(t, operation.Options{Logger: l.logger(), Persisted: operation.Persisted{Mode: operation.Observe}})
	for _, text := range []string{
		greetingText, "{greeting}", "# a comment\n{\n  greeting,\n}\n", "query B { product(id: 1) { name } }\nquery A { greeting }",
	} {
		run(t, e, operation.Request{Text: text, Name: map[bool]string{true: "A"}[strings.Contains(text, "query A")]})
	}
	if got := l.String(); got != "" {
		t.Errorf("logged what manifests have: %s", got)
	}
	for range 2 {
		if got := run(t, e, operation.Request{Text: otherText, Headers: map[string][]string{"Graphql-Client-Name": {"web"}}}); got.class != operation.Executed {
			t.Errorf("got %s", got.body)
		}
	}
	if got := l.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "a text runs that no manifest has\" id="+persisted.Digest(otherText)+" client=web") {
		t.Errorf("logged %s", got)
	}
}
