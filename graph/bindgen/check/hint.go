package check

import (
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
)

// orNil is nil for a hint or a policy that says nothing.
func orNil[T binding.Hint | binding.CachePolicy](said T) *T {
	var nothing T
	if said == nothing {
		return nil
	}
	return &said
}

// fieldHint gives a member or a @load field its hint, and refuses @cacheControl where it could do nothing.
func (c *compiler) fieldHint(f *field) {
	k := c.control(f.def)
	switch root := f.object.root; {
	case f.spoilt || f.reads(): // fieldPolicy has read it: a field with a call of its own has a policy, and no hint
	case f.member(), f.stub():
		f.hint = orNil(c.memberHint(f, k))
	case k == nil || f.bound == nil && root != "":
	case root != "" && root != ast.Query:
		c.report(k.site, k.pos, "what a field of %s answers is never stored; remove @cacheControl", f.object.def.Name)
	case f.answer == byLoad:
		c.loadHint(f, k)
	case f.answer == byResolver:
		c.report(k.site, k.pos, "Go answers the field, and what Go answers is not stored; remove @cacheControl")
	case c.madeByPages(f.object.def.Name):
		c.report(k.site, k.pos, "pages fill the field; write @cacheControl on the type of the nodes, or on the paged field")
	default:
		c.reportPlain(k.usage, f)
	}
}

// memberHint is the hint of a member: its own, and where it is stricter than what holds the member, what the type of the
// objects in it says. A maxAge of the type that is not below the greatest of its holders would lower nothing, and is left out.
func (c *compiler) memberHint(f *field, k *control) binding.Hint {
	holder := c.stored[f.object.def.Name]
	switch {
	case f.hidden != nil && k != nil:
		c.report(k.site, k.pos, "clients never select an @inaccessible field; write @cacheControl on %s", f.object.def.Name)
		return binding.Hint{}
	case f.hidden != nil:
		return binding.Hint{}
	}
	var h binding.Hint
	if k != nil {
		h = c.ownHint(k, f.object.def.Name)
		if !holder.unclear {
			c.checkLowers(k, f.object.def.Name, holder.holders)
		}
	}
	fresh, known := greatest(holder.holders, func(p binding.CachePolicy) time.Duration { return p.MaxAge })
	for _, o := range c.variants(f.def.Type.Name()) {
		p := c.stored[o.def.Name].policy
		if lowers := !known || p.MaxAge < fresh; p.HasMaxAge && lowers && (!h.HasMaxAge || p.MaxAge < h.MaxAge) {
			h.MaxAge, h.HasMaxAge = p.MaxAge, true
		}
		h.Private = h.Private || p.Private
	}
	return h
}

// loadHint gives a @load field its hint.
func (c *compiler) loadHint(f *field, k *control) {
	name := c.loaded(f)
	h := c.ownHint(k, name)
	if e := c.entities[name]; e != nil && !c.spoilt[c.types[name]] {
		c.checkLowers(k, name, []binding.CachePolicy{c.stored[name].policy})
	}
	if b := c.bound(f); b != nil {
		b.Hint = orNil(h)
	}
}

// ownHint reads @cacheControl where it cannot say how values are stored, because that of the type called holds does.
func (c *compiler) ownHint(k *control, holds string) binding.Hint {
	for _, name := range []string{"staleWhileRevalidate", "staleIfError"} {
		if !k.missing(name) {
			c.report(k.site, k.at(name), "values are stored as @cacheControl on %s says, and %s would do nothing here; write it there", holds, name)
			k.wrong[name] = true
		}
	}
	if !k.missing("inheritMaxAge") {
		c.report(k.site, k.at("inheritMaxAge"), "inheritMaxAge is for fields with @http, and this one has no call of its own; remove it")
		k.wrong["inheritMaxAge"] = true
	}
	if k.text("scope") == "PUBLIC" {
		c.report(k.site, k.at("scope"), "a field can make %s stricter, and PUBLIC does not; remove it", holds)
		k.wrong["scope"] = true
	}
	said := k.over(binding.CachePolicy{})
	c.checkSays(k, binding.CachePolicy{}, said)
	return binding.Hint{MaxAge: said.MaxAge, HasMaxAge: said.HasMaxAge, Private: said.Private}
}

// checkLowers refuses a hint whose maxAge no value of the type called holds could exceed: a value is served no older than its
// maxAge and the longer of its two stale times.
func (c *compiler) checkLowers(k *control, holds string, holders []binding.CachePolicy) {
	oldest := func(p binding.CachePolicy) time.Duration {
		return p.MaxAge + max(p.StaleWhileRevalidate, p.StaleIfError)
	}
	if limit, known := greatest(holders, oldest); known && k.maxAge != nil && *k.maxAge >= limit {
		c.report(k.site, k.at("maxAge"), "values of %s are never older than %d seconds, so %d lowers nothing; give less, or remove it", holds, limit/time.Second, *k.maxAge/time.Second)
	}
}

// greatest is the greatest age of policies; false: it is not known, because there are none, or one says no maxAge.
func greatest(list []binding.CachePolicy, age func(binding.CachePolicy) time.Duration) (time.Duration, bool) {
	var limit time.Duration
	for _, p := range list {
		if !p.HasMaxAge {
			return 0, false
		}
		limit = max(limit, age(p))
	}
	return limit, len(list) > 0
}
