package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"weft/graph/config"
	"weft/upstream"
)

// What an upstream says of keeping its answers is overruled by name, and not where its answers are for who asks.
func TestIgnore(t *testing.T) {
	program := config.Program{Name: "shop", Upstreams: []upstream.Spec{{Name: "catalog"}, {Name: "accounts", ForwardHeaders: []string{"authorization"}}}}
	load := func(catalog, accounts string) (config.Config, error) {
		path := filepath.Join(t.TempDir(), "weft.yaml")
		text := "upstreams:\n  catalog: {url: http://a.test, cache: {ignore: " + catalog + "}}\n  accounts: {url: http://b.test, cache: {ignore: " + accounts + "}}\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return config.Load(program, []string{"-config=" + path}, nil)
	}
	c, err := load("[no-cache, private]", "no-cache")
	if err != nil || !slices.Equal(c.UpstreamCache["catalog"].Ignore, []string{"no-cache", "private"}) || !slices.Equal(c.UpstreamCache["accounts"].Ignore, []string{"no-cache"}) {
		t.Errorf("got %+v, %v", c.UpstreamCache, err)
	}
	for _, tt := range []struct{ catalog, accounts, want string }{
		{"[no-store]", "[no-cache]", "upstreams.catalog.cache.ignore: must be no-cache, private or both"},
		{"[no-cache]", "[private, no-cache]", "upstreams.accounts.cache.ignore: private counts where the schema forwards headers"},
	} {
		if _, err := load(tt.catalog, tt.accounts); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s, %s: got %v, want %q", tt.catalog, tt.accounts, err, tt.want)
		}
	}
}
