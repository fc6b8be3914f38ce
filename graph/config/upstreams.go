package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

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
		f.mapping(key, value, upstreamMembers(&o))
		f.config.Upstreams[name] = o
	})
}

// orAll returns the suggestion, or all names where there is none.
func orAll(suggestion string, names []string) string {
	if suggestion != "" || len(names) == 0 {
		return suggestion
	}
	return "; it has " + strings.Join(names, ", ")
}

// upstreamMembers are the keys of an upstream; what is read replaces what o has already.
func upstreamMembers(o *upstream.Options) []member {
	return []member{
		{
			name: "url", like: "https://{name}.example.com/v1", about: "where the service is: scheme, host and path",
			read: text(func(text string) error {
				o.URL = text
				return checkURL(text)
			}),
		},
		{
			name: "headers", like: "{X-Client: weft}", about: "constant headers of every call; secrets go into credential",
			read: func(f *file, key string, value ast.Node) { o.Header = f.texts(key, value, checkHeader) },
		},
		{
			name: "query", like: "{locale: en}", about: "constant parameters of every call's URL",
			read: func(f *file, key string, value ast.Node) {
				o.Query = f.texts(key, value, func(string, string) error { return nil })
			},
		},
		{
			name: "credential", about: "a secret that goes with every call",
			members: credentialMembers(&o.Credential),
			read:    func(f *file, key string, value ast.Node) { o.Credential = f.credential(key, value) },
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
		{
			name: "maxBody", initial: "8MiB", about: "bytes of an answer, decompressed: a number, or with B, KiB, MiB, GiB",
			read: text(func(text string) (err error) {
				o.MaxBody, err = parseSize(text)
				return err
			}),
		},
	}
}

// credentialMembers are the keys that say where a secret is.
func credentialMembers(c *upstream.Credential) []member {
	return []member{
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
		{
			name: "env", like: "{NAME}_TOKEN", about: "the environment variable that holds the secret: either this or file",
			read: func(f *file, key string, value ast.Node) {
				f.value(key, value, func(text string) error {
					c.Env = text
					return checkVariable(text, f.getenv)
				})
			},
		},
		{
			name: "file", like: "/run/secrets/{name}", about: "the file that holds the secret: either this or env", instead: true,
			read: text(func(text string) error {
				c.File = text
				return checkSecretFile(text)
			}),
		},
	}
}

// credential reads where a secret is, and checks that it is there.
func (f *file) credential(key string, node ast.Node) upstream.Credential {
	var c upstream.Credential
	f.mapping(key, node, credentialMembers(&c))
	if (c.Env == "") == (c.File == "") {
		f.fail(node, key, errors.New("must have either env, the variable that holds the secret, or file"))
	}
	return c
}

// texts reads a mapping of names to single values.
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
