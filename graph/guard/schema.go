package guard

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Schema is what a schema guards. The nil Schema guards nothing. Nobody changes it.
type Schema struct {
	// Requirements are all that the schema names, each once. Others name them by index.
	Requirements []Requirement

	// Fields are what the fields of object types need: "Type.field". Each list has what the field itself says, what its object's type says and the
	// interfaces of that, and what the type of its value says: an object's, an interface's, an enum's.
	Fields map[string][]int

	// Arguments are what a field needs on top of that when an operation writes the argument: "Type.field(argument:)".
	Arguments map[string][]int

	// Policies answer the requirements that name one. One that is missing is never met.
	Policies Policies
}

// Requirement is what one directive asks for. Exactly one member is set.
type Requirement struct {
	Authenticated bool       // somebody is known
	Scopes        [][]string // all of one of these; nobody unknown has any
	Policy        string     // what the function of this name says
}

// String returns the directive.
func (r Requirement) String() string {
	switch {
	case r.Policy != "":
		return `@policy(name: "` + r.Policy + `")`
	case r.Authenticated:
		return "@authenticated"
	}
	var all []string
	for _, list := range r.Scopes {
		all = append(all, `["`+strings.Join(list, `", "`)+`"]`)
	}
	return "@requiresScopes(scopes: [" + strings.Join(all, ", ") + "])"
}

// PolicyNames are the policies that requirements name, sorted.
func (s *Schema) PolicyNames() []string {
	if s == nil {
		return nil
	}
	var names []string
	for _, r := range s.Requirements {
		if r.Policy != "" {
			names = append(names, r.Policy)
		}
	}
	slices.Sort(names)
	return names
}

// Fingerprint differs for schemas that guard differently.
func (s *Schema) Fingerprint() string {
	if s == nil {
		return ""
	}
	h := sha256.New()
	for _, r := range s.Requirements {
		fmt.Fprintln(h, r)
	}
	for _, needs := range []map[string][]int{s.Fields, s.Arguments} {
		for _, name := range slices.Sorted(maps.Keys(needs)) {
			fmt.Fprintln(h, name, needs[name])
		}
	}
	return string(h.Sum(nil)[:16])
}

// of are the requirements of a field of an object type, as an operation selects it, with some twice.
func (s *Schema) of(object string, f *ast.Field) []int {
	name := object + "." + f.Name
	needs := s.Fields[name]
	if len(s.Arguments) > 0 {
		for _, a := range f.Arguments {
			if more := s.Arguments[name+"("+a.Name+":)"]; more != nil {
				needs = slices.Concat(needs, more)
			}
		}
	}
	return needs
}
