package check

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// page checks the answer of a paged field's call: the list, and what says how it goes on. A null total or next is one
// that the upstream does not know.
func (s *sample) page(b *spec.Binding, v any, l *literal) {
	if items, ok := s.follow("items", b.Single.At, v, l, "page."); ok {
		s.check(spot{whole: true, pos: s.use.pos, site: s.use.site, advice: "correct the type or page.items"}, b.Type, []found{items})
	}
	if b.Page.Total != "" && !strings.HasPrefix(b.Page.Total, "header:") {
		s.total(b.Page.Total, v, l)
	}
	switch {
	case b.Page.Style == binding.Keyset && b.Page.Next != "":
		s.there("more", b.Page.Next, v, l)
	case b.Page.Next != "":
		s.next(b.Page, v, l)
	}
}

// total checks that what should be the number of elements is one.
func (s *sample) total(pointer string, v any, l *literal) {
	at, ok := s.follow("total", pointer, v, l, "page.")
	if !ok || at.value == nil {
		return
	}
	text, _ := at.value.(string)
	if number, is := at.value.(json.Number); is {
		text = string(number)
	}
	if !isInt(text) || strings.HasPrefix(text, "-") {
		s.report(l.at("total"), "page.total: %s%s is %s, which is no number of elements; correct total", s.file, fragment(pointer), kindOf(at.value))
	}
}

// there is what says whether there are more, which a sample of the last page may be without.
func (s *sample) there(name, pointer string, v any, l *literal) (any, bool) {
	value, ok := resolve(v, pointer)
	if !ok {
		s.report(l.at(name), "page.%s: %s is not in %s; record a page before the last, or correct %[1]s%[4]s", name, pointer, s.file, nearPointers(pointer, []found{{v, ""}}))
	}
	return value, ok
}

// next checks what should be the next page's cursor, or be there only when there is one. A sample without it tells nothing.
func (s *sample) next(p *binding.Page, v any, l *literal) {
	value, ok := s.there("next", p.Next, v, l)
	switch {
	case ok && p.Style == binding.Link:
		s.nextURL(p, value, l)
		return
	case !ok || p.Style != binding.Cursor:
		return
	}
	switch value.(type) {
	case nil, string, json.Number:
		return
	}
	if value != false { // which is no more
		s.report(l.at("next"), "page.next: %s%s is %s, and a cursor is a string or a number; correct next", s.file, fragment(p.Next), kindOf(value))
	}
}

// nextURL checks what should be the next page's URL, or an object with one, and have the parameter that says where it begins.
func (s *sample) nextURL(p *binding.Page, value any, l *literal) {
	if object, ok := value.(map[string]any); ok {
		value = object["href"]
	}
	if value == nil || value == false {
		return
	}
	text, _ := value.(string)
	u, err := url.Parse(text)
	if text == "" || err != nil {
		s.report(l.at("next"), "page.next: %s%s is %s, and no URL; correct next", s.file, fragment(p.Next), kindOf(value))
		return
	}
	if param := cmp.Or(p.Param, p.Start); !u.Query().Has(param) {
		s.report(l.at("start"), "page.start: the URL at %s%s has no parameter %q; it has %s", s.file, fragment(p.Next), param, choices(slices.Sorted(maps.Keys(u.Query()))))
	}
}
