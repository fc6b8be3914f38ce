package executor

import (
	"context"
	"fmt"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
	"weft/graph/view"
)

// reading counts the text that a run reads to find objects in it. Whatever is selected under several response names is read again
// for each, so that a short document could have a long answer of a service read thousands of times.
type reading struct {
	ctx   context.Context // the operation's
	bytes int
	seen  int // bytes when the context and the limit were looked at last
}

const (
	// lookEvery is how much is read between two looks at the context, in bytes: about a millisecond.
	lookEvery = 1 << 20

	// readings is how many times the bytes that an answer may have may be read for it. Objects in each other are read once for each
	// level that they are deep.
	readings = 4
)

// read counts a value that is about to be read, and reports whether it may be: the operation has its time and has not read too much.
func (r *run) read(v view.Value) bool {
	r.reading.bytes += len(v.Raw())
	if r.reading.bytes-r.reading.seen >= lookEvery {
		r.reading.seen = r.reading.bytes
		r.checkReading()
	}
	return r.excess == nil
}

// checkReading ends the run that has lost its context, or has read too much.
func (r *run) checkReading() {
	if r.excess != nil {
		return
	}
	if r.excess = r.reading.ctx.Err(); r.excess != nil {
		return
	}
	if most := readings*r.x.Limits().Bytes + lookEvery; r.reading.bytes > most {
		r.excess = &gqlerror.Error{
			Message:    fmt.Sprintf("more than %d bytes would have to be read for the answer: select less under several names, or ask for less at a time", most),
			Extensions: map[string]any{"code": protocol.CodeTooLarge},
		}
	}
}
