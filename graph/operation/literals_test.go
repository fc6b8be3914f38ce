package operation_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestLiteralsFit holds what errors say of literals that are not of a type.
func TestLiteralsFit(t *testing.T) {
	e := newCoercion()
	const (
		more32 = ": expected an integer of at most 32 bits, got one of more"
		float  = ": expected a number that a 64-bit float holds, got one beyond"
	)
	object := func(of string) string { return ": expected a value of the type " + of + ", got an object" }
	tests := []struct{ query, want string }{ // names are those of inputTypes; want: "" for none; "*" for one of gqlparser's
		{`{Int(v:2147483647)}`, ""},
		{`{Int(v:-2147483648)}`, ""},
		{`{Int(v:2147483648)}`, "argument v" + more32},
		{`{Int(v:-2147483649)}`, "argument v" + more32},
		{`{Int(v:100000000000000000000)}`, "argument v" + more32},
		{`{Int(v:1.0)}`, "*"},
		{`{Int(v:"1")}`, "*"},
		{`{Int(v:true)}`, "*"},
		{`{[Int](v:[1,null])}`, ""},
		{`{[Int](v:2147483648)}`, "argument v" + more32},
		{`{[Int](v:[1,2147483648])}`, "argument v[1]" + more32},
		{`{[[Int]](v:[[1],[2147483648]])}`, "argument v[1][0]" + more32},
		{`{Float(v:2147483648)}`, ""},
		{`{Float(v:1e308)}`, ""},
		{`{Float(v:1e-400)}`, ""},
		{`{Float(v:1e400)}`, "argument v" + float},
		{`{Float(v:100000000000000000000)}`, ""},
		{`{Float(v:"1")}`, "*"},
		{`{String(v:1)}`, "*"},
		{`{String(v:true)}`, "*"},
		{`{String(v:RED)}`, "*"},
		{`{ID(v:9007199254740993)}`, ""},
		{`{ID(v:100000000000000000000)}`, ""},
		{`{ID(v:1.5)}`, "*"},
		{`{ID(v:true)}`, "*"},
		{`{Boolean(v:1)}`, "*"},
		{`{Boolean(v:"true")}`, "*"},
		{`{Color(v:RED)}`, ""},
		{`{Color(v:red)}`, "*"},
		{`{Color(v:"RED")}`, "*"},
		{`{Any(v:{a:[1,2147483648],b:1.5})}`, ""},
		{`{Any(v:{a:[1,100000000000000000000]})}`, ""},
		{`{Int(v:{})}`, "argument v" + object("Int")},
		{`{ID(v:{})}`, "argument v" + object("ID")},
		{`{ID(v:{a:{}})}`, "argument v" + object("ID")},
		{`{String(v:{a:1})}`, "argument v" + object("String")},
		{`{Color(v:{})}`, "argument v" + object("Color")},
		{`{[Int](v:[1,{}])}`, "argument v[1]" + object("Int")},
		{`{Sub(v:{subs:[{n:1},{color:{}}]})}`, "argument v.subs[1].color" + object("Color")},
		{`query($x:ID={}){ID(v:$x)}`, "the default of $x" + object("ID")},
		{`{__typename @include(if:{})}`, "argument if" + object("Boolean")},
		{`{...F ...F} fragment F on Query {ID(v:{})}`, "argument v" + object("ID")},
		{`{Int(v:[1])}`, "*"},
		{`{Color(v:[RED])}`, "*"},
		{`{Any(v:{})}`, ""},
		{`{Any(v:1e400)}`, "argument v" + float},
		{`{By(v:{id:1})}`, ""},
		{`{By(v:{})}`, "*"},
		{`{By(v:{id:1,name:"a"})}`, "*"},
		{`{By(v:{id:null})}`, "*"},
		{`{By(v:{id:1.5})}`, "*"},
		{`query($a:ID){By(v:{id:$a})}`, "*"},
		{`query($a:ID!){By(v:{id:$a,name:null})}`, "*"},
		{`{Sub(v:{n:2147483648})}`, "argument v.n" + more32},
		{`{Sub(v:{subs:[{any:2147483648},{n:2147483648}]})}`, "argument v.subs[1].n" + more32},
		{`{Sub(v:{n:-2147483649,subs:[{n:2147483648}]}) __typename @scale(by:2147483648)}`, "argument v.n" + more32},
		{`{Sub(v:{nope:1})}`, "*"},
		{`{Sub(v:{__typename:1})}`, "*"},
		{`{Sub(v:{size:null})}`, "*"},
		{`query($x:[Int]=1){[Int](v:$x)}`, ""},
		{`query($x:Int=2147483648){Int(v:$x)}`, "the default of $x" + more32},
		{`query($x:Sub={n:2147483648}){Sub(v:$x)}`, "the default of $x.n" + more32},
		{`query($x:Float=1e400){Float(v:$x)}`, "the default of $x" + float},
		{`query($x:By={}){By(v:$x)}`, "*"},
		{`{__typename @include(if:1)}`, "*"},
		{`{__typename @scale(by:2147483648)}`, "argument by" + more32},
		{`{...F ...F} fragment F on Query {Int(v:2147483648) @include(if:true)}`, "argument v" + more32},
	}
	for _, tt := range tests {
		got := ask(t, e, fields.Replace(tt.query))
		errs := refusal(t, got)
		if len(errs) == 0 != (tt.want == "") {
			t.Errorf("%s: got %s, want %q", tt.query, got, tt.want)
		}
		if tt.want != "" && tt.want != "*" && times(errs, tt.want) != 1 {
			t.Errorf("%s: got %s, want %q once", tt.query, got, tt.want)
		}
	}
}

// fields replaces a type's name by that of the field that takes one.
var fields = strings.NewReplacer("{Int(", "{f0(", "{Float(", "{f2(", "{String(", "{f3(", "{ID(", "{f4(", "{Boolean(", "{f5(",
	"{Color(", "{f6(", "{Any(", "{f7(", "{By(", "{f8(", "{Sub(", "{f9(", "{[Int](", "{f10(", "{[[Int]](", "{f20(")

func times(errs []wireError, message string) int {
	n := 0
	for _, err := range errs {
		if err.Message == message {
			n++
		}
	}
	return n
}

// TestLiteralErrorIsLocated holds all of an error, the second time too: a refused document is not remembered.
func TestLiteralErrorIsLocated(t *testing.T) {
	e := newCoercion()
	body, err := json.Marshal(map[string]string{"query": "{\n f9(v: {subs: [{n: 2147483648}]})\n}"})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"errors":[{"message":"argument v.subs[0].n: expected an integer of at most 32 bits, got one of more",` +
		`"locations":[{"line":2,"column":20}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`
	for range 2 {
		if got := (request{body: string(body)}).of(t, e); got.body != want {
			t.Errorf("got %s, want %s", got.body, want)
		}
	}
}

// TestLiteralErrorIsShort holds that an error about a deep literal does not repeat what is around it.
func TestLiteralErrorIsShort(t *testing.T) {
	e := newCoercion()
	const depth = 90 // limits.depth is 100
	for _, number := range []string{"2147483648", "100000000000000000000", "1e400"} {
		got := ask(t, e, "{f9(v:"+strings.Repeat("{subs:", depth)+`{tags:"canary",any:`+number+",n:"+number+"}"+strings.Repeat("}", depth)+")}")
		if refusal(t, got) == nil || len(got) > 3000 || strings.Contains(got, "canary") {
			t.Errorf("%s: got %d bytes: %.500s", number, len(got), got)
		}
	}
}
