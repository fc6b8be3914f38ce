package acceptance_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	items "weft/bench/items/generated"
	itemsresolver "weft/bench/items/resolver"
	posts "weft/bench/posts/generated"
	postsresolver "weft/bench/posts/resolver"
	"weft/graph/compiled"
	"weft/graph/config"
	"weft/graph/edge/playground"
	"weft/graph/protocol"
	"weft/graph/resolver"
	front "weft/graph/service"
)

// TestGeneratedExamples has a service of each schema offer examples of its own, and sends them as the page does. Upstreams know
// nothing, so that what is missing is null or a failure of theirs: nothing that is wrong with an operation. Nobody asks, which is not the operation's fault either.
func TestGeneratedExamples(t *testing.T) {
	t.Parallel()
	empty := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(empty.Close)
	for name, d := range map[string]compiled.Schema{
		"storefront": resolver.Service(),
		"posts":      posts.Service(postsresolver.Resolver{}),
		"items":      items.Service(itemsresolver.Resolver{}),
	} {
		t.Run(name, func(t *testing.T) {
			conf, err := config.Load(config.Program{Name: name, Upstreams: d.Upstreams}, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range d.Upstreams {
				o := conf.Upstreams[u.Name]
				o.URL = empty.URL
				conf.Upstreams[u.Name] = o
			}
			s, err := front.New(d, conf, front.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Close)
			var offered struct{ Tabs []playground.Tab }
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/playground/config.json", nil))
			if err := json.Unmarshal(w.Body.Bytes(), &offered); err != nil || len(offered.Tabs) == 0 {
				t.Fatalf("got %s (%v), want tabs", w.Body, err)
			}
			for _, tab := range offered.Tabs {
				sendExample(t, s, tab)
			}
		})
	}
}

// sendExample sends an example, and checks that what may be wrong with it is the upstreams' affair, or the caller's.
func sendExample(t *testing.T, h http.Handler, tab playground.Tab) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, graphRequest{Query: tab.Query, Variables: tab.Variables}.post(t.Context(), t, "/graphql"))
	var answer struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != http.StatusOK || answer.Data == nil {
		t.Errorf("%s: got %d %s (%v)", tab.Name, w.Code, w.Body, err)
	}
	for _, e := range answer.Errors {
		if !slices.Contains([]string{protocol.CodeRejected, protocol.CodeNotFound, protocol.CodeBadResponse, protocol.CodeUnauthenticated}, e.Extensions.Code) {
			t.Errorf("%s: got the error %s %s\n%s%s", tab.Name, e.Extensions.Code, e.Message, tab.Query, tab.Variables)
		}
	}
}
