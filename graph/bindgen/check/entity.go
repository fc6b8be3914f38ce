package check

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// entity is an @entity type.
type entity struct {
	key     []string             // the names of its parts, in the order of the directive
	keyType map[string]*ast.Type // by part; a part with a mistake has none
	onlyGet bool                 // there is no call for many keys, so each is one call
	binding *spec.Binding        // nil when something is wrong with it, which has been reported
}

// exportedName is the name of an exported Go function.
var exportedName = regexp.MustCompile(`^[A-Z][A-Za-z0-9_]*$`)

// checkEntities compiles every @entity.
func (c *compiler) checkEntities() {
	c.entities = map[string]*entity{}
	for _, def := range c.order {
		u := c.use(def, "entity")
		if u == nil {
			continue
		}
		o := c.objects[def.Name]
		if o.root != "" {
			c.report(u.site, u.pos, "a root type has no key; remove @entity")
			continue
		}
		c.entities[def.Name] = c.entity(o, u)
	}
}

// entity compiles one @entity: its key first, since both calls are about that, then the call for one key and the one for many.
func (c *compiler) entity(o *object, u *usage) *entity {
	e := &entity{keyType: map[string]*ast.Type{}, onlyGet: u.missing("batch") && u.missing("func")}
	b := &binder{c: c, site: u.site, failed: c.spoilt[o.def]}
	c.entityKey(o, u, b, e)
	binding := &spec.Binding{
		Name: o.def.Name, At: c.at(u.pos), Entity: true, Read: true, Type: ast.NamedType(o.def.Name, o.def.Position),
	}
	c.entitySource(u, b, binding)
	b.taken = c.taken(binding.Upstream)
	b.keyInt = u.text("keyType") == "INT" || len(e.key) == 1 && e.keyType[e.key[0]] != nil && e.keyType[e.key[0]].Name() == "Int"
	if u.given["get"] != nil {
		binding.Single = c.entityGet(u, b, e)
	}
	for _, name := range []string{"at", "query", "quote", "headers"} {
		if u.given["get"] == nil && u.has(name) {
			b.report(u.at(name), "%s belongs to get, which is not there; write it inside batch or remove it", name)
		}
	}
	if l := u.object("batch"); l != nil {
		binding.Batch = c.entityBatch(u, b, e, l)
	}
	c.entityKeyType(u, b, binding)
	binding.Empty = c.entityEmpty(u, b)
	for _, name := range e.key {
		binding.Vars = append(binding.Vars, spec.Var{Name: name, Type: e.keyType[name]})
	}
	if !b.failed {
		e.binding = binding
	}
	return e
}

// entityKey reads the key's parts: each a single ID, String or Int among the type's members.
func (c *compiler) entityKey(o *object, u *usage, b *binder, e *entity) {
	if !u.has("key") {
		b.failed = true
		return
	}
	if len(u.list("key")) == 0 {
		b.report(u.at("key"), `the key has no parts; name one, such as key: "id"`)
	}
	for _, n := range u.list("key") {
		name := n.value.Raw
		if slices.Contains(e.key, name) {
			b.report(n.pos, "the key has the part %q twice; keep one", name)
			continue
		}
		e.key = append(e.key, name)
		m := o.field(name)
		mistake := ""
		switch {
		case m == nil && isMap(u):
			e.keyType[name] = ast.NamedType("ID", n.pos) // the answer has it as a member's name
		case m == nil:
			names := fieldNames(o.def)
			mistake = fmt.Sprintf("the key's part %q is no member of %s; add it, @inaccessible if clients should not see it%s", name, o.def.Name, hint(name, names))
		case m.spoilt || c.types[m.def.Type.Name()] == nil:
			b.failed = true
			continue
		default:
			mistake = c.memberMistake(m)
			if mistake == "" {
				mistake = keyMistake(m.name(), m.def.Type)
			}
			if mistake == "" {
				e.keyType[name] = m.def.Type
			}
		}
		if mistake != "" {
			b.report(n.pos, "%s", mistake)
		}
	}
}

// isMap reports whether an entity's batch is answered by an object from key to element.
func isMap(u *usage) bool {
	batch := u.object("batch")
	return batch != nil && batch.text("shape") == "MAP"
}

// entitySource reads who answers: an upstream, or a Go function.
func (c *compiler) entitySource(u *usage, b *binder, binding *spec.Binding) {
	if u.missing("func") {
		if !u.missing("max") {
			b.report(u.given["max"], "max belongs to func; write it inside batch")
		}
		if !u.missing("identity") {
			b.report(u.given["identity"], "identity belongs to func; an upstream's values belong to the headers in its forwardHeaders")
		}
		if u.missing("get") && u.missing("batch") {
			b.report(u.pos, "nothing answers %s; add get, batch or func", u.owner)
		}
		if u.missing("upstream") {
			b.report(u.pos, `upstream is missing; add upstream: "…"`)
		} else {
			binding.Upstream = c.upstreamOf(u)
		}
		b.failed = b.failed || binding.Upstream == ""
		return
	}
	for _, name := range []string{"upstream", "get", "query", "quote", "headers", "at", "batch", "keyType", "empty"} {
		if u.given[name] != nil {
			b.report(u.given[name], "func answers it in Go; remove %s", name)
		}
	}
	binding.Func, binding.FuncMax = u.text("func"), u.number("max")
	b.checkMax(u.literal, "")
	if u.has("identity") {
		binding.Identity = c.identity(u)
	}
	if u.has("func") && !exportedName.MatchString(binding.Func) {
		b.report(u.at("func"), "func %q is no exported Go name; write one such as %q", binding.Func, u.owner+"ByKey")
	}
}

// entityGet compiles the call for one key: its variables are the key's parts, all of them.
func (c *compiler) entityGet(u *usage, b *binder, e *entity) *binding.Call {
	call := &binding.Call{Method: "GET", At: c.pointer(u.site, u.literal, "", "at")}
	if !u.has("get") || !u.has("key") || u.wrong["at"] {
		b.failed = true
		return nil
	}
	b.lookup = e.lookup("the variables are the key's parts", e.key)
	defer b.apart()()
	call.Template, call.Query, call.Quote = b.template(u.literal, "", "get"), b.query(u.literal, ""), quotes[u.text("quote")]
	call.Headers = b.headers(u.literal, "", false)
	for _, name := range e.key {
		if !b.failed && !b.uses(name) {
			b.report(u.at("get"), "get does not use the key's part %q; put {%s} into it", name, name)
		}
	}
	b.vars = nil // the batch, which the binder compiles next, has variables of its own
	return call
}

// lookup resolves the names of an entity's templates: names are those that there are, and rule is what a message says of them.
func (e *entity) lookup(rule string, names []string) func(*binder, *ast.Position, string) *variable {
	return func(b *binder, pos *ast.Position, name string) *variable {
		if len(names) == 1 && names[0] == "" {
			return nil // batch.keys is missing, which is reported
		}
		if !slices.Contains(names, name) {
			b.report(pos, "there is no %q: %s; %s", name, rule, use(name, names))
			return nil
		}
		if len(e.key) > 1 && name == b.keys {
			return wholeKey(name, b.parts)
		}
		t := e.keyType[name]
		if t == nil { // a batch's keys, or a part whose member cannot be one, which is reported
			t = ast.NonNullNamedType("ID", pos)
		}
		return &variable{Var: spec.Var{Name: name, Type: t}, key: true}
	}
}

// entityBatch compiles the call for many keys.
func (c *compiler) entityBatch(u *usage, b *binder, e *entity, l *literal) *binding.Batch {
	b.lookup, b.batchKey = e.lookup("the only variable is the batch's keys", []string{l.text("keys")}), e.batchKey(l.text("keys"))
	batch := b.batch(l)
	if len(e.key) > 1 && batch.Map {
		b.report(l.at("shape"), mapOfParts, u.owner, len(e.key))
	}
	if u.has("key") {
		batch.Match = c.matches(b, l, e.key)
	}
	return batch
}

// entityKeyType reads how keys are written in bodies, and inside text: as strings, or with keyType: INT as numbers. Where they stand alone in
// a URL both look the same.
func (c *compiler) entityKeyType(u *usage, b *binder, binding *spec.Binding) {
	binding.KeyInt = u.text("keyType") == "INT"
	if binding.KeyInt && (binding.Batch == nil || binding.Batch.Method != "POST") && !b.keyTyped && u.missing("func") && !b.failed {
		b.report(u.at("keyType"), "keyType: INT is about keys in a body or inside text, and none has them; remove it")
	}
}
