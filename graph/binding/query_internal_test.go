package binding

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// expanded is what a call's URL is with values.
func expanded(t *testing.T, c Call, in Params) string {
	t.Helper()
	got, err := newTemplate(c).expand(in)
	if err != nil {
		t.Errorf("%+v: %v", c, err)
	}
	return got
}

// TestQueryParams: what a parameter is with values, and without.
func TestQueryParams(t *testing.T) {
	in := filled("s", "a b", "q", `say "it's"`, "n", 7, "list", []any{"a", "b,c"}, "none", []any{}, "away", absent, "null", nil, "piped", []any{"a b", "c"})
	in.Vars = append(in.Vars, Var{"ns", &Type{List: int_}}, Var{"state", state_}, Var{"user", &Type{Input: user["User"]}}, Var{"any", any_})
	in.Values = append(in.Values, []any{1, 2}, "IN_STOCK", map[string]any{"name": "x&y", "work": map[string]any{"zipCode": nil, "city": "Ulm"}, "friends": []any{
		map[string]any{"name": "z"},
	}}, map[string]any{"b": []any{1, true}, "a": map[string]any{"c": "d"}})
	for _, c := range []struct {
		param QueryParam
		want  string
	}{
		{QueryParam{Name: "x", Value: "{s}"}, "x=a%20b"},
		{QueryParam{Name: "$top&=+;", Value: "{n}"}, "$top%26%3D%2B%3B=7"},
		{QueryParam{Name: "x", Value: "{away}"}, ""},
		{QueryParam{Name: "x", Value: "{null}"}, ""},
		{QueryParam{Name: "x", Value: "constant & all"}, "x=constant%20%26%20all"},
		{QueryParam{Name: "ids[]", Value: "{list}"}, "ids%5B%5D=a&ids%5B%5D=b%2Cc"},
		{QueryParam{Name: "x", Value: "{none}"}, ""},
		{QueryParam{Name: "x", Value: "{list}", Style: PipeDelimited}, "x=a%7Cb%2Cc"},
		{QueryParam{Name: "x", Value: "{list}", Style: SpaceDelimited}, "x=a%20b%2Cc"},
		{QueryParam{Name: "x", Value: "{s}", Style: PipeDelimited}, "x=a%20b"},
		{QueryParam{Name: "x", Value: "{piped}", Style: SpaceDelimited}, "!"},
		{QueryParam{Name: "x", Value: "{piped}", Style: PipeDelimited}, "x=a%20b%7Cc"},
		{QueryParam{Name: "f", Value: "{user}", Style: DeepObject}, "f%5Bfull_name%5D=x%26y&f%5Bstate%5D=in-stock&f%5Bhome_address%5D%5Bzip%5D=1&f%5Bwork%5D%5Bcity%5D=Ulm&f%5Bfriends%5D%5B0%5D%5Bfull_name%5D=z" +
			"&f%5Bfriends%5D%5B0%5D%5Bstate%5D=in-stock&f%5Bfriends%5D%5B0%5D%5Bhome_address%5D%5Bzip%5D=1"},
		{QueryParam{Name: "f", Value: "{any}", Style: DeepObject}, "f%5Ba%5D%5Bc%5D=d&f%5Bb%5D%5B%5D=1&f%5Bb%5D%5B%5D=true"},
		{QueryParam{Name: "f", Value: "{away}", Style: DeepObject}, ""},
		{QueryParam{Name: "q", Value: "id:{n} is:{state}"}, "q=id:7%20is:in-stock"},
		{QueryParam{Name: "q", Value: "id:{away}"}, ""},
		{QueryParam{Name: "q", Value: "text:{q}", Quote: QuoteJSON}, "q=text:%22say%20%5C%22it%27s%5C%22%22"},
		{QueryParam{Name: "q", Value: "{q}", Quote: QuoteOData}, "q=%27say%20%22it%27%27s%22%27"},
		{QueryParam{Name: "q", Each: "id={list}", Quote: QuoteRSQL, Join: "||", Around: "({})"}, "q=(id%3D%22a%22%7C%7Cid%3D%22b%2Cc%22)"},
		{QueryParam{Name: "q", Each: "id={ns}", Quote: QuoteRSQL, Join: " or "}, "q=id%3D1%20or%20id%3D2"},
		{QueryParam{Name: "fq", Each: "id:{ns}"}, "fq=id:1&fq=id:2"},
		{QueryParam{Name: "q", Each: "id={none}", Quote: QuoteRSQL, Join: "||", Around: "({})"}, ""},
		{QueryParam{Name: "x", Each: "{list}", Join: ";"}, "x=a%3Bb%2Cc"},
		{QueryParam{Name: "x", Each: "{list}", Join: ","}, "!"},
		{QueryParam{Name: "q", All: []string{"p>{n}", "t~{q}", "a={away}"}, Join: " && ", Around: "({})", Quote: QuoteJSON}, "q=(p%3E7%20%26%26%20t~%22say%20%5C%22it%27s%5C%22%22)"},
		{QueryParam{Name: "q", All: []string{"p>{away}", "t~{null}"}, Join: " && ", Around: "({})"}, ""},
		{QueryParam{Name: "q", All: []string{"p>{away}", "on"}, Join: " && ", Around: "({})"}, "q=(on)"},
		{QueryParam{Name: "q", All: []string{"p>{n}", "on"}}, "q=p%3E7&q=on"},
		{QueryParam{Name: "q", Value: "t={s}"}, "!"},
	} {
		got, err := newTemplate(Call{Template: "/x", Query: []QueryParam{c.param}}).expand(in)
		if c.want == "!" {
			if !errors.Is(err, errPlace) {
				t.Errorf("%+v: got %s, %v, want %v", c.param, got, err, errPlace)
			}
			continue
		}
		if want := strings.TrimSuffix("/x?"+c.want, "?"); got != want || err != nil {
			t.Errorf("%+v:\n got %s, %v\nwant %s", c.param, got, err, want)
		}
	}
	names := filled("f", map[string]any{"a][b": 1})
	names.Vars[0].Type = any_
	if got, err := newTemplate(Call{Template: "/x", Query: []QueryParam{{Name: "f", Value: "{f}", Style: DeepObject}}}).expand(names); !errors.Is(err, errName) {
		t.Errorf("a name with brackets: got %s, %v, want %v", got, err, errName)
	}
}

// TestNested: strings in text of another language are quoted, and numbers there are numbers.
func TestNested(t *testing.T) {
	call := Call{Template: "/Products({id})/{n}.{s}?at=({list},{n})&s={s}", Quote: QuoteOData}
	in := filled("id", "a'b", "s", "x'y", "n", 7, "list", []any{"c", "d'"})
	if got, want := expanded(t, call, in), "/Products(%27a%27%27b%27)/7.x%27y?at=(%27c%27,%27d%27%27%27,7)&s=x%27y"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, value := range []any{"1 or 1 eq 1", "1)", "'", "1&2", "é"} {
		in := Params{Vars: []Var{{"id", int_}}, Values: []any{value}}
		if got, err := newTemplate(Call{Template: "/Products({id})", Quote: QuoteOData}).expand(in); !errors.Is(err, errPlace) {
			t.Errorf("%q as a number: got %s, %v, want %v", value, got, err, errPlace)
		}
	}
	for around, want := range map[string]bool{"": false, "a.json": false, "~@-_": false, "é": false, "('')": true, "a=": true, "a,": true, "a%3D": true, "%20": true, "a:b": true, "%": true} {
		if got := nested(around); got != want {
			t.Errorf("%q: got %t, want %t", around, got, want)
		}
	}
}

// TestKeysThatFit: a key that would be read as several is none that an upstream knows.
func TestKeysThatFit(t *testing.T) {
	batch := func(typ *Type, p QueryParam) *Binding {
		return New(Spec{Entity: true, Vars: []Var{{"id", typ}}, Origin: Origin{Batch: &Batch{Call: Call{Template: "/x", Query: []QueryParam{p}}, Keys: "ids", Match: []string{"/id"}}}})
	}
	for _, c := range []struct {
		param QueryParam
		typ   *Type
		key   string
		want  bool
	}{
		{QueryParam{Value: "{ids}", Style: PipeDelimited}, id_, "a|b", false},
		{QueryParam{Value: "{ids}", Style: PipeDelimited}, id_, "a b", true},
		{QueryParam{Value: "{ids}"}, id_, "a|b", true},
		{QueryParam{Each: "id={ids}", Join: "||", Quote: QuoteJSON}, id_, `a"|b`, true},
		{QueryParam{Each: "id={ids}", Join: "||", Quote: QuoteJSON}, int_, `7`, true},
		{QueryParam{Each: "id={ids}", Join: "||", Quote: QuoteJSON}, int_, `7||id=8`, false},
	} {
		if got := batch(c.typ, c.param).Possible(c.key); got != c.want {
			t.Errorf("%q in %+v: got %t, want %t", c.key, c.param, got, c.want)
		}
	}
}

// FuzzQuote: a string is one token of its language, and that token is the string; so is a key among others.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a", `"`, `'`, `\`, `\"`, `''`, `" || id!="`, `' or 1 eq 1 or '`, "a\\", "\x00\n", "é\u2028", "\xff", "%27", `\'`, "a'b''c"} {
		f.Add(s, "b")
		f.Add("b", s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for quote, read := range map[Quote]func(string) (string, string, bool){QuoteJSON: readJSON, QuoteOData: readOData, QuoteRSQL: readRSQL} {
			in := filled("list", []any{a, b})
			out := expanded(t, Call{Template: "/x", Query: []QueryParam{{Name: "q", Each: "id={list}", Join: "|", Around: "({})", Quote: quote}}}, in)
			u, err := url.Parse(out)
			if err != nil {
				t.Fatal(err)
			}
			rest := u.Query().Get("q")
			for i, want := range []string{a, b} {
				want = strings.ToValidUTF8(want, string(utf8.RuneError))
				begin := []string{"(id=", "|id="}[i]
				token, after, ok := read(strings.TrimPrefix(rest, begin))
				if !ok || token != want || !strings.HasPrefix(rest, begin) {
					t.Fatalf("%s of %q, %q is %q, whose string %d is %q (%t)", quote, a, b, u.Query().Get("q"), i, token, ok)
				}
				rest = after
			}
			if rest != ")" {
				t.Errorf("%s of %q, %q is %q, which ends with %q", quote, a, b, u.Query().Get("q"), rest)
			}
		}
	})
}

// readJSON reads a string as JSON has it (RFC 8259, section 7), with encoding/json's own reader.
func readJSON(s string) (token, rest string, ok bool) {
	d := json.NewDecoder(strings.NewReader(s))
	err := d.Decode(&token)
	return token, s[d.InputOffset():], err == nil
}

// readOData reads a string as OData's ABNF has it: SQUOTE *( SQUOTE-in-string / pchar-no-SQUOTE ) SQUOTE.
func readOData(s string) (token, rest string, ok bool) {
	if !strings.HasPrefix(s, "'") {
		return "", s, false
	}
	for rest = s[1:]; ; {
		text, after, found := strings.Cut(rest, "'")
		token += text
		switch {
		case !found:
			return token, "", false
		case !strings.HasPrefix(after, "'"):
			return token, after, true
		}
		token, rest = token+"'", after[1:]
	}
}

// readRSQL reads a string as rsql-parser's grammar has it: `"` ( `\` any | any but `\` and `"` )* `"`.
func readRSQL(s string) (token, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		return "", s, false
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return token, s[i+1:], true
		case '\\':
			i++
		}
		if i < len(s) {
			token += s[i : i+1]
		}
	}
	return token, "", false
}

// TestForm: a body as a form, of all that a body may be made of.
func TestForm(t *testing.T) {
	in := filled("s", "a&b", "null", nil, "away", absent, "list", []any{"x", nil}, "none", []any{})
	in.Vars = append(in.Vars, Var{"user", &Type{Input: user["User"]}}, Var{"any", any_}, Var{"users", &Type{List: &Type{Input: user["User"]}}})
	in.Values = append(in.Values, map[string]any{"name": nil, "home": nil, "state": "IN_STOCK"}, map[string]any{"a": []any{true, []any{1.5}}}, []any{
		map[string]any{"state": nil, "home": map[string]any{"city": "Bonn"}},
	})
	member := func(name string, value *Body) *Body { return &Body{Object: []Member{{name, value}}} }
	for _, c := range []struct {
		body *Body
		want string
	}{
		{member("a", &Body{Var: "s"}), "a=a%26b"},
		{member("a", &Body{Var: "null"}), "a="},
		{member("a", &Body{Var: "away"}), ""},
		{member("a", &Body{Var: "list"}), "a%5B%5D=x&a%5B%5D="},
		{member("a", &Body{Var: "none"}), ""},
		{member("a", member("b", &Body{Literal: "1.50"})), "a%5Bb%5D=1.50"},
		{member("a", &Body{Literal: "null"}), "a="},
		{member("a", &Body{Literal: `"x y"`}), "a=x%20y"},
		{member("a", &Body{List: []*Body{{Literal: "true"}, {Var: "s"}}}), "a%5B%5D=true&a%5B%5D=a%26b"},
		{member("a", &Body{List: []*Body{member("b", &Body{Var: "s"}), {List: []*Body{{Literal: "2"}}}}}), "a%5B0%5D%5Bb%5D=a%26b&a%5B1%5D%5B%5D=2"},
		{&Body{Var: "user"}, "full_name=&state=in-stock&home_address="},
		{member("u", &Body{Var: "users"}), "u%5B0%5D%5Bstate%5D=&u%5B0%5D%5Bhome_address%5D%5Bcity%5D=Bonn"},
		{member("m", &Body{Var: "any"}), "m%5Ba%5D%5B%5D=true&m%5Ba%5D%5B1%5D%5B%5D=1.5"},
	} {
		if got, err := form(c.body, in); string(got) != c.want || err != nil {
			t.Errorf("%s:\n got %s, %v\nwant %s", c.body, got, err, c.want)
		}
	}
}
