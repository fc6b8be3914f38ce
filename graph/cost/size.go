package cost

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Unsized is how many elements a list counts for of which nobody says how long it is.
const Unsized = 10

// Size is how many elements a list has at most.
type Size struct {
	Assumed int        // never more; 0: nobody says
	Slicing [][]string // paths to arguments that tell: a number, or a list of as many
	One     bool       // exactly one of these must be given, unless one has a default
	Sized   []string   // the lists of the field's object that have the size; none: the field itself
	Default int        // where none is given: of a page; 0: Assumed
	Keys    bool       // the argument is the list of the elements' keys: without it there are none
}

// Elements is a size.
type Elements struct {
	Most int
	// Unknown says that there is no Most. Argument is the path of the argument that would tell; "": there is none.
	Unknown  bool
	Argument string
}

// Of returns the size for a field of a valid document. Variables are coerced ones; nil: they are not known.
func (s *Size) Of(schema *ast.Schema, f *ast.Field, variables map[string]any) Elements {
	e := Elements{Unknown: true}
	if s == nil {
		return e
	}
	none := true
	for _, v := range s.counted(schema, f, variables) {
		switch {
		case v.state == unknown && s.Assumed == 0:
			return Elements{Unknown: true, Argument: v.path}
		case v.state == unknown:
			return Elements{Most: s.Assumed}
		}
		e.Unknown, e.Most, none = false, max(e.Most, v.n), false
	}
	switch {
	case none && s.Keys:
		e = Elements{}
	case !none && s.Assumed > 0:
		e.Most = min(e.Most, s.Assumed)
	case none && s.Default > 0:
		e = Elements{Most: s.Default}
	case none && s.Assumed > 0:
		e = Elements{Most: s.Assumed}
	case none && len(s.Slicing) > 0:
		e.Argument = strings.Join(s.Slicing[0], ".")
	}
	return e
}

// counted are the slicing arguments that count: those that are given; without any, the defaults.
func (s *Size) counted(schema *ast.Schema, f *ast.Field, variables map[string]any) []slice {
	all := s.read(schema, f, variables)
	if slices.ContainsFunc(all, slice.explicit) {
		return slices.DeleteFunc(all, func(v slice) bool { return !v.explicit() })
	}
	return slices.DeleteFunc(all, func(v slice) bool { return v.state != defaulted })
}

// checkOne returns how many of the slicing arguments are given, whether some of them may turn out not to be, and whether that is
// right where exactly one must be.
func (s *Size) checkOne(schema *ast.Schema, f *ast.Field, variables map[string]any) (n int, unsure, ok bool) {
	byDefault := false
	for _, v := range s.read(schema, f, variables) {
		if v.explicit() {
			n++
		}
		unsure = unsure || v.state == unknown
		byDefault = byDefault || v.state == defaulted
	}
	return n, unsure, n == 1 || n == 0 && byDefault
}

// read reads the slicing arguments.
func (s *Size) read(schema *ast.Schema, f *ast.Field, variables map[string]any) []slice {
	list := make([]slice, len(s.Slicing))
	for i, path := range s.Slicing {
		list[i] = argument{schema, variables}.read(f, path)
	}
	return list
}
