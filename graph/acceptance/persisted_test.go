package acceptance_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	posts "weft/bench/posts/generated"
	postsresolver "weft/bench/posts/resolver"
	"weft/graph/compiled"
	"weft/graph/config"
	"weft/graph/lane/lanetest"
	"weft/graph/operation"
	"weft/graph/persisted"
	"weft/graph/resolver"
	"weft/graph/schema/examples"
	front "weft/graph/service"
	"weft/upstream"
)

// apps is a manifest of so many operations: those of the storefront's examples, as different versions of an app would have them.
func apps(n int) []persisted.Operation {
	var all []persisted.Operation
	list := examples.All()
	for i := range n {
		text := list[i%len(list)].Query + fmt.Sprintf("# of version %d\n", i)
		all = append(all, persisted.Operation{ID: persisted.Digest(text), Text: text, Manifest: "apps.json"})
	}
	return all
}

// storefrontEngine returns an engine for the storefront, of which nothing is asked.
func storefrontEngine(tb testing.TB, o operation.Options) *operation.Engine {
	tb.Helper()
	d := resolver.Service()
	options := map[string]upstream.Options{}
	for _, u := range d.Upstreams {
		options[u.Name] = upstream.Options{URL: "http://127.0.0.1:1"}
	}
	clients, err := upstream.NewClients(d.Upstreams, options)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(clients.Close)
	schema, err := d.Executable(compiled.Settings{Clients: clients})
	if err != nil {
		tb.Fatal(err)
	}
	o.Logger = slog.New(slog.DiscardHandler)
	return operation.New(schema, o)
}

// 2,000 operations, which is what a few apps have in two years, take less than 12 KB of the heap each, with their texts and ids; and what they
// are said to weigh is that, more or less, and what a run of their plans works in.
func TestManifestBytes(t *testing.T) {
	const count, most, trusted = 2000, 12_000, 0.03
	all := apps(count)
	for range 10 {
		before := heapBytes()
		during, said := installed(t, all)
		after := heapBytes()
		heap := float64(during-after) / count
		if off := float64(before)/float64(after) - 1; off > trusted || off < -trusted {
			continue // what other tests had was let go meanwhile
		}
		if ratio := said / heap; heap > most || ratio < 0.85 || ratio > 1.2 {
			t.Errorf("each takes %.0f bytes, want at most %d, and is said to weigh %.0f, %.2f times as much", heap, most, said, ratio)
		}
		return
	}
	t.Error("the heap is never the same before and after")
}

// installed returns how large the heap is while these operations are installed, and what each is said to weigh.
func installed(t *testing.T, all []persisted.Operation) (heap uint64, said float64) {
	e := storefrontEngine(t, operation.Options{})
	if bad, err := e.Install(t.Context(), all); err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
	heap = heapBytes()
	for _, op := range e.Installed() {
		said += float64(e.Lookup(op.ID).Bytes()) / float64(len(all))
	}
	runtime.KeepAlive(e)
	return heap, said
}

// BenchmarkInstall reports the processor's time for a manifest of 2,000 operations, from its text to their plans, and what one adds to the
// heap.
func BenchmarkInstall(b *testing.B) {
	texts := map[string]string{}
	for _, op := range apps(2000) {
		texts[op.ID] = op.Text
	}
	manifest, err := json.Marshal(texts)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		e := storefrontEngine(b, operation.Options{})
		heap, used := heapBytes(), processorTime(b)
		all, err := persisted.Parse(manifest)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := e.Install(b.Context(), all); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(processorTime(b)-used)/1e6, "cpu-ms/2000")
		b.ReportMetric(float64(heapBytes()-heap)/2000, "heap-B/operation")
		runtime.KeepAlive(e)
	}
}

func heapBytes() uint64 {
	runtime.GC()
	runtime.GC() // what pools have had goes with the second one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// What a client registers with one replica, all of them know.
func TestRegisteredWithReplica(t *testing.T) {
	addr := anyRedis(t)
	redis := "WEFT_REDIS_URL=redis://" + addr
	replica := func(environ ...string) string {
		d := posts.Service(postsresolver.Resolver{})
		environ = append(environ, "WEFT_OPERATIONS_APQ_TTL=1h", "WEFT_UPSTREAM_JSONPLACEHOLDER_URL=http://posts.example")
		conf, err := config.Load(config.Program{Name: "posts", Upstreams: d.Upstreams}, nil, environ)
		if err != nil {
			t.Fatal(err)
		}
		s, err := front.New(d, conf, front.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		server := lanetest.NewServer(s)
		t.Cleanup(server.Close)
		return server.URL + "/graphql"
	}
	const text = "{ greet }"
	apollo := fmt.Sprintf(`"extensions": {"persistedQuery": {"version": 1, "sha256Hash": %q}}`, persisted.Digest(text))
	ask := func(url, body string) string {
		t.Helper()
		r, err := http.Post(url, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		got, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(got)
	}
	a, b, alone := replica(redis), replica(redis), replica()
	if got := ask(a, "{"+apollo+"}"); !strings.Contains(got, "PersistedQueryNotFound") {
		t.Errorf("before: %s", got)
	}
	const want = `{"data":{"greet":"Hello World!"}}`
	if got := ask(a, fmt.Sprintf(`{"query": %q, %s}`, text, apollo)); got != want {
		t.Errorf("with its text: %s", got)
	}
	for _, url := range []string{a, b} {
		if got := ask(url, "{"+apollo+"}"); got != want {
			t.Errorf("got %s", got)
		}
	}
	client := goredis.NewClient(&goredis.Options{Addr: addr})
	defer client.Close()
	if ttl := client.TTL(t.Context(), "weft:registered").Val(); ttl <= 0 || ttl > time.Hour {
		t.Errorf("it stays for %s, want an hour", ttl)
	}
	if got := ask(alone, "{"+apollo+"}"); !strings.Contains(got, "PersistedQueryNotFound") {
		t.Errorf("one without that Redis: %s", got)
	}
}
