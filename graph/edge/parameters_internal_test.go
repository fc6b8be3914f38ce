package edge

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/operation"
	"weft/graph/persisted"
)

// noSchema is a schema that answers nothing.
type noSchema struct{ graphql.ExecutableSchema }

func (noSchema) Schema() *ast.Schema {
	return gqlparser.MustLoadSchema(&ast.Source{Input: "type Query { a: Int }"})
}

// FuzzParameters holds that of a URL's parameters nothing is read but what one of each says, whole, and that what is refused is refused
// with 400.
func FuzzParameters(f *testing.F) {
	for _, seed := range []string{
		"query={a}", "query=%7Ba%7D&operationName=A&variables=%7B%22a%22%3A1%7D&extensions={}", "documentId=a&doc_id=a", "documentId=a&doc_id=b",
		"query={a}&query={b}", "query=&query=", "QUERY={a}", "query=%zz", "query=%ff", "query={a}&variables={%22a%22:%22%ff%22}", "query=a;b=c", "query=a+b%20c", "&&=&query", "variables={}&documentId=a",
		"documentId=a&variables=[]", "documentId=a&variables={", "documentId=a&variables={}x", `documentId=a&variables={"a":"\ud83d"}`, "documentId=a&variables=null",
		`extensions={"persistedQuery":{"version":1,"sha256Hash":"a"}}`, `extensions={"persistedQuery":{"version":2,"sha256Hash":"a"}}&documentId=a`,
		"extensions=" + url.QueryEscape(apollosOf(digestA)), "extensions=" + apollosOf(digestA) + "&documentId=sha256:" + digestA, "extensions=" + apollosOf(digestA) + "&documentId=b",
		`extensions={"persistedQuery":null}&query=x`, `documentId=sha256:a&extensions={"persistedQuery":{"sha256Hash":"a"}}`, "query=%00&operationName=%00",
	} {
		f.Add(seed)
	}
	e := &endpoint{engine: operation.New(noSchema{}, operation.Options{}), idPlaces: idPlaces{ids: []string{"documentId", "doc_id"}}}
	e.once = slices.Concat([]string{"query", "operationName", "variables", "extensions"}, e.ids)
	f.Fuzz(func(t *testing.T, text string) {
		r := httptest.NewRequest(http.MethodGet, Endpoint, nil)
		r.URL.RawQuery = text
		got, refused := e.readGet(r)
		values, err := url.ParseQuery(text)
		if refused != nil {
			if refused.status != http.StatusBadRequest || !utf8.ValidString(refused.message) {
				t.Errorf("%q: got %+v", text, refused)
			}
			if err == nil && strings.Contains(refused.message, "query string") {
				t.Errorf("%q: %s", text, refused.message)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q is taken: %v", text, err)
		}
		for _, name := range e.once {
			if len(values[name]) > 1 {
				t.Errorf("%q: %s is there twice, and taken", text, name)
			}
			if !utf8.ValidString(values.Get(name)) {
				t.Errorf("%q: %s is no text, and taken", text, name)
			}
		}
		if got.Text != values.Get("query") || got.Name != values.Get("operationName") || !got.ReadOnly {
			t.Errorf("%q: got %+v", text, got)
		}
		got = spelled(t, got)
		for name, object := range map[string]map[string]any{"variables": got.Variables, "extensions": got.Extensions} {
			if want := objectOf(t, values.Get(name)); len(want)+len(object) > 0 && !reflect.DeepEqual(want, object) {
				t.Errorf("%q: got the %s %v, want %v", text, name, object, want)
			}
		}
		for _, name := range e.ids {
			if id := values.Get(name); id != "" && persisted.Bare(id) != persisted.Bare(got.ID) {
				t.Errorf("%q: got the id %q", text, got.ID)
			}
		}
		if got.Text == "" && got.ID == "" {
			t.Errorf("%q asks for nothing, and is taken", text)
		}
	})
}

// objectOf is what a text means that has been taken.
func objectOf(t *testing.T, text string) (object map[string]any) {
	t.Helper()
	if text == "" {
		return nil
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&object); err != nil {
		t.Errorf("%q is taken: %v", text, err)
	}
	if _, err := dec.Token(); err != io.EOF { //nolint:errorlint // as it is
		t.Errorf("%q is taken, and something follows", text)
	}
	return object
}

// FuzzIfNoneMatch holds that a client is told that it has an answer if and only if its header has the answer's tag, or a *, as a member of
// the list; and that reading it makes no difference to other members.
func FuzzIfNoneMatch(f *testing.F) {
	const tag = `W/"7t4FW16uw67A6yA3ID7OZQ-graphql-zstd"`
	for _, seed := range []string{
		"", "*", tag, strings.TrimPrefix(tag, "W/"), `"a", ` + tag, tag + `,"b"`, " \t" + tag + " ", tag + tag, "W/" + tag, `"*"`, ",,", `"a,b"`, tag[:10], "* ", "**",
	} {
		f.Add(seed, `"other"`)
	}
	f.Fuzz(func(t *testing.T, header, other string) {
		got := has(http.Header{"If-None-Match": {header}}, tag)
		want := false
		for _, member := range strings.FieldsFunc(header, func(r rune) bool { return r == ',' }) {
			switch strings.Trim(member, " \t") {
			case "*", tag, tag[len("W/"):]:
				want = true
			}
		}
		if got != want {
			t.Errorf("%q: got %t", header, got)
		}
		for _, h := range []http.Header{{"If-None-Match": {header, `"a"`}}, {"If-None-Match": {`"a"`, header}}, {"If-None-Match": {header + `,"a"`}}} {
			if has(h, tag) != got {
				t.Errorf("%q: got %t of %q", header, !got, h)
			}
		}
		if has(http.Header{"If-None-Match": {header + "," + tag + "," + other}}, tag) != true {
			t.Errorf("%q and %q hide a tag that is there", header, other)
		}
	})
}
