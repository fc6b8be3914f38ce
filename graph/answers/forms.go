package answers

import (
	"sync"
	"sync/atomic"

	"weft/cache"
	"weft/graph/binding"
)

// Forms are what transports have made of an answer that is kept: its body as they send it, by the content coding's name. They are kept
// beside the answer, and count in its bytes. It may be used by any number of goroutines at once.
type Forms struct {
	cache *cache.Cache
	tags  string // the answer's header Cache-Tag, which to make again for each hit is a tenth of a 304
	told  atomic.Pointer[told]

	mu    sync.Mutex   // guards what follows
	entry *cache.Entry // the answer, as it is kept now
	forms []form
}

// told is the headers of an answer in a certain second, to make which for each client takes a seventh of a hit.
type told struct {
	left, age int64 // in seconds
	headers   map[string][]string
}

// headers are what headersOf says of the answer now. Nobody changes them.
func (f *Forms) headers(c *Cache, k *binding.Kept, private bool, vary []string) map[string][]string {
	now := c.service.Cache.Now()
	left, age := (k.FreshUntil-now)/1000, (now-k.Born)/1000
	if t := f.told.Load(); t != nil && t.left == left && t.age == age {
		return t.headers
	}
	t := &told{left, age, headersOf(now, k, private, f.tags, vary)}
	f.told.Store(t)
	return t.headers
}

type form struct {
	name    string
	asked   bool   // once at least
	refused bool   // there is no room for it
	body    []byte // nil: not made yet
}

// sizeOfForms is about what Forms take in bytes with the headers that they have told, of which five sixths are, and without their bodies.
const sizeOfForms = 640

// Form returns what was kept under a name. Where nothing was, again reports whether it was asked for before, so that keeping it is worth
// what making it costs. data is what a client is to get: where that is not the answer's, because somebody has changed it, there is
// nothing, and again is false.
func (f *Forms) Form(name string, data []byte) (body []byte, again bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(data) != len(f.entry.Value) || len(data) == 0 || &data[0] != &f.entry.Value[0] {
		return nil, false
	}
	at := f.of(name)
	again = at.asked && !at.refused
	at.asked = true
	return at.body, again
}

// Keep keeps a body under a name, if there is room, and if the answer is still kept. The body is not changed any more.
func (f *Forms) Keep(name string, body []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := f.of(name)
	if at.body != nil {
		return
	}
	grown := *f.entry
	grown.Size += cap(body)
	if !f.cache.Replace(f.entry, &grown) {
		at.refused = true
		return
	}
	f.entry, at.body = &grown, body
}

func (f *Forms) of(name string) *form {
	for i := range f.forms {
		if f.forms[i].name == name {
			return &f.forms[i]
		}
	}
	f.forms = append(f.forms, form{name: name})
	return &f.forms[len(f.forms)-1]
}

// withForms lets an entry have forms.
func (c *Cache) withForms(e *cache.Entry) {
	tags := c.tagHeader(e.Tags)
	e.View = &Forms{cache: c.service.Cache, tags: tags, entry: e}
	e.Size = cap(e.Value) + len(tags) + sizeOfForms
}
