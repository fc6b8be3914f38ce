package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
	"weft/graph/view"
)

// checkSamples compares the bindings with recorded answers, where an upstream has them. A sample may be missing; one
// that is there must fit.
func (c *compiler) checkSamples() {
	for _, def := range c.order {
		o := c.objects[def.Name]
		if o == nil {
			continue
		}
		if e := c.entities[def.Name]; e != nil && e.binding != nil {
			c.sampleEntity(e.binding, c.use(def, "entity"))
		}
	}
	for _, f := range c.fields {
		if !f.Binding.Entity {
			c.sampleField(f)
		}
	}
}

// sample is one recorded answer and the binding that it belongs to.
//
// Its checks go down into the type and the answer at the same time. They take all values that one field has, in all elements
// of the lists above it, at once: so a member that only some elements have is found in those, and a mistake that each
// element shows is one problem.
type sample struct {
	c    *compiler
	use  *usage // the @entity or @http
	file string // its path from Options.Root, as messages show it

	array bool // [] is an empty object
}

// found is a value in a sample, as encoding/json decodes it with json.Number for numbers, and the pointer that leads to it.
type found struct {
	value any
	at    string
}

// sampleEntity compares an entity's calls with their samples, one file for each.
func (c *compiler) sampleEntity(b *spec.Binding, u *usage) {
	if b.Single != nil {
		if s, v := c.readSample(b.Upstream, u, b.Name+".json"); s != nil {
			s.answer(b.Single, b.Type, v, u.literal, "")
		}
	}
	if b.Batch != nil {
		if s, v := c.readSample(b.Upstream, u, b.Name+".batch.json"); s != nil {
			s.array = b.Empty.Has(view.EmptyArray)
			s.batch(b.Batch, b.Type, v, u.object("batch"))
		}
	}
}

// sampleField compares a field's own call with its sample.
func (c *compiler) sampleField(f *spec.Field) {
	if call := f.Binding.Single; call != nil && (call.Status || call.Header != "") {
		return
	}
	u := c.use(f.Def, "http")
	s, v := c.readSample(f.Binding.Upstream, u, f.Binding.Name+".json")
	switch {
	case s == nil:
	case f.Binding.Batch == nil && s.emptyAt(f.Binding, v):
	case f.Binding.Page != nil:
		s.page(f.Binding, v, u.object("page"))
	case f.Binding.Single != nil:
		s.answer(f.Binding.Single, f.Def.Type, v, u.literal, "")
	default:
		s.array = f.Binding.Empty.Has(view.EmptyArray)
		s.batch(f.Binding.Batch, f.Def.Type, v, u.object("batch"))
	}
}

// readSample returns nil when there is no such sample, or when it cannot be read, which is reported.
func (c *compiler) readSample(upstream string, u *usage, name string) (*sample, any) {
	up := c.upstreams[upstream]
	if up == nil || up.samples == "" {
		return nil, nil
	}
	s := &sample{c: c, use: u, file: path.Join(up.samples, name)}
	data, err := c.options.ReadFile(path.Join(c.options.Root, s.file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		c.report(u.site, u.pos, "the sample %s cannot be read: %v", s.file, err)
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err = d.Decode(&v); err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("there is something behind the value")
		}
	}
	if err != nil {
		c.report(u.site, u.pos, "the sample %s is no JSON: %v", s.file, err)
		return nil, nil
	}
	return s, v
}

func (s *sample) report(pos *ast.Position, format string, args ...any) {
	s.c.report(s.use.site, pos, format, args...)
}

// answer checks the answer of a single call.
func (s *sample) answer(call *binding.Call, t *ast.Type, v any, l *literal, path string) {
	at, ok := s.follow("at", call.At, v, l, path)
	if !ok {
		return
	}
	var key string
	if call.Entries != nil {
		at.value, key = asEntries(at.value, call.Entries), l.object("entries").text("key")
	}
	s.check(spot{whole: true, key: key, pos: s.use.pos, site: s.use.site, advice: "correct the type or at", each: call.Each, eachPos: l.at("each")}, t, []found{at})
}

// emptyAt reports whether the answer of a list's call says, in one of the spellings that the schema knows, that there is none.
func (s *sample) emptyAt(b *spec.Binding, v any) bool {
	at, ok := resolve(v, b.Single.At)
	return !ok && b.Empty.Has(view.EmptyMissing) || ok && at == nil && b.Empty.Has(view.EmptyNull)
}

// follow follows a pointer of a binding from the beginning of the answer. name is the argument of the literal that has the
// pointer, path where the literal stands in the directive, both for messages. false: it leads nowhere, which is reported.
func (s *sample) follow(name, pointer string, v any, l *literal, path string) (found, bool) {
	value, ok := resolve(v, pointer)
	if !ok {
		s.report(l.at(name), "%s%s: %s is not in %s; correct %s%s", path, name, pointer, s.file, name, nearPointers(pointer, []found{{v, ""}}))
	}
	return found{value, pointer}, ok
}

// batch checks the answer of a batch: a list whose elements tell their key, or an object from key to element.
func (s *sample) batch(b *binding.Batch, t *ast.Type, v any, l *literal) {
	at, ok := s.follow("at", b.At, v, l, "batch.")
	if !ok {
		return
	}
	var elements []found
	switch list := at.value.(type) {
	case []any:
		if b.Map && len(list) == 0 && s.array {
			return
		}
		if b.Map {
			s.report(l.at("shape"), "shape is MAP, and %s%s is a list; use shape: LIST with match", s.file, fragment(at.at))
			return
		}
		elements = items(list, at.at)
		s.matches(b, elements, l)
	case map[string]any:
		if !b.Map {
			s.report(l.pos, "shape is LIST, and %s%s is an object; add at, or shape: MAP%s", s.file, fragment(at.at), nearLists(list))
			return
		}
		for _, name := range sortedKeys(list) {
			elements = append(elements, found{list[name], child(at.at, name)})
		}
	default:
		s.report(l.at("at"), "%s%s is %s, and a batch is answered by a list or an object; correct at", s.file, fragment(at.at), kindOf(at.value))
		return
	}
	s.elements(b, t, elements, l)
}

// elements checks what a batch answered for its keys.
func (s *sample) elements(b *binding.Batch, t *ast.Type, elements []found, l *literal) {
	spot := spot{whole: true, pos: s.use.pos, site: s.use.site, advice: "correct the type, at or each", eachPos: l.at("each")}
	element := *t
	switch {
	case b.Map && b.Many: // each member is a list of its own
		spot.each = b.Each
	default:
		if b.Many {
			element = *t.Elem
		}
		var ok bool
		if elements, ok = s.each(b.Each, elements, l.at("each")); !ok {
			return
		}
	}
	element.NonNull = false // a missing key is the field's business
	s.check(spot, &element, elements)
}

// matches checks that every element says which key it is for.
func (s *sample) matches(b *binding.Batch, elements []found, l *literal) {
	for _, pointer := range b.Match {
		for _, e := range elements {
			key, ok := resolve(e.value, pointer)
			if !ok {
				s.report(l.at("match"), "batch.match: %s is not in %s%s; correct match%s", pointer, s.file, fragment(e.at), nearPointers(pointer, elements))
				break
			}
			switch key.(type) {
			case string, json.Number:
				continue
			}
			s.report(l.at("match"), "batch.match: %s%s is %s, and a key is a string or a number; correct match", s.file, fragment(e.at+pointer), kindOf(key))
			break
		}
	}
}

// each follows a pointer into each element of a list.
func (s *sample) each(pointer string, elements []found, pos *ast.Position) ([]found, bool) {
	if pointer == "" {
		return elements, true
	}
	list := make([]found, len(elements))
	for i, e := range elements {
		v, ok := resolve(e.value, pointer)
		if !ok && e.value != nil {
			s.report(pos, "each: %s is not in %s%s; correct each%s", pointer, s.file, fragment(e.at), nearPointers(pointer, elements))
			return nil, false
		}
		list[i] = found{v, e.at + pointer}
	}
	return list, true
}

// resolve follows a JSON pointer; false: it leads nowhere. A list's index has no leading zero (RFC 6901, section 4).
func resolve(v any, pointer string) (any, bool) {
	for _, t := range tokens(pointer) {
		switch at := v.(type) {
		case map[string]any:
			next, ok := at[t]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(t)
			if err != nil || i < 0 || i >= len(at) || strconv.Itoa(i) != t {
				return nil, false
			}
			v = at[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// items are the elements of a list that stands at a pointer.
func items(list []any, at string) []found {
	all := make([]found, len(list))
	for i, v := range list {
		all[i] = found{v, fmt.Sprintf("%s/%d", at, i)}
	}
	return all
}

// fragment is a pointer behind a file's name: "Product.json#/data"; nothing for the whole file.
func fragment(pointer string) string {
	if pointer == "" {
		return ""
	}
	return "#" + pointer
}
