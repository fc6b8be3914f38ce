package operation

import (
	"context"

	"weft/graph/persisted"
	"weft/graph/protocol"
)

// idError says why a request cannot be answered by the id that it has, or without one.
type idError struct {
	class         Class
	code, message string
}

func (e *idError) Error() string { return e.message }

// What clients are told. Those that Apollo's clients test for have the messages that they know.
var (
	errNotFound     = &idError{Unknown, protocol.CodePersistedNotFound, "PersistedQueryNotFound"}
	errNotSupported = &idError{Unknown, protocol.CodePersistedNotSupported, "PersistedQueryNotSupported"}
	errIDRequired   = &idError{Refused, protocol.CodePersistedIDRequired, "this service runs only operations of its manifests, by their ids: it takes no text"}
	errOtherText    = &idError{Refused, protocol.CodePersistedMismatch, "the id stands for another text than the one that came with it"}
	errDigest       = &idError{Refused, protocol.CodePersistedMismatch, persisted.ErrDigest.Error()}
	errInstalledBad = &idError{Refused, protocol.CodeValidation, "the operation of this id is not valid for this service"}
)

// origin is where the text of a request is from.
type origin int

const (
	fromClient origin = iota
	fromRegistry
	fromManifest
)

// identify puts into a request what its id stands for, and refuses what may not be asked for in this way:
//
//	id                                with its text       with another one  alone
//	installed                         runs                errOtherText      runs
//	registered                        runs                runs              runs
//	any digest in Apollo's envelope   runs, is registered errDigest         runs if registered, else errNotFound
//	the same without a registry       runs                errDigest         errNotSupported
//	another digest, as sha256:        runs                errDigest         errNotFound
//	unknown                           runs                runs              errNotFound
//	not installed, Locked             errIDRequired       errIDRequired     errNotFound
//	no id                             runs; errIDRequired when Locked
//
// An installed operation that is none of the schema is errInstalledBad. What is wrong with it is for the log of the start only, since it
// may name what introspection does not show; and Apollo's clients send no text after it, as they do after errNotFound.
//
// What was registered, and has run by its digest, is found by that: its text is not looked at again, however long it is.
func (e *Engine) identify(ctx context.Context, r *Request) (origin, error) {
	asked, locked := r.Prepared != nil || r.Text != "", e.persisted.mode == Locked
	id := persisted.Bare(r.ID)
	if known := e.persisted.installed.Load().byID[id]; known != nil {
		return fromManifest, e.pick(ctx, r, known, asked)
	}
	switch {
	case locked && r.Text != "":
		e.persisted.unknown.log(ctx, "operation: a text is refused, since only ids are taken", id, r)
		return fromClient, errIDRequired
	case asked:
		if (r.Automatic || persisted.ClaimsDigest(r.ID)) && id != persisted.Digest(r.text()) {
			return fromClient, errDigest
		}
		return fromClient, nil
	case e.persisted.registry != nil:
		if text, found := e.persisted.registry.Lookup(ctx, id); found {
			if r.Prepared = e.ready(e.documents.cache.FindDigest(id), r.Name); r.Prepared == nil {
				r.Text = text
			}
			return fromRegistry, nil
		}
	case r.Automatic && !locked:
		return fromClient, errNotSupported
	}
	if locked || !r.Automatic { // otherwise it is how clients begin
		e.persisted.unknown.log(ctx, "operation: an id is asked for that no manifest has", id, r)
	}
	return fromClient, errNotFound
}

// pick puts an installed operation into a request.
func (e *Engine) pick(ctx context.Context, r *Request, known *entry, asked bool) (err error) {
	switch {
	case asked && r.text() != known.text:
		return errOtherText
	case known.bad != nil:
		return errInstalledBad
	}
	r.Prepared = known.prepared
	if o := known.prepared.Operation; r.Name != "" && r.Name != o.AST.Name {
		r.Prepared, err = e.prepared(ctx, o.Document, r.Name)
	}
	return err
}

// learn keeps what a request tells of an operation that is not installed and about to run: the client's text is registered, and a document
// that came of a registered text has its digest for a name. It logs the text where that is observed. sent is the text before extensions
// may have changed it: the client's digest is not that of what they made of it.
func (e *Engine) learn(ctx context.Context, r *Request, p *Prepared, from origin, sent string) {
	id, doc := persisted.Bare(r.ID), p.Operation.Document
	switch {
	case e.persisted.registry == nil:
	case from == fromClient && r.Automatic:
		_ = e.persisted.registry.Register(ctx, id, sent) // identify has found that the digest is the text's
	case from == fromRegistry && r.Prepared == nil && doc.Text == sent:
		doc.Name(id)
	}
	if e.persisted.mode == Observe && !e.persisted.installed.Load().texts[e.canonicalOf(p, sent)] {
		e.persisted.unknown.log(ctx, "operation: a text runs that no manifest has", persisted.Digest(sent), r)
	}
}

// canonicalOf returns what canonical makes of a text that became an operation; "": it is no document.
func (e *Engine) canonicalOf(p *Prepared, sent string) string {
	if o := p.Operation; o.Document.Text == sent {
		return o.Derive(canonicalKey{}, func() any { return canonical(o.Document.AST) }).(string)
	}
	doc, err := e.documents.limits.Parse(sent)
	if err != nil {
		return ""
	}
	return canonical(doc)
}

// canonicalKey is what derives canonical of an operation.
type canonicalKey struct{}
