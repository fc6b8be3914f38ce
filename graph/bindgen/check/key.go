package check

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// batchKey is what the calls of a batch know of its keys.
type batchKey struct {
	keys string // the variable that takes them; "": it is no batch
	// parts are those of the key. The variable of a key's only part is keys itself, that of one among several keys, a dot and the part.
	parts []*variable
}

// mapOfParts is the mistake of a map whose keys have several parts.
const mapOfParts = "a member name is one string, and the key of %s has %d parts; use shape: LIST with match"

// fieldKey finds the parent's members that are the key of a batch, or its parts.
func (c *compiler) fieldKey(f *field, b *binder, l *literal) batchKey {
	key := batchKey{keys: l.text("keys")}
	if !l.has("from") {
		b.failed = true
		return key
	}
	from := l.values["from"].value
	switch {
	case from.Kind == ast.StringValue:
		if v := c.fieldPart(f, b, from, key.keys); v != nil {
			key.parts = []*variable{v}
		}
		return key
	case from.Kind != ast.ObjectValue:
		b.report(from.Position, `batch.from must be the name of a member, or one for each part of the key: {sku: "id", store: "storeId"}, got %s`, from)
		return key
	case len(from.Children) < 2:
		b.report(from.Position, "batch.from names fewer than two parts, and a key of one is the name of a member; write that")
		return key
	}
	for _, child := range from.Children {
		name := key.keys + "." + child.Name
		switch {
		case slices.ContainsFunc(key.parts, func(v *variable) bool { return v.Name == name }):
			b.report(child.Position, "batch.from names %q twice; keep one", child.Name)
		case child.Value.Kind != ast.StringValue:
			b.report(child.Value.Position, "batch.from.%s must be the name of a member, got %s", child.Name, child.Value)
		default:
			if v := c.fieldPart(f, b, child.Value, name); v != nil {
				key.parts = append(key.parts, v)
			}
		}
	}
	if len(key.parts) < len(from.Children) {
		key.parts = nil // nothing can be said of a key that is not known
	}
	return key
}

// fieldPart is the variable of a key's part that is a member of the parent; nil when it cannot be, which has been reported.
func (c *compiler) fieldPart(f *field, b *binder, from *ast.Value, variableName string) *variable {
	name := from.Raw
	m := f.object.field(name)
	if m == nil {
		var names []string
		for _, m := range f.object.fields {
			if m.answer == byMember {
				names = append(names, m.def.Name)
			}
		}
		b.report(from.Position, "batch.from: %s has no member %q; add it%s", f.object.def.Name, name, hint(name, names))
		return nil
	}
	mistake := c.memberMistake(m)
	if mistake == "" && !m.spoilt && c.types[m.def.Type.Name()] != nil {
		mistake = keyMistake(m.name(), m.def.Type)
	}
	if mistake != "" {
		b.report(from.Position, "%s", mistake)
		return nil
	}
	return &variable{Var: spec.Var{Name: variableName, Type: m.def.Type}, Source: spec.Source{Source: binding.Source{Slot: m.slot}, Member: name}, key: true}
}

// batchKey is the key of an entity as the calls of its batch name it.
func (e *entity) batchKey(keys string) batchKey {
	key := batchKey{keys: keys}
	for _, name := range e.key {
		v := &variable{Var: spec.Var{Name: keys, Type: e.keyType[name]}, key: true}
		if len(e.key) > 1 {
			v.Name = keys + "." + name
		}
		if v.Type == nil { // a part whose member cannot be one, which is reported
			v.Type = ast.NonNullNamedType("ID", nil)
		}
		key.parts = append(key.parts, v)
	}
	return key
}

// wholeKey is the variable that takes the keys of a batch. It is a copy, which the caller may change.
func wholeKey(keys string, parts []*variable) *variable {
	if len(parts) == 1 {
		v := *parts[0]
		return &v
	}
	return &variable{Var: spec.Var{Name: keys, Type: ast.NonNullNamedType("ID", nil)}, key: true, whole: true}
}

// isPart reports whether a path names a part of a key that has several.
func (k *batchKey) isPart(path []string) bool {
	return len(k.parts) > 1 && len(path) > 1 && path[0] == k.keys
}

// part is the variable of a part of the key; nil when there is none, which has been reported.
func (b *binder) part(pos *ast.Position, path []string) *variable {
	name := strings.Join(path, ".")
	for _, v := range b.parts {
		if v.Name == name {
			part := *v
			return &part
		}
	}
	b.report(pos, "there is no %q: the key has no part %q; %s", name, strings.Join(path[1:], "."), use(path[1], b.partNames()))
	return nil
}

// areParts reports whether all names are parts of the key, of which a text may have several.
func (k *batchKey) areParts(names []string) bool {
	return len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool { return !k.isPart(strings.Split(name, ".")) })
}

// partNames are the names of the key's parts; of its only one any.
func (k *batchKey) partNames() []string {
	names := make([]string, len(k.parts))
	for i, v := range k.parts {
		names[i] = strings.TrimPrefix(v.Name, k.keys+".")
	}
	return names
}

// unsent are the variables of the parts that the call does not send by themselves.
func (b *binder) unsent() (names []string) {
	for _, v := range b.parts {
		if !b.uses(v.Name) {
			names = append(names, v.Name)
		}
	}
	return names
}

// areNumbers reports whether all parts of the key are numbers.
func (b *binder) areNumbers() bool {
	return len(b.parts) > 0 && !slices.ContainsFunc(b.parts, func(v *variable) bool { return !b.keyInt && v.Type.Name() != "Int" })
}
