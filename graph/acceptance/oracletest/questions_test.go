package oracletest_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// questions are all that is asked.
func questions(t *testing.T) []question {
	t.Helper()
	text, err := os.ReadFile("schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := parser.ParseSchema(&ast.Source{Name: "schema.graphql", Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	var all []question
	all = append(all, values(schema)...)
	all = append(all, places()...)
	all = append(all, positions(schema)...)
	all = append(all, introspections()...)
	all = append(all, mistakes()...)
	all = append(all, results()...)
	seen := map[string]bool{}
	for _, q := range all {
		if seen[q.Name] {
			t.Fatalf("there are two questions of the name %s", q.Name)
		}
		seen[q.Name] = true
	}
	return all
}

var (
	numbers = []string{
		"0", "-0", "1", "-1", "2147483647", "2147483648", "-2147483648", "-2147483649", "9007199254740991", "9007199254740993",
		"9223372036854775807", "9223372036854775808", "100000000000000000000", "1000000000000000000000", "1.0", "5.0", "-0.0", "1.5", "2.5",
		"1e2", "1E2", "1e-1", "10e-1", "2e9", "3e9", "1e21", "1.5e300", "1e308", "1e400", "-1e400", "1e-400",
	}
	either = []string{
		"null", "true", "false", `""`, `"1"`, `"RED"`, `"a b"`, `"NaN"`, "[]", "[1]", "[null]", "[1.0]", "[1.5]", "[[1]]", "[[1,null],[2]]",
		"[[1,2],[]]", "[true]", `["RED"]`, `[1,"x"]`, "{}", `"\u00e9"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ude00\ud83d"`, `"\\ud83d \/ \b\f\n\r\t"`,
	}
	objects = []string{
		`{"id":1}`, `{"id":"a"}`, `{"id":null}`, `{"id":1.5}`, `{"id":1,"name":"x"}`, `{"id":1,"name":null}`, `{"name":1}`, `{"sub":{"n":1.0}}`, `{"nope":1}`,
		`{"n":1}`, `{"n":null}`, `{"n":"1"}`, `{"n":1.0}`, `{"tags":"a"}`, `{"tags":["a",null]}`, `{"tags":[]}`, `{"color":"GREEN"}`, `{"color":"green"}`,
		`{"any":{"a":[1,{}]}}`, `{"by":{"id":1}}`, `{"by":{}}`, `{"subs":{"n":1}}`, `{"subs":[{"n":1},{"n":"1"}]}`, `{"flag":null}`, `{"flag":false}`,
		`[{"id":1},{"name":"a"}]`, `[{"n":1},null]`, `[{"n":1},{}]`, `{"must":1}`, `{"must":1,"int":null,"text":null,"one":null,"sub":null}`, `{"must":1,"float":null}`,
		`{"must":1,"list":3,"one":[],"sub":{},"none":5,"old":1}`, `{"must":1,"id":null}`, `{"must":1,"list":null}`, `{"must":1,"color":null}`, `{"must":null}`,
		`"é"`, `"red"`, `"BLUE"`,
	}
	literals = []string{
		"RED", "red", "[RED]", "[RED,null]", "{id:1}", `{id:"a"}`, "{id:null}", "{id:1.5}", `{id:1,name:"x"}`, "{id:1,name:null}", "{name:1}", "{sub:{n:1}}", "{nope:1}",
		"{n:1}", "{n:null}", `{n:"1"}`, "{n:1.0}", "{n:2147483648}", `{tags:"a"}`, `{tags:["a",null]}`, "{tags:[]}", "{color:GREEN}", `{color:"GREEN"}`,
		"{any:{a:[1,{}]}}", "{any:[{}]}", "{by:{id:1}}", "{by:{}}", "{subs:{n:1}}", `{subs:[{n:1},{n:"1"}]}`, "{flag:null}", "{flag:false}", "{n:{}}", "{color:{}}", "{tags:[{}]}",
		`[{id:1},{name:"a"}]`, "[{n:1},null]", "[{n:1},{}]", "[{}]", `"\u{1F600}"`, `"\u{d83d}"`, `"\u{110000}"`, `"""\ud83d"""`, `"""a"""`, "{n:1,n:2}", "{a:{b:1},a:2}",
		"{must:1}", "{must:1,int:null,text:null,one:null,sub:null}", "{must:1,float:null}", "{must:1,list:3,one:[],sub:{},none:5,old:1}", "{must:1,id:null}", "{must:1,list:null}",
		"{must:1,color:null}", "{must:null}", "{must:1,any:{a:RED}}", "[[RED]]", "01", "1.", ".5", "-", "1e", "0x1", "+1", "1a", "nullx",
	}
)

// values are of each input type that a field of Query has, as a variable and as a literal.
func values(schema *ast.SchemaDocument) (all []question) {
	for _, f := range schema.Definitions.ForName("Query").Fields {
		arg := f.Arguments.ForName("v")
		if arg == nil {
			continue
		}
		add := func(name, query, variables string) {
			all = append(all, question{Name: f.Name + " " + name, Query: query, Variables: variables, Sorted: true})
		}
		withVariable := fmt.Sprintf("query($v:%s){%s(v:$v)}", arg.Type, f.Name)
		add("absent", "{"+f.Name+"}", "")
		add("variable absent", withVariable, "")
		for _, list := range [][]string{numbers, either, objects} {
			for _, v := range list {
				add("variable "+v, withVariable, `{"v":`+v+`}`)
			}
		}
		for _, list := range [][]string{numbers, either, literals} {
			for _, v := range list {
				add("literal "+v, fmt.Sprintf("{%s(v:%s)}", f.Name, v), "")
			}
		}
	}
	return all
}
