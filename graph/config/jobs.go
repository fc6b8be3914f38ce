package config

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"weft/upstream"
)

// Job is an operation that the service runs by itself, to keep its answer warm.
type Job struct {
	Name      string // in the file
	ID        string // of its text in a manifest; "": Document has the text
	Document  string
	Operation string            // the name of the operation in the document; "": there is one only
	Variables json.RawMessage   // a JSON object; nil: none
	Headers   map[string]Secret // of its request, as they are in the file; one of them may be a credential

	Every          time.Duration // 0: not again and again
	Warm           bool          // readiness waits for its first run
	OnInvalidation bool          // it runs when something in its answer was invalidated
}

// minEvery is the shortest time between two runs of a job.
const minEvery = time.Second

// jobs reads the jobs.
func (f *file) jobs(key string, node ast.Node) {
	f.each(key, node, func(name, key string, at, value ast.Node) {
		j := Job{Name: name, Headers: map[string]Secret{}}
		before := len(f.problems)
		f.mapping(key, value, jobMembers(&j))
		switch {
		case len(f.problems) > before:
		case (j.Document == "") == (j.ID == ""):
			f.fail(at, key, errors.New("must have either document, the text of a query, or id, that of one in operations.manifests"))
		case j.Every == 0 && !j.Warm && !j.OnInvalidation:
			f.fail(at, key, errors.New("runs once, and is of no use after that: give every, warm or onInvalidation"))
		}
		f.config.Jobs = append(f.config.Jobs, j)
	})
}

// jobMembers are the keys of a job, which change j.
func jobMembers(j *Job) []member {
	truth := func(name, about string, into *bool) member {
		return member{name: name, initial: "false", about: about, read: text(func(text string) (err error) {
			*into, err = parseTruth(text)
			return err
		})}
	}
	plain := func(name, like, about string, into *string) member {
		return member{name: name, like: like, about: about, read: text(func(text string) error {
			*into = strings.TrimSpace(text) // a block ends with a line break, and the text of a request does not
			return nil
		})}
	}
	id := plain("id", "8d7a3f2c", "the id of one in operations.manifests: either this or document", &j.ID)
	id.instead = true
	return []member{
		plain("document", `"query Front($n: Int) { products(first: $n) { nodes { name } } }"`,
			"the text of a query: either this or id", &j.Document),
		id,
		plain("operation", "Front", "its name, where the document has several", &j.Operation),
		{
			name: "variables", like: "{n: 20}", about: "those of the operation",
			read: func(f *file, key string, value ast.Node) { j.Variables = f.json(key, value) },
		},
		{
			name: "headers", like: "{Accept-Language: en}",
			about: "of its request: what it keeps is for whoever sends the same; secrets go into credential",
			read: func(f *file, key string, value ast.Node) {
				for name, text := range f.texts(key, value, checkHeader) {
					j.Headers[name] = Secret(text)
				}
			},
		},
		{
			name: "credential", about: "a header of its request that holds a secret",
			members: credentialMembers(new(upstream.Credential), new(source), nil),
			read: func(f *file, key string, value ast.Node) {
				c, secret := f.credential(key, value)
				j.Headers[cmp.Or(c.Header, "Authorization")] = Secret(c.Prefix + secret)
			},
		},
		{
			name: "every", like: "5m", about: "run again and again, at least 1s apart: what is kept and older than half of it is asked for anew",
			read: text(func(text string) (err error) {
				if j.Every, err = parseDuration(text); err == nil && j.Every < minEvery {
					err = fmt.Errorf("must be at least %s, is %q", minEvery, text)
				}
				return err
			}),
		},
		truth("warm", "run before /readyz is 200, for warmUp at most", &j.Warm),
		truth("onInvalidation", "run when something in its answer was invalidated", &j.OnInvalidation),
	}
}

// json returns a mapping as a JSON object.
func (f *file) json(key string, node ast.Node) json.RawMessage {
	if _, ok := pairsOf(node); !ok {
		f.fail(node, key, errors.New("must be a mapping: names, each with a colon and a value"))
		return nil
	}
	var value map[string]any
	err := yaml.NodeToValue(node, &value)
	text, failed := json.Marshal(value)
	if errors.Join(err, failed) != nil {
		f.fail(node, key, errors.New("cannot be written as JSON: names must be texts, and numbers finite"))
		return nil
	}
	return text
}
