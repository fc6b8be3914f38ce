package fetch

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"weft/graph/protocol"
)

// Technique is a set of ways to call upstreams less.
type Technique uint8

// The techniques.
const (
	Batching Technique = 1 << iota // many keys in one call
	Dedupe                         // a key that several fields need at once is loaded once
	Memo                           // what the operation has loaded is not loaded again
	Memory                         // the cache in this process
	Redis                          // the cache beyond it
	Shared                         // what another operation is loading is waited for
	Early                          // what needs only a key that is known does not wait for its parent
	Answers                        // a whole answer that is kept, or being made, is not made again
)

// names are the techniques' in [protocol.WithoutHeader].
var names = []string{"batch", "dedupe", "memo", "memory", "redis", "shared", "early", "answers"}

// Has reports whether one of others is in the set.
func (t Technique) Has(others Technique) bool { return t&others != 0 }

// Without reads [protocol.WithoutHeader].
func Without(h http.Header) (Technique, error) {
	var t Technique
	for _, value := range h[protocol.WithoutHeader] {
		for name := range strings.SplitSeq(value, ",") {
			name = strings.ToLower(strings.TrimSpace(name))
			i := slices.Index(names, name)
			switch {
			case name == "":
			case i < 0:
				return 0, fmt.Errorf("%s: there is no technique %q: choose of %s", protocol.WithoutHeader, name, strings.Join(names, ", "))
			default:
				t |= 1 << i
			}
		}
	}
	return t, nil
}
