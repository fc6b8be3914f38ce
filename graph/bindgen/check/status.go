package check

// checkStatus checks answer: STATUS, which makes a Boolean of one call's status: nothing else of the answer can then be said.
func (c *compiler) checkStatus(f *field, b *binder) {
	u := f.bound
	if u.text("answer") != "STATUS" {
		return
	}
	for _, name := range []string{"at", "each", "page", "batch"} {
		if u.given[name] != nil {
			b.report(u.given[name], "%s stands beside answer: STATUS, which looks at no body; remove one", name)
		}
	}
	if t := f.def.Type; c.types[t.Name()] != nil && (t.Elem != nil || t.NamedType != "Boolean") {
		b.report(u.at("answer"), "answer: STATUS is true or false, and the field is %s; make it Boolean or remove answer", t)
	}
}
