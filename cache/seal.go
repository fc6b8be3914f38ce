package cache

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"

	"github.com/cespare/xxhash/v2"
)

// The forms of envelopes. The next version takes the next two numbers.
const (
	formSummed byte = 5 + iota // sealed with xxhash: whole, if nobody meant it not to be
	formSigned                 // sealed with HMAC-SHA256: written by someone who knows the secret
)

// signed is how many bytes of an HMAC are kept: as many as nobody can guess.
const signed = 16

// seal shows whether bytes are as they were written.
type seal struct{ macs *sync.Pool } // of *mac; nil for a checksum

// mac is an HMAC, and room for its sum.
type mac struct {
	hash.Hash
	sum [sha256.Size]byte
}

// newSeal returns a seal of a secret, or one without.
func newSeal(secret []byte) seal {
	if len(secret) == 0 {
		return seal{}
	}
	of := hmac.New(sha256.New, secret) // other uses of the secret, such as Digest, sign nothing that passes for an envelope
	of.Write([]byte("weft cache envelope"))
	key := of.Sum(nil)
	return seal{&sync.Pool{New: func() any { return &mac{Hash: hmac.New(sha256.New, key)} }}}
}

// form is the first byte of what is sealed so.
func (s seal) form() byte {
	if s.macs == nil {
		return formSummed
	}
	return formSigned
}

// append appends the seal of an envelope.
func (s seal) append(dst, envelope []byte) []byte {
	if s.macs == nil {
		return binary.LittleEndian.AppendUint64(dst, xxhash.Sum64(envelope))
	}
	m := s.macs.Get().(*mac)
	defer s.macs.Put(m)
	return append(dst, m.of(envelope)...)
}

// open returns what was sealed, with its form: at least one byte.
func (s seal) open(data []byte) ([]byte, error) {
	switch {
	case len(data) == 0:
		return nil, errShort
	case data[0] != s.form():
		return nil, ErrUnknown
	case s.macs == nil:
		return s.summed(data)
	}
	if len(data) <= signed {
		return nil, errShort
	}
	m := s.macs.Get().(*mac)
	defer s.macs.Put(m)
	body, sum := data[:len(data)-signed], data[len(data)-signed:]
	if !hmac.Equal(m.of(body), sum) {
		return nil, ErrCorrupt
	}
	return body, nil
}

func (s seal) summed(data []byte) ([]byte, error) {
	n := len(data) - 8
	if n <= 0 {
		return nil, errShort
	}
	if binary.LittleEndian.Uint64(data[n:]) != xxhash.Sum64(data[:n]) {
		return nil, ErrCorrupt
	}
	return data[:n], nil
}

// of returns the HMAC of an envelope, valid until the next.
func (m *mac) of(envelope []byte) []byte {
	m.Reset()
	m.Write(envelope)
	return m.Sum(m.sum[:0])[:signed]
}
