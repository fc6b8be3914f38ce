package acceptance_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	posts "weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/compiled"
	"weft/graph/config"
	"weft/graph/edge"
	"weft/graph/lane/lanetest"
	shop "weft/graph/resolver"
	weft "weft/graph/service"
	"weft/upstream/demo"
)

// cacheConfig is a CDN: it keeps what it may, for the requests that Vary says, and asks again by ETag.
const cacheConfig = `daemon off;
master_process off;
pid DIR/nginx.pid;
error_log stderr;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path DIR/a; proxy_temp_path DIR/b; fastcgi_temp_path DIR/c; uwsgi_temp_path DIR/d; scgi_temp_path DIR/e;
  proxy_cache_path DIR/cache levels=1 keys_zone=answers:1m;
  server {
    listen ADDRESS;
    location / {
      proxy_pass ORIGIN;
      proxy_http_version 1.1;
      proxy_cache answers;
      proxy_cache_key $request_uri;
      proxy_cache_revalidate on;
      add_header X-Cache $upstream_cache_status always;
    }
  }
}
`

// behindNginx returns the URL of nginx as a cache in front of a service, whose configuration setUp makes ready, if it is not nil; without nginx
// the test is skipped.
func behindNginx(t *testing.T, d compiled.Schema, urls map[string]string, setUp func(*config.Config), variables ...string) string {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		if program = "/usr/sbin/nginx"; exec.Command(program, "-v").Run() != nil {
			t.Skip("there is no nginx")
		}
	}
	environ := append([]string{"WEFT_ADDR=127.0.0.1:0"}, variables...)
	for name, url := range urls {
		environ = append(environ, "WEFT_UPSTREAM_"+strings.ToUpper(name)+"_URL="+url)
	}
	conf, err := config.Load(config.Program{Name: "test", Upstreams: d.Upstreams}, nil, environ)
	if err != nil {
		t.Fatal(err)
	}
	if setUp != nil {
		setUp(&conf)
	}
	s, err := weft.New(d, conf, weft.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	origin := lanetest.NewServer(s)
	t.Cleanup(origin.Close)

	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	dir := t.TempDir()
	text := strings.NewReplacer("ADDRESS", address, "ORIGIN", origin.URL, "DIR", dir).Replace(cacheConfig)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-e", "stderr", "-p", dir, "-c", file)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait(); http.DefaultClient.CloseIdleConnections() })
	eventually(t, "nginx does not listen", func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return "http://" + address + edge.Endpoint
}

// read is a GET of a query, with headers; it returns what nginx says of it, too.
func read(t *testing.T, base, query string, headers ...string) (body, from string, resp *http.Response) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"?query="+url.QueryEscape(query), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("Apollo-Require-Preflight", "true") // no page can send that without asking
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err = http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), resp.Header.Get("X-Cache"), resp
}

// TestBehindACache has nginx keep answers: it serves them, tells clients that have them so, asks again by ETag when they are old, and never
// gives one coding for another.
func TestBehindACache(t *testing.T) {
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id": 1, "userId": 1, "title": "`+strings.Repeat("title ", 500)+`", "body": ""}`)
	}))
	t.Cleanup(origin.Close)
	base := behindNginx(t, posts.Service(resolver.Resolver{}), map[string]string{"jsonplaceholder": origin.URL},
		func(c *config.Config) {
			c.UpstreamCache["jsonplaceholder"] = config.UpstreamCache{MaxAge: 3 * time.Second, Share: true}
		})
	const query = "{ post(id: 1) { title } }"
	want, _, first := read(t, base, query)
	tag := first.Header.Get("ETag")
	if !strings.HasPrefix(tag, `W/"`) || first.StatusCode != 200 {
		t.Fatalf("got %s %v", first.Status, first.Header)
	}
	seen := map[string]bool{}
	eventually(t, "nginx does not keep the answer, or does not ask again by its tag", func() bool {
		body, from, resp := read(t, base, query)
		if body != want || resp.Header.Get("ETag") != tag {
			t.Fatalf("%s: got %s, %d bytes", from, resp.Header.Get("ETag"), len(body))
		}
		seen[from] = true
		return seen["HIT"] && seen["REVALIDATED"]
	})
	if body, _, resp := read(t, base, query, "If-None-Match", tag); resp.StatusCode != 304 || body != "" {
		t.Errorf("who has it: got %s, %d bytes", resp.Status, len(body))
	}
	for _, codings := range []string{"gzip", "identity", "zstd", "gzip", "identity"} {
		_, from, resp := read(t, base, query, "Accept-Encoding", codings)
		if got := resp.Header.Get("Content-Encoding"); got != strings.TrimPrefix(codings, "identity") {
			t.Errorf("%s, %s: got %q", codings, from, got)
		}
	}
	for range 2 {
		if _, from, _ := read(t, base, "{ unknown }"); from != "MISS" {
			t.Errorf("what has errors is kept: %s", from)
		}
	}
}

// TestNobodysAnswerIsAnothers has two users and nobody ask for the same things through nginx, 1,000 times in all: nobody gets what is another's,
// and what is for everybody comes from the cache.
func TestNobodysAnswerIsAnothers(t *testing.T) {
	services, err := demo.Start(t.Context(), demo.Options{Latency: demo.Latency{Max: -1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { services.Close() })
	base := behindNginx(t, shop.Service(), services.URLs(), func(c *config.Config) {
		issuer := introspectionOf(services)
		c.Authentication.Introspection = &config.Introspection{Secret: config.Secret(issuer.Secret), IntrospectionOptions: issuer}
	})
	type asker struct{ name, header string }
	askers := []asker{{"", ""}}
	for _, token := range services.Tokens()[:2] {
		askers = append(askers, asker{token.Name, "Bearer " + token.Value})
	}
	var all sync.WaitGroup
	var mu sync.Mutex // guards what follows
	hits, crossings := 0, 0
	for worker := range 10 {
		all.Go(func() {
			for i := range 50 {
				who := askers[(worker+i)%len(askers)]
				var headers []string
				if who.header != "" {
					headers = []string{"Authorization", who.header}
				}
				me, _, _ := read(t, base, "{ me { name } }", headers...)
				_, from, _ := read(t, base, "{ products(first: 2) { nodes { name } } }", headers...)
				mu.Lock()
				if who.name == "" && strings.Contains(me, `"name"`) || who.name != "" && !strings.Contains(me, fmt.Sprintf(`{"name":%q}`, who.name)) {
					crossings++
					t.Logf("%q got %s", who.name, me)
				}
				if from == "HIT" {
					hits++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if crossings > 0 || hits < 300 {
		t.Errorf("%d crossings, %d hits of 500", crossings, hits)
	}
}

// TestPurgeable holds that whoever purges by tags finds the default page of the shop by each of its products, and a page that has too many
// tags by what these begin with; and that nginx keeps both with the buffers that it has by itself.
func TestPurgeable(t *testing.T) {
	base := behindNginx(t, shop.Service(), demoURLs(t), nil)
	for first, want := range map[int]string{20: "product-p-0001", 100: "product-"} {
		query := fmt.Sprintf("{ products(first: %d) { nodes { id name price { amount } brand { name } reviews(first: 2) { rating } } } }", first)
		body, from, resp := read(t, base, query)
		tags := strings.Split(resp.Header.Get("Cache-Tag"), ",")
		if resp.StatusCode != http.StatusOK || from != "MISS" || !slices.Contains(tags, want) {
			t.Errorf("%d products: got %s from %s with %d tags, %s", first, resp.Status, from, len(tags), tags)
		}
		for _, product := range regexp.MustCompile(`"id":"(p-\d+)"`).FindAllStringSubmatch(body, -1) {
			if !slices.Contains(tags, "product-"+product[1]) && !slices.Contains(tags, "product-") {
				t.Errorf("%d products: no tag finds %s", first, product[1])
			}
		}
		if _, from, _ := read(t, base, query); from != "HIT" {
			t.Errorf("%d products, again: got %s", first, from)
		}
	}
}

// TestCacheTags holds that a CDN which reads 50 tags gets no more, and finds the shop's default page all the same.
func TestCacheTags(t *testing.T) {
	d := shop.Service()
	base := behindNginx(t, d, demoURLs(t), nil, "WEFT_CACHE_TAGS=50")
	_, _, resp := read(t, base, "{ products { nodes { name brand { name } reviews(first: 2) { rating } } } }")
	tags := strings.Split(resp.Header.Get("Cache-Tag"), ",")
	if len(tags) > 50 || !slices.Contains(tags, "brand-b-01") || !slices.Contains(tags, "product-") && !slices.Contains(tags, "product-p-0001") {
		t.Errorf("got %d tags, %s", len(tags), tags)
	}
}

// TestVaryOfAnOperation holds that an answer says of the request's headers which its services see, and no others: nginx gives what does not
// depend on who asks to everybody.
func TestVaryOfAnOperation(t *testing.T) {
	base := behindNginx(t, shop.Service(), demoURLs(t), nil)
	for query, want := range map[string]struct{ vary, other string }{
		"{ products(first: 2) { nodes { name } } }":                               {"Accept, Accept-Encoding", "HIT"},
		"{ products(first: 2) { nodes { name reviews(first: 1) { rating } } } }":  {"Accept, Accept-Encoding, Accept-Language", "HIT"},
		"{ product(id: \"p-0001\") { name reviews { rating author { name } } } }": {"Accept, Accept-Encoding, Accept-Language, Authorization", "MISS"},
	} {
		_, from, resp := read(t, base, query)
		if resp.Header.Get("Vary") != want.vary || from != "MISS" {
			t.Errorf("%s: got %s from %s, want %s", query, resp.Header.Get("Vary"), from, want.vary)
		}
		if resp.Header.Get("Cache-Control") == "no-store" {
			continue
		}
		if _, from, _ := read(t, base, query, "Authorization", "Bearer somebody"); from != want.other {
			t.Errorf("%s, of somebody: got %s, want %s", query, from, want.other)
		}
	}
}

// demoURLs are the addresses of demo services that answer without delay, and run until the test ends.
func demoURLs(t *testing.T) map[string]string {
	t.Helper()
	services, err := demo.Start(t.Context(), demo.Options{Latency: demo.Latency{Max: -1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { services.Close() })
	return services.URLs()
}
