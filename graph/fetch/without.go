package fetch

import (
	"fmt"
	"slices"
	"strings"
)

// Technique is a set of ways to call upstreams less.
type Technique uint16

// The techniques.
const (
	Batching    Technique = 1 << iota // many keys in one call
	Dedupe                            // a key that several fields need at once is loaded once
	Memo                              // what the operation has loaded is not loaded again
	Memory                            // the cache in this process
	Redis                             // the cache beyond it
	Shared                            // what another operation is loading is waited for
	Early                             // what needs only a key that is known does not wait for its parent
	Answers                           // a whole answer that is kept, or being made, is not made again
	Parallel                          // upstreams are called at the same time
	Compression                       // bodies are compressed: upstreams' answers, and the client's
	Prefetch                          // what is likely asked for next is loaded when the answer has been sent
	Members                           // services that send what they are asked for are asked for selected members
)

// names are the techniques' in lists.
var names = []string{"batch", "dedupe", "memo", "memory", "redis", "shared", "early", "answers", "parallel", "compression", "prefetch", "members"}

// Has reports whether one of others is in the set.
func (t Technique) Has(others Technique) bool { return t&others != 0 }

// Techniques returns those that lists name, with commas between their names, in capitals or not.
func Techniques(lists []string) (Technique, error) {
	var t Technique
	for _, list := range lists {
		for name := range strings.SplitSeq(list, ",") {
			name = strings.ToLower(strings.TrimSpace(name))
			i := slices.Index(names, name)
			switch {
			case name == "":
			case i < 0:
				return 0, fmt.Errorf("there is no technique %q: choose of %s", name, strings.Join(names, ", "))
			default:
				t |= 1 << i
			}
		}
	}
	return t, nil
}

// Without reports whether the operation does without a technique.
func (x *Execution) Without(t Technique) bool { return x.without.Has(t) }
