package oracletest_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// wrong is JSON that is no value of a type for either of us, by the type; right is some that is.
var (
	right = map[string][]string{
		"Int": {"1", "-5", "2147483647", "2.0"}, "Float": {"1", "1.5", "1e3"}, "String": {`"a"`, `""`, `"é \n"`}, "ID": {`"a"`, "7"}, "Boolean": {"true", "false"},
		"Any": {`{"a":[1,null]}`, "0", `"x"`}, "Paged": {`"p"`}, "Color": {`"RED"`, `"BLUE"`},
	}
	wrong = map[string][]string{
		"Int": {`"x"`, "2.5", "2147483648", "[1]", "{}"}, "Float": {`"x"`, "{}", "[1]"}, "String": {"{}", `["a"]`}, "ID": {"1.5", "{}", "[1]"},
		"Boolean": {`"x"`, "{}"}, "Color": {`"PINK"`, `"red"`, "1"},
	}
	members = []boardMember{
		{"n", "Int"},
		{"f", "Float"},
		{"s", "String"},
		{"id", "ID"},
		{"b", "Boolean"},
		{"any", "Any"},
		{"paged", "Paged"},
		{"color", "Color"},
		{"must", "Int!"},
		{"ints", "[Int]"},
		{"intsRequired", "[Int!]"},
		{"grid", "[[Int]]"},
		{"strictGrid", "[[Int!]!]"},
		{"colors", "[[Color]]"},
		{"book", "Book"},
		{"bookRequired", "Book!"},
		{"books", "[Book]"},
		{"booksRequired", "[Book!]"},
		{"shelves", "[[Book]]"},
		{"strictShelves", "[[Book!]!]"},
		{"node", "Node"},
		{"nodes", "[Node]"},
		{"nodeGrid", "[[Node!]]"},
		{"named", "Named"},
		{"either", "Either"},
		{"eithers", "[Either!]"},
	}
	selections = map[string]string{
		"Book": "{id name pages maker {id city}}", "Node": "{__typename id ... on Named {name} ... on Maker {city}}", "Named": "{id name}",
		"Either": "{... on Book {id pages} ... on Maker {id city}}",
	}
)

// boardMember is a field of Board.
type boardMember struct{ name, of string }

// boxed reports whether it is a list of lists of objects.
func (m boardMember) boxed() bool {
	return strings.HasPrefix(m.of, "[[") && selections[strings.Trim(m.of, "[]!")] != ""
}

// results are what a service answers, right or wrong: each member with each mistake in each place, and boards that are made by chance.
func results() (all []question) {
	for _, m := range members {
		query := fmt.Sprintf("{board {%s%s must}}", m.name, selections[strings.Trim(m.of, "[]!")])
		for i, v := range variants(m.of) {
			all = append(all, question{
				Boxed: m.boxed(), Name: fmt.Sprintf("%s %d = %s", m.name, i, v), Query: query,
				Answers: map[string]json.RawMessage{"board": json.RawMessage(`{"` + m.name + `":` + v + `,"must":1}`)},
			})
			if m.name == "must" {
				all[len(all)-1].Answers["board"] = json.RawMessage(`{"must":` + v + `}`)
			}
		}
	}
	for seed := range uint64(300) {
		all = append(all, random(seed, seed%3 == 0))
	}
	return all
}

// variants are values of a type: right ones, null, and ones with one mistake, in each place.
func variants(of string) []string {
	inner, isList := strings.CutPrefix(strings.TrimSuffix(of, "!"), "[")
	if !isList {
		return append(leaves(strings.TrimSuffix(of, "!")), "null")
	}
	list := []string{"[]", "null", "{}", "1", `"x"`}
	inner = strings.TrimSuffix(inner, "]")
	fine := variants(inner)[0]
	for _, v := range variants(inner) {
		list = append(list, "["+fine+","+v+"]", "["+v+"]", "["+v+","+fine+","+v+"]")
	}
	return list
}

// leaves are values of a type that is no list.
func leaves(of string) []string {
	switch of {
	case "Book":
		return []string{
			`{"id":1,"pages":5,"maker":{"id":2,"city":"x"}}`, `{"id":1,"pages":"x"}`, `{"id":1}`, `{"id":null,"pages":"x"}`, `{"pages":5,"name":{}}`,
			`{"id":1,"pages":5,"maker":{"id":{},"city":[]}}`, `{"id":1,"pages":null,"name":{},"maker":{"city":[]}}`,
		}
	case "Node", "Either":
		return []string{
			`{"__typename":"Book","id":1,"pages":5}`, `{"__typename":"Maker","id":2,"city":"x"}`, `{"__typename":"Book","id":1,"name":{},"pages":"x"}`,
			`{"__typename":"Maker","city":{}}`, `{"__typename":"Nope","id":1}`, `{"__typename":"Board","id":1}`, `{"id":1}`,
		}
	case "Named":
		return []string{`{"__typename":"Book","id":1,"name":"a"}`, `{"__typename":"Maker","id":2}`, `{"__typename":"Book","name":{}}`}
	}
	return append(append([]string{}, right[of]...), wrong[of]...)
}

// random is a board with mistakes here and there, and a question about a part of it, in any order, with fragments and aliases.
func random(seed uint64, boxed bool) question {
	rng := rand.New(rand.NewPCG(seed, 0))
	return question{
		Boxed: boxed,
		Name:  fmt.Sprint("board ", seed), Query: "{" + randomField(rng, boxed, "board", 2) + " b: " + randomField(rng, boxed, "boards", 1) + "}\nfragment F on Board {n must}",
		Answers: map[string]json.RawMessage{
			"board": json.RawMessage(randomBoard(rng, 2)), "boards": json.RawMessage("[" + randomBoard(rng, 1) + "," + randomBoard(rng, 1) + ",null]"),
		},
	}
}

func randomField(rng *rand.Rand, boxed bool, name string, depth int) string {
	var b strings.Builder
	b.WriteString(name + " {")
	for _, i := range rng.Perm(len(members))[:1+rng.IntN(len(members))] {
		m := members[i]
		if m.boxed() && !boxed {
			continue
		}
		field := m.name + selections[strings.Trim(m.of, "[]!")]
		switch rng.IntN(6) {
		case 0:
			field = "a" + fmt.Sprint(i) + ": " + field
		case 1:
			field = "... {" + field + "}"
		case 2:
			field = "...F " + field
		case 3:
			field += "\n"
		}
		b.WriteString(field + " ")
	}
	if depth > 0 {
		b.WriteString(randomField(rng, boxed, "board", depth-1))
		b.WriteString(" " + randomField(rng, boxed, "boards", depth-2))
	}
	return b.String() + " f}"
}

func randomBoard(rng *rand.Rand, depth int) string {
	parts := []string{}
	for _, m := range members {
		all := variants(m.of)
		v := all[rng.IntN(len(all))]
		if rng.IntN(12) > 0 {
			v = fine(m.of)
		}
		parts = append(parts, `"`+m.name+`":`+v)
	}
	if depth > 0 {
		parts = append(parts, `"board":`+randomBoard(rng, depth-1), `"boards":[`+randomBoard(rng, depth-2)+",null,"+randomBoard(rng, depth-2)+"]")
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// fine is a value of a type without a mistake.
func fine(of string) string {
	inner, isList := strings.CutPrefix(strings.TrimSuffix(of, "!"), "[")
	if !isList {
		return leaves(strings.TrimSuffix(of, "!"))[0]
	}
	return "[" + fine(strings.TrimSuffix(inner, "]")) + "]"
}
