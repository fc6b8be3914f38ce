package check

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
)

// checkSpellings checks @json on the values of an enum: what JSON has must be one value, and either all of them are numbers there or none.
func (c *compiler) checkSpellings(def *ast.Definition) {
	seen, fallback := map[string]string{}, ""
	numbers := c.numeric(def)
	for _, v := range def.EnumValues {
		s, pos := site{"json", def.Name + "." + v.Name}, v.Position
		u := c.use(v, "json")
		if u != nil {
			c.only(u, "an enum value", "value", "fallback")
			pos = u.at("value")
		}
		if c.isFallback(v) {
			c.checkFallback(u, def, fallback)
			fallback = v.Name
			continue
		}
		spelling := c.spelling(v)
		if first, twice := seen[spelling]; twice && first != v.Name {
			c.report(s, pos, "%s is spelt %q in JSON already; spell one differently", fmt.Sprintf("%s.%s", def.Name, first), spelling)
		}
		seen[spelling] = v.Name
		if numbers && !isNumber(u) && (u == nil || !u.wrong["value"]) {
			c.report(s, pos, "%s is text in JSON, and other values of %s are numbers; give it one with @json(value:)", v.Name, def.Name)
		}
	}
	if fallback != "" && len(seen) == 0 {
		c.report(site{owner: def.Name}, def.Position, "the enum has no value but its fallback; add one that services send")
	}
}

// checkFallback checks the value that any other spelling is read as; first is the one before it, or "".
func (c *compiler) checkFallback(u *usage, def *ast.Definition, first string) {
	switch {
	case first != "":
		c.report(u.site, u.at("fallback"), "%s.%s is the fallback already; keep one", def.Name, first)
	case u.has("value"):
		c.report(u.site, u.at("value"), "a fallback stands for all spellings that no other value has, and is never sent; remove value or fallback")
	}
}

// numeric reports whether values of an enum are numbers in JSON.
func (c *compiler) numeric(def *ast.Definition) bool {
	for _, v := range def.EnumValues {
		if isNumber(c.use(v, "json")) {
			return true
		}
	}
	return false
}

func isNumber(u *usage) bool {
	return u != nil && u.has("value") && u.values["value"].value.Kind == ast.IntValue
}

// fallback is the value of an enum that any other spelling is read as; "": there is none.
func (c *compiler) fallback(def *ast.Definition) string {
	for _, v := range def.EnumValues {
		if c.isFallback(v) {
			return v.Name
		}
	}
	return ""
}

func (c *compiler) isFallback(v *ast.EnumValueDefinition) bool {
	u := c.use(v, "json")
	return u != nil && u.flag("fallback")
}

// spelling is how an enum's value is written in JSON: its text, or its digits.
func (c *compiler) spelling(v *ast.EnumValueDefinition) string {
	if u := c.use(v, "json"); u != nil && u.has("value") {
		return u.text("value")
	}
	return v.Name
}

func (c *compiler) gatherEnum(schema *ast.Schema, def *ast.Definition) *spec.Enum {
	e := &spec.Enum{Def: schema.Types[def.Name], Numbers: c.numeric(def), Fallback: c.fallback(def)}
	for _, v := range def.EnumValues {
		if v.Name != e.Fallback {
			e.Values = append(e.Values, spec.EnumValue{Name: v.Name, JSON: c.spelling(v)})
		}
	}
	return e
}
