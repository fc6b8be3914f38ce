package binding

import (
	"maps"
	"slices"

	"weft/upstream"
)

// Selected is the argument that has the names of the members which a field's operation selects. No client can give it: its name is none
// of GraphQL.
const Selected = "(selected)"

// Selects says how the members that are selected of a field's objects are called where its service is asked for no others.
type Selects struct {
	Object string   // the objects' type
	Names  []string // by slot, from 1; "": the service sends it anyhow. Names[0] is ""
	Always []int    // slots that are asked for in any case: keys, and parts of tags
}

// With returns args with the names of the members at slots. Where there is none to be asked for, the service says which it sends.
func (s *Selects) With(args Arguments, slots []int) Arguments {
	slots = slices.Concat(slots, s.Always)
	slices.Sort(slots)
	var names []any
	for _, slot := range slots {
		if name := s.Names[slot]; name != "" && !slices.Contains(names, any(name)) {
			names = append(names, name)
		}
	}
	if names == nil {
		return args
	}
	with := Arguments{Selected: selection{names, s.of()}}
	maps.Copy(with, args)
	return with
}

// selection is the value of [Selected].
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
