package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/goccy/go-yaml/ast"
)

// Secret is a text that nothing prints; string(s) is the text. "" is none.
type Secret string

// printed is what stands for the secret.
func (s Secret) printed() string {
	if s == "" {
		return ""
	}
	return "[secret]"
}

// Format prints that there is a secret, for every verb of package fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.printed()) }

// LogValue is the secret in a log record.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.printed()) }

// MarshalJSON is the secret in JSON.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.printed()) }

// source is the place that holds a secret: exactly one of the two.
type source struct{ env, file string }

// sourceMembers are the keys that say where a secret is; use gets it. env and path are places to show.
func sourceMembers(s *source, env, path string, use func(secret string) error) []member {
	return []member{
		{
			name: "env", like: env, about: "the environment variable that holds the secret: either this or file",
			read: func(f *file, key string, value ast.Node) {
				f.value(key, value, func(text string) error {
					s.env = text
					secret, err := secretOf(f.getenv(text))
					if err != nil {
						return err
					}
					return use(secret)
				})
			},
		},
		{
			name: "file", like: path, about: "the file that holds the secret: either this or env", instead: true,
			read: text(func(text string) error {
				s.file = text
				secret, err := readSecretFile(text)
				if err != nil {
					return err
				}
				return use(secret)
			}),
		},
	}
}

// secret reads where a secret is, and gives it to use.
func (f *file) secret(key string, node ast.Node, use func(secret string) error) {
	var s source
	f.mapping(key, node, sourceMembers(&s, "", "", use))
	f.oneSource(key, node, s)
}

// oneSource records that a secret has no place, or two.
func (f *file) oneSource(key string, node ast.Node, s source) {
	if (s.env == "") == (s.file == "") {
		f.fail(node, key, errors.New("must have either env, the variable that holds the secret, or file"))
	}
}
