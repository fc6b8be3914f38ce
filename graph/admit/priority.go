package admit

import "fmt"

// Priority is whose turn comes first.
type Priority int

// The greater ones come first. The zero Priority is that of what an operation is: a query or a mutation.
const (
	ByKind Priority = iota
	Prefetch
	Refresh
	Query
	Mutation

	priorities = iota
)

// names of priorities, as manifests have them.
var names = [priorities]string{Prefetch: "prefetch", Refresh: "refresh", Query: "query", Mutation: "mutation"}

// String is its name.
func (p Priority) String() string { return names[p] }

// ParsePriority reads the name of a priority.
func ParsePriority(name string) (Priority, error) {
	for p := Prefetch; p <= Mutation; p++ {
		if names[p] == name {
			return p, nil
		}
	}
	return ByKind, fmt.Errorf("there is no priority %q: choose mutation, query, refresh or prefetch", name)
}
