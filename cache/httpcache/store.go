package httpcache

import (
	"container/list"
	"net/http"
	"sync"
)

// Entry is a kept answer. It is immutable.
type Entry struct {
	Status   int
	Header   http.Header // without the fields of the connection
	Body     []byte
	Decision Decision
	Variant  string // the secondary key of the request that it answered; see [Variant]
	Identity string // whom it is for; "": everybody
}

// size returns about how many bytes the entry takes.
func (e *Entry) size() int64 {
	const overhead = 512
	n := overhead + len(e.Body) + len(e.Variant) + len(e.Identity)
	for name, lines := range e.Header {
		n += 64 + len(name)
		for _, line := range lines {
			n += 16 + len(line)
		}
	}
	return int64(n)
}

// Store keeps entries under primary keys, as many under one as requests select by their header or identity. It may drop any of
// them at any time. It is safe for concurrent use.
type Store interface {
	// Get returns the entries under key, the newest first. The caller does not change the slice.
	Get(key string) []*Entry
	// Set replaces all entries under key; none deletes it. The caller does not change the slice afterwards.
	Set(key string, entries []*Entry)
}

// Memory is a Store in memory, bounded by bytes: above its limit it drops what was not used for longest.
type Memory struct {
	limit int64

	mu    sync.Mutex // guards what follows
	keys  map[string]*list.Element
	order list.List // of *slot, the last used first
	bytes int64
}

var _ Store = (*Memory)(nil)

// slot is what Memory has under one key.
type slot struct {
	key     string
	entries []*Entry
	bytes   int64
}

// NewMemory returns an empty store that holds about limit bytes; 0 or less is 64 MiB.
func NewMemory(limit int64) *Memory {
	if limit <= 0 {
		limit = 64 << 20
	}
	return &Memory{limit: limit, keys: make(map[string]*list.Element)}
}

// Get implements [Store].
func (m *Memory) Get(key string) []*Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	element := m.keys[key]
	if element == nil {
		return nil
	}
	m.order.MoveToFront(element)
	return element.Value.(*slot).entries
}

// Set implements [Store]. Entries that are larger than the limit together are not kept.
func (m *Memory) Set(key string, entries []*Entry) {
	s := &slot{key: key, entries: entries, bytes: int64(len(key))}
	for _, e := range entries {
		s.bytes += e.size()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if element := m.keys[key]; element != nil {
		m.remove(element)
	}
	if len(entries) == 0 || s.bytes > m.limit {
		return
	}
	m.keys[key] = m.order.PushFront(s)
	m.bytes += s.bytes
	for m.bytes > m.limit {
		m.remove(m.order.Back())
	}
}

// Bytes returns about how many bytes the store holds.
func (m *Memory) Bytes() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bytes
}

// remove drops a slot. The lock must be held.
func (m *Memory) remove(element *list.Element) {
	s := m.order.Remove(element).(*slot)
	delete(m.keys, s.key)
	m.bytes -= s.bytes
}
