package config_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/graph/config"
	"weft/graph/imageurl"
)

// fileError is a file that Load refuses, and how.
type fileError struct{ name, file, want string }

func fileErrors() []fileError {
	in := func(lines string) string {
		return "upstreams:\n  catalog:\n    " + strings.ReplaceAll(lines, "\n", "\n    ") + "\n"
	}
	const noHost = "weft.yaml:1: egress.hosts: must be the name of a host or an address, without scheme and port, or *.example.com, which is every name below that, is "
	const noOrigin = "weft.yaml:1: cors.origins: must be an origin, such as https://app.example.com, https://*.example.com or http://localhost:*, is "
	return append([]fileError{
		{"UnknownKey", "adr: :1\n", "weft.yaml:1: adr: unknown key; did you mean addr?"},
		{"UnknownKeyNothingClose", "frobnicate: 1\n", "weft.yaml:1: frobnicate: unknown key"},
		{"UnknownUpstreamKey", in("url: http://x\ntimeuot: 2s"), "weft.yaml:4: upstreams.catalog.timeuot: unknown key; did you mean timeout?"},
		{"UnknownCredentialKey", in("credential: {env: TOKEN, secret: canary}"), "weft.yaml:3: upstreams.catalog.credential.secret: unknown key"},
		{"UnknownUpstream", "upstreams:\n  catalogue: {}\n", "weft.yaml:2: upstreams.catalogue: the schema has no such upstream; did you mean catalog?"},
		{"UnknownUpstreamNothingClose", "upstreams:\n  x: {}\n", "weft.yaml:2: upstreams.x: the schema has no such upstream; it has catalog, stock-levels"},
		{"DuplicateKey", "addr: :1\nreport: all\naddr: :2\n", "weft.yaml:3: addr: given twice, first on line 1"},
		{"DuplicateUpstream", "upstreams:\n  catalog: {}\n  catalog: {}\n", "weft.yaml:3: upstreams.catalog: given twice, first on line 2"},

		{"Addr", "addr: 8080\n", `weft.yaml:1: addr: must be host:port, such as localhost:8080 or :8080, is "8080"`},
		{"AddrPort", "addr: localhost:70000\n", `weft.yaml:1: addr: must be host:port, such as localhost:8080 or :8080, is "localhost:70000"`},
		{"Executor", "executor: fast\n", `weft.yaml:1: executor: there is no executor "fast": choose planned or stock`},
		{"Playground", "playground: on\n", `weft.yaml:1: playground: must be true or false, is "on"`},
		{"Report", "report: maybe\n", `weft.yaml:1: report: there is no "maybe": choose off, token or all`},
		{"ReportToken", "report: token\n", `weft.yaml: reportToken: is not given, and report is token: nobody could ask for one`},
		{"Trace", "trace: true\n", `weft.yaml:1: trace: unknown key: it is now report, which is off, token or all`},
		{"Timeout", "timeout: 10\n", `weft.yaml:1: timeout: must be a duration with its unit, such as 500ms or 2s, is "10"`},
		{"TimeoutZero", "timeout: 0s\n", "weft.yaml:1: timeout: must be more than 0: leave it out for the default"},
		{"TimeoutLarge", "timeout: 1m\n", `weft.yaml:1: timeout: must be at most 30s, is "1m"`},
		{"LameDuckNegative", "lameDuck: -1s\n", `weft.yaml:1: lameDuck: must not be negative, is "-1s"`},

		{"UnknownGroupKey", "cache:\n  maxByte: 1\n", "weft.yaml:2: cache.maxByte: unknown key; did you mean maxBytes?"},
		{"UnknownCacheKey", in("cache: {maxage: 1s}"), "weft.yaml:3: upstreams.catalog.cache.maxage: unknown key; did you mean maxAge?"},
		{"GroupScalar", "redis: redis://canary\n", "weft.yaml:1: redis: must be a mapping: names, each with a colon and a value"},
		{"CacheEnabled", "cache: {enabled: on}\n", `weft.yaml:1: cache.enabled: must be true or false, is "on"`},
		{"LimitZero", "limits: {nodes: 0}\n", `weft.yaml:1: limits.nodes: must be a whole number of at least 1, is "0"`},
		{"HalfOfTLS", "tls: {cert: a.crt}\n", "weft.yaml: tls: needs both tls.cert and tls.key, and has one of them"},
		{"EgressScheme", "egress: {schemes: ftp}\n", `weft.yaml:1: egress.schemes: there is no "ftp": choose http, https or both`},
		{"EgressHost", "egress: {hosts: ['https://a.example/']}\n", noHost + `"https://a.example/"`},
		{"EgressHostPort", "egress: {hosts: ['a.example:80']}\n", noHost + `"a.example:80"`},
		{"EgressHostStar", "egress: {hosts: ['*']}\n", noHost + `"*"`},
		{"EgressHostStars", "egress: {hosts: ['a.*.a.example']}\n", noHost + `"a.*.a.example"`},
		{"EgressLoopback", "egress: {loopback: no}\n", `weft.yaml:1: egress.loopback: must be true or false, is "no"`},
		{"NoOrigin", "cors: {origins: [app.example.com]}\n", noOrigin + `"app.example.com"`},
		{"OriginWithPath", "cors: {origins: ['https://app.example.com/']}\n", noOrigin + `"https://app.example.com/"`},
		{"OriginWithStars", "cors: {origins: ['https://app*.example.com']}\n", noOrigin + `"https://app*.example.com"`},
		{"OriginWithUser", "cors: {origins: ['https://a@b']}\n", noOrigin + `"https://a@b"`},
		{"OriginOfAFile", "cors: {origins: ['file://x']}\n", noOrigin + `"file://x"`},
		{"OriginOfAnyName", "cors: {origins: ['https://*']}\n", noOrigin + `"https://*"`},
		{"CORSHeader", "cors: {headers: [X Y]}\n", `weft.yaml:1: cors.headers: "X Y" is not the name of a header`},
		{"OriginBelowAnAddress", "cors: {origins: ['https://*.10.0.0.1']}\n", noOrigin + `"https://*.10.0.0.1"`},
		{"CookiesOfCom", "cors: {origins: ['https://*.com'], credentials: true}\n", `weft.yaml: cors.credentials: must be false while cors.origins has "https://*.com": anybody may have a name below com, so list the origins whose pages may send cookies`},
		{"CookiesOfHostedPages", "cors: {origins: ['https://*.example.com', 'https://*.GitHub.io:*'], credentials: true}\n", `weft.yaml: cors.credentials: must be false while cors.origins has "https://*.GitHub.io:*": anybody may have a name below github.io, so list the origins whose pages may send cookies`},
		{"EverybodysCookies", "cors: {origins: ['*'], credentials: true}\n", "weft.yaml: cors.credentials: must be false while cors.origins is '*': list the origins whose pages may send cookies"},
		{"UnknownLevel", "compression: {zstd: 5}\n", "weft.yaml:1: compression.zstd: zstd has levels from 1 to 4, and 0 to leave it out: 5 is none of them"},
		{"NoLevel", "compression: {gzip: fast}\n", `weft.yaml:1: compression.gzip: must be a whole number, is "fast"`},
		{"Mode", "operations: {mode: closed}\n", `weft.yaml:1: operations.mode: there is no mode "closed": choose open, observe or locked`},
		{"LockedWithoutManifests", "operations: {mode: locked}\n", "weft.yaml: operations.manifests: is not given, and operations.mode is locked: no operation could be run"},
		{"ManifestByHTTP", "operations:\n  manifests: [a.json, 'http://x.example/?canary']\n", "weft.yaml:2: operations.manifests: http://x.example: manifests are fetched by https; by http from this machine only"},
		{"ManifestIsNoText", "operations:\n  manifests:\n  - a.json\n  - {b: c}\n", "weft.yaml:4: operations.manifests: must be a single value"},
		{"RecordIsNoFolder", "record: ''\n", "weft.yaml:1: record: is no folder"},
		{"RecordsNoMember", "record: a\nrecordValues: [a, '']\n", "weft.yaml:2: recordValues: has a name that is empty"},
		{"ValuesWithoutRecord", "recordValues: [a]\n", "recordValues: is given, and record is not: nothing is written"},
		{"IDAtQuery", "operations: {ids: query}\n", "weft.yaml:1: operations.ids: query has another meaning: an id cannot stand there"},
		{"IDIsNoName", "operations: {ids: [documentId, 'a b']}\n", `weft.yaml:1: operations.ids: "a b" is not a member's name: letters, digits and _ . -, such as documentId or doc_id`},
		{"IDHeader", "operations: {idHeaders: [X-Id, content-type]}\n", "weft.yaml:1: operations.idHeaders: content-type has another meaning: an id cannot stand there"},
		{"IDHeaderIsNoName", "operations: {idHeaders: 'a b'}\n", `weft.yaml:1: operations.idHeaders: "a b" is not the name of a header`},
		{"APQBytes", "operations: {apqRedisBytes: 1KiB}\n", `weft.yaml:1: operations.apqRedisBytes: must be at least 1MiB, is "1KiB": with operations.apq: false nothing is registered`},
		{"APQTTL", "operations: {apqTTL: 1s}\n", `weft.yaml:1: operations.apqTTL: must be at least 1m, is "1s"`},
		{"UnknownLimit", "limits:\n  node: 1\n", "weft.yaml:2: limits.node: unknown key; did you mean nodes?"},
		{"CacheMaxBytes", "cache: {maxBytes: 0}\n", `weft.yaml:1: cache.maxBytes: must be a size such as 8MiB (B, KiB, MiB, GiB), is "0"`},
		{"CachePrefix", "cache: {prefix: \"{weft}\"}\n", "weft.yaml:1: cache.prefix: must have 1 to 64 letters, digits and _ . : -"},
		{"CachePrefixSlash", "cache: {prefix: canary/a}\n", "weft.yaml:1: cache.prefix: must have 1 to 64 letters, digits and _ . : -"},
		{"CachePrefixEmpty", "cache: {prefix: \"\"}\n", "weft.yaml:1: cache.prefix: must have 1 to 64 letters, digits and _ . : -"},
		{"CacheSecretInFile", "cache: {secret: canary}\n", "weft.yaml:1: cache.secret: must be a mapping: names, each with a colon and a value\nweft.yaml:1: cache.secret: must have either env, the variable that holds the secret, or file"},
		{"CacheSecretEmpty", "cache: {secret: {}}\n", "weft.yaml:1: cache.secret: must have either env, the variable that holds the secret, or file"},
		{"CacheSecretBoth", "cache:\n  secret: {env: LONG, file: long}\n", "weft.yaml:2: cache.secret: must have either env, the variable that holds the secret, or file"},
		{"CacheSecretShort", "cache: {secret: {env: TOKEN}}\n", "weft.yaml:1: cache.secret.env: the secret must have at least 16 bytes"},
		{"CacheSecretFileShort", "cache: {secret: {file: token}}\n", "weft.yaml:1: cache.secret.file: the secret must have at least 16 bytes"},
		{"CacheSecretUnset", "cache: {secret: {env: canary}}\n", "weft.yaml:1: cache.secret.env: the environment variable of this name is not set: set it to the secret"},
		{"RedisWrites", "redis: {writes: maybe}\n", "weft.yaml:1: redis.writes: there is no \"maybe\": choose proceed or refuse"},
		{"RedisURL", "redis: {url: localhost:6379}\n", "weft.yaml:1: redis.url: must be a URL of Redis, such as redis://localhost:6379, rediss://user:password@host:6380/0 or redis+cluster://a:6379,b:6379"},
		{"RedisScheme", "redis: {url: \"http://:canary@x\"}\n", "weft.yaml:1: redis.url: must be a URL of Redis, such as redis://localhost:6379, rediss://user:password@host:6380/0 or redis+cluster://a:6379,b:6379"},
		{"RedisNoHost", "redis: {url: \"redis://:canary@\"}\n", "weft.yaml:1: redis.url: must be a URL of Redis, such as redis://localhost:6379, rediss://user:password@host:6380/0 or redis+cluster://a:6379,b:6379"},
		{"RedisSocket", "redis: {url: \"unix:///canary.sock\"}\n", "weft.yaml:1: redis.url: must be a URL of Redis, such as redis://localhost:6379, rediss://user:password@host:6380/0 or redis+cluster://a:6379,b:6379"},
		{"RedisNoSecondHost", "redis: {url: \"redis+cluster://a,:6379\"}\n", "weft.yaml:1: redis.url: must be a URL of Redis, such as redis://localhost:6379, rediss://user:password@host:6380/0 or redis+cluster://a:6379,b:6379"},
		{"RedisPort", "redis: {url: \"redis://canary:x\"}\n", "weft.yaml:1: redis.url: must be a URL of Redis, such as redis://localhost:6379, rediss://user:password@host:6380/0 or redis+cluster://a:6379,b:6379"},
		{"RedisQuerySlash", "redis: {url: \"redis+sentinel://a:26379,b/canary#x\"}\n", "weft.yaml:1: redis.url: must be a URL of Redis, such as redis://localhost:6379, rediss://user:password@host:6380/0 or redis+cluster://a:6379,b:6379"},
		{"AdminAddr", "admin: {addr: 8081}\n", `weft.yaml:1: admin.addr: must be host:port, such as localhost:8080 or :8080, is "8081"`},
		{"AdminToken", "admin: {addr: \":8081\"}\n", "weft.yaml: admin.token: is missing, and admin.addr is given: give it here or in WEFT_ADMIN_TOKEN"},
		{"MaxAge", in("cache: {maxAge: 30}"), `weft.yaml:3: upstreams.catalog.cache.maxAge: must be a duration with its unit, such as 500ms or 2s, is "30"`},
		{"StaleIfError", in("cache: {staleIfError: -1s}"), `weft.yaml:3: upstreams.catalog.cache.staleIfError: must not be negative, is "-1s"`},
		{"Share", in("share: sometimes"), `weft.yaml:3: upstreams.catalog.share: must be true or false, is "sometimes"`},

		{"JobWithoutDocument", "jobs:\n  front: {every: 5m}\n", "weft.yaml:2: jobs.front: must have either document, the text of a query, or id, that of one in operations.manifests"},
		{"JobDocumentAndID", "jobs:\n  front: {document: '{ a }', id: a, warm: true}\n", "weft.yaml:2: jobs.front: must have either document, the text of a query, or id, that of one in operations.manifests"},
		{"JobForNothing", "jobs:\n  front: {document: '{ a }'}\n", "weft.yaml:2: jobs.front: runs once, and is of no use after that: give every, warm or onInvalidation"},
		{"JobKey", "jobs:\n  front: {document: '{ a }', evry: 5m}\n", "weft.yaml:2: jobs.front.evry: unknown key; did you mean every?"},
		{"JobTwice", "jobs:\n  front: {document: '{ a }', warm: true}\n  front: {document: '{ a }', warm: true}\n", "weft.yaml:3: jobs.front: given twice, first on line 2"},
		{"JobList", "jobs: [front]\n", "weft.yaml:1: jobs: must be a mapping: names, each with a colon and a value"},
		{"JobEvery", "jobs:\n  front: {document: '{ a }', every: 5}\n", `weft.yaml:2: jobs.front.every: must be a duration with its unit, such as 500ms or 2s, is "5"`},
		{"JobEveryShort", "jobs:\n  front: {document: '{ a }', every: 500ms}\n", `weft.yaml:2: jobs.front.every: must be at least 1s, is "500ms"`},
		{"JobVariables", "jobs:\n  front: {document: '{ a }', warm: true, variables: [1]}\n", "weft.yaml:2: jobs.front.variables: must be a mapping: names, each with a colon and a value"},
		{"JobVariableInfinite", "jobs:\n  front: {document: '{ a }', warm: true, variables: {a: .inf}}\n", "weft.yaml:2: jobs.front.variables: cannot be written as JSON: names must be texts, and numbers finite"},
		{"JobHeaderSecret", "jobs:\n  front: {document: '{ a }', warm: true, headers: {authorization: canary}}\n", "weft.yaml:2: jobs.front.headers.authorization: holds a secret: use credential, so that the secret is not in this file"},
		{"JobCredential", "jobs:\n  front: {document: '{ a }', warm: true, credential: {prefix: 'Bearer '}}\n", "weft.yaml:2: jobs.front.credential: must have either env, the variable that holds the secret, or file"},
		{"UnknownImages", "images:\n  picture: {template: 'https://a.example/{source}', hosts: [a.example]}\n", "weft.yaml:2: images.picture: the schema has no such image service; did you mean pictures?"},
		{"ImagesNothing", "images:\n  pictures: {hosts: [a.example]}\n", "weft.yaml:2: images.pictures: must have either imgproxy, the URL of one, or template, that of another image service"},
		{"ImagesHosts", "images:\n  pictures: {template: 'https://a.example/{source}'}\n", "weft.yaml:2: images.pictures: hosts: names none: say which hosts pictures may be fetched from"},
		{"ImagesNoKey", "images:\n  pictures: {imgproxy: 'https://a.example', hosts: [a.example], salt: {env: DIGITS}}\n", "weft.yaml:2: images.pictures: key: is missing: imgproxy verifies signatures with it"},
		{"ImagesKeyNoHex", "images:\n  pictures: {imgproxy: 'https://a.example', hosts: [a.example], salt: {env: DIGITS}, key: {env: LONG}}\n", "weft.yaml:2: images.pictures.key.env: the secret must be hexadecimal digits, an even number of them"},
		{"ImagesKeyInFile", "images:\n  pictures: {imgproxy: 'https://a.example', hosts: [a.example], key: canary}\n", "weft.yaml:2: images.pictures.key: must be a mapping: names, each with a colon and a value\nweft.yaml:2: images.pictures.key: must have either env, the variable that holds the secret, or file"},
		{"ImagesWidth", "images:\n  pictures: {template: 'https://a.example/{source}', hosts: [a.example], widths: [320, wide]}\n", `weft.yaml:2: images.pictures.widths: must be a whole number of at least 1, is "wide"`},
		{"ImagesWidthLarge", "images:\n  pictures: {template: 'https://a.example/{source}', hosts: [a.example], widths: [20000]}\n", "weft.yaml:2: images.pictures: widths: must be of 1 to 16384, one is 20000"},
		{"ImagesTemplate", "images:\n  pictures: {template: 'https://a.example/{sauce}', hosts: [a.example]}\n", "weft.yaml:2: images.pictures: template: {sauce} is none of {source}, {width}, {height}, {fit}, {format}, {quality}"},
		{"WarmUp", "warmUp: -1s\n", `weft.yaml:1: warmUp: must not be negative, is "-1s"`},

		{"URLRelative", in("url: /canary"), "weft.yaml:3: upstreams.catalog.url: must be an absolute URL, such as https://catalog.example.com/v1"},
		{"URLScheme", in("url: ftp://canary"), "weft.yaml:3: upstreams.catalog.url: must be an absolute URL, such as https://catalog.example.com/v1"},
		{"URLPort", in("url: 'http://canary:99999'"), "weft.yaml:3: upstreams.catalog.url: has a port that is none: ports are from 1 to 65535"},
		{"URLBroken", in(`url: "http://canary:%zz"`), "weft.yaml:3: upstreams.catalog.url: must be an absolute URL, such as https://catalog.example.com/v1"},
		{"URLUser", in("url: https://me:canary@x"), "weft.yaml:3: upstreams.catalog.url: must not have a user or password: use credential"},
		{"URLQuery", in("url: https://x/?key=canary"), "weft.yaml:3: upstreams.catalog.url: must end with the path: use query for constant parameters"},
		{"UpstreamHalfOfTLS", in("url: https://x\ntls: {key: a.key}"), "weft.yaml:4: upstreams.catalog.tls: needs both cert and key, and has one of them"},
		{"UpstreamTLSKey", in("url: https://x\ntls: {cacert: a.crt}"), "weft.yaml:4: upstreams.catalog.tls.cacert: unknown key; did you mean cert?"},
		{"OAuthNowhere", in("url: https://x\noauth: {clientID: a, secret: {env: TOKEN}}"), "weft.yaml:4: upstreams.catalog.oauth: needs url, where tokens are asked for"},
		{"OAuthNobody", in("url: https://x\noauth: {url: 'https://l', secret: {env: TOKEN}}"), "weft.yaml:4: upstreams.catalog.oauth: needs clientID, what this service is known by there"},
		{"OAuthNoSecret", in("url: https://x\noauth: {url: 'https://l', clientID: a}"), "weft.yaml:4: upstreams.catalog.oauth: needs secret, or the certificate of tls, by which it is known who asks"},
		{"OAuthSecretInFile", in("url: https://x\noauth: {url: 'https://l', clientID: a, secret: canary}"), "weft.yaml:4: upstreams.catalog.oauth.secret: must be a mapping: names, each with a colon and a value\nweft.yaml:4: upstreams.catalog.oauth.secret: must have either env, the variable that holds the secret, or file"},
		{"OAuthPlain", in("url: https://x\noauth: {url: 'http://canary/token', clientID: a, secret: {env: TOKEN}}"), "weft.yaml:4: upstreams.catalog.oauth.url: must begin with https:// (http:// is for this machine only)"},
		{"OAuthClientAuth", in("url: https://x\noauth: {url: 'https://l', clientID: a, secret: {env: TOKEN}, clientAuth: jwt}"), `weft.yaml:4: upstreams.catalog.oauth.clientAuth: there is no "jwt": choose basic or body`},
		{"OAuthScope", in("url: https://x\noauth: {url: 'https://l', clientID: a, secret: {env: TOKEN}, scopes: 'a b'}"), "weft.yaml:4: upstreams.catalog.oauth.scopes: must be scopes, without spaces in them"},
		{"OAuthHalfOfTLS", in("url: https://x\noauth: {url: 'https://l', clientID: a, tls: {key: a.key}}"), "weft.yaml:4: upstreams.catalog.oauth.tls: needs both cert and key, and has one of them"},
		{"UpstreamTimeout", in("timeout: soon"), `weft.yaml:3: upstreams.catalog.timeout: must be a duration with its unit, such as 500ms or 2s, is "soon"`},
		{"UpstreamTimeoutNegative", in("timeout: -2s"), `weft.yaml:3: upstreams.catalog.timeout: must not be negative, is "-2s"`},
		{"InFlightNegative", in("inFlight: -1"), `weft.yaml:3: upstreams.catalog.inFlight: must be a whole number of at least 1, is "-1"`},
		{"InFlightText", in("inFlight: many"), `weft.yaml:3: upstreams.catalog.inFlight: must be a whole number of at least 1, is "many"`},
		{"MaxBodyUnit", in("maxBody: 8MB"), `weft.yaml:3: upstreams.catalog.maxBody: must be a size such as 8MiB (B, KiB, MiB, GiB), is "8MB"`},
		{"MaxBodyTwoUnits", in("maxBody: 8BKiB"), `weft.yaml:3: upstreams.catalog.maxBody: must be a size such as 8MiB (B, KiB, MiB, GiB), is "8BKiB"`},
		{"MaxBodyZero", in("maxBody: 0"), `weft.yaml:3: upstreams.catalog.maxBody: must be a size such as 8MiB (B, KiB, MiB, GiB), is "0"`},
		{"HeaderName", in(`headers: {"X Y": canary}`), "weft.yaml:3: upstreams.catalog.headers.X Y: is not the name of a header"},
		{"HeaderValue", in(`headers: {X: "canary\r\nY: z"}`), "weft.yaml:3: upstreams.catalog.headers.X: must not contain control characters or line breaks"},
		{"HeaderSecret", in("headers:\n  authorization: Bearer canary"), "weft.yaml:4: upstreams.catalog.headers.authorization: holds a secret: use credential, so that the secret is not in this file"},
		{"HeaderSecretNowhere", in("headers: {X: {file: absent}}"), "weft.yaml:3: upstreams.catalog.headers.X.file: the secret's file cannot be read: no such file or directory"},
		{"HeaderSecretTwice", in("headers: {X: {file: token, env: TOKEN}}"), "weft.yaml:3: upstreams.catalog.headers.X: must have either env, the variable that holds the secret, or file"},
		{"HeaderSecretOtherwise", in("headers: {X: {value: canary}}"), "weft.yaml:3: upstreams.catalog.headers.X.value: unknown key\nweft.yaml:3: upstreams.catalog.headers.X: must have either env, the variable that holds the secret, or file"},
		{"HeaderSecretName", in("headers: {'X Y': {file: token}}"), "weft.yaml:3: upstreams.catalog.headers.X Y: is not the name of a header"},
		{"QuerySecretNowhere", in("query: {key: {file: absent}}"), "weft.yaml:3: upstreams.catalog.query.key.file: the secret's file cannot be read: no such file or directory"},
		{"HeaderList", in("headers: {X: [canary]}"), "weft.yaml:3: upstreams.catalog.headers.X: must be a single value"},
		{"QueryScalar", in("query: canary"), "weft.yaml:3: upstreams.catalog.query: must be a mapping: names, each with a colon and a value"},

		{"CredentialEmpty", in("credential: {header: X}"), "weft.yaml:3: upstreams.catalog.credential: must have either env, the variable that holds the secret, or file"},
		{"CredentialBoth", in("credential:\n  env: TOKEN\n  file: token"), "weft.yaml:4: upstreams.catalog.credential: must have either env, the variable that holds the secret, or file"},
		{"CredentialUnset", in("credential: {env: canary}"), "weft.yaml:3: upstreams.catalog.credential.env: the environment variable of this name is not set: set it to the secret"},
		{"CredentialNoFile", in("credential: {file: canary}"), "weft.yaml:3: upstreams.catalog.credential.file: the secret's file cannot be read: no such file or directory"},
		{"CredentialEmptyFile", in("credential: {file: empty}"), "weft.yaml:3: upstreams.catalog.credential.file: the secret's file is empty"},
		{"CredentialFolder", in("credential: {file: .}"), "weft.yaml:3: upstreams.catalog.credential.file: the secret's file cannot be read: is a directory"},
		{"CredentialTwoLines", in("credential: {env: LINES}"), "weft.yaml:3: upstreams.catalog.credential.env: the secret must not contain control characters or line breaks"},
		{"CredentialFileTwoLines", in("credential: {file: lines}"), "weft.yaml:3: upstreams.catalog.credential.file: the secret must not contain control characters or line breaks"},
		{"CredentialHeader", in("credential: {env: TOKEN, header: \"a:\"}"), "weft.yaml:3: upstreams.catalog.credential.header: is not the name of a header"},
		{"CredentialHeaderEmpty", in("credential: {env: TOKEN, header: \"\"}"), "weft.yaml:3: upstreams.catalog.credential.header: is not the name of a header"},

		{"NoValue", "addr:\n", "weft.yaml:1: addr: has no value: give one, or leave the key out"},
		{"List", "- addr\n", "weft.yaml:1: must be a mapping: names, each with a colon and a value"},
		{"Text", "just text\n", "weft.yaml:1: must be a mapping: names, each with a colon and a value"},
		{"UpstreamList", "upstreams: [catalog]\n", "weft.yaml:1: upstreams: must be a mapping: names, each with a colon and a value"},
		{"Mapping", "addr: {host: x}\n", "weft.yaml:1: addr: must be a single value"},
		{"Anchor", "addr: &a :1\n", "weft.yaml:1: addr: must be a single value"},
		{"Alias", "addr: *a\n", "weft.yaml:1: addr: must be a single value"},
		{"Tag", "addr: !!str :1\n", "weft.yaml:1: addr: must be a single value"},
		{"MergeKey", "<<: {addr: x}\n", "weft.yaml:1: a name must be plain text"},
		{"KeyMapping", "? {a: b}\n: c\n", "weft.yaml:2: not valid YAML: found an invalid key for this map"},
		{"TwoDocuments", "addr: :1\n---\naddr: :2\n", "weft.yaml: must be one YAML document, without a line of ---"},
		{"NotYAML", "addr: :1\nupstreams: {\n", "weft.yaml:2: not valid YAML: could not find flow mapping end token '}'"},
		{"NotYAMLQuotesNothing", in("url: |canary"), "weft.yaml:3: not valid YAML: invalid header option"},
		{"Tab", "upstreams:\n\tcatalog: {}\n", "weft.yaml:2: not valid YAML: found character '\t' that cannot start any token"},
		{"NotText", "\x00\x01\x02", "weft.yaml:1: must be a mapping: names, each with a colon and a value"},

		{"All", "adr: x\nupstreams:\n  catalog: {timeuot: 1s, inFlight: 0}\n  other: {}\n", `weft.yaml:1: adr: unknown key; did you mean addr?
weft.yaml:3: upstreams.catalog.timeuot: unknown key; did you mean timeout?
weft.yaml:3: upstreams.catalog.inFlight: must be a whole number of at least 1, is "0"
weft.yaml:4: upstreams.other: the schema has no such upstream; it has catalog, stock-levels`},
	}, authenticationErrors()...)
}

func TestFileErrors(t *testing.T) {
	for _, tt := range fileErrors() {
		t.Run(tt.name, func(t *testing.T) {
			write(t, tt.file)
			for name, secret := range map[string]string{"empty": "\n", "token": "canary", "lines": "canary\ncanary\n", "long": "canary and sixteen bytes"} {
				if err := os.WriteFile(name, []byte(secret), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			program := shop()
			program.Images = []string{"pictures"}
			_, err := config.Load(program, []string{"-config=weft.yaml"}, env(map[string]string{
				"TOKEN": "canary", "LINES": "canary\ncanary", "LONG": "canary and sixteen bytes", "DIGITS": "c0dec0dec0dec0dec0dec0dec0dec0de",
			}))
			if err == nil {
				t.Fatal("got no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("a secret is printed: %v", err)
			}
		})
	}
}

func emptyFiles() []string {
	return []string{"", "\n", "# nothing\n", "---\n", "null\n", "upstreams:\n", "upstreams:\n  catalog:\n", "upstreams:\n  # catalog: {}\n"}
}

func TestEmptyFilesAreFine(t *testing.T) {
	for _, text := range emptyFiles() {
		write(t, text)
		if _, err := config.Load(shop(), []string{"-config=weft.yaml"}, env(nil)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestImages: an image service has a name of the schema's, and each of these has one as soon as there are services.
func TestImages(t *testing.T) {
	program := shop()
	program.Images = []string{"pictures"}
	const urls = "upstreams:\n  catalog: {url: http://x}\n  stock-levels: {url: http://y}\n"
	load := func(text string) (config.Config, error) {
		write(t, text)
		if err := os.WriteFile("salt", []byte("c0dec0dec0dec0dec0dec0dec0dec0de\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return config.Load(program, []string{"-config=weft.yaml"}, env(map[string]string{"KEY": "C0DEC0DEC0DEC0DEC0DEC0DEC0DEC0DE"}))
	}
	if _, err := load(urls); err == nil || !strings.HasPrefix(err.Error(), "weft.yaml: images.pictures: is missing") {
		t.Errorf("got %v", err)
	}
	conf, err := load(urls + "images:\n  pictures: {imgproxy: 'https://a.example', key: {env: KEY}, salt: {file: salt}, hosts: b.example, widths: [320]}\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conf.Images["pictures"].URL("https://b.example/x", imageurl.Wanted{Width: 320}); err != nil {
		t.Error(err)
	}
	if text := strings.ToLower(fmt.Sprintf("%v %+v %#v", conf, conf, conf)); strings.Contains(text, "c0de") || strings.Contains(text, "192 222") {
		t.Errorf("a secret is printed: %s", text)
	}
}

func TestUnreadableFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("large", make([]byte, 1<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"absent.yaml": "absent.yaml: cannot be read: no such file or directory",
		".":           ".: cannot be read: is a directory",
		"large":       "large: cannot be read: it has more than 1048576 bytes",
	} {
		if _, err := config.Load(shop(), []string{"-config", path}, env(nil)); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestCommandLineAndEnvironmentErrors(t *testing.T) {
	tests := []struct {
		name string
		args []string
		env  map[string]string
		want string
	}{
		{"UnknownFlag", []string{"-adr=:1"}, nil, "flag provided but not defined: -adr; shop -h lists all flags"},
		{"Argument", []string{"serve"}, nil, `unexpected argument "serve": shop takes flags only, -h lists them`},
		{"FlagWithoutValue", []string{"-config"}, nil, "flag needs an argument: -config; shop -h lists all flags"},
		{"Addr", []string{"-addr=8080"}, nil, `-addr: must be host:port, such as localhost:8080 or :8080, is "8080"`},
		{"Executor", []string{"-executor=x"}, nil, `-executor: there is no executor "x": choose planned or stock`},
		{"Truths", []string{"-report=x", "-playground=", "-addr=x"}, nil, `-addr: must be host:port, such as localhost:8080 or :8080, is "x"
-playground: must be true or false, is ""
-report: there is no "x": choose off, token or all`},
		{"Trace", []string{"-trace"}, nil, "flag provided but not defined: -trace: it is now -report, which is off, token or all; shop -h lists all flags"},
		{"TraceVariable", nil, map[string]string{"WEFT_TRACE": "true"}, "WEFT_TRACE: unknown variable: it is now WEFT_REPORT, which is off, token or all"},
		{
			"Variables", nil,
			map[string]string{"WEFT_ADDR": "x", "WEFT_PLAYGROUND": "yes", "WEFT_REPORT": "x", "WEFT_TIMEOUT": "x", "WEFT_UPSTREAM_CATALOG_URL": "canary"},
			`WEFT_ADDR: must be host:port, such as localhost:8080 or :8080, is "x"
WEFT_PLAYGROUND: must be true or false, is "yes"
WEFT_REPORT: there is no "x": choose off, token or all
WEFT_TIMEOUT: must be a duration with its unit, such as 500ms or 2s, is "x"
WEFT_UPSTREAM_CATALOG_URL: must be an absolute URL, such as https://catalog.example.com/v1`,
		},
		{
			"Secrets",
			[]string{"-cache.enabled=x"},
			map[string]string{"WEFT_ADMIN_TOKEN": "canary", "WEFT_CACHE_SECRET": "canary\ncanary and sixteen bytes", "WEFT_REDIS_URL": "canary", "WEFT_ADMIN_ADDR": ":1"},
			`WEFT_ADMIN_TOKEN: the secret must have at least 16 bytes
WEFT_CACHE_SECRET: the secret must not contain control characters or line breaks
WEFT_REDIS_URL: must be a URL of Redis, such as redis://localhost:6379, rediss://user:password@host:6380/0 or redis+cluster://a:6379,b:6379
-cache.enabled: must be true or false, is "x"`,
		},
		{"Locked", []string{"-operations.mode=locked"}, nil, "WEFT_OPERATIONS_MANIFESTS: is not given, and operations.mode is locked: no operation could be run"},
		{"AdminToken", []string{"-admin.addr=:1"}, nil, "WEFT_ADMIN_TOKEN: is not set, and admin.addr is given: whoever asks there needs it"},
		{
			"Both",
			[]string{"-addr=x"},
			map[string]string{"WEFT_REPORT": "x"},
			"WEFT_REPORT: there is no \"x\": choose off, token or all\n-addr: must be host:port, such as localhost:8080 or :8080, is \"x\"",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Load(shop(), tt.args, env(tt.env))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}

// FuzzFile holds that whatever a file holds, Load returns: a configuration, or an error that names the file.
func FuzzFile(f *testing.F) {
	for _, seed := range []string{
		"addr: :1\n", "upstreams:\n  catalog:\n    url: http://x\n", "a: &x [*x]\n", "? - a\n: b\n", "{", "- - -\n", "a: |\n  b\n", "'", "%YAML 1.2\n---\n", "<<: *a",
		"upstreams: {catalog: {headers: {a: 1, b: .inf, c: 0x1}}}", "upstreams:\n  catalog:\n    credential: !x {env: y}\n",
	} {
		f.Add(seed)
	}
	path := f.TempDir() + "/weft.yaml"
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := config.Load(shop(), []string{"-config", path}, env(nil))
		if err == nil {
			return
		}
		for line := range strings.SplitSeq(err.Error(), "\n") {
			if strings.HasPrefix(line, path+":") {
				return
			}
		}
		t.Errorf("%q: the error does not name the file: %v", text, err)
	})
}
