package main

import (
	"fmt"
	"slices"
	"strings"
)

// calling is what becomes of the calls of a request. A service is compared with the limit that does the same with them.
type calling uint8

const (
	own   calling = iota // each request makes all of its own
	joint                // those that others are making are waited for
	none                 // what was answered before is kept
)

// mode is how much of its work a service shares with other requests, or keeps for them.
type mode struct {
	name    string // in -modes
	label   string // behind a server's name; "" nothing
	calls   calling
	without string // what each request says to do without, as Weft-Without names it; what is not said so is configured
	single  bool   // each operation runs by itself, and asks for its entities and lists: no answer is kept as a whole
	keeps   bool   // for a minute
	redis   bool   // it keeps in Redis only
	lane    bool   // it answers without net/http
	sheds   bool   // it refuses what it cannot do in time; otherwise closed loops, which send no more than is answered, are measured to the end
}

// modes are all there are, in the order in which they are measured.
func modes() []mode {
	return []mode{
		{name: "alone", calls: own, without: "shared"},
		{name: "calls", label: "calls shared", calls: joint, single: true},
		{name: "shared", label: "shared", calls: joint},
		{name: "shared-lane", label: "shared, lane", calls: joint, lane: true},
		{name: "answers", label: "answers in memory", calls: none, keeps: true},
		{name: "answers-lane", label: "answers in memory, lane", calls: none, keeps: true, lane: true},
		{name: "entities", label: "entities in memory", calls: none, keeps: true, single: true},
		{name: "redis-answers", label: "answers in Redis", calls: none, keeps: true, redis: true},
		{name: "redis-entities", label: "entities in Redis", calls: none, keeps: true, single: true, redis: true},
	}
}

// chooseModes finds modes by their names, separated by commas; all of them for "all".
func chooseModes(names string) ([]mode, error) {
	all := modes()
	if names == "all" {
		return all, nil
	}
	var chosen []mode
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(all, func(m mode) bool { return m.name == name })
		if i < 0 {
			return nil, fmt.Errorf("-modes: there is no %q; there are %s", name, modeNames())
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

func modeNames() string {
	var names []string
	for _, m := range modes() {
		names = append(names, m.name)
	}
	return strings.Join(names, ", ")
}

// fits reports whether there is something to measure: gqlgen's executor keeps nothing and runs every operation by itself, and
// what makes no calls has nothing to keep.
func (m mode) fits(o operation, executor string) bool {
	return m.without != "" || m.name == "shared" || executor == "planned" && (len(o.rounds) > 0 || m.lane && m.calls == joint)
}
