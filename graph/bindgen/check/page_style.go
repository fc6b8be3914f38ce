package check

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// checkStyle checks that a style has what it needs and nothing that means nothing with it.
func (b *binder) checkStyle(l *literal, p *binding.Page) {
	switch {
	case p.Style == binding.PageNumber && l.missing("total") && l.missing("next"):
		b.report(l.at("style"), "with PAGE it is total or next that tells whether there are more; give one")
	case p.Style == binding.Cursor && l.missing("next") && l.missing("cursor"):
		b.report(l.at("style"), `with CURSOR a page says at next where the next one begins, or its last element does at cursor; give one, such as next: "/next" or cursor: "/id"`)
	case p.Style == binding.Cursor && l.given["next"] != nil && l.given["cursor"] != nil:
		b.report(l.given["cursor"], "page.next and page.cursor both say where the next page begins; keep one")
	case p.Style != binding.Cursor && l.given["cursor"] != nil && !l.wrong["style"]:
		b.report(l.given["cursor"], "with %s no element is where the next page begins; remove cursor", l.text("style"))
	case l.given["more"] != nil && l.missing("cursor") && !l.wrong["style"]:
		b.report(l.given["more"], "page.more goes with cursor, and with %s the next page itself tells whether there are more; remove more", l.text("style"))
	case l.text("style") == "URL" && l.missing("next"):
		b.report(l.at("style"), `with URL the next page's URL stands in the answer; say where, such as next: "/links/next"`)
	case l.text("style") == "LINK" && l.given["next"] != nil:
		b.report(l.given["next"], "with LINK the next page is in the Link header; remove next")
	}
}

// checkSize checks that the upstream is told how many elements are wanted, where what it gives could not be told apart otherwise.
func (b *binder) checkSize(l *literal, p *binding.Page) {
	switch style := l.text("style"); {
	case !l.missing("size") || l.wrong["style"]:
	case style == "OFFSET" || style == "PAGE":
		b.report(l.pos, `with %s a page has as many elements as are asked for, and page.size is missing; add size: "…"`, style)
	case l.given["cursor"] != nil && l.missing("more"):
		b.report(l.pos, "page.size and page.more are both missing, so nothing tells whether there are more; give one")
	}
}

// yesNo are names of members that are true or false in every API, normalised: they tell whether there are more, and not where.
var yesNo = regexp.MustCompile(`^(has|is)(more|next|last|truncated)`)

// theLast are names of members that are true where there are no more.
var theLast = regexp.MustCompile(`^(is)?last(page)?$`)

// lastName is the last name of a pointer, without the signs and capitals by which spellings of it differ; "" of what is no pointer.
func lastName(pointer string) string {
	if !strings.HasPrefix(pointer, "/") {
		return ""
	}
	names := tokens(pointer)
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(names[len(names)-1]))
}

// checkOutside checks that total, next and more, where they are pointers, do not lead through the list as if it were an object, nor to what
// cannot be a cursor: either would end every list after its first page.
func (b *binder) checkOutside(l *literal, p *binding.Page) {
	items := l.text("items")
	for _, name := range []string{"total", "next", "more"} {
		pointer := l.text(name)
		if l.wrong[name] || l.wrong["items"] || !strings.HasPrefix(pointer, "/") {
			continue
		}
		rest, inside := below(pointer, items)
		switch {
		case items != "" && pointer == items:
			b.report(l.at(name), "page.%s %q is the list, which page.items says; say where %s is", name, pointer, name)
		case inside && !isIndex(tokens(rest)[0]) && l.has("items"):
			b.report(l.at(name), "page.%s %q leads through the list at %q, and %q is no index; say where %s is", name, pointer, items, tokens(rest)[0], name)
		}
	}
	for _, name := range []string{"next", "more"} {
		if called := lastName(l.text(name)); !l.wrong[name] && theLast.MatchString(called) && p.Style != binding.Cursor {
			b.report(l.at(name), "page.%s %q is true on the last page, and %s is there only when there are more; say where that, or the total, is", name, l.text(name), name)
		}
	}
	if !l.has("next") || l.wrong["next"] || !yesNo.MatchString(lastName(p.Next)) {
		return
	}
	const advice = "page.next %q tells whether there are more, and not where they begin, which %s needs; "
	switch p.Style {
	case binding.Cursor:
		b.report(l.at("next"), advice+"say where the cursor is, or give cursor and more where it is a member of the last element", p.Next, "CURSOR")
	case binding.Link:
		b.report(l.at("next"), advice+"say where the URL is", p.Next, l.text("style"))
	case binding.Offset, binding.PageNumber, binding.Keyset:
	}
}

// readFirst reads the number of the first page.
func (b *binder) readFirst(l *literal, p *binding.Page) {
	switch first := l.number("first"); {
	case l.given["first"] == nil || l.wrong["first"] || l.wrong["style"]:
	case p.Style != binding.PageNumber:
		b.report(l.given["first"], "with %s pages have no numbers; remove first", l.text("style"))
	case first != 0 && first != 1:
		b.report(l.at("first"), "page.first is %d; the first page has the number 0 or 1", first)
	default:
		p.FromZero = first == 0
	}
}

// readKeyset makes a page one whose elements have cursors of their own: a member of the nodes' type, so that what is kept has it, too.
func (b *binder) readKeyset(l *literal, p *binding.Page, cn *spec.Connection) {
	if l.wrong["cursor"] || p.Style != binding.Cursor || cn == nil {
		b.failed = true
		return
	}
	p.Style, p.Next = binding.Keyset, l.text("more")
	node := b.c.types[cn.Node.Name()]
	if node.Kind != ast.Object {
		b.report(l.at("cursor"), "page.cursor is a member of one object type, and a node is %s; use next", aKind(node.Kind))
		return
	}
	pointer := l.text("cursor")
	for _, f := range b.c.objects[node.Name].fields {
		if !f.member() || f.pointer() != pointer {
			continue
		}
		if f.def.Type.Elem != nil || !keyTypes[f.def.Type.NamedType] {
			b.report(l.at("cursor"), "page.cursor: %s is %s, and a cursor is a single ID, String or Int", f.name(), f.def.Type)
		}
		p.KeySlot = f.slot
		return
	}
	b.report(l.at("cursor"), "page.cursor: no member of %s stands at %q; add one, such as %s: ID! @json(at: %q) @inaccessible", node.Name, pointer, "cursor", pointer)
}

// parameterOf is the query parameter that takes the variable of that name alone; "" when none does.
func parameterOf(call *binding.Call, name string) string {
	for _, q := range call.Query {
		if q.Value == "{"+name+"}" {
			return q.Name
		}
	}
	template := call.Template
	vars, _ := readTemplate(template)
	if slices.ContainsFunc(vars, func(e expression) bool { return e.name == name && (e.operator == '?' || e.operator == '&') }) {
		return name
	}
	_, query, _ := strings.Cut(template, "?")
	for pair := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' }) {
		called, value, _ := strings.Cut(pair, "=")
		if strings.TrimSuffix(value, "{") != "{"+name+"}" { // {&more} is behind it
			continue
		}
		if plain, err := url.QueryUnescape(called); err == nil {
			return plain
		}
	}
	return ""
}
