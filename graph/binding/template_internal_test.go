package binding

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var (
	scalar = &Type{Scalar: "String"}
	list   = &Type{List: scalar}
)

// filled are variables with values; the type follows from the value.
func filled(pairs ...any) Params {
	var in Params
	for i := 0; i < len(pairs); i += 2 {
		t := scalar
		switch pairs[i+1].(type) {
		case []any:
			t = list
		case int:
			t = int_
		}
		in.Vars = append(in.Vars, Var{pairs[i].(string), t})
		in.Values = append(in.Values, pairs[i+1])
	}
	return in
}

// The examples of RFC 6570, section 3.2, for the operators that a schema may use, and what they leave open.
func TestTemplateExpand(t *testing.T) {
	in := filled("var", "value", "hello", "Hello World!", "half", "50%", "empty", "", "who", "fred", "base", "http://example.com/home/",
		"path", "/foo/bar", "x", "1024", "y", "768", "v", "6", "count", []any{"one", "two", "three"}, "list", []any{"red", "green", "blue"},
		"none", []any{}, "null", nil, "away", absent, "text", "é€😀", "odd", "a\xffb", "n", 7, "gaps", []any{"a", nil, ""})
	for template, want := range map[string]string{
		"/{var}": "/value", "/{hello}": "/Hello%20World%21", "/{half}": "/50%25", "/O{empty}X": "/OX", "/{x,y}": "/1024,768",
		"/{x,hello,y}": "/1024,Hello%20World%21,768", "/?{x,empty}": "/?1024,", "/{var:3}": "/val", "/{var:30}": "/value",
		"/{list}": "/red,green,blue", "/{list*}": "/red,green,blue", "/{path}": "/%2Ffoo%2Fbar", "/{base}": "/http%3A%2F%2Fexample.com%2Fhome%2F",
		"/x{.who}": "/x.fred", "/x{.who,who}": "/x.fred.fred", "/x{.half,who}": "/x.50%25.fred", "/X{.var:3}": "/X.val", "/X{.list}": "/X.red,green,blue",
		"/X{.list*}": "/X.red.green.blue", "/a{/who}": "/a/fred", "/a{/who,who}": "/a/fred/fred", "/a{/var:1,var}": "/a/v/value", "/a{/list}": "/a/red,green,blue",
		"/{who}{;who}": "/fred;who=fred", "/{who}{;empty}": "/fred;empty", "/{who}{;v,empty,who}": "/fred;v=6;empty;who=fred",
		"/{who}{;v,none,who}": "/fred;v=6;who=fred", "/{who}{;hello:5}": "/fred;hello=Hello", "/{who}{;list}": "/fred;list=red,green,blue",
		"/{who}{;list*}": "/fred;list=red;list=green;list=blue", "/{?who}": "/?who=fred", "/{?x,y}": "/?x=1024&y=768", "/{?x,y,empty}": "/?x=1024&y=768&empty=",
		"/{?x,y,null}": "/?x=1024&y=768", "/{?var:3}": "/?var=val", "/{?list}": "/?list=red,green,blue", "/{?list*}": "/?list=red&list=green&list=blue",
		"/?fixed=yes{&x}": "/?fixed=yes&x=1024", "/{?x}{&y,empty}": "/?x=1024&y=768&empty=", "/{?away,none,null}": "/", "/{?none*,x}": "/?x=1024",
		"/{text}{?text}": "/%C3%A9%E2%82%AC%F0%9F%98%80?text=%C3%A9%E2%82%AC%F0%9F%98%80", "/{text:2}": "/%C3%A9%E2%82%AC", "/{?odd}": "/?odd=a%EF%BF%BDb",
		"/{?away}{&x}": "/?x=1024", "/{?away}&y={y}": "/?y=768", "/X{/x,away,y}": "/X/1024/768", "/X{/list*}/end": "/X/red/green/blue/end", "/X{/away}": "/X",
		"/X{/null,who}": "/X/fred", "/X{/none*}": "/X", "/X{/list}": "/X/red,green,blue",
		"/?a[b]={x}&c={away}": "/?a%5Bb%5D=1024", "/?a={away}&b={null}": "/", "/?a={away}&b=1&c={none}": "/?b=1", "/?a={away},{n}": "/?a=,7", "/x({n})": "/x(7)", "/?a=b&c": "/?a=b&c",
		"/?a={empty}": "/?a=", "/?$a.b-c={list}&d=e={n}": "/?$a.b-c=red,green,blue&d=e=7", "/?a={away:3}": "/", "/?{away}&x{;away}y": "/", "/?a=b&": "/?a=b",
		"/?a={list}{&x}&b={y}": "/?a=red,green,blue&x=1024&b=768", "/{?gaps}": "/?gaps=a,", "/{?gaps*}": "/?gaps=a&gaps=", "/é/{x}": "/%C3%A9/1024", "/a%20b/{x}": "/a%20b/1024", "/a/": "/a/", "/": "/",
	} {
		if got, err := newTemplate(Call{Template: template}).expand(in); err != nil || got != want {
			t.Errorf("%s\n got %s, %v\nwant %s", template, got, err, want)
		}
	}
}

func TestTemplateKeepsSegments(t *testing.T) {
	refused := func(template string, in Params) {
		t.Helper()
		if got, err := newTemplate(Call{Template: template}).expand(in); !errors.Is(err, errSegment) {
			t.Errorf("%s with %v is %q, %v, want %v", template, in.Values, got, err, errSegment)
		}
	}
	for _, value := range []any{"", ".", "..", []any{"."}, []any{".."}, []any{""}} {
		refused("/users/{id}", filled("id", value))
		refused("/users/{id}/orders{?x}", filled("id", value, "x", "y"))
		refused("/users{/id}", filled("id", value))
		refused("/users{/id*}/orders", filled("id", value))
		refused("/{id}", filled("id", value))
	}
	for _, value := range []any{nil, absent, []any{}} {
		refused("/users/{id}", filled("id", value))
		refused("/users/{id}/orders{/x}", filled("id", value, "x", "y"))
		refused("/{id}", filled("id", value))
	}
	for _, values := range [][]any{{"a", ""}, {"", "a"}, {"a", ".", "b"}, {"..", "b"}, {"a", "..", ".."}, {"", ""}} {
		refused("/users{/list*}", filled("list", values))
		refused("/users{/list*}/x", filled("list", values))
		refused("/users{/a,b}", filled("a", values[0], "b", values[1]))
	}
	refused("/users/{a}{b}", filled("a", ".", "b", "."))
	refused("/users/.{a}", filled("a", "."))
	refused("/users/{a}", filled("b", "x"))
}

// FuzzTemplateOptional: whatever the values, the path has the template's segments and one for each value, which is that value.
func FuzzTemplateOptional(f *testing.F) {
	for _, s := range []string{"", ".", "..", "a/b", "%2e%2e", "é", "a\x00b", "..;x", "?", "{x}"} {
		f.Add(s, "a", true)
		f.Add("a", s, false)
	}
	one := newTemplate(Call{Template: "/users{/list*}/orders{/c}"})
	f.Fuzz(func(t *testing.T, a, b string, has bool) {
		want, c := []string{"", "users", a, b, "orders", a}, any(a)
		if !has {
			want, c = want[:5], nil
		}
		out, err := one.expand(filled("list", []any{a, b}, "c", c))
		if err != nil {
			if !slices.ContainsFunc([]string{a, b}, func(s string) bool { return s == "" || s == "." || s == ".." }) {
				t.Fatalf("%q, %q: %v", a, b, err)
			}
			return
		}
		got := strings.Split(out, "/")
		for i := range got {
			if got[i], err = url.PathUnescape(got[i]); err != nil {
				t.Fatal(err)
			}
		}
		for i := range want {
			want[i] = strings.ToValidUTF8(want[i], string(utf8.RuneError))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q, %q made %q (-want +got):\n%s", a, b, out, diff)
		}
	})
}

// FuzzTemplate: whatever the values, the path has the template's segments, the value's own segment is the value, and
// the query holds the values as they are.
func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"", ".", "..", "a/b", "%2e%2e", "%2F", "é", "\u2e2e\u2f2e", "a\r\nHost: x", "\xff", "a?b#c&d=e", "a\x00b", "\ufffd", `..\..`, "..;x", "{x}", "+ +"} {
		f.Add(s, s)
	}
	one := newTemplate(Call{Template: "/users/{a}/orders/{b}.json{?q*,a}"})
	f.Fuzz(func(t *testing.T, a, b string) {
		out, err := one.expand(filled("a", a, "b", b, "q", []any{a, b}))
		if err != nil {
			if a != "" && a != "." && a != ".." {
				t.Fatalf("%q, %q: %v", a, b, err)
			}
			return
		}
		u, err := url.Parse(out)
		if err != nil {
			t.Fatalf("%q, %q made %q: %v", a, b, out, err)
		}
		var plain []string
		for _, s := range strings.Split(u.EscapedPath(), "/") {
			text, err := url.PathUnescape(s)
			if err != nil {
				t.Fatal(err)
			}
			plain = append(plain, text)
		}
		valid := func(s string) string { return strings.ToValidUTF8(s, string(utf8.RuneError)) }
		if diff := cmp.Diff([]string{"", "users", valid(a), "orders", valid(b) + ".json"}, plain); diff != "" {
			t.Errorf("%q, %q made %q (-want +got):\n%s", a, b, out, diff)
		}
		if diff := cmp.Diff(url.Values{"q": {valid(a), valid(b)}, "a": {valid(a)}}, u.Query()); diff != "" {
			t.Errorf("%q, %q made %q (-want +got):\n%s", a, b, out, diff)
		}
	})
}
