package binding

import "strings"

// QueryParam is a parameter of a URL's query that a template cannot say. Exactly one of Value, Each and All is set.
type QueryParam struct {
	Name   string     // as it is sent
	Value  string     // text with {variables}. Of a list that is all of it the parameter is sent for each element, unless Style says else
	Style  ParamStyle // of a Value that is one variable
	Each   string     // text for each element of its only variable, a list
	All    []string   // texts; one that has a variable without a value is left out
	Join   string     // between the texts of Each or All; "" the parameter is sent for each of them
	Around string     // around these together, which stand for its {}; "" nothing
	Quote  Quote      // of strings among the variables
}

// ParamStyle is how a parameter is sent whose value is a list, or an input object: one of OpenAPI's styles.
type ParamStyle int

// The styles.
const (
	Form           ParamStyle = iota // the parameter for each element
	SpaceDelimited                   // one parameter, with a space between elements
	PipeDelimited                    // likewise, with a vertical line
	DeepObject                       // name[member]=value for each member of an object
)

// String is the style's name in schemas.
func (s ParamStyle) String() string {
	return [...]string{"FORM", "SPACE_DELIMITED", "PIPE_DELIMITED", "DEEP_OBJECT"}[s]
}

// newParameter compiles a parameter.
func newParameter(p QueryParam) urlParameter {
	if p.Style == DeepObject {
		return deepObject{p.Name, strings.Trim(p.Value, "{}")}
	}
	c := composed{name: string(appendWritten(nil, p.Name)) + "="}
	join := p.Join
	switch {
	case p.Style == SpaceDelimited:
		join = " "
	case p.Style == PipeDelimited:
		join = "|"
	}
	texts := p.All
	switch {
	case p.Each != "":
		texts = []string{p.Each}
	case p.Value != "":
		texts = []string{p.Value}
	}
	for _, raw := range texts {
		one := newClause(raw, p.Quote)
		one.without = join
		c.clauses = append(c.clauses, one)
	}
	before, after, _ := strings.Cut(p.Around, "{}")
	c.join = string(appendWritten(nil, join))
	c.before, c.after = string(appendWritten(nil, before)), string(appendWritten(nil, after))
	return c
}

// composed is a parameter made of clauses.
type composed struct {
	name          string // with its "="
	clauses       []clause
	join          string // "": the parameter is sent for each clause
	before, after string
}

func (c composed) append(dst []byte, in Params) ([]byte, error) {
	n := 0
	for _, one := range c.clauses {
		values, times := one.fill(in)
		for i := range times {
			if n == 0 || c.join == "" {
				dst = append(append(append(dst, '&'), c.name...), c.before...)
			} else {
				dst = append(dst, c.join...)
			}
			n++
			var err error
			if dst, err = one.append(dst, in, values, i); err != nil {
				return dst, err
			}
		}
	}
	if n > 0 {
		dst = append(dst, c.after...)
	}
	return dst, nil
}

func (c composed) adds(name, value string, of *Type) (n int) {
	for _, one := range c.clauses {
		if !one.has(name) {
			continue
		}
		n += one.length(value, of) + len(c.join)
		if c.join == "" {
			n += len("&") + len(c.name)
		}
	}
	return n
}

func (c composed) fits(name, value string, of *Type) bool {
	for _, one := range c.clauses {
		if one.has(name) {
			if _, err := one.value(value, of); err != nil {
				return false
			}
		}
	}
	return true
}

// deepObject is a parameter for each member of an input object: name[member]=value. Members without a value are left out.
type deepObject struct{ name, variable string }

func (d deepObject) append(dst []byte, in Params) ([]byte, error) {
	v, t, _ := (&Body{Var: d.variable}).lookup(in)
	w := pairs{dst: dst}
	w.value(d.name, v, t)
	return w.dst, w.err
}

// An object is no key.
func (d deepObject) adds(string, string, *Type) int  { return 0 }
func (d deepObject) fits(string, string, *Type) bool { return true }
