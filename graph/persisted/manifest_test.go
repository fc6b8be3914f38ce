package persisted_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/graph/admit"
	"weft/graph/persisted"
)

const (
	pageText = "query Page { products { id } }"
	meText   = "query Me {\n  me {\n    name\n  }\n}"
)

func TestParse(t *testing.T) {
	page, me := persisted.Digest(pageText), persisted.Digest(meText)
	two := []persisted.Operation{{ID: page, Text: pageText}, {ID: me, Text: meText}}
	named := []persisted.Operation{{ID: page, Name: "Page", Text: pageText}, {ID: me, Name: "Me", Text: meText}}
	for name, tt := range map[string]struct {
		text string
		want []persisted.Operation
	}{
		"ApolloList": {
			object("format", "apollo-persisted-query-manifest", "version", 1, "operations", []any{
				map[string]any{"id": page, "name": "Page", "type": "query", "body": pageText, "clientName": "ios"},
				map[string]any{"id": me, "name": "Me", "type": "query", "body": meText},
			}), named,
		},
		"ApolloListWithIDsOfItsOwn": {
			`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "shop/page", "name": "Page", "type": "query", "body": "{ a }"}]}`,
			[]persisted.Operation{{ID: "shop/page", Name: "Page", Text: "{ a }"}},
		},
		"Relay":               {object(page, pageText, me, meText), two},
		"RelayWithMD5":        {`{"d41d8cd98f00b204e9800998ecf8427e": "{ a }"}`, []persisted.Operation{{ID: "d41d8cd98f00b204e9800998ecf8427e", Text: "{ a }"}}},
		"Codegen":             {object("sha256:"+page, pageText, "sha256:"+me, meText), two},
		"KotlinAndIOS":        {object(page, map[string]any{"name": "Page", "source": pageText}, me, map[string]any{"name": "Me", "source": meText, "type": "query"}), named},
		"Priorities":          {`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a", "body": "{ a }", "priority": "prefetch"}]}`, []persisted.Operation{{ID: "a", Text: "{ a }", Priority: admit.Prefetch}}},
		"PrioritiesOfSources": {`{"a": {"source": "{ a }", "priority": "mutation"}}`, []persisted.Operation{{ID: "a", Text: "{ a }", Priority: admit.Mutation}}},
		"NothingYet":          {`{}`, nil},
		"EmptyList":           {`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": []}`, nil},
		"ByteOrderMark":       {"\ufeff" + object(page, pageText, me, meText), two},
		"WordsAsIDs":          {`{"format": "{ a }", "version": "{ b }"}`, []persisted.Operation{{ID: "format", Text: "{ a }"}, {ID: "version", Text: "{ b }"}}},
		"TheSameTwice":        {object(page, pageText, "sha256:"+page, pageText), two[:1]},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := persisted.Parse([]byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("operations (-want +got):\n%s", diff)
			}
		})
	}
}

// object is a JSON object of names and values, in this order.
func object(members ...any) string {
	var b strings.Builder
	for i := 0; i < len(members); i += 2 {
		name, _ := json.Marshal(members[i])
		value, err := json.Marshal(members[i+1])
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(&b, "%s%s: %s", map[bool]string{true: "{", false: ", "}[i == 0], name, value)
	}
	return b.String() + "}"
}

func TestParseErrors(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"Empty":           {``, "must be a JSON object"},
		"AList":           {`[]`, "must be a JSON object"},
		"Broken":          {`{"a": "{ a }"`, "ends too early"},
		"BrokenOff":       {`{"a": "{ a }",`, "ends too early"},
		"BrokenInText":    {`{"a": "{ a`, "ends too early"},
		"BrokenWithin":    {`{"a": {ä}}`, "invalid character"},
		"MoreBehind":      {`{} {}`, "something follows"},
		"NotUTF8":         {"{\"a\": \"\xff\"}", "UTF-8"},
		"AnotherFormat":   {`{"format": "apollo-other", "version": 1, "operations": []}`, `format is "apollo-other"`},
		"AnotherVersion":  {`{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}`, "version is 2"},
		"NoOperations":    {`{"format": "apollo-persisted-query-manifest", "version": 1}`, `no list "operations"`},
		"BothForms":       {`{"operations": [], "a": "{ a }"}`, "other entries beside it"},
		"OperationsOdd":   {`{"operations": ["a"]}`, "operations: "},
		"NoID":            {`{"operations": [{"body": "{ a }"}]}`, "operations[0] has no id"},
		"NoBody":          {`{"operations": [{"id": "a"}]}`, `"a" has no text`},
		"EmptyID":         {`{"": "{ a }"}`, "an id is empty"},
		"EmptyText":       {`{"a": ""}`, `"a" has no text`},
		"NeitherForm":     {`{"a": 1}`, `"a": it must be the text`},
		"TextIsNoString":  {`{"a": {"source": 1}}`, `"a": `},
		"NoPriority":      {`{"a": {"source": "{ a }", "priority": "high"}}`, `"a": there is no priority "high": choose mutation, query, refresh or prefetch`},
		"DigestOfAnother": {`{"sha256:` + persisted.Digest("{ b }") + `": "{ a }"}`, "is not the digest of its text"},
		"NoDigest":        {`{"sha256:a": "{ a }"}`, "is not the digest of its text"},
		"TwoTexts":        {`{"a": "{ a }", "a": "{ b }"}`, `"a" is there twice, with different texts`},
		"EachIsNamed":     {`{"a": "", "b": ""}`, "\"a\" has no text\n\"b\" has no text"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := persisted.Parse([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: got the error %v, want one with %q", tt.text, err, tt.want)
			}
		})
	}
}

// What is read of any text is what clients can ask for: bare ids, each once, each with a text, and digests that are right.
func FuzzParse(f *testing.F) {
	f.Add(object(persisted.Digest(pageText), pageText))
	f.Add(object("sha256:"+persisted.Digest(meText), meText))
	f.Add(object("a", map[string]any{"name": "A", "source": "{ a }"}))
	f.Add(`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a", "body": "{ a }"}]}`)
	f.Add(`{"operations": [], "operations": [1]}`)
	f.Add(`{"version": 0}`)
	f.Fuzz(func(t *testing.T, text string) {
		operations, err := persisted.Parse([]byte(text))
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, op := range operations {
			if op.ID == "" || op.Text == "" || op.ID != persisted.Bare(op.ID) || strings.HasPrefix(op.ID, "sha256:") || seen[op.ID] {
				t.Errorf("%q: %+v", text, op)
			}
			seen[op.ID] = true
		}
	})
}

func TestBare(t *testing.T) {
	digest := persisted.Digest(pageText)
	for id, want := range map[string]string{
		digest:                              digest,
		"sha256:" + digest:                  digest,
		"sha256:abc":                        "sha256:abc",
		"x-app:abc":                         "x-app:abc",
		"sha256:" + strings.ToUpper(digest): "sha256:" + strings.ToUpper(digest),
		"":                                  "",
	} {
		if got := persisted.Bare(id); got != want {
			t.Errorf("Bare(%q): got %q, want %q", id, got, want)
		}
	}
}
