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

// secretOf returns the secret in a variable's value. Its error quotes nothing: what the file names may be the secret itself,
// put in the wrong place.
func secretOf(value string) (string, error) {
	secret := strings.TrimSpace(value)
	if secret == "" {
		return "", errors.New("the environment variable of this name is not set: set it to the secret")
	}
	return secret, checkSecret(secret)
}

func readSecretFile(path string) (string, error) {
	text, err := readAll(path)
	if err != nil {
		return "", fmt.Errorf("the secret's file cannot be read: %w", err)
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return "", errors.New("the secret's file is empty")
	}
	return secret, checkSecret(secret)
}

func checkSecret(secret string) error {
	if err := checkHeaderValue(secret); err != nil {
		return fmt.Errorf("the secret %w", err)
	}
	return nil
}

// minKey is the least length, in bytes, of a secret that whoever may try must not find.
const minKey = 16

func checkKey(secret string) error {
	if len(secret) < minKey {
		return fmt.Errorf("the secret must have at least %d bytes", minKey)
	}
	return checkSecret(secret)
}

// checkRedisURL checks the URL of a Redis. Its messages never quote it: a password may be in it.
func checkRedisURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err == nil && (u.Scheme == "redis" || u.Scheme == "rediss") && u.Hostname() != "" && u.Fragment == "":
		return nil
	case err == nil && u.Scheme == "unix" && u.Host == "" && u.Path != "" && u.Fragment == "":
		return nil
	}
	return errors.New("must be a URL of Redis, such as redis://localhost:6379, rediss://user:password@host:6380/0 or unix:///run/redis.sock")
}

// checkPrefix checks what keys begin with. Braces would put all of them into one slot of a cluster.
func checkPrefix(text string) error {
	for _, r := range text {
		if r <= ' ' || r >= 0x7f || r == '{' || r == '}' {
			return errors.New("must be letters, digits and punctuation without braces")
		}
	}
	if text == "" || len(text) > 64 {
		return errors.New("must have 1 to 64 bytes")
	}
	return nil
}
