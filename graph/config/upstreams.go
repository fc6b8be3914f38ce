package config

import (
	"errors"
	"fmt"
	"maps"
	"mime"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"weft/graph/auth"
	"weft/graph/oauth"
	"weft/upstream"
)

// upstreams reads the options of each upstream over those it has already.
func (f *file) upstreams(key string, node ast.Node) {
	f.each(key, node, func(name, key string, at, value ast.Node) {
		o, known := f.config.Upstreams[name]
		if !known {
			names := slices.Sorted(maps.Keys(f.config.Upstreams))
			f.fail(at, key, fmt.Errorf("the schema has no such upstream%s", orAll(didYouMean(name, names), names)))
			return
		}
		f.lines[name] = lineOf(at)
		kept, tokens, sign := f.config.UpstreamCache[name], oauth.Settings{}, auth.SignerOptions{}
		f.mapping(key, value, upstreamMembers(&o, &kept, &tokens, &sign))
		if sign != (auth.SignerOptions{}) {
			if f.config.SignClaims == nil {
				f.config.SignClaims = map[string]auth.SignerOptions{}
			}
			f.config.SignClaims[name] = sign
		}
		if tokens.URL != "" {
			if f.config.OAuth == nil {
				f.config.OAuth = map[string]oauth.Settings{}
			}
			f.config.OAuth[name] = tokens
		}
		if slices.Contains(kept.Ignore, "private") && f.forwards(name, "") {
			f.fail(at, key+".cache.ignore", errors.New("private counts where the schema forwards headers to the service, since its answers are then for who asks: leave it out"))
		}
		f.config.Upstreams[name], f.config.UpstreamCache[name] = o, kept
	})
}

// forwards reports whether an upstream receives a header of the client's; "": any.
func (l *loader) forwards(name, header string) bool {
	is := func(forwarded string) bool { return header == "" || strings.EqualFold(forwarded, header) }
	return slices.ContainsFunc(l.known.Upstreams, func(s upstream.Spec) bool { return s.Name == name && slices.ContainsFunc(s.ForwardHeaders, is) })
}

// orAll returns the suggestion, or all names where there is none.
func orAll(suggestion string, names []string) string {
	if suggestion != "" || len(names) == 0 {
		return suggestion
	}
	return "; it has " + strings.Join(names, ", ")
}

// upstreamMembers are the keys of an upstream; what is read replaces what these have already.
func upstreamMembers(o *upstream.Options, kept *UpstreamCache, tokens *oauth.Settings, sign *auth.SignerOptions) []member {
	return slices.Concat(callMembers(o), failingMembers(&o.Network), []member{tlsMember(&o.Network.TLS), oauthMember(tokens), signMember(sign)}, answerMembers(o), []member{
		{
			name: "cache", about: "for answers of which neither they themselves nor the schema say how long they may be kept",
			members: cacheMembers(kept),
			read:    func(f *file, key string, value ast.Node) { f.mapping(key, value, cacheMembers(kept)) },
		},
		{
			name: "share", initial: "true", about: "whether equal operations at one time may be one when this service answers part of them",
			read: text(func(text string) (err error) {
				kept.Share, err = parseTruth(text)
				return err
			}),
		},
	})
}

// callMembers are those of how it is called.
func callMembers(o *upstream.Options) []member {
	return []member{
		{
			name: "url", like: "https://{name}.example.com/v1", about: "where the service is: scheme, host and path",
			read: text(func(text string) error {
				o.URL = text
				return checkURL(text)
			}),
		},
		{
			name: "headers", like: "{X-Client: weft}", about: "constant headers of every call; the value of one with a secret is {file: PATH} or {env: NAME}",
			read: func(f *file, key string, value ast.Node) {
				var secrets []upstream.Credential
				o.Header, secrets = f.textsOrSecrets(key, value, checkHeader, func(name string) upstream.Credential {
					return upstream.Credential{Header: name}
				})
				o.Secrets = append(slices.DeleteFunc(slices.Clone(o.Secrets), func(c upstream.Credential) bool { return c.Query == "" }), secrets...)
			},
		},
		{
			name: "query", like: "{locale: en}", about: "constant parameters of every call's URL, secrets likewise",
			read: func(f *file, key string, value ast.Node) {
				var secrets []upstream.Credential
				o.Query, secrets = f.textsOrSecrets(key, value, func(string, string) error { return nil }, func(name string) upstream.Credential {
					return upstream.Credential{Query: name}
				})
				o.Secrets = append(slices.DeleteFunc(slices.Clone(o.Secrets), func(c upstream.Credential) bool { return c.Query != "" }), secrets...)
			},
		},
		{
			name: "credential", about: "a secret that goes with every call. Changed files are read again, as in headers and query",
			members: credentialMembers(new(upstream.Credential), new(source), nil),
			read:    func(f *file, key string, value ast.Node) { o.Credential, _ = f.credential(key, value) },
		},
		{
			name: "timeout", initial: "2s", about: "time for a call, from its wait for a slot to the last byte",
			read: text(func(text string) (err error) {
				o.Timeout, err = parseTimeout(text)
				return err
			}),
		},
		{
			name: "inFlight", initial: "100", about: "calls at one time, the others wait",
			read: text(func(text string) (err error) {
				o.InFlight, err = parseCount(text)
				return err
			}),
		},
	}
}

// failingMembers are those of what is done when it fails.
func failingMembers(n *upstream.Network) []member {
	return []member{
		{
			name: "connect", initial: "300ms", about: "time to connect, and then for the handshake of TLS, which has a second at least",
			read: text(func(text string) (err error) {
				n.Dial, err = parseTimeout(text)
				return err
			}),
		},
		{
			name: "connectionAge", initial: "5m", about: "how old a connection may get: the service's name is looked up again by then; 0s for any age",
			read: text(func(text string) (err error) {
				n.Age, err = parseDuration(text)
				if n.Age == 0 {
					n.Age = -1
				}
				return err
			}),
		},
		{
			name: "retries", initial: "0", about: "how often a call is repeated that failed, and changes nothing; 0 for never, but once where nobody listened",
			read: text(func(text string) (err error) {
				n.Failing.Retries, err = parseCountOrNone(text)
				return err
			}),
		},
		{
			name: "idleTimeout", initial: "0s", like: "500ms", about: "how long it may pause within an answer; 0s for as long as timeout, which bounds it in any case",
			read: text(func(text string) (err error) {
				n.Failing.Pause, err = parseDuration(text)
				return err
			}),
		},
		{
			name: "softTimeout", initial: "true", about: "whether who has an old value waits no longer than three times as long as calls usually take",
			read: text(func(text string) error {
				on, err := parseTruth(text)
				n.Failing.NoSoftTimeout = !on
				return err
			}),
		},
		{
			name: "inFlightPerEndpoint", like: "75", about: "calls of one endpoint at one time; three quarters of inFlight by default",
			read: text(func(text string) (err error) {
				n.Failing.PerEndpoint, err = parseCount(text)
				return err
			}),
		},
		{
			name: "deadlineHeader", like: "X-Envoy-Expected-Rq-Timeout-Ms", about: "the header that tells it for how many milliseconds it is waited for; none by default",
			read: text(func(text string) error {
				n.Failing.DeadlineHeader = text
				return checkHeaderName(text)
			}),
		},
		{
			name: "breaker", initial: "true", about: "whether an endpoint half of whose calls fail is not called for a while",
			read: text(func(text string) error {
				on, err := parseTruth(text)
				n.Failing.NoBreaker = !on
				return err
			}),
		},
	}
}

// answerMembers are those of how its answers are read.
func answerMembers(o *upstream.Options) []member {
	return []member{
		{
			name: "maxBody", initial: "8MiB", about: "bytes of an answer, decompressed: a number, or with B, KiB, MiB, GiB",
			read: text(func(text string) (err error) {
				o.MaxBody, err = parseSize(text)
				return err
			}),
		},
		{
			name: "redirects", initial: "false", about: "whether a GET follows redirects within the service: to its own origin, below url, 3 at most",
			read: text(func(text string) (err error) {
				o.Redirects, err = parseTruth(text)
				return err
			}),
		},
		{
			name: "links", like: "[https://api.example.com/v1]", about: "base URLs that its links and redirects have in the place of url, as behind a proxy",
			read: func(f *file, key string, value ast.Node) {
				f.list(key, value, func(texts []string) error {
					o.Links = texts
					return checkLinks(texts)
				})
			},
		},
		{
			name: "contentTypes", like: "[text/html]", about: "media types that its JSON comes as, beside those of JSON and text/plain",
			read: func(f *file, key string, value ast.Node) {
				f.list(key, value, func(texts []string) error {
					o.ContentTypes = texts
					return checkMediaTypes(texts)
				})
			},
		},
	}
}

// cacheMembers are the keys of an upstream's cache.
func cacheMembers(kept *UpstreamCache) []member {
	duration := func(name, like, about string, into *time.Duration) member {
		return member{name: name, initial: "0s", like: like, about: about, read: text(func(text string) (err error) {
			*into, err = parseDuration(text)
			return err
		})}
	}
	return []member{
		duration("maxAge", "30s", "how long an answer is fresh; 0s by default", &kept.MaxAge),
		duration("staleWhileRevalidate", "5m", "how long after that it is still given while a new one is fetched; 0s by default", &kept.StaleWhileRevalidate),
		duration("staleIfError", "1h", "how long after that it is still given when the service fails; 0s by default", &kept.StaleIfError),
		{
			name: "ignore", like: "[no-cache]", about: "what of its answers' Cache-Control counts for nothing: no-cache, private",
			read: func(f *file, key string, value ast.Node) {
				f.list(key, value, func(texts []string) error {
					kept.Ignore = texts
					return checkIgnored(texts)
				})
			},
		},
	}
}

// credentialMembers are the keys of a secret that goes with requests: how it is sent, and where it is. use gets it.
func credentialMembers(c *upstream.Credential, s *source, use func(secret string) error) []member {
	return append([]member{
		{
			name: "header", initial: "Authorization", about: "the request header that carries the secret",
			read: text(func(text string) error {
				c.Header = text
				return checkHeaderName(text)
			}),
		},
		{
			name: "prefix", like: `"Bearer "`, about: "what precedes the secret, with its space; nothing by default",
			read: text(func(text string) error {
				c.Prefix = text
				return checkHeaderValue(text)
			}),
		},
	}, sourceMembers(s, "{NAME}_TOKEN", "/run/secrets/{name}", use)...)
}

// credential reads where a secret is, and the secret itself, which must be there.
func (f *file) credential(key string, node ast.Node) (c upstream.Credential, secret string) {
	var s source
	f.mapping(key, node, credentialMembers(&c, &s, func(text string) error {
		secret = text
		return nil
	}))
	f.oneSource(key, node, s)
	c.Env, c.File = s.env, s.file
	return c, secret
}

// textsOrSecrets reads a mapping of names to texts, each of which check may refuse, and to places of secrets, each of which goes where of says.
func (f *file) textsOrSecrets(key string, node ast.Node, check func(name, text string) error, of func(name string) upstream.Credential) (texts map[string]string, secrets []upstream.Credential) {
	texts = map[string]string{}
	f.each(key, node, func(name, key string, at, value ast.Node) {
		if _, place := pairsOf(value); !place {
			f.value(key, value, func(text string) error {
				texts[name] = text
				return check(name, text)
			})
			return
		}
		c := of(name)
		if c.Header != "" {
			f.fail(at, key, checkHeaderName(name))
		}
		var s source
		f.mapping(key, value, sourceMembers(&s, "", "", func(string) error { return nil }))
		f.oneSource(key, value, s)
		c.Env, c.File = s.env, s.file
		secrets = append(secrets, c)
	})
	return texts, secrets
}

// texts reads a mapping of names to single values, each of which check may refuse.
func (f *file) texts(key string, node ast.Node, check func(name, text string) error) map[string]string {
	out := map[string]string{}
	f.each(key, node, func(name, key string, _, value ast.Node) {
		f.value(key, value, func(text string) error {
			out[name] = text
			return check(name, text)
		})
	})
	return out
}

// checkLinks checks base URLs that links have.
func checkLinks(texts []string) error {
	for _, text := range texts {
		if checkURL(text) != nil {
			return errors.New("must be base URLs, without a query, such as https://api.example.com/v1")
		}
	}
	return nil
}

// checkIgnored checks directives of Cache-Control that count for nothing.
func checkIgnored(texts []string) error {
	for _, text := range texts {
		if text != "no-cache" && text != "private" {
			return errors.New("must be no-cache, private or both")
		}
	}
	return nil
}

// checkMediaTypes checks media types that JSON comes as.
func checkMediaTypes(texts []string) error {
	for _, text := range texts {
		media, parameters, err := mime.ParseMediaType(text)
		if err != nil || len(parameters) > 0 || !strings.Contains(media, "/") || strings.Contains(media, "*") {
			return errors.New("must be media types, without parameters, such as text/html")
		}
	}
	return nil
}

// urlVariable is the variable that overrides an upstream's URL.
func urlVariable(name string) string {
	return "WEFT_UPSTREAM_" + upperName(name) + "_URL"
}

// upperName is name as a part of a variable's name: upper case, and _ for all but letters and digits.
func upperName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, name)
}
