package upstream

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxSecret bounds the bytes read of a secret's file.
const maxSecret = 64 << 10

// Credential is a static secret that goes with every call, and where to find it. It holds no secret itself, so it can be
// printed; the secret is read once, by [NewClient], and lives in the client only. The zero value is no credential.
type Credential struct {
	Header string // the request header; "" is Authorization
	Prefix string // what precedes the secret, with its space: "Bearer "; "" nothing
	Env    string // environment variable that holds the secret
	File   string // file that holds the secret; white space around it is dropped. Exactly one of Env and File.
}

// header returns the name and value of the header to send, "" and "" for the zero value.
func (c Credential) header() (name, value string, err error) {
	if c == (Credential{}) {
		return "", "", nil
	}
	secret, err := c.secret()
	if err != nil {
		return "", "", fmt.Errorf("credential: %w", err)
	}
	name = cmp.Or(c.Header, "Authorization")
	if !validHeaderName(name) {
		return "", "", fmt.Errorf("credential: %q is not a header name", name)
	}
	value = c.Prefix + secret
	if !validHeaderValue(value) {
		return "", "", errors.New("credential: prefix and secret must not contain control characters")
	}
	return name, value, nil
}

func (c Credential) secret() (string, error) {
	var secret, where string
	switch {
	case c.Env != "" && c.File != "", c.Env == "" && c.File == "":
		return "", errors.New("set exactly one of env and file")
	case c.Env != "":
		secret, where = os.Getenv(c.Env), "environment variable "+c.Env
	default:
		var err error
		if secret, err = readSecret(c.File); err != nil {
			return "", err
		}
		where = "file " + c.File
	}
	if secret = strings.TrimSpace(secret); secret == "" {
		return "", fmt.Errorf("%s is empty", where)
	}
	return secret, nil
}

func readSecret(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	secret, err := io.ReadAll(io.LimitReader(f, maxSecret))
	return string(secret), err
}
