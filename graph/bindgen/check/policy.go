package check

import (
	"strings"

	"weft/graph/binding"
)

// over is a policy with what the directive says in place of what held before.
func (k *control) over(p binding.CachePolicy) binding.CachePolicy {
	if k.maxAge != nil {
		p.MaxAge, p.HasMaxAge = *k.maxAge, true
	}
	if k.revalidate != nil {
		p.StaleWhileRevalidate = *k.revalidate
	}
	if k.ifError != nil {
		p.StaleIfError = *k.ifError
	}
	if k.has("scope") {
		p.Private = k.text("scope") == "PRIVATE"
	}
	return p
}

// strictest is the policy of values that may be of several types: the shortest times, private if any is, and a maxAge only
// if all say one, since without one an upstream's headers may allow any.
func strictest(list []binding.CachePolicy) binding.CachePolicy {
	p := list[0]
	for _, q := range list[1:] {
		p.MaxAge, p.HasMaxAge = min(p.MaxAge, q.MaxAge), p.HasMaxAge && q.HasMaxAge
		p.StaleWhileRevalidate, p.StaleIfError = min(p.StaleWhileRevalidate, q.StaleWhileRevalidate), min(p.StaleIfError, q.StaleIfError)
		p.Private = p.Private || q.Private
	}
	if !p.HasMaxAge {
		p.MaxAge = 0
	}
	return p
}

// typePolicy reads @cacheControl on a type. Of one whose values come only inside others it can only be a hint, which has no
// stale times.
func (c *compiler) typePolicy(o *object) {
	k := c.control(o.def)
	if k == nil || !c.storable(o, k.usage) {
		return
	}
	s := c.stored[o.def.Name]
	if !k.missing("inheritMaxAge") {
		c.report(k.site, k.at("inheritMaxAge"), "inheritMaxAge is for fields with @http, which have a parent; remove it")
		k.wrong["inheritMaxAge"] = true
	}
	if !s.whole && !s.variant {
		for _, name := range []string{"staleWhileRevalidate", "staleIfError"} {
			if k.has(name) {
				c.report(k.site, k.at(name), "%s comes only inside other types, and what holds it is stored as a whole; write %s on those", o.def.Name, name)
				k.wrong[name] = true
			}
		}
	}
	s.policy = k.over(binding.CachePolicy{})
	c.checkSays(k, binding.CachePolicy{}, s.policy)
}

// checkSays refuses a directive, or a time in it, that only says what holds without it: before is the policy without the
// directive, after the one with it.
func (c *compiler) checkSays(k *control, before, after binding.CachePolicy) {
	zero := func(name string, said, was bool) {
		if said && !was && k.number(name) == 0 && !k.wrong[name] {
			c.report(k.site, k.at(name), "%s is 0 without being said; remove it", name)
			k.wrong[name] = true
		}
	}
	zero("staleWhileRevalidate", k.revalidate != nil, before.StaleWhileRevalidate > 0)
	zero("staleIfError", k.ifError != nil, before.StaleIfError > 0)
	switch {
	case len(k.wrong) > 0:
	case len(k.given) == 0:
		c.report(k.site, k.pos, "the directive says nothing; give maxAge or scope, or remove it")
	case before == after:
		c.report(k.site, k.pos, "the directive says only what holds without it; remove it")
	}
}

// fieldPolicy gives the binding of an @http field that reads its policy: what its @cacheControl says, over that of the
// type it answers.
func (c *compiler) fieldPolicy(f *field) {
	if !f.reads() || f.spoilt {
		return
	}
	k := c.control(f.def)
	p := c.answerPolicy(f, k)
	if k != nil {
		before := p
		if k.flag("inheritMaxAge") {
			p = c.inherited(f, k, p)
		}
		p = k.over(p)
		c.checkSays(k, before, p)
	}
	for _, o := range c.variants(c.answered(f)) {
		c.stored[o.def.Name].holders = append(c.stored[o.def.Name].holders, p)
	}
	if b := c.bound(f); b != nil {
		b.Binding.Cache = orNil(p)
	}
}

// answerPolicy is the policy of the type that a call answers; of an interface or union the strictest of all its types.
func (c *compiler) answerPolicy(f *field, k *control) binding.CachePolicy {
	var list []binding.CachePolicy
	var with, without []string
	for _, o := range c.variants(c.answered(f)) {
		p := c.stored[o.def.Name].policy
		list = append(list, p)
		if p.HasMaxAge {
			with = append(with, o.def.Name)
		} else {
			without = append(without, o.def.Name)
		}
	}
	says := k != nil && (!k.missing("maxAge") || k.flag("inheritMaxAge"))
	if len(with) > 0 && len(without) > 0 && !says {
		c.report(f.site("cacheControl"), f.bound.pos, "the answer may be of several types, and maxAge is said by %s and not by %s; say it on all of them, or on this field",
			strings.Join(with, ", "), strings.Join(without, ", "))
	}
	if len(list) == 0 {
		return binding.CachePolicy{} // a scalar or enum
	}
	return strictest(list)
}

// inherited is the policy of a field with inheritMaxAge: its parent's type's. It stays private where the answer's type is.
func (c *compiler) inherited(f *field, k *control, own binding.CachePolicy) binding.CachePolicy {
	pos, parent := k.at("inheritMaxAge"), c.stored[f.object.def.Name].policy
	mistake := func(format string, args ...any) binding.CachePolicy {
		c.report(k.site, pos, format, args...)
		k.wrong["inheritMaxAge"] = true
		return own
	}
	p := parent
	p.Private = p.Private || own.Private
	switch {
	case !k.missing("maxAge"):
		return mistake("inheritMaxAge and maxAge both say how long; keep one")
	case f.object.root != "":
		return mistake("a root field has no parent to inherit from; give maxAge")
	case !parent.HasMaxAge:
		return mistake("%s says no maxAge to inherit; add @cacheControl(maxAge: …) to it, or give maxAge here", f.object.def.Name)
	case p == own:
		return mistake("%s says the same as %s; remove inheritMaxAge", f.object.def.Name, c.answered(f))
	}
	return p
}
