package acceptance_test

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"

	posts "weft/bench/posts/generated"
	postsresolver "weft/bench/posts/resolver"
	"weft/cache"
	"weft/graph/binding"
	magazine "weft/graph/binding/bindingtest/magazine/generated"
	requests "weft/graph/binding/requesttest/generated"
	types "weft/graph/binding/typetest/generated"
	"weft/graph/compiled"
	"weft/graph/fetch"
	"weft/graph/lane/lanetest"
	"weft/graph/operation"
	"weft/graph/schedule"
	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// TestOperationsCached replays the cases of TestOperations with everything kept for a minute that may be: the first time, once
// more over a cache in memory, and in another process that finds in Redis what the first has kept. The answers are those of the
// case each time, and whoever finds something makes no call that the case does not have.
func TestOperationsCached(t *testing.T) {
	addr := anyRedis(t)
	for _, name := range []string{"shop", "links", "magazine", "requests", "posts", "hotel", "types"} {
		s, policies := cachedSchemas[name], map[string]binding.CachePolicy{}
		if open, ok := keptSchemas[name]; ok {
			s = open
		}
		for _, u := range s.upstreams {
			policies[u.Name] = binding.CachePolicy{MaxAge: time.Minute, HasMaxAge: true}
		}
		cases, err := filepath.Glob("../../testdata/operations/" + name + "/*.txtar")
		if err != nil || len(cases) == 0 {
			t.Fatalf("no cases: %v", err)
		}
		saved := 0
		for _, file := range cases {
			t.Run(name+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
				saved += replayCached(t, s, file, addr, policies)
			})
		}
		if saved == 0 {
			t.Errorf("%s: nothing was ever found", name)
		}
		t.Logf("%s: %d calls were spared", name, saved)
	}
}

// keptSchemas are schemas that nothing else is kept of than what TestOperationsCached keeps.
var keptSchemas = map[string]cachedSchema{
	"posts": {posts.Upstreams, posts.CacheClasses, operation.Said{}, func(tasks *schedule.Scheduler, c upstream.Clients, kept *cache.Cache, p map[string]binding.CachePolicy) (graphql.ExecutableSchema, error) {
		return posts.Service(postsresolver.Resolver{}).Executable(compiled.Settings{Clients: c, Cache: kept, CachePolicies: p, Background: fetch.Background{Schedule: tasks}})
	}},
	"types": {types.Upstreams, types.CacheClasses, said(types.Service()), func(tasks *schedule.Scheduler, c upstream.Clients, kept *cache.Cache, p map[string]binding.CachePolicy) (graphql.ExecutableSchema, error) {
		return types.Service().Executable(compiled.Settings{Clients: c, Cache: kept, CachePolicies: p, Background: fetch.Background{Schedule: tasks}})
	}},
	"magazine": {magazine.Upstreams, magazine.CacheClasses, operation.Said{}, func(tasks *schedule.Scheduler, c upstream.Clients, kept *cache.Cache, p map[string]binding.CachePolicy) (graphql.ExecutableSchema, error) {
		return magazine.Service().Executable(compiled.Settings{Clients: c, Cache: kept, CachePolicies: p, Background: fetch.Background{Schedule: tasks}})
	}},
	"requests": {requests.Upstreams, requests.CacheClasses, operation.Said{}, func(tasks *schedule.Scheduler, c upstream.Clients, kept *cache.Cache, p map[string]binding.CachePolicy) (graphql.ExecutableSchema, error) {
		return requests.Service().Executable(compiled.Settings{Clients: c, Cache: kept, CachePolicies: p, Background: fetch.Background{Schedule: tasks}})
	}},
}

// replayCached replays a case, and returns how many calls were spared.
func replayCached(t *testing.T, s cachedSchema, file, addr string, policies map[string]binding.CachePolicy) (saved int) {
	c, name := readCase(t, file), filepath.Base(file)
	kept := []replica{newReplica(t, addr, name, s.classes), newReplica(t, addr, name, s.classes)}
	servers := c.script(t, s.upstreams)
	urls := []string{serveCached(t, s, servers, kept[0].Cache, policies), serveCached(t, s, servers, kept[1].Cache, policies)}
	known := strings.Split(c.parts["calls"], "\n")
	for i, url := range []string{urls[0], urls[0], urls[1]} {
		for _, server := range servers {
			server.Forget()
		}
		if diff := cmp.Diff(canonical(t, c.parts["response.json"]), canonical(t, c.post(t, url))); diff != "" {
			t.Errorf("answer %d of %s (-want +got):\n%s", i, file, diff)
		}
		kept[0].flush(t)
		var calls []string
		for name, server := range servers {
			calls = append(calls, callLines(name, server)...)
		}
		for _, call := range calls {
			if i == 0 && !slices.Contains(known, call) {
				t.Errorf("a call that %s does not have: %s", file, call)
			}
		}
		if i > 0 {
			saved += len(known) - 1 - len(calls)
		}
	}
	return saved
}

// serveCached starts a service over the upstreams that has a cache.
func serveCached(
	t *testing.T, s cachedSchema, servers map[string]*upstreamtest.Server, kept *cache.Cache, policies map[string]binding.CachePolicy,
) string {
	t.Helper()
	server := lanetest.NewServer(handlerOver(t, s, servers, kept, policies))
	t.Cleanup(server.Close)
	return server.URL
}

// handlerOver is a service over the upstreams.
func handlerOver(
	t *testing.T, s cachedSchema, servers map[string]*upstreamtest.Server, kept *cache.Cache, policies map[string]binding.CachePolicy,
) http.Handler {
	t.Helper()
	options := map[string]upstream.Options{}
	for name, server := range servers {
		options[name] = optionsOf(name, server)
	}
	clients, err := upstream.NewClients(s.upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	schema, err := s.open(newSchedule(t), clients, kept, policies)
	if err != nil {
		t.Fatal(err)
	}
	return handlerOf(schema, operation.Options{Reports: true, Said: s.said})
}
