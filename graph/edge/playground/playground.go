// Package playground is GraphiQL at /, to try a service in a browser: editor, documentation, history, and a panel
// that shows what the last operation did: its upstream calls on an axis of time, what each technique has saved, with a switch for
// each, and where its values came from.
//
// A request passes through it as follows. / is the page. Its scripts, styles and workers are below
// /playground/assets/, under names that carry a hash of their content, and stay in a browser's cache for good.
// /playground/config.json says which endpoint to ask, which operations and demo tokens to offer, and what the report's services are.
// The page sends operations to that endpoint with the header "Weft-Report: calls" and reads extensions.weft of the answer. Where
// somebody knows how an operation would run, /playground/explain says so while it is written. In a demo, /playground/faults breaks
// services.
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
	"context"
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
	// the user's own. A menu of examples opens them at any time. See [Examples].
	Tabs []Tab

	// Tokens are offered as buttons above the operation.
	Tokens []Token

	// Upstreams are the services that reports name. Each keeps its colour, whatever else is in a report, and calls to it are copied as
	// commands that work.
	Upstreams []Upstream

	// Operations, when not nil, are all that the service runs, by their ids: the page lists them, sends ids, and does not ask for the
	// schema. It is called whenever somebody opens the page.
	Operations func() []Operation

	// Faults, when not nil, has a button for each service that breaks it. For demonstrations: everyone who can open the page can.
	Faults Faults

	// Explain, when not nil, says of the operation in the editor how it would run, whenever somebody has stopped typing. It must be
	// bounded as operations are: anybody who can open the page calls it.
	Explain func(context.Context, Question) Explanation
}

// Upstream is a service that reports name.
type Upstream struct {
	Name string `json:"name"` // unique

	// URL is its base URL. "" is right for all but demonstrations: a command then has a variable in its place.
	URL string `json:"url"`

	// Headers are the names of the request headers that it is forwarded. Commands have a variable for the value of each.
	Headers []string `json:"headers"`
}

// Tab is an operation to begin with. GraphiQL titles the tab with the operation's name.
type Tab struct {
	Name      string `json:"name"`      // in the menu of examples; unique
	Query     string `json:"query"`     // the document
	Variables string `json:"variables"` // a JSON object, or ""
	Headers   string `json:"headers"`   // a JSON object of request headers, or ""
}

// Token is a bearer token for demonstrations. Everyone who can open the page can read it: it must not open anything
// real. Its button sets the header "Authorization: Bearer VALUE" of the current tab, or takes it out again. The page shows the claims of
// one that is a JSON Web Token.
type Token struct {
	Name        string `json:"name"` // on the button; unique
	Value       string `json:"value"`
	Description string `json:"description"` // shown when the pointer rests on the button; may be ""
}

// Handler returns the playground: / and everything below /playground/, by GET and HEAD but for what POST changes, and 404 on every
// other path.
// It may be called by any number of goroutines at once. Clients that do not accept gzip are served too, at the price
// of unpacking each file for them.
func Handler(o Options) http.Handler {
	files := embedded()
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", files.page())
	mux.Handle("GET /playground/", http.StripPrefix("/playground/", files))
	mux.Handle("GET /playground/config.json", serveConfig(o))
	if o.Operations != nil {
		mux.Handle("GET /playground/operations.json", serveOperations(o.Operations))
	}
	if o.Explain != nil {
		mux.Handle("POST /playground/explain", http.NewCrossOriginProtection().Handler(serveExplanation(o.Explain)))
	}
	if o.Faults != nil {
		mux.HandleFunc("GET /playground/faults", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, o.Faults.Faults()) })
		mux.Handle("POST /playground/faults", http.NewCrossOriginProtection().Handler(setFault(o.Faults)))
	}
	return secured(mux)
}

// config is the body of /playground/config.json.
type config struct {
	Endpoint  string     `json:"endpoint"`
	Title     string     `json:"title"`
	Tabs      []Tab      `json:"tabs"`
	Tokens    []Token    `json:"tokens"`
	Upstreams []Upstream `json:"upstreams"`
	Faults    bool       `json:"faults"`  // whether there is /playground/faults
	Explain   bool       `json:"explain"` // whether there is /playground/explain
	Locked    bool       `json:"locked"`  // whether there is /playground/operations.json, and nothing else runs
}

func serveConfig(o Options) http.HandlerFunc {
	c := config{
		Endpoint:  cmp.Or(o.Endpoint, "graphql"),
		Title:     cmp.Or(o.Title, "Weft"),
		Tabs:      append([]Tab{}, o.Tabs...),
		Tokens:    append([]Token{}, o.Tokens...),
		Upstreams: append([]Upstream{}, o.Upstreams...),
		Faults:    o.Faults != nil,
		Locked:    o.Operations != nil,
		Explain:   o.Explain != nil,
	}
	for i := range c.Upstreams {
		c.Upstreams[i].Headers = append([]string{}, c.Upstreams[i].Headers...)
	}
	return func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, c) }
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(v) //nolint:errcheck // the client is gone
}
