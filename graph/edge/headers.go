package edge

import (
	"maps"
	"strconv"
	"sync/atomic"
)

// heads are what headers of answers have in common.
type heads struct {
	vary    vary
	lengths lengths
	tags    tags
}

// headers are values of a header as net/http has them, by what they are made of. A few are kept, since most answers have the same. It may be
// used by any number of goroutines at once; the zero value is ready for use. Nobody changes what is in it.
//
// To make Vary and Content-Length for each answer takes four allocations, as many as all else of an answer that is kept.
type headers struct {
	known atomic.Pointer[map[string][]string]
}

// maxHeaders is how many values are kept.
const maxHeaders = 256

// of returns the header that is made of a text.
func (h *headers) of(text string, make func() string) []string {
	known := h.known.Load()
	if known != nil {
		if values, ok := (*known)[text]; ok {
			return values
		}
	}
	values := []string{make()}
	grown := map[string][]string{text: values}
	if known != nil && len(*known) < maxHeaders {
		maps.Copy(grown, *known)
	}
	h.known.CompareAndSwap(known, &grown) // who comes second makes it again
	return values
}

// lengths are values of Content-Length, those of the answers that were sent last. It may be used by any number of goroutines at once; the zero
// value is ready for use.
type lengths [256]atomic.Pointer[length]

type length struct {
	bytes  int
	values [1]string
}

// of returns the header of a body.
func (l *lengths) of(bytes int) []string {
	at := &l[bytes%len(l)]
	known := at.Load()
	if known == nil || known.bytes != bytes {
		known = &length{bytes, [1]string{strconv.Itoa(bytes)}}
		at.Store(known)
	}
	return known.values[:]
}
