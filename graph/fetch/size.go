package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/govern"
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

// maxCalls is how many calls an operation may make.
func (s *Service) maxCalls() int { return cmp.Or(s.MaxCalls, 500) }

// maxReceived is how many bytes upstreams may answer an operation with: twice what one answer may have, so that one without end is
// that field's failure, and not the operation's.
func (s *Service) maxReceived() int { return cmp.Or(s.MaxReceived, 16<<20) }

// bytesOfKey is what a key counts among the bytes that are received, beside those of its answer: to gather and send it, to find its row
// and to keep that costs as much as to read so many bytes, however short the row is.
const bytesOfKey = 2 << 10

// errExceeded is the error of what is not loaded any more. Nobody sees it: the operation answers Excess.
var errExceeded = errors.New("the operation has exceeded a limit")

// Budget is what an operation may still cost. It is safe for concurrent use.
type Budget struct {
	limit       Size
	maxCalls    int
	maxReceived int

	objects  atomic.Int64 // that are loaded for the answer
	made     atomic.Int64 // bytes of texts that hand-written fields have made for it
	spent    spent        // by goroutines that make parts of it
	sent     atomic.Int64 // calls to upstreams
	parted   atomic.Int64 // of these, those for parts of refused batches
	received atomic.Int64 // bytes of what they have answered, decompressed, and of keys
	excess   atomic.Pointer[error]

	holding govern.Holding // of what is received and written, among all operations
	writes  atomic.Bool    // something was sent that changes services: the operation is not stopped for want of memory
}

// Limits are how large the operation's answer may be.
func (b *Budget) Limits() Size { return b.limit }

// Count counts n more objects that are loaded for the answer, and fails when there are too many: a few lists below lists, in a
// document of a few bytes, would otherwise fill any memory.
func (b *Budget) Count(n int) error { return b.Within(Size{Objects: int(b.objects.Add(int64(n)))}) }

// Made counts bytes of text that hand-written fields have made for the answer, and fails when there are too many.
func (b *Budget) Made(bytes int) error {
	_ = b.Hold(bytes)
	return b.Within(Size{Bytes: int(b.made.Add(int64(bytes)))})
}

// Spend counts what several goroutines add to the answer, and fails when it is too large.
func (b *Budget) Spend(n Size) error {
	_ = b.Hold(n.Bytes)
	return b.Within(b.spent.add(n))
}

// Reserve makes room for an answer that will have about so many bytes, before anything is loaded for it: it waits a while where others have
// taken it. It fails when there is none.
func (b *Budget) Reserve(ctx context.Context, bytes int) error {
	if b.holding.Wait(ctx, int64(bytes)) != nil {
		b.exceed(noMemory())
	}
	return b.Excess()
}

// Hold makes room for bytes of the answer, and fails when there is none.
func (b *Budget) Hold(bytes int) error {
	b.hold(bytes)
	return b.Excess()
}

// hold makes room for bytes that have been received or written, or says that there is none. An operation that has changed something takes it all
// the same: who is told to come again soon would change it twice.
func (b *Budget) hold(bytes int) {
	switch {
	case b.writes.Load():
		b.holding.Add(int64(bytes))
	case b.Excess() != nil: // it was refused, and what is on its way for it comes to nothing
	case !b.holding.Take(int64(bytes)):
		b.exceed(noMemory())
	}
}

// noMemory returns the error of an operation for which there is no room in memory: its own, since gqlgen changes what it gets.
func noMemory() error {
	return excess(protocol.CodeOverloaded, "there is no room in memory for what it asks for now: try again")
}

// Within fails when an answer of that size is too large, or anything was before.
func (b *Budget) Within(got Size) error {
	if err := b.limit.Check(got); err != nil {
		b.exceed(err)
	}
	return b.Excess()
}

// Excess is the first error that another method has returned, or that of too many calls, or of what they bring: it is what the operation answers. nil: there was
// none.
func (b *Budget) Excess() error {
	if err := b.excess.Load(); err != nil {
		return *err
	}
	return nil
}

// countCall counts a call for so many keys that is about to be sent, and fails when that is too much, or nobody will see what it brings.
func (b *Budget) countCall(keys int) error {
	return b.afford(int(b.sent.Add(1)), int(b.received.Add(int64(keys)*bytesOfKey)))
}

// mayCall fails when so many more calls, for so many keys, would be too much: then none of them is sent.
func (b *Budget) mayCall(calls, keys int) error {
	return b.afford(int(b.sent.Load())+calls, int(b.received.Load())+keys*bytesOfKey)
}

// receive counts bytes of an upstream's answer that is being read, and fails when that is too much, or nobody will see what it brings.
func (b *Budget) receive(bytes int) error {
	b.hold(bytes)
	return b.afford(0, int(b.received.Add(int64(bytes))))
}

// counter is a budget as it is told what a call takes.
type counter Budget

// Received implements upstream.Counter.
func (c *counter) Received(bytes int) error { return (*Budget)(c).receive(bytes) }

// Further implements upstream.Counter.
func (c *counter) Further() error { return (*Budget)(c).countCall(0) }

func (b *Budget) afford(calls, received int) error {
	switch {
	case calls > b.maxCalls:
		b.exceed(excess(protocol.CodeTooManyCalls,
			fmt.Sprintf("the operation makes more than %d calls to services: ask for less at a time", b.maxCalls)))
	case received > b.maxReceived:
		b.exceed(excess(protocol.CodeTooManyBytes,
			fmt.Sprintf("the operation takes more than %d bytes from services, %d for each key among them: ask for less at a time", b.maxReceived, bytesOfKey)))
	}
	return b.stopped()
}

// stopped fails when nobody will see what else the operation loads.
func (b *Budget) stopped() error {
	if b.excess.Load() != nil {
		return errExceeded
	}
	return nil
}

func (b *Budget) exceed(err error) { b.excess.CompareAndSwap(nil, &err) }
