package spec

import (
	"fmt"
	"strings"
	"time"
)

func (p *printer) cache(b *Binding) {
	if b.Cache != nil {
		p.line(1, "cache%s", b.Cache)
	}
	for _, t := range b.Tags {
		p.line(1, "tag %s", t)
	}
	for _, t := range b.Invalidates {
		p.line(1, "invalidates %s", t)
	}
}

// String is the policy as text: " maxAge 60 staleIfError 3600 private".
func (p *Policy) String() string {
	return age(p.MaxAge, p.HasMaxAge) + ifSet(fmt.Sprintf(" staleWhileRevalidate %d", p.StaleWhileRevalidate/time.Second), p.StaleWhileRevalidate > 0) +
		ifSet(fmt.Sprintf(" staleIfError %d", p.StaleIfError/time.Second), p.StaleIfError > 0) + ifSet(" private", p.Private)
}

// String is the hint as text: " hint maxAge 5 private"; "" for nil.
func (h *Hint) String() string {
	if h == nil {
		return ""
	}
	return " hint" + age(h.MaxAge, h.HasMaxAge) + ifSet(" private", h.Private)
}

func age(d time.Duration, has bool) string {
	return ifSet(fmt.Sprintf(" maxAge %d", d/time.Second), has)
}

// String is the tag as text: "product-{id (slot 1)}", "type Product" or "key Product:{input.id}".
func (t Tag) String() string {
	text := map[TagKind]string{TagType: "type ", TagKey: "key "}[t.Kind]
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
