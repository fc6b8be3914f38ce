package upstream

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxWindow is the largest window that a zstd body may ask for, and so about what a decoder holds (RFC 9659 §3).
const maxWindow = 8 << 20

// decoders decompress bodies, and keep their own buffers for the next one. They run on the goroutine that reads.
type decoders struct {
	gzip sync.Pool // of *gzip.Reader
	zstd sync.Pool // of *zstd.Decoder
}

var errCodings = errors.New("content coding is not gzip, zstd or identity")

// open returns what r decodes to under the values of Content-Encoding (RFC 9110 §8.4). More than one coding is refused: we
// never ask for it, and it multiplies what a few bytes can grow to. Release must be called when the reading is done.
func (d *decoders) open(codings []string, r io.Reader) (decoded io.Reader, release func(), err error) {
	switch strings.ToLower(strings.TrimSpace(strings.Join(codings, ","))) {
	case "", "identity":
		return r, func() {}, nil
	case "gzip", "x-gzip":
		return d.openGzip(r)
	case "zstd":
		return d.openZstd(r)
	}
	return nil, nil, errCodings
}

func (d *decoders) openGzip(r io.Reader) (io.Reader, func(), error) {
	z, _ := d.gzip.Get().(*gzip.Reader)
	if z == nil {
		z = new(gzip.Reader)
	}
	release := func() {
		_ = z.Reset(http.NoBody) // lets go of r
		d.gzip.Put(z)
	}
	switch err := z.Reset(r); {
	case err == io.EOF: // no member at all: an empty body
		return http.NoBody, release, nil
	case err != nil:
		release()
		return nil, nil, fmt.Errorf("gzip: %w", err)
	}
	return z, release, nil
}

func (d *decoders) openZstd(r io.Reader) (io.Reader, func(), error) {
	z, _ := d.zstd.Get().(*zstd.Decoder)
	if z == nil {
		var err error
		z, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, fmt.Errorf("zstd: %w", err)
		}
	}
	release := func() {
		_ = z.Reset(nil) // lets go of r
		d.zstd.Put(z)
	}
	if err := z.Reset(r); err != nil {
		release()
		return nil, nil, fmt.Errorf("zstd: %w", err)
	}
	return z, release, nil
}
