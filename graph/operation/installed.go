package operation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/admit"
	"weft/graph/document"
	"weft/graph/persisted"
)

// Mode is which operations an engine runs.
type Mode int

const (
	Open    Mode = iota // whatever the schema allows
	Observe             // the same; what is not installed is logged
	Locked              // those that are installed, by their ids
)

const defaultInstalledBytes = 64 << 20

// Persisted says what ids in requests stand for. The zero Persisted knows only what is installed, and runs texts too.
type Persisted struct {
	Mode Mode

	// Registry keeps the texts that clients register, for those who send digests only; nil: none may be registered. It is not used
	// when Locked.
	Registry *persisted.Registry

	// MaxBytes bounds what installed operations weigh, with their documents and plans; 0 = 64 MiB.
	MaxBytes int
}

// installed are the operations of manifests, ready to run. Nobody changes it.
type installed struct {
	operations []persisted.Operation
	byID       map[string]*entry
	byName     map[string]*Prepared // of several with a name the last
	texts      map[string]bool      // what canonical makes of them, where somebody asks for that
}

// entry is an installed operation.
type entry struct {
	text     string
	priority admit.Priority
	prepared *Prepared // the operation that is meant where a request names none; nil: bad says why
	bad      gqlerror.List
}

// Install makes the operations of manifests ready, and puts them in the place of those that are installed, all at once. It costs what
// is new among them. bad has an error for each that is no operation of the schema: whoever asks for it is only told so. err says why
// nothing was changed: all are bad, there are none and the engine is Locked, they weigh more than they may, or ctx has ended.
func (e *Engine) Install(ctx context.Context, operations []persisted.Operation) (bad []error, err error) {
	before := e.persisted.installed.Load()
	now := &installed{operations: operations, byID: make(map[string]*entry, len(operations)), byName: map[string]*Prepared{}, texts: map[string]bool{}}
	bytes := 0
	for _, op := range operations {
		known := before.byID[op.ID]
		if known == nil || known.text != op.Text || known.priority != op.Priority {
			if known, err = e.install(ctx, op); err != nil {
				return nil, err
			}
		}
		now.byID[op.ID] = known
		if known.bad != nil {
			bad = append(bad, fmt.Errorf("%s: %s %q: %s", op.Manifest, cmp.Or(op.Name, "operation"), op.ID, listed(known.bad)))
			continue
		}
		now.byName[known.prepared.Operation.AST.Name] = known.prepared
		doc := known.prepared.Operation.Document
		if bytes += doc.Bytes(); bytes > e.persisted.maxBytes {
			return bad, fmt.Errorf("the manifests' operations take more than %d bytes, with their plans: "+
				"raise operations.maxBytes, or leave out old manifests", e.persisted.maxBytes)
		}
		if e.persisted.mode == Observe {
			now.texts[canonical(doc.AST)] = true
		}
	}
	if len(bad) == len(operations) && (len(bad) > 0 || e.persisted.mode == Locked) {
		return bad, errors.New("the manifests have no operation of this schema")
	}
	e.persisted.installed.Store(now)
	return bad, nil
}

// install makes one operation ready. Its error is that of a context that has ended.
func (e *Engine) install(ctx context.Context, op persisted.Operation) (*entry, error) {
	doc, err := e.documents.make(ctx, op.Text)
	for errors.Is(err, ErrFull) { // clients are before us
		if err = pause(ctx); err == nil {
			doc, err = e.documents.make(ctx, op.Text)
		}
	}
	if err == nil {
		name := ""
		if len(doc.Operations) > 1 {
			name = cmp.Or(op.Name, doc.Operations[0].AST.Name)
		}
		var p *Prepared
		if p, err = e.prepared(ctx, doc, name); err == nil {
			p.Priority = op.Priority
			return &entry{text: op.Text, priority: op.Priority, prepared: p}, e.planAll(ctx, doc)
		}
	}
	if bad, refused := errors.AsType[gqlerror.List](err); refused {
		return &entry{text: op.Text, priority: op.Priority, bad: bad}, nil
	}
	return nil, err
}

// planAll makes the plans of all operations of a document, so that no client waits for one. An operation that is not served is left out:
// whoever asks for it by its name is told. Its error is that of a context that has ended.
func (e *Engine) planAll(ctx context.Context, doc *document.Document) error {
	for _, o := range doc.Operations {
		p, err := e.prepared(ctx, doc, o.AST.Name)
		if _, refused := errors.AsType[gqlerror.List](err); refused {
			continue
		}
		if err == nil {
			err = e.variants(ctx, p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pause waits for a moment. Its error is that of a context that has ended.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(50 * time.Millisecond):
		return nil
	}
}

// IsInstalled reports whether a request asks for an installed operation, by its id alone.
func (e *Engine) IsInstalled(r *Request) bool {
	return r.Text == "" && r.Prepared == nil && e.persisted.installed.Load().byID[persisted.Bare(r.ID)] != nil
}

// listed words errors for operators, with their places in the text.
func listed(errs gqlerror.List) string {
	var all []string
	for _, err := range errs {
		text := err.Message
		if len(err.Locations) > 0 {
			text = fmt.Sprintf("%d:%d: %s", err.Locations[0].Line, err.Locations[0].Column, text)
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

// Installed returns what is installed and runs, in the order in which it was given, each with the name that it has in its text.
func (e *Engine) Installed() []persisted.Operation {
	now := e.persisted.installed.Load()
	var all []persisted.Operation
	for _, op := range now.operations {
		if known := now.byID[op.ID]; known.bad == nil {
			op.Name = known.prepared.Operation.AST.Name
			all = append(all, op)
		}
	}
	return all
}

// Lookup returns the installed operation that an id stands for; nil: there is none, or it is none of the schema.
func (e *Engine) Lookup(id string) *Prepared {
	if known := e.persisted.installed.Load().byID[persisted.Bare(id)]; known != nil {
		return known.prepared
	}
	return nil
}

// Named returns the installed operation of a name; of several, as manifests of several versions of an app have them, the one that came
// last. nil: there is none.
func (e *Engine) Named(name string) *Prepared {
	return e.persisted.installed.Load().byName[name]
}

// persistedOperations are what ids stand for.
type persistedOperations struct {
	mode      Mode
	registry  *persisted.Registry // nil: there is none
	maxBytes  int
	installed atomic.Pointer[installed]
	unknown   unknown
}

func newPersisted(p Persisted, log *slog.Logger) *persistedOperations {
	made := &persistedOperations{mode: p.Mode, registry: p.Registry, maxBytes: cmp.Or(p.MaxBytes, defaultInstalledBytes)}
	made.unknown.logger = log
	if p.Mode == Locked {
		made.registry = nil
	}
	made.installed.Store(new(installed))
	return made
}

// canonical returns a digest that all documents have in common which differ in nothing but white space, commas, comments, and the order of
// operations and fragments: tools that make manifests print documents in their own ways.
func canonical(doc *ast.QueryDocument) string {
	var parts []string
	for _, op := range doc.Operations {
		parts = append(parts, formatted(&ast.QueryDocument{Operations: ast.OperationList{op}}))
	}
	for _, f := range doc.Fragments {
		parts = append(parts, formatted(&ast.QueryDocument{Fragments: ast.FragmentDefinitionList{f}}))
	}
	slices.Sort(parts)
	return persisted.Digest(strings.Join(parts, ""))
}

func formatted(doc *ast.QueryDocument) string {
	var b strings.Builder
	formatter.NewFormatter(&b, formatter.WithIndent("")).FormatQueryDocument(doc)
	return b.String()
}
