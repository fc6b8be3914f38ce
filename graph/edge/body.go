package edge

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"sync/atomic"

	"weft/graph/edge/coding"
)

const (
	messageTooSlow = "the body stopped arriving, or took too long: send it again"
	messageFull    = "too many large bodies are being read at once"
)

// scratch is memory that requests use one after the other: what one reads its body into, and puts its answer together and codes it in.
type scratch struct {
	body, answer, coded []byte
	taken               int64 // of a room, for a body above maxScratch
}

// maxScratch is how much of each a request leaves to the next one, in bytes.
const maxScratch = 64 << 10

// release leaves the memory to another request, and what it has taken of room to all.
func (s *scratch) release(to *sync.Pool, room *room) {
	if s.taken > 0 {
		room.taken.Add(-s.taken)
		return
	}
	if max(cap(s.body), cap(s.answer), cap(s.coded)) <= maxScratch {
		to.Put(s)
	}
}

// room is what the bodies above maxScratch of all requests may take together, from their arrival until their answer. Smaller ones
// do without, so that clients who fill it up leave the usual requests alone.
type room struct {
	bytes int64
	taken atomic.Int64
}

// take reports whether there are n bytes more. The caller gives them back.
func (r *room) take(n int64) bool {
	if r.taken.Add(n) <= r.bytes {
		return true
	}
	r.taken.Add(-n)
	return false
}

// readBody reads a body of at most limit bytes. Of a longer one net/http is told, so that it closes the connection instead of
// reading the rest.
func (s *scratch) readBody(w http.ResponseWriter, r *http.Request, limit int64, room *room) *refusal {
	body := r.Body
	if r.ContentLength < 0 || r.ContentLength > limit {
		body = http.MaxBytesReader(w, body, limit)
	}
	s.body = s.body[:0]
	for {
		if !s.grow(limit, room) {
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
func (s *scratch) grow(limit int64, room *room) bool {
	if cap(s.body)-len(s.body) >= bytes.MinRead {
		return true
	}
	size := min(2*int64(cap(s.body))+bytes.MinRead, limit+bytes.MinRead)
	if size > maxScratch {
		if !room.take(size - s.taken) {
			return false
		}
		s.taken = size
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

// weigh takes room for the values in the body before they are decoded, if they are many. It reports whether there is room. One body
// always has it while no other one does.
func (s *scratch) weigh(room *room) bool {
	weight := int64(bytes.Count(s.body, []byte{'{'}))*perObject + int64(bytes.Count(s.body, []byte{','})+bytes.Count(s.body, []byte{'['}))*perValue
	if weight <= maxScratch {
		return true
	}
	weight = min(weight, room.bytes-s.taken)
	if !room.take(weight) {
		return false
	}
	s.taken += weight
	return true
}

// decode decodes the body. What it decodes to takes room in its place.
func (s *scratch) decode(d *coding.Decoder, by coding.Coding, limit int64, room *room) *refusal {
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
	if !room.take(size - s.taken) {
		return refusef(http.StatusServiceUnavailable, messageFull)
	}
	s.taken = size
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
