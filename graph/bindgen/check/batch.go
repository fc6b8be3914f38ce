package check

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// maxKeys bounds a batch: more keys than this in one call is a mistake in any unit.
const maxKeys = 10_000

// batchLookup resolves the names in a field's batch: its keys and its arguments. A member is none of them, since it differs
// from parent to parent. keysName is what the call calls its keys, keys the parts of the key, each with the parent's member that it comes
// from: "" and nil when these could not be read, which has been reported. Then any unknown name may be the keys', and is not reported.
func batchLookup(f *field, args []*argument, keysName string, keys []*variable) func(*binder, *ast.Position, string) *variable {
	return func(b *binder, pos *ast.Position, name string) *variable {
		a := findArgument(args, name)
		switch m := f.object.field(name); {
		case name == keysName && a != nil:
			b.report(pos, "%q is both the batch's keys and an argument of %s; rename one, the argument with @json(name:)", name, f.name())
			return nil
		case name == keysName || keysName == "" && a == nil:
			if keys == nil || keysName == "" {
				return nil
			}
			return wholeKey(keysName, keys)
		case a != nil:
			return &variable{Var: spec.Var{Name: name, Type: a.def.Type}, Source: spec.Source{Source: binding.Source{Argument: a.def.Name}}}
		case m != nil && m.answer == byMember:
			b.report(pos, "%q is a member, which differs from parent to parent; a batch knows only its keys, {%s}, and arguments", name, keysName)
			return nil
		}
		names := []string{keysName}
		for _, a := range args {
			if a.def.Name == name {
				b.report(pos, "%s", unknownName(f, args, name))
				return nil
			}
			names = append(names, a.name)
		}
		b.report(pos, "there is no %q, which must be the batch's keys or an argument; %s", name, use(name, names))
		return nil
	}
}

// batch compiles the call of a batch, a field's or an entity's. It never returns nil: with a mistake, b.failed is set, and
// what could be read is there for further checks. Match is left to the caller, who knows the parts of the key.
func (b *binder) batch(l *literal) *binding.Batch {
	compare := l.text("compare")
	batch := &binding.Batch{
		Keys: l.text("keys"), Map: l.text("shape") == "MAP", Fold: compare == "IGNORE_CASE", Unpad: compare == "IGNORE_LEADING_ZEROS", Max: l.number("max"),
	}
	batch.At = b.c.pointer(b.site, l, "batch.", "at")
	batch.Each = b.c.pointer(b.site, l, "batch.", "each")
	b.failed = b.failed || len(l.wrong) > 0
	b.checkMax(l, "batch.")
	if batch.Fold && b.areNumbers() {
		b.report(l.at("compare"), "batch.compare: keys are numbers, which have no case; remove compare")
	}
	if l.has("keys") && !variableName.MatchString(batch.Keys) {
		b.report(l.at("keys"), "batch.keys %q is no variable; write its name, of letters, digits and _", batch.Keys)
	}
	method := b.method(l, "batch ", readMethods, "give get or post")
	if method == "" {
		return batch
	}
	defer b.apart()()
	batch.Method = strings.ToUpper(method)
	batch.Template, batch.Query = b.template(l, "batch.", method), b.query(l, "batch.")
	batch.Headers = b.headers(l, "batch.", false)
	switch {
	case !l.missing("body"):
		batch.Body = b.givenBody(l, "batch.", method)
	case method == "post":
		b.report(l.at("post"), `batch.post has no body; add body: with the keys in it, such as {ids: "{%s}"}`, batch.Keys)
	}
	if !b.failed && l.has("keys") {
		b.checkSent(l, method, batch)
	}
	return batch
}

// checkSent checks that a batch sends its keys, all parts of them.
func (b *binder) checkSent(l *literal, method string, batch *binding.Batch) {
	missing := b.unsent()
	switch {
	case len(b.parts) > 1 && (len(missing) == 0 || sends(batch.Body, batch.Keys)):
	case len(b.parts) > 1 && len(missing) < len(b.parts):
		b.report(l.at("keys"), "the call does not send the part %q of the key; put {%s} into it", strings.TrimPrefix(missing[0], batch.Keys+"."), missing[0])
	case method == "post" && !sends(batch.Body, batch.Keys):
		b.report(l.at("keys"), `the body does not send the keys; put "{%s}" into it`, batch.Keys)
	case method == "get" && len(b.parts) > 1:
		b.report(l.at("keys"), "the template does not send the keys; put their parts into query, such as {%s}", missing[0])
	case method == "get" && !b.uses(batch.Keys):
		b.report(l.at("keys"), "the template does not send the keys; put {?%s} into it, or {%[1]s} into query", batch.Keys)
	}
}

// checkMax checks how many keys, or elements of a page, one call takes.
func (b *binder) checkMax(l *literal, path string) {
	if n := l.number("max"); l.has("max") && (n < 1 || n > maxKeys) {
		b.report(l.at("max"), "%smax is %d; give 1 to %d", path, n, maxKeys)
	}
}

// matches returns the pointers to an element's key, one for each part; nil with shape: MAP, whose keys are names. After a
// mistake they are incomplete, or nil.
func (c *compiler) matches(b *binder, l *literal, parts []string) []string {
	isMap := l.text("shape") == "MAP"
	switch {
	case l.wrong["match"] || l.wrong["shape"]:
		return nil
	case isMap && l.has("match"):
		b.report(l.at("match"), "shape: MAP has its keys as member names; remove match")
		return nil
	case isMap:
		return nil
	case !l.has("match"):
		b.report(l.pos, `batch.match is missing; say where an element's key stands, such as match: "/id", or shape: MAP`)
		return nil
	}
	v := l.values["match"].value
	if len(parts) > 1 {
		return c.compositeMatch(b, v, parts)
	}
	if v.Kind != ast.StringValue {
		b.report(v.Position, `batch.match must be a string for a key of one part, such as "/id", got %s`, v)
		return nil
	}
	if mistake := pointerMistake(v.Raw); mistake != "" {
		b.report(v.Position, "batch.match %q %s", v.Raw, mistake)
		return nil
	}
	return []string{v.Raw}
}

// compositeMatch reads one pointer for each part of a key.
func (c *compiler) compositeMatch(b *binder, v *ast.Value, parts []string) []string {
	found := b.partsOf(v, "batch.match", parts, `"/…"`)
	if found == nil {
		return nil
	}
	list := make([]string, len(parts))
	for i, p := range parts {
		list[i] = found[p].Raw
		if mistake := pointerMistake(list[i]); mistake != "" {
			b.report(found[p].Position, "batch.match.%s %q %s", p, list[i], mistake)
		}
	}
	return list
}

// partsOf reads an object that has a string for each part of a key; nil when it does not.
func (b *binder) partsOf(v *ast.Value, what string, parts []string, example string) map[string]*ast.Value {
	want := make([]string, len(parts))
	for i, p := range parts {
		want[i] = p + ": " + example
	}
	if v.Kind != ast.ObjectValue {
		b.report(v.Position, "%s must name every part of the key: {%s}, got %s", what, strings.Join(want, ", "), v)
		return nil
	}
	found := map[string]*ast.Value{}
	right := true // a part that looks missing may be one that is misspelt, so missing ones are reported only without other mistakes
	wrong := func(pos *ast.Position, format string, args ...any) {
		right = false
		b.report(pos, format, args...)
	}
	for _, f := range v.Children {
		switch {
		case !slices.Contains(parts, f.Name):
			wrong(f.Position, "%s: the key has no part %q; %s", what, f.Name, use(f.Name, parts))
		case found[f.Name] != nil:
			wrong(f.Position, "%s names %q twice; keep one", what, f.Name)
		case f.Value.Kind != ast.StringValue:
			wrong(f.Value.Position, "%s.%s must be a string, got %s", what, f.Name, f.Value)
		}
		found[f.Name] = f.Value
	}
	for _, p := range parts {
		if found[p] == nil && right {
			wrong(v.Position, "%s has no part %q; add %s: %s", what, p, p, example)
		}
	}
	if !right {
		return nil
	}
	return found
}
