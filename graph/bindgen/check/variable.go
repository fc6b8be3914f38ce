package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// variable is what a name in a template stands for.
type variable struct {
	spec.Var
	spec.Source
	key   bool // a batch's keys, an entity's key: values that are matched
	given bool // a member that calls give, and that so may be a client's
	whole bool // a key of several parts, each as an object of them
}

// binder compiles the calls of one binding: it resolves the names in its templates and bodies and notes those it used.
//
// Which names there are depends on the call: fieldLookup, pageLookup, batchLookup and entity.lookup are the four answers.
type binder struct {
	c *compiler
	site
	lookup func(b *binder, pos *ast.Position, name string) *variable // a new variable; nil for a mistake, which it has reported
	vars   []*variable                                               // those that the call uses, in the order of their first use
	failed bool                                                      // something is wrong with the binding, here or in what it needs

	taken map[string]string // the headers that calls do not set themselves, each with the reason
	selecting

	batchKey
	keyInt   bool // keys are numbers
	keyTyped bool // some text has keys because they are numbers
}

// report notes a problem of the binding at a position. The binding is then no longer right.
func (b *binder) report(pos *ast.Position, format string, args ...any) {
	b.failed = true
	b.c.report(b.site, pos, format, args...)
}

// apart makes the binder look as if nothing had failed, until the function that it returns is called. Checks of one part of
// a binding ask whether that part failed: they can then tell a variable that is not sent from one in a template that could
// not be read, whatever is wrong with the other parts.
func (b *binder) apart() (rejoin func()) {
	before := b.failed
	b.failed = false
	return func() { b.failed = b.failed || before }
}

// find resolves the name of a variable; nil when there is none, which has been reported.
func (b *binder) find(pos *ast.Position, name string) *variable {
	v := b.lookup(b, pos, name)
	b.failed = b.failed || v == nil
	return v
}

// add notes that the binding uses a variable. One that is used twice is noted once.
func (b *binder) add(v *variable) {
	if !slices.ContainsFunc(b.vars, func(o *variable) bool { return o.Name == v.Name }) {
		b.vars = append(b.vars, v)
	}
}

// uses reports whether the binding uses a variable of that name.
func (b *binder) uses(name string) bool {
	return slices.ContainsFunc(b.vars, func(v *variable) bool { return v.Name == name })
}

// template reads the URI template that stands in the argument called method and resolves its variables. path is where that
// argument stands in the directive, for messages: "" or "batch.". It returns "" after a mistake.
func (b *binder) template(l *literal, path, method string) string {
	text, pos := l.text(method), l.at(method)
	list, mistake := readTemplate(text)
	if mistake != "" {
		b.report(pos, "%s%s %q %s", path, method, text, mistake)
		return ""
	}
	nested, strings := binding.NestedVariables(text), false
	for _, e := range list {
		v := b.urlVariable(pos, e.name)
		if v != nil && slices.Contains(nested, e.name) && !b.free(v) {
			strings = true
			b.checkQuoted(l, path, pos, e.name)
		}
		if v != nil && e.follows {
			b.checkFollowed(pos, path, method, v)
		}
		switch {
		case v == nil:
		case e.prefix && v.key:
			b.report(pos, "{%s:…} would cut a key short; write {%s}", e.name, e.name)
		case e.prefix && v.Page:
			b.report(pos, "{%s:…} would cut a variable of page short; write {%s}", e.name, e.name)
		case e.named() && !b.sentAs(pos, e, v):
		default:
			b.add(v)
		}
	}
	if l.has("quote") && !strings && !b.failed {
		b.report(l.at("quote"), "quote: no string stands inside other text of the URL, so nothing is quoted; remove quote")
	}
	return text
}

// checkQuoted checks that a string inside other text of the URL is quoted: it could leave its place otherwise.
func (b *binder) checkQuoted(l *literal, path string, pos *ast.Position, name string) {
	switch {
	case !l.missing("quote"):
	case path != "":
		b.report(pos, "{%s} is a string inside other text, which it could leave; write the parameter into query, which has quote", name)
	default:
		b.report(pos, "{%s} is a string inside other text, which it could leave; say how it is quoted, such as quote: ODATA, or let it stand alone", name)
	}
}

// sentAs checks that a name which is written into the URL is not that of an input object's field which says that it is called
// otherwise. What @json(name:) says holds in bodies; a URL has the variable's name, so the two must not differ.
func (b *binder) sentAs(pos *ast.Position, e expression, v *variable) bool {
	t := b.find(pos, strings.Split(e.name, ".")[0]).Type
	for _, name := range v.Source.Path {
		f := b.c.types[t.Name()].Fields.ForName(name)
		if called := inputName(f, b.c.use(f, "json")); called != name {
			b.report(pos, "{%c%s} would send %q, and %s.%s is called %q by its @json(name:); write %c%s={%s}",
				e.operator, e.name, e.name, t.Name(), name, called, e.operator, called, e.name)
			return false
		}
		t = f.Type
	}
	return true
}

// urlVariable resolves a name in a URL, input.member included: what it stands for must be a scalar, an enum or a list of
// those. Unlike in a body, the whole of "input.member" is the variable's name, since the template has no other.
func (b *binder) urlVariable(pos *ast.Position, name string) *variable {
	path := strings.Split(name, ".")
	if b.isPart(path) {
		return b.part(pos, path)
	}
	v := b.find(pos, path[0])
	if v == nil {
		return nil
	}
	if v.whole {
		b.report(pos, "{%s} is a key of %d parts, which a URL cannot hold; write its parts, such as {%s}", name, len(b.parts), b.parts[0].Name)
		return nil
	}
	t := b.c.inputPath(b.site, pos, v.Type, path)
	if t == nil || b.c.types[t.Name()] == nil {
		b.failed = true
		return nil
	}
	if !b.c.leaf(t.Name()) || depth(t) > 1 {
		advice := "send it in a body"
		if def := b.c.types[t.Name()]; def.Kind == ast.InputObject && len(def.Fields) > 0 {
			advice += fmt.Sprintf(", or name a member of it such as {%s.%s}", name, def.Fields[0].Name)
		}
		b.report(pos, "{%s} is %s, which a URL cannot hold; %s", name, t, advice)
		return nil
	}
	v.Name, v.Type = name, t
	v.Source.Path = path[1:]
	return v
}

// fieldLookup resolves the names of a field's own templates: its arguments, by their names in templates, and its parent's
// members. A root field has no parent, so its type's other fields are no names.
func fieldLookup(f *field, args []*argument) func(*binder, *ast.Position, string) *variable {
	return func(b *binder, pos *ast.Position, name string) *variable {
		a := findArgument(args, name)
		m := f.object.field(name)
		if f.object.root != "" {
			m = nil
		}
		switch {
		case a != nil && m != nil:
			b.report(pos, "%q is both an argument of %s and a member of %s; rename the argument with @json(name:)", name, f.name(), f.object.def.Name)
			return nil
		case a != nil:
			return &variable{Var: spec.Var{Name: name, Type: a.def.Type}, Source: spec.Source{Source: binding.Source{Argument: a.def.Name}}}
		case m == nil:
			b.report(pos, "%s", unknownName(f, args, name))
			return nil
		}
		if mistake := b.c.memberMistake(m); mistake != "" {
			b.report(pos, "%s", mistake)
			return nil
		}
		if m.spoilt {
			return nil
		}
		source := spec.Source{Source: binding.Source{Slot: m.slot, Empty: m.empty}, Member: name, Each: m.each()}
		return &variable{Var: spec.Var{Name: name, Type: m.def.Type}, Source: source, given: m.given != nil}
	}
}

func findArgument(args []*argument, name string) *argument {
	for _, a := range args {
		if a.name == name {
			return a
		}
	}
	return nil
}

// unknownName is the message for a name that is no argument and no member.
func unknownName(f *field, args []*argument, name string) string {
	var names []string
	for _, a := range args {
		if a.def.Name == name {
			return fmt.Sprintf("the argument %q is called %q here by its @json(name:); write that", name, a.name)
		}
		names = append(names, a.name)
	}
	if f.object.root != "" {
		if len(names) == 0 {
			return fmt.Sprintf("there is no %q: the field has no arguments, and a root no members; add the argument", name)
		}
		return fmt.Sprintf("there is no argument %q; %s", name, use(name, names))
	}
	for _, m := range f.object.fields {
		if m.answer == byMember && !m.spoilt {
			names = append(names, m.def.Name)
		}
	}
	return fmt.Sprintf("there is no argument and no member of %[2]s called %[1]q; add one%[3]s", name, f.object.def.Name, hint(name, names))
}

// memberMistake says why a member cannot be a variable; "" when it can, and also when it is not known what the member is.
func (c *compiler) memberMistake(m *field) string {
	switch {
	case m.spoilt || c.types[m.def.Type.Name()] == nil:
		return ""
	case m.bound != nil:
		return fmt.Sprintf("%s has @%s, and keys are members of JSON; use a member, hidden by @inaccessible if need be", m.name(), m.bound.directive)
	case !c.leaf(m.def.Type.Name()):
		return fmt.Sprintf("%s is %s, and keys are plain members; add one such as %sId: ID @json(at: \"%s/id\") @inaccessible", m.name(), m.def.Type, m.def.Name, m.pointer())
	case depth(m.def.Type) > 1:
		return fmt.Sprintf("%s is %s, a list of lists; keys are single or in one list", m.name(), m.def.Type)
	}
	return ""
}

// checkUsed reports the arguments of a field that its binding does not use.
func (c *compiler) checkUsed(f *field, args []*argument, b *binder) {
	if b.failed {
		return // a misspelt name looks like an unused argument
	}
	for _, a := range args {
		used := slices.ContainsFunc(b.vars, func(v *variable) bool { return v.Argument == a.def.Name })
		if !used && !c.spoilt[a.def] {
			c.report(b.site, a.def.Position, "no binding uses the argument %q; use it or remove it", a.def.Name)
		}
	}
}
