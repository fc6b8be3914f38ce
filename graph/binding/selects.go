package binding

import (
	"maps"
	"slices"

	"weft/upstream"
)

// The arguments that have the names of what a field's operation selects. No client can give them: their names are none of GraphQL.
const (
	SelectedMembers = "(selected)" // of the members
	ExpandedMembers = "(expanded)" // of those that the service only has where it is asked for them
)

// selects reports whether the value is what an operation selects.
func (s Source) selects() bool { return s.Argument == SelectedMembers || s.Argument == ExpandedMembers }

// Selects says how the members that are selected of a field's objects are called where its service is asked for them.
type Selects struct {
	Object  string   // the objects' type
	Names   []string // by slot, from 1; "": the service sends it anyhow. Names[0] is "". nil: nothing is said of members as such
	Always  []int    // slots that are asked for in any case: keys, and parts of tags
	Expands *Expands // nil: the service is asked to expand nothing
}

// Selected is what an operation selects of objects: the slots of members, and of those that something below is loaded by.
type Selected struct {
	Slots []int
	Below map[int]Selected // of the members that hold objects, by slot: as far as [Expands] asks
	Bare  bool             // they are stubs, and none of Slots is what these may lack
}

// With returns args with the names of what is selected. Where there is none to be asked for, the service says what it sends.
func (s *Selects) With(args Arguments, selected Selected) Arguments {
	with := Arguments{}
	if names := namesOf(s.Names, s.Always, selected.Slots); names != nil {
		with[SelectedMembers] = selection{names, s.of()}
	}
	if s.Expands != nil {
		switch names := s.Expands.names(s.Object, s.Expands.Before, selected); {
		case names == nil:
		case s.Expands.Options:
			with[ExpandedMembers] = joined(names)
		default:
			with[ExpandedMembers] = expansion{names, s.Expands, s.Object, selected}
		}
	}
	if len(with) == 0 {
		return args
	}
	maps.Copy(with, args)
	return with
}

// namesOf are the names of the members at slots, and of those at always, by slot; nil: there are none.
func namesOf(names []string, always, slots []int) (list []any) {
	if names == nil {
		return nil
	}
	slots = slices.Concat(slots, always)
	slices.Sort(slots)
	for _, slot := range slots {
		if name := names[slot]; name != "" && !slices.Contains(list, any(name)) {
			list = append(list, name)
		}
	}
	return list
}

// selection is the value of [SelectedMembers].
type selection struct {
	names []any
	of    int // how many names there are
}

// of is how many names there are.
func (s *Selects) of() int {
	names := slices.Sorted(slices.Values(s.Names))
	return len(slices.Compact(names)) - 1 // the first is ""
}

// Members are those that a request which is filled with in asks for; the zero value: the service says which it sends.
func (in Params) Members() upstream.Members {
	for _, v := range in.Values {
		if s, ok := v.(selection); ok {
			return upstream.Members{Asked: len(s.names), Of: s.of}
		}
	}
	return upstream.Members{}
}

// expansion is the value of [ExpandedMembers] where names are paths.
type expansion struct {
	names    []any
	expands  *Expands
	object   string // the type of the objects that the paths begin at
	selected Selected
}

// expansion is what a request that is filled with in asks for; false: nothing.
func (in Params) expansion() (expansion, bool) {
	for _, v := range in.Values {
		if e, ok := v.(expansion); ok {
			return e, true
		}
	}
	return expansion{}, false
}
