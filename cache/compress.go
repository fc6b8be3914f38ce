package cache

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// How a value is compressed.
const (
	compressedNot byte = iota
	compressedS2
	compressedZstd
	compressedEnd
)

// From how many bytes on a value is worth s2, and zstd (at its fastest). On JSON as services answer, bytes left, µs to write, to read:
//
//	bytes    s2                  zstd
//	   235   102 %  0.2   0.1    104 %   0.5   0.2
//	   399   101 %  0.3   0.1     97 %   2.1   0.5
//	   606    99 %  0.6   0.2     87 %   3.9   1.5
//	 1,255    70 %  1.1   0.5     49 %   9.2   4.1
//	 2,203    63 %  2.0   0.9     43 %    13   4.6
//	 4,077    56 %  4.5   2.2     38 %    24   7.2
//	15,656    45 %   24   9.6     31 %    83    29
//
// go test ./cache -run '^$' -bench Compression -benchtime 2ms -count 20 -cpu 1, the best of each; Go 1.26, AMD EPYC.
const (
	minS2   = 512
	minZstd = 2048
)

// window is how far back zstd looks: what one encoder or decoder needs in memory grows with it.
const window = 128 << 10

// compressor compresses values, as far as that is worth it.
type compressor struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

// newCompressor returns a compressor of values of at most limit bytes.
func newCompressor(limit int) *compressor {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(window),
		zstd.WithEncoderCRC(false), zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err) // the options are constant
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxWindow(window), zstd.WithDecoderMaxMemory(uint64(limit)),
		zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderLowmem(true), zstd.WithDecoderConcurrency(0))
	if err != nil {
		panic(err)
	}
	return &compressor{encoder, decoder}
}

// append appends a value, and returns how it is compressed: not at all if that saved less than a tenth.
func (c *compressor) append(dst, value []byte) ([]byte, byte) {
	begin, by := len(dst), compressedNot
	switch n := len(value); {
	case n >= minZstd:
		dst, by = c.encoder.EncodeAll(value, dst), compressedZstd
	case n >= minS2:
		dst = slices.Grow(dst, s2.MaxEncodedLen(n))
		dst, by = dst[:begin+len(s2.Encode(dst[begin:cap(dst)], value))], compressedS2
	}
	if saved := len(value) - (len(dst) - begin); by == compressedNot || saved*10 < len(value) {
		return append(dst[:begin], value...), compressedNot
	}
	return dst, by
}

// decode returns a value of size bytes, in memory of its own. Size is trusted to be within the limit, and to nothing else.
func (c *compressor) decode(by byte, data []byte, size int) ([]byte, error) {
	var value []byte
	var err error
	switch {
	case by >= compressedEnd:
		return nil, fmt.Errorf("%w: compression %d", ErrUnknown, by)
	case by == compressedNot:
		value = bytes.Clone(data)
	case by == compressedS2:
		if n, err := s2.DecodedLen(data); err != nil || n != size {
			return nil, fmt.Errorf("%w: s2 of %d bytes, want %d: %v", ErrCorrupt, n, size, err)
		}
		value, err = s2.Decode(make([]byte, size), data)
	case by == compressedZstd:
		value, err = c.decoder.DecodeAll(data, make([]byte, 0, size))
	}
	if err != nil || len(value) != size {
		return nil, fmt.Errorf("%w: a value of %d bytes, want %d: %v", ErrCorrupt, len(value), size, err)
	}
	return value, nil
}
