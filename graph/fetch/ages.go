package fetch

import (
	"time"

	"weft/graph/binding"
)

// ages say how old the values of an operation may be.
type ages struct {
	accepts map[*binding.Binding]time.Duration // see [Options]
	newest  time.Duration                      // of all of them; 0: nothing says so
}

// of returns how old a value of b may be that is taken from a cache; limited: something says so.
func (a *ages) of(b *binding.Binding) (age time.Duration, limited bool) {
	age, limited = a.accepts[b]
	if a.newest > 0 && (!limited || a.newest < age) {
		return a.newest, true
	}
	return age, limited
}
