package admin

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
)

// Options say what the listener answers.
type Options struct {
	// Token is what requests carry as "Authorization: Bearer TOKEN". It must not be empty.
	Token string

	// Invalidate forgets what is kept of what is named. It returns nil when every replica will; an error says that
	// this process has, and that the tier that is shared with the others did not take it in time. Its context outlives the
	// request, so it bounds itself. Nil: there is nothing to forget, and no /invalidate.
	Invalidate func(context.Context, Invalidation) error

	// Types are the object types that an invalidation may name; nil: any. Another one is an error, since nothing is of it.
	Types []string

	// Status returns what /status answers, which encoding/json can write. Nil: there is no /status.
	Status func() any

	// Switches are what can be turned off. Without Set there is no /switches.
	Switches Switches

	// Logger receives Invalidate's errors. Nil means slog.Default().
	Logger *slog.Logger
}

// Invalidation names what is to be forgotten: all that carries one of the tags, is of one of the types, or is under one of the
// keys.
type Invalidation struct {
	Tags, Types []string
	Keys        []string // TYPE:KEY each
}

// ErrNoToken is the error of a listener that would answer anybody.
var ErrNoToken = errors.New("the admin listener needs a token: set admin.token, or leave admin.addr out")

// Handler returns the listener's handler, which any number of goroutines may call at once, or [ErrNoToken].
func Handler(o Options) (http.Handler, error) {
	if o.Token == "" {
		return nil, ErrNoToken
	}
	o.Logger = cmp.Or(o.Logger, slog.Default())
	h := &handler{options: o, token: sha256.Sum256([]byte(o.Token)), routes: map[string]route{}}
	if o.Invalidate != nil {
		h.routes["/invalidate"] = route{[]string{http.MethodPost}, h.invalidate}
	}
	if o.Status != nil {
		h.routes["/status"] = route{[]string{http.MethodGet}, h.status}
	}
	if o.Switches.Set != nil {
		h.routes["/switches"] = route{[]string{http.MethodGet, http.MethodPost}, h.serveSwitches}
	}
	return h, nil
}

type handler struct {
	options Options
	token   [sha256.Size]byte // of which comparing tells nothing, not even a length
	routes  map[string]route  // by path
}

type route struct {
	methods []string
	serve   http.HandlerFunc
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.URL.Path == "/healthz" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "ok\n") // it fails only when the client has left
		return
	}
	if !h.allowed(r) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		writeProblem(w, http.StatusUnauthorized, "send the header Authorization: Bearer, and admin.token behind it")
		return
	}
	to, ok := h.routes[r.URL.Path]
	switch {
	case !ok:
		writeProblem(w, http.StatusNotFound, "there are POST /invalidate, GET /status, GET and POST /switches, and GET /healthz, as far as the service has them")
	case !slices.Contains(to.methods, r.Method):
		w.Header().Set("Allow", strings.Join(to.methods, ", "))
		writeProblem(w, http.StatusMethodNotAllowed, r.URL.Path+" is answered to "+strings.Join(to.methods, " and ")+" only")
	default:
		to.serve(w, r)
	}
}

// allowed reports whether a request carries the token.
func (h *handler) allowed(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	sum := sha256.Sum256([]byte(strings.TrimSpace(token)))
	return subtle.ConstantTimeCompare(sum[:], h.token[:]) == 1 && strings.EqualFold(scheme, "Bearer")
}

func (h *handler) status(w http.ResponseWriter, r *http.Request) {
	text, err := json.Marshal(h.options.Status())
	if err != nil {
		h.options.Logger.ErrorContext(r.Context(), "status cannot be written", "error", err)
		writeProblem(w, http.StatusInternalServerError, "the status cannot be written as JSON")
		return
	}
	writeJSON(w, http.StatusOK, "application/json", text)
}

func writeJSON(w http.ResponseWriter, status int, media string, text []byte) {
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // it fails only when the client has left
}
