package edge

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/limit"
)

// Endpoint is the path that NewHandler answers GraphQL on.
const Endpoint = "/graphql"

// Options change what NewHandler serves. The zero value is right for production, except that it answers
// introspection.
type Options struct {
	// Timeout bounds an operation, from its last byte read to its answer: the deadline of the context that
	// resolvers see. 0 means 10 s; more than 30 s is taken as 30 s.
	Timeout time.Duration

	// MaxBody bounds a request's body in bytes. 0 means 1 MiB.
	MaxBody int64

	// MaxBodies bounds the bodies above 64 KiB of all requests together, in bytes: one that does not fit is refused with 503.
	// 0 means 64 MiB. One always fits.
	MaxBodies int64

	// Limits bounds what a document and its variables may have, so that nothing costs much before it is executed. Its fields
	// say what 0 means.
	Limits limit.Document

	// MaxDocumentBytes bounds the memory, in bytes, that documents are kept in once they are valid, with the plans made of
	// them. 0 means 32 MiB.
	MaxDocumentBytes int

	// DisableIntrospection refuses __schema and __type, and leaves "did you mean" out of validation errors.
	DisableIntrospection bool

	// AllowSimpleGET answers GET requests that a browser may send for another site without asking first.
	// Leave it false wherever a client's cookies or network position open anything.
	AllowSimpleGET bool

	// Vary are the names of the request headers that answers depend on, besides Accept: those that upstreams are
	// sent. Answers to GET carry them, so that whoever keeps one keeps it for the right clients only.
	Vary []string

	// Trace, when not nil, makes the request headers "Weft-Trace: calls" and "Weft-Without" work. It is called once for
	// each operation that carries one of them, with the request's headers; the operation runs under the context it returns, and
	// what the returned function answers afterwards, anything that encoding/json can write, becomes extensions.weft, if it was
	// asked for. Its error is the client's: a technique that does not exist. Nil ignores the headers.
	Trace func(context.Context, http.Header) (context.Context, func() any, error)

	// Playground, when not nil, answers / and every path below /playground/: a page that writes operations and
	// sends them to Endpoint. Requests from its own origin pass the CSRF rules as they are.
	Playground http.Handler

	// Extensions are gqlgen's, run inside of this package's own, in order. NewHandler panics, as gqlgen does, on
	// one whose Validate refuses the schema.
	Extensions []graphql.HandlerExtension

	// Logger receives the errors that clients see as INTERNAL. Nil means slog.Default().
	Logger *slog.Logger
}

// NewHandler returns the handler of a service: schema on Endpoint by POST and GET, /healthz, /readyz, the
// playground if there is one, and 404 with a pointer to them on every other path. It may be mounted below any path with
// http.StripPrefix, and called by any number of goroutines at once.
//
// Executors report errors with graphql.AddError, in any goroutine; each passes the presenter in errors.go.
func NewHandler(schema graphql.ExecutableSchema, o Options) http.Handler {
	o = o.withDefaults()
	graphQL := newEndpoint(schema, o)
	mux := http.NewServeMux()
	mux.Handle(Endpoint, graphQL)
	mux.HandleFunc("/healthz", serveHealth)
	mux.HandleFunc("/readyz", serveReadiness)
	if o.Playground != nil {
		mux.Handle("/{$}", o.Playground)
		mux.Handle("/playground/", o.Playground)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { serveElsewhere(w, r, o.Playground != nil) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == Endpoint { // the mux would need longer to find that
			graphQL.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// serveElsewhere says what there is instead of what was asked for.
func serveElsewhere(w http.ResponseWriter, r *http.Request, page bool) {
	below := mountedBelow(r)
	text := "nothing is here: the GraphQL endpoint is " + below + Endpoint + ", by POST or GET"
	if page {
		text += ", and its playground is " + below + "/"
	}
	writeText(w, http.StatusNotFound, text+"\n")
}

// mountedBelow returns the path that http.StripPrefix, or the like, has taken off a request's: "" for a handler at the root.
func mountedBelow(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	below, found := strings.CutSuffix(path, r.URL.EscapedPath())
	if !found {
		return ""
	}
	return below
}

func (o Options) withDefaults() Options {
	o.Timeout = min(cmp.Or(o.Timeout, defaultTimeout), maxTimeout)
	o.MaxBody = cmp.Or(o.MaxBody, defaultMaxBody)
	o.MaxBodies = max(cmp.Or(o.MaxBodies, defaultMaxBodies), o.MaxBody+bytes.MinRead)
	o.Limits = o.Limits.WithDefaults()
	o.Logger = cmp.Or(o.Logger, slog.Default())
	return o
}

// endpoint is the handler of Endpoint.
type endpoint struct {
	engine    *engine
	documents *documents
	opts      Options
	errors    presenter
	cross     *http.CrossOriginProtection
	vary      []string  // of answers to GET
	scratch   sync.Pool // of *scratch
	bodies    room
}

func newEndpoint(schema graphql.ExecutableSchema, o Options) *endpoint {
	docs := newDocuments(schema.Schema(), o)
	return &endpoint{
		engine:    newEngine(schema, o, docs),
		documents: docs,
		opts:      o,
		errors:    newPresenter(schema, o.Logger),
		cross:     http.NewCrossOriginProtection(),
		vary:      varyOf(o),
		scratch:   sync.Pool{New: func() any { return new(scratch) }},
		bodies:    room{bytes: o.MaxBodies},
	}
}

// ServeHTTP answers one GraphQL request. The answer is complete before its first byte is written, so a panic
// anywhere before still becomes a clean 500.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := e.scratch.Get().(*scratch)
	defer s.release(&e.scratch, &e.bodies)
	media, accepted := chooseMedia(r.Header["Accept"])
	out := answerWriter{w: w, media: media, scratch: s}
	if r.Method == http.MethodGet {
		out.vary = e.vary
	}
	defer func() {
		if v := recover(); v != nil {
			e.recover(out, r, v)
		}
	}()
	if r.Method == http.MethodOptions {
		w.Header().Set("Allow", allowedMethods)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if !accepted {
		out.refuse(refusef(http.StatusNotAcceptable, "answers are %s or %s", mediaJSON, mediaGraphQL))
		return
	}
	params, err := e.read(w, r, s)
	if err != nil {
		out.refuse(err)
		return
	}
	ctx := withTimeout(r.Context(), e.opts.Timeout)
	defer ctx.end()
	e.answer(ctx, out, r.Method, &params)
}

// read checks a request in front of everything that costs, then reads its parameters.
func (e *endpoint) read(w http.ResponseWriter, r *http.Request, s *scratch) (parameters, *refusal) {
	switch r.Method {
	case http.MethodPost:
		if refused := checkPost(e.cross, r); refused != nil {
			return parameters{}, refused
		}
		return e.readPost(w, r, s)
	case http.MethodGet:
		if refused := checkGet(r, e.opts.AllowSimpleGET); refused != nil {
			return parameters{}, refused
		}
		return e.readGet(r)
	}
	return parameters{}, refusef(http.StatusMethodNotAllowed, "%s is answered to POST and GET only", Endpoint)
}

// answer parses, validates and executes, and writes what comes of it.
func (e *endpoint) answer(ctx context.Context, out answerWriter, method string, params *parameters) {
	ctx, op, err := e.engine.operation(ctx, params)
	if err != nil {
		e.refuse(ctx, out, err)
		return
	}
	if method == http.MethodGet && op.Operation.Operation != ast.Query {
		out.refuse(refusef(http.StatusMethodNotAllowed, "GET executes queries only: send a %s by POST", op.Operation.Operation))
		return
	}
	resp, ctx := e.engine.run(ctx)
	if resp == nil { // its context ended before it began
		out.late(ctx.Err())
		return
	}
	policy := policyOf(op, resp)
	if e.opts.Trace != nil && watched(op.Headers) {
		policy = nil
	}
	out.executed(resp, policy)
}

// refuse answers what the engine made no operation of.
func (e *endpoint) refuse(ctx context.Context, out answerWriter, err error) {
	if errs, ok := errors.AsType[gqlerror.List](err); ok {
		out.notExecuted(e.engine.refuse(ctx, errs))
		return
	}
	if errors.Is(err, errFull) {
		out.overloaded(err.Error())
		return
	}
	out.late(err)
}

// recover answers a request whose handling panicked outside of any resolver.
func (e *endpoint) recover(out answerWriter, r *http.Request, v any) {
	if v == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so too
		panic(v)
	}
	err := e.errors.recovered(r.Context(), v)
	out.write(http.StatusInternalServerError, &graphql.Response{Errors: gqlerror.List{e.errors.present(r.Context(), err)}})
}
