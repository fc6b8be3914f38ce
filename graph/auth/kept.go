package auth

import (
	"container/list"
	"crypto/sha256"
	"sync"
	"time"
)

// Bounds of what is kept, when nothing else is said.
const (
	defaultKept      = 20_000
	defaultKeptBytes = 32 << 20
)

// tokenID stands for a credential: what is kept has no token, and nobody finds another token of the same digest.
type tokenID [sha256.Size]byte

func digestOf(token string) tokenID {
	var short [1024]byte // as most tokens are, which take no memory of the heap then: 0.1 µs of 1
	return sha256.Sum256(append(short[:0], token...))
}

// kept is who was found out by which credentials, so that these are not verified again: those that were used last, within bounds.
type kept struct {
	maxEntries, maxBytes int

	mu      sync.Mutex // guards what follows
	entries map[tokenID]*list.Element
	order   list.List // of *keptEntry; the one used last is in front
	bytes   int
}

// keptCaller is what holds of credentials for some time.
type keptCaller struct {
	caller *Caller
	until  time.Time
	issuer *issuer // whose key has to be there; nil: no key has
	key    *key
}

type keptEntry struct {
	keptCaller

	id    tokenID
	bytes int
}

func newKept(maxEntries, maxBytes int) *kept {
	return &kept{maxEntries: maxEntries, maxBytes: maxBytes, entries: map[tokenID]*list.Element{}}
}

// holds reports whether it still does.
func (k *keptCaller) holds(now time.Time) bool {
	return now.Before(k.until) && (k.issuer == nil || k.issuer.keys.Load().has(k.key, now))
}

// find returns what holds of credentials; false: nothing is known.
func (k *kept) find(id tokenID, now time.Time) (found keptCaller, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := k.entries[id]
	if at == nil {
		return keptCaller{}, false
	}
	e := at.Value.(*keptEntry)
	if !e.holds(now) {
		k.remove(at)
		return keptCaller{}, false
	}
	k.order.MoveToFront(at)
	return e.keptCaller, true
}

// put keeps what holds of credentials of a length.
func (k *kept) put(id tokenID, c keptCaller, length int) {
	e := &keptEntry{keptCaller: c, id: id, bytes: weightOf(length)}
	k.mu.Lock()
	defer k.mu.Unlock()
	if at := k.entries[id]; at != nil {
		k.remove(at)
	}
	k.entries[id] = k.order.PushFront(e)
	k.bytes += e.bytes
	for len(k.entries) > max(0, k.maxEntries) || k.bytes > k.maxBytes {
		k.remove(k.order.Back())
	}
}

// weightOf is what an entry takes, in bytes, of a credential of a length: about what TestKeptBytes measures.
func weightOf(length int) int { return 512 + 3*length }

func (k *kept) remove(at *list.Element) {
	e := k.order.Remove(at).(*keptEntry)
	delete(k.entries, e.id)
	k.bytes -= e.bytes
}
