package binding

import (
	"iter"
	"regexp"
)

// Twins are those of bindings that may make equal GETs: a call of the one has the template of a call of the other, whatever the path's
// variables are called. The answer of one may then be what the other asks for.
func Twins(bindings iter.Seq[*Binding]) map[*Binding]bool {
	type get struct{ upstream, template string }
	first, twins := map[get]*Binding{}, map[*Binding]bool{}
	for b := range bindings {
		for _, c := range []*Request{b.single, b.batch} {
			if c == nil || !c.Gets() {
				continue
			}
			g := get{b.Upstream, pathVariable.ReplaceAllString(c.template, "{}")}
			if other := first[g]; other == nil {
				first[g] = b
			} else if other != b {
				twins[other], twins[b] = true, true
			}
		}
	}
	return twins
}

// pathVariable is a variable whose name is not sent.
var pathVariable = regexp.MustCompile(`\{\w+\}`)
