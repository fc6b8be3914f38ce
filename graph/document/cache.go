// Package document keeps documents that were parsed and found valid, and what is derived of them, within one bound of bytes.
//
// A [Cache] finds a [Document] by its text. Whoever derives something of a document (a plan) leaves it there with [Document.Derive],
// and says what it weighs with [Document.Charge]: documents and what is derived of them go together, the least recently used first.
// Who runs an operation finds its document in the context, by [From].
package document

import (
	"container/list"
	"context"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

// DefaultMaxBytes is what a cache holds when nobody says how much: 32 MiB.
const DefaultMaxBytes = 32 << 20

// share is the part of a cache that one document may have, with all that is derived of it: an eighth. A larger one is used, and
// not kept: it would displace many that others use.
const share = 8

// Cache keeps documents by their texts, the least recently used going first. It may be used by any number of goroutines at once.
type Cache struct {
	maxBytes int

	mu     sync.Mutex // guards the rest, and the documents' bytes and kept
	bytes  int
	recent *list.List // of *Document, most recently used first
	byText map[string]*Document
}

// Document is a valid document and its text. Nobody changes either.
type Document struct {
	Text string
	AST  *ast.QueryDocument

	cache *Cache
	bytes int           // with all that is derived
	kept  *list.Element // in the cache's recent; nil: not there (yet, or any more)

	mu      sync.Mutex // guards derived
	derived []derived
}

type derived struct{ by, value any }

// NewCache returns a cache that holds at most so many bytes; 0 = [DefaultMaxBytes].
func NewCache(maxBytes int) *Cache {
	if maxBytes == 0 {
		maxBytes = DefaultMaxBytes
	}
	return &Cache{maxBytes: maxBytes, recent: list.New(), byText: map[string]*Document{}}
}

// Find returns the document of a text; nil: it is not kept. It does not keep text.
func (c *Cache) Find(text []byte) *Document {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.byText[string(text)]
	if d != nil {
		c.recent.MoveToFront(d.kept)
	}
	return d
}

// Add keeps a document and returns it. Of two of one text the first stays, and is returned.
func (c *Cache) Add(text string, doc *ast.QueryDocument) *Document {
	d := &Document{Text: text, AST: doc, cache: c, bytes: size(text, doc)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.byText[text]; known != nil {
		return known
	}
	if d.bytes > c.maxBytes/share {
		return d
	}
	d.kept = c.recent.PushFront(d)
	c.byText[text] = d
	c.bytes += d.bytes
	c.makeRoom()
	return d
}

// Len returns how many documents there are.
func (c *Cache) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.byText)
}

// Bytes returns what the documents weigh, with all that is derived of them.
func (c *Cache) Bytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}

func (c *Cache) makeRoom() {
	for c.bytes > c.maxBytes {
		c.drop(c.recent.Back().Value.(*Document))
	}
}

func (c *Cache) drop(d *Document) {
	c.recent.Remove(d.kept)
	delete(c.byText, d.Text)
	c.bytes -= d.bytes
	d.kept = nil
}

// Derive returns what by derives of the document, which is what make returned when by first asked. by is compared as a key of a
// map is, and has few siblings; make must not use the document.
func (d *Document) Derive(by any, make func() any) any {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, known := range d.derived {
		if known.by == by {
			return known.value
		}
	}
	value := make()
	d.derived = append(d.derived, derived{by, value})
	return value
}

// Charge says that what is derived of the document weighs so many bytes more, or less. The document may leave its cache because
// of that, and then goes when the last one who uses it does.
func (d *Document) Charge(bytes int) {
	c := d.cache
	c.mu.Lock()
	defer c.mu.Unlock()
	d.bytes += bytes
	if d.kept == nil {
		return
	}
	c.bytes += bytes
	if d.bytes > c.maxBytes/share {
		c.drop(d)
	}
	c.makeRoom()
}

type contextKey struct{}

// With returns a context whose operation is one of the document's.
func With(ctx context.Context, d *Document) context.Context {
	return context.WithValue(ctx, contextKey{}, d)
}

// From returns the document of the context's operation; nil: nobody keeps it.
func From(ctx context.Context) *Document {
	d, _ := ctx.Value(contextKey{}).(*Document)
	return d
}
