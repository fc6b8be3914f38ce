// Package document keeps documents that were parsed and found valid, and what is derived of them, within one bound of bytes.
//
// A [Cache] finds a [Document] by its text, and by the text's digest once somebody has said which one it is ([Document.Name]), which
// reads no text. Whoever derives something of one of its operations (a plan) leaves it there with
// [Operation.Derive], and says what it weighs with [Document.Charge]: documents and what is derived of them go together. Those that nobody has asked for
// again have a fourth of the room: who sends one new document after the other displaces nothing that others use, and takes little memory. A document that [New] makes is outside of every cache: whoever has it bounds what it and others weigh.
// Who runs an operation finds it in the context, by [From].
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

// onceShare is the part of a cache that documents may have which were asked for once: a fourth.
const onceShare = 4

// Cache keeps documents by their texts: those that were asked for once, and those that were asked for again. Of these the least recently used one becomes
// one of the others when there are too many, and of the others it goes (a segmented LRU). It may be used by any number of goroutines at once.
type Cache struct {
	maxBytes int

	mu          sync.Mutex // guards the rest, and the documents' bytes, digest, in and kept
	once, again segment
	byText      map[string]*Document
	byDigest    map[string]*Document // those that have one
}

// segment is a part of what is kept.
type segment struct {
	bytes  int
	recent *list.List // of *Document, most recently used first
}

func (s *segment) add(d *Document) {
	d.in, d.kept = s, s.recent.PushFront(d)
	s.bytes += d.bytes
}

func (s *segment) remove(d *Document) {
	s.recent.Remove(d.kept)
	s.bytes -= d.bytes
	d.in, d.kept = nil, nil
}

func (s *segment) last() *Document { return s.recent.Back().Value.(*Document) }

// Document is a valid document and its text. Nobody changes either.
type Document struct {
	Text       string
	AST        *ast.QueryDocument
	Operations []*Operation // in the document's order

	cache  *Cache
	bytes  int           // with all that is derived
	digest string        // of Text; "": nobody has said it
	in     *segment      // of the cache; nil: not there (yet, or any more)
	kept   *list.Element // in its recent
}

// New makes a document that no cache has, with its text.
func New(text string, doc *ast.QueryDocument) *Document { return new(Cache).document(text, doc) }

// Bytes returns what the document weighs, with all that is derived of it by now.
func (d *Document) Bytes() int {
	d.cache.mu.Lock()
	defer d.cache.mu.Unlock()
	return d.bytes
}

// Operation returns the operation of a name; "": the only one. It is nil where there is none, or more than one without a name.
func (d *Document) Operation(name string) *Operation {
	if name == "" {
		if len(d.Operations) == 1 {
			return d.Operations[0]
		}
		return nil
	}
	for _, o := range d.Operations {
		if o.AST.Name == name {
			return o
		}
	}
	return nil
}

// Operation is an operation of a document, and what is derived of it.
type Operation struct {
	Document *Document
	AST      *ast.OperationDefinition

	mu      sync.Mutex // guards derived
	derived []derived
}

type derived struct{ by, value any }

// NewCache returns a cache that holds at most so many bytes; 0 = [DefaultMaxBytes].
func NewCache(maxBytes int) *Cache {
	if maxBytes == 0 {
		maxBytes = DefaultMaxBytes
	}
	return &Cache{
		maxBytes: maxBytes, once: segment{recent: list.New()}, again: segment{recent: list.New()},
		byText: map[string]*Document{}, byDigest: map[string]*Document{},
	}
}

// Find returns the document of a text; nil: it is not kept. It does not keep text.
func (c *Cache) Find(text []byte) *Document {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used(c.byText[string(text)])
}

// FindDigest returns the document of a text with this digest; nil: it is not kept, or was not named.
func (c *Cache) FindDigest(digest string) *Document {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used(c.byDigest[digest])
}

// used makes a document the most recently used one; nil: there is none. mu is held.
func (c *Cache) used(d *Document) *Document {
	switch {
	case d == nil:
	case d.in == &c.again:
		c.again.recent.MoveToFront(d.kept)
	default:
		c.once.remove(d)
		c.again.add(d)
		c.makeRoom()
	}
	return d
}

// Name lets [Cache.FindDigest] find the document while it is kept. digest is that of its text, in any one form; the caller has made sure
// of that. The first one stays.
func (d *Document) Name(digest string) {
	c := d.cache
	c.mu.Lock()
	defer c.mu.Unlock()
	if d.in == nil || d.digest != "" {
		return
	}
	d.digest = digest
	c.byDigest[digest] = d
	c.charge(d, perDigest+len(digest))
}

// perDigest is what a map takes for an entry, beside the bytes of its key: 24 bytes, and as many again for what is empty.
const perDigest = 48

// Add keeps a document and returns it. Of two of one text the first stays, and is returned.
func (c *Cache) Add(text string, doc *ast.QueryDocument) *Document {
	d := c.document(text, doc)
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.byText[text]; known != nil {
		return known
	}
	if d.bytes > c.maxBytes/share {
		return d
	}
	c.once.add(d)
	c.byText[text] = d
	c.makeRoom()
	return d
}

func (c *Cache) document(text string, doc *ast.QueryDocument) *Document {
	d := &Document{Text: text, AST: doc, cache: c, bytes: settle(text, doc)}
	for _, op := range doc.Operations {
		d.Operations = append(d.Operations, &Operation{Document: d, AST: op})
	}
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
	return c.once.bytes + c.again.bytes
}

func (c *Cache) makeRoom() {
	forOnce := c.maxBytes / onceShare
	for c.again.bytes > c.maxBytes-forOnce {
		d := c.again.last()
		c.again.remove(d)
		c.once.add(d)
	}
	for c.once.bytes > forOnce {
		c.drop(c.once.last())
	}
}

func (c *Cache) drop(d *Document) {
	d.in.remove(d)
	delete(c.byText, d.Text)
	if d.digest != "" {
		delete(c.byDigest, d.digest)
	}
}

// Derive returns what by derives of the operation, which is what make returned when by first asked. by is compared as a key of a
// map is, and has few siblings; make must not derive.
func (o *Operation) Derive(by any, make func() any) any {
	o.mu.Lock()
	defer o.mu.Unlock()
	if known := o.find(by); known != nil {
		return known
	}
	value := make()
	o.derived = append(o.derived, derived{by, value})
	return value
}

// Derived returns what by has derived of the operation; nil: nothing yet.
func (o *Operation) Derived(by any) any {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.find(by)
}

func (o *Operation) find(by any) any {
	for _, known := range o.derived {
		if known.by == by {
			return known.value
		}
	}
	return nil
}

// Charge says that what is derived of the document weighs so many bytes more, or less. The document may leave its cache because
// of that, and then goes when the last one who uses it does.
func (d *Document) Charge(bytes int) {
	d.cache.mu.Lock()
	defer d.cache.mu.Unlock()
	d.cache.charge(d, bytes)
}

func (c *Cache) charge(d *Document, bytes int) {
	d.bytes += bytes
	if d.in == nil {
		return
	}
	d.in.bytes += bytes
	if d.bytes > c.maxBytes/share {
		c.drop(d)
	}
	c.makeRoom()
}

type contextKey struct{}

// With returns a context whose operation this is.
func With(ctx context.Context, o *Operation) context.Context {
	return context.WithValue(ctx, contextKey{}, o)
}

// From returns the context's operation; nil: nobody keeps it.
func From(ctx context.Context) *Operation {
	o, _ := ctx.Value(contextKey{}).(*Operation)
	return o
}
