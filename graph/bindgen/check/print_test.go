package check_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
	"weft/graph/view"
)

// printed is a service as text: one line for each thing, in the service's order,
// nothing that is empty, and no fingerprints, which follow from the rest. The same service always gives the same text.
func printed(s *spec.Service) string {
	var p printer
	for _, u := range s.Upstreams {
		p.line(0, "upstream %s%s", u.Name, labelled(" forwards ", u.ForwardHeaders))
		for _, name := range u.Claims.Identity {
			p.line(1, "identity %s", name)
		}
		for _, h := range u.Claims.Headers {
			p.line(1, "claim %s is sent as %s", h.Claim, h.Name)
		}
		if e := u.Errors; e != nil {
			p.line(1, "errors%s%s%s%s%s", opt(" when ", e.When), opt(" code ", e.Code), opt(" message ", e.Message), opt(" parameter ", e.Parameter),
				opt(" documentation ", e.Documentation))
			if f := e.Fields; f.At != "" {
				p.line(2, "fields at %s%s%s%s", f.At, opt(" field ", f.Field), opt(" code ", f.Code), opt(" message ", f.Message))
			}
		}
	}
	for _, v := range s.Views {
		p.view(v)
	}
	for _, a := range s.Abstracts {
		p.line(0, "abstract %s%s", a.Def.Name, opt(" at ", a.At))
		for _, v := range a.Values {
			p.line(1, "%q is %s", v.Value, v.Type)
		}
		for _, m := range a.Having {
			p.line(1, "having %q is %s", m.Has, m.Type)
		}
	}
	for _, cn := range s.Connections {
		p.line(0, "connection %s of %s", cn.Def.Name, cn.Node)
	}
	for _, e := range s.Enums {
		p.line(0, "enum %s", e.Def.Name)
		for _, v := range e.Values {
			p.line(1, "%s is %q", v.Name, v.JSON)
		}
	}
	for _, in := range s.Inputs {
		p.line(0, "input %s", in.Def.Name)
		for _, f := range in.Fields {
			p.line(1, "%s %s as %q%s", f.Name, f.Type, f.JSON, opt(" default ", f.Default))
		}
	}
	for _, b := range s.Bindings {
		p.binding(b)
	}
	for _, f := range s.Fields {
		p.field(f)
	}
	if s.Guards != nil {
		for _, list := range []map[string][]int{s.Guards.Fields, s.Guards.Arguments} {
			for _, name := range slices.Sorted(maps.Keys(list)) {
				var needs []string
				for _, i := range list[name] {
					needs = append(needs, s.Guards.Requirements[i].String())
				}
				p.line(0, "guard %s %s", name, strings.Join(needs, " "))
			}
		}
	}
	for _, r := range s.Resolvers {
		p.line(0, "resolver %s", r.Name)
	}
	for _, name := range s.Scalars {
		p.line(0, "scalar %s", name)
	}
	p.costs(&s.Costs)
	return p.String()
}

func (p *printer) costs(c *spec.Costs) {
	for _, w := range slices.Concat(c.Types, c.Inputs) {
		p.line(0, "cost %s %g", w.Name, w.Weight)
	}
	for _, f := range c.Fields {
		text := ""
		if f.Weight != nil {
			text += fmt.Sprintf(" %g", *f.Weight)
		}
		for _, a := range f.Arguments {
			text += fmt.Sprintf(" %s: %g", a.Name, a.Weight)
		}
		if s := f.Size; s != nil {
			text += fmt.Sprintf(" size %d%s", s.Assumed, ifSet(fmt.Sprintf(" default %d", s.Default), s.Default > 0))
			text += ifSet(" one", s.One) + ifSet(" keys", s.Keys) + ifSet(fmt.Sprintf(" of %q", s.Slicing), s.Slicing != nil) + labelled(" in ", s.Sized)
		}
		p.line(0, "cost %s%s", f.Name, text)
	}
}

func (p *printer) view(v *spec.View) {
	p.line(0, "view %s%s%s", v.Name, labelled(" of ", v.Implements), ifSet(" entity", v.Entity != nil))
	for _, m := range v.Members {
		p.line(1, "%d %s %s at %s%s%s%s%s", m.Slot, m.Def.Name, m.Def.Type, m.Pointer, opt(" each ", m.Each), opt(" empty ", m.Empty.String())+entries(m.Entries), ifSet(" hidden", m.Hidden),
			opt(" image of ", m.Image)+opt(" given by ", m.Given)+hint(m.Hint))
	}
}

func (p *printer) binding(b *spec.Binding) {
	kind := "field"
	if b.Entity {
		kind = "entity"
	}
	p.line(0, "%s binding %s %s%s%s%s%s%s", kind, b.Name, b.Type, opt(" from ", b.Upstream), ifSet(" write", !b.Read),
		ifSet(" emptyMeansAll", b.EmptyAll), ifSet(" int keys", b.KeyInt), opt(" empty ", b.Empty.String())+labelled(" sparse ", b.Sparse)+labelled(" gives ", b.Given))
	for _, v := range b.Vars {
		p.line(1, "var %s %s%s", v.Name, v.Type, ifSet(" key", b.Entity || b.Key != "" && (v.Name == b.Key || strings.HasPrefix(v.Name, b.Key+"."))))
	}
	if b.Single != nil {
		p.call("single", b.Single)
	}
	if b.Batch != nil {
		p.call("batch", &b.Batch.Call)
		p.line(2, "keys %s%s%s%s max %d", b.Batch.Keys, labelled(" match ", b.Batch.Match), ifSet(" map", b.Batch.Map)+ifSet(" without case", b.Batch.Fold)+ifSet(" without zeros", b.Batch.Unpad), ifSet(" many", b.Batch.Many), b.Batch.Max)
	}
	if pg := b.Page; pg != nil {
		p.line(1, "page %s size %s at %s%s%s%s%s%s max %d", pg.Style, pg.Size, pg.Start, opt(" total ", pg.Total), opt(" next ", pg.Next), opt(" in ", pg.Param),
			ifSet(" from 0", pg.FromZero), ifSet(fmt.Sprint(" cursor in slot ", pg.KeySlot), pg.KeySlot > 0), pg.Max)
	}
	if b.Func != "" {
		p.line(1, "func %s max %d%s", b.Func, b.FuncMax, identity(b))
	}
	p.cache(b)
}

func (p *printer) field(f *spec.Field) {
	sources := make([]string, len(f.Sources))
	for i, s := range f.Sources {
		sources[i] = source(s)
	}
	p.line(0, "field %s.%s %s by %s%s%s%s%s", f.Object, f.Def.Name, f.Def.Type, f.Binding.Name, ifSet(" keys", f.Keys)+opt(" lifts ", f.Lift), labelled(" with ", sources), hint(f.Hint), stub(f.Stub))
	if s := f.Selects; s != nil {
		p.line(1, "selects of %s %q always slots %d", s.Object, s.Names, s.Always)
		p.expands(s.Expands)
	}
}

// entries say how an object is read as a list: " entries of key, value".
func entries(e *view.Entries) string {
	if e == nil {
		return ""
	}
	return " entries of " + e.Key + opt(", ", e.Value)
}

func (p *printer) expands(e *binding.Expands) {
	if e == nil {
		return
	}
	p.line(2, "expands%s%s%s", opt(" behind ", e.Before), ifSet(" with options", e.Options), ifSet(" what is included", e.Included))
	for _, name := range slices.Sorted(maps.Keys(e.Types)) {
		n := e.Types[name]
		p.line(2, "%s %q always slots %d", name, n.Names, n.Always)
		for _, m := range n.Members {
			p.line(3, "slot %d %s at %s of %s%s", m.Slot, m.Name, m.Path, m.Object, opt(" in ", m.At))
		}
	}
}

// stub is one as text: " embedded in slot 4 each /user key at /uid sparse name"; of several types " embedded in slot 4 as User key at /uid as Bot".
func stub(s *spec.Stub) string {
	if s == nil {
		return ""
	}
	types := ""
	for _, of := range s.Types {
		types += " as " + of.Binding.Name + labelled(" key at ", of.Keys)
	}
	return fmt.Sprintf(" embedded in slot %d", s.Slot) + opt(" each ", s.Each) + labelled(" key at ", s.Keys) + labelled(" sparse ", s.Sparse) + ifSet(" key only", s.KeyOnly) + types
}

// source is one as text: "argument first", "argument input.id" or "member id (slot 1)".
func source(s spec.Source) string {
	if s.Page {
		return "page"
	}
	if s.Argument == "" {
		return fmt.Sprintf("member %s (slot %d)", s.Member, s.Slot)
	}
	return "argument " + strings.Join(append([]string{s.Argument}, s.Path...), ".")
}

func labelled(label string, texts []string) string { return opt(label, strings.Join(texts, ", ")) }

func (p *printer) cache(b *spec.Binding) {
	if b.Cache != nil {
		p.line(1, "cache%s", policy(b.Cache))
	}
	for _, t := range b.Tags {
		p.line(1, "tag %s", tag(t))
	}
	for _, t := range b.Invalidates {
		p.line(1, "invalidates %s", tag(t))
	}
}

// policy is one as text: " maxAge 60 staleIfError 3600 private".
func policy(p *binding.CachePolicy) string {
	return age(p.MaxAge, p.HasMaxAge) + ifSet(fmt.Sprintf(" staleWhileRevalidate %d", p.StaleWhileRevalidate/time.Second), p.StaleWhileRevalidate > 0) +
		ifSet(fmt.Sprintf(" staleIfError %d", p.StaleIfError/time.Second), p.StaleIfError > 0) + ifSet(" private", p.Private)
}

// hint is one as text: " hint maxAge 5 private"; "" for nil.
func hint(h *binding.Hint) string {
	if h == nil {
		return ""
	}
	return " hint" + age(h.MaxAge, h.HasMaxAge) + ifSet(" private", h.Private)
}

func age(d time.Duration, has bool) string {
	return ifSet(fmt.Sprintf(" maxAge %d", d/time.Second), has)
}

// tag is one as text: "product-{id (slot 1)}", "type Product" or "key Product:{input.id}".
func tag(t spec.Tag) string {
	text := map[binding.TagKind]string{binding.TagType: "type ", binding.TagKey: "key "}[t.Kind]
	for _, p := range t.Parts {
		switch {
		case p.Slot > 0:
			text += fmt.Sprintf("{%s (slot %d)}", p.Member, p.Slot)
		case p.Path != nil:
			text += "{" + strings.Join(p.Path, ".") + "}"
		default:
			text += p.Text
		}
	}
	return text
}

type printer struct{ strings.Builder }

func (p *printer) line(indent int, format string, args ...any) {
	p.WriteString(strings.Repeat("  ", indent))
	fmt.Fprintf(p, format, args...)
	p.WriteByte('\n')
}

func (p *printer) call(name string, c *binding.Call) {
	p.line(1, "%s %s %s%s%s%s%s%s", name, c.Method, c.Template, opt(" at ", c.At), opt(" each ", c.Each), ifSet(" status", c.Status),
		opt(" header ", c.Header), opt(" and headers ", strings.Join(c.HeaderMembers, " "))+opt(" responds ", strings.Join(c.Respond, " ")))
	for _, q := range c.Query {
		p.line(2, "query %s%s%s%s%s%s%s%s", q.Name, opt(" is ", q.Value), ifSet(" "+q.Style.String(), q.Style != binding.Form), opt(" each ", q.Each), labelled(" all ", q.All),
			opt(" join ", q.Join), opt(" around ", q.Around), opt(" quote ", q.Quote.String()))
	}
	for _, h := range c.Headers {
		p.line(2, "header %s %s%s", h.Name, h.Value, opt(" of ", h.Var))
	}
	if c.Entries != nil {
		p.line(2, "%s", strings.TrimSpace(entries(c.Entries)))
	}
	if c.Included != "" {
		p.line(2, "included %s", c.Included)
	}
	if c.Quote != binding.NoQuote {
		p.line(2, "quote %s", c.Quote)
	}
	if c.Body != nil {
		p.line(2, "body %s%s", c.Body, ifSet(" form", c.Form))
	}
}

// opt is text behind its label; nothing when it is empty.
func opt(label, text string) string {
	if text == "" {
		return ""
	}
	return label + text
}

func ifSet(text string, set bool) string {
	if set {
		return text
	}
	return ""
}

func identity(b *spec.Binding) string {
	if b.Identity == nil {
		return ""
	}
	return fmt.Sprintf(" identity %q", b.Identity)
}
