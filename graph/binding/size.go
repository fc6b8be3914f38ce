package binding

import (
	"cmp"
	"fmt"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Size is how large an answer is, or may be.
type Size struct {
	Bytes   int // of its data, as JSON
	Values  int // fields of its objects, and elements of its lists of scalars and enums
	Objects int // an object that stands in several places counts in each
}

// bytesOfValue is how many bytes of an answer's limit a value takes at least: gqlgen's executor has some hundred bytes of memory for
// each one before it writes it, however short it is.
const bytesOfValue = 32

// limits are how large answers may be.
func (s *Service) limits() Size {
	limit := cmp.Or(s.MaxAnswer, 32<<20)
	return Size{Bytes: limit, Values: limit / bytesOfValue, Objects: cmp.Or(s.MaxObjects, 100_000)}
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
	return &gqlerror.Error{
		Message:    fmt.Sprintf("the answer has more than %d %s", limit, than),
		Extensions: map[string]any{"code": "TOO_LARGE"},
	}
}

// spent is a size that several goroutines add to.
type spent struct{ bytes, values, objects atomic.Int64 }

func (s *spent) add(n Size) Size {
	return Size{int(s.bytes.Add(int64(n.Bytes))), int(s.values.Add(int64(n.Values))), int(s.objects.Add(int64(n.Objects)))}
}

// Limits are how large the operation's answer may be.
func (x *Execution) Limits() Size { return x.service.limits() }

// Count counts n more objects that are loaded for the answer, and fails when there are too many: a few lists below lists, in a
// document of a few bytes, would otherwise fill any memory.
func (x *Execution) Count(n int) error { return x.within(Size{Objects: int(x.objects.Add(int64(n)))}) }

// Made counts bytes of text that hand-written fields have made for the answer, and fails when there are too many.
func (x *Execution) Made(bytes int) error {
	return x.within(Size{Bytes: int(x.made.Add(int64(bytes)))})
}

// Spend counts what several goroutines add to the answer, and fails when it is too large.
func (x *Execution) Spend(n Size) error { return x.within(x.spent.add(n)) }

// Excess is the first error that Count, Made or Spend has returned: it is what the operation answers. nil: there was none.
func (x *Execution) Excess() error {
	if err := x.excess.Load(); err != nil {
		return *err
	}
	return nil
}

func (x *Execution) within(got Size) error {
	if err := x.Limits().Check(got); err != nil {
		first := err // only here it takes memory
		x.excess.CompareAndSwap(nil, &first)
	}
	return x.Excess()
}
