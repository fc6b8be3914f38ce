package attacks_test

import (
	"fmt"
	"strings"
	"testing"
)

// documents are texts that cost more to read, to validate or to execute than to send.
func documents() []attack {
	product := func(selection string) string { return `{product(id:"1"){` + selection + `}}` }
	circular := strings.Repeat("fields{type{", 20) + "name" + strings.Repeat("}}", 20)
	return []attack{
		{number: 1, name: "aliases, 10,000", send: asks("{" + repeat("a%d:__typename ", 10_000) + "}"), want: costly},
		{number: 1, name: "aliases, as many as pass", send: asks("{" + repeat("a%d:__typename ", 1200) + "}"), want: "200"},
		{number: 2, name: "one field, 20,000 times", send: asks("{" + strings.Repeat("__typename ", 20_000) + "}"), want: costly},
		{number: 3, name: "unknown directives", send: asks(product("id " + repeat("@x%d ", 5000))), want: invalid},
		{
			number: 4, name: "one directive, 2,000 times",
			send: asks(product("id " + strings.Repeat("@include(if:true) ", 2000))), want: invalid,
		},
		{number: 5, name: "introspection in circles", send: asks("{__schema{types{" + circular + "}}}"), want: costly},
		{
			number: 5, name: "introspection by 250 aliases",
			send: asks("{" + repeat("a%d:__schema{types{fields{name type{name}}}} ", 250) + "}"), want: costly,
		},
		{
			number: 6, name: "fragments in a circle",
			send: asks("{...A} fragment A on Query{...B} fragment B on Query{...A}"), want: invalid,
		},
		{
			number: 8, name: "selections inside each other",
			send: asks(product(strings.Repeat("related{", 900)+"id"+strings.Repeat("}", 900)), product(strings.Repeat("related{", 20_000))),
			want: costly + ", " + syntax,
		},
		{number: 9, name: "literals inside each other", send: asks(
			"{product(id:"+strings.Repeat("[", 900)+strings.Repeat("]", 900)+"){id}}",
			"{product(id:"+strings.Repeat("{a:", 900)+"1"+strings.Repeat("}", 900)+"){id}}",
			"query($v:"+strings.Repeat("[", 900)+"ID"+strings.Repeat("]", 900)+"){product(id:$v){id}}",
			"{product(id:"+strings.Repeat("[", 100_000)), want: costly + ", " + invalid + ", " + syntax},
		{number: 11, name: "fields that overlap, in pairs", send: asks("{" + strings.Repeat("me{id}", 8000) + "}"), want: costly},
		{number: 12, name: "fragments that double", send: asks(product("...F0") + doubling(12)), want: costly},
		{number: 13, name: "lists below lists, of more and more objects", send: asks(below(100, 60)), want: "200 TOO_MANY_BYTES"},
		{number: 13, name: "lists below lists, of as many small objects as pass", send: small, want: "200"},
		{number: 13, name: "lists below lists, of the same few objects", send: few, want: "200 TOO_LARGE"},
		{
			number: 13, name: "lists below lists, where cost is limited", environ: []string{"WEFT_LIMITS_COST=10000"},
			send: asks(below(100, 60)), want: "400 COST_ESTIMATED_TOO_EXPENSIVE",
		},
		{
			number: 14, name: "variables that nobody uses",
			send: asks("query(" + repeat("$v%d:Int ", 3500) + "){__typename}"), want: invalid,
		},
		{number: 15, name: "comments", send: asks("{__typename " + strings.Repeat("#\n", 300_000) + "}"), want: costly},
		{number: 15, name: "commas, a megabyte", send: asks("{__typename " + strings.Repeat(",", 1_000_000) + "}"), want: "200"},
		{number: 24, name: "errors that repeat names", send: asks(product(repeat(strings.Repeat("x", 240)+"%d ", 1200))), want: invalid},
		{
			number: 24, name: "a literal of 600 KB",
			send: asks(`{products(first:"` + strings.Repeat("x", 600_000) + `"){totalCount}}`), want: invalid,
		},
		{number: 25, name: "suggestions", environ: []string{"WEFT_INTROSPECTION=false"}, send: suggestions, want: invalid},
		{
			number: 29, name: "huge numbers",
			send: asks("{products(first:"+strings.Repeat("9", 200)+"){totalCount}}", "{products(first:1e999999999){totalCount}}",
				"{products(first:"+strings.Repeat("9", 900_000)+"){totalCount}}"), want: invalid + ", " + costly,
		},
		{
			number: 46, name: "@defer and @stream",
			send: asks("{...@defer{__typename}}", "{products{nodes@stream{id}}}", "subscription{__typename}"), want: invalid,
		},
	}
}

// suggestions asks for names that are nearly right, where nobody may know them.
func suggestions(t *testing.T, s *service) []answer {
	t.Helper()
	answers := s.ask(t, "{produc(id:1){id}}", "{product(i:1){id}}", "{product(id:1){nam}}", "query($v:Pric){__typename}", "{...on Produc{id}}",
		"{__schema{types{name}}}")
	for _, a := range answers {
		if strings.Contains(a.body, "mean") {
			t.Errorf("got %s, which tells a name", a.body)
		}
	}
	return answers
}

// below asks for lists inside each other, n deep, below so many products.
func below(first, n int) string {
	return fmt.Sprintf("{products(first:%d){nodes{", first) + strings.Repeat("related{", n) + "id" + strings.Repeat("}", n) + "}}}"
}

// small asks for lists below lists of products that have an id and nothing else: 85 + 340 + 1360 + 5440 of them, of which all but
// the first are keys.
func small(t *testing.T, s *service) []answer {
	t.Helper()
	defer shop(s.upstream)
	shopOf(s.upstream, "")
	return s.ask(t, below(85, 3))
}

// few asks for lists below lists of four products that are all related to each other.
func few(t *testing.T, s *service) []answer {
	t.Helper()
	four := strings.TrimSuffix(repeat(`{"id":"p%d","relatedIds":["p0","p1","p2","p3"]},`, 4), ",")
	s.upstream.JSON("GET /products", `{"data":[`+four+`],"meta":{"total":4}}`)
	return short(t, s.ask(t, below(100, 60)))
}

// doubling is fragments that each spread the next one twice, n of them in a row.
func doubling(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Product{a:related{...F%d} b:related{...F%[2]d}}", i, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Product{id}", n)
	return b.String()
}

func repeat(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}
