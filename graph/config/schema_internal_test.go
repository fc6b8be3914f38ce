package config

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const schemaFile = "weft.schema.json"

type object = map[string]any

const (
	originPattern     = `^(\*|https?://(\*\.)?([^/?#@:*\s\[\]]+|\[[0-9A-Fa-f:.]+\])(:([0-9]+|\*))?)$`
	headerNamePattern = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
	oneLinePattern    = `^[^\x00-\x08\x0a-\x1f\x7f]*$`
	durationPattern   = `^(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))+$`
	sizePattern       = `^[0-9]*[1-9][0-9]*( ?(B|KiB|MiB|GiB))?$`
	mediaPattern      = `^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+$`
	hostPattern       = `^([0-9A-Fa-f:.]+|(\*\.)?[^/?#@:\s%\[\]*]+)$`
	urlPattern        = `^https?://([^/?#@:\s%\[\]]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?(/[^?#\s]*)?$`
	templatePattern   = `^https?://[^/?#@{}\s]+[/?]([^{}#\s]|\{(source|width|height|fit|format|quality)\})*$`
	redisHost         = `([^/?#@:,\s\[\]]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?`
	redisPattern      = `^rediss?(\+(sentinel|cluster))?://([^/?#\s]*@)?` + redisHost + `(,` + redisHost + `)*(/[^#\s]*)?(\?[^#\s]*)?$`
	scopePattern      = "^[!#-\\[\\]-~]+$"
	algorithmPattern  = `^((RS|PS|ES)(256|384|512)|EdDSA)$`
	prefixPattern     = "^[A-Za-z0-9_.:-]{1,64}$"
	secretHeaders     = `^([Aa][Uu][Tt][Hh][Oo][Rr][Ii][Zz][Aa][Tt][Ii][Oo][Nn]|[Pp][Rr][Oo][Xx][Yy]-[Aa][Uu][Tt][Hh][Oo][Rr][Ii][Zz][Aa][Tt][Ii][Oo][Nn]|[Cc][Oo][Oo][Kk][Ii][Ee])$`
)

// shapes says how each value is written, as JSON Schema has it and in the spelling that people use: Load takes
// "true" and 1 for true as well, because they are what an environment can hold. Regular expressions are in what
// ECMA-262 and package regexp have in common.
func shapes() map[string]object {
	truth := object{"type": "boolean"}
	timeout := object{"type": "string", "pattern": durationPattern, "allOf": []object{{"pattern": "[1-9]"}}}
	duration := object{"type": "string", "pattern": durationPattern}
	addr := object{"type": "string", "pattern": `^([^:\[\]]*|\[[^\[\]]*\]):[0-9]{1,5}$`}
	size := object{"type": []string{"string", "integer"}, "pattern": sizePattern, "minimum": 1, "maximum": 1<<31 - 1}
	secret := object{"type": "object", "oneOf": []object{{"required": []string{"env"}}, {"required": []string{"file"}}}}
	place := object{"type": "string", "minLength": 1}
	secretPlace := object{
		"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false, "properties": object{"env": place, "file": place},
	}
	rateOf := object{"type": "string", "pattern": "^[1-9][0-9]*/[smh]$"}
	texts := object{"type": []string{"array", "string"}, "minItems": 1, "items": object{"type": "string", "minLength": 1}, "minLength": 1}
	algorithm := object{"type": "string", "pattern": algorithmPattern}
	trustedURL := object{"type": "string", "pattern": `^(https://[^/?#@\s]+|http://(localhost|127\.[0-9.]+|\[::1\])(:[0-9]+)?)([/?][^#\s]*)?$`}
	manifest := object{"type": "string", "minLength": 1, "anyOf": []object{{"pattern": `^https://[^/?#]`}, {"pattern": `^http://(localhost|127\.[0-9.]+|\[::1\])([:/?]|$)`}, {"not": object{"pattern": "://"}}}}
	anything := []string{"string", "number", "boolean"}
	count := object{"type": "integer", "minimum": 1, "maximum": 1<<31 - 1}
	size16k := object{"type": "integer", "minimum": 1, "maximum": 16384}
	level := func(last int) object { return object{"type": "integer", "minimum": 0, "maximum": last} }
	headers := object{
		"type":                 []string{"object", "null"},
		"propertyNames":        object{"pattern": headerNamePattern, "not": object{"pattern": secretHeaders}},
		"additionalProperties": object{"type": anything, "pattern": oneLinePattern},
	}
	return map[string]object{
		"addr":          addr,
		"executor":      {"type": "string", "enum": []string{executorPlanned, executorStock}},
		"playground":    truth,
		"report":        {"type": "string", "enum": []string{ReportOff, ReportToken, ReportAll}},
		"reasons":       truth,
		"log":           {},
		"log.level":     {"type": "string", "enum": []string{"debug", "info", "warn", "error"}},
		"log.format":    {"type": "string", "enum": []string{LogText, LogJSON}},
		"introspection": truth,
		"suggestions":   truth,
		"timeout":       timeout,
		"lameDuck":      duration,
		"warmUp":        duration,
		"jobs":          {"type": []string{"object", "null"}},
		"upstreams":     {"type": []string{"object", "null"}},
		"images":        {"type": []string{"object", "null"}},

		"reportToken":      secret,
		"reportToken.env":  place,
		"reportToken.file": place,
		"admin":            {},
		"admin.addr":       addr,
		"admin.token":      secret,
		"admin.token.env":  place,
		"admin.token.file": place,
		"tls":              {},
		"tls.cert":         place,
		"tls.key":          place,
		"tls.clientCA":     place,
		"h2c":              truth,
		"cors":             {},
		"cors.origins":     {"type": "array", "items": object{"type": "string", "pattern": originPattern}},
		"cors.headers":     {"type": "array", "items": object{"type": "string", "pattern": headerNamePattern}},
		"cors.maxAge":      duration,
		"cors.credentials": truth,

		"authentication":                           {},
		"authentication.issuers":                   {"type": []string{"object", "null"}},
		"authentication.issuers.*.issuer":          place,
		"authentication.issuers.*.jwks":            trustedURL,
		"authentication.issuers.*.audience":        texts,
		"authentication.issuers.*.algorithms":      {"type": []string{"array", "string"}, "minItems": 1, "items": algorithm, "pattern": algorithmPattern},
		"authentication.issuers.*.leeway":          duration,
		"authentication.issuers.*.refresh":         timeout,
		"authentication.issuers.*.scopes":          place,
		"authentication.introspection":             {},
		"authentication.introspection.url":         trustedURL,
		"authentication.introspection.issuer":      place,
		"authentication.introspection.clientID":    place,
		"authentication.introspection.secret":      secret,
		"authentication.introspection.secret.env":  place,
		"authentication.introspection.secret.file": place,
		"authentication.introspection.audience":    texts,
		"authentication.introspection.maxAge":      timeout,
		"authentication.introspection.scopes":      place,
		"authentication.apiKeys":                   {},
		"authentication.apiKeys.file":              place,
		"authentication.apiKeys.header":            {"type": "string", "pattern": headerNamePattern},
		"authentication.gateway":                   {},
		"authentication.gateway.networks":          texts,
		"authentication.gateway.subject":           {"type": "string", "pattern": headerNamePattern},
		"authentication.gateway.scopes":            {"type": "string", "pattern": headerNamePattern},
		"authentication.certificates":              {},
		"authentication.certificates.subject":      {"type": "string", "enum": []string{"commonName", "dns", "uri", "email"}},
		"authentication.certificates.scopes":       texts,

		"compression":                 {},
		"compression.enabled":         truth,
		"compression.minBytes":        size,
		"compression.private":         truth,
		"compression.zstd":            level(4),
		"compression.gzip":            level(9),
		"compression.br":              level(11),
		"record":                      place,
		"recordValues":                {"type": "array", "items": object{"type": "string", "minLength": 1}},
		"authorization":               {},
		"authorization.reject":        truth,
		"rates":                       {},
		"rates.redis":                 {"type": "string", "enum": []string{"proceed", "refuse", "off"}},
		"rates.operations":            rateOf,
		"rates.upstreamCalls":         rateOf,
		"rates.failedAuthentications": rateOf,
		"rates.named":                 {"type": "array", "items": object{"type": "string", "minLength": 1}},
		"rates.trustedHops":           {"type": "array", "items": object{"type": "string", "minLength": 1}},
		"egress":                      {},
		"egress.schemes":              {"type": "array", "items": object{"enum": []any{"http", "https"}}, "minItems": 1},
		"egress.hosts":                {"type": "array", "items": object{"type": "string", "pattern": hostPattern}, "minItems": 1},
		"egress.loopback":             truth,
		"egress.private":              truth,
		"prefetch":                    {},
		"prefetch.page":               truth,
		"prefetch.rest":               truth,
		"prefetch.load":               truth,
		"prefetch.operation":          truth,
		"prefetch.client":             truth,
		"operations":                  {},
		"operations.mode":             {"type": "string", "enum": []string{ModeOpen, ModeObserve, ModeLocked}},
		"operations.apq":              truth,
		"operations.apqMaxBytes":      size,
		"operations.apqRedisBytes":    size,
		"operations.apqTTL":           duration,
		"operations.manifests":        {"type": "array", "items": manifest},
		"operations.maxBytes":         size,
		"operations.idHeaders":        {"type": "array", "items": object{"type": "string", "pattern": headerNamePattern}},
		"operations.idPath":           truth,
		"operations.ids":              {"type": "array", "items": object{"type": "string", "pattern": idMember.String()}},

		"limits":                {},
		"limits.tokens":         count,
		"limits.name":           count,
		"limits.depth":          count,
		"limits.nodes":          count,
		"limits.repeats":        count,
		"limits.introspections": count,
		"limits.variables":      count,
		"limits.cost":           {"type": "integer", "minimum": 0, "maximum": 1<<31 - 1},
		"limits.body":           size,
		"limits.answer":         size,
		"limits.objects":        count,
		"limits.upstreamCalls":  count,
		"limits.upstreamBytes":  size,

		"http":                {},
		"http.maxConnections": count,

		"http.lane":        truth,
		"overload":         {},
		"overload.enabled": truth,
		"overload.target":  timeout,

		"memory":          {},
		"memory.inFlight": size,

		"cache":             {},
		"cache.enabled":     truth,
		"cache.maxBytes":    size,
		"cache.secret":      secret,
		"cache.secret.env":  place,
		"cache.secret.file": place,
		"cache.prefix":      {"type": "string", "pattern": prefixPattern},
		"cache.tags":        count,
		"redis":             {},
		"redis.url":         {"type": "string", "pattern": redisPattern},
		"redis.writes":      {"type": "string", "enum": []string{WritesProceed, WritesRefuse}},

		"upstreams.*.cache":                      {},
		"upstreams.*.cache.maxAge":               duration,
		"upstreams.*.cache.staleWhileRevalidate": duration,
		"upstreams.*.cache.staleIfError":         duration,
		"upstreams.*.cache.ignore":               {"type": "array", "items": object{"enum": []any{"no-cache", "private"}}, "minItems": 1},
		"upstreams.*.share":                      truth,
		"upstreams.*.redirects":                  truth,
		"upstreams.*.contentTypes":               {"type": "array", "items": object{"type": "string", "pattern": mediaPattern}, "minItems": 1},
		"upstreams.*.links":                      {"type": "array", "items": object{"type": "string", "pattern": urlPattern}, "minItems": 1},

		"upstreams.*.url": {"type": "string", "pattern": urlPattern},
		"upstreams.*.headers": {
			"type": []string{"object", "null"}, "propertyNames": object{"pattern": headerNamePattern},
			"patternProperties":    object{secretHeaders: secretPlace},
			"additionalProperties": object{"anyOf": []object{{"type": anything, "pattern": oneLinePattern}, secretPlace}},
		},
		"upstreams.*.query": {
			"type": []string{"object", "null"}, "additionalProperties": object{"anyOf": []object{{"type": anything}, secretPlace}},
		},
		"upstreams.*.timeout":             timeout,
		"upstreams.*.inFlight":            count,
		"upstreams.*.connect":             timeout,
		"upstreams.*.idleTimeout":         duration,
		"upstreams.*.softTimeout":         truth,
		"upstreams.*.inFlightPerEndpoint": count,
		"upstreams.*.deadlineHeader":      {"type": "string", "pattern": headerNamePattern},
		"upstreams.*.connectionAge":       duration,
		"upstreams.*.retries":             {"type": "integer", "minimum": 0, "maximum": 1<<31 - 1},
		"upstreams.*.breaker":             truth,
		"upstreams.*.maxBody":             size,

		"jobs.*.document":          place,
		"jobs.*.id":                place,
		"jobs.*.operation":         {"type": "string"},
		"jobs.*.variables":         {"type": "object"},
		"jobs.*.headers":           headers,
		"jobs.*.credential":        secret,
		"jobs.*.credential.header": {"type": "string", "pattern": headerNamePattern},
		"jobs.*.credential.prefix": {"type": "string", "pattern": oneLinePattern},
		"jobs.*.credential.env":    place,
		"jobs.*.credential.file":   place,
		"jobs.*.every":             {"type": "string", "pattern": durationPattern, "allOf": []object{{"pattern": "[1-9]"}}},
		"jobs.*.warm":              truth,
		"jobs.*.onInvalidation":    truth,

		"images.*.imgproxy":  {"type": "string", "pattern": urlPattern},
		"images.*.template":  {"type": "string", "pattern": templatePattern, "allOf": []object{{"pattern": `\{source\}`}}},
		"images.*.key":       secret,
		"images.*.key.env":   place,
		"images.*.key.file":  place,
		"images.*.salt":      secret,
		"images.*.salt.env":  place,
		"images.*.salt.file": place,
		"images.*.base":      {"type": "string", "pattern": urlPattern},
		"images.*.hosts":     {"type": "array", "items": object{"type": "string", "pattern": `^[^/?#@\s]+$`}, "minItems": 1},
		"images.*.widths":    {"type": "array", "items": size16k},
		"images.*.heights":   {"type": "array", "items": size16k},

		"upstreams.*.signClaims":             {"required": []string{"secret"}},
		"upstreams.*.signClaims.secret":      secret,
		"upstreams.*.signClaims.secret.env":  place,
		"upstreams.*.signClaims.secret.file": place,
		"upstreams.*.signClaims.header":      {"type": "string", "pattern": headerNamePattern},
		"upstreams.*.oauth":                  {"required": []string{"url", "clientID"}, "anyOf": []object{{"required": []string{"secret"}}, {"required": []string{"tls"}}}},
		"upstreams.*.oauth.url":              trustedURL,
		"upstreams.*.oauth.clientID":         place,
		"upstreams.*.oauth.secret":           secret,
		"upstreams.*.oauth.secret.env":       place,
		"upstreams.*.oauth.secret.file":      place,
		"upstreams.*.oauth.clientAuth":       {"type": "string", "enum": []string{"basic", "body"}},
		"upstreams.*.oauth.scopes":           {"type": []string{"array", "string"}, "minItems": 1, "items": object{"type": "string", "pattern": scopePattern}, "pattern": scopePattern},
		"upstreams.*.oauth.audience":         place,
		"upstreams.*.oauth.resource":         place,
		"upstreams.*.oauth.exchange":         truth,
		"upstreams.*.oauth.tls":              {"dependentRequired": object{"cert": []string{"key"}, "key": []string{"cert"}}},
		"upstreams.*.oauth.tls.ca":           place,
		"upstreams.*.oauth.tls.cert":         place,
		"upstreams.*.oauth.tls.key":          place,

		"upstreams.*.tls":      {"dependentRequired": object{"cert": []string{"key"}, "key": []string{"cert"}}},
		"upstreams.*.tls.ca":   place,
		"upstreams.*.tls.cert": place,
		"upstreams.*.tls.key":  place,

		"upstreams.*.credential":        secret,
		"upstreams.*.credential.header": {"type": "string", "pattern": headerNamePattern},
		"upstreams.*.credential.prefix": {"type": "string", "pattern": oneLinePattern},
		"upstreams.*.credential.env":    place,
		"upstreams.*.credential.file":   place,
	}
}

// TestSchema holds weft.schema.json against the tables of keys; -update writes it.
func TestSchema(t *testing.T) {
	s := schemaPrinter{t: t, shapes: shapes()}
	root := s.mapping("", rootMembers(&Config{}))
	below := func(path ...string) object {
		at := root
		for _, name := range path {
			at = at["properties"].(object)[name].(object)
		}
		if each, ok := at["additionalProperties"].(object); ok {
			at = each
			at["type"] = "object"
		}
		return at
	}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "The configuration of a Weft service"
	job := below("jobs")
	job["oneOf"] = []object{{"required": []string{"document"}}, {"required": []string{"id"}}}
	job["anyOf"] = []object{{"required": []string{"every"}}, {"required": []string{"warm"}}, {"required": []string{"onInvalidation"}}}
	images := below("images")
	images["oneOf"] = []object{{"required": []string{"imgproxy", "key", "salt"}}, {"required": []string{"template"}}}
	images["required"] = []string{"hosts"}
	below("authentication", "issuers")["required"] = []string{"issuer", "jwks", "audience", "algorithms"}
	for name, required := range map[string][]string{
		"introspection": {"url", "issuer", "clientID", "secret"}, "apiKeys": {"file"}, "gateway": {"networks"},
	} {
		of := below("authentication", name)
		of["type"], of["required"] = "object", required
	}
	for _, key := range slices.Sorted(maps.Keys(s.shapes)) {
		t.Errorf("%s has a shape, but no key", key)
	}

	var got strings.Builder
	e := json.NewEncoder(&got)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		t.Fatal(err)
	}
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(schemaFile, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("(-want +got), -update rewrites %s:\n%s", schemaFile, diff)
	}
}

// schemaPrinter turns members into JSON Schema. Each shape is used up.
type schemaPrinter struct {
	t      *testing.T
	shapes map[string]object
}

func (s schemaPrinter) mapping(path string, members []member) object {
	properties := object{}
	for _, m := range members {
		properties[m.name] = s.property(path+m.name, m)
	}
	return object{"type": []string{"object", "null"}, "properties": properties, "additionalProperties": false}
}

func (s schemaPrinter) property(path string, m member) object {
	shape, ok := s.shapes[path]
	if !ok || m.about == "" {
		s.t.Errorf("%s has no shape, or nothing is said about it", path)
	}
	delete(s.shapes, path)
	p := object{"description": strings.ReplaceAll(m.about, "`", "")}
	if m.members != nil {
		maps.Copy(p, s.mapping(path+".", m.members))
	}
	if m.each != nil {
		p["additionalProperties"] = s.mapping(path+".*.", m.each)
	}
	if m.initial != "" {
		p["default"] = typed(m.initial)
	}
	maps.Copy(p, shape)
	if p["type"] == "array" && p["default"] != nil {
		p["default"] = []any{p["default"]}
	}
	return p
}

// typed is text as the JSON value that it would be in YAML.
func typed(text string) any {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	if truth, err := parseTruth(text); err == nil {
		return truth
	}
	return text
}
