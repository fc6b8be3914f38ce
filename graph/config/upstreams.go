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

// upstreams reads the options of each upstream.
func (f *file) upstreams(key string, node ast.Node) {
	f.each(key, node, func(name, key string, at, value ast.Node) {
		o, known := f.config.Upstreams[name]
		if !known {
			names := slices.Sorted(maps.Keys(f.config.Upstreams))
			f.fail(at, key, fmt.Errorf("the schema has no such upstream%s", orAll(didYouMean(name, names), names)))
			return
		}
		f.upstream(key, value, &o)
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

// upstream reads one upstream's options over those it has already.
func (f *file) upstream(key string, node ast.Node, o *upstream.Options) {
	f.mapping(key, node, members{
		"url": f.text(func(text string) error {
			o.URL = text
			return checkURL(text)
		}),
		"headers": func(key string, value ast.Node) {
			o.Header = f.texts(key, value, checkHeader)
		},
		"query": func(key string, value ast.Node) {
			o.Query = f.texts(key, value, func(string, string) error { return nil })
		},
		"credential": func(key string, value ast.Node) {
			o.Credential = f.credential(key, value)
		},
		"timeout": f.text(func(text string) (err error) {
			o.Timeout, err = parseTimeout(text)
			return err
		}),
		"inFlight": f.text(func(text string) (err error) {
			o.InFlight, err = parseCount(text)
			return err
		}),
		"maxBody": f.text(func(text string) (err error) {
			o.MaxBody, err = parseSize(text)
			return err
		}),
	})
}

// text is a member with a single value.
func (f *file) text(set func(text string) error) func(key string, value ast.Node) {
	return func(key string, value ast.Node) { f.value(key, value, set) }
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

// credential reads where a secret is, and checks that it is there.
func (f *file) credential(key string, node ast.Node) upstream.Credential {
	var c upstream.Credential
	f.mapping(key, node, members{
		"header": f.text(func(text string) error {
			c.Header = text
			return checkHeaderName(text)
		}),
		"prefix": f.text(func(text string) error {
			c.Prefix = text
			return checkHeaderValue(text)
		}),
		"env": f.text(func(text string) error {
			c.Env = text
			return checkVariable(text, f.getenv)
		}),
		"file": f.text(func(text string) error {
			c.File = text
			return checkSecretFile(text)
		}),
	})
	if (c.Env == "") == (c.File == "") {
		f.fail(node, key, errors.New("must have either env, the variable that holds the secret, or file"))
	}
	return c
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
