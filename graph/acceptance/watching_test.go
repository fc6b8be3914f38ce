package acceptance_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/cache"
	"weft/graph/binding"
	"weft/graph/edge"
	"weft/graph/operation"
	"weft/graph/protocol"
	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// TestWatchingChangesNothing runs each case of TestOperations with a report and without one: under both executors with nothing
// kept, and twice over a cache. Services see the same calls, and the client gets the same answer and headers, but for the report and
// for Cache-Control: an answer with a report is nobody's to keep, so that it has no ETag either.
func TestWatchingChangesNothing(t *testing.T) {
	for name, s := range services {
		cases, err := filepath.Glob("../../testdata/operations/" + name + "/*.txtar")
		if err != nil || len(cases) == 0 {
			t.Fatalf("no cases of %s: %v", name, err)
		}
		for _, file := range cases {
			c := readCase(t, file)
			for _, executor := range executors {
				t.Run(name+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+executor, func(t *testing.T) {
					t.Parallel()
					servers := c.script(t, s.upstreams)
					watchedAlike(t, c, servers, func() http.Handler { return watched(t, s, executor, servers) })
				})
			}
			if cached, ok := cachedSchemas[name]; ok {
				t.Run(name+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar")+"/cached", func(t *testing.T) {
					t.Parallel()
					servers := c.script(t, s.upstreams)
					begun := time.Now().Truncate(time.Second) // the time stays, so that nothing has an Age
					watchedAlike(t, c, servers, func() http.Handler {
						kept := cache.New(cache.Options{Now: func() time.Time { return begun }})
						return handlerOver(t, cached, servers, kept, minutes(cached.upstreams))
					})
				})
			}
		}
	}
}

// minutes are policies by which everything is kept for a minute that may be.
func minutes(upstreams []upstream.Spec) map[string]binding.CachePolicy {
	policies := map[string]binding.CachePolicy{}
	for _, u := range upstreams {
		policies[u.Name] = binding.CachePolicy{MaxAge: time.Minute, HasMaxAge: true}
	}
	return policies
}

// watched is the service over the upstreams, where reports are enabled.
func watched(t *testing.T, s service, executor string, servers map[string]*upstreamtest.Server) http.Handler {
	t.Helper()
	options := map[string]upstream.Options{}
	for name, server := range servers {
		options[name] = upstream.Options{URL: server.URL, MaxBody: 64 << 10, Network: patient}
	}
	clients, err := upstream.NewClients(s.upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	schema, err := s.schema(clients, executor)
	if err != nil {
		t.Fatal(err)
	}
	return handlerOf(schema, operation.Options{Reports: true})
}

// seen is what an operation shows to its client and to the services.
type seen struct {
	Status int
	Header http.Header
	Answer string
	Calls  []string
}

// watchedAlike sends a case's operation twice to each of two services: to one as it is, to the other with the wish for a report.
func watchedAlike(t *testing.T, c testCase, servers map[string]*upstreamtest.Server, open func() http.Handler) {
	t.Helper()
	unwatched, watched := open(), open()
	for range 2 {
		want := c.send(t, unwatched, servers, "")
		got := c.send(t, watched, servers, "calls")
		if control := got.Header.Get("Cache-Control"); control != "no-store" {
			t.Errorf("an answer with a report has Cache-Control: %s", control)
		}
		for _, h := range []http.Header{want.Header, got.Header} {
			for _, name := range []string{"Cache-Control", "ETag", "Content-Length", "Date"} {
				h.Del(name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("without a report, and with one (-want +got):\n%s", diff)
		}
	}
}

func (c testCase) send(t *testing.T, h http.Handler, servers map[string]*upstreamtest.Server, report string) seen {
	t.Helper()
	for _, server := range servers {
		server.Forget()
	}
	g := storefrontCase{testCase: c}.request(0, transcript{})
	r := g.post(t.Context(), t, edge.Endpoint)
	if report != "" {
		r.Header.Set(protocol.ReportHeader, report)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	if _, reported := answer["extensions"]; reported && report == "" {
		t.Error("a report that nobody has asked for")
	}
	delete(answer, "extensions")
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	s := seen{Status: w.Code, Header: w.Header(), Answer: canonical(t, string(text))}
	for _, name := range slices.Sorted(maps.Keys(servers)) {
		s.Calls = append(s.Calls, callLines(name, servers[name])...)
	}
	slices.Sort(s.Calls)
	return s
}
