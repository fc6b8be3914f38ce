package edge

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"

	"weft/graph/edge/coding"
	"weft/graph/govern"
)

const (
	messageTooSlow = "the body stopped arriving, or took too long: send it again"
	messageFull    = "too many large bodies are being read at once"
)

// scratch is memory that requests use one after the other: what one reads its body into, and puts its answer together and codes it in.
type scratch struct {
	body, answer, coded []byte
	held                govern.Holding // what the request has in flight that is large: body, answer, and that in another coding
}

// maxScratch is how much of each a request leaves to the next one, in bytes. What is larger is held, until the answer is sent.
const maxScratch = 64 << 10

// release leaves the memory to another request, and what it has held to all.
func (s *scratch) release(to *sync.Pool) {
	if s.held.Bytes() > 0 {
		s.held.Release()
		return
	}
	if max(cap(s.body), cap(s.answer), cap(s.coded)) <= maxScratch {
		to.Put(s)
	}
}

// readBody reads a body of at most limit bytes. Of a longer one net/http is told, so that it closes the connection instead of
// reading the rest.
func (s *scratch) readBody(w http.ResponseWriter, r *http.Request, limit int64) *refusal {
	body := r.Body
	if r.ContentLength < 0 || r.ContentLength > limit {
		body = http.MaxBytesReader(w, body, limit)
	}
	s.body = s.body[:0]
	for {
		if !s.grow(limit) {
			return refusef(http.StatusServiceUnavailable, messageFull)
		}
		n, err := body.Read(s.body[len(s.body):cap(s.body)])
		s.body = s.body[:len(s.body)+n]
		switch {
		case int64(len(s.body)) > limit:
			return tooLarge(limit)
		case err == nil:
		case err == io.EOF: //nolint:errorlint // a reader's end is never wrapped
			return nil
		default:
			return unread(err, limit)
		}
	}
}

// grow makes place for more of the body. It reports whether there is room.
func (s *scratch) grow(limit int64) bool {
	if cap(s.body)-len(s.body) >= bytes.MinRead {
		return true
	}
	size := min(2*int64(cap(s.body))+bytes.MinRead, limit+bytes.MinRead)
	if size > maxScratch {
		if !s.held.Take(size - s.held.Bytes()) {
			return false
		}
	}
	s.body = append(make([]byte, 0, size), s.body...)
	return true
}

// What the values in a body weigh once they are decoded, in bytes, about: an object is a map, and anything else an interface in its list
// or map. A body of empty objects in each other weighs 60 times its length.
const (
	perObject = 400
	perValue  = 32
)

// weigh takes room for the values in the body before they are decoded, if they are many. It reports whether there is room.
func (s *scratch) weigh() bool {
	weight := int64(bytes.Count(s.body, []byte{'{'}))*perObject + int64(bytes.Count(s.body, []byte{','})+bytes.Count(s.body, []byte{'['}))*perValue
	return weight <= maxScratch || s.held.Take(weight)
}

// decode decodes the body. What it decodes to takes room in its place.
func (s *scratch) decode(d *coding.Decoder, by coding.Coding, limit int64) *refusal {
	decoded, err := d.Append(s.coded[:0], by, s.body, int(limit))
	s.body, s.coded = decoded, s.body
	switch {
	case errors.Is(err, coding.ErrTooLarge):
		return tooLarge(limit)
	case err != nil:
		return refusef(http.StatusBadRequest, "%s", err)
	}
	if cap(s.coded) > maxScratch {
		s.coded = nil
	}
	size := int64(cap(s.body))
	if size <= maxScratch {
		size = 0
	}
	if !s.held.Take(size - s.held.Bytes()) {
		return refusef(http.StatusServiceUnavailable, messageFull)
	}
	return nil
}

// unread says why a body of at most limit bytes was not read to its end.
func unread(err error, limit int64) *refusal {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge(limit)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return refusef(http.StatusRequestTimeout, messageTooSlow)
	}
	return refusef(http.StatusBadRequest, "the body could not be read to its end")
}

func tooLarge(limit int64) *refusal {
	return refusef(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes", limit)
}
