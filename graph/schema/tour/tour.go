// Package tour shows what each technique saves: it asks a running storefront for one page again and again, first with all techniques left
// out, then with one more each time, and makes a table of the calls, the time and the bytes that the answers took. Then it breaks the
// service of prices, to show what is left of the page, and mends it.
//
//	conversation.go   one request and its answer
//	rows.go           what is asked, in order
//	table.go          how it is shown
package tour

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Options say what is asked, and where.
type Options struct {
	URL  string    // of the service, without a path: http://localhost:8080
	Curl bool      // says below each row how to ask the same with curl
	Out  io.Writer // where the table goes, a row as soon as it is known
}

// Row is what one way to ask has taken.
type Row struct {
	Name  string
	Calls int           // to services, as the report says
	Took  time.Duration // until the last byte; of rows that make no calls the median of several requests
	Bytes int           // of the answer's body as it was sent, without the report
	Note  string        // what there is to see in the answer; "": the page, whole
}

// window is what is asked for.
//
//go:embed window.graphql
var window string

// limit is how long a tour takes at most. It is over when the prices have become old, which is 10 s after they were asked for.
const limit = 30 * time.Second

// Run takes the tour and returns its rows. It needs a service whose reports are for everybody; what is about a failing service is left
// out where the service does not let itself be broken, which only demos do. What was broken is mended also when ctx ends.
func Run(ctx context.Context, o Options) ([]Row, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	transport := &http.Transport{DisableCompression: true} // what is accepted is what a row says
	defer transport.CloseIdleConnections()
	t := &tour{service: service{url: o.URL, client: &http.Client{Transport: transport}}, table: table{out: o.Out, curl: o.Curl}}
	if err := t.greet(ctx); err != nil {
		return nil, err
	}
	t.table.head()
	for _, step := range []func(context.Context) error{t.techniques, t.kept, t.unchanged, t.ahead, t.failing} {
		if err := step(ctx); err != nil {
			return t.table.rows, err
		}
	}
	return t.table.rows, nil
}

// greet makes sure that the service is there, and reports.
func (t *tour) greet(ctx context.Context) error {
	a, err := t.service.ask(ctx, request{query: "{ __typename }", report: true})
	switch {
	case err != nil:
		return fmt.Errorf("%s does not answer: start it by `go run .` in another terminal, or say with -addr where it is: %w", t.service.url, err)
	case a.report == nil:
		return fmt.Errorf("%s reports nothing of what it does: start it with report: all", t.service.url)
	}
	return nil
}
