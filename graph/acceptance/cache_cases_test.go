package acceptance_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"weft/cache"
	"weft/cache/tiers"
	"weft/graph/binding"
	shop "weft/graph/binding/bindingtest/generated"
	hotel "weft/graph/binding/bindingtest/hotel/generated"
	shopresolver "weft/graph/binding/bindingtest/resolver"
	links "weft/graph/binding/linktest/generated"
	"weft/graph/compiled"
	"weft/graph/edge"
	"weft/graph/fetch"
	storefront "weft/graph/generated"
	"weft/graph/operation"
	"weft/graph/protocol"
	"weft/graph/resolver"
	"weft/graph/schedule"
	"weft/upstream"
)

// cachedSchema is a schema whose operations are replayed over a cache.
type cachedSchema struct {
	upstreams []upstream.Spec
	classes   cache.Classes
	said      operation.Said
	open      func(*schedule.Scheduler, upstream.Clients, *cache.Cache, map[string]binding.CachePolicy) (graphql.ExecutableSchema, error)
}

var cachedSchemas = map[string]cachedSchema{
	"hotel": {hotel.Upstreams, hotel.CacheClasses, operation.Said{}, func(tasks *schedule.Scheduler, c upstream.Clients, kept *cache.Cache, p map[string]binding.CachePolicy) (graphql.ExecutableSchema, error) {
		return hotel.Service().Executable(compiled.Settings{Clients: c, Cache: kept, CachePolicies: p, Background: fetch.Background{Schedule: tasks}})
	}},
	"links": {links.Upstreams, links.CacheClasses, operation.Said{}, func(tasks *schedule.Scheduler, c upstream.Clients, kept *cache.Cache, p map[string]binding.CachePolicy) (graphql.ExecutableSchema, error) {
		return links.Service().Executable(compiled.Settings{Clients: c, Cache: kept, CachePolicies: p, Background: fetch.Background{Schedule: tasks}})
	}},
	"storefront": {storefront.Upstreams, storefront.CacheClasses, operation.Said{}, openCachedStorefront},
	"shop": {shop.Upstreams, shop.CacheClasses, operation.Said{}, func(tasks *schedule.Scheduler, c upstream.Clients, kept *cache.Cache, p map[string]binding.CachePolicy) (graphql.ExecutableSchema, error) {
		return shop.Service(shopresolver.Resolver{}, shop.Functions{BadgesByID: shopresolver.BadgesByID}).
			Executable(compiled.Settings{Clients: c, Cache: kept, CachePolicies: p, Background: fetch.Background{Schedule: tasks}})
	}},
}

// newSchedule runs refreshes. It ends with the test.
func newSchedule(t testing.TB) *schedule.Scheduler {
	s := schedule.New(schedule.Options{})
	t.Cleanup(func() { s.Close(t.Context()) })
	return s
}

func openCachedStorefront(
	tasks *schedule.Scheduler, c upstream.Clients, kept *cache.Cache, p map[string]binding.CachePolicy,
) (graphql.ExecutableSchema, error) {
	schema := resolver.Service()
	schema.Guards = nil // callers are told apart by their headers alone, and some are made up
	return schema.Executable(compiled.Settings{Clients: c, Cache: kept, CachePolicies: p, Background: fetch.Background{Schedule: tasks}})
}

// TestCache replays testdata/cache/SCHEMA/*.txtar, one request after the other over one cache in memory. The clock is the case's
// own, so that time passes when a step says so, or when an upstream lets a call wait until it is given up. The parts of a case, where
// N is nothing in the first step, 2 in the second and so on:
//
//	UPSTREAM METHOD PATTERN   what the upstream answers, as in TestOperations; with " @N" at its end, from step N on. To a request
//	                          with its ETag it answers 304. The bodies slow, reset and cut are such faults of upstreamtest
//	policies                  lines "UPSTREAM: maxAge [staleWhileRevalidate [staleIfError]]": what configuration says of it
//	afterN                    how much time passes before the step
//	invalidateN               lines "tag NAME", "type NAME" or "key TYPE:KEY", which somebody outside makes invalid before it
//	operationN.graphql, variablesN.json, headersN   the request, a GET if it is a query; those of the first where it has none
//	answerN.json              the headers of the answer that caches read, and the answer; written by -update
//	callsN                    what reached upstreams, refreshes off the request path among it; written by -update
//
// Each case is played again with reports, which change no call. In max-age and stale-while-revalidate, up to a tenth of a lifetime is given up by chance: see nominal.
func TestCache(t *testing.T) {
	for name, s := range cachedSchemas {
		files, err := filepath.Glob("../../testdata/cache/" + name + "/*.txtar")
		if err != nil || len(files) == 0 {
			t.Fatalf("no cases of %s: %v", name, err)
		}
		for _, file := range files {
			t.Run(name+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
				c := readCase(t, file)
				var got []txtar.File
				synctest.Test(t, func(t *testing.T) { got = cacheCase{c}.play(t, s, nil) })
				if *update {
					c.write(t, file, got)
					return
				}
				for _, p := range got {
					if diff := cmp.Diff(c.parts[p.Name], string(p.Data)); diff != "" {
						t.Errorf("%s of %s (-want +got):\n%s", p.Name, file, diff)
					}
				}
				synctest.Test(t, func(t *testing.T) { got = cacheCase{c}.play(t, s, []string{"calls"}) })
				for _, p := range got { // watching changes nothing that is done
					if diff := cmp.Diff(c.parts[p.Name], string(p.Data)); diff != "" && strings.HasPrefix(p.Name, "calls") {
						t.Errorf("with reports, %s of %s (-want +got):\n%s", p.Name, file, diff)
					}
				}
			})
		}
	}
}

// cacheCase is one file of testdata/cache.
type cacheCase struct{ testCase }

// play sends the requests of a case, each with these reports asked for, and returns what comes of them.
func (c cacheCase) play(t *testing.T, s cachedSchema, reports []string) (got []txtar.File) {
	t.Helper()
	services := newScripts(s.upstreams)
	caching, err := tiers.Open(tiers.Options{Classes: s.classes})
	if err != nil {
		t.Fatal(err)
	}
	defer caching.Close()
	clients := services.clients(t, s.upstreams)
	defer clients.Close()
	tasks := newSchedule(t)
	schema, err := s.open(tasks, clients, caching.Cache, c.policies(t))
	if err != nil {
		t.Fatal(err)
	}
	handler := handlerOf(schema, operation.Options{Timeout: 30 * time.Second, Reports: reports != nil})
	seen := transcript{began: time.Now()}
	for n := range c.steps() {
		c.prepare(t, n, services, caching)
		answer := httptest.NewRecorder()
		request := c.request(t, n, seen)
		request.Header[protocol.ReportHeader] = reports
		handler.ServeHTTP(answer, request)
		if tasks.Stats().Waiting > 0 { // for company
			time.Sleep(10 * time.Millisecond)
		}
		synctest.Wait() // what is refreshed off the request path
		got = append(got, part("answer%s.json", n, seen.writeCached(t, answer)), part("calls%s", n, services.take()))
	}
	return got
}

// prepare makes the world what it is in a step.
func (c cacheCase) prepare(t *testing.T, step int, services scripts, caching *tiers.Caching) {
	t.Helper()
	for name, text := range c.parts {
		route, since, _ := strings.Cut(name, " @")
		service, pattern, ok := strings.Cut(route, " ")
		if at := numbered("%s", step); ok && since == at {
			services.script(t, service, pattern, answer(text))
		}
	}
	if after := strings.TrimSpace(c.parts[numbered("after%s", step)]); after != "" {
		time.Sleep(duration(t, after))
		synctest.Wait()
	}
	var i cache.Invalidation
	for line := range strings.Lines(c.parts[numbered("invalidate%s", step)]) {
		kind, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch kind {
		case "tag":
			i.Tags = append(i.Tags, name)
		case "type":
			i.Types = append(i.Types, name)
		case "key":
			i.Keys = append(i.Keys, name)
		default:
			t.Fatalf("invalidate: %q", line)
		}
	}
	if err := caching.InvalidateNames(t.Context(), i); err != nil {
		t.Fatal(err)
	}
}

// steps is how many requests the case has.
func (c cacheCase) steps() int {
	n := 1
	for ; ; n++ {
		suffix := numbered("%s", n)
		known := func(part string) bool {
			_, since, _ := strings.Cut(part, " @")
			return since == suffix || slices.Contains([]string{
				"operation" + suffix + ".graphql", "variables" + suffix + ".json", "headers" + suffix, "after" + suffix, "invalidate" + suffix,
			}, part)
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(c.parts)), known) {
			return n
		}
	}
}

func (c cacheCase) policies(t *testing.T) map[string]binding.CachePolicy {
	t.Helper()
	policies := map[string]binding.CachePolicy{}
	for line := range strings.Lines(c.parts["policies"]) {
		name, text, _ := strings.Cut(strings.TrimSpace(line), ": ")
		var times [3]time.Duration
		for i, text := range strings.Fields(text) {
			times[i] = duration(t, text)
		}
		policies[name] = binding.CachePolicy{MaxAge: times[0], HasMaxAge: true, StaleWhileRevalidate: times[1], StaleIfError: times[2]}
	}
	return policies
}

// request is a GET, but for a mutation.
func (c cacheCase) request(t *testing.T, step int, seen transcript) *http.Request {
	t.Helper()
	g := storefrontCase{testCase: c.testCase}.request(step, seen)
	r := g.get(t.Context(), t, edge.Endpoint)
	if strings.HasPrefix(strings.TrimSpace(g.Query), "mutation") {
		r = g.post(t.Context(), t, edge.Endpoint)
	}
	return r
}

// writeCached is an answer with its headers, as write would write it.
func (s *transcript) writeCached(t *testing.T, answer *httptest.ResponseRecorder) string {
	t.Helper()
	text := ""
	if answer.Code != http.StatusOK {
		text = fmt.Sprintln("status:", answer.Code)
	}
	age := answer.Header().Get("Age")
	for _, name := range []string{"Cache-Control", "Age", "Cache-Tag"} {
		if v := answer.Header().Get(name); v != "" {
			text += name + ": " + nominal(t, name, v, age) + "\n"
		}
	}
	return text + cursorMember.ReplaceAllStringFunc(indent(t, answer.Body), s.nameCursor)
}
