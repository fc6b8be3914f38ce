package check

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/view"
)

// spot is what is being checked: a binding's answer or a member in it, and where to report it.
type spot struct {
	site
	pos     *ast.Position
	advice  string        // what to do about a value that does not fit
	each    string        // the pointer from each element of a list to the value in it; "" the element itself
	eachPos *ast.Position // where each is written
	empty   view.Empty    // what of values stands for an empty list, or for no object

	stub  bool   // an object may lack any member, and its key may stand for it
	whole bool   // it is the answer, whose objects may lack what the @http calls sparse
	key   string // the member of an entry that has its name, at which nobody looks: names in samples may stand for others
	named bool   // its objects were asked for by name, perhaps with some of their members
}

// reportAt reports a problem at a spot.
func (s *sample) reportAt(at spot, format string, args ...any) {
	s.c.report(at.site, at.pos, format, args...)
}

// check compares values, all those that one field has in the sample, with the field's type. It reports the first that
// does not fit: the others will not either.
func (s *sample) check(at spot, t *ast.Type, values []found) {
	var present []found
	empty := at.empty
	at.empty = 0 // it is for the values themselves
	for _, v := range values {
		list, isList := v.value.([]any)
		switch {
		case isList && len(list) == 0 && empty.Has(view.EmptyArray):
		case v.value != nil:
			present = append(present, v)
		case t.NonNull && !empty.Has(view.EmptyNull):
			s.reportAt(at, "%s%s is null, and the type is %s; drop the !, or correct the sample", s.file, fragment(v.at), t)
			return
		}
	}
	if len(present) == 0 {
		return
	}
	def := s.c.types[t.Name()]
	switch {
	case def == nil: // an unknown type, reported where it is named
	case t.Elem != nil:
		s.checkList(at, t, present)
	case def.IsAbstractType():
		s.checkAbstract(at, def, present)
	case def.Kind == ast.Object:
		s.checkObject(at, t, present)
	default:
		s.checkLeaf(at, t, def, present)
	}
}

// checkList checks the elements of all lists together.
func (s *sample) checkList(at spot, t *ast.Type, values []found) {
	var elements []found
	for _, v := range values {
		list, ok := v.value.([]any)
		if !ok {
			where := ""
			if object, is := v.value.(map[string]any); is {
				where = nearLists(object)
			}
			s.reportAt(at, "%s%s is %s, and %s is a list; %s%s", s.file, fragment(v.at), kindOf(v.value), t, at.advice, where)
			return
		}
		elements = append(elements, items(list, v.at)...)
	}
	elements, ok := s.each(at.each, elements, at.eachPos)
	if !ok {
		return
	}
	at.each = "" // it is for the outermost list: what it led to may be a list itself
	s.check(at, t.Elem, elements)
}

// checkObject checks each member of a view in all its values at once: a member may be missing from some.
func (s *sample) checkObject(at spot, t *ast.Type, values []found) {
	if at.stub {
		values = slices.DeleteFunc(slices.Clone(values), func(v found) bool { return isKey(v.value) })
	}
	for _, v := range values {
		if _, ok := v.value.(map[string]any); !ok {
			s.reportAt(at, "%s%s is %s, and %s is an object type; %s", s.file, fragment(v.at), kindOf(v.value), t.Name(), at.advice)
			return
		}
	}
	o := s.c.objects[t.Name()]
	if o == nil || !o.view {
		return
	}
	for _, f := range o.fields {
		if f.inBody() && f.def.Name != at.key && s.c.types[f.def.Type.Name()] != nil && (f.json == nil || len(f.json.wrong) == 0) {
			lacks := at.stub || at.whole && slices.ContainsFunc(s.use.list("sparse"), func(n *node) bool { return n.value.Raw == f.def.Name })
			s.checkMember(f, values, lacks || f.expands() || at.whole && s.asked("KEYS") || at.named && s.asked("EXPANDED_KEYS"))
		}
	}
}

// asked reports whether the call asks for members in a way. The sample's objects then have those that were selected when it was recorded, and may
// lack others.
func (s *sample) asked(way string) bool {
	return slices.ContainsFunc(s.use.list("query"), func(n *node) bool { return n.fields.text("members") == way })
}

// checkMember checks one member of the objects in values. It must be in at least one of them, else its pointer is most
// likely wrong, and in all where its type is non-null; one that they may lack in none.
func (s *sample) checkMember(f *field, values []found, lacks bool) {
	pointer, where := f.pointer(), spot{site: f.site(""), pos: f.def.Position, advice: "correct the type or @json(at:)", empty: f.empty, stub: f.stub(), named: f.expands()}
	if f.json != nil {
		where.site, where.pos, where.each, where.eachPos = f.json.site, f.json.at("at"), f.json.text("each"), f.json.at("each")
	}
	var members []found
	var without *found
	for i, v := range values {
		if m, ok := resolve(v.value, pointer); ok && (m != nil || !lacks) {
			members = append(members, found{m, v.at + pointer})
		} else if without == nil {
			without = &values[i]
		}
	}
	switch {
	case lacks && len(members) == 0:
		return
	case len(members) == 0:
		s.reportAt(where, "nothing answers the field: %s is in no element of %s; say @json(at:), or remove the field%s",
			pointer, s.file, nearPointers(pointer, values))
		return
	case without != nil && f.def.Type.NonNull && !lacks && !f.empty.Has(view.EmptyMissing):
		s.reportAt(where, "%s%s has no %s, and the type is %s; drop the !, or correct the sample", s.file, fragment(without.at), pointer, f.def.Type)
		return
	}
	if e := s.c.entriesOf(f); e != nil {
		for i := range members {
			members[i].value = asEntries(members[i].value, e)
		}
		where.key = f.json.object("entries").text("key")
	}
	s.check(where, f.def.Type, members)
}

// isKey reports whether a value can be a key.
func isKey(v any) bool {
	switch v.(type) {
	case string, json.Number:
		return true
	}
	return false
}

// checkAbstract sorts values by what their discriminator tells and checks each type.
func (s *sample) checkAbstract(at spot, def *ast.Definition, values []found) {
	u := s.c.use(def, "discriminator")
	if u == nil || len(u.wrong) > 0 {
		return
	}
	if !u.has("at") {
		s.checkHaving(at, u, values)
		return
	}
	types, known := map[string]string{}, []string(nil)
	for _, v := range s.c.discriminatorValues(u, def) {
		types[v.Value] = v.Type
		known = append(known, v.Value)
	}
	sorted := map[string][]found{}
	for _, v := range values {
		told, ok := resolve(v.value, u.text("at"))
		if !ok {
			s.c.report(u.site, u.at("at"), "%s is not in %s%s; correct at%s", u.text("at"), s.file, fragment(v.at), nearPointers(u.text("at"), values))
			return
		}
		name := fmt.Sprint(told)
		if types[name] == "" {
			s.c.report(u.site, u.at("types"), "the value %q in %s%s has no type; add {value: %q, type: …}%s", name, s.file, fragment(v.at+u.text("at")), name, hint(name, known))
			return
		}
		sorted[types[name]] = append(sorted[types[name]], v)
	}
	s.checkSorted(at, sorted)
}

// checkHaving sorts values by the members that tell their types and checks each type.
func (s *sample) checkHaving(at spot, u *usage, values []found) {
	sorted := map[string][]found{}
	for _, v := range values {
		members := discriminatorMembers(u)
		i := slices.IndexFunc(members, func(m spec.DiscriminatorMember) bool {
			told, ok := resolve(v.value, m.Has)
			return ok && told != nil
		})
		if i < 0 {
			s.c.report(u.site, u.at("types"), "%s%s has none of the members that tell a type; add {has: …, type: …}, or {type: …} for all others", s.file, fragment(v.at))
			return
		}
		sorted[members[i].Type] = append(sorted[members[i].Type], v)
	}
	s.checkSorted(at, sorted)
}

// checkSorted checks objects by their types.
func (s *sample) checkSorted(at spot, sorted map[string][]found) {
	for _, name := range slices.Sorted(maps.Keys(sorted)) {
		s.checkObject(at, ast.NamedType(name, nil), sorted[name])
	}
}

func (s *sample) checkLeaf(at spot, t *ast.Type, def *ast.Definition, values []found) {
	for _, v := range values {
		if mistake := s.c.leafMistake(def, v.value); mistake != "" {
			s.reportAt(at, "%s%s is %s%s%s", s.file, fragment(v.at), kindOf(v.value), mistake, s.c.leafAdvice(at, def))
			return
		}
	}
}

// leafMistake says why a value is none of a scalar or enum; "" when it is. It is the table of coercions in the package's
// documentation. A value of a custom scalar is anything.
func (c *compiler) leafMistake(def *ast.Definition, v any) string {
	text, isString := v.(string)
	number, isNumber := v.(json.Number)
	_, isBool := v.(bool)
	fits := true
	of, shipped := c.shipped(def)
	switch {
	case shipped && of.Is == nil:
	case shipped && of.Number:
		fits = isNumberOf(def.Name, v)
	case shipped:
		fits = isString && of.Is(text)
	case def.Kind == ast.Enum:
		return c.enumMistake(def, v)
	case def.Name == "String":
		fits = isString
	case def.Name == "ID":
		fits = isString || isNumber && !strings.ContainsAny(string(number), ".eE")
	case def.Name == "Boolean":
		fits = isBool
	case def.Name == "Float":
		fits = isNumber || isString && isFloat(text)
	case def.Name == "Int":
		fits = isNumber && isInt(string(number)) || isString && isInt(text)
	}
	if fits {
		return ""
	}
	return ", which is no " + def.Name
}

// leafAdvice is what to do about a value of a scalar or enum that does not fit.
func (c *compiler) leafAdvice(at spot, def *ast.Definition) string {
	if def.Kind == ast.Enum {
		return "; spell its values with @json(value:)"
	}
	if _, ok := c.shipped(def); ok {
		return "; " + at.advice + ", or write a function Parse" + def.Name + " in package model"
	}
	return "; " + at.advice
}

func (c *compiler) enumMistake(def *ast.Definition, v any) string {
	var known []string
	for _, v := range def.EnumValues {
		if !c.isFallback(v) {
			known = append(known, c.spelling(v))
		}
	}
	text, isText := v.(string)
	number, isNumber := v.(json.Number)
	numbers := c.numeric(def)
	switch {
	case isText && !numbers && slices.Contains(known, text), isNumber && numbers && slices.Contains(known, string(number)):
		return ""
	case (isText || isNumber) && c.fallback(def) != "":
		return ""
	}
	if numbers {
		return fmt.Sprintf(", and %s knows the numbers %s", def.Name, strings.Join(known, ", "))
	}
	return fmt.Sprintf(", and %s knows %s", def.Name, choices(known))
}

// isNumberOf reports whether a value is one of Int64 or Decimal, as a service reads it.
func isNumberOf(scalar string, v any) bool {
	text, err := json.Marshal(v)
	if err != nil {
		return false
	}
	found, _ := view.Find(text, "")
	if scalar == "Int64" {
		_, err = view.Int64(found)
	} else {
		_, err = view.Decimal(found)
	}
	return err == nil
}

// isFloat reports whether text is a finite number in decimal digits: Go's hexadecimal ones and underscores are no JSON.
func isFloat(text string) bool {
	f, err := strconv.ParseFloat(text, 64)
	return err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) && !strings.ContainsAny(text, "xXpP_")
}

// isInt reports whether text is a whole number of 32 bits: 3, 3.0 and 3e2 are.
func isInt(text string) bool {
	f, err := strconv.ParseFloat(text, 64)
	return err == nil && isFloat(text) && f == math.Trunc(f) && f >= math.MinInt32 && f <= math.MaxInt32
}

// kindOf names a JSON value in a sentence.
func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "the string " + strconv.Quote(shorten(v))
	case json.Number:
		return "the number " + shorten(string(v))
	case bool:
		return strconv.FormatBool(v)
	case []any:
		return "a list"
	default:
		return "an object"
	}
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 32 {
		return string(r[:32]) + "…"
	}
	return s
}
