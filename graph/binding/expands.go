package binding

import (
	"slices"
	"strings"
)

// MaxExpanded is how many objects deep a service is asked to expand members: as deep as Stripe does, and deeper than anybody reads. Types may be
// nested in themselves.
const MaxExpanded = 4

// Expands says which members a service only has, or has more of than a key, where it is asked for them, and how it is asked.
type Expands struct {
	Types map[string]Nested // by the objects' type, and those of the objects in them
	// Options says that each name comes with what is selected of it, as OData has it: Friends($select=UserName). Otherwise names are paths,
	// with dots between their parts.
	Options bool
	Before  string // what stands before each path
	// Included says that objects stand apart ([Call].Included). Then a path that leads further asks for all that it leads through.
	Included bool
}

// Nested says of the objects of a type which members calls may name.
type Nested struct {
	Names   []string // with Options: as [Selects].Names
	Always  []int    // likewise
	Members []NestedMember
}

// NestedMember is a member that holds objects which are expanded, or in which something is.
type NestedMember struct {
	Slot   int
	Name   string // what asks for it; "": it is there anyhow
	Path   string // where it stands in its parent, as names of what is in it begin
	Object string // the type of its objects
	At     string // with Included: JSON pointer to it, in which * stands for each element of a list
}

// names are those of what is selected and has to be expanded of objects of a type, each behind a prefix; nil: there are none.
func (e *Expands) names(object, prefix string, selected Selected) (names []any) {
	add := func(name any) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, m := range e.Types[object].Members {
		below, ok := selected.Below[m.Slot]
		switch {
		case !ok || below.Bare:
			continue
		case e.Options && m.Name != "":
			add(prefix + m.Name + e.options(m.Object, below))
			continue
		}
		further := e.names(m.Object, prefix+m.Path, below)
		if m.Name != "" && (further == nil || !e.Included) {
			add(prefix + m.Name)
		}
		for _, name := range further {
			add(name)
		}
	}
	return names
}

// options are what is asked for of expanded objects, in brackets; "" for all that the service has.
func (e *Expands) options(object string, selected Selected) string {
	var options []string
	if names := namesOf(e.Types[object].Names, e.Types[object].Always, selected.Slots); names != nil {
		options = append(options, "$select="+joined(names))
	}
	if names := e.names(object, "", selected); names != nil {
		options = append(options, "$expand="+joined(names))
	}
	if options == nil {
		return ""
	}
	return "(" + strings.Join(options, ";") + ")"
}

// joined are names with commas between them.
func joined(names []any) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = name.(string)
	}
	return strings.Join(texts, ",")
}
