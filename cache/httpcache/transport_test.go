package httpcache_test

import (
	"net/http"
	"testing"

	"weft/cache/httpcache"
)

// cacheIn is a transport of that scope.
func cacheIn(scope httpcache.Scope) httpcache.Transport {
	return httpcache.Transport{Options: httpcache.Options{Scope: scope}}
}

func runScenarios(t *testing.T, tests []scenario) {
	t.Helper()
	for i := range tests {
		t.Run(tests[i].name, tests[i].run)
	}
}

const (
	get   = "GET /a"
	fresh = "200 one\nCache-Control: max-age=60"
)

func TestTransportReuse(t *testing.T) {
	runScenarios(t, []scenario{
		{name: "RFC 9111 §4.2 FreshThenStale", steps: []step{
			{request: get, origin: []string{fresh}, want: "200 one\n-Age\nCache-Status: test; fwd=uri-miss; fwd-status=200; ttl=60; stored"},
			{after: 59, request: get, want: "200 one\nAge: 59\nCache-Status: test; hit; ttl=1\nDate: " + date(noon)},
			{after: 1, request: get, origin: []string{"200 two\nCache-Control: max-age=60"}, want: "200 two\nCache-Status: test; fwd=stale; fwd-status=200; ttl=60; stored"},
			{after: 1, request: get, want: "200 two\nAge: 1"},
		}},
		{name: "RFC 9111 §2 QueriesDiffer", steps: []step{
			{request: get, origin: []string{fresh}, want: "200 one"},
			{request: "GET /a?b", origin: []string{"200 two"}, want: "200 two\nCache-Status: test; fwd=uri-miss; fwd-status=200; detail=no-lifetime"},
		}},
		{name: "RFC 9111 §5.1 AgeOfOtherCaches", steps: []step{
			{request: get, origin: []string{fresh + "\nAge: 20\nCache-Status: near; hit"}, want: "200 one\nAge: 20"},
			{after: 5, request: get, want: "200 one\nAge: 25\nCache-Status: near; hit | test; hit; ttl=35"},
		}},
		{name: "RFC 9110 §6.6.1 DateIsAdded", steps: []step{
			{request: get, origin: []string{"200 one\nDate: \nCache-Control: max-age=60"}, want: "200 one"},
			{request: get, want: "200 one"},
		}},
		{name: "RFC 9111 §3.1 ConnectionIsNotStored", steps: []step{
			{request: get, origin: []string{fresh + "\nProxy-Authenticate: x\nKeep-Alive: y\nZ: z"}, want: "200 one\nProxy-Authenticate: x"},
			{request: get, want: "200 one\n-Proxy-Authenticate\n-Keep-Alive\nZ: z"},
		}},
		{name: "RFC 9111 §3 ErrorsWithFreshness", steps: []step{
			{request: get, origin: []string{"404 none\nCache-Control: max-age=60"}, want: "404 none"},
			{request: get, want: "404 none\nCache-Status: test; hit; ttl=60"},
		}},
		{name: "RFC 9111 §4.1 Vary", steps: []step{
			{request: get + "\nAccept: x", origin: []string{"200 x\nVary: Accept\nCache-Control: max-age=60"}, want: "200 x"},
			{request: get + "\nAccept: y", origin: []string{"200 y\nVary: Accept\nCache-Control: max-age=60"}, want: "200 y\nCache-Status: test; fwd=vary-miss; fwd-status=200; ttl=60; stored"},
			{request: get + "\nAccept: x", want: "200 x\nAge: 0"},
			{request: get + "\nAccept: y", want: "200 y\nAge: 0"},
			{request: get, origin: []string{"200 z\nVary: Accept\nCache-Control: max-age=60"}, want: "200 z"},
		}},
		{name: "RFC 9111 §4.1 NewestOfTwoThatFit", steps: []step{
			{request: get + "\nAccept: x", origin: []string{"200 old\nVary: Accept\nCache-Control: max-age=60"}, want: "200 old"},
			{request: get + "\nAccept: y", origin: []string{"200 new\nCache-Control: max-age=60"}, want: "200 new"},
			{request: get + "\nAccept: x", want: "200 new"},
		}},
		{name: "RFC 9111 §3 OwnMethodsAndRanges", steps: []step{
			{request: "HEAD /a", origin: []string{"200\nCache-Control: max-age=60"}, want: "200\nCache-Status: test; fwd=method; fwd-status=200"},
			{request: get, origin: []string{fresh}, want: "200 one"},
			{request: get + "\nRange: bytes=0-1", origin: []string{"206 on\nContent-Range: bytes 0-1/3"}, want: "206 on\nCache-Status: test; fwd=bypass; fwd-status=206"},
			{request: get + "\nIf-Match: \"x\"", origin: []string{"412"}, want: "412\nCache-Status: test; fwd=bypass; fwd-status=412"},
			{request: "GET /a body", origin: []string{"200 two"}, want: "200 two\nCache-Status: test; fwd=bypass; fwd-status=200"},
			{request: get, want: "200 one\nAge: 0"},
		}},
		{name: "RFC 9111 §3.3 IncompleteIsNotStored", steps: []step{
			{request: get, origin: []string{"cut on\nCache-Control: max-age=60"}, want: "on error"},
			{request: get, origin: []string{fresh}, want: "200 one"},
		}},
		{name: "MaxBody", cache: httpcache.Transport{MaxBody: 3}, steps: []step{
			{request: get, origin: []string{"200 long\nCache-Control: max-age=60"}, want: "200 long\nCache-Status: test; fwd=uri-miss; fwd-status=200"},
			{request: get, origin: []string{"200 long\nCache-Control: max-age=60\nTransfer-Encoding: chunked"}, want: "200 long"},
			{request: get, origin: []string{fresh}, want: "200 one"},
			{request: get, want: "200 one"},
		}},
		{name: "RFC 9111 §5.2.2.5 NoStoreReplaces", steps: []step{
			{request: get, origin: []string{fresh}, want: "200 one"},
			{after: 60, request: get, origin: []string{"200 two\nCache-Control: no-store"}, want: "200 two\nCache-Status: test; fwd=stale; fwd-status=200; detail=no-store"},
			{request: get + "\nCache-Control: max-stale", origin: []string{"500"}, want: "500"},
		}},
		{name: "RFC 9213 Targeted", cache: httpcache.Transport{Options: httpcache.Options{Targets: []string{"CDN-Cache-Control"}}}, steps: []step{
			{request: get, origin: []string{"200 one\nCache-Control: no-store\nCDN-Cache-Control: max-age=60"}, want: "200 one"},
			{request: get, want: "200 one\nCache-Control: no-store"},
		}},
		{name: "Override", cache: httpcache.Transport{Options: httpcache.Options{Override: maxAge(5 * sec)}}, steps: []step{
			{request: get, origin: []string{"200 one"}, want: "200 one"},
			{after: 4, request: get, want: "200 one"},
			{after: 1, request: get, origin: []string{"200 two"}, want: "200 two"},
		}},
	})
}

func TestTransportRequestDirectives(t *testing.T) {
	with := func(directives string) string { return get + "\nCache-Control: " + directives }
	two := []string{"200 two\nCache-Control: max-age=60"}
	store := step{request: get, origin: []string{fresh}, want: "200 one"}
	runScenarios(t, []scenario{
		{name: "RFC 9111 §5.2.1.4 NoCache", steps: []step{
			store, {request: with("no-cache"), origin: two, want: "200 two\nCache-Status: test; fwd=request; fwd-status=200; ttl=60; stored"}, {request: get, want: "200 two"},
		}},
		{name: "RFC 9111 §5.2.1.5 NoStore", steps: []step{
			{request: with("no-store"), origin: []string{fresh}, want: "200 one"},
			{request: get, origin: two, want: "200 two"},
			{request: with("no-store"), want: "200 two"},
			{after: 60, request: with("no-store"), origin: []string{fresh}, want: "200 one"},
			{request: with("max-stale"), want: "200 two"},
		}},
		{name: "RFC 9111 §5.2.1.5 NoStoreCannotRefresh", steps: []step{
			{request: get, origin: []string{fresh + ", stale-while-revalidate=60"}, want: "200 one"}, {after: 61, request: with("no-store"), origin: two, want: "200 two"},
		}},
		{name: "RFC 9111 §5.2.1.1 MaxAge", steps: []step{
			store, {after: 5, request: with("max-age=5"), want: "200 one"}, {after: 1, request: with("max-age=5"), origin: two, want: "200 two"},
		}},
		{name: "RFC 9111 §5.2.1.2 MaxStale", steps: []step{
			store, {after: 65, request: with("max-stale=5"), want: "200 one\nAge: 65\nCache-Status: test; hit; ttl=-5"}, {after: 1, request: with("max-stale=5"), origin: two, want: "200 two"},
		}},
		{name: "RFC 9111 §5.2.1.3 MinFresh", steps: []step{
			store, {after: 50, request: with("min-fresh=10"), want: "200 one"}, {after: 1, request: with("min-fresh=10"), origin: two, want: "200 two"},
		}},
		{name: "RFC 9111 §5.2.1.7 OnlyIfCached", steps: []step{
			{request: with("only-if-cached"), want: "504"}, store, {request: with("only-if-cached"), want: "200 one"}, {after: 60, request: with("only-if-cached"), want: "504"},
		}},
	})
}

func TestTransportValidation(t *testing.T) {
	modified := date(noon.Add(-1000 * sec))
	tagged := "200 one\nETag: \"1\"\nCache-Control: max-age=60"
	runScenarios(t, []scenario{
		{name: "RFC 9111 §4.3 Confirmed", steps: []step{
			{request: get, origin: []string{tagged + "\nX: a\nLast-Modified: " + modified}, sent: "-If-None-Match", want: "200 one"},
			{
				after: 60, request: get, origin: []string{"304\nETag: \"1\"\nCache-Control: max-age=10\nX: b"}, sent: "If-None-Match: \"1\"\nIf-Modified-Since: " + modified,
				want: "200 one\nX: b\nAge: 0\nCache-Control: max-age=10\nContent-Length: 3\nCache-Status: test; fwd=stale; fwd-status=304; ttl=10; stored",
			},
			{after: 9, request: get, want: "200 one\nX: b\nAge: 9"},
			{after: 1, request: get, origin: []string{"304"}, want: "200 one"},
		}},
		{name: "RFC 9111 §4.3 Replaced", steps: []step{
			{request: get, origin: []string{tagged}, want: "200 one"},
			{after: 60, request: get, origin: []string{"200 two\nETag: \"2\"\nCache-Control: max-age=60"}, want: "200 two"},
			{request: get, want: "200 two\nETag: \"2\""},
		}},
		{name: "RFC 9111 §4.3.1 ByDate", steps: []step{
			{request: get, origin: []string{"200 one\nLast-Modified: " + modified}, want: "200 one"},
			{request: get, origin: []string{"304"}, sent: "If-Modified-Since: " + modified + "\n-If-None-Match", want: "200 one"},
		}},
		{name: "RFC 9111 §4.3.4 AboutAnother", steps: []step{
			{request: get, origin: []string{tagged}, want: "200 one"},
			{after: 60, request: get, origin: []string{"304\nETag: \"2\"", "200 two\nETag: \"2\"\nCache-Control: max-age=60"}, sent: "-If-None-Match", want: "200 two"},
			{request: get, want: "200 two"},
		}},
		{name: "RFC 9111 §4.3.4 ConfirmedButNoLongerStorable", steps: []step{
			{request: get, origin: []string{tagged}, want: "200 one"},
			{after: 60, request: get, origin: []string{"304\nCache-Control: no-store"}, want: "200 one\nCache-Status: test; fwd=stale; fwd-status=304; ttl=0"},
			{request: get, origin: []string{tagged}, sent: "-If-None-Match", want: "200 one"},
		}},
		{name: "RFC 9111 §5.2.2.4 NoCache", steps: []step{
			{request: get, origin: []string{"200 one\nETag: \"1\"\nCache-Control: no-cache"}, want: "200 one"},
			{request: get + "\nCache-Control: max-stale", origin: []string{"304"}, sent: "If-None-Match: \"1\"", want: "200 one"},
		}},
		{name: "RFC 9111 §4.3.2 ClientsCondition", steps: []step{
			{request: get + "\nIf-None-Match: \"9\"", origin: []string{tagged + "\nLast-Modified: " + modified}, sent: "If-None-Match: \"9\"", want: "200 one"},
			{request: get + "\nIf-None-Match: \"1\"", want: "304\nETag: \"1\"\n-Cache-Status\n-Content-Length"},
			{request: get + "\nIf-None-Match: \"2\"", want: "200 one"},
			{request: get + "\nIf-Modified-Since: " + date(noon), want: "304"},
			{after: 60, request: get + "\nIf-None-Match: \"2\"", origin: []string{"304"}, sent: "If-None-Match: \"1\"", want: "200 one"},
			{after: 60, request: get + "\nIf-None-Match: \"2\"", origin: []string{"200 two\nETag: \"2\"\nCache-Control: max-age=60"}, want: "200 two"},
		}},
		{name: "RFC 9111 §4.3.1 ClientsConditionWithoutAnEntry", steps: []step{
			{request: get + "\nIf-None-Match: \"1\"", origin: []string{"304\nCache-Control: max-age=60"}, want: "304"},
			{request: get, origin: []string{tagged}, sent: "-If-None-Match", want: "200 one"},
		}},
	})
}

func TestTransportStale(t *testing.T) {
	within := "200 one\nCache-Control: max-age=60, stale-if-error=10"
	runScenarios(t, []scenario{
		{name: "RFC 5861 §4 Status", steps: []step{
			{request: get, origin: []string{within}, want: "200 one"},
			{after: 69, request: get, origin: []string{"503"}, want: "200 one\nAge: 69\nCache-Status: test; fwd=stale; fwd-status=503; ttl=-9; detail=stale-if-error"},
			{request: get, origin: []string{"429"}, want: "429"},
			{request: get, origin: []string{"500"}, want: "200 one"},
			{after: 1, request: get, origin: []string{"503"}, want: "503"},
		}},
		{name: "RFC 5861 §4 NoAnswer", steps: []step{
			{request: get, origin: []string{within}, want: "200 one"},
			{after: 60, request: get, origin: []string{"close"}, want: "200 one\nCache-Status: test; fwd=stale; ttl=0; detail=stale-if-error"},
			{after: 10, request: get, origin: []string{"close"}, want: "error"},
		}},
		{name: "RFC 5861 §4 TheRequests", steps: []step{
			{request: get, origin: []string{fresh}, want: "200 one"},
			{after: 60, request: get, origin: []string{"503"}, want: "503"},
			{request: get + "\nCache-Control: stale-if-error=5", origin: []string{"503"}, want: "200 one"},
		}},
		{name: "RFC 9111 §5.2.2.2 MustRevalidate", steps: []step{
			{request: get, origin: []string{within + ", must-revalidate"}, want: "200 one"},
			{after: 60, request: get, origin: []string{"503"}, want: "503"},
			{request: get, origin: []string{"close"}, want: "error"},
		}},
	})
}

func TestTransportInvalidation(t *testing.T) {
	store := step{request: get, origin: []string{fresh}, want: "200 one"}
	hit := step{request: get, want: "200 one"}
	runScenarios(t, []scenario{
		{name: "RFC 9111 §4.4 Post", steps: []step{store, hit, {request: "POST /a x", origin: []string{"204"}, want: "204\nCache-Status: test; fwd=method; fwd-status=204"}, store}},
		{name: "RFC 9111 §4.4 UnknownMethod", steps: []step{store, {request: "FOO /a", origin: []string{"200"}, want: "200"}, store}},
		{name: "RFC 9111 §4.4 Redirect", steps: []step{store, {request: "PUT /a x", origin: []string{"303\nLocation: /b"}, want: "303"}, store}},
		{name: "RFC 9111 §4.4 Refused", steps: []step{store, {request: "DELETE /a", origin: []string{"409"}, want: "409"}, hit}},
		{name: "RFC 9111 §4.4 OutcomeUnknown", steps: []step{store, {request: "POST /a x", origin: []string{"close"}, want: "error"}, store}},
		{name: "RFC 9111 §4.4 Location", steps: []step{store, {request: "POST /b x", origin: []string{"201\nLocation: /a"}, want: "201"}, store}},
		{name: "RFC 9111 §4.4 Elsewhere", steps: []step{store, {request: "POST /b x", origin: []string{"200\nLocation: http://example.test/a"}, want: "200"}, hit}},
	})
}

func TestTransportIdentity(t *testing.T) {
	as := func(user string) string { return get + "\nAuthorization: " + user }
	answer := func(body, control string) []string { return []string{"200 " + body + "\nCache-Control: " + control} }
	runScenarios(t, []scenario{
		{name: "RFC 9111 §5.2.2.7 Shared", steps: []step{
			{request: get, origin: answer("one", "private, max-age=60"), want: "200 one\nCache-Status: test; fwd=uri-miss; fwd-status=200; detail=private"},
			{request: get, origin: answer("two", "private, max-age=60"), want: "200 two"},
		}},
		{name: "RFC 9111 §3.5 Shared", steps: []step{
			{request: as("a"), origin: answer("one", "max-age=60"), want: "200 one"},
			{request: as("a"), origin: answer("two", "max-age=60, public"), want: "200 two"},
			{request: as("b"), want: "200 two"},
			{request: get, want: "200 two"},
		}},
		{name: "RFC 9111 §3.5 Partitioned", cache: cacheIn(httpcache.Partitioned), steps: []step{
			{request: as("a"), origin: answer("a", "max-age=60"), want: "200 a"},
			{request: as("b"), origin: answer("b", "max-age=60"), want: "200 b\nCache-Status: test; fwd=uri-miss; fwd-status=200; ttl=60; stored"},
			{request: get, origin: answer("all", "private, max-age=60"), want: "200 all"},
			{request: as("a"), want: "200 a"},
			{request: as("b"), want: "200 b"},
			{request: get, origin: answer("all", "max-age=60"), want: "200 all"},
			{request: "POST /a x", origin: []string{"200"}, want: "200"},
			{request: as("a"), origin: answer("a2", "max-age=60"), want: "200 a2"},
			{request: as("b"), origin: answer("b2", "max-age=60"), want: "200 b2"},
		}},
		{name: "CookiesAreCredentials", cache: cacheIn(httpcache.Partitioned), steps: []step{
			{request: get + "\nCookie: a", origin: answer("a", "max-age=60"), want: "200 a"},
			{request: get + "\nCookie: b", origin: answer("b", "max-age=60"), want: "200 b"},
			{request: get + "\nCookie: a", want: "200 a"},
		}},
		{name: "SetCookieIsPrivate", cache: cacheIn(httpcache.Partitioned), steps: []step{
			{request: as("a"), origin: answer("a", "public, max-age=60\nSet-Cookie: x=y"), want: "200 a"},
			{request: as("b"), origin: answer("b", "public, max-age=60"), want: "200 b"},
		}},
		{
			name: "OwnIdentity",
			cache: httpcache.Transport{
				Options:  httpcache.Options{Scope: httpcache.Partitioned},
				Identity: func(r *http.Request) string { return r.Header.Get("X-Tenant") },
			},
			steps: []step{
				{request: as("a") + "\nX-Tenant: t", origin: answer("t", "max-age=60"), want: "200 t"},
				{request: as("b") + "\nX-Tenant: t", want: "200 t"},
				{request: as("a") + "\nX-Tenant: u", origin: answer("u", "max-age=60"), want: "200 u"},
				{request: as("a"), origin: answer("none", "max-age=60"), want: "200 none\nCache-Status: test; fwd=uri-miss; fwd-status=200; detail=private"},
			},
		},
		{name: "RFC 9111 §5.2.2.10 Private", cache: cacheIn(httpcache.Private), steps: []step{
			{request: as("a"), origin: answer("a", "private, max-age=60, s-maxage=1"), want: "200 a"},
			{after: 59, request: as("a"), want: "200 a"},
		}},
	})
}
