package service_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"weft/graph/config"
	"weft/graph/switches"
)

// switched are two replicas over one service and one Redis.
type switched struct {
	replicas [2]posts
	calls    atomic.Int64
	redis    *miniredis.Miniredis
}

func startSwitched(t *testing.T, policy config.UpstreamCache, change ...func(*config.Config)) *switched {
	t.Helper()
	s := &switched{redis: miniredis.RunT(t)}
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"id": 1, "userId": 1, "title": "title %d", "body": ""}`, s.calls.Add(1))
	}))
	t.Cleanup(origin.Close)
	for i := range s.replicas {
		conf := load(t, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL="+origin.URL, "WEFT_REDIS_URL=redis://"+s.redis.Addr())
		conf.UpstreamCache[upstreamName] = policy
		for _, c := range change {
			c(&conf)
		}
		s.replicas[i] = startAs(t, conf)
	}
	for _, r := range s.replicas { // what is kept before that is in doubt after it
		until(t, func() bool { return r.status(t).Redis.Synced })
	}
	return s
}

// ask returns the status and the body of an answer.
func (p posts) ask(t *testing.T, body string) string {
	t.Helper()
	return request(t, http.MethodPost, p.url+"/graphql", body)
}

func (p posts) turn(t *testing.T, name string, off bool) string {
	t.Helper()
	return request(t, http.MethodPost, p.admin+"/switches", fmt.Sprintf(`{"name": %q, "off": %t, "by": "anna", "why": "a test"}`, name, off))
}

// off returns the names of what is off.
func (p posts) off(t *testing.T) string {
	t.Helper()
	var answer struct{ Off []switches.Switch }
	text := request(t, http.MethodGet, p.admin+"/switches", "")
	if err := json.Unmarshal([]byte(strings.TrimPrefix(text, "200 ")), &answer); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var names []string
	for _, o := range answer.Off {
		if o.By != "anna" || o.Why != "a test" || time.Since(o.At) > time.Hour {
			t.Errorf("got %+v", o)
		}
		names = append(names, o.Name)
	}
	return strings.Join(names, " ")
}

func request(t *testing.T, method, url, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Authorization": {"Bearer " + adminToken}, "Content-Type": {"application/json"}}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(response.StatusCode, " ", strings.TrimSpace(string(text)))
}

// until waits for what becomes so; the test's own time bounds it.
func until(t *testing.T, so func() bool) {
	t.Helper()
	for !so() {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("it never is")
		}
	}
}

const titled = `{"query": "query Titled { post(id: 1) { title } }"}`

// What one replica is told is what all do.
func TestSwitches(t *testing.T) {
	s := startSwitched(t, config.UpstreamCache{})
	first, second := s.replicas[0], s.replicas[1]
	title := func(n int) string { return fmt.Sprintf(`200 {"data":{"post":{"title":"title %d"}}}`, n) }
	for name, want := range map[string]string{
		"upstream/" + upstreamName: `200 {"errors":[{"message":"jsonplaceholder is turned off","path":["post"],"locations":[{"line":1,"column":16}],` +
			`"extensions":{"code":"UPSTREAM_OFF","upstream":"jsonplaceholder"}}],"data":{"post":null}}`,
		"operation/Titled": `503 {"errors":[{"message":"this operation is turned off for now","extensions":{"code":"OPERATION_OFF"}}]}`,
		// echo -n 'query Titled { post(id: 1) { title } }' | sha256sum
		"operation/sha256:b945c36506b284459f6143def864592aa39abf680cc946fdf57ddf2272e9023b": `503 {"errors":[{"message":"this operation is turned off for now","extensions":{"code":"OPERATION_OFF"}}]}`,
	} {
		calls := int(s.calls.Load())
		if got := first.turn(t, name, true); !strings.HasPrefix(got, `200 {"off":[{"name":"`+name+`","by":"anna","why":"a test","at":"`) {
			t.Errorf("%s: got %s", name, got)
		}
		until(t, func() bool { return second.off(t) == name })
		for _, replica := range s.replicas {
			if got := replica.ask(t, titled); got != want {
				t.Errorf("%s: got %s, want %s", name, got, want)
			}
		}
		if n := int(s.calls.Load()); n != calls {
			t.Errorf("%s: %d calls", name, n-calls)
		}
		if got := second.turn(t, name, false); got != `200 {"off":[]}` {
			t.Errorf("%s: got %s", name, got)
		}
		until(t, func() bool { return first.off(t) == "" })
		for i, replica := range s.replicas {
			if got := replica.ask(t, titled); got != title(calls+1+i) {
				t.Errorf("%s is on: got %s, want %s", name, got, title(calls+1+i))
			}
		}
	}
}

// A service that is turned off is one that fails: what is kept of it stands in.
func TestSwitchedOffIsStale(t *testing.T) {
	s := startSwitched(t, config.UpstreamCache{MaxAge: time.Nanosecond, StaleIfError: time.Hour, Share: true})
	first := s.replicas[0]
	fresh := first.ask(t, titled)
	first.turn(t, "upstream/"+upstreamName, true)
	got := first.ask(t, titled)
	if !strings.HasPrefix(got, strings.TrimSuffix(fresh, "}")) || !strings.Contains(got, `"stale":[{"path":["post"`) {
		t.Errorf("got %s, want what there was, %s, and that it is stale", got, fresh)
	}
}

// Tiers that are off are neither read nor written, and what is invalidated meanwhile is invalid there.
func TestSwitchedOffTiers(t *testing.T) {
	s := startSwitched(t, config.UpstreamCache{MaxAge: time.Hour, Share: true})
	first := s.replicas[0]
	calls := func(asked string, want int64) {
		t.Helper()
		before := s.calls.Load()
		if got := first.ask(t, titled); !strings.HasPrefix(got, "200 {\"data\"") {
			t.Errorf("got %s", got)
		}
		if n := s.calls.Load() - before; n != want {
			t.Errorf("%s: %d calls, want %d", asked, n, want)
		}
	}
	calls("at first", 1)
	calls("from memory", 0)
	until(t, func() bool { return len(s.redis.Keys()) > 1 && first.status(t).Redis.Sets > 0 })
	first.turn(t, "cache/memory", true)
	kept := func() bool {
		before := s.calls.Load()
		first.ask(t, titled)
		return s.calls.Load() == before
	}
	until(t, kept) // in Redis, whose writing nobody waits for
	first.turn(t, "cache/redis", true)
	calls("of nothing", 1)
	calls("and nothing is kept", 1)
	first.invalidate(t, `{"types": ["Post"]}`)
	first.turn(t, "cache/memory", false)
	calls("memory is on, and has what is invalid", 1)
	until(t, kept) // in memory again, once the invalidation has come back over Redis: what was stored until then is asked for anew
}

// A change that is wrong turns nothing, and says why.
func TestWrongSwitches(t *testing.T) {
	first := startSwitched(t, config.UpstreamCache{}).replicas[0]
	for body, want := range map[string]string{
		`{"name": "upstream/jsonplaceholder"}`:                                              "the body must be JSON like",
		`{"name": "upstream/jsonplaceholder", "off": true}`:                                 "by must say who asks",
		`{"name": "upstream/other", "off": true, "by": "anna"}`:                             `there is no upstream \"other\": there are jsonplaceholder`,
		`{"name": "cache/disk", "off": true, "by": "anna"}`:                                 `there is no tier of the cache \"disk\": there are memory, redis`,
		`{"name": "everything", "off": true, "by": "anna"}`:                                 "name must be upstream/NAME, operation/NAME, cache/memory, cache/redis or prefetch",
		`{"name": "operation/", "off": true, "by": "anna"}`:                                 "name must be upstream/NAME",
		`{"name": "prefetch", "off": true, "by": "anna", "until": "Monday"}`:                "the body must be JSON like",
		`{"name": "prefetch", "off": true, "by": "anna"} {}`:                                "the body must be JSON like",
		`{"name": "operation/` + strings.Repeat("x", 200) + `", "off": true, "by": "anna"}`: "name has more than 200 bytes",
		strings.Repeat(" ", 5000):                                                           "413 ",
	} {
		if got := request(t, http.MethodPost, first.admin+"/switches", body); !strings.Contains(got, want) || !strings.HasPrefix(got, "4") {
			t.Errorf("%.100s: got %s, want %s", body, got, want)
		}
	}
	if got := first.off(t); got != "" {
		t.Errorf("off is %s", got)
	}
}

// Without Redis a replica obeys by itself, says so, and tells the others when Redis is back, which may have lost all.
func TestSwitchesWithoutRedis(t *testing.T) {
	s := startSwitched(t, config.UpstreamCache{})
	first, second := s.replicas[0], s.replicas[1]
	first.turn(t, "operation/Other", true)
	until(t, func() bool { return second.off(t) == "operation/Other" })
	s.redis.Close()
	if got := first.turn(t, "operation/Titled", true); !strings.HasPrefix(got, "503 ") || !strings.Contains(got, "this process obeys, and the others will when Redis takes it") {
		t.Errorf("got %s", got)
	}
	if got := first.ask(t, titled); !strings.HasPrefix(got, "503 ") {
		t.Errorf("got %s", got)
	}
	if got := second.off(t); got != "operation/Other" {
		t.Errorf("off in the other replica: %s", got)
	}
	s.redis.FlushAll()
	if err := s.redis.Restart(); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return second.off(t) == "operation/Other operation/Titled" })
	first.turn(t, "operation/Other", false)
	until(t, func() bool { return second.off(t) == "operation/Titled" })
}
