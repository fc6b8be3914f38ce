package service_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/edge/coding"
	"weft/graph/lane/lanetest"
	"weft/graph/service"
)

// newCompressed returns a service of 100 posts, which are kept, and its status.
func newCompressed(t *testing.T, environ ...string) (url string, status func() service.Status) {
	t.Helper()
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var list []string
		for i := range 100 {
			list = append(list, fmt.Sprintf(`{"id": %d, "userId": %d, "title": "the title of %d", "body": ""}`, i, i%10, i*i))
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "["+strings.Join(list, ",")+"]")
	}))
	t.Cleanup(origin.Close)
	conf := load(t, append(environ, "WEFT_UPSTREAM_JSONPLACEHOLDER_URL="+origin.URL)...)
	conf.UpstreamCache[upstreamName] = config.UpstreamCache{MaxAge: time.Minute, Share: true}
	s, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	server := lanetest.NewServer(s)
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	admin := httptest.NewServer(s.Admin())
	t.Cleanup(admin.Close)
	return server.URL, func() service.Status { return posts{admin: admin.URL}.status(t) }
}

// fetch asks for all posts, and returns the answer's coding, its body, and what that decodes to.
func fetch(t *testing.T, url, accept string) (by, body, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/graphql", strings.NewReader(`{"query":"{ posts { id userId title } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Encoding", accept)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	by = resp.Header.Get("Content-Encoding")
	c, _ := coding.Parse(by)
	decoded, err := coding.NewDecoder().Append(nil, c, raw, 1<<20)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v", resp.Status, err)
	}
	return by, string(raw), string(decoded)
}

// TestKeptAnswersAreCompressedOnce: by its second hit a kept answer's compressed form is kept beside it, in the bytes of the cache.
func TestKeptAnswersAreCompressedOnce(t *testing.T) {
	url, status := newCompressed(t)
	_, want, _ := fetch(t, url, "identity")
	before := status().Memory.Bytes
	for _, name := range []string{"zstd", "gzip", "br"} {
		var afresh string
		for hit := 1; hit <= 4; hit++ {
			by, body, text := fetch(t, url, name)
			if by != name || text != want {
				t.Fatalf("%s, hit %d: got %s of %d bytes", name, hit, by, len(text))
			}
			bytes := status().Memory.Bytes
			switch {
			case hit == 1:
				afresh = body
				if bytes != before {
					t.Errorf("%s: the first hit keeps %d bytes", name, bytes-before)
				}
			case len(body) >= len(afresh) || bytes < before+uint64(len(body)) || bytes > before+uint64(2*len(body)):
				t.Errorf("%s, hit %d: %d bytes were sent, afresh %d, and %d more are kept", name, hit, len(body), len(afresh), bytes-before)
			}
		}
		before = status().Memory.Bytes
	}
}

func TestCompressionSettings(t *testing.T) {
	for setting, want := range map[string]string{
		"":                                "zstd",
		"WEFT_COMPRESSION_ENABLED=false":  "",
		"WEFT_COMPRESSION_MIN_BYTES=1MiB": "",
		"WEFT_COMPRESSION_PRIVATE=false":  "zstd", // it is for everybody
		"WEFT_COMPRESSION_ZSTD=0":         "gzip",
		"WEFT_COMPRESSION_MIN_BYTES=100B": "zstd",
	} {
		url, _ := newCompressed(t, setting)
		if by, _, _ := fetch(t, url, "gzip, br, zstd"); by != want {
			t.Errorf("%s: got %q, want %q", setting, by, want)
		}
	}
}
