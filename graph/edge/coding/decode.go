package coding

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxWindow is the largest window that a zstd body may ask for (RFC 9659 §3).
const maxWindow = 8 << 20

// slack is how many bytes a body may have more than it decodes to. No encoder writes such a one, but somebody may whose body is there to
// cost: 1 MiB of prefix codes without text takes gzip 40 ms (TestIdle); with as much text as codes, 13,000 blocks, it takes 70 ms, and is
// read, since what does not compress looks alike. Decoders read ahead of what they decode, zstd by a block of 128 KiB.
const slack = 256 << 10

// Errors of [Decoder.Append].
var (
	ErrTooLarge = errors.New("the body is larger than allowed, decoded")
	ErrBroken   = errors.New("the body is not what its coding says")
)

// Decoder decodes bodies. It may be used by any number of goroutines at once; as many as there are processors are served, and the others
// wait. So what decoding takes of memory, beside what is appended, is bounded: by the window, 8 MiB each of zstd, 16 MiB of brotli.
type Decoder struct {
	turns chan *zstd.Decoder // nil: not made yet. Making one takes longer than using it
}

// NewDecoder returns a Decoder.
func NewDecoder() *Decoder {
	d := &Decoder{make(chan *zstd.Decoder, runtime.GOMAXPROCS(0))}
	for range cap(d.turns) {
		d.turns <- nil
	}
	return d
}

// Append appends what data decodes to, limit bytes at most, and never allocates more than that. Its error is ErrTooLarge or wraps
// ErrBroken, and dst is what it was then.
func (d *Decoder) Append(dst []byte, c Coding, data []byte, limit int) ([]byte, error) {
	if c == Identity {
		if len(data) > limit {
			return dst, ErrTooLarge
		}
		return append(dst, data...), nil
	}
	turn := <-d.turns
	defer func() { d.turns <- turn }()
	from := &source{data: data}
	var r io.Reader
	var err error
	switch c {
	case Zstd:
		turn, err = newZstd(turn, from)
		r = turn
		defer func() { _ = turn.Reset(http.NoBody) }() // lets go of data
	case Gzip:
		r, err = gzip.NewReader(from)
	case Brotli:
		r = brotli.NewReader(from)
	}
	if err == nil {
		dst, err = from.append(dst, r, limit)
	}
	if err != nil && err != ErrTooLarge { //nolint:errorlint // append's, as it is
		err = fmt.Errorf("%w: %s: %w", ErrBroken, c, err)
	}
	return dst, err
}

// newZstd returns a decoder of r: z, or a new one.
func newZstd(z *zstd.Decoder, r io.Reader) (*zstd.Decoder, error) {
	if z == nil {
		var err error
		z, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			panic(err) // the options are constant
		}
	}
	return z, z.Reset(r)
}

// source is a body that is decoded.
type source struct {
	data          []byte // what is left of it
	read, decoded int    // bytes of it, and what they have become
}

var errIdle = errors.New("it is longer than what it decodes to: send it without Content-Encoding")

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	allowed := slack + s.decoded - s.read
	switch {
	case len(s.data) == 0:
		return 0, io.EOF
	case allowed <= 0:
		return 0, errIdle
	}
	n := copy(p, s.data[:min(allowed, len(s.data))])
	s.data, s.read = s.data[n:], s.read+n
	return n, nil
}

// append appends what r decodes of the source.
func (s *source) append(dst []byte, r io.Reader, limit int) ([]byte, error) {
	begin := len(dst)
	for {
		if len(dst) == cap(dst) {
			size := min(2*cap(dst)+bytes.MinRead, begin+limit+1) // one byte more tells that there is more
			dst = append(make([]byte, 0, size), dst...)
		}
		n, err := r.Read(dst[len(dst):cap(dst)])
		dst, s.decoded = dst[:len(dst)+n], s.decoded+n
		switch {
		case len(dst)-begin > limit:
			return dst[:begin], ErrTooLarge
		case err == nil:
		case err == io.EOF: //nolint:errorlint // a reader's end is never wrapped
			return dst, nil
		default:
			return dst[:begin], err
		}
	}
}
