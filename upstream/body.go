package upstream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
)

const (
	maxTrusted = 256 << 10 // bytes that are allocated on the word of a Content-Length, before any have come
	maxKept    = 256 << 10 // bytes of a buffer that is kept for the next body
	framing    = 64 << 10  // bytes by which a compressed body may be longer than MaxBody
)

var errTooLarge = errors.New("body is larger than the limit")

// read returns the whole body, decompressed and at most limit bytes long, and how many bytes arrived; nil when it is empty.
//
// A body that ends early is Unavailable when the connection was cut, as an upstream that dies does, and BadResponse when
// everything arrived but does not decompress, as only a wrong answer does. It is Canceled when the caller takes no more bytes.
func (c *Client) read(ctx context.Context, out *outgoing, resp *http.Response, limit int64) (body []byte, arrived int, failure *Error) {
	codings := resp.Header["Content-Encoding"]
	taken := taken{by: out.counter}
	if n := resp.ContentLength; len(codings) == 0 && 0 < n && n <= limit {
		taken.r = resp.Body
		body, err := readExactly(&taken, int(n))
		switch {
		case taken.refused != nil:
			return nil, 0, &Error{Kind: Canceled, Err: taken.refused}
		case err != nil:
			return nil, 0, broken(ctx, err)
		}
		return body, int(n), nil
	}
	source := &wire{r: io.LimitedReader{R: resp.Body, N: limit + framing}}
	decoded, release, err := c.decoders.open(codings, source)
	if err != nil {
		return nil, 0, source.failure(ctx, err)
	}
	defer release()
	taken.r = decoded
	body, err = c.buffers.readAll(&taken, limit)
	switch {
	case taken.refused != nil:
		return nil, 0, &Error{Kind: Canceled, Err: taken.refused}
	case errors.Is(err, errTooLarge):
		return nil, 0, unusable(err, fmt.Sprintf("at most %d bytes", limit), "more")
	case err != nil:
		return nil, 0, source.failure(ctx, err)
	}
	return body, int(limit + framing - source.r.N), nil
}

// readExactly reads n bytes. Room for many is made when some of them have come: until then they are only a promise.
func readExactly(r io.Reader, n int) ([]byte, error) {
	body := make([]byte, min(n, maxTrusted))
	if _, err := io.ReadFull(r, body); err != nil || n <= maxTrusted {
		return body, err
	}
	whole := make([]byte, n)
	_, err := io.ReadFull(r, whole[copy(whole, body):])
	return whole, err
}

// buffers take bodies whose length is not known beforehand. They are kept for the next one, so a body is copied out of them,
// which is cheaper than growing a buffer for each, and leaves it no longer than it is. One that is too large to be kept is the body's own.
type buffers struct{ pool sync.Pool } // of *bytes.Buffer

// readAll returns what r has; nil when that is nothing. More than limit bytes are an error that wraps errTooLarge.
func (b *buffers) readAll(r io.Reader, limit int64) ([]byte, error) {
	buffer, _ := b.pool.Get().(*bytes.Buffer)
	if buffer == nil {
		buffer = new(bytes.Buffer)
	}
	n, err := buffer.ReadFrom(io.LimitReader(r, limit+1))
	var body []byte
	switch {
	case err != nil:
	case n > limit:
		err = fmt.Errorf("%w of %d bytes", errTooLarge, limit)
	case buffer.Cap() > maxKept:
		body = buffer.Bytes()
	case n > 0:
		body = bytes.Clone(buffer.Bytes())
	}
	if buffer.Cap() <= maxKept {
		buffer.Reset()
		b.pool.Put(buffer)
	}
	return body, err
}

// taken is a body that the caller is told about as it is read, and that ends where it takes no more.
type taken struct {
	r       io.Reader
	by      Counter // nil: it takes all
	refused error
}

func (t *taken) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if t.add(n); t.refused != nil {
		return n, t.refused
	}
	return n, err
}

func (t *taken) add(bytes int) {
	if t.by != nil && t.refused == nil {
		t.refused = t.by.Received(bytes)
	}
}

// wire is a body as it arrives. It remembers how it ended, so that a cut connection can be told from a bad body.
type wire struct {
	r   io.LimitedReader
	err error
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil {
		w.err = err
	}
	return n, err
}

// failure is the meaning of a read that ended with err.
func (w *wire) failure(ctx context.Context, err error) *Error {
	if w.err != nil && w.err != io.EOF {
		return broken(ctx, w.err)
	}
	if errors.Is(err, errCodings) {
		return unusable(err, "a body in gzip, zstd or no content coding", "one in another")
	}
	return unusable(&cause{text: "body cannot be decoded", err: err}, "a body in the content coding that it says", "one that cannot be decoded")
}
