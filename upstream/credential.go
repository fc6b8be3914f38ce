package upstream

import (
	"errors"
	"fmt"
	"os"

	"weft/upstream/files"
)

// Credential is a secret that goes with every call, and where to find it. It holds no secret itself, so it can be printed. A variable is
// read once, by [NewClient], and a file again when it has changed; both live in the client only. The zero value is no credential.
type Credential struct {
	Header string // the request header; "" is Authorization
	Query  string // the parameter of every call's URL that has the secret instead of a header; "": none has
	Prefix string // what precedes the secret, with its space: "Bearer "; "" nothing
	Env    string // environment variable that holds the secret
	File   string // file that holds the secret; white space around it is dropped. Exactly one of Env and File.
}

// value is what is sent: text is what File has.
func (c Credential) value(text []byte) (string, error) {
	where := "file " + c.File
	switch {
	case (c.Env == "") == (c.File == ""):
		return "", errors.New("set exactly one of env and file")
	case c.Env != "":
		text, where = []byte(os.Getenv(c.Env)), "environment variable "+c.Env
	}
	secret, err := files.Secret(text)
	if err != nil {
		return "", errors.New(where + " is empty")
	}
	value := c.Prefix + secret
	if !validHeaderValue(value) {
		return "", errors.New("prefix and secret must not contain control characters")
	}
	return value, nil
}

// constants are what every call begins with, whoever asks. They are read-only.
type constants struct {
	headers constantHeaders
	query   string // encoded
}

// constants returns what calls begin with, which changes with the files that hold secrets.
func (o Options) constants(spec Spec, forward []string) (current func() *constants, problems []error) {
	s := files.Source[*constants]{What: "secrets of upstream " + spec.Name}
	for _, c := range o.credentials() {
		if c.File != "" {
			s.Names, s.Secret = append(s.Names, c.File), append(s.Secret, len(s.Secret))
		}
	}
	s.Parse = func(texts [][]byte) (*constants, error) {
		var k *constants
		k, problems = o.parseConstants(texts, forward, spec.Headers)
		return k, errors.Join(problems...)
	}
	if len(s.Names) == 0 {
		k, err := s.Parse(nil)
		if err != nil {
			return nil, problems
		}
		return func() *constants { return k }, nil
	}
	v, err := files.New(s, o.Files)
	switch {
	case err == nil:
		return v.Get, nil
	case len(problems) == 0: // nothing was parsed
		problems = []error{fmt.Errorf("credential: %w", err)}
	}
	return nil, problems
}

// credentials are all secrets that go with every call.
func (o Options) credentials() []Credential {
	if o.Credential == (Credential{}) {
		return o.Secrets
	}
	return append([]Credential{o.Credential}, o.Secrets...)
}
