package config_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"weft/graph/config"
)

func TestConfigPrintsNoSecret(t *testing.T) {
	write(t, "operations: {manifests: ['https://x/?canary']}\nupstreams: {catalog: {url: http://x, headers: {X-Key: canary}, query: {key: canary}, credential: {env: KEY}}}\nauthentication: {introspection: {url: https://x, issuer: x, clientID: x, secret: {env: KEY}}}")
	const secret = "canary and sixteen bytes"
	got, err := config.Load(shop(), []string{"-config=weft.yaml"}, env(map[string]string{
		"KEY": "canary", "WEFT_UPSTREAM_STOCK_LEVELS_URL": "http://x",
		"WEFT_REDIS_URL": "redis://:canary@x", "WEFT_CACHE_SECRET": secret, "WEFT_ADMIN_TOKEN": secret,
	}))
	if err != nil {
		t.Fatal(err)
	}
	if got.Redis.URL != "redis://:canary@x" || got.Cache.Secret != secret || got.Admin.Token != secret || got.Authentication.Introspection.Secret != "canary" {
		t.Error("a secret is lost")
	}
	asJSON, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "token", got.Admin.Token, "config", got)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v", got, got, got), fmt.Sprintf("%s %q %x", got.Redis.URL, got.Cache.Secret, got.Admin.Token), string(asJSON), log.String()} {
		if strings.Contains(text, "canary") || strings.Contains(text, fmt.Sprintf("%x", "canary")) {
			t.Errorf("a secret is printed: %s", text)
		}
		if !strings.Contains(text, "[secret]") {
			t.Errorf("nothing says that there is a secret: %s", text)
		}
	}
	if text := fmt.Sprint(config.Secret("")); text != "" {
		t.Errorf("no secret prints as %s", text)
	}
}

func TestGroups(t *testing.T) {
	write(t, "admin: {addr: 'file:1', token: {env: TOKEN}}\ncache: {enabled: false, maxBytes: 1KiB, prefix: file}\nredis: {url: redis://file}\nupstreams: {catalog: {share: false}}\n")
	const token, other = "the token of the file", "the token of the environment"
	file := []string{"-config=weft.yaml"}
	variables := map[string]string{
		"TOKEN": token, "WEFT_ADMIN_ADDR": "env:1", "WEFT_ADMIN_TOKEN": other + "\n", "WEFT_CACHE_ENABLED": "true", "WEFT_CACHE_MAX_BYTES": "2000",
		"WEFT_CACHE_PREFIX": "env", "WEFT_REDIS_URL": "redis+cluster://env:1,env:2/0", "WEFT_REDIS_WRITES": "refuse", "WEFT_CACHE_SECRET": other,
	}
	type groups struct {
		Admin config.Admin
		Cache config.Cache
		Redis config.Redis
	}
	all := config.Prefetch{Page: true, Rest: true, Load: true, Operation: true, Client: true}
	tests := []struct {
		name string
		args []string
		env  map[string]string
		want groups
	}{
		{"File", file, map[string]string{"TOKEN": token}, groups{
			config.Admin{Addr: "file:1", Token: token}, config.Cache{MaxBytes: 1 << 10, Prefix: "file", Tags: 128, Prefetch: all}, config.Redis{URL: "redis://file", Writes: config.WritesProceed},
		}},
		{"Environment", file, variables, groups{
			config.Admin{Addr: "env:1", Token: other}, config.Cache{Enabled: true, MaxBytes: 2000, Prefix: "env", Secret: other, Tags: 128, Prefetch: all}, config.Redis{URL: "redis+cluster://env:1,env:2/0", Writes: config.WritesRefuse},
		}},
		{"Flags", append(file, "-admin.addr=flag:1", "-cache.enabled=false"), variables, groups{
			config.Admin{Addr: "flag:1", Token: other}, config.Cache{MaxBytes: 2000, Prefix: "env", Secret: other, Tags: 128, Prefetch: all}, config.Redis{URL: "redis+cluster://env:1,env:2/0", Writes: config.WritesRefuse},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := config.Load(shop(), tt.args, env(tt.env))
			if err != nil {
				t.Fatal(err)
			}
			if got := (groups{got.Admin, got.Cache, got.Redis}); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			if got.UpstreamCache["catalog"].Share || !got.UpstreamCache["stock-levels"].Share {
				t.Errorf("got %+v", got.UpstreamCache)
			}
		})
	}
}

// TestRedisURLs holds that every kind of Redis can be named, in the file and by the schema that editors check with.
func TestRedisURLs(t *testing.T) {
	schema := compileSchema(t)
	for _, url := range []string{
		"redis://localhost", "redis://localhost:6379/2?pool_size=8", "rediss://me:p%40ss@redis.example.com:6380/0", "redis://[::1]:6379",
		"redis+sentinel://a:26379,b/1?master_name=main", "rediss+sentinel://:pass@a,b:26379?master_name=main",
		"redis+cluster://a:6379,b:6379,c", "rediss+cluster://me:pass@a",
	} {
		text := "redis: {url: \"" + url + "\"}\n"
		write(t, text)
		got, err := config.Load(storefront(), []string{"-config", "weft.yaml"}, env(nil))
		if err != nil || string(got.Redis.URL) != url {
			t.Errorf("%s: got %q, %v", url, string(got.Redis.URL), err)
		}
		doc, err := document(text)
		if err == nil {
			err = schema.Validate(doc)
		}
		if err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// TestSuggestions: unless it is said, names are told in errors where the schema is.
func TestSuggestions(t *testing.T) {
	for _, tt := range []struct {
		introspection, suggestions string
		want                       bool
	}{
		{"", "", true},
		{"false", "", false},
		{"false", "true", true},
		{"true", "false", false},
	} {
		got, err := config.Load(shop(), nil, env(map[string]string{"WEFT_INTROSPECTION": tt.introspection, "WEFT_SUGGESTIONS": tt.suggestions}))
		if err != nil || got.Suggest() != tt.want || got.Introspection == (tt.introspection == "false") {
			t.Errorf("%+v: got introspection %t, suggestions %t, %v", tt, got.Introspection, got.Suggest(), err)
		}
	}
}
