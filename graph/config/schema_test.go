package config_test

import (
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"weft/graph/config"
	"weft/upstream"
)

const (
	schemaFile  = "weft.schema.json"
	exampleFile = "../../testdata/weft.example.yaml"
)

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// document is a YAML text as the JSON values that an editor checks. It fails for what is not YAML.
func document(text string) (any, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var asJSON any
	if err := yaml.Unmarshal([]byte(text), &asJSON); err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(asJSON)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(strings.NewReader(string(encoded)))
}

func storefront() config.Program {
	return config.Program{Name: "storefront", Upstreams: []upstream.Spec{
		{Name: "catalog"},
		{Name: "pricing"},
		{Name: "inventory"},
		{Name: "reviews"},
		{Name: "accounts", ForwardHeaders: []string{"authorization"}},
		{Name: "orders", ForwardHeaders: []string{"authorization"}},
		{Name: "recommendations"},
	}, Images: []string{"pictures"}}
}

func readExample(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestExampleLoads(t *testing.T) {
	const variable, secret = "PRICING_API_KEY", "sixteen bytes or more"
	digits := strings.Repeat("c0de", 8)
	t.Setenv(variable, secret)
	got, err := config.Load(storefront(), []string{"-config", exampleFile}, env(map[string]string{variable: secret, "ADMIN_TOKEN": secret, "REPORT_TOKEN": secret, "CACHE_SECRET": secret, "FRONT_TOKEN": secret, "IMGPROXY_KEY": digits, "IMGPROXY_SALT": digits, "INTROSPECTION_SECRET": secret, "RECOMMENDATIONS_CLIENT_SECRET": secret, "RECOMMENDATIONS_CLAIMS_SECRET": secret}))
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range got.Upstreams {
		if o.URL == "" {
			t.Errorf("%s has no URL", name)
		}
		o.Network.TLS = upstream.TLS{} // its files are on the reader's machine
		got.Upstreams[name] = o
	}
	clients, err := upstream.NewClients(storefront().Upstreams, got.Upstreams)
	if err != nil {
		t.Fatal(err)
	}
	clients.Close()
}

func TestExampleFitsItsSchema(t *testing.T) {
	text := readExample(t)
	first, _, _ := strings.Cut(text, "\n")
	path, ok := strings.CutPrefix(first, "# yaml-language-server: $schema=")
	named, err := os.Stat(filepath.Join(filepath.Dir(exampleFile), path))
	if err != nil {
		t.Fatalf("the first line must name the schema for editors: got %s: %v", first, err)
	}
	if own, err := os.Stat(schemaFile); err != nil || !ok || !os.SameFile(named, own) {
		t.Errorf("the first line must name the schema for editors: got %s (%v)", first, err)
	}
	doc, err := document(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := compileSchema(t).Validate(doc); err != nil {
		t.Error(err)
	}
}

// Every key of the schema, which is every key of the code (TestSchema), is in the example and in -h; in the
// example once, but for the URLs.
func TestExampleHasEveryKeyOnce(t *testing.T) {
	want := map[string]int{}
	for path := range schemaKeys(t) {
		want[path] = 1
	}
	want["upstreams.*.url"] = len(storefront().Upstreams)

	// What a key excludes is there as a comment. It counts as a key, at the same place.
	text := regexp.MustCompile(`(?m)^( +)# (file|id|template): (\S+)$`).ReplaceAllString(readExample(t), "$1$2: $3")
	var root map[string]any
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	countKeys(root, "", want, got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys and how often they occur (-want +got):\n%s", diff)
	}
}

// countKeys counts the keys below path that known has; what has other names are names of somebody's own.
func countKeys(mapping map[string]any, path string, known, into map[string]int) {
	for name, value := range mapping {
		key := path + name
		if _, ok := known[key]; !ok {
			key = path + "*"
		} else {
			into[key]++
		}
		if below, ok := value.(map[string]any); ok {
			countKeys(below, key+".", known, into)
		}
	}
}

func TestHelpHasEveryKeyAndVariable(t *testing.T) {
	var out strings.Builder
	program := storefront()
	program.Output = &out
	if _, err := config.Load(program, []string{"-h"}, env(nil)); !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	for path := range schemaKeys(t) {
		name := path[strings.LastIndex(path, ".")+1:]
		indent := strings.Repeat("  ", 1+strings.Count(path, "."))
		if line := regexp.MustCompile(`(?m)^` + indent + `(# )?` + name + `:`); !line.MatchString(out.String()) {
			t.Errorf("-h does not have %s", path)
		}
	}
	for _, variable := range regexp.MustCompile(`WEFT_[A-Z0-9_]*[A-Z]`).FindAllString(readExample(t), -1) {
		if !strings.Contains(out.String(), "  "+variable+" ") {
			t.Errorf("-h does not have %s, which the example names", variable)
		}
	}
}

// schemaKeys are the keys of the schema with their descriptions; * is any name.
func schemaKeys(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	type schema struct {
		Description string
		Properties  map[string]json.RawMessage
		Additional  json.RawMessage `json:"additionalProperties"`
	}
	keys := map[string]string{}
	var walk func(path string, text json.RawMessage)
	walk = func(path string, text json.RawMessage) {
		var s schema
		if err := json.Unmarshal(text, &s); err != nil { // additionalProperties: false has no keys
			return
		}
		if path != "" && !strings.HasSuffix(path, "*") {
			keys[path] = s.Description
		}
		path = strings.TrimPrefix(path+".", ".")
		for name, property := range s.Properties {
			walk(path+name, property)
		}
		if s.Additional != nil {
			walk(path+"*", s.Additional)
		}
	}
	walk("", text)
	if len(keys) < 10 {
		t.Fatalf("got keys %v", slices.Sorted(maps.Keys(keys)))
	}
	return keys
}

func TestSchemaAccepts(t *testing.T) {
	schema := compileSchema(t)
	for _, text := range append(emptyFiles(), everyKey, "addr: '[::1]:80'", "lameDuck: 0s", "timeout: 1m0.5s", "upstreams: {x: {maxBody: 1 GiB}}") {
		doc, err := document(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// beyondSchema are the files that Load refuses for what a schema of their values cannot see.
func beyondSchema() map[string]string {
	const names, outside, notation, amount = "the service's names", "outside of the file", "how YAML is written", "an amount"
	return map[string]string{
		"UnknownUpstream": names, "UnknownImages": names, "ImagesKeyNoHex": outside, "UnknownUpstreamNothingClose": names,
		"CredentialUnset": outside, "CredentialNoFile": outside, "CredentialEmptyFile": outside, "CredentialFolder": outside,
		"HeaderSecretNowhere": outside, "QuerySecretNowhere": outside,
		"CredentialTwoLines": outside, "CredentialFileTwoLines": outside,
		"Anchor": notation, "Tag": notation, "TwoDocuments": notation,
		"AddrPort": amount, "URLPort": amount, "TimeoutLarge": amount, "JobEveryShort": amount, "IDHeader": "a name that is taken", "APQBytes": amount, "APQTTL": amount,
		"CacheSecretShort": outside, "CacheSecretFileShort": outside, "CacheSecretUnset": outside, "AdminToken": outside, "ReportToken": outside, "LockedWithoutManifests": outside, "ValuesWithoutRecord": outside,
		"EverybodysCookies": "two keys together", "CookiesOfCom": "two keys together", "CookiesOfHostedPages": "two keys together",
		"OriginBelowAnAddress": "what a host is", "HalfOfTLS": "two keys together", "ClientsWithoutTLS": "two keys together", "IssuerTwice": "two keys together", "LeewayLarge": amount, "GatewayNetwork": amount,
	}
}

func TestSchemaRefusesWhatLoadRefuses(t *testing.T) {
	schema, beyond := compileSchema(t), beyondSchema()
	for _, tt := range fileErrors() {
		doc, err := document(tt.file)
		if err != nil {
			continue // editors say so without a schema
		}
		refused := schema.Validate(doc) != nil
		if why := beyond[tt.name]; refused == (why != "") {
			t.Errorf("%s: got refused %t, exception %q, for %q (%s)", tt.name, refused, why, tt.file, tt.want)
		}
		delete(beyond, tt.name)
	}
	for name := range beyond {
		t.Errorf("%s is an exception, but not a case", name)
	}
}
