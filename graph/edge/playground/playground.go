// Package playground is GraphiQL at /, to try a service in a browser: editor, documentation, history, and a panel
// that shows what the last operation did: its upstream calls on an axis of time, what each technique has saved, with a switch for
// each, and where its values came from.
//
// A request passes through it as follows. / is the page. Its scripts, styles and workers are below
// /playground/assets/, under names that carry a hash of their content, and stay in a browser's cache for good.
// /playground/config.json says which endpoint to ask, and which operations and demo tokens to offer. The page sends
// operations to that endpoint with the header "Weft-Trace: calls" and reads extensions.weft of the answer.
//
// The files are in dist, compressed, and embedded: a service needs nothing beside its binary. They are built from
// web by build.sh; web/vite.config.js says what of GraphiQL is left out. The licences of what they contain are
// served as /playground/THIRD-PARTY.txt.
//
// It never makes a browser send a request to another origin, and its Content-Security-Policy holds it to that. It
// never executes operations, and imports nothing of this module. What is in Options is public.
package playground

import (
	"cmp"
	"encoding/json"
	"net/http"
)

// Options change what the page offers. The zero value is an empty editor for the endpoint beside the page.
type Options struct {
	// Endpoint is the path, on the page's own origin, that operations are sent to by POST. Without a slash at its beginning it is
	// relative to the page. "" means graphql, beside the page.
	Endpoint string

	// Title is the name in the page's header and in its browser tab. "" means Weft.
	Title string

	// Tabs are open when a browser visits for the first time, the first one in front; afterwards GraphiQL restores
	// the user's own. A menu of examples opens them at any time.
	Tabs []Tab

	// Tokens are offered as buttons beside the title.
	Tokens []Token
}

// Tab is an operation to begin with. GraphiQL titles the tab with the operation's name.
type Tab struct {
	Name      string `json:"name"`      // in the menu of examples; unique
	Query     string `json:"query"`     // the document
	Variables string `json:"variables"` // a JSON object, or ""
	Headers   string `json:"headers"`   // a JSON object of request headers, or ""
}

// Token is a bearer token for demonstrations. Everyone who can open the page can read it: it must not open anything
// real. Its button sets the header "Authorization: Bearer VALUE" of the current tab, or takes it out again.
type Token struct {
	Name        string `json:"name"` // on the button; unique
	Value       string `json:"value"`
	Description string `json:"description"` // shown when the pointer rests on the button; may be ""
}

// Handler returns the playground: / and everything below /playground/, by GET and HEAD, and 404 on every other path.
// It may be called by any number of goroutines at once. Clients that do not accept gzip are served too, at the price
// of unpacking each file for them.
func Handler(o Options) http.Handler {
	files := embedded()
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", files.page())
	mux.Handle("GET /playground/", http.StripPrefix("/playground/", files))
	mux.Handle("GET /playground/config.json", serveConfig(o))
	return secured(mux)
}

// config is the body of /playground/config.json.
type config struct {
	Endpoint string  `json:"endpoint"`
	Title    string  `json:"title"`
	Tabs     []Tab   `json:"tabs"`
	Tokens   []Token `json:"tokens"`
}

func serveConfig(o Options) http.HandlerFunc {
	body, err := json.Marshal(config{
		Endpoint: cmp.Or(o.Endpoint, "graphql"),
		Title:    cmp.Or(o.Title, "Weft"),
		Tabs:     append([]Tab{}, o.Tabs...),
		Tokens:   append([]Token{}, o.Tokens...),
	})
	if err != nil {
		panic("playground: " + err.Error()) // strings only: cannot be
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.Write(body) //nolint:errcheck // the client is gone
	}
}
