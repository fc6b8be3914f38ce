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

// policies are what a service does about failures and overload that do not happen while it is measured.
type policies uint8

const (
	usual    policies = iota // those of the defaults, but for what sheds says
	noPolicy                 // none that there is a switch for
	allOn                    // all of them
	standIns                 // the usual ones, and each answer is kept for when a service fails
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

	policies policies
}

// modes are those that "all" is, in the order in which they are measured.
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

// policyModes are those that "policies" is: what policies take while nothing fails.
func policyModes() []mode {
	return []mode{
		{name: "policies-off", label: "policies off", calls: own, without: "shared", policies: noPolicy},
		{name: "policies-on", label: "all policies on", calls: own, without: "shared", sheds: true, policies: allOn},
		{name: "stale-if-error", label: "kept for failures", calls: own, without: "shared", policies: standIns},
	}
}

// chooseModes finds modes by their names, separated by commas; "all" and "policies" are several.
func chooseModes(names string) ([]mode, error) {
	switch names {
	case "all":
		return modes(), nil
	case "policies":
		return policyModes(), nil
	}
	all := append(modes(), policyModes()...)
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
	names := []string{"all", "policies"}
	for _, m := range append(modes(), policyModes()...) {
		names = append(names, m.name)
	}
	return strings.Join(names, ", ")
}

// fits reports whether there is something to measure: gqlgen's executor keeps nothing and runs every operation by itself, and
// what makes no calls has nothing to keep.
func (m mode) fits(o operation, executor string) bool {
	return m.policies == usual && m.without != "" || m.name == "shared" || executor == "planned" && (m.policies != usual || len(o.rounds) > 0 || m.lane && m.calls == joint)
}
