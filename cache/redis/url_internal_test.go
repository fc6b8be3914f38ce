package redis

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	goredis "github.com/redis/go-redis/v9"
)

func TestParseURL(t *testing.T) {
	for raw, want := range map[string]target{
		"redis://":                           {hosts: []string{"localhost:6379"}},
		"redis://cache":                      {hosts: []string{"cache:6379"}},
		"redis://[::1]":                      {hosts: []string{"[::1]:6379"}},
		"redis://[::1]:7000/":                {hosts: []string{"[::1]:7000"}},
		"redis://cache:65535":                {hosts: []string{"cache:65535"}},
		"redis://cache:7000/3":               {hosts: []string{"cache:7000"}, db: 3},
		"redis://cache?db=3&prefix=shop":     {hosts: []string{"cache:6379"}, db: 3, prefix: "shop"},
		"rediss://u:p%40%2F%3A@cache":        {hosts: []string{"cache:6379"}, secure: true, user: "u", password: "p@/:"},
		"rediss://:p@cache?skip_verify=1":    {hosts: []string{"cache:6379"}, secure: true, skipVerify: true, password: "p"},
		"redis://u:p@q@cache":                {hosts: []string{"cache:6379"}, user: "u", password: "p@q"},
		"redis+cluster://a,b:7000":           {kind: cluster, hosts: []string{"a:6379", "b:7000"}},
		"rediss+cluster://a?addr=b&addr=c":   {kind: cluster, secure: true, hosts: []string{"a:6379", "b:6379", "c:6379"}},
		"redis://a,b?cluster=true":           {kind: cluster, hosts: []string{"a:6379", "b:6379"}},
		"redis+sentinel://a,b?master_name=m": {kind: sentinel, hosts: []string{"a:26379", "b:26379"}},
		"redis://a,b/2?master_name=m":        {kind: sentinel, hosts: []string{"a:26379", "b:26379"}, db: 2},
	} {
		got, err := parseURL(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(target{}), cmpopts.IgnoreFields(target{}, "query")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", raw, diff)
		}
	}
}

// TestWrongURL holds that what is wrong is an error, and that it does not hold the password.
func TestWrongURL(t *testing.T) {
	for _, raw := range []string{
		"", "cache", "http://cache", "redis:cache", "://",
		"redis://cache?max_retries=3", "redis://cache?read_timeout=1s", "redis://cache?x=1", "redis://cache?pool_size=many", "redis://cache?db=x",
		"redis://cache/x", "redis://cache/1/2", "redis://cache/-1", "redis://cache/1?db=2", "redis://cache?skip_verify=true", "redis://cache?cluster=maybe",
		"redis://a,b", "redis+cluster://a/1", "redis+sentinel://a", "redis+cluster://a?master_name=m", "redis://a?sentinel_password=hunter2",
		"redis://cache:x", "redis://cache:6379:1", "redis://localhost:99999", "redis://cache:0", "redis+cluster://a,b:65536", "redis://ca che", "redis+cluster://a,b:x?addr=c",
		"redis://user:hunter2@cache?x=1", "redis://user:hunter2@cache/x", "redis://user:hunter2@cache:x", "redis://user:hunter2@%zz", "redis://user:hunter2%zz@cache",
		"redis://user:hunter2/@cache", "redis://user:/hunter2@cache/1", "redis://user:1/hunter2@cache", "redis://user:?hunter2@cache", "redis://user:#hunter2@cache",
		"redis://user:hunter2#@cache", "http://user:hunter2@cache", "hunter2", "redis://user:hunter2@cache?db=%zz", "redis+sentinel://a?sentinel_password=hunter2",
		"redis+sentinel://a?master_name=m&sentinel_password=hunter2&pool_size=x",
	} {
		target, err := parseURL(raw)
		if err == nil {
			var client goredis.UniversalClient
			if client, err = target.connect(limits{}); err == nil {
				_ = client.Close()
			}
		}
		if err == nil {
			t.Errorf("%q: no error", raw)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: the error holds the password: %v", raw, err)
		}
	}
}

// TestLimits holds that a client of each kind waits for nothing longer than it should.
func TestLimits(t *testing.T) {
	connect := func(raw string) goredis.UniversalClient {
		target, err := parseURL(raw)
		if err != nil {
			t.Fatal(err)
		}
		client, err := target.connect(limits{timeout: 200e6})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Close() })
		return client
	}
	for _, raw := range []string{"redis://u:p@cache/2?pool_size=7&client_name=weft", "redis+sentinel://u:p@cache/2?master_name=m&pool_size=7&client_name=weft"} {
		o := connect(raw).(*goredis.Client).Options()
		got := []any{o.ContextTimeoutEnabled, o.MaxRetries, o.DialerRetries, o.DialTimeout, o.PoolTimeout, o.ReadTimeout, o.PoolSize, o.Username, o.Password, o.DB, o.ClientName}
		want := []any{true, 0, 1, dialTimeout, poolTimeout, time.Duration(200e6), 7, "u", "p", 2, "weft"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", raw, diff)
		}
	}
	o := connect("rediss+cluster://u:p@cache").(*goredis.ClusterClient).Options()
	got := []any{o.ContextTimeoutEnabled, o.MaxRetries, o.DialerRetries, o.DialTimeout, o.PoolTimeout, o.PoolSize, o.Username, o.Password, o.DisableRoutingPolicies, o.TLSConfig.ServerName}
	want := []any{true, -1, 1, dialTimeout, poolTimeout, connections, "u", "p", true, "cache"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNames(t *testing.T) {
	n, err := namesOf("shop:eu")
	if err != nil {
		t.Fatal(err)
	}
	if got := n.value("user@example.com"); !strings.HasPrefix(got, "shop:eu:v:") || len(got) != len("shop:eu:v:")+22 || strings.Contains(got, "user") {
		t.Errorf("the name is %q", got)
	}
	if n.value("a") == n.value("b") {
		t.Error("two keys have one name")
	}
	for _, wrong := range []string{"a{b", "a}", "a b", "ä", strings.Repeat("a", 101)} {
		if _, err := New(Options{URL: "redis://", Prefix: wrong}); err == nil {
			t.Errorf("prefix %q: no error", wrong)
		}
	}
}
