package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// methods are the arguments that name a call, and readMethods those of calls that change nothing: a post may be a question.
var (
	methods     = []string{"get", "post", "put", "patch", "delete"}
	readMethods = []string{"get", "post"}
)

// checkBindings compiles the bindings of all fields. Entities come before it, because a @load field uses theirs. Fields of
// Subscription have none: checkRootField has reported any.
func (c *compiler) checkBindings() {
	c.connections = map[string]*spec.Connection{}
	for _, def := range c.order {
		o := c.objects[def.Name]
		if o == nil || o.root == ast.Subscription {
			continue
		}
		for _, f := range o.fields {
			switch {
			case f.spoilt && f.answer == byHTTP:
				c.http(f) // for its other mistakes
			case f.answer == byHTTP:
				if field := c.http(f); field != nil {
					c.fields, c.bindings = append(c.fields, field), append(c.bindings, field.Binding)
				}
			case f.answer == byLoad:
				if field := c.load(f); field != nil {
					c.fields = append(c.fields, field)
				}
			}
		}
	}
}

// http compiles an @http field; nil when something is wrong, which has been reported. The page comes first, because it takes
// first and after out of the arguments and gives the call two variables.
func (c *compiler) http(f *field) *spec.Field {
	u, args := f.bound, c.arguments(f.def)
	b := &binder{c: c, site: u.site, lookup: fieldLookup(f, args)}
	binding := &spec.Binding{
		Name: f.name(), At: c.at(u.pos), Type: f.def.Type, Read: f.object.root != ast.Mutation,
	}
	binding.Upstream, binding.EmptyAll = c.upstreamOf(u), u.flag("emptyMeansAll")
	b.failed, b.taken = c.spoilt[f.def], c.taken(binding.Upstream)
	if u.given["page"] != nil && u.given["batch"] == nil {
		args = c.page(f, b, args, binding)
	}
	if u.given["batch"] != nil {
		c.fieldBatch(f, b, args, binding)
	} else {
		binding.Single = c.single(f, b, args)
	}
	c.checkStatus(f, b)
	binding.Empty = c.callEmpty(f, b)
	c.checkEmptyMeansAll(u, b)
	binding.Sparse = c.summaries(f, b, binding.Type)
	c.checkSelects(b, binding)
	c.checkUsed(f, args, b)
	if binding.Page != nil {
		b.checkPageSent(u.object("page"), binding.Page, binding.Single)
	}
	if b.failed || binding.Upstream == "" {
		return nil
	}
	result := &spec.Field{Object: f.object.def.Name, Def: f.def, Binding: binding, Selects: b.selects}
	for _, v := range b.vars {
		if v.whole {
			continue // its parts are there
		}
		binding.Vars = append(binding.Vars, v.Var)
		result.Sources = append(result.Sources, v.Source)
		if v.key {
			binding.Key = b.keys
		}
	}
	return result
}

// single compiles the one call of a field without batch; nil when it has no method.
func (c *compiler) single(f *field, b *binder, args []*argument) *binding.Call {
	u := f.bound
	allowed := methods
	if f.object.root != ast.Mutation {
		allowed = readMethods
	}
	method := b.method(u.literal, "", allowed, "give "+strings.Join(allowed, ", ")+" or batch")
	if method == "" {
		return nil
	}
	call := &binding.Call{Method: strings.ToUpper(method)}
	call.Template, call.Query, call.Quote = b.template(u.literal, "", method), b.query(u.literal, ""), quotes[u.text("quote")]
	call.Headers = b.headers(u.literal, "", f.object.root == ast.Mutation)
	b.idempotencyKey(f, call)
	if !b.answerHeader(f, call) {
		call.At = c.pointer(u.site, u.literal, "", "at")
	}
	if u.given["page"] == nil {
		c.checkEach(u.site, u.literal, "", f.def.Type)
	} else if page := u.object("page"); page != nil {
		call.At = page.text("items")
	}
	call.Each = u.text("each")
	c.checkEntries(u, f)
	call.Entries = c.entriesOf(f)
	c.included(f, b, call)
	call.Status = u.text("answer") == "STATUS"
	b.respond(f, call)
	b.failed = b.failed || u.wrong["at"] || u.wrong["each"] || u.wrong["answer"]
	switch {
	case !u.missing("body"):
		call.Body = b.givenBody(u.literal, "", method)
	case method == "post" || method == "put" || method == "patch":
		call.Body = b.defaultBody(f, args)
	}
	b.checkForm(u.literal, call)
	return call
}

// method returns the one method that is given; "" when that is none, several, not allowed or unreadable, which has been
// reported. path and advice are the beginning and the end of a message.
func (b *binder) method(l *literal, path string, allowed []string, advice string) string {
	var given []string
	for _, m := range methods {
		if !l.missing(m) {
			given = append(given, m)
		}
	}
	switch {
	case len(given) == 0:
		b.report(l.pos, "%ssays no call; %s", path, advice)
		return ""
	case len(given) > 1:
		b.report(l.at(given[1]), "%s%s and %s are two calls; keep one", path, given[0], given[1])
		return ""
	case !slices.Contains(allowed, given[0]):
		b.report(l.at(given[0]), "%s changes something, and this field only reads; use get or post, or bind a field of Mutation", given[0])
		return ""
	case !l.has(given[0]):
		b.failed = true
		return ""
	}
	return given[0]
}

// givenBody compiles a written body; nil after a mistake.
func (b *binder) givenBody(l *literal, path, method string) *binding.Body {
	if method == "get" {
		b.report(l.at("body"), "get has no body; remove %sbody, or use post", path)
		return nil
	}
	if !l.has("body") {
		b.failed = true
		return nil
	}
	return b.body(l.values["body"].value)
}

// checkForm checks what is sent as a form: it has members, which have names.
func (b *binder) checkForm(l *literal, call *binding.Call) {
	call.Form = l.text("encoding") == "FORM"
	if !call.Form || b.failed {
		return
	}
	named := slices.ContainsFunc(call.Headers, func(h binding.Header) bool { return h.Name == "Content-Type" })
	object := call.Body != nil && call.Body.Object != nil
	if call.Body != nil && call.Body.Var != "" {
		i := slices.IndexFunc(b.vars, func(v *variable) bool { return v.Name == call.Body.Var })
		t := b.c.inputPath(b.site, l.at("encoding"), b.vars[i].Type, append([]string{call.Body.Var}, call.Body.Path...))
		object = t != nil && t.Elem == nil && b.c.types[t.Name()] != nil && b.c.types[t.Name()].Kind == ast.InputObject
	}
	switch {
	case call.Body == nil:
		b.report(l.at("encoding"), "encoding is how a body is written, and there is none; remove encoding, or add body: {…}")
	case !object:
		b.report(l.at("encoding"), "a form has members with names, and the body is %s; write body: {…}", call.Body)
	case named:
		b.report(l.at("encoding"), "a form is called application/x-www-form-urlencoded; remove Content-Type from headers")
	}
}

// defaultBody is the body of a call that writes none: the only input object among the arguments, or list of them; nil: there is none, so
// the call has no body.
func (b *binder) defaultBody(f *field, args []*argument) *binding.Body {
	var inputs []*argument
	for _, a := range args {
		def := b.c.types[a.def.Type.Name()]
		if def != nil && def.Kind == ast.InputObject && depth(a.def.Type) <= 1 {
			inputs = append(inputs, a)
		}
	}
	switch len(inputs) {
	case 0:
		return nil // unused arguments, if any, are reported
	case 1:
		v := b.find(f.bound.pos, inputs[0].name)
		if v == nil {
			return nil
		}
		b.add(v)
		return &binding.Body{Var: v.Name}
	default:
		b.report(f.bound.pos, "the arguments %q and %q could both be the body; write body: {…}", inputs[0].name, inputs[1].name)
		return nil
	}
}

// checkEmptyMeansAll refuses emptyMeansAll where no list could be empty.
func (c *compiler) checkEmptyMeansAll(u *usage, b *binder) {
	if !u.flag("emptyMeansAll") || b.failed {
		return
	}
	list := slices.ContainsFunc(b.vars, func(v *variable) bool { return v.Argument != "" && v.Type.Elem != nil })
	if !list {
		c.report(u.site, u.at("emptyMeansAll"), "no argument is a list, so none can be empty; remove emptyMeansAll")
	}
}

// fieldBatch compiles one call for many parents.
func (c *compiler) fieldBatch(f *field, b *binder, args []*argument, binding *spec.Binding) {
	u := f.bound
	for _, m := range append(slices.Clone(methods), "query", "quote", "headers", "body", "encoding", "at", "each") {
		if u.given[m] != nil {
			b.report(u.given[m], "%s stands beside batch; write it inside batch or remove one", m)
		}
	}
	if u.given["respond"] != nil {
		b.report(u.given["respond"], "respond stands beside batch, and headers are of one answer for one client; remove one")
	}
	if u.given["idempotencyKey"] != nil {
		b.report(u.given["idempotencyKey"], "idempotencyKey stands beside batch, and a batch changes nothing; remove one")
	}
	if u.given["included"] != nil {
		b.report(u.given["included"], "included stands beside batch, and a batch asks for nothing that stands apart; remove one")
	}
	if u.given["page"] != nil {
		b.report(u.given["page"], "page stands beside batch, and a page is of one parent's list; remove one")
	}
	if f.object.root != "" {
		b.report(u.given["batch"], "a root field has no parents to batch; use get")
		return
	}
	l := u.object("batch")
	if l == nil {
		b.failed = true
		return
	}
	b.batchKey = c.fieldKey(f, b, l)
	b.lookup = batchLookup(f, args, l.text("keys"), b.parts)
	binding.Batch = b.batch(l)
	binding.Batch.Many = l.flag("many")
	if len(b.parts) > 1 {
		binding.Batch.Parts = b.partNames()
		for _, part := range b.parts {
			b.add(part)
		}
		if binding.Batch.Map {
			b.report(l.at("shape"), mapOfParts, f.name(), len(b.parts))
		}
	}
	c.checkMany(f, b, l)
	c.checkPerKey(b, l, args)
	if several := l.has("from") && l.values["from"].value.Kind == ast.ObjectValue; !several || b.parts != nil {
		binding.Batch.Match = c.matches(b, l, b.partNames())
	}
}

// keyMistake says why a value cannot be one key; "" when it can.
func keyMistake(name string, t *ast.Type) string {
	switch {
	case t.Elem != nil:
		return fmt.Sprintf("%s is %s, and one parent has one key here; use a single ID, String or Int", name, t)
	case !keyTypes[t.NamedType]:
		return fmt.Sprintf("%s is %s, and keys are compared; use an ID, String or Int", name, t)
	}
	return ""
}

// checkMany compares many with the field's type.
func (c *compiler) checkMany(f *field, b *binder, l *literal) {
	many, list := l.flag("many"), f.def.Type.Elem != nil
	switch {
	case l.wrong["many"]:
	case many && !list:
		b.report(l.at("many"), "many: true gives each parent a list, and the field is %s; make it a list or remove many", f.def.Type)
	case !many && list:
		b.report(l.pos, "the field is the list %s; add many: true to batch, or make the field a single value", f.def.Type)
	}
}

// checkPerKey checks that perKey names the arguments that the batch sends. An upstream that reads first: 3 as three elements
// for all keys together would give most parents too few, and no check of ours can see that: the schema has to assert it.
func (c *compiler) checkPerKey(b *binder, l *literal, args []*argument) {
	named := map[string]bool{}
	var names []string
	for _, a := range args {
		names = append(names, a.name)
	}
	for _, n := range l.list("perKey") {
		name := n.value.Raw
		if !slices.Contains(names, name) {
			b.report(n.pos, "batch.perKey: there is no argument %q; %s", name, use(name, names))
		}
		if named[name] {
			b.report(n.pos, "batch.perKey names %q twice; keep one", name)
		}
		named[name] = true
	}
	if l.wrong["perKey"] {
		return
	}
	for _, v := range b.vars {
		name, _, _ := strings.Cut(v.Name, ".")
		if v.Argument != "" && !named[name] {
			named[name] = true
			b.report(l.pos, "argument %q would apply to the batch as a whole; if the upstream applies it to each key, add perKey: [%q]", name, name)
		}
	}
}
