package edge

import (
	"cmp"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/rs/cors"

	"weft/graph/edge/coding"
	"weft/graph/govern"
	"weft/graph/operation"
)

// Endpoint is the path that NewHandler answers GraphQL on.
const Endpoint = "/graphql"

// Options change what NewHandler serves. The zero value is right for production.
type Options struct {
	// MaxBody bounds a request's body in bytes. 0 means 1 MiB.
	MaxBody int64

	// Memory is what large bodies and answers have room in, with all else that is in flight: a body that does not fit is refused with 503.
	// Nil means one of the handler's own, of [govern.DefaultBudget].
	Memory *govern.Governor

	// MaxValues bounds the values in a body's variables, and in its extensions, before they are decoded. 0 means 100,000.
	MaxValues int

	// AllowSimpleGET answers GET requests that a browser may send for another site without asking first.
	// Leave it false wherever a client's cookies or network position open anything.
	AllowSimpleGET bool

	// Vary are the names of the request headers that answers may depend on, besides Accept: those that upstreams are sent. Answers
	// whose executor does not say which of them it looked at (protocol.PolicyExtension) carry all of them, so that whoever keeps one
	// keeps it for the right clients only.
	Vary []string

	// CORS is which pages of other origins may have browsers send operations.
	CORS CORS

	// Compression is how answers are compressed.
	Compression Compression

	// IDs are the names of members of a request, which by GET are parameters, that an operation's id may stand in, beside Apollo's
	// extensions.persistedQuery. Nil means documentId.
	IDs []string

	// IDHeaders are the names of request headers that an id may stand in, too. Answers have them in Vary, so that caches keep one for
	// each id.
	IDHeaders []string

	// IDPath lets an id be the rest of the path behind Endpoint, as one segment: /graphql/ID.
	IDPath bool

	// Playground, when not nil, answers / and every path below /playground/: a page that writes operations and
	// sends them to Endpoint. Requests from its own origin pass the CSRF rules as they are.
	Playground http.Handler

	// After returns what is to be done when the answer to a request has been sent; nil, as its result may be: nothing is. Neither waits for
	// anything.
	After func(*operation.Request, *operation.Answer) func()

	// Speculative has requests that a client may not need (Sec-Purpose: prefetch) answered only while there is time for them, and with
	// 503 otherwise. False: they are requests like others.
	Speculative bool

	// Logger is told once, by NewHandler, when caches may not keep what they should. Nil means slog.Default().
	Logger *slog.Logger
}

// NewHandler returns the handler of a service: engine on Endpoint by POST and GET, /healthz, /readyz, the
// playground if there is one, and 404 with a pointer to them on every other path. It may be mounted below any path with
// http.StripPrefix, and called by any number of goroutines at once.
func NewHandler(engine *operation.Engine, o Options) http.Handler {
	if o.Memory == nil {
		o.Memory = govern.New(0)
	}
	graphQL := newEndpoint(engine, o)
	graphQL.vary.warn(o.Logger)
	var front http.Handler = graphQL
	if graphQL.cors != nil {
		front = graphQL.cors.Handler(graphQL)
	}
	if o.CORS.all() {
		front = forAll(front)
	}
	mux := http.NewServeMux()
	mux.Handle(Endpoint, front)
	if o.IDPath {
		mux.Handle(Endpoint+"/{"+idSegment+"}", front)
	}
	mux.HandleFunc("/healthz", serveHealth)
	mux.HandleFunc("/readyz", serveReadiness)
	if o.Playground != nil {
		mux.Handle("/{$}", o.Playground)
		mux.Handle(pages, o.Playground)
		mux.HandleFunc(strings.TrimSuffix(pages, "/"), toPages)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { serveElsewhere(w, r, o.Playground != nil) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == Endpoint { // the mux would need longer to find that
			front.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// pages is the path below which the playground has its files.
const pages = "/playground/"

// toPages sends who left out the slash to it. The address is relative, since the handler does not know below which path it is.
func toPages(w http.ResponseWriter, r *http.Request) {
	to := url.URL{Path: strings.TrimPrefix(pages, "/"), RawQuery: r.URL.RawQuery}
	w.Header().Set("Location", to.String())
	w.WriteHeader(http.StatusMovedPermanently)
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

const (
	defaultMaxBody   = 1 << 20
	defaultMaxValues = 100_000
)

// endpoint is the handler of Endpoint.
type endpoint struct {
	engine    *operation.Engine
	maxBody   int64
	maxValues int
	simpleGET bool
	idPlaces
	page  bool // there is a playground
	cross *http.CrossOriginProtection
	cors  *cors.Cors // nil: for no origin
	heads
	compressor compressor
	decoder    *coding.Decoder // of bodies
	scratch    sync.Pool       // of *scratch
	memory     *govern.Governor
	after      func(*operation.Request, *operation.Answer) func() // nil: nothing
	speculates chan struct{}                                      // has a value for each request that nobody may need; nil: these are like others
}

// idPlaces are where a request may have an operation's id.
type idPlaces struct {
	ids       []string // names of members and parameters
	idHeaders []string // canonical
	once      []string // parameters that occur once at most
}

func newEndpoint(engine *operation.Engine, o Options) *endpoint {
	ids := o.IDs
	if ids == nil {
		ids = []string{"documentId"}
	}
	maxBody := cmp.Or(o.MaxBody, defaultMaxBody)
	var speculates chan struct{}
	if o.Speculative {
		speculates = make(chan struct{}, maxSpeculative)
	}
	return &endpoint{
		after:      o.After,
		speculates: speculates,
		engine:     engine,
		maxBody:    maxBody,
		maxValues:  cmp.Or(o.MaxValues, defaultMaxValues),
		simpleGET:  o.AllowSimpleGET,
		idPlaces: idPlaces{
			ids: ids, idHeaders: canonicalNames(o.IDHeaders),
			once: slices.Concat([]string{"query", "operationName", "variables", "extensions"}, ids),
		},
		page:       o.Playground != nil,
		cross:      http.NewCrossOriginProtection(),
		cors:       newCORS(o),
		heads:      heads{vary: newVary(engine, o)},
		compressor: newCompressor(o.Compression),
		decoder:    coding.NewDecoder(),
		scratch:    sync.Pool{New: func() any { return new(scratch) }},
		memory:     o.Memory,
	}
}

// ServeHTTP answers one GraphQL request. The answer is complete before its first byte is written, so a panic
// anywhere before still becomes a clean 500.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := e.scratch.Get().(*scratch)
	s.held.Of(e.memory)
	defer s.release(&e.scratch)
	media, accepted := chooseMedia(r.Header["Accept"])
	choice, readable := e.compressor.choose(r.Header)
	out := answerWriter{w: w, r: r, media: media, choice: choice, heads: &e.heads, compressor: &e.compressor, scratch: s}
	defer func() {
		if v := recover(); v != nil {
			e.recover(out, r, v)
		}
	}()
	switch {
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", allowedMethods)
		w.Header().Set("Accept-Query", mediaJSON) // RFC 10008
		w.WriteHeader(http.StatusNoContent)
		return
	case e.page && visits(r):
		w.Header()["Vary"] = e.vary.all
		w.Header()["Cache-Control"] = noStore
		w.Header().Set("Location", "./") // below whatever path the handler is
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	if !accepted {
		out.refuse(refusef(http.StatusNotAcceptable, "answers are %s or %s", mediaJSON, mediaGraphQL))
		return
	}
	if !readable {
		out.refuse(refusef(http.StatusNotAcceptable, "nothing that Accept-Encoding lists is served, and it excludes identity"))
		return
	}
	request, refused := e.read(w, r, s)
	if refused != nil {
		out.refuse(refused)
		return
	}
	ctx, end, refused := patience(r)
	if refused != nil {
		out.refuse(refused)
		return
	}
	defer end()
	if request.Speculative = e.speculates != nil && isSpeculative(r.Header); request.Speculative {
		if !e.speculate() {
			out.refuse(refusef(http.StatusServiceUnavailable, "this is not needed yet, and there is no room for it"))
			return
		}
		defer func() { <-e.speculates }()
	}
	if s.held.Bytes() > 0 {
		ctx = govern.Holds(ctx)
	}
	answer := e.engine.Run(ctx, &request)
	sent := out.answer(answer)
	if e.after != nil {
		if then := e.after(&request, answer); then != nil {
			_ = http.NewResponseController(w).Flush() // it fails only where nothing is held back
			then()
			return
		}
	}
	if sent { // of HTTP/2 a connection that fails may be reading it still
		answer.Sent()
	}
}

// maxURL is the longest URL that is read, in bytes: half of what process reads of headers, so that whoever sends a longer one hears what
// to do, and not only net/http's 431.
const maxURL = 16 << 10

// read checks a request in front of everything that costs, then reads what it asks for.
func (e *endpoint) read(w http.ResponseWriter, r *http.Request, s *scratch) (operation.Request, *refusal) {
	if len(r.RequestURI) > maxURL {
		return operation.Request{}, refusef(
			http.StatusRequestURITooLong, "the URL is longer than %d bytes: send the operation by POST, in the body", maxURL,
		)
	}
	switch r.Method {
	case http.MethodPost, methodQuery:
		if refused := checkPost(e.cross, r); refused != nil && !e.trusted(r) {
			return operation.Request{}, refused
		}
		return e.readPost(w, r, s)
	case http.MethodGet, http.MethodHead:
		may, refused := checkGet(r, e.simpleGET || e.trusted(r))
		if refused != nil {
			return operation.Request{}, refused
		}
		request, refused := e.readGet(r)
		if forbidden := may.allow(e, &request); forbidden != nil {
			return operation.Request{}, forbidden
		}
		return request, refused
	}
	return operation.Request{}, notAllowed(Endpoint + " is answered to POST, GET, HEAD and QUERY only")
}

// isRead reports whether answers to a method may be kept by who asks: by the URL, and by the body that a QUERY has.
func isRead(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == methodQuery
}

// visits reports whether a person has opened the endpoint in a browser.
func visits(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.RawQuery == "" && r.PathValue(idSegment) == "" && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// recover answers a request whose handling panicked outside of any resolver.
func (e *endpoint) recover(out answerWriter, r *http.Request, v any) {
	if v == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so too
		panic(v)
	}
	out.answer(e.engine.Recovered(r.Context(), v))
}
