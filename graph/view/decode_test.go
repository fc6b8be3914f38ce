package view_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/graph/view"
)

// object scans the text {"v": value}, or {} for no value, and returns it with the value in slot 1.
func object(t testing.TB, value string) view.Object {
	t.Helper()
	text := `{"v": ` + value + ` }`
	if value == "" {
		text = `{}`
	}
	rows, err := view.NewScanner(view.Layout{Shape: view.NewShape("/v")}).Scan([]byte(text), &view.Source{Upstream: "src"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return rows.At(0)
}

// as erases a decoder's type, so that one table holds all of them.
func as[T any](decode func(view.Value) (T, error)) func(view.Value) (any, error) {
	return func(v view.Value) (any, error) {
		t, err := decode(v)
		return any(t), err
	}
}

type color string

type named interface{ name() string }

func (p *product) name() string { s, _ := view.Get(view.Object(*p), 1, view.String); return s }
func (r *review) name() string  { return "review" }

var (
	colors      = view.EnumValues{"red-ish": "RED", "g": "GREEN"}
	nameShape   = view.NewShape("/name")
	namedThings = map[string]func(view.Value) (named, error){
		"product": view.Variant[named](view.Nested[product](nameShape)),
		"review":  view.Variant[named](view.Nested[review](nil)),
		"7":       view.Variant[named](view.Nested[review](nil)),
		"bad":     view.Variant[named](func(view.Value) (*review, error) { return nil, errors.New("bad") }),
	}
)

func parseTime(r view.Raw) (time.Time, error) {
	return time.Parse(`"2006-01-02"`, string(r))
}

func TestDecoders(t *testing.T) {
	day := time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC)
	type cases map[string]any // JSON text → value, or error for one whose text follows "src: /v"
	for name, c := range map[string]struct {
		decode func(view.Value) (any, error)
		cases  cases
	}{
		"String": {as(view.String), cases{
			`""`: "", `"a"`: "a", `"\u00e9\n\ud83d\ude00\ud800"`: "é\n😀�", "\"\xff\xfe\"": "��",
			`1`: errors.New("want String, got number"), `true`: errors.New("want String, got boolean"), `[]`: errors.New("want String, got list"),
			`{}`: errors.New("want String, got object"), `null`: errors.New("want String, got null"), ``: errors.New("want String, got nothing"),
		}},
		"ID": {as(view.ID), cases{
			`"a"`: "a", `"\u0061"`: "a", `1`: "1", `-12`: "-12", `0`: "0", `12345678901234567890`: "12345678901234567890",
			`1.0`: errors.New("want ID, got number that is not whole"), `1e2`: errors.New("want ID, got number that is not whole"),
			`true`: errors.New("want ID, got boolean"), `null`: errors.New("want ID, got null"), ``: errors.New("want ID, got nothing"), `{}`: errors.New("want ID, got object"),
		}},
		"Int": {as(view.Int), cases{
			`0`: 0, `-0`: 0, `1`: 1, `1.0`: 1, `1e2`: 100, `1E+2`: 100, `1.5e1`: 15, `150e-1`: 15, `-2147483648`: math.MinInt32, `2147483647`: math.MaxInt32,
			`0e99999999999999999999`: 0, `0.000e-7`: 0, `-2.147483648e9`: math.MinInt32, `0.00012e5`: 12, `1000000000000e-12`: 1, `2147483647.000`: math.MaxInt32,
			`"1"`: 1, `"-1.0"`: -1, `"\u0031"`: 1,
			`2147483648`: errors.New("want Int, got number out of range"), `-2147483649`: errors.New("want Int, got number out of range"), `1e10`: errors.New("want Int, got number out of range"),
			`2147483648.0`: errors.New("want Int, got number out of range"), `1e99999999999999999999`: errors.New("want Int, got number out of range"), `"3000000000"`: errors.New("want Int, got number out of range"),
			`1.5`: errors.New("want Int, got number that is not whole"), `1e-1`: errors.New("want Int, got number that is not whole"), `1.00000000000000000000001`: errors.New("want Int, got number that is not whole"),
			`1e-99999999999999999999`: errors.New("want Int, got number that is not whole"), `"1.5"`: errors.New("want Int, got number that is not whole"),
			`""`: errors.New("want Int, got string"), `" 1"`: errors.New("want Int, got string"), `"01"`: errors.New("want Int, got string"), `"+1"`: errors.New("want Int, got string"), `"1a"`: errors.New("want Int, got string"),
			`true`: errors.New("want Int, got boolean"), `null`: errors.New("want Int, got null"), ``: errors.New("want Int, got nothing"), `[1]`: errors.New("want Int, got list"),
		}},
		"Float": {as(view.Float), cases{
			`1`: 1.0, `-0.5`: -0.5, `1e3`: 1000.0, `"2.5"`: 2.5, `"1e3"`: 1000.0, `1e-400`: 0.0,
			`1e400`: errors.New("want Float, got number out of range"), `"NaN"`: errors.New("want Float, got string"), `"Inf"`: errors.New("want Float, got string"), `"0x1p1"`: errors.New("want Float, got string"),
			`"1_0"`: errors.New("want Float, got string"), `{}`: errors.New("want Float, got object"), `null`: errors.New("want Float, got null"), ``: errors.New("want Float, got nothing"),
		}},
		"Boolean": {as(view.Boolean), cases{
			`true`: true, `false`: false,
			`"true"`: errors.New("want Boolean, got string"), `1`: errors.New("want Boolean, got number"), `null`: errors.New("want Boolean, got null"), ``: errors.New("want Boolean, got nothing"),
		}},
		"Any": {as(view.Any), cases{
			`{ "a" : [1 , "x"] }`: view.Raw(`{ "a" : [1 , "x"] }`), `1.50`: view.Raw(`1.50`),
			`null`: errors.New("want a value, got null"), ``: errors.New("want a value, got nothing"),
		}},
		"Opt": {as(view.Opt(view.Int)), cases{`3`: ptr(3), `null`: (*int)(nil), ``: (*int)(nil), `[]`: errors.New("want Int, got list")}},
		"ListOf": {as(view.ListOf(view.Int)), cases{
			`[]`: []int{}, ` [ ] `: []int{}, `[1]`: []int{1}, "[ 1 ,\n 2.0 ]": []int{1, 2},
			`[1,null]`: fmt.Errorf("/1: want Int, got null"), `[[1]]`: fmt.Errorf("/0: want Int, got list"),
			`null`: errors.New("want list, got null"), ``: errors.New("want list, got nothing"), `{}`: errors.New("want list, got object"),
		}},
		"ListOfLists":    {as(view.ListOf(view.Null(view.ListOf(view.ID)))), cases{`[["a",1],null,[]]`: [][]string{{"a", "1"}, nil, {}}, `[[],["a",{}]]`: errors.New("/1/1: want ID, got object")}},
		"ListOfOptional": {as(view.ListOf(view.Opt(view.String))), cases{`["a",null]`: []*string{ptr("a"), nil}}},
		"NullList":       {as(view.Null(view.ListOf(view.Int))), cases{`null`: []int(nil), ``: []int(nil), `[]`: []int{}}},
		"EachAt": {as(view.ListOf(view.EachAt("/p/0", view.Null(view.String)))), cases{
			`[{"p":["a","b"]},{"p":{"0":"c"}},{"p":[]},{},null,3,{"p":null}]`: []string{"a", "c", "", "", "", "", ""}, `[{"p":[1]}]`: errors.New("/0/p/0: want String, got number"),
		}},
		"EachAtPlain": {as(view.EachAt("/p", view.String)), cases{
			`{"p":"a","p":"b"}`: "b", `{"\u0070":"a"}`: "a", `null`: errors.New("/p: want String, got null"), `{}`: errors.New("/p: want String, got nothing"), ``: errors.New("/p: want String, got nothing"),
		}},
		"Enum": {as(view.Enum[color](colors)), cases{
			`"red-ish"`: color("RED"), `"\u0067"`: color("GREEN"), `"RED"`: errors.New("want color, got another string"), `"\n\ud800"`: errors.New("want color, got another string"),
			`1`: errors.New("want color, got number"), `null`: errors.New("want color, got null"), ``: errors.New("want color, got nothing"),
		}},
		"Parse": {as(view.Parse(parseTime)), cases{
			`"2024-05-06"`: day, `"secret"`: errors.New("want Time, got string"), `null`: errors.New("want Time, got null"), ``: errors.New("want Time, got nothing"),
		}},
		"Nested": {func(v view.Value) (any, error) {
			p, err := view.Nested[product](nameShape)(v)
			if err != nil {
				return nil, err
			}
			return p.name() + " " + string(view.ObjectOf(p).JSON()), nil
		}, cases{
			`{"name":"a"}`: `a {"name":"a"}`, `{"name":"a","name":"b"}`: `b {"name":"a","name":"b"}`,
			`[]`: errors.New("want object, got list"), `null`: errors.New("want object, got null"), ``: errors.New("want object, got nothing"),
		}},
		"Discriminate": {func(v view.Value) (any, error) {
			n, err := view.Discriminate("/kind", namedThings)(v)
			if err != nil {
				return nil, err
			}
			return fmt.Sprintf("%T %s", n, n.name()), nil
		}, cases{
			`{"kind":"product","name":"x"}`: "*view_test.product x", `{"kind":"review"}`: "*view_test.review review", `{"kind":7}`: "*view_test.review review",
			`{"kind":"shop"}`: errors.New("/kind: want a known named, got another string"), `{"kind":null}`: errors.New("/kind: want a known named, got null"), `{}`: errors.New("/kind: want a known named, got nothing"),
			`{"kind":{}}`: errors.New("/kind: want a known named, got object"), `[]`: errors.New("want object, got list"), `null`: errors.New("want object, got null"), `{"kind":8}`: errors.New("/kind: want a known named, got another number"),
		}},
		"NullDiscriminate": {as(view.Null(view.Discriminate("/kind", namedThings))), cases{`null`: nil, ``: nil}},
	} {
		t.Run(name, func(t *testing.T) {
			for text, want := range c.cases {
				got, err := view.Get(object(t, text), 1, c.decode)
				if wantErr, ok := want.(error); ok {
					full := "src: /v: " + wantErr.Error()
					if strings.HasPrefix(wantErr.Error(), "/") {
						full = "src: /v" + wantErr.Error()
					}
					if errText(err) != full {
						t.Errorf("%.50s: got %v, %q; want error %q", text, got, errText(err), full)
					}
					continue
				}
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Errorf("%.50s: error %v (-want +got):\n%s", text, err, diff)
				}
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestErrors(t *testing.T) {
	_, err := view.Get(object(t, `{"secret":1}`), 1, view.Float)
	var wrong *view.Error
	if !errors.As(err, &wrong) {
		t.Fatalf("got %v", err)
	}
	if wrong.Source != "src" || wrong.Pointer != "/v" || wrong.Want != "Float" || wrong.Got != "object" {
		t.Errorf("got %+v", wrong)
	}
	for _, err := range []interface {
		error
		ErrorKind() (kind, upstream string, status int)
	}{wrong, &view.SyntaxError{Source: "src", Offset: 3, Problem: "p"}} {
		if kind, upstream, status := err.ErrorKind(); kind != "bad_response" || upstream != "src" || status != 0 {
			t.Errorf("ErrorKind of %v is %s, %s, %d", err, kind, upstream, status)
		}
	}
	if got := (&view.SyntaxError{Source: "src", Offset: 3, Problem: "p"}).Error(); got != "src: invalid JSON at byte 3: p" {
		t.Errorf("got %q", got)
	}
}

func TestParseErrorKeepsItsCause(t *testing.T) {
	_, err := view.Get(object(t, `"secret"`), 1, view.Parse(parseTime))
	var cause *time.ParseError
	if !errors.As(err, &cause) || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, cause %v", err, cause)
	}
}

func TestOtherErrorsPassThrough(t *testing.T) {
	_, err := view.Get(object(t, `[{"kind":"bad"}]`), 1, view.ListOf(view.Discriminate("/kind", namedThings)))
	if errText(err) != "bad" {
		t.Errorf("got %v", err)
	}
}

func TestGetOfNoObject(t *testing.T) {
	if _, err := view.Get(view.Object{}, 1, view.String); errText(err) != "want String, got nothing" {
		t.Errorf("got %v", err)
	}
	if got, err := view.Get(view.Object{}, 1, view.Opt(view.String)); got != nil || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}
