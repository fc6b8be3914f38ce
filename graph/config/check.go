package config

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
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
	secret := strings.TrimSpace(getenv(name))
	if secret == "" {
		return errors.New("the environment variable of this name is not set: set it to the secret")
	}
	return checkSecret(secret)
}

func checkSecretFile(path string) error {
	text, err := readAll(path)
	if err != nil {
		return fmt.Errorf("the secret's file cannot be read: %w", err)
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return errors.New("the secret's file is empty")
	}
	return checkSecret(secret)
}

func checkSecret(secret string) error {
	if err := checkHeaderValue(secret); err != nil {
		return fmt.Errorf("the secret %w", err)
	}
	return nil
}
