package oracletest_test

import (
	"strconv"
	"strings"
)

// mistaken are documents with something wrong in them, and a few right ones beside those; the groups have the names of GraphQL's sections.
var mistaken = map[string][]string{
	"Syntax": {
		"", " ", "#", "{", "}", "{}", "{int", "{int}}", "{int(}", "{int()}", "{int(v:)}", "{int(v 1)}", "{int(v:1", "{int:}", "{:int}", "{a:b:int}", "{...}", "{...on}", "{...on Query}",
		"{... on Query {}}", "{int @}", "{int @skip(if:)}", "query", "query A", "query A(", "query A() {int}", "query A($) {int}", "query A($x) {int}", "query A($x:) {int}",
		"query A($x:Int=$y) {int}", "query A($x:[Int) {int}", "query A($x:Int!!) {int}", "fragment", "fragment F", "fragment F on", "fragment F on Query", "fragment on on Query {int}",
		"{...F} fragment F Query {int}", "{int(v:$)}", "{string(v:\"a)}", "{string(v:\"a\nb\")}", "{string(v:\"\\x\")}", "{string(v:\"\\u12\")}", "{string(v:\"\"\"a)}",
		"{string(v:\"\"\"a\"\"\")}", "{string(v:\"\"\"a\\\"\"\"b\"\"\")}", "{string(v:\"\"\"\n  a\n    b\n\"\"\")}", "{any(v:{a})}", "{any(v:{a:})}", "{any(v:[1)}", "{any(v:[})}",
		"{int?}", "{int%}", "{int(v:1.)}", "{int(v:.1)}", "{int(v:00)}", "{int(v:1.0a)}", "{ints(v:[1a])}", "{ints(v:[1 2,3,,4])}", "{ints(v:[-1-2])}", "{any(v:1_)}", "{any(v:0b1)}",
		"{int ...}", "{a.b}", "{int..F}", "\ufeff{int}", "{int\u00a0}", "{int\u2028}", "{\u00e9}", "{string(v:\"\u00e9\") nope}", "{string(v:\"\U0001F600\") nope}",
		"#\u00e9\n{nope}", "# a\r\n{\r\n  nope\r\n}", "{\r nope\r}", "{\n\tnope\n}", ",,{,int,nope,},", "subscription {int}", "type A {a: Int}", "{int} type A {a: Int}",
		"extend type Query {a: Int}", "schema {query: Query}", "{int} {int}", "query A {int} {int}", "query A {int} query A {int}", "query A {int} query B {int}",
		"{string(v:\"\u0007\")}", "{string(v:\"\t\")}", "query ($x: Int @skip(if: $x)) {int(v: $x)}", "query true {int}", "fragment true on Query {int} {...true}",
		"{any(v: true) b: any(v: truey) c: any(v: null)}", "query @scale {int}", "{int: int}", "{__typename}", "{type: __typename query: int fragment: int on: int}",
		"\"a description\" {int}", "\"a description\" query {int}", "query ($x: Int = 1) @scale {int(v: $x)}", "{int(v: 1) {}}",
	},
	"Operations": {
		"{nope}", "query A {int} fragment F on Query {int}", "mutation {nope}", "mutation {int(v: 1) defaultIntRequired(v: 1)}", "{...F}", "{...F ...G} fragment F on Query {int}",
		"fragment F on Query {int}", "{...F} fragment F on Query {int} fragment F on Query {int}", "{...F} fragment F on Query {...F}",
		"{...F} fragment F on Query {...G} fragment G on Query {...F}", "{...F} fragment F on Query {...G} fragment G on Query {...H} fragment H on Query {int ...G}",
		"{...F} fragment F on Query {board {...B}} fragment B on Board {board {...B}}", "{...F int} fragment F on Nope {int}", "{... on Nope {int}}", "{...F} fragment F on Int {int}",
		"{... on Color {int}}", "{... on Sub {n}}", "{... on Board {n}}", "{board {... on Query {int}}}", "{node {... on Board {n}}}", "{node {... on Book {pages}}}",
		"{node {... on Either {__typename}}}", "{board {either {... on Node {id} ... on Named {name} ... on Either {... on Book {pages}}}}}", "{board {either {id}}}",
		"{board {either {... on Board {n}}}}", "{board {named {... on Maker {city}}}}", "{board {...F}} fragment F on Query {int}", "{board {named {...F}}} fragment F on Maker {city}",
	},
	"Fields": {
		"{int {a}}", "{board}", "{board {}}", "{board {nope}}", "{board {n {a}}}", "{board {book}}", "{board {nodes}}", "{board {either}}", "{board {either {__typename}}}",
		"{node {name}}", "{node {__typename nope: id}}", "{node {__schema {queryType {name}}}}", "{board {__type(name: \"Int\") {name}}}", "{nope nope a: nope}", "{nope1 nope2 {a} nope3(v: 1)}",
		"{a: int(v: 1) a: int(v: 2)}", "{a: int a: float}", "{a: int(v: 1) a: int(v: 1)}", "{a: int a: int(v: null)}", "{a: sub(v: {n: 1, flag: true}) a: sub(v: {flag: true, n: 1})}",
		"{board {a: n} board {a: f}}", "{board {a: n a: id}}", "{board {either {... on Book {a: pages} ... on Maker {a: city}}}}",
		"{board {either {... on Book {a: name} ... on Maker {a: city}}}}", "{board {either {... on Book {a: id} ... on Maker {a: city}}}}",
		"{board {either {... on Book {a: maker {x: id}} ... on Maker {a: city}}}}", "{board {a: ints a: intsRequired}}", "{board {a: book {id} a: bookRequired {id}}}",
		"{board {nodes {... on Book {a: maker {b: id}}} nodes {... on Book {a: maker {b: city}}}}}", "query ($x: Int) {a: int(v: $x) a: int(v: 1)}", "query ($x: Int) {a: int(v: $x) a: int(v: $x)}",
		"{...F a: int(v: 1)} fragment F on Query {a: int(v: 2)}", "{a: id(v: 1) a: id(v: \"1\")}", "{a: float(v: 1) a: float(v: 1.0)}", "{a: string(v: \"b\") a: string(v: \"\"\"b\"\"\")}",
		"{a: ints(v: 1) a: ints(v: [1])}", "{board {n n} board {n}}",
	},
	"Arguments": {
		"{int(nope: 1)}", "{int(V: 1)}", "{int(v: 1, v: 1)}", "{int(v: 1, v: 2, v: 3)}", "{int(nope: 1, nope: 2)}", "{intRequired}", "{intRequired(v: null)}", "{intRequired(nope: 1)}",
		"{defaultIntRequired(v: null)}", "{strings}", "{board(nope: 1) {n}}", "{board {n(v: 1)}}", "{int(v: $x)}", "query ($x: Int) {int}", "query ($x: Int, $x: Int) {int(v: $x)}",
		"query ($x: Int, $x: String) {int(v: $x)}", "query A($x: Int) {int(v: $x)} query B {int(v: $x)}", "query ($x: Int) {...F} fragment F on Query {int(v: $x)}",
		"query {...F} fragment F on Query {int(v: $x)}", "query A {...F} fragment F on Query {...G} fragment G on Query {int(v: $x) a: int(v: $y)}", "query ($x: Board) {int(v: $x)}",
		"query ($x: Node!) {int}", "query ($x: [Either]) {int}", "query ($x: Nope) {int(v: $x)}", "query ($x: Int = \"a\") {int(v: $x)}", "query ($x: Int! = 1) {int(v: $x)}",
		"query ($x: Int! = null) {int(v: $x)}", "query ($x: Int) {intRequired(v: $x)}", "query ($x: Int = 1) {intRequired(v: $x)}", "query ($x: Int = null) {intRequired(v: $x)}",
		"query ($x: Sub = {n: $x}) {sub(v: $x)}", "query ($x: String) {ints(v: [1, $x])}", "query ($x: String) {sub(v: {n: $x, nope: $x})}", "query ($x: ID) {by(v: {id: $x})}",
		"query ($x: ID!) {by(v: {id: $x, name: \"a\"})}", "{sub(v: {n: 1, n: 2})}", "{sub(v: {subs: [{n: 1, n: 2}]})}", "{filled(v: {})}", "{filled(v: {int: 1, nope: 1, must: null})}",
		"{filled(v: {must: \"a\", int: \"b\", color: red, list: [1, \"c\", null]})}", "{by(v: {nope: 1})}", "{by(v: {id: 1, nope: 1})}", "{two(a: \"a\", b: \"b\")}", "{two(a: 1, b: 2, c: 3)}",
		"{int(v: \"a\") float(v: \"b\") nope}", "query ($x: Int, $y: Int) {int(v: $x)}", "query ($x: Int, $y: Nope, $z: Board) {int(v: $z)}",
	},
	"Directives": {
		"{int @nope}", "{int @nope(a: 1) @nope}", "query @nope {int}", "query @skip(if: true) {int}", "{int @skip}", "{int @skip(if: null)}", "{int @skip(if: \"a\")}", "{int @skip(if: {})}",
		"{int @skip(if: true, nope: 1)}", "{int @skip(if: true) @skip(if: false)}", "{int @include(if: true) @skip(if: false)}", "{int @include(if: false)}", "{... @skip(if: true) {int}}",
		"{... @include(if: true) {int} a: int}", "{...F @skip(if: true)} fragment F on Query {int}", "{...F} fragment F on Query @skip(if: true) {int}", "{...F} fragment F on Query @nope {int}",
		"{int @deprecated}", "{int @scale}", "{int @scale(by: 2)}", "{int @scale(by: null)}", "{int @scale(by: \"a\")}", "{int @scale(by: 2147483648)}", "{int @scale(nope: 1)}", "{int @scale(color: RED)}",
		"{int @scale(color: red)}", "{int @scale(sub: {n: 1})}", "{int @scale(sub: {nope: 1})}", "{int @scale(by: 1) @scale(by: 2)}", "{int @again @again(at: 1)}", "{int @again(at: [1, null])}",
		"query ($x: Int @again) {int(v: $x)}", "query ($x: Int @scale) {int(v: $x)}", "query ($x: Int @nope) {int(v: $x)}", "{int @specifiedBy(url: \"a\")}", "{int @oneOf}",
		"{...F @defer} fragment F on Query {int}", "{... @defer {int}}", "{board {books @stream {id}}}", "{int @skip(if: $x)}", "query ($x: Boolean) {int @skip(if: $x)}",
		"query ($x: [Boolean!]) {int @skip(if: $x)}", "query ($x: String!) {int @include(if: $x)}", "query ($x: Boolean = false) {int @skip(if: $x)}",
		"mutation @scale(by: 2) {int}", "{board @skip(if: false) {n @include(if: false) f}}", "{string(v: \"a\") @nope string(v: \"\"\"\nb\n\"\"\") @nope}",
	},
}

// mistakes are the documents of mistaken, once more with everything in lines of its own, and requests whose operation is not there.
func mistakes() (all []question) {
	for group, documents := range mistaken {
		for _, text := range documents {
			all = append(all, question{Name: group + " " + strconv.Quote(text), Query: text, Sorted: true})
			if !strings.ContainsAny(text, "\"#") {
				all = append(all, question{Name: group + " in lines " + strconv.Quote(text), Query: strings.NewReplacer(" ", "\n  ", "{", "{\n", "(", " ( ").Replace(text), Sorted: true})
			}
		}
	}
	for _, q := range []question{
		{Name: "A", Query: "query A {int} query B {float}", Operation: "A"},
		{Name: "B", Query: "query A {int} query B {float}", Operation: "B"},
		{Name: "C", Query: "query A {int} query B {float}", Operation: "C"},
		{Name: "none of two", Query: "query A {int} query B {float}"},
		{Name: "C of one", Query: "query A {int}", Operation: "C"},
		{Name: "F, a fragment", Query: "query A {...F} fragment F on Query {int}", Operation: "F"},
		{Name: "only its variables", Query: "query A($x: Int) {int(v: $x)} query B($x: String) {string(v: $x)}", Operation: "A", Variables: `{"x":1}`},
		{Name: "not its variables", Query: "query A($x: Int) {int(v: $x)} query B($x: String) {string(v: $x)}", Operation: "B", Variables: `{"x":1}`},
		{Name: "more variables", Query: "query A($x: Int) {int(v: $x)}", Variables: `{"x":1,"y":[{}]}`},
		{Name: "several variables are wrong", Query: "query A($x: Int, $y: [Sub!]!, $z: Color) {int(v: $x) subs(v: $y) color(v: $z)}", Variables: `{"x":"a","y":[{"n":"b"},{"n":1}],"z":"red"}`},
		{Name: "several variables are missing", Query: "query A($x: Int!, $y: [Sub!]!, $z: Color) {int(v: $x) subs(v: $y) color(v: $z)}", Variables: `{"z":"RED"}`},
	} {
		q.Name, q.Sorted = "Operation name "+q.Name, true
		all = append(all, q)
	}
	return all
}
