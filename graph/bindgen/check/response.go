package check

import (
	"net/http"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
)

// headerPlace is the name of a response header in a place such as header:Location; false where the place is a JSON pointer.
func headerPlace(place string) (name string, ok bool) {
	name, ok = strings.CutPrefix(place, "header:")
	return http.CanonicalHeaderKey(name), ok
}

// framing are headers that say how an answer was sent, and nothing of what it is about.
var framing = []string{
	"Connection", "Content-Encoding", "Content-Length", "Keep-Alive", "Proxy-Authenticate", "Proxy-Connection", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade",
}

// checkHeaderPlace checks at: "header:NAME" of a field: whether it may be read, and as what. It returns "" after a mistake.
func (c *compiler) checkHeaderPlace(u *usage, t *ast.Type) string {
	name, _ := headerPlace(u.text("at"))
	pos := u.at("at")
	switch {
	case !headerName.MatchString(name):
		c.report(u.site, pos, "%q is not the name of a header; write one such as \"header:Location\"", strings.TrimPrefix(u.text("at"), "header:"))
	case name == "Set-Cookie":
		c.report(u.site, pos, "a cookie is for the client's browser, and no value of an answer; send it back with respond: [\"Set-Cookie\"] of @http")
	case slices.Contains(framing, name):
		c.report(u.site, pos, "the header %s says how the answer was sent, and nothing of what it is about; name another", name)
	case t.Elem != nil:
		c.report(u.site, pos, "a header is one value, and the field is %s; make it a scalar or an enum", t)
	case c.types[t.NamedType] != nil && (!c.leaf(t.NamedType) || t.NamedType == "Boolean"):
		c.report(u.site, pos, "a header is a text, and the field is %s; make it String, ID, Int, Float, an enum or a scalar of your own", t)
	default:
		return name
	}
	u.wrong["at"] = true
	return ""
}

// answerHeader reads at: "header:NAME" of an @http, whose field is then the header alone; false: it is no such place.
func (b *binder) answerHeader(f *field, call *binding.Call) bool {
	u := f.bound
	if _, ok := headerPlace(u.text("at")); !ok || !u.has("at") {
		return false
	}
	for _, name := range []string{"each", "page", "empty"} {
		if u.given[name] != nil {
			b.report(u.given[name], "%s is about a body, and the field is a header; remove one", name)
		}
	}
	call.Header = b.c.checkHeaderPlace(u, f.def.Type)
	b.failed = b.failed || call.Header == ""
	return true
}

// checkHeaderMembers checks the members that are headers of the answer, and has the calls that give their objects bring them. A header is
// of one answer: so nothing else may give an object of the type but calls that answer with one such object.
func (c *compiler) checkHeaderMembers() {
	for _, def := range c.order {
		o := c.objects[def.Name]
		if o == nil {
			continue
		}
		var names []string
		for _, f := range o.fields {
			if f.json == nil || !f.json.has("at") {
				continue
			}
			if name, ok := headerPlace(f.json.text("at")); ok && !f.spoilt {
				c.checkOneAnswer(o, f)
				names = append(names, name)
			}
		}
		slices.Sort(names)
		for _, b := range c.bindings {
			if b.Type.Name() == def.Name && b.Single != nil {
				b.Single.HeaderMembers = slices.Compact(names)
			}
		}
	}
}

// checkOneAnswer reports a member that is a header where an object of its type may come from anything but a call of its own.
func (c *compiler) checkOneAnswer(o *object, f *field) {
	report := func(why string, args ...any) {
		args = append([]any{o.def.Name}, args...)
		c.report(f.json.site, f.json.at("at"), "a header is of one answer, and an object of %s "+why, args...)
	}
	if c.use(o.def, "entity") != nil {
		report("may come by its key, from any call that has it; add a type for what the one call answers")
		return
	}
	for _, def := range c.order {
		switch {
		case c.objects[def.Name] == nil && slices.Contains(c.impls[def.Name], o.def):
			report("may come as %s; remove it from that", def.Name)
			return
		case c.objects[def.Name] == nil:
			continue
		}
		for _, g := range c.objects[def.Name].fields {
			switch {
			case c.answered(g) != o.def.Name || g.answer == byResolver || g.spoilt:
			case g.answer != byHTTP:
				report("may come as %s, within another answer; add a type for what the one call answers", g.name())
				return
			case g.def.Type.Elem != nil || g.bound.given["page"] != nil || g.bound.given["batch"] != nil:
				report("may come from %s, of which one answer has several; add a type for what the one call answers", g.name())
				return
			}
		}
	}
}
