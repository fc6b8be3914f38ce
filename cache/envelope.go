package cache

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"
)

// Why an envelope could not be read. Whoever reads counts them apart, and goes on as with a miss.
var (
	ErrCorrupt = errors.New("corrupt entry")                 // bytes were lost or changed, or written by someone without the secret
	ErrForeign = errors.New("entry of another key")          // whole, but in the wrong place
	ErrUnknown = errors.New("entry of an unknown kind")      // written by another version, or with other options
	errShort   = fmt.Errorf("%w: it ends early", ErrCorrupt) // or a length in it is wrong
)

// CodecOptions are what a Codec is made of. Its zero value is good where nobody else can write to the store.
type CodecOptions struct {
	// Secret makes what others have written into the store worthless: entries carry an HMAC of all that is in them. It must be
	// the same in all processes that share the store. nil: a checksum, which only finds accidents.
	Secret []byte
	// MaxValue is how many bytes a value may have, decompressed: neither is more written, nor is room made for more. 0 = 8 MiB.
	MaxValue int
}

// Codec writes an Entry as the bytes in which it goes beyond this process, and reads them. It is safe for concurrent use.
//
// An envelope is, in this order (numbers are varints, times milliseconds since 1970):
//
//	form         1 byte: the version of all that follows, and the kind of seal
//	compression  1 byte: of the value
//	flags        1 byte: null, private
//	numbers      freshness, took, values and calls, stale elsewhere, position in the shared order
//	lengths      of the value when decompressed, the key, the validators; the number of tags, and of each its length
//	text         the key, the validators, the tags
//	value        compressed
//	seal         over all bytes before
//
// View, Size and the local position are this process's own and not in it.
type Codec struct {
	seal     seal
	maxValue int
	values   *compressor

	raw, stored atomic.Uint64
}

// NewCodec returns a Codec.
func NewCodec(o CodecOptions) *Codec {
	limit := cmp.Or(max(o.MaxValue, 0), 8<<20)
	return &Codec{seal: newSeal(o.Secret), maxValue: limit, values: newCompressor(limit)}
}

// Flags of an envelope.
const (
	flagNull = 1 << iota
	flagPrivate
	flagsEnd
)

// Append appends an entry's envelope to dst, or nothing if its value is longer than MaxValue.
func (c *Codec) Append(dst []byte, e *Entry) []byte {
	if len(e.Value) > c.maxValue {
		return dst
	}
	begin := len(dst)
	dst = append(dst, c.seal.form(), 0, flags(e))
	for _, n := range [...]int64{
		e.Born, e.FreshUntil, e.StaleWhileRevalidate, e.StaleIfError, e.ValidateUntil, int64(e.Took), e.Values, e.Calls, e.StaleElsewhere,
	} {
		dst = binary.AppendVarint(dst, n)
	}
	lengths := [...]int{len(e.Value), len(e.Key), len(e.ETag), len(e.LastModified), len(e.Tags)}
	dst = binary.AppendUvarint(dst, e.Position.Shared.Milli)
	dst = binary.AppendUvarint(dst, e.Position.Shared.Seq)
	for _, n := range lengths {
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	for _, tag := range e.Tags {
		dst = binary.AppendUvarint(dst, uint64(len(tag)))
	}
	dst = append(append(append(dst, e.Key...), e.ETag...), e.LastModified...)
	for _, tag := range e.Tags {
		dst = append(dst, tag...)
	}
	value := len(dst)
	dst, compression := c.values.append(dst, e.Value)
	dst[begin+1] = compression
	c.raw.Add(uint64(len(e.Value)))
	c.stored.Add(uint64(len(dst) - value))
	return c.seal.append(dst, dst[begin:])
}

func flags(e *Entry) (flags byte) {
	if e.Null {
		flags |= flagNull
	}
	if e.Private {
		flags |= flagPrivate
	}
	return flags
}

// Decode reads the envelope of key's entry. Its Size is its value's length; it shares no memory with data. An error is
// ErrCorrupt, ErrForeign or ErrUnknown.
func (c *Codec) Decode(data []byte, key Key) (*Entry, error) {
	body, err := c.seal.open(data)
	if err != nil {
		return nil, err
	}
	r := reader{rest: body[1:]}
	compression, flags := r.byte(), r.byte()
	e := &Entry{Key: key, Null: flags&flagNull != 0, Private: flags&flagPrivate != 0}
	numbers := [...]*int64{
		&e.Born, &e.FreshUntil, &e.StaleWhileRevalidate, &e.StaleIfError, &e.ValidateUntil, (*int64)(&e.Took), &e.Values, &e.Calls,
		&e.StaleElsewhere,
	}
	for _, n := range numbers {
		*n = r.varint()
	}
	e.Position.Shared = ID{r.uvarint(), r.uvarint()}
	size := r.uvarint()
	if r.short {
		return nil, errShort
	}
	if flags >= flagsEnd {
		return nil, fmt.Errorf("%w: flags %b", ErrUnknown, flags)
	}
	if size > uint64(c.maxValue) {
		return nil, fmt.Errorf("%w: its value is said to have %d bytes", ErrCorrupt, size)
	}
	if err := r.text(e); err != nil {
		return nil, err
	}
	e.Value, err = c.values.decode(compression, r.rest, int(size))
	e.Size = len(e.Value)
	if err != nil {
		return nil, err
	}
	return e, nil
}

// CodecStats say what compression was worth, since the Codec was made: Raw − Stored bytes.
type CodecStats struct {
	Raw    uint64 `json:"raw"`    // bytes of the values that were written
	Stored uint64 `json:"stored"` // bytes of them as they were written
}

// Stats returns the counters.
func (c *Codec) Stats() CodecStats { return CodecStats{c.raw.Load(), c.stored.Load()} }
