package check

import "weft/graph/binding"

// upstreamErrors reads where an upstream says that it failed, and why; nil: it does not say.
func (c *compiler) upstreamErrors(u *usage) *binding.Failure {
	e := u.object("errors")
	if e == nil {
		return nil
	}
	at := func(name string) string { return c.pointer(u.site, e, "errors.", name) }
	f := &binding.Failure{
		When: at("when"), Code: at("code"), Message: at("message"), Parameter: at("parameter"), Documentation: at("documentation"),
	}
	if fields := e.object("fields"); fields != nil {
		at := func(name string) string { return c.pointer(u.site, fields, "errors.fields.", name) }
		f.Fields = binding.Fields{At: at("at"), Field: at("field"), Code: at("code"), Message: at("message")}
		c.checkTexts(u.site, fields, "errors.fields.", "field", "code", "message")
	}
	if len(e.given)+len(e.wrong) == 0 {
		c.report(u.site, u.at("errors"), "errors says nothing; write where a failure has its text: {message: \"/error/message\"}, or remove it")
	}
	c.checkTexts(u.site, e, "errors.", "code", "message", "parameter", "documentation")
	if f.Fields.At != "" {
		c.checkFieldsApart(u.site, e)
	}
	return f
}

// checkTexts refuses a pointer to a text that leads through another one: one of the two finds nothing, whatever is answered.
func (c *compiler) checkTexts(s site, l *literal, path string, names ...string) {
	for _, name := range names {
		for _, other := range names {
			if !l.has(name) || !l.has(other) || l.wrong[name] || l.wrong[other] {
				continue
			}
			if _, through := below(l.text(name), l.text(other)); through {
				c.report(s, l.at(name), "%s%s leads through %s, which is a text at %q; keep one", path, name, other, l.text(other))
			}
		}
	}
}

// checkFieldsApart refuses a list of fields that stands where a text stands, or below it.
func (c *compiler) checkFieldsApart(s site, e *literal) {
	fields := e.object("fields")
	at := fields.text("at")
	for _, name := range []string{"code", "message", "parameter", "documentation"} {
		if _, through := below(at, e.text(name)); e.has(name) && !e.wrong[name] && (through || at == e.text(name)) {
			c.report(s, fields.at("at"), "errors.fields.at leads to or through %s, which is a text at %q; keep one", name, e.text(name))
		}
	}
}
