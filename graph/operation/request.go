package operation

import (
	"crypto/x509"
	"encoding/json"
	"net/netip"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/auth"
	"weft/graph/fetch"
	"weft/graph/persisted"
)

// Request is what a client asks for, as any transport brings it. It belongs to the engine while it runs: nothing in it is borrowed
// from memory that the transport uses again. How long it may take is the context's and [Options].Timeout's business, whichever ends
// first.
type Request struct {
	// Prepared is the operation, where it is known already; then Text is not looked at. nil: Text and Name say which one.
	Prepared *Prepared

	// ID is what stands for the text: a manifest's id, or a digest, with sha256: or without; "": the text comes itself. One that comes
	// with a text has to be its.
	ID string

	// Automatic says that the ID came in Apollo's envelope for automatic persisted queries: with the text, it is registered.
	Automatic bool

	Text string // the document
	Name string // of the operation in it; "": the only one

	// Variables are as JSON has them, with numbers as json.Number. Running changes lists and objects in them.
	Variables map[string]any

	// Extensions are as JSON has them, too. A transport may leave them out where there is nothing in them but the envelope that Automatic speaks
	// of, around the ID: whoever looks at the operation's finds it there.
	Extensions map[string]any

	// Headers are those of the request, by their canonical names. Nobody changes them.
	Headers map[string][]string

	// Peer is who the connection is with.
	Peer Peer

	// Caller is who asks, where that is known already; nil: Headers and Peer say.
	Caller *auth.Caller

	// MaxAge is how old a value may be that the operation takes from a cache; 0: as old as its policy allows.
	MaxAge time.Duration

	// Ahead is what the operation runs for, though nobody has asked for it yet: the name of a source of calls ahead of time. "": somebody
	// has. Nobody reads the answer of such an operation, but the cache keeps what it loads.
	Ahead string

	// Speculative says that the client does not know yet whether it needs the answer: it gets none where that would cost others.
	Speculative bool

	// ReadOnly lets only queries run, as a transport does that may be asked without consent.
	ReadOnly bool

	// Read is when the request was read, for gqlgen's extensions.
	Read graphql.TraceTiming
}

// extensions are the request's, also where they were left out.
func (r *Request) extensions() map[string]any {
	if r.Automatic && r.Extensions == nil {
		return map[string]any{"persistedQuery": map[string]any{"version": json.Number("1"), "sha256Hash": persisted.Bare(r.ID)}}
	}
	return r.Extensions
}

// Peer is who a connection is with.
type Peer struct {
	Certificates []*x509.Certificate // the chain that it has shown, and that was verified, its own first; nil: it has shown none
	From         netip.Addr

	// Inside says that there is no connection, since this service asks by itself, as jobs do: nobody's rates count it.
	Inside bool
}

// Class says what became of a request.
type Class int

// What may become of a request. Only what is Executed has data.
const (
	Executed        Class = iota // it ran, with errors or without
	Unknown                      // its ID stands for nothing: it may be sent again with its text
	Refused                      // it is no operation of the schema, its variables are none, it costs too much, or it is not served
	Writes                       // it is no query, and the request is ReadOnly
	Late                         // its time was over before there was an answer
	Canceled                     // its context ended before there was an answer
	Full                         // there was no room for it: it may be sent again soon
	Limited                      // its client has had what it may have: it may be sent again after RetryAfter
	Unauthenticated              // its credentials are bad, or it has none, and may not run without
	Forbidden                    // who asks may not run it
	Failed                       // something panicked outside of any field
)

// Forms are kept beside an answer that is kept: its body as transports send it, by content codings.
type Forms interface {
	// Form returns what was kept under a name for an answer with this data; nil: nothing was. again says that it was asked for before:
	// keeping it is worth what making it costs.
	Form(name string, data []byte) (body []byte, again bool)
	// Keep keeps a body under a name. Nobody changes it any more.
	Keep(name string, body []byte)
}

// Answer is what a request gets.
type Answer struct {
	Class Class

	// Data is JSON, written once: transports copy it as it is. It is empty, and means null, where a non-null field at the root failed.
	Data json.RawMessage

	// Errors are those that clients may see, at most 101.
	Errors gqlerror.List

	// Extensions are anything that encoding/json can write, or that it cannot: that is the mistake of who put it there.
	Extensions map[string]any

	Advice

	// Policy says how long whoever receives the answer may keep it: Cache-Control, Age and Cache-Tag, as HTTP has them, and
	// whatever else the executor says. nil: nobody keeps it.
	Policy map[string][]string

	// Respond are headers that services send to the client, who alone has the answer then. nil: none.
	Respond map[string][]string

	// Watched says that whoever asks looks at the operation, by a report or by doing without techniques. Nobody keeps the answer then,
	// whatever Policy says of it.
	Watched bool

	// Forms are the answer's, where it is kept, has no errors and no extensions, and is not Watched; nil otherwise.
	Forms Forms

	// Report adds to Extensions what the operation did, for who has asked for that: a transport calls it once, with the content coding in
	// which it would send the answer without the report, and the bytes of its body before and after; nil: nobody has asked.
	Report func(coding string, bytes, wire int)

	// Plain says that a transport sends the answer in no content coding, unless the client takes nothing else.
	Plain bool

	// Run is how the operation was run, and what it did; nil: it did not run.
	Run *fetch.Run

	// Prepared is the operation that was run; nil: none was.
	Prepared *Prepared

	// Caller is who has asked; nil: nobody is known.
	Caller *auth.Caller

	lender fetch.Lender // of Data; nil: others may have it, too
}

// Advice is what an answer tells a client whose request was refused.
type Advice struct {
	// Challenge is what WWW-Authenticate says of an answer that is Unauthenticated (RFC 9110, section 11.6.1); "": nothing.
	Challenge string

	// RetryAfter is when an answer that is Limited may be asked for again, in seconds (RFC 9110, section 10.2.3).
	RetryAfter int
}

// Sent says that the answer was sent, and nobody reads Data any more, which is empty from then on. A transport need not call it.
func (a *Answer) Sent() {
	if a.lender != nil {
		a.lender.TakeBack(a.Data)
		a.lender, a.Data = nil, nil
	}
}
