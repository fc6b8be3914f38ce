package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
)

var (
	// paramStyles are the styles by the names that schemas give them.
	paramStyles = map[string]binding.ParamStyle{
		"FORM": binding.Form, "SPACE_DELIMITED": binding.SpaceDelimited, "PIPE_DELIMITED": binding.PipeDelimited, "DEEP_OBJECT": binding.DeepObject,
	}
	// quotes are the rules by the names that schemas give them.
	quotes = map[string]binding.Quote{"JSON": binding.QuoteJSON, "ODATA": binding.QuoteOData, "RSQL": binding.QuoteRSQL}
)

// query compiles the parameters that a template cannot say. path is where they stand in the directive, for messages.
func (b *binder) query(l *literal, path string) (list []binding.QueryParam) {
	b.failed = b.failed || l.wrong["query"]
	for i, n := range l.list("query") {
		p := queryParam{binder: b, literal: n.fields, path: fmt.Sprintf("%squery[%d]", path, i)}
		list = append(list, p.compile())
	}
	return list
}

// queryParam compiles one parameter.
type queryParam struct {
	*binder
	*literal
	path string
	// strings says that a variable is a string, so that quote has something to do.
	strings bool
}

func (p *queryParam) compile() binding.QueryParam {
	q := binding.QueryParam{
		Name: p.text("name"), Value: p.text("value"), Style: paramStyles[p.text("style")], Each: p.text("each"), Join: p.text("join"),
		Around: p.text("around"), Quote: quotes[p.text("quote")],
	}
	for _, n := range p.list("all") {
		q.All = append(q.All, n.value.Raw)
	}
	p.failed = p.failed || len(p.wrong) > 0
	if q.Name == "" || strings.ContainsAny(q.Name, "{}") {
		p.report(p.at("name"), "%s.name %q is sent as it is; write the parameter's name, without variables", p.path, q.Name)
	}
	if p.text("members") != "" {
		return p.members(q)
	}
	if p.given["within"] != nil {
		p.report(p.at("within"), "%s.within is about members; remove it, or add members: KEYS", p.path)
	}
	switch given := p.kinds(); {
	case len(given) == 0 && len(p.wrong) == 0:
		p.report(p.pos, `%s sends nothing; add value, each, all or members, such as value: "{…}"`, p.path)
	case len(given) > 1:
		p.report(p.at(given[1]), "%s.%s stands beside %s; keep one", p.path, given[1], given[0])
	case len(given) == 1:
		p.kind(given[0], q)
	}
	return q
}

// kinds are those of value, each and all that are given.
func (p *queryParam) kinds() []string {
	return slices.DeleteFunc([]string{"value", "each", "all"}, func(name string) bool { return p.missing(name) || p.wrong[name] })
}

// kind checks what goes with the one that is given.
func (p *queryParam) kind(kind string, q binding.QueryParam) {
	p.checkJoin(kind, q)
	switch {
	case kind == "each":
		p.clause(p.at("each"), "each", q.Each, true)
	case kind == "all" && len(q.All) == 0:
		p.report(p.at("all"), "%s.all is empty; write a text, or remove the parameter", p.path)
	case kind == "all":
		for _, n := range p.list("all") {
			p.clause(n.pos, "all", n.value.Raw, false)
		}
	case p.given["style"] != nil || p.alone(q.Value):
		p.whole(q)
	default:
		p.clause(p.at("value"), "value", q.Value, false)
	}
	if p.has("quote") && !p.strings && !p.binder.failed {
		p.report(p.at("quote"), "%s.quote: no string stands in it, so nothing is quoted; remove quote", p.path)
	}
}

// checkJoin checks what binds texts together.
func (p *queryParam) checkJoin(kind string, q binding.QueryParam) {
	switch {
	case kind == "value" && !p.missing("join"):
		p.report(p.at("join"), "%s.join is between the texts of each or all; remove it", p.path)
	case kind == "value" && !p.missing("around"):
		p.report(p.at("around"), "%s.around is around the texts of each or all; write the text into value", p.path)
	case p.has("join") && q.Join == "":
		p.report(p.at("join"), "%s.join is empty; write what stands between the texts, or remove it", p.path)
	case p.has("around") && p.missing("join"):
		p.report(p.at("around"), "%s.around is around texts that are joined; add join", p.path)
	case p.has("around") && strings.Count(q.Around, "{}") != 1:
		p.report(p.at("around"), `%s.around %q needs one {}, which stands for the texts, such as "({})"`, p.path, q.Around)
	}
	if kind != "value" && p.given["style"] != nil {
		p.report(p.at("style"), "%s.style is how value is sent; remove it, or write value", p.path)
	}
}

// alone reports whether a text is one variable.
func (p *queryParam) alone(text string) bool { return bodyVariable.MatchString(text) }

// whole checks a value that is one variable, which may be a list or an input object.
func (p *queryParam) whole(q binding.QueryParam) {
	pos := p.at("value")
	if !p.alone(q.Value) {
		p.report(p.at("style"), `%s.style is how one variable is sent, and value is %q; write value: "{…}", or remove style`, p.path, q.Value)
		return
	}
	name := strings.Trim(q.Value, "{}")
	if q.Style == binding.DeepObject {
		p.object(pos, name)
		return
	}
	v := p.urlVariable(pos, name)
	if v == nil {
		return
	}
	p.add(v)
	p.strings = p.has("quote") && !p.free(v)
	switch list := p.isList(v); {
	case q.Style != binding.Form && !list:
		p.report(p.at("style"), "%s.style: {%s} is %s and no list; remove style", p.path, name, v.Type)
	case q.Style != binding.Form && p.has("quote"):
		p.report(p.at("quote"), `%s.quote: with style the elements stand alone; write each: "{%s}" and join`, p.path, name)
	}
}

// object checks the variable of DEEP_OBJECT.
func (p *queryParam) object(pos *ast.Position, name string) {
	path := strings.Split(name, ".")
	v := p.find(pos, path[0])
	if v == nil {
		return
	}
	t := p.c.inputPath(p.site, pos, v.Type, path)
	if t == nil || p.c.types[t.Name()] == nil {
		p.failed = true
		return
	}
	if t.Elem != nil || p.c.types[t.Name()].Kind != ast.InputObject {
		p.report(pos, "%s.value: {%s} is %s and no input object, whose members DEEP_OBJECT sends; remove style", p.path, name, t)
		return
	}
	v.Name, v.Type, v.Source.Path = name, t, path[1:]
	p.add(v)
}

// clause checks text with variables, of which each has one that is a list, and others none.
func (p *queryParam) clause(pos *ast.Position, kind, text string, each bool) {
	names, mistake := readClause(text)
	if mistake != "" {
		p.report(pos, "%s.%s %q %s", p.path, kind, text, mistake)
		return
	}
	if each && len(names) != 1 && !p.areParts(names) {
		p.report(pos, "%s.each %q is for each element of one variable; write that once, and use all for clauses of others", p.path, text)
		return
	}
	for _, name := range names {
		v := p.urlVariable(pos, name)
		if v == nil {
			continue
		}
		p.add(v)
		switch {
		case each && !p.isList(v):
			p.report(pos, "%s.each: {%s} is %s and no list; use value, or all", p.path, name, v.Type)
		case !each && p.isList(v):
			p.report(pos, "%s.%s: {%s} is a list; use each, which has a text for each element", p.path, kind, name)
		case !p.free(v):
			p.strings = true
			p.checkString(pos, kind, text, name)
		}
	}
}

// checkString checks that a string cannot leave its place in a clause.
func (p *queryParam) checkString(pos *ast.Position, kind, text, name string) {
	stands := p.alone(text) && p.missing("around") && len(p.text("join")) < 2 // an element that has the one character is not sent
	if !stands && p.missing("quote") {
		p.report(pos, "%s.%s: {%s} is a string inside other text, which it could leave; say how it is quoted, such as quote: JSON", p.path, kind, name)
	}
}

// readClause returns the variables of text. mistake says what is wrong with it; "" nothing.
func readClause(text string) (names []string, mistake string) {
	parts, mistake := readTag(text)
	for _, part := range parts {
		if part.Member != "" {
			names = append(names, part.Member)
		}
	}
	return names, mistake
}

// isList reports whether a variable has several values: a list, or the keys of a batch.
func (b *binder) isList(v *variable) bool { return v.Type.Elem != nil || v.key && b.keys != "" }

// free reports whether a variable's values are no strings, so that they can stand in any text: numbers, booleans, and enums.
func (b *binder) free(v *variable) bool {
	if v.key && b.keyInt {
		b.keyTyped = true
		return true
	}
	name := v.Type.Name()
	if of, ok := b.c.shipped(b.c.types[name]); ok {
		return of.Number
	}
	return name == "Int" || name == "Float" || name == "Boolean" || b.c.types[name] != nil && b.c.types[name].Kind == ast.Enum
}
