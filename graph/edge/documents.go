package edge

import (
	"container/list"
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	// documentsBudget bounds the texts whose documents are remembered, in bytes.
	documentsBudget = 2 << 20

	// maxDocument is the longest text that is remembered. Longer ones are rare, and parsed anew each time.
	maxDocument = 64 << 10
)

// documents remembers validated documents by their text, the least recently used going first. What it bounds
// is the bytes of the texts: a document weighs about 20 times its text, so a bound on their number would let
// a client that sends long ones fill the memory. It may be used by any number of goroutines at once; documents
// in it are never changed.
type documents struct {
	budget int

	mu     sync.Mutex // guards the rest
	size   int
	recent *list.List               // of *document, most recently used first
	byText map[string]*list.Element // into recent
}

type document struct {
	text string
	doc  *ast.QueryDocument
}

var _ graphql.Cache[*ast.QueryDocument] = (*documents)(nil)

func newDocuments(budget int) *documents {
	return &documents{budget: budget, recent: list.New(), byText: map[string]*list.Element{}}
}

// Get implements graphql.Cache.
func (d *documents) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, ok := d.byText[text]
	if !ok {
		return nil, false
	}
	d.recent.MoveToFront(e)
	return e.Value.(*document).doc, true
}

// find returns a text as a string, with its document if it is remembered: then the string is the document's, and nothing is
// copied.
func (d *documents) find(text []byte) (string, *ast.QueryDocument) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, ok := d.byText[string(text)]
	if !ok {
		return string(text), nil
	}
	d.recent.MoveToFront(e)
	known := e.Value.(*document)
	return known.text, known.doc
}

// Add implements graphql.Cache. Of two documents for one text the first stays.
func (d *documents) Add(_ context.Context, text string, doc *ast.QueryDocument) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.byText[text]; ok || len(text) > min(maxDocument, d.budget) {
		return
	}
	d.byText[text] = d.recent.PushFront(&document{text: text, doc: doc})
	d.size += len(text)
	for d.size > d.budget {
		oldest := d.recent.Remove(d.recent.Back()).(*document)
		delete(d.byText, oldest.text)
		d.size -= len(oldest.text)
	}
}
