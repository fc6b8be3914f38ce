package binding

import (
	"cmp"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
)

// Size is how large an answer is, or may be.
type Size struct {
	Bytes   int // of its data, as JSON
	Values  int // fields of its objects, and elements of its lists of scalars and enums
	Objects int // an object that stands in several places counts in each
}

// How many bytes of an answer's limit a value takes at least, however short it is.
const (
	bytesOfValue = 32
	// gqlgen's executor takes a microsecond, and some hundred bytes of memory, for each one before it writes it.
	stockBytesOfValue = 512
	// It has a goroutine, a context and a loader's answer for each field that a service answers: that counts as so many values.
	stockValuesOfCall = 16
)

// limits are how large answers may be, of plans or of gqlgen's executor.
func (s *Service) limits(planned bool) Size {
	limit, value := cmp.Or(s.MaxAnswer, 32<<20), stockBytesOfValue
	if planned {
		value = bytesOfValue
	}
	return Size{Bytes: limit, Values: limit / value, Objects: cmp.Or(s.MaxObjects, 100_000)}
}

// Check returns an error, which is one of the whole operation, when an answer of size got is larger than the limits s.
func (s Size) Check(got Size) error {
	switch {
	case got.Objects > s.Objects:
		return tooLarge("objects: ask for less at a time", s.Objects)
	case got.Values > s.Values:
		return tooLarge("values: select less, or ask for less at a time", s.Values)
	case got.Bytes > s.Bytes:
		return tooLarge("bytes: select less, or ask for less at a time", s.Bytes)
	}
	return nil
}

// Plus is the sum of two sizes.
func (s Size) Plus(o Size) Size {
	return Size{s.Bytes + o.Bytes, s.Values + o.Values, s.Objects + o.Objects}
}

// Minus is the difference of two sizes.
func (s Size) Minus(o Size) Size {
	return Size{s.Bytes - o.Bytes, s.Values - o.Values, s.Objects - o.Objects}
}

func tooLarge(than string, limit int) error {
	return excess(protocol.CodeTooLarge, fmt.Sprintf("the answer has more than %d %s", limit, than))
}

func excess(code, why string) error {
	return &gqlerror.Error{Message: why, Extensions: map[string]any{"code": code}}
}

// spent is a size that several goroutines add to.
type spent struct{ bytes, values, objects atomic.Int64 }

func (s *spent) add(n Size) Size {
	return Size{int(s.bytes.Add(int64(n.Bytes))), int(s.values.Add(int64(n.Values))), int(s.objects.Add(int64(n.Objects)))}
}

// Limits are how large the operation's answer may be.
func (x *Execution) Limits() Size { return x.service.limits(x.planned) }

// Count counts n more objects that are loaded for the answer, and fails when there are too many: a few lists below lists, in a
// document of a few bytes, would otherwise fill any memory.
func (x *Execution) Count(n int) error { return x.within(Size{Objects: int(x.objects.Add(int64(n)))}) }

// Made counts bytes of text that hand-written fields have made for the answer, and fails when there are too many.
func (x *Execution) Made(bytes int) error {
	return x.within(Size{Bytes: int(x.made.Add(int64(bytes)))})
}

// Spend counts what several goroutines add to the answer, and fails when it is too large.
func (x *Execution) Spend(n Size) error { return x.within(x.spent.add(n)) }

// maxCalls is how many calls an operation may make.
func (s *Service) maxCalls() int { return cmp.Or(s.MaxCalls, 500) }

// errExceeded is the error of what is not asked for any more. Nobody sees it: the operation answers Excess.
var errExceeded = errors.New("the operation has exceeded a limit")

// call counts a call that is about to be sent, and fails when there are too many, or nobody will see what it brings.
func (x *Execution) call() error { return x.afford(int(x.sent.Add(1))) }

// mayCall fails when n more calls would be too many: then none of them is sent.
func (x *Execution) mayCall(n int) error { return x.afford(int(x.sent.Load()) + n) }

// stopped fails when nobody will see what else the operation asks for.
func (x *Execution) stopped() error {
	if x.excess.Load() != nil {
		return errExceeded
	}
	return nil
}

func (x *Execution) afford(calls int) error {
	if limit := x.service.maxCalls(); calls > limit {
		x.exceed(excess(protocol.CodeTooManyCalls, fmt.Sprintf("the operation makes more than %d calls to services: ask for less at a time", limit)))
	}
	return x.stopped()
}

// Excess is the first error that Count, Made or Spend has returned, or that of too many calls: it is what the operation answers. nil: there was none.
func (x *Execution) Excess() error {
	if err := x.excess.Load(); err != nil {
		return *err
	}
	return nil
}

func (x *Execution) within(got Size) error {
	if err := x.Limits().Check(got); err != nil {
		x.exceed(err)
	}
	return x.Excess()
}

func (x *Execution) exceed(err error) { x.excess.CompareAndSwap(nil, &err) }
