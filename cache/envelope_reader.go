package cache

import "encoding/binary"

// reader takes an envelope apart. When there is less than is asked for it is short, and returns zeros.
type reader struct {
	rest  []byte
	short bool
}

func (r *reader) byte() byte {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *reader) varint() int64 {
	n, size := binary.Varint(r.rest)
	r.skip(size)
	return n
}

func (r *reader) uvarint() uint64 {
	n, size := binary.Uvarint(r.rest)
	r.skip(size)
	return n
}

// skip goes behind a varint; size is 0 or less if there was none.
func (r *reader) skip(size int) {
	if size <= 0 {
		r.fail()
		return
	}
	r.rest = r.rest[size:]
}

func (r *reader) fail() { r.short, r.rest = true, nil }

// take returns the next n bytes.
func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.fail()
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

// length returns a length of something that must follow.
func (r *reader) length() int {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.fail()
		return 0
	}
	return int(n)
}

// text reads the lengths and the text, which must begin with the entry's key. The strings share one piece of memory.
func (r *reader) text(e *Entry) error {
	key, etag, modified, tags := r.length(), r.length(), r.length(), r.length()
	all := etag + modified
	lengths := reader{rest: r.rest}
	for range tags {
		all += r.length()
	}
	if r.short || key > len(r.rest) || all > len(r.rest)-key {
		return errShort
	}
	if string(r.take(key)) != string(e.Key) {
		return ErrForeign
	}
	text := string(r.take(all))
	cut := func(n int) (s string) {
		s, text = text[:n], text[n:]
		return s
	}
	e.ETag, e.LastModified = cut(etag), cut(modified)
	if tags > 0 {
		e.Tags = make([]string, tags)
	}
	for i := range e.Tags {
		e.Tags[i] = cut(lengths.length())
	}
	return nil
}
