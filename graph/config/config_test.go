package config_test

import (
	"encoding/json"
	"errors"
	"flag"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/graph/auth"
	"weft/graph/config"
	"weft/graph/edge/coding"
	"weft/graph/limit"
	"weft/graph/oauth"
	"weft/graph/rate"
	"weft/upstream"
)

var update = flag.Bool("update", false, "rewrite testdata")

func shop() config.Program {
	return config.Program{
		Name:      "shop",
		About:     "A storefront in front of its services.",
		Upstreams: []upstream.Spec{{Name: "catalog"}, {Name: "stock-levels", ForwardHeaders: []string{"authorization"}}},
	}
}

// env is an environment of these variables.
func env(variables map[string]string) []string {
	var environ []string
	for name, value := range variables {
		environ = append(environ, name+"="+value)
	}
	return environ
}

// write writes a file weft.yaml and makes its folder the working directory, so that messages are the same
// everywhere.
func write(t *testing.T, text string) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("weft.yaml", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestNothingGiven(t *testing.T) {
	got, err := config.Load(shop(), nil, env(nil))
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{
		Server:   config.Server{Addr: "localhost:8080", WarmUp: 10 * time.Second, Capacity: config.Capacity{Connections: 10_000, Overload: config.Overload{Shed: true, Target: 2 * time.Millisecond}}},
		Insight:  config.Insight{Playground: true, Introspection: true},
		Log:      config.Log{Format: "text"},
		Executor: "planned",
		Operations: config.Operations{
			Mode: "open", APQ: true, APQMaxBytes: 16 << 20, APQRedisBytes: 64 << 20, APQTTL: 14 * 24 * time.Hour,
			MaxBytes: 64 << 20, IDs: []string{"documentId"},
		},
		Limits: config.Limits{
			Document: limit.Document{}.WithDefaults(), Body: 1 << 20, Answer: 32 << 20, Objects: 100_000, UpstreamCalls: 500, UpstreamBytes: 16 << 20,
		},
		Access:      config.Access{CORS: config.CORS{MaxAge: 5 * time.Minute}, Rates: rate.Options{Sharing: rate.Proceed}},
		Compression: config.Compression{Enabled: true, MinBytes: 1 << 10, Private: true, Levels: coding.DefaultLevels()},
		Cache:       config.Cache{Enabled: true, MaxBytes: 64 << 20, Prefix: "weft", Tags: 128, Prefetch: config.Prefetch{Page: true, Rest: true, Load: true, Operation: true, Client: true}},
		Redis:       config.Redis{Writes: config.WritesProceed},
		Services: config.Services{
			Upstreams:     map[string]upstream.Options{"catalog": {}, "stock-levels": {}},
			UpstreamCache: map[string]config.UpstreamCache{"catalog": {Share: true}, "stock-levels": {Share: true}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.HasURL() {
		t.Error("HasURL without a URL")
	}
}

const everyKey = `
# every key there is
addr: ":9090"
executor: stock
playground: false
report: token
reportToken: {env: REPORT_TOKEN}
reasons: true
introspection: false
suggestions: true
log: {level: warn, format: json}
timeout: 5s
lameDuck: 0s
warmUp: 3s
h2c: true
tls: {cert: a.crt, key: a.key, clientCA: clients.crt}
authentication:
  issuers:
    login: {issuer: "https://login.example.com/", jwks: "https://login.example.com/keys", audience: [shop, other], algorithms: [ES256, RS256], leeway: 30s, refresh: 1m, scopes: /realm_access/roles}
    partner: {issuer: partner, jwks: "http://127.0.0.1:1/keys?canary", audience: shop, algorithms: EdDSA}
  introspection: {url: "https://login.example.com/introspect", issuer: "https://login.example.com/", clientID: weft, secret: {env: CATALOG_KEY}, audience: [shop], maxAge: 1m, scopes: scp}
  apiKeys: {file: api-keys, header: X-Key}
  gateway: {networks: [10.0.0.0/8, "::1"], subject: X-User, scopes: X-Scopes}
  certificates: {subject: uri, scopes: ["orders:read"]}
rates: {redis: refuse, operations: 600/m, named: [addReview=10/m, "sha256:a=b==5/s"], upstreamCalls: 50/s, failedAuthentications: 30/h, trustedHops: [10.0.0.0/8, "::1"]}
egress: {schemes: [https, http], hosts: ["*.example.com", "::1"], loopback: true, private: false}
cors: {origins: ["https://*.example.com", "http://localhost:*"], headers: [X-Shop], maxAge: 1h, credentials: true}
compression: {enabled: false, minBytes: 2KiB, private: false, zstd: 4, gzip: 0, br: 11}
operations: {mode: locked, apq: false, apqMaxBytes: 1MiB, apqRedisBytes: 2MiB, apqTTL: 1h, manifests: [a.json, "https://x.example/b.json?key=canary"], maxBytes: 1MiB, ids: [doc_id, id], idHeaders: [X-Id], idPath: true}
limits: {tokens: 1, name: 2, depth: 3, nodes: 4, repeats: 5, introspections: 6, variables: 7, cost: 11, body: 12B, answer: 8B, objects: 9, upstreamCalls: 10, upstreamBytes: 13B}
http: {maxConnections: 5, lane: true}
memory: {inFlight: 1MiB}
overload: {enabled: false, target: 20ms}
admin:
  addr: ":9091"
  token: {env: ADMIN_TOKEN}
cache:
  enabled: false
  maxBytes: 1GiB
  secret: {file: secret}
  prefix: shop:v2
  tags: 50
prefetch: {page: false, rest: false, load: false, operation: false, client: false}
record: samples
recordValues: [status, id]
redis: {url: "rediss://me:pass@redis.example.com:6380/1", writes: refuse}
jobs:
  front:
    document: |
      query A { a }
      query B($n: Int) { b(n: $n) }
    operation: B
    variables: {n: 2, list: [1.5, null, "2", {of: true}]}
    headers: {Accept-Language: en}
    credential: {prefix: "Bearer ", env: CATALOG_KEY}
    every: 5m
    warm: true
    onInvalidation: true
  "the other": {id: "sha256:12", warm: true, credential: {header: X-Key, file: secret}}
upstreams:
  catalog:
    url: https://catalog.example.com/v1
    headers: {X-Client: weft, X-Version: 2, X-Token: {file: secret}, Cookie: {env: CATALOG_KEY}}
    query:
      locale: en
      debug: false
      key: {file: secret}
    credential: {header: X-Api-Key, prefix: "Key ", env: CATALOG_KEY}
    tls: {ca: ca.crt, cert: us.crt, key: us.key}
    oauth: {url: "https://login.example.com/token?p=1", clientID: weft, secret: {file: secret}, clientAuth: body, scopes: [a, b], audience: c, resource: d, exchange: false, tls: {ca: login.crt}}
    signClaims: {secret: {file: secret}, header: X-Signed}
    timeout: 1500ms
    inFlight: 7
    connect: 2s
    connectionAge: 1m
    idleTimeout: 400ms
    softTimeout: false
    inFlightPerEndpoint: 3
    deadlineHeader: x-time-left
    retries: 2
    breaker: false
    maxBody: 512KiB
    cache: {maxAge: 30s, staleWhileRevalidate: 5m, staleIfError: 1h}
    share: false
  stock-levels:
    url: "http://[::1]:8081"
    credential:
      file: secret
    maxBody: 1000
`

func TestEveryKey(t *testing.T) {
	write(t, everyKey)
	if err := os.WriteFile("secret", []byte("sixteen bytes or more\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := config.Load(shop(), []string{"-config=weft.yaml"}, env(map[string]string{"CATALOG_KEY": "k", "REPORT_TOKEN": "another, of sixteen bytes", "ADMIN_TOKEN": " an administrator's \n"}))
	if err != nil {
		t.Fatal(err)
	}
	egress := upstream.Egress{Schemes: []string{"https", "http"}, Hosts: []string{"*.example.com", "::1"}, NoPrivate: true}
	want := config.Config{
		Server:   config.Server{Addr: ":9090", TLS: config.TLS{Cert: "a.crt", Key: "a.key", ClientCA: "clients.crt"}, H2C: true, WarmUp: 3 * time.Second, Capacity: config.Capacity{Connections: 5, Lane: true, InFlight: 1 << 20, Overload: config.Overload{Target: 20 * time.Millisecond}}},
		Insight:  config.Insight{Reasons: true, Suggestions: new(true), Report: "token", ReportToken: "another, of sixteen bytes"},
		Source:   config.Source{File: "weft.yaml"},
		Log:      config.Log{Level: slog.LevelWarn, Format: "json"},
		Executor: "stock", Timeout: 5 * time.Second,
		Operations: config.Operations{
			Mode: "locked", APQMaxBytes: 1 << 20, APQRedisBytes: 2 << 20, APQTTL: time.Hour,
			Manifests: []config.Secret{"a.json", "https://x.example/b.json?key=canary"}, MaxBytes: 1 << 20, IDs: []string{"doc_id", "id"},
			IDHeaders: []string{"X-Id"}, IDPath: true,
		},
		Limits: config.Limits{
			Document: limit.Document{Tokens: 1, Name: 2, Depth: 3, Nodes: 4, Repeats: 5, Introspections: 6, Variables: 7},
			Body:     12, Answer: 8, Objects: 9, UpstreamCalls: 10, UpstreamBytes: 13, Cost: 11,
		},
		Access: config.Access{Authentication: wholeAuthentication(), CORS: config.CORS{
			Origins: []string{"https://*.example.com", "http://localhost:*"}, Headers: []string{"X-Shop"}, MaxAge: time.Hour, Credentials: true,
		}},
		Compression: config.Compression{MinBytes: 2 << 10, Levels: coding.Levels{Zstd: 4, Brotli: 11}},
		Admin:       config.Admin{Addr: ":9091", Token: "an administrator's"},
		Cache:       config.Cache{MaxBytes: 1 << 30, Secret: "sixteen bytes or more", Prefix: "shop:v2", Tags: 50},
		Redis:       config.Redis{URL: "rediss://me:pass@redis.example.com:6380/1", Writes: config.WritesRefuse},
		Jobs: []config.Job{
			{
				Name: "front", Document: "query A { a }\nquery B($n: Int) { b(n: $n) }", Operation: "B",
				Variables: json.RawMessage(`{"list":[1.5,null,"2",{"of":true}],"n":2}`),
				Headers:   map[string]config.Secret{"Accept-Language": "en", "Authorization": "Bearer k"},
				Every:     5 * time.Minute, Warm: true, OnInvalidation: true,
			},
			{Name: "the other", ID: "sha256:12", Headers: map[string]config.Secret{"X-Key": "sixteen bytes or more"}, Warm: true},
		},
		Services: config.Services{
			Upstreams: map[string]upstream.Options{
				"catalog": {
					URL:        "https://catalog.example.com/v1",
					Header:     map[string]string{"X-Client": "weft", "X-Version": "2"},
					Query:      map[string]string{"locale": "en", "debug": "false"},
					Secrets:    []upstream.Credential{{Header: "X-Token", File: "secret"}, {Header: "Cookie", Env: "CATALOG_KEY"}, {Query: "key", File: "secret"}},
					Credential: upstream.Credential{Header: "X-Api-Key", Prefix: "Key ", Env: "CATALOG_KEY"},
					Timeout:    1500 * time.Millisecond, InFlight: 7, MaxBody: 512 << 10,
					Network: upstream.Network{
						Egress: egress, TLS: upstream.TLS{CA: "ca.crt", Cert: "us.crt", Key: "us.key"},
						Dial: 2 * time.Second, Age: time.Minute, Failing: upstream.Failing{Retries: 2, NoBreaker: true, NoSoftTimeout: true, Pause: 400 * time.Millisecond, DeadlineHeader: "x-time-left", PerEndpoint: 3},
					},
				},
				"stock-levels": {
					URL: "http://[::1]:8081", Credential: upstream.Credential{File: "secret"}, MaxBody: 1000, Network: upstream.Network{Egress: egress},
				},
			},
			UpstreamCache: map[string]config.UpstreamCache{
				"catalog":      {MaxAge: 30 * time.Second, StaleWhileRevalidate: 5 * time.Minute, StaleIfError: time.Hour},
				"stock-levels": {Share: true},
			},
			Record: config.Record{Dir: "samples", Values: []string{"status", "id"}},
			Egress: egress,
			OAuth: map[string]oauth.Settings{"catalog": {
				URL: "https://login.example.com/token?p=1", ClientID: "weft", Secret: oauth.Place{File: "secret"}, SecretInBody: true,
				Scopes: []string{"a", "b"}, Audience: "c", Resource: "d", Network: upstream.Network{Egress: egress, TLS: upstream.TLS{CA: "login.crt"}},
			}},
		},
	}
	want.SignClaims = map[string]auth.SignerOptions{"catalog": {Header: "X-Signed", File: "secret"}}
	want.Rates = rate.Options{
		Named:      map[string]rate.Limit{"addReview": {Count: 10, Per: time.Minute}, "sha256:a=b=": {Count: 5, Per: time.Second}},
		Operations: rate.Limit{Count: 600, Per: time.Minute}, UpstreamCalls: rate.Limit{Count: 50, Per: time.Second},
		FailedAuthentications: rate.Limit{Count: 30, Per: time.Hour}, Sharing: rate.Refuse,
		TrustedHops: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !got.HasURL() {
		t.Error("HasURL is false with two URLs")
	}
}

func TestPrecedence(t *testing.T) {
	write(t, "addr: file:1\nreport: all\nupstreams: {catalog: {url: http://file, timeout: 3s}}\n")
	program := shop()
	program.Defaults = map[string]upstream.Options{
		"catalog":      {URL: "http://default", InFlight: 3, Timeout: time.Second},
		"stock-levels": {URL: "http://default"},
	}
	file := []string{"-config", "weft.yaml"}
	variables := map[string]string{
		"WEFT_ADDR": "env:2", "WEFT_REPORT": "off", "WEFT_TIMEOUT": "1s", "WEFT_LAME_DUCK": "2s", "WEFT_EXECUTOR": "stock",
		"WEFT_UPSTREAM_STOCK_LEVELS_URL": "http://env",
	}
	tests := []struct {
		name   string
		args   []string
		env    map[string]string
		addr   string
		report string
		urls   [2]string
	}{
		{"Defaults", nil, nil, "localhost:8080", "", [2]string{"http://default", "http://default"}},
		{"File", file, nil, "file:1", "all", [2]string{"http://file", "http://default"}},
		{"FileByVariable", nil, map[string]string{"WEFT_CONFIG": "weft.yaml"}, "file:1", "all", [2]string{"http://file", "http://default"}},
		{"Environment", file, variables, "env:2", "off", [2]string{"http://file", "http://env"}},
		{"Flags", append(file, "-addr=flag:3", "-report", "all"), variables, "flag:3", "all", [2]string{"http://file", "http://env"}},
		{"FlagOff", append(file, "-report=off"), nil, "file:1", "off", [2]string{"http://file", "http://default"}},
		{"EmptyVariable", file, map[string]string{"WEFT_ADDR": ""}, "file:1", "all", [2]string{"http://file", "http://default"}},
		{"FlagOverEmptyFile", []string{"-config="}, map[string]string{"WEFT_CONFIG": "absent"}, "localhost:8080", "", [2]string{"http://default", "http://default"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := config.Load(program, tt.args, env(tt.env))
			if err != nil {
				t.Fatal(err)
			}
			urls := [2]string{got.Upstreams["catalog"].URL, got.Upstreams["stock-levels"].URL}
			if got.Addr != tt.addr || got.Report != tt.report || urls != tt.urls {
				t.Errorf("got %s, %s, %s; want %s, %s, %s", got.Addr, got.Report, urls, tt.addr, tt.report, tt.urls)
			}
			if got.Upstreams["catalog"].InFlight != 3 {
				t.Error("a default that the file does not give is lost")
			}
		})
	}
	if program.Defaults["catalog"].Timeout != time.Second {
		t.Error("the program's defaults were modified")
	}
}

func TestPlayground(t *testing.T) {
	write(t, "playground: false\n")
	file, variable := []string{"-config=weft.yaml"}, func(text string) map[string]string { return map[string]string{"WEFT_PLAYGROUND": text} }
	tests := []struct {
		name string
		args []string
		env  map[string]string
		want bool
	}{
		{"Default", nil, nil, true},
		{"File", file, nil, false},
		{"Environment", nil, variable("0"), false},
		{"EnvironmentOverFile", file, variable("true"), true},
		{"Flag", []string{"-playground=false"}, nil, false},
		{"FlagWithoutValue", []string{"-playground", "-config=weft.yaml"}, variable("false"), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := config.Load(shop(), tt.args, env(tt.env))
			if err != nil {
				t.Fatal(err)
			}
			if got.Playground != tt.want {
				t.Errorf("got %t, want %t", got.Playground, tt.want)
			}
		})
	}
}

func TestDefaultsAreNotShared(t *testing.T) {
	program := shop()
	program.Defaults = map[string]upstream.Options{"catalog": {Header: map[string]string{"X": "1"}}}
	got, err := config.Load(program, nil, env(nil))
	if err != nil {
		t.Fatal(err)
	}
	got.Upstreams["catalog"].Header["X"] = "2"
	if program.Defaults["catalog"].Header["X"] != "1" {
		t.Error("the configuration shares a map with the program's defaults")
	}
}

func TestProgramFlags(t *testing.T) {
	var rate int
	var timeout time.Duration
	program := shop()
	program.Flags = func(flags *flag.FlagSet) {
		flags.IntVar(&rate, "rate", 100, "requests a `second`")
		flags.DurationVar(&timeout, "timeout", 0, "of the whole run")
	}
	got, err := config.Load(program, []string{"-rate=7", "-timeout=1h"}, env(nil))
	if err != nil {
		t.Fatal(err)
	}
	if rate != 7 || timeout != time.Hour || got.Timeout != 0 {
		t.Errorf("got rate %d, timeout %s, and %s for operations", rate, timeout, got.Timeout)
	}
}

// TestNamedRates refuses what names no operation, or no limit of it.
func TestNamedRates(t *testing.T) {
	for text, want := range map[string]string{
		"addReview":              "must be names or ids of operations with their limits",
		"=10/m":                  "must be names or ids of operations with their limits",
		"addReview=":             "of addReview must be how many in a second",
		"addReview=10/d":         "of addReview must be how many in a second",
		"search=1/s, search=2/s": "has two limits of search",
	} {
		_, err := config.Load(config.Program{}, nil, []string{"WEFT_RATES_NAMED=" + text})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "WEFT_RATES_NAMED") {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestHelp(t *testing.T) {
	program := shop()
	program.Flags = func(flags *flag.FlagSet) { flags.Int("rate", 100, "requests a `second`") }
	for _, arg := range []string{"-h", "-help", "--help"} {
		var out strings.Builder
		program.Output = &out
		if _, err := config.Load(program, []string{"-addr=:1", arg}, env(nil)); !errors.Is(err, flag.ErrHelp) {
			t.Errorf("%s: got error %v, want flag.ErrHelp", arg, err)
		}
		golden := filepath.Join("testdata", "help.txt")
		if *update {
			if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), out.String()); diff != "" {
			t.Errorf("%s (-want +got), -update rewrites %s:\n%s", arg, golden, diff)
		}
	}
}

// The file that -h shows is one that Load reads, and it has every key.
func TestHelpExampleLoads(t *testing.T) {
	for _, name := range []string{"catalog", "a-very-long-name-of-an-upstream"} {
		var out strings.Builder
		program := config.Program{Name: "shop", Upstreams: []upstream.Spec{{Name: name}}, Output: &out}
		if _, err := config.Load(program, []string{"-h"}, env(nil)); !errors.Is(err, flag.ErrHelp) {
			t.Fatal(err)
		}
		_, example, _ := strings.Cut(out.String(), "these is an error:\n\n")
		write(t, example)
		got, err := config.Load(program, []string{"-config=weft.yaml"}, nil)
		upper := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		variable := upper + "_TOKEN"
		if err == nil || !strings.Contains(err.Error(), "not set") {
			t.Errorf("got %v with %s unset", err, variable)
		}
		const secret = "sixteen bytes or more"
		got, err = config.Load(program, []string{"-config=weft.yaml"}, env(map[string]string{variable: secret, upper + "_CLIENT_SECRET": secret, upper + "_CLAIMS_SECRET": secret, "ADMIN_TOKEN": secret, "REPORT_TOKEN": secret, "CACHE_SECRET": secret, "INTROSPECTION_SECRET": secret}))
		if err != nil {
			t.Fatalf("%v\n%s", err, example)
		}
		o := got.Upstreams[name]
		if o.URL == "" || o.Header == nil || o.Query == nil || o.Credential.Env != variable || o.Timeout == 0 || o.InFlight == 0 || o.MaxBody == 0 {
			t.Errorf("the example lacks a key: %v", o)
		}
		if got.Admin != (config.Admin{Addr: "localhost:8081", Token: secret}) || got.Cache.Secret != secret || got.Redis.URL == "" || got.UpstreamCache[name].StaleIfError == 0 {
			t.Errorf("the example lacks a key: %v", got)
		}
	}
}

func TestUnknownVariables(t *testing.T) {
	program := config.Program{
		Name: "shop", Upstreams: []upstream.Spec{{Name: "catalog"}},
	}
	_, err := config.Load(program, nil,
		[]string{"PATH=/bin", "WEFT_ADDR=:1", "WEFT_UPSTREAM_CATALGO_URL=http://x", "WEFTLESS=1", "WEFT_CONFIG="})
	if want := "WEFT_UPSTREAM_CATALGO_URL: unknown variable; did you mean WEFT_UPSTREAM_CATALOG_URL?"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A list is separated by commas in the environment; in the file, one value is a list of it.
func TestLists(t *testing.T) {
	write(t, "operations: {manifests: 'a,b.json'}\n")
	got, err := config.Load(shop(), []string{"-config=weft.yaml"}, env(map[string]string{"WEFT_OPERATIONS_IDS": "id, doc_id"}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"id", "doc_id"}, got.Operations.IDs); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
	if m := got.Operations.Manifests; len(m) != 1 || m[0] != "a,b.json" {
		t.Errorf("got %d manifests, want the one", len(m))
	}
}
