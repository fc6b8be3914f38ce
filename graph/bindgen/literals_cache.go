package bindgen

import (
	"strconv"
	"strings"
	"time"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// Go literals of what package binding knows about caching.

// cachingLiteral is what decides how a binding's values are stored.
func (p *Plugin) cachingLiteral(b *spec.Binding, g *goTypes) string {
	var policy, tags, invalidates string
	if b.Cache != nil {
		policy = policyLiteral(b.Cache)
	}
	if len(b.Tags) > 0 {
		tags = tagsLiteral(b.Tags, b.Type.Name(), g)
	}
	if len(b.Invalidates) > 0 {
		invalidates = tagsLiteral(b.Invalidates, b.Type.Name(), g)
	}
	return "binding.Caching{" + structLiteral("Fingerprint", strconv.Quote(b.Fingerprint), "Cache", policy, "Tags", tags, "Invalidates", invalidates,
		"Embeds", p.embedsLiteral(b)) + "}"
}

func policyLiteral(p *binding.CachePolicy) string {
	return "&binding.CachePolicy{" + structLiteral("MaxAge", seconds(p.MaxAge), "HasMaxAge", strconv.FormatBool(p.HasMaxAge),
		"StaleWhileRevalidate", seconds(p.StaleWhileRevalidate), "StaleIfError", seconds(p.StaleIfError), "Private", strconv.FormatBool(p.Private)) + "}"
}

func hintLiteral(h *binding.Hint) string {
	if h == nil {
		return ""
	}
	return "&binding.Hint{" + structLiteral("MaxAge", seconds(h.MaxAge), "HasMaxAge", strconv.FormatBool(h.HasMaxAge), "Private", strconv.FormatBool(h.Private)) + "}"
}

// seconds is a time as the schema says it; "" for none.
func seconds(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return strconv.Itoa(int(d/time.Second)) + " * time.Second"
}

// tagsLiteral prints the tags of values that have an object type, or whose tags take no members.
func tagsLiteral(tags []spec.Tag, object string, g *goTypes) string {
	list := make([]string, len(tags))
	for i, t := range tags {
		parts := make([]string, len(t.Parts))
		for j, p := range t.Parts {
			path, slot := "", ""
			if p.Path != nil {
				path = stringsLiteral(p.Path)
			}
			if p.Slot > 0 {
				slot = g.slot(object, p.Member)
			}
			parts[j] = "{" + structLiteral("Text", strconv.Quote(p.Text), "Path", path, "Slot", slot) + "}"
		}
		kind := map[binding.TagKind]string{binding.TagType: "binding.TagType", binding.TagKey: "binding.TagKey"}[t.Kind]
		list[i] = "{" + structLiteral("Kind", kind, "Parts", "[]binding.TagPart{"+strings.Join(parts, ", ")+"}") + "}"
	}
	return "[]binding.Tag{" + strings.Join(list, ", ") + "}"
}
