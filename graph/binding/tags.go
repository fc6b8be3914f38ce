package binding

import (
	"slices"
	"strings"

	"weft/cache"
	"weft/graph/view"
)

// TagsOf are what a value carries that consists of objects: its type and that of its elements, each object's key, the tag of its URL, if it
// came by a call of its own, and what the schema adds. key is the value's, values those of the other variables.
func (b *Binding) TagsOf(key string, values []any, uri string, objects []view.Object) []string {
	in := b.tagParams(key, values)
	tags := make([]string, 0, 3+len(b.Tags)+2*len(objects))
	if b.Object != "" {
		tags = append(tags, cache.OfType(b.Object))
	}
	if uri != "" {
		tags = append(tags, uri)
	}
	entity := b.Primes
	if b.Entity {
		entity = b
		tags = append(tags, cache.OfKey(b.Object, key))
	} else if entity != nil {
		tags = append(tags, cache.OfType(entity.Object))
	}
	for _, t := range b.Tags {
		if !t.ofObject() {
			tags = t.append(tags, in, memberOf(view.Object{}))
		}
	}
	for _, o := range objects {
		for i := range b.Embeds {
			tags = b.Embeds[i].tags(tags, o)
		}
		if entity != nil && (entity != b || b.loose()) { // the service may spell a key otherwise than it is asked for
			if key, ok := entity.KeyOf(o); ok {
				tags = append(tags, cache.OfKey(entity.Object, key))
			}
		}
		for _, t := range b.Tags {
			if t.ofObject() && !o.IsNull() {
				tags = t.append(tags, in, memberOf(o))
			}
		}
	}
	if b.Entity && len(objects) == 0 { // what would be there has these tags, too
		for _, t := range b.Tags {
			if t.ofObject() {
				tags = t.append(tags, in, b.keyMember(in.Values))
			}
		}
	}
	return tags
}

// memberOf returns an object's members as text; false: null.
func memberOf(o view.Object) func(slot int) (string, bool) {
	return func(slot int) (string, bool) { return textOf(o.Value(slot)) }
}

// keyMember returns those members of an entity that are parts of its key; false for any other.
func (b *Binding) keyMember(key []any) func(slot int) (string, bool) {
	return func(slot int) (string, bool) {
		i := slices.Index(b.KeySlots, slot)
		if i < 0 || i >= len(key) {
			return "", false
		}
		return textOf(key[i])
	}
}

// InvalidatedBy are the tags that a mutation makes invalid which was called with values, and answered with an object.
func (b *Binding) InvalidatedBy(values []any, object view.Object) []string {
	in := Params{Vars: b.Vars, Values: values}
	var tags []string
	if path, err := b.single.url.expand(in); err == nil { // RFC 9111 §4.4
		tags = append(tags, cache.OfURL(b.Upstream, path))
	}
	for _, t := range b.Invalidates {
		tags = t.append(tags, in, memberOf(object))
	}
	return tags
}

// MayInvalidate is all that a mutation may make invalid which is called with values: what [Binding.InvalidatedBy] will say, and, of tags that
// have parts of the answer, all that begin as they do.
func (b *Binding) MayInvalidate(values []any) []string {
	tags := b.InvalidatedBy(values, view.Object{})
	for _, t := range b.Invalidates {
		if t.ofObject() {
			tags = append(tags, t.beginning())
		}
	}
	return tags
}

// beginning is what invalidates all tags of a template: those that begin with its literal text.
func (t *Tag) beginning() string {
	text := ""
	if first := t.Parts[0]; first.Slot == 0 && first.Path == nil {
		text = first.Text
	}
	if t.Kind == TagKey && !strings.Contains(text, ":") {
		return cache.Beginning("")
	}
	return cache.Beginning(t.inCache(text))
}

// tagParams are the values that tags are made of: all of a call's variables, the key among them.
func (b *Binding) tagParams(key string, values []any) Params {
	in := Params{Vars: b.Vars, Values: values}
	switch {
	case b.Entity:
		in.Values = b.KeyValues(key)
	case b.keyVars != nil && values != nil:
		in.Values = slices.Clone(values)
		for i, part := range KeyParts(key, len(b.keyVars)) {
			in.Values[b.keyVars[i]] = part
		}
	}
	return in
}

// ofObject reports whether a tag is of each object, not of the call.
func (t *Tag) ofObject() bool {
	for _, part := range t.Parts {
		if part.Slot > 0 {
			return true
		}
	}
	return false
}

// append appends the tag, unless a part of it is null.
func (t *Tag) append(tags []string, in Params, member func(slot int) (string, bool)) []string {
	var b strings.Builder
	for _, part := range t.Parts {
		switch {
		case part.Slot > 0:
			text, ok := member(part.Slot)
			if !ok {
				return tags
			}
			b.WriteString(text)
		case part.Path != nil:
			v, typ, ok := (&Body{Var: part.Path[0], Path: part.Path[1:]}).lookup(in)
			text, isText := text(v, typ)
			if !ok || !isText || v == nil {
				return tags
			}
			b.WriteString(text)
		default:
			b.WriteString(part.Text)
		}
	}
	return append(tags, t.inCache(b.String()))
}

// textOf is a member's value as text.
func textOf(v any) (string, bool) {
	if v == nil {
		return "", false
	}
	return text(v, &Type{Scalar: "ID"})
}

// inCache is the tag as caches know it: its text, and what kind of tag it is.
func (t *Tag) inCache(text string) string {
	switch t.Kind {
	case TagType:
		return cache.OfType(text)
	case TagKey:
		name, key, _ := strings.Cut(text, ":")
		return cache.OfKey(name, key)
	case TagName:
	}
	return cache.Named(text)
}

// Classes are the classes of the tags that bindings make: see [cache.Classes]. A class is the literal text that many tags begin with; a
// tag that is literal text as a whole is one tag only.
func Classes(bindings ...*Binding) cache.Classes {
	var prefixes []string
	for _, b := range bindings {
		if b.Upstream != "" {
			prefixes = append(prefixes, cache.OfURL(b.Upstream, ""))
		}
		if b.Entity {
			prefixes = append(prefixes, cache.OfKey(b.Object, ""))
		}
		for _, t := range b.Tags {
			if len(t.Parts) > 1 || len(t.Parts) == 1 && t.Parts[0].Text == "" {
				prefixes = append(prefixes, t.inCache(t.Parts[0].Text))
			}
		}
	}
	return cache.NewClasses(prefixes...)
}
