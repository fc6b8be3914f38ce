package config

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// checkURL checks a base URL. Its messages never quote it: a password may be in it.
func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return errors.New("must be an absolute URL, such as https://catalog.example.com/v1")
	case u.User != nil:
		return errors.New("must not have a user or password: use credential")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return errors.New("must end with the path: use query for constant parameters")
	}
	return nil
}

// checkHeader checks a constant header. Those that carry secrets have a place where none is written down.
func checkHeader(name, text string) error {
	switch http.CanonicalHeaderKey(name) {
	case "Authorization", "Proxy-Authorization", "Cookie":
		return errors.New("holds a secret: use credential, so that the secret is not in this file")
	}
	return errors.Join(checkHeaderName(name), checkHeaderValue(text))
}

func checkHeaderName(name string) error {
	for _, r := range name {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r) {
			return errors.New("is not the name of a header")
		}
	}
	if name == "" {
		return errors.New("is not the name of a header")
	}
	return nil
}

func checkHeaderValue(text string) error {
	for _, r := range text {
		if r < ' ' && r != '\t' || r == 0x7f {
			return errors.New("must not contain control characters or line breaks")
		}
	}
	return nil
}

// checkVariable checks that a credential's variable holds something. It quotes nothing: what stands there may
// be the secret itself, put in the wrong place.
func checkVariable(name string, getenv func(string) string) error {
	if strings.TrimSpace(getenv(name)) == "" {
		return errors.New("the environment variable of this name is not set: set it to the secret")
	}
	return nil
}

func checkSecretFile(path string) error {
	text, err := readAll(path)
	if err != nil {
		return fmt.Errorf("the secret's file cannot be read: %w", err)
	}
	if strings.TrimSpace(string(text)) == "" {
		return errors.New("the secret's file is empty")
	}
	return nil
}

func parseCount(text string) (int, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("must be a whole number of at least 1, is %q", text)
	}
	return int(n), nil
}

// parseSize parses a number of bytes: 8MiB, 512KiB, 100B, or just the number.
func parseSize(text string) (int64, error) {
	units := []struct {
		suffix string
		bytes  int64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}, {"", 1}}
	for _, unit := range units {
		number, ok := strings.CutSuffix(text, unit.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 32)
		if err != nil || n < 1 {
			break
		}
		return n * unit.bytes, nil
	}
	return 0, fmt.Errorf("must be a size such as 8MiB (B, KiB, MiB, GiB), is %q", text)
}
